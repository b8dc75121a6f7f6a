/// The answer behind the last trigger of a text, such as "the answer is"; `None` without a trigger or without an answer
/// behind it.
///
/// ASCII letters of the trigger match in either case. The answer reaches to a full stop before white space or the
/// text's end, to the line's end, or to the text's end, and comes without the white space around it: "3.5" stays whole.
///
/// # Source
/// The answer extraction of self-consistency as Self-Agreement (arXiv 2311.08154, sections 3 and 4) uses it for its
/// baseline; where the answer ends and that the last trigger counts are our choices.
///
/// # Complexity
/// Linear in the text.
///
/// # Examples
/// ```
/// use probity::text::trigger_answer;
/// let answer = |text| trigger_answer(text, "The answer is");
/// assert_eq!(answer("The answer is (B). No: the answer is 3.5."), Some("3.5"));
/// assert_eq!(answer("THE ANSWER IS 7\nor so"), Some("7"));
/// assert_eq!((answer("It is 7."), answer("The answer is .")), (None, None));
/// ```
#[must_use]
pub fn trigger_answer<'a>(text: &'a str, trigger: &str) -> Option<&'a str> {
    // Lower-casing ASCII moves no byte, so places in the copy are places in the text.
    let at = text.to_ascii_lowercase().rfind(&trigger.to_ascii_lowercase())?;
    let line = text.get(at + trigger.len()..)?.lines().next()?;
    let stop = |&(at, _): &(usize, &str)| line[at + 1..].chars().next().is_none_or(char::is_whitespace);
    let end = line.match_indices('.').find(stop).map_or(line.len(), |found| found.0);
    Some(line[..end].trim()).filter(|answer| !answer.is_empty())
}
