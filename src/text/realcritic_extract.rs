use super::latex::{choice, group};
use super::realcritic_normalize::realcritic_normalize;

/// Data sets whose whole response is searched for a choice.
const WHOLE_TEXT_CHOICE: [&str; 4] = ["mmlu_stem", "sat_math", "aqua", "gaokao2023"];
/// Data sets whose answer is a letter, beside those with `mmlu` in their name.
const CHOICE: [&str; 4] = ["sat_math", "aqua", "arc-challenge", "gpqa"];
/// Data sets whose units belong to the answer.
const KEEPS_UNITS: [&str; 2] = ["carp_en", "minerva_math"];
const TRIGGERS: [&str; 2] = ["choice is", "answer is"];

/// The answer of a response in the profile of RealCritic, normalised; empty if there is none.
///
/// ```text
/// mmlu_stem, sat_math, aqua, gaokao2023: the first letter A–E alone behind the last "answer is" or "choice is";
///   without these words the last one of the text; without a letter the text itself
/// others: the first of
///   1  between "final answer is $" and "$. I hope"
///   2  the content of the last "boxed" (without braces: up to the next $)
///   3  behind the last "he answer is", "final answer is", "best answer is", "correct answer is", "答案是"
///   4  the last number, commas ignored
/// then, on sat_math, aqua, arc-challenge, gpqa, mmlu…: the last letter A–E alone, if any
/// then normalised: see realcritic_normalize; minerva_math and carp_en keep their units
/// ```
///
/// Any other name of a data set gets the general rules.
///
/// # Source
/// Tang et al. 2025, RealCritic (arXiv 2501.14492), released code.
///
/// # Examples
/// ```
/// use probity::text::realcritic_extract_answer;
/// assert_eq!(realcritic_extract_answer(r"blah \boxed{\frac{3}{4}} end", "gsm8k"), r"\frac{3}{4}");
/// assert_eq!(realcritic_extract_answer("we have 3 and then 1,234", "gsm8k"), "1234");
/// assert_eq!(realcritic_extract_answer("The choice is (C) because A is wrong", "mmlu_stem"), "C");
/// assert_eq!(realcritic_extract_answer("no number", "gsm8k"), "");
/// ```
#[must_use]
pub fn realcritic_extract_answer(text: &str, dataset: &str) -> String {
    // A stray token of one of the judged models, which the released code removes.
    let text = text.replace("ки", "");
    if WHOLE_TEXT_CHOICE.contains(&dataset) {
        return whole_text_choice(&text);
    }
    let Some(mut answer) = marked(&text) else { return String::new() };
    if CHOICE.contains(&dataset) || dataset.contains("mmlu") {
        answer = match choice(&answer, false) {
            Some(letter) => letter.to_string(),
            None => answer.trim().trim_matches('.').to_owned(),
        };
    }
    let answer = join_lines(&answer);
    let answer = answer.strip_prefix(':').unwrap_or(&answer);
    let answer = answer.strip_suffix('.').unwrap_or(answer);
    let answer = answer.strip_suffix('/').unwrap_or(answer);
    realcritic_normalize(answer, KEEPS_UNITS.contains(&dataset))
}

/// The marked part of a response; `None` where the text ends at the mark.
fn marked(text: &str) -> Option<String> {
    let between = text.split_once("final answer is $").filter(|_| text.contains("$. I hope"));
    if let Some((_, behind)) = between {
        return Some(behind.split("$. I hope").next().unwrap_or_default().trim().to_owned());
    }
    if let Some((_, behind)) = text.rsplit_once("boxed") {
        return (!behind.is_empty()).then(|| box_content(behind).to_owned());
    }
    for mark in ["he answer is", "final answer is", "best answer is", "correct answer is"] {
        if let Some((_, behind)) = text.rsplit_once(mark) {
            return Some(behind.trim().to_owned());
        }
    }
    let mut chinese = text.split("答案是").skip(1);
    if let Some(behind) = chinese.next() {
        return Some(behind.trim().split("\n\n").next().unwrap_or_default().trim().to_owned());
    }
    Some(last_number(text))
}

