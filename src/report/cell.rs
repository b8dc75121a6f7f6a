use serde::{Serialize, Serializer};

use crate::error::{Error, Result};

/// One cell of a [`crate::report::Table`]: what it holds, not how it looks.
///
/// In JSON a text is a string, a count an integer, a number itself (not rounded), an interval a list of two numbers, an
/// undefined figure `{"undefined": reason}` and an empty cell `null`.
///
/// # Examples
/// ```
/// use probity::report::Cell;
/// assert_eq!(Cell::from("ann").to_string(), "ann");
/// assert_eq!(Cell::from(1_234_567u64).to_string(), "1,234,567");
/// assert_eq!(Cell::number(-0.00004).to_string(), "0.000");
/// assert_eq!(Cell::Interval(0.31, 0.5).to_string(), "0.310 to 0.500");
/// assert_eq!(Cell::from(None::<f64>).to_string(), "");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// Nothing to say.
    Empty,
    /// Words.
    Text(String),
    /// A count.
    Count(u64),
    /// A figure, shown with so many decimals.
    Number {
        /// The figure, not rounded.
        value: f64,
        /// Decimals that are shown.
        decimals: usize,
    },
    /// A share between 0 and 1, shown in per cent.
    Share(f64),
    /// The ends of an interval, shown with three decimals.
    Interval(f64, f64),
    /// A figure that does not exist for the data, with the reason.
    Undefined(String),
}

impl Cell {
    /// A figure shown with three decimals.
    #[must_use]
    pub fn number(value: f64) -> Self {
        Self::Number { value, decimals: 3 }
    }

    /// A figure, or the reason why there is none.
    ///
    /// # Errors
    /// Any error that is not [`Error::Undefined`] is returned: wrong input is not a cell of a report.
    ///
    /// # Examples
    /// ```
    /// use probity::report::Cell;
    /// use probity::{Error, Undefined};
    /// let one = Err(Error::Undefined { metric: "kappa", reason: Undefined::OneCategory });
    /// let cell = Cell::from_result(one)?;
    /// assert!(cell.to_string().starts_with("undefined: all judgments are the same"));
    /// assert!(Cell::from_result(Err(Error::Cancelled)).is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_result(result: Result<f64>) -> Result<Self> {
        match result {
            Ok(value) => Ok(Self::number(value)),
            Err(Error::Undefined { reason, .. }) => Ok(Self::Undefined(reason.to_string())),
            Err(error) => Err(error),
        }
    }

    /// Whether it is something that lines up on the right.
    pub(super) fn is_numeric(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Number { .. } | Self::Share(_) | Self::Interval(..))
    }
}

/// A number with so many decimals, without the sign of a rounded zero.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_string(),
        _ => text,
    }
}

/// A count with separated thousands.
pub(super) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Count(count) => f.write_str(&thousands(*count)),
            Self::Number { value, decimals } => f.write_str(&fixed(*value, *decimals)),
            Self::Share(share) => write!(f, "{} %", fixed(100.0 * share, 1)),
            Self::Interval(low, high) => write!(f, "{} to {}", fixed(*low, 3), fixed(*high, 3)),
            Self::Undefined(reason) => write!(f, "undefined: {reason}"),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Count(count) => serializer.serialize_u64(*count),
            Self::Number { value, .. } | Self::Share(value) => serializer.serialize_f64(*value),
            Self::Interval(low, high) => [low, high].serialize(serializer),
            Self::Undefined(reason) => {
                #[derive(Serialize)]
                struct Reason<'a> {
                    undefined: &'a str,
                }
                Reason { undefined: reason }.serialize(serializer)
            }
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_string())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::number(value)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
