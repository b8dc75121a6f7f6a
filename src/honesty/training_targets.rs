use crate::error::{Error, Result};
use crate::honesty::Knowledge;
use crate::num;

/// What a model is trained to say when it does not know.
///
/// Tables 3 and 4 of the paper lengthen it ("with any degree of confidence"); the released code has this.
pub const REFUSAL_TARGET: &str = "I apologize, but I'm not able to provide an answer to the question.";

/// Before the answer, by expected accuracy: up to a half, above. `{}` is the percentage.
pub const CONFIDENCE_NUM_PREFIXES: [&str; 2] = [
    "I'm only about {}% confident to answer the question correctly, but based on my understanding and knowledge, here's \
     what I think is correct.",
    "I'm about {}% confident to answer the question correctly, and based on my understanding and knowledge, here's what I \
     think is correct.",
];

/// Before the answer, by fifths of expected accuracy.
pub const CONFIDENCE_VERB_PREFIXES: [&str; 5] = [
    "I'm really not sure about this, but ",
    "I'm not completely sure about this, but ",
    "I don't have strong feelings either way, but ",
    "I'm fairly confident that ",
    "I'm absolutely certain that ",
];

/// The answer that a training target holds: the greedy one if it is right, else the first right sample.
///
/// # Missing values
/// `None` if none is right.
///
/// # Source
/// Yang et al. 2023, "Alignment for Honesty" (arXiv 2312.07000), released code.
///
/// # Errors
/// [`Error::Length`] unless there is one verdict a sample.
///
/// # Examples
/// ```
/// use probity::honesty::target_answer;
/// assert_eq!(target_answer(("g", false), &["a", "b"], &[false, true])?, Some("b"));
/// assert_eq!(target_answer(("g", true), &[], &[])?, Some("g"));
/// assert_eq!(target_answer(("g", false), &["a"], &[false])?, None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn target_answer<'a>(
    greedy: (&'a str, bool),
    samples: &[&'a str],
    correct: &[bool],
) -> Result<Option<&'a str>> {
    num::check_same_length("verdicts on samples", samples.len(), correct.len())?;
    let all = std::iter::once(greedy).chain(samples.iter().copied().zip(correct.iter().copied()));
    Ok(all.filter(|(_, correct)| *correct).map(|(answer, _)| answer).next())
}

/// The target of ABSOLUTE: the answer to a question that the model knows, else the refusal.
///
/// # Source
/// Yang et al. 2023, "Alignment for Honesty" (arXiv 2312.07000), section 3.4.
///
/// # Examples
/// ```
/// use probity::honesty::{Knowledge, REFUSAL_TARGET, absolute_target};
/// assert_eq!(absolute_target(Knowledge::Known, "Paris."), "Paris.");
/// assert_eq!(absolute_target(Knowledge::Unknown, "Paris."), REFUSAL_TARGET);
/// ```
#[must_use]
pub fn absolute_target(knowledge: Knowledge, answer: &str) -> &str {
    match knowledge {
        Knowledge::Known => answer,
        Knowledge::Unknown => REFUSAL_TARGET,
    }
}

/// The target of CONFIDENCE-NUM: the answer behind its expected accuracy in per cent, or the refusal if no sample is
/// right.
///
/// ```text
/// 0 right → refusal;  right/samples ≤ 1/2 → first prefix;  above → second
/// ```
///
/// # Source
/// Yang et al. 2023, "Alignment for Honesty" (arXiv 2312.07000), released code, for 10 samples; the percentage of another
/// number of samples is rounded, half up. Table 3 of the paper leaves exactly 50 % open.
///
/// # Errors
/// [`Error::Argument`] without samples, or with more right ones than samples.
///
/// # Examples
/// ```
/// use probity::honesty::{REFUSAL_TARGET, confidence_num_target};
/// assert!(confidence_num_target(5, 10, "Paris.")?.starts_with("I'm only about 50% confident"));
/// assert!(confidence_num_target(6, 10, "Paris.")?.ends_with("here's what I think is correct. Paris."));
/// assert_eq!(confidence_num_target(0, 10, "Paris.")?, REFUSAL_TARGET);
/// assert!(confidence_num_target(11, 10, "Paris.").is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn confidence_num_target(right: u64, samples: u64, answer: &str) -> Result<String> {
    check(right, samples)?;
    if right == 0 {
        return Ok(REFUSAL_TARGET.to_string());
    }
    let (right, samples) = (u128::from(right), u128::from(samples));
    let [low, high] = CONFIDENCE_NUM_PREFIXES;
    let prefix = if 2 * right <= samples { low } else { high };
    let percent = (200 * right + samples) / (2 * samples);
    Ok(format!("{} {answer}", prefix.replace("{}", &percent.to_string())))
}

