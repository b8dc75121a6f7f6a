use super::arithmetic::equal_values;
use super::latex::{brace_argument, brace_fractions, group, is_word, replace, run, slash_to_fraction};

/// What MathCritique's rules depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MathCritiqueDataset {
    /// Numbers; the reference solution ends in `#### number`.
    Gsm8k,
    /// LaTeX; the reference solution boxes its answer.
    Math,
}

/// What [`mathcritique_compare`] read and found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MathCritiqueComparison {
    /// The reference answer, if one was found.
    pub gold: Option<String>,
    /// The answer of the response.
    pub answer: String,
    /// Whether the response is right.
    pub correct: bool,
}

/// The answer of a response, normalised, in the profile of MathCritique.
///
/// ```text
/// 1  what follows the first "The answer is"; the whole text if it is not there
/// 2  the content of the last \boxed{…} of that; without one: on GSM8K the first run of digits, dots and commas with its
///    sign, on MATH everything; one final full stop goes
/// 3  normalised: \dfrac, \tfrac, \frac12, 3/4, \sqrt3, x_1, \text{…}, \left, degrees, .5, (B), spaces; on GSM8K
///    without commas
/// ```
///
/// Where the released code fails on a text (an unclosed `\text{`, an underscore at the end, nothing after "The answer
/// is"), the text of step 1 comes back as it is, as there.
///
/// # Source
/// Xi et al. 2024, "Enhancing LLM Reasoning via Critique Models with Test-Time and Training-Time Supervision"
/// (AutoMathCritique, arXiv 2411.16579), released code. Digits are the ASCII ones here.
///
/// # Examples
/// ```
/// use probity::text::{MathCritiqueDataset::{Gsm8k, Math}, mathcritique_extract_response};
/// assert_eq!(mathcritique_extract_response("The answer is $1,250.", Gsm8k), "1250");
/// assert_eq!(mathcritique_extract_response(r"The answer is $\boxed{\dfrac34}$.", Math), r"\frac{3}{4}");
/// assert_eq!(mathcritique_extract_response("", Math), "");
/// ```
#[must_use]
pub fn mathcritique_extract_response(text: &str, dataset: MathCritiqueDataset) -> String {
    let text = text.split_once("The answer is").map_or(text, |(_, behind)| behind);
    read(text, dataset).unwrap_or_else(|| text.to_owned())
}

fn read(text: &str, dataset: MathCritiqueDataset) -> Option<String> {
    let answer = match boxed(text) {
        Some(inside) => inside,
        None if text.is_empty() => return None,
        None => {
            let number = if dataset == MathCritiqueDataset::Gsm8k { first_number(text) } else { None };
            let answer = number.unwrap_or(text);
            answer.strip_suffix('.').unwrap_or(answer)
        }
    };
    let answer = normalize(answer)?;
    Some(if dataset == MathCritiqueDataset::Gsm8k { answer.replace(',', "") } else { answer })
}

/// The reference answer of a solution: on GSM8K the number after `#### `, without commas; on MATH the content of the
/// last box, normalised. `None` if there is none.
///
/// ```
/// use probity::text::{MathCritiqueDataset::{Gsm8k, Math}, mathcritique_extract_gold};
/// assert_eq!(mathcritique_extract_gold("work #### 1,250", Gsm8k).as_deref(), Some("1250"));
/// assert_eq!(mathcritique_extract_gold("no mark", Math), None);
/// ```
#[must_use]
pub fn mathcritique_extract_gold(solution: &str, dataset: MathCritiqueDataset) -> Option<String> {
    match dataset {
        MathCritiqueDataset::Math => normalize(boxed(solution)?),
        MathCritiqueDataset::Gsm8k => solution.match_indices("#### ").find_map(|(at, mark)| {
            let behind = solution.get(at + mark.len()..)?;
            let sign = usize::from(behind.starts_with('-'));
            let digits = run(behind.get(sign..)?, is_number_part);
            (digits > 0).then(|| behind.get(..sign + digits).unwrap_or_default().replace(',', ""))
        }),
    }
}

