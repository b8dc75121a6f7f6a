/// Whether two answers are the same, when not every pair can be told.
///
/// Graders score [`Undecided`](Self::Undecided) as wrong; it is an outcome of its own so that the share of answers that
/// the rules could not tell is known.
///
/// # Examples
/// ```
/// use probity::text::{Equality, math_equal};
/// assert!(math_equal("0.75", r"\frac{3}{4}").is_equal());
/// assert_eq!(math_equal("2", "3"), Equality::Different);
/// assert_eq!(math_equal(r"|x|", r"\sqrt{x^2}"), Equality::Undecided);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Equality {
    /// The same answer.
    Equal,
    /// Different answers.
    Different,
    /// The rules do not reach: counts as different wherever a yes or no is needed.
    Undecided,
}

impl Equality {
    /// Whether the two are known to be the same.
    #[must_use]
    pub fn is_equal(self) -> bool {
        self == Self::Equal
    }

    /// Of parts that must all be equal: one difference decides.
    pub(super) fn of_all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::Equal;
        for part in parts {
            match part {
                Self::Different => return Self::Different,
                Self::Undecided => all = Self::Undecided,
                Self::Equal => {}
            }
        }
        all
    }
}
