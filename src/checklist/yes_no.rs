use crate::error::{Result, Undefined};
use crate::num;

/// How a judge's text is read as yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum YesNoRule {
    /// As InFoBench: a text that starts with "yes" or "no" in any case is that, even if the word goes on ("None" is no,
    /// "Yesterday" is yes); else the one of "YES" and "NO" that stands in it in capitals, if only one does, wherever it
    /// stands ("KNOW" has a NO).
    #[default]
    InfoBench,
    /// The first word is yes or no, in any case.
    FirstWord,
    /// The last word that is yes or no, in any case: for judges that reason first and decide at the end, as TICK's
    /// prompt asks for.
    LastWord,
}

/// What a judge answered to a question of a checklist; `None` if it cannot be read.
///
/// White space before the text does not matter. A word is a longest run of letters and digits.
///
/// # Source
/// InFoBench (Qin et al. 2024), `evaluation.py`, for [`YesNoRule::InfoBench`]; the other two are ours.
///
/// # Examples
/// ```
/// use probity::checklist::{YesNoRule, parse_yes_no};
/// let info_bench = |text| parse_yes_no(text, YesNoRule::InfoBench);
/// assert_eq!((info_bench("Yes, it does."), info_bench("The answer is NO")), (Some(true), Some(false)));
/// assert_eq!((info_bench("None of it"), info_bench("It says YES and NO")), (Some(false), None));
/// assert_eq!(parse_yes_no("None of it", YesNoRule::FirstWord), None);
/// let reasoned = "No deadline is named at first, but the last line does. **Yes**";
/// assert_eq!(parse_yes_no(reasoned, YesNoRule::LastWord), Some(true));
/// ```
#[must_use]
pub fn parse_yes_no(text: &str, rule: YesNoRule) -> Option<bool> {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    match rule {
        YesNoRule::InfoBench => info_bench(text.trim_start()),
        YesNoRule::FirstWord => words.next().and_then(yes_or_no),
        YesNoRule::LastWord => words.rev().find_map(yes_or_no),
    }
}

fn yes_or_no(word: &str) -> Option<bool> {
    let is = |other: &str| word.eq_ignore_ascii_case(other);
    if is("yes") { Some(true) } else { is("no").then_some(false) }
}

fn info_bench(text: &str) -> Option<bool> {
    let starts = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if starts("yes") {
        return Some(true);
    }
    if starts("no") {
        return Some(false);
    }
    match (text.contains("YES"), text.contains("NO")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// How sure a judge is of yes, from the probabilities of its two answers.
///
/// ```text
/// p(yes)/(p(yes) + p(no))
/// ```
///
/// # Undefined
/// If both are 0. AutoChecklist says 0.5 there.
///
/// # Source
/// AutoChecklist's re-implementation of TICK; not in the paper.
///
/// # Errors
/// [`crate::Error::Argument`] for a probability outside 0..=1; [`crate::Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::yes_confidence;
/// assert_eq!(yes_confidence(0.75, 0.25)?, 0.75);
/// assert!(yes_confidence(0.0, 0.0).unwrap_err().is_undefined());
/// assert!(yes_confidence(1.2, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn yes_confidence(yes: f64, no: f64) -> Result<f64> {
    for p in [yes, no] {
        num::check_probability("probability of an answer", p)?;
    }
    let reason = Undefined::ZeroDenominator { what: "the probability of yes or no" };
    num::ratio("confidence in yes", yes, yes + no, reason)
}
