use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

/// One cell of a [`crate::report::Table`]: what it holds, not how it looks.
///
/// In JSON a text is a string, a count an integer, a number itself (not rounded) with a decimal point, an interval a list of
/// two numbers, a share `{"share": number}`, a number that is shown with other than three decimals
/// `{"number": number, "decimals": n}`, an undefined figure `{"undefined": reason}` and an empty cell `null`. What JSON has no
/// number for is written as a string there (`"inf"`), so every cell is read back as it was.
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

/// No `f64` has more to show, and formatting refuses far more.
const MOST_DECIMALS: usize = 32;

/// A number with so many decimals, without the sign of a rounded zero.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let decimals = decimals.min(MOST_DECIMALS);
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

/// A number that may be infinite or NaN, which JSON cannot write as a number.
#[derive(Clone, Copy)]
struct Any(f64);

impl Serialize for Any {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        if self.0.is_finite() { serializer.serialize_f64(self.0) } else { serializer.collect_str(&self.0) }
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(f64),
            Word(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Ok(Self(number)),
            Written::Word(word) => word.parse().map(Self).map_err(D::Error::custom),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Count(count) => serializer.serialize_u64(*count),
            Self::Number { value, decimals: 3 } if value.is_finite() => serializer.serialize_f64(*value),
            Self::Number { value, decimals } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("number", &Any(*value))?;
                map.serialize_entry("decimals", decimals)?;
                map.end()
            }
            Self::Share(share) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("share", &Any(*share))?;
                map.end()
            }
            Self::Interval(low, high) => [Any(*low), Any(*high)].serialize(serializer),
            Self::Undefined(reason) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("undefined", reason)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

/// Reads what a cell is written as.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Cell;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "a cell: null, a string, a number, two numbers, a share, a number with decimals or a reason",
        )
    }

    fn visit_unit<E>(self) -> std::result::Result<Cell, E> {
        Ok(Cell::Empty)
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Cell, E> {
        Ok(Cell::Text(text.to_string()))
    }

    fn visit_u64<E>(self, count: u64) -> std::result::Result<Cell, E> {
        Ok(Cell::Count(count))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Cell, E> {
        Ok(Cell::number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Cell, E> {
        Ok(Cell::number(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut ends: A) -> std::result::Result<Cell, A::Error> {
        let (low, high) = (ends.next_element::<Any>()?, ends.next_element::<Any>()?);
        match (low, high, ends.next_element::<IgnoredAny>()?) {
            (Some(low), Some(high), None) => Ok(Cell::Interval(low.0, high.0)),
            _ => Err(A::Error::custom("expected the two ends of an interval")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Cell, A::Error> {
        let (mut number, mut decimals, mut other) = (None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "number" => number = Some(map.next_value::<Any>()?.0),
                "decimals" => decimals = Some(map.next_value()?),
                "share" => other = Some(Cell::Share(map.next_value::<Any>()?.0)),
                "undefined" => other = Some(Cell::Undefined(map.next_value()?)),
                _ => {
                    return Err(A::Error::unknown_field(&key, &["number", "decimals", "share", "undefined"]));
                }
            }
        }
        match (number, decimals, other) {
            (Some(value), Some(decimals), None) => Ok(Cell::Number { value, decimals }),
            (None, None, Some(cell)) => Ok(cell),
            _ => Err(A::Error::custom("expected a share, a reason, or a number with its decimals")),
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
