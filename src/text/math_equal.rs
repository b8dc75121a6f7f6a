use super::equality::Equality;
use super::expression::compare;
use super::latex::choice;

/// How deep lists, matrices and equations may contain each other.
const DEPTH: usize = 16;
/// Relative tolerance of numbers, of the larger one (Python's `isclose`).
const TOLERANCE: f64 = 1e-4;

/// Whether two answers are mathematically equal in the profile of RealCritic. Both should be in its normal form, as
/// [`realcritic_extract_answer`](super::realcritic_extract_answer) gives it.
///
/// The first rule that applies decides:
///
/// ```text
/// 1  the same text, whatever case and surrounding space                            → equal
/// 2  the reference is a letter A–E, and the last one alone in the prediction too    → equal
/// 3  both numbers (commas ignored, x% = x/100): the prediction is the reference, a hundredth or a hundred times of
///    it, within 10⁻⁴ of the larger                                                → equal, else different
/// 4  the same text without { } ( ) and outer brackets                               → equal
/// 5  (a,b) or [a,b] on both sides: element by element; the kind of bracket does not matter
/// 6  pmatrix or bmatrix on both sides: element by element
/// 7  a name of at most two characters = on one side only: the right side of it
/// 8  both evaluated: arithmetic, \frac, \sqrt, powers, π, e, elementary functions, names at pseudo-random points;
///    equations by the difference of their sides. Of a list the first element is read
/// ```
///
/// Rule 8 stands for the computer algebra of the released code. Where it cannot read an answer, or the answer can be
/// read in another way (x(x+1) is a product or a function x of x + 1; 1e-8 is a number or involves e; i is a name or the
/// imaginary unit), two answers that are not seen to be equal are [`Equality::Undecided`], which the official score
/// counts as wrong. Absolute values, sums, integrals, intervals and words are not read.
///
/// # Missing values
/// A missing answer is never equal to anything: do not ask. An empty text equals only an empty one.
///
/// # Source
/// Tang et al. 2025, RealCritic (arXiv 2501.14492), released code, which is that of Qwen2.5-Math. Rule 8 keeps two of its
/// habits: a list is read up to its first comma, and a name before brackets is a function. Of the 2,093 published labels
/// 2,089 come out the same: all 1,654 that need no algebra, and all but four of the others (a sum over an index, and three
/// texts that are no expressions).
///
/// # Complexity
/// Linear in the texts; nesting is bounded.
///
/// # Examples
/// ```
/// use probity::text::{Equality, math_equal};
/// assert!(math_equal("0.5", "50").is_equal() && math_equal("50%", "0.5").is_equal());
/// assert!(math_equal("(a)", "A").is_equal());
/// assert!(math_equal("[1,2]", "[1,2.0]").is_equal());
/// assert!(math_equal("x=5", "5").is_equal());
/// assert!(math_equal(r"\frac{2x^2-5x-3}{2x^2+9x+4}", r"\frac{x-3}{x+4}").is_equal());
/// assert_eq!(math_equal("3.001", "3"), Equality::Different);
/// assert_eq!(math_equal("Yes", ""), Equality::Different);
/// assert_eq!(math_equal(r"\int_0^1 x", "0.5"), Equality::Undecided);
/// ```
#[must_use]
pub fn math_equal(prediction: &str, reference: &str) -> Equality {
    at_depth(prediction, reference, 0)
}

fn at_depth(prediction: &str, reference: &str, depth: usize) -> Equality {
    if depth > DEPTH {
        return Equality::Undecided;
    }
    if same_letters(prediction.trim(), reference.trim()) {
        return Equality::Equal;
    }
    if let [letter @ b'A'..=b'E'] = reference.as_bytes()
        && choice(prediction, false) == Some(char::from(*letter))
    {
        return Equality::Equal;
    }
    if let (Some(p), Some(r)) = (number(prediction), number(reference)) {
        let equal = [r / 100.0, r, r * 100.0].iter().any(|&r| is_close(p, r));
        return if equal { Equality::Equal } else { Equality::Different };
    }
    let (prediction, reference) = (prediction.trim(), reference.trim());
    if prediction.is_empty() || reference.is_empty() {
        return Equality::Different;
    }
    if same_without_brackets(prediction, reference) {
        return Equality::Equal;
    }
    let mut by_parts = Equality::Undecided;
    for parts in [by_element(prediction, reference, depth), by_matrix(prediction, reference, depth)] {
        match parts {
            Some(Equality::Equal) => return Equality::Equal,
            Some(Equality::Different) => by_parts = Equality::Different,
            _ => {}
        }
    }
    if let Some((p, r)) = right_side(prediction, reference)
        && at_depth(p, r, depth + 1).is_equal()
    {
        return Equality::Equal;
    }
    match compare(prediction, reference) {
        Equality::Undecided => by_parts,
        decided => decided,
    }
}