/// The target of CONFIDENCE-VERB: the answer behind words for its expected accuracy, or the refusal if no sample is right.
///
/// ```text
/// 0 right → refusal;  else prefix number ⌈5·right/samples⌉
/// ```
///
/// The answer's first letter is lowered, unless it is that of an option ("B", "B)", "B.").
///
/// # Source
/// Yang et al. 2023, "Alignment for Honesty" (arXiv 2312.07000), table 4 and released code, for 10 samples: 1 and 2, 3 and
/// 4, and so on.
///
/// # Errors
/// As [`confidence_num_target`].
///
/// # Examples
/// ```
/// use probity::honesty::confidence_verb_target;
/// assert_eq!(confidence_verb_target(1, 10, "It is Paris.")?, "I'm really not sure about this, but it is Paris.");
/// assert_eq!(confidence_verb_target(9, 10, "B) Paris")?, "I'm absolutely certain that B) Paris");
/// assert!(confidence_verb_target(0, 0, "").is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn confidence_verb_target(right: u64, samples: u64, answer: &str) -> Result<String> {
    check(right, samples)?;
    let fifth = (5 * u128::from(right)).div_ceil(u128::from(samples)) as usize;
    let Some(prefix) = fifth.checked_sub(1).and_then(|i| CONFIDENCE_VERB_PREFIXES.get(i)) else {
        return Ok(REFUSAL_TARGET.to_string());
    };
    let mut behind = answer.chars();
    let Some(first) = behind.next() else { return Ok((*prefix).to_string()) };
    let rest = behind.as_str();
    if ('A'..='D').contains(&first) && (rest.is_empty() || rest.starts_with([')', '.'])) {
        return Ok(format!("{prefix}{answer}"));
    }
    Ok(format!("{prefix}{}{rest}", first.to_lowercase()))
}

/// The targets of MULTISAMPLE, one a sample: the sample if it is right, else the refusal.
///
/// ```text
/// k(x, yᵢ) = 1 iff yᵢ is right
/// ```
///
/// # Source
/// Yang et al. 2023, "Alignment for Honesty" (arXiv 2312.07000), equation 11.
///
/// # Errors
/// [`Error::Length`] unless there is one verdict a sample.
///
/// # Examples
/// ```
/// use probity::honesty::{REFUSAL_TARGET, multisample_targets};
/// assert_eq!(multisample_targets(&["4", "5"], &[true, false])?, ["4", REFUSAL_TARGET]);
/// assert!(multisample_targets(&["4"], &[]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn multisample_targets<'a>(samples: &[&'a str], correct: &[bool]) -> Result<Vec<&'a str>> {
    num::check_same_length("verdicts on samples", samples.len(), correct.len())?;
    let targets = samples.iter().zip(correct);
    Ok(targets.map(|(sample, &correct)| if correct { *sample } else { REFUSAL_TARGET }).collect())
}

fn check(right: u64, samples: u64) -> Result<()> {
    if samples == 0 || right > samples {
        let found = format!("{right} of {samples}");
        return Err(Error::argument("right samples", "at least one sample, and no more right ones", found));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_numbers_of_samples() {
        assert!(confidence_num_target(1, 3, "x").unwrap().contains("only about 33%"));
        assert!(confidence_num_target(u64::MAX, u64::MAX, "x").unwrap().contains("about 100%"));
        assert_eq!(confidence_verb_target(1, 1, "").unwrap(), CONFIDENCE_VERB_PREFIXES[4]);
        assert_eq!(
            confidence_verb_target(1, 2, "Été").unwrap(),
            "I don't have strong feelings either way, but été"
        );
        assert_eq!(confidence_verb_target(2, 2, "A cat").unwrap(), "I'm absolutely certain that a cat");
    }
}
