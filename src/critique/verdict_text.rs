/// The verdict of a critique that ends in "Judgment: correct." or "Judgment: incorrect.": the last such phrase, in
/// upper or lower case.
///
/// # Missing values
/// `None` where no such phrase stands; what it then counts as is [`Unparsed`](crate::critique::Unparsed).
///
/// # Source
/// Luo et al. 2023 (arXiv 2310.04815), appendix F: "Judgment: X.". That the last one counts, and that the full stop may
/// be missing, is our choice.
///
/// # Examples
/// ```
/// use probity::critique::parse_critique_verdict;
/// assert_eq!(parse_critique_verdict("Each step holds. Judgment: correct."), Some(true));
/// assert_eq!(parse_critique_verdict("Judgment: correct. No: step 3 fails. Judgment: Incorrect"), Some(false));
/// assert_eq!(parse_critique_verdict("Judgment: correctness is hard to tell."), None);
/// ```
#[must_use]
pub fn parse_critique_verdict(text: &str) -> Option<bool> {
    let lower = text.to_ascii_lowercase();
    lower.rmatch_indices("judgment:").find_map(|(at, phrase)| {
        let rest = lower.get(at + phrase.len()..)?.trim_start();
        let word = rest.split(|c: char| !c.is_alphanumeric()).next()?;
        match word {
            "correct" => Some(true),
            "incorrect" => Some(false),
            _ => None,
        }
    })
}

/// A verdict on an answer or a step that is one word: correct, yes, true; incorrect, no, false.
///
/// White space around it and case do not matter.
///
/// # Missing values
/// Anything else is `None`.
///
/// # Source
/// VISCO (arXiv 2412.02172), the released code.
///
/// # Examples
/// ```
/// use probity::critique::parse_correctness;
/// assert_eq!(parse_correctness(" Yes\n"), Some(true));
/// assert_eq!(parse_correctness("INCORRECT"), Some(false));
/// assert_eq!(parse_correctness("no."), None);
/// ```
#[must_use]
pub fn parse_correctness(text: &str) -> Option<bool> {
    let word = text.trim();
    let is_one_of = |words: [&str; 3]| words.iter().any(|w| word.eq_ignore_ascii_case(w));
    if is_one_of(["correct", "yes", "true"]) {
        Some(true)
    } else if is_one_of(["incorrect", "no", "false"]) {
        Some(false)
    } else {
        None
    }
}

/// Whether a judge finds an explanation right: false if the text ends in " incorrect" or " incorrect.", in upper or
/// lower case, and true otherwise.
///
/// # Missing values
/// There are none: text without a verdict is true, as in the released script. White space at the end counts as text.
///
/// # Source
/// VISCO (arXiv 2412.02172), the released code.
///
/// # Examples
/// ```
/// use probity::critique::parse_explanation_verdict;
/// assert!(!parse_explanation_verdict("# Judgment: the critique is Incorrect."));
/// assert!(parse_explanation_verdict("# Judgment: the critique is correct."));
/// assert!(parse_explanation_verdict("incorrect") && parse_explanation_verdict(""));
/// ```
#[must_use]
pub fn parse_explanation_verdict(text: &str) -> bool {
    let ends_in = |ending: &str| {
        let start = text.len().checked_sub(ending.len());
        start.and_then(|at| text.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
    };
    !(ends_in(" incorrect") || ends_in(" incorrect."))
}

/// The verdict on a claim: true if the text says "claim is true", else false if it says "claim is false", in upper or
/// lower case.
///
/// # Missing values
/// `None` where it says neither.
///
/// # Source
/// MetaCritique (arXiv 2401.04518), the released code: a text with both phrases is true.
///
/// # Examples
/// ```
/// use probity::critique::parse_claim_verdict;
/// assert_eq!(parse_claim_verdict("The claim is TRUE because ..."), Some(true));
/// assert_eq!(parse_claim_verdict("It is not so that the claim is false: the claim is true."), Some(true));
/// assert_eq!(parse_claim_verdict("The claim is hard to check."), None);
/// ```
#[must_use]
pub fn parse_claim_verdict(text: &str) -> Option<bool> {
    let lower = text.to_ascii_lowercase();
    if lower.contains("claim is true") {
        Some(true)
    } else if lower.contains("claim is false") {
        Some(false)
    } else {
        None
    }
}

/// The atomic information units of a reply that lists one a line.
///
/// White space around the whole is dropped; lines are kept as they are, empty ones included.
///
/// # Source
/// MetaCritique (arXiv 2401.04518), the released code. That a text without content has no units is our choice.
///
/// # Examples
/// ```
/// use probity::critique::split_aius;
/// assert_eq!(split_aius("  It is wrong.\nIt is late. \n\nCite it.\n"), ["It is wrong.", "It is late. ", "", "Cite it."]);
/// assert!(split_aius(" \n").is_empty());
/// ```
#[must_use]
pub fn split_aius(text: &str) -> Vec<&str> {
    text.trim().lines().collect()
}