/// What a box holds, from just behind the word `boxed`. An unclosed brace holds the rest.
fn box_content(behind: &str) -> &str {
    match behind.strip_prefix('{') {
        Some(inside) => group(inside).unwrap_or(inside),
        None => behind.split('$').next().unwrap_or_default().trim(),
    }
}

/// The last number of a text, thousands separators removed: the last match of `-?\d*\.?\d+`.
fn last_number(text: &str) -> String {
    let text = text.replace(',', "");
    let bytes = text.as_bytes();
    let digits = |from: usize| from + bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let fraction = |dot: usize| if bytes.get(dot) == Some(&b'.') { digits(dot + 1) } else { dot };
    let (mut at, mut last) = (0, 0..0);
    while at < bytes.len() {
        let whole = digits(at);
        // A dot belongs to a number only if a digit follows it.
        let end = fraction(whole);
        let end = if end > whole + 1 { end } else { whole };
        if end > at {
            let signed =
                at > last.end && bytes.get(at - 1) == Some(&b'-') || at == 1 && bytes.first() == Some(&b'-');
            last = at - usize::from(signed)..end;
            at = end;
        } else {
            at += 1;
        }
    }
    text.get(last).unwrap_or_default().to_owned()
}

fn whole_text_choice(text: &str) -> String {
    let mut text = text.trim_matches('\n');
    // Few-shot output goes on with further problems: only the first paragraph is the answer to this one.
    if TRIGGERS.iter().any(|trigger| text.matches(trigger).count() > 1) {
        text = text.split("\n\n").next().unwrap_or_default();
    }
    let behind = TRIGGERS.iter().filter_map(|trigger| text.rfind(trigger).map(|i| i + trigger.len())).max();
    let answer = behind.and_then(|i| text.get(i..)).unwrap_or(text);
    let answer = answer.trim_matches('\n').trim_end_matches('.').trim_end_matches('/');
    let answer = answer.trim_matches(' ').trim_start_matches(':');
    match choice(answer, behind.is_some()) {
        Some(letter) => letter.to_string(),
        None => answer.trim().trim_matches('.').trim_end_matches('.').trim_end_matches('/').to_owned(),
    }
}

fn join_lines(text: &str) -> String {
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |joined, line| joined + line.trim_start())
}

/// Whether a response's post-check says that the critic criticised before it corrected: its last box holds exactly
/// `Qualified`. No box is no.
///
/// # Source
/// Tang et al. 2025, RealCritic (arXiv 2501.14492), released code.
///
/// # Examples
/// ```
/// use probity::text::qualified_verdict;
/// assert!(qualified_verdict(r"... \boxed{Qualified}"));
/// assert!(!qualified_verdict(r"\boxed{Unqualified}") && !qualified_verdict("no box"));
/// ```
#[must_use]
pub fn qualified_verdict(text: &str) -> bool {
    text.rsplit_once("boxed").is_some_and(|(_, behind)| box_content(behind) == "Qualified")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_from_the_left() {
        for (text, number) in [
            ("we have 3 and then 1,234", "1234"),
            ("1.2.3", ".3"),
            ("a-5.", "-5"),
            ("5-3", "-3"),
            ("-.5x", "-.5"),
            ("--7", "-7"),
            ("-8", "-8"),
            ("no", ""),
            ("é9é", "9"),
        ] {
            assert_eq!(last_number(text), number, "{text}");
        }
    }

    #[test]
    fn marks_in_their_order() {
        for (text, dataset, answer) in [
            (r"The final answer is $5\text{ cm}$. I hope it is correct.", "math", "5"),
            (r"\boxed{1} and \boxed{2", "math", "2"),
            (r"\boxed 12$ ok", "gsm8k", "12"),
            (r"\boxed", "gsm8k", ""),
            ("the answer is: 7.", "gsm8k", "7"),
            ("答案是 8 \n\n more 9", "gsm8k", "8"),
            (r"thus (B) is \boxed{b}", "gpqa", "B"),
            ("the answer is A, the choice is (d)", "mmlu_stem", "D"),
            ("A or B", "aqua", "B"),
            (r"\boxed{5 m}", "minerva_math", "5m"),
        ] {
            assert_eq!(realcritic_extract_answer(text, dataset), answer, "{text}");
        }
    }
}