/// Whether a response is right in the profile of MathCritique: its answer is the reference answer as a string, or both
/// are plain arithmetic with the same value.
///
/// A reference answer that cannot be found makes the response wrong.
///
/// # Examples
/// ```
/// use probity::text::{MathCritiqueDataset::{Gsm8k, Math}, mathcritique_compare};
/// assert!(mathcritique_compare("$\\boxed{12}$", "The answer is $\\boxed{3*4}$.", Math).correct);
/// // No algebra, and fractions are not arithmetic:
/// assert!(!mathcritique_compare("$\\boxed{0.75}$", "The answer is $\\boxed{3/4}$.", Math).correct);
/// assert!(!mathcritique_compare("no mark", "The answer is 3.", Gsm8k).correct);
/// ```
#[must_use]
pub fn mathcritique_compare(
    solution: &str,
    response: &str,
    dataset: MathCritiqueDataset,
) -> MathCritiqueComparison {
    let gold = mathcritique_extract_gold(solution, dataset);
    let answer = mathcritique_extract_response(response, dataset);
    let correct =
        gold.as_ref().is_some_and(|gold| *gold == answer || equal_values(gold, &answer) == Some(true));
    MathCritiqueComparison { gold, answer, correct }
}

/// The content of the last `\boxed{..}`, if its braces close.
pub(crate) fn boxed(text: &str) -> Option<&str> {
    text.rsplit_once(r"\boxed{").and_then(|(_, behind)| group(behind))
}

/// The first run of digits, dots and commas, with a minus directly before it.
fn first_number(text: &str) -> Option<&str> {
    let start = text.find(is_number_part)?;
    let length = run(text.get(start..)?, is_number_part);
    let sign = usize::from(text.get(..start)?.ends_with('-'));
    text.get(start - sign..start + length)
}

fn is_number_part(c: char) -> bool {
    c.is_ascii_digit() || c == '.' || c == ','
}

