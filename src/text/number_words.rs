//! English number words as digits, as the Python package word2number reads them.

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const HUNDRED: u64 = 100;
/// The words that end a group, the largest first.
const SCALES: [u64; 3] = [1_000_000_000, 1_000_000, 1_000];

/// A word of a number: what it stands for, or the word "point".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Value(u64),
    Point,
}

fn word(text: &str) -> Option<Word> {
    let small = SMALL.iter().position(|s| *s == text).map(|i| i as u64);
    let tens = || TENS.iter().position(|s| *s == text).map(|i| 10 * (i as u64 + 2));
    small.or_else(tens).map(Word::Value).or(match text {
        "hundred" => Some(Word::Value(HUNDRED)),
        "thousand" => Some(Word::Value(1_000)),
        "million" => Some(Word::Value(1_000_000)),
        "billion" => Some(Word::Value(1_000_000_000)),
        "point" => Some(Word::Point),
        _ => None,
    })
}

/// The number that a text's number words say, all other words ignored; a text of digits without its leading zeros.
/// `None` if there are no number words or they make no number.
pub(super) fn words_to_number(text: &str) -> Option<String> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let digits = text.trim_start_matches('0');
        return Some(if digits.is_empty() { "0" } else { digits }.to_owned());
    }
    // Short words at most are looked at, so that the text is not copied.
    let parts = text.split(|c: char| c.is_whitespace() || c == '-');
    let words: Vec<Word> =
        parts.filter(|part| part.len() <= 9).filter_map(|part| word(&part.to_lowercase())).collect();
    let mut halves = words.split(|w| *w == Word::Point);
    let (whole, decimals) = (halves.next()?, halves.next());
    if words.is_empty() || halves.next().is_some() {
        return None;
    }
    let total = total(&values(whole))?;
    let digit = |value: &u64| u32::try_from(*value).ok().and_then(|digit| char::from_digit(digit, 10));
    let digits: Option<String> = values(decimals.unwrap_or_default()).iter().map(digit).collect();
    // A word behind the point that is no digit voids all of them.
    let Some(digits) = digits.filter(|d| !d.is_empty()) else { return Some(total.to_string()) };
    let number: f64 = format!("{total}.{digits}").parse().ok()?;
    Some(format!("{number:?}"))
}

fn values(words: &[Word]) -> Vec<u64> {
    words.iter().filter_map(|w| if let Word::Value(value) = w { Some(*value) } else { None }).collect()
}

fn total(values: &[u64]) -> Option<u64> {
    match values {
        [] => return Some(0),
        [only] => return Some(*only),
        _ => {}
    }
    let (mut total, mut rest) = (0u64, values);
    for scale in SCALES {
        let mut groups = rest.splitn(2, |value| *value == scale);
        if let (Some(before), Some(after)) = (groups.next(), groups.next()) {
            // "one thousand million"
            if before.iter().copied().any(is_scale) {
                return None;
            }
            total = total.checked_add(group(before)?.checked_mul(scale)?)?;
            rest = after;
        }
    }
    // "two thousand one thousand"
    if rest.iter().copied().any(is_scale) {
        return None;
    }
    if rest.is_empty() { Some(total) } else { total.checked_add(group(rest)?) }
}

fn is_scale(value: u64) -> bool {
    SCALES.contains(&value)
}

/// Up to four words between two scales; of more, only the first counts.
fn group(values: &[u64]) -> Option<u64> {
    match *values {
        [] => None,
        [a, b, c, d] => a.checked_mul(b)?.checked_add(c)?.checked_add(d),
        [a, b, c] => a.checked_mul(b)?.checked_add(c),
        [a, b] if a == HUNDRED || b == HUNDRED => a.checked_mul(b),
        [a, b] => a.checked_add(b),
        [a, ..] => Some(a),
    }
}

#[cfg(test)]
mod tests {
    use super::words_to_number;

    #[test]
    fn words() {
        for (text, number) in [
            ("five", "5"),
            ("Twenty-one", "21"),
            ("two million three thousand nine hundred and eighty four", "2003984"),
            ("two point five", "2.5"),
            ("one hundred", "100"),
            ("007", "7"),
            ("000", "0"),
            ("the point", "0"),
            ("one point ten", "1"),
            ("only one of them", "1"),
            ("a hundred", "100"),
        ] {
            assert_eq!(words_to_number(text).as_deref(), Some(number), "{text}");
        }
        for text in ["", "none", "x", "thousand five", "one thousand million", "point point"] {
            assert_eq!(words_to_number(text), None, "{text}");
        }
    }
}