fn same_letters(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

fn number(text: &str) -> Option<f64> {
    // Most answers that are no numbers show it early.
    if !text.trim_start().starts_with(|c: char| c.is_ascii_digit() || "+-.,iInN".contains(c)) {
        return None;
    }
    let digits = text.replace(',', "");
    let parse = |text: &str| text.trim().parse::<f64>().ok();
    parse(&digits).or_else(|| {
        let share = digits.strip_suffix('%')?;
        parse(share.strip_suffix('\\').unwrap_or(share)).map(|x| x / 100.0)
    })
}

fn is_close(a: f64, b: f64) -> bool {
    a == b || (a - b).is_finite() && (a - b).abs() <= TOLERANCE * a.abs().max(b.abs())
}

fn same_without_brackets(prediction: &str, reference: &str) -> bool {
    let enclosed = |open, close| prediction.starts_with(open) && prediction.ends_with(close);
    let outer = enclosed('[', ']') && !reference.starts_with('(')
        || enclosed('(', ')') && !reference.starts_with('[');
    let inside = |text: &'_ str| -> String {
        let text = if outer { text.trim_matches(['[', ']', '(', ')']) } else { text };
        text.chars().filter(|c| !matches!(c, '{' | '}' | '(' | ')')).collect()
    };
    same_letters(&inside(prediction), &inside(reference))
}

/// What stands between the first and the last character, if the text opens a list and closes one anywhere.
fn list(text: &str) -> Option<&str> {
    let line = text.split('\n').next().filter(|line| line.starts_with(['(', '[']))?;
    let mut behind = line.chars();
    behind.next();
    behind.next();
    behind.as_str().contains([')', ']']).then_some(())?;
    let mut inside = text.chars();
    inside.next();
    inside.next_back();
    Some(inside.as_str())
}

fn by_element(prediction: &str, reference: &str, depth: usize) -> Option<Equality> {
    let (p, r) = (list(prediction)?, list(reference)?);
    Some(by_parts(p, r, ",", |p, r| at_depth(p, r, depth + 1)))
}

fn by_matrix(prediction: &str, reference: &str, depth: usize) -> Option<Equality> {
    let (p, r) = (matrix(prediction)?, matrix(reference)?);
    let (p, r) = (rows(p), rows(r));
    if p.len() != r.len() {
        return Some(Equality::Different);
    }
    let cell = |p: &str, r: &str| at_depth(p, r, depth + 1);
    Some(Equality::of_all(p.iter().zip(&r).map(|(p, r)| by_parts(p, r, "&", cell))))
}

fn rows(matrix: &str) -> Vec<&str> {
    matrix.split(r"\\").map(str::trim).filter(|row| !row.is_empty()).collect()
}

fn matrix(text: &str) -> Option<&str> {
    let inside = [r"\begin{pmatrix}", r"\begin{bmatrix}"].iter().find_map(|open| text.strip_prefix(open))?;
    [r"\end{pmatrix}", r"\end{bmatrix}"].iter().find_map(|close| inside.strip_suffix(close))
}

/// Part by part; another number of parts is another answer.
fn by_parts(
    prediction: &str,
    reference: &str,
    separator: &str,
    equal: impl Fn(&str, &str) -> Equality,
) -> Equality {
    if prediction.matches(separator).count() != reference.matches(separator).count() {
        return Equality::Different;
    }
    let parts = prediction.split(separator).zip(reference.split(separator));
    Equality::of_all(parts.map(|(p, r)| equal(p, r)))
}

/// The two sides to compare where only one is an equation, with a short name on its left.
fn right_side<'a>(prediction: &'a str, reference: &'a str) -> Option<(&'a str, &'a str)> {
    let short = |text: &'a str| {
        let (name, value) = text.split_once('=')?;
        (!value.contains('=') && name.trim().chars().nth(2).is_none()).then_some(value)
    };
    match (prediction.contains('='), reference.contains('=')) {
        (true, false) => short(prediction).map(|value| (value, reference)),
        (false, true) => short(reference).map(|value| (prediction, value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Equality::{Different, Equal, Undecided};
    use super::*;

    #[test]
    fn rules() {
        for (p, r, expected) in [
            ("", " ", Equal),
            ("B", "The answer is B", Undecided),
            ("C or b", "B", Equal),
            ("1,000", "1000", Equal),
            ("12", "0.12", Equal),
            ("3.0001", "3", Equal),
            (r"50\%", "0.5", Equal),
            ("nan", "1", Different),
            ("inf", "infinity", Equal),
            ("{3}", "3", Equal),
            ("(1,2,3)", "1,2,3", Equal),
            ("(1,2)", "[1,2.0)", Equal),
            ("(1,2)", "(1,3)", Different),
            ("(1,2)", "(1,2,3)", Different),
            (r"[0.001,\infty)", r"[10^{-3},\infty)", Equal),
            (r"\begin{pmatrix}-\frac{4}{9}\\1\end{pmatrix}", r"\begin{pmatrix}-4/9\\1.0\end{pmatrix}", Equal),
            (r"\begin{pmatrix}1&2\end{pmatrix}", r"\begin{bmatrix}1\\2\end{bmatrix}", Different),
            ("5", "k=5", Equal),
            ("É", "é", Equal),
            (r"2\pi^2-2\pi", r"2\pi(\pi-1)", Undecided),
        ] {
            assert_eq!(math_equal(p, r), expected, "{p} and {r}");
        }
    }
}
