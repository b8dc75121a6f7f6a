/// The first run of digits in a text as a whole number, with a minus sign right before it.
///
/// # Missing values
/// `None` without a digit, or if the number does not fit 64 bits.
///
/// # Source
/// Chu et al. 2024, *PRE* (`PRE/utils.py`, type `int`). ASCII digits only.
///
/// # Complexity
/// Linear.
///
/// # Examples
/// ```
/// use probity::peer_review::parse_integer;
/// assert_eq!(parse_integer("Score: 4 of 5"), Some(4));
/// assert_eq!(parse_integer("minus -2.7"), Some(-2));
/// assert_eq!(parse_integer("no number"), None);
/// ```
#[must_use]
pub fn parse_integer(text: &str) -> Option<i64> {
    let (start, end) = digits(text)?;
    text.get(start..end)?.parse().ok()
}

/// The first number in a text: digits with a minus sign right before them and a fraction after them.
///
/// # Missing values
/// `None` without a digit, or if the number is beyond the range of `f64`.
///
/// # Source
/// Chu et al. 2024, *PRE* (`PRE/utils.py`, type `float`, where the fraction is found and then cut off: a mistake that is not
/// copied).
///
/// # Complexity
/// Linear.
///
/// # Examples
/// ```
/// use probity::peer_review::parse_number;
/// assert_eq!(parse_number("I give 3.5 points"), Some(3.5));
/// assert_eq!(parse_number("Answer 4."), Some(4.0));
/// assert_eq!(parse_number("-"), None);
/// ```
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let (start, end) = digits(text)?;
    let rest = text.get(end..)?.strip_prefix('.').unwrap_or_default();
    let fraction = rest.bytes().take_while(u8::is_ascii_digit).count();
    let end = if fraction > 0 { end + 1 + fraction } else { end };
    text.get(start..end)?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Where the first run of digits lies, with its minus sign.
fn digits(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let first = bytes.iter().position(u8::is_ascii_digit)?;
    let length = bytes.iter().skip(first).take_while(|byte| byte.is_ascii_digit()).count();
    let minus = first > 0 && bytes.get(first - 1) == Some(&b'-');
    Some((first - usize::from(minus), first + length))
}

/// Which label occurs first in a text, whatever the case; the first in the list of two that start at the same place.
///
/// # Missing values
/// `None` if none occurs. An empty label never does.
///
/// # Source
/// Chu et al. 2024, *PRE* (`PRE/utils.py`, type `str`), which puts only the text in lower case.
///
/// # Complexity
/// O(labels · text).
///
/// # Examples
/// ```
/// use probity::peer_review::parse_label;
/// let labels = ["one", "tie", "two"];
/// assert_eq!(parse_label("Two is better than one", &labels), Some(2));
/// assert_eq!(parse_label("I cannot tell", &labels), None);
/// ```
#[must_use]
pub fn parse_label<S: AsRef<str>>(text: &str, labels: &[S]) -> Option<usize> {
    let text = text.to_lowercase();
    let found = labels.iter().enumerate().filter(|(_, label)| !label.as_ref().is_empty());
    let found = found.filter_map(|(at, label)| Some((text.find(&label.as_ref().to_lowercase())?, at)));
    found.min().map(|(_, at)| at)
}
