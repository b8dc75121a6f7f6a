use crate::error::Result;
use crate::num;

/// The top of the scale of correctness and confidence.
pub const SCALE: f64 = 10.0;

const REFLECTION: &str = "Self-reflection: ";
const CONFIDENCE: &str = "Confidence: ";

/// A number brought onto the scale. From [`on_scale`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct OnScale {
    /// From 0 to [`SCALE`].
    pub value: f64,
    /// Whether it was outside.
    pub clamped: bool,
}

/// A stated number, brought to the nearer end of the scale if it is outside.
///
/// # Source
/// Ours. The released code cuts confidences to 0..1 before it divides by 10, by mistake.
///
/// # Errors
/// [`Error::NotFinite`](crate::Error::NotFinite) for a number that is not finite.
///
/// # Examples
/// ```
/// use probity::honesty::sayself::on_scale;
/// assert_eq!((on_scale(85.0)?.value, on_scale(85.0)?.clamped), (10.0, true));
/// assert!(!on_scale(10.0)?.clamped && on_scale(f64::NAN).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn on_scale(stated: f64) -> Result<OnScale> {
    num::check_finite("stated number", &[stated])?;
    let value = stated.clamp(0.0, SCALE);
    Ok(OnScale { value, clamped: value != stated })
}

/// What stands in the fields of a response. From [`parse`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Fields<'a> {
    /// What stands before the fields.
    pub answer: &'a str,
    /// The rationale.
    pub reflection: Option<&'a str>,
    /// The confidence as it is stated, on any scale.
    pub confidence: Option<f64>,
}

/// Reads `.. Self-reflection: .. Confidence: ..`, each field up to the next, without space at the ends.
///
/// # Missing values
/// A field that is not there is `None`; so is a confidence that is not exactly one group of digits ("3 or 4", "8.5").
///
/// # Source
/// The format of SaySelf; what is read where a field is missing is ours, see [`parse_released`].
///
/// # Complexity
/// Linear in the text.
///
/// # Examples
/// ```
/// use probity::honesty::sayself::parse;
/// let fields = parse("Paris. Self-reflection: I know this. Confidence: 9.");
/// assert_eq!((fields.answer, fields.reflection, fields.confidence), ("Paris.", Some("I know this."), Some(9.0)));
/// let fields = parse("Paris. Confidence: 3 or 4");
/// assert_eq!((fields.answer, fields.reflection, fields.confidence), ("Paris.", None, None));
/// ```
#[must_use]
pub fn parse(text: &str) -> Fields<'_> {
    let (before, confidence) = match text.split_once(CONFIDENCE) {
        Some((before, behind)) => (before, only_number(behind)),
        None => (text, None),
    };
    let (answer, reflection) = match before.split_once(REFLECTION) {
        Some((answer, reflection)) => (answer, Some(reflection.trim())),
        None => (before, None),
    };
    Fields { answer: answer.trim(), reflection, confidence }
}

/// The number of a text that has exactly one group of digits.
fn only_number(text: &str) -> Option<f64> {
    let mut groups = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    let only = groups.next().filter(|_| groups.next().is_none())?;
    // Digits alone parse; hundreds of them are infinite.
    only.parse().ok().map(|number: f64| number.min(f64::MAX))
}

/// What the released code reads. From [`parse_released`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ReleasedFields<'a> {
    /// The rationale.
    pub reflection: &'a str,
    /// The confidence; 0 for none.
    pub confidence: f64,
}

/// Reads a response as the released code does: for published figures.
///
/// The rationale stands between the first `Self-reflection: ` and the first `Confidence: `, the confidence behind. A missing
/// or unclear confidence is 0, also where the rationale or the text behind `Confidence: ` is empty. A missing mark is
/// "found" before the last character: without marks the rationale begins at the 17th character and leaves out the last, and
/// digits from the 12th character on are a confidence.
///
/// # Source
/// xu1868/SaySelf, utils.py; where a mark is missing, as its slices work out.
///
/// # Complexity
/// Linear in the text.
///
/// # Examples
/// ```
/// use probity::honesty::sayself::parse_released;
/// let fields = parse_released("B. Self-reflection: hmm Confidence: 10.");
/// assert_eq!((fields.reflection, fields.confidence), ("hmm ", 10.0));
/// let fields = parse_released("A response of no particular form, with a 7.");
/// assert_eq!((fields.reflection, fields.confidence), (" particular form, with a 7", 7.0));
/// ```
#[must_use]
pub fn parse_released(text: &str) -> ReleasedFields<'_> {
    // Byte offset of a character counted from the start.
    let character = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    let without_last = text.char_indices().next_back().map_or(0, |(at, _)| at);
    let start = match text.find(REFLECTION) {
        Some(at) => at + REFLECTION.len(),
        None => character(REFLECTION.len() - 1),
    };
    let (end, behind) = match text.find(CONFIDENCE) {
        Some(at) => (at, at + CONFIDENCE.len()),
        None => (without_last, character(CONFIDENCE.len() - 1)),
    };
    let reflection = text.get(start..end).unwrap_or_default();
    let stated = text.get(behind..).unwrap_or_default();
    let confidence = if reflection.is_empty() { None } else { only_number(stated) };
    ReleasedFields { reflection, confidence: confidence.unwrap_or(0.0) }
}