/// `None` where the released code fails.
fn normalize(text: &str) -> Option<String> {
    let mut s = text.trim().to_owned();
    for (from, to) in
        [(r"\\", r"\"), (r"\$", ""), (r",\!", ""), (r"\!", ""), (r"\cdot", ""), (r"\%", "%"), ("\n", "")]
    {
        replace(&mut s, from, to);
    }
    if !s.contains('i') {
        replace(&mut s, "j", "i");
    }
    replace(&mut s, r"\dfrac", r"\frac");
    replace(&mut s, r"\tfrac", r"\frac");
    for gone in [r"\left", r"\right", r"^{\circ}", r"^\circ"] {
        replace(&mut s, gone, "");
        s = String::from(s.trim());
    }
    replace(&mut s, "{,}", "");
    replace(&mut s, r"\,", "");
    for command in [r"\text{", r"\mbox{", r"\textnormal{", r"\mathbf{"] {
        s = unwrap_first(s, command)?;
    }
    s = brace_fractions(&join(&s));
    for command in [r"\sqrt", r"\tan"] {
        let number = |behind: &str| {
            let sign = usize::from(behind.starts_with('-'));
            let digits =
                run(behind.get(sign..).unwrap_or_default(), |c| c.is_ascii_alphanumeric() || c == '.');
            if digits == 0 { 0 } else { sign + digits }
        };
        s = brace_last_word(brace_argument(&s, command, number), command);
    }
    s = ends(&slash_to_fraction(&s));
    if let Some((before, behind)) = s.split_once('_') {
        if behind.is_empty() {
            return None;
        }
        if !behind.starts_with('{') {
            s = format!("{before}_{{{behind}}}");
        }
    }
    if s.contains("pmatrix") {
        for (from, to) in [
            (r"\phantom-", ""),
            (r"\", r"\\"),
            (r"\\begin", r"\begin"),
            (r"\\end", r"\end"),
            (r"\\frac", r"\frac"),
            (r"\\sqrt", r"\sqrt"),
        ] {
            replace(&mut s, from, to);
        }
    }
    Some(join(s.trim()))
}

/// The first `command` with its content, wherever the same stands, becomes its content; nothing if that starts with a
/// space; a comma for " or " and ", and " in a `\text`.
fn unwrap_first(text: String, command: &str) -> Option<String> {
    let Some((_, behind)) = text.split_once(command) else { return Some(text) };
    let (inside, _) = behind.split_once('}')?;
    let whole = format!("{command}{inside}}}");
    let content = inside.replace(command, "");
    let to = match content.as_str() {
        "" => return None,
        " or " | ", and " if command == r"\text{" => ",",
        spaced if spaced.starts_with(' ') => "",
        other => other,
    };
    Some(text.replace(&whole, to))
}

/// Spaces go, except one between a command and a letter.
fn join(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        out.push_str(word);
        let letter = words.peek().is_some_and(|next| next.starts_with(char::is_alphabetic));
        if letter && word.contains('\\') {
            out.push(' ');
        }
    }
    out
}

/// `\sqrt x` at the end of a text is `\sqrt{x}`.
fn brace_last_word(text: String, command: &str) -> String {
    let before = text.trim_end_matches(is_word);
    let word = text.get(before.len()..).unwrap_or_default();
    let spaced = before.trim_end();
    if word.is_empty() || spaced.len() == before.len() || !spaced.ends_with(command) {
        return text;
    }
    format!("{spaced}{{{word}}}")
}

/// A zero before a leading dot, a letter out of its brackets, no comma, dot or backslash at the end.
fn ends(text: &str) -> String {
    let mut s = text.trim().to_owned();
    if s.strip_prefix('.').is_some_and(|rest| rest.contains(|c: char| c.is_ascii_digit())) {
        s.insert(0, '0');
    }
    let mut chars = s.chars();
    if chars.next() == Some('(') {
        match (chars.next(), chars.next()) {
            (Some(letter), Some(')')) if letter.is_alphabetic() => s = letter.to_string(),
            (_, None) => return s,
            _ => {}
        }
    }
    s.strip_suffix([',', '.', '\\']).unwrap_or(&s).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::MathCritiqueDataset::{Gsm8k, Math};
    use super::*;

    #[test]
    fn normal_forms() {
        for (text, expected) in [
            (r"\boxed{x \in \{1\}}", r"x\in\{1\}"),
            (r"\boxed{5\text{ cm}}", "5"),
            (r"\boxed{1\text{ or }2}", "1,2"),
            (r"\boxed{\text{even}}", "even"),
            (r"\boxed{x_1}", "x_{1}"),
            (r"\boxed{(B)}", "B"),
            (r"\boxed{.5}", "0.5"),
            (r"\boxed{90^\circ}", "90"),
            (r"\boxed{3j}", "3i"),
            (r"\boxed{\sin x}", r"\sin x"),
            (r"\boxed{\tan x}", r"\tan{x}"),
            (r"\boxed{\begin{pmatrix}1\\2\end{pmatrix}}", r"\begin{pmatrix}1\\2\end{pmatrix}"),
        ] {
            assert_eq!(mathcritique_extract_response(text, Math), expected, "{text}");
        }
    }

    #[test]
    fn where_the_code_fails_the_text_comes_back() {
        assert_eq!(mathcritique_extract_response(r"The answer is \text{x", Math), r" \text{x");
        assert_eq!(mathcritique_extract_response("The answer is a_", Math), " a_");
        assert_eq!(mathcritique_extract_response("The answer is", Gsm8k), "");
        assert_eq!(mathcritique_extract_gold(r"\boxed{\text{}}", Math), None);
        assert_eq!(mathcritique_extract_gold("#### x, #### -5é", Gsm8k).as_deref(), Some("-5"));
    }
}
