use std::collections::HashSet;

/// Characters after which an answer is cut into pieces.
pub const SELF_ALIGN_PIECES: &str = "\n.?!;:,`";
/// The same in the filter of verbose clones, which does without the backtick.
const CLONE_PIECES: &str = "\n.?!;:,";

/// The text up to the first piece that was there before.
///
/// A piece ends after one of the `delimiters` (each a character), which belongs to it. A piece that is nothing but a
/// delimiter may come again. What is left is stripped of white space at both ends.
///
/// # Source
/// Sun et al. 2023 (SELF-ALIGN, arXiv 2305.03047), `dedup` of `merge_and_fileter_self_align_with_dummy.py`, with
/// [`SELF_ALIGN_PIECES`].
///
/// # Examples
/// ```
/// use probity::rules::{SELF_ALIGN_PIECES, self_align_cut_repetition};
/// assert_eq!(self_align_cut_repetition("One. Two. Three. Two. Four", SELF_ALIGN_PIECES), "One. Two. Three.");
/// // The first "same!" has no blank before it, so that the second is not the same piece.
/// assert_eq!(self_align_cut_repetition("same! same! same!", SELF_ALIGN_PIECES), "same! same!");
/// assert_eq!(self_align_cut_repetition("", SELF_ALIGN_PIECES), "");
/// ```
#[must_use]
pub fn self_align_cut_repetition<'t>(text: &'t str, delimiters: &str) -> &'t str {
    let mut seen = HashSet::new();
    let mut end = 0;
    for piece in text.split_inclusive(|c| delimiters.contains(c)) {
        let only_delimiter = piece.chars().count() == 1 && delimiters.contains(piece);
        if !seen.insert(piece) && !only_delimiter {
            break;
        }
        end += piece.len();
    }
    text.get(..end).unwrap_or_default().trim()
}

/// Why an answer is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SelfAlignRejection {
    /// It does not start with the self-identification.
    NoIdentification,
    /// It has thoughts but no answer.
    NoAnswer,
    /// It is too short.
    TooShort,
    /// It repeats the instruction.
    EchoesInstruction,
    /// It repeats the input.
    EchoesInput,
    /// It has something that comes from an exemplar of the prompt.
    Leak,
    /// It is empty.
    Empty,
    /// It has a heading or a phrase that a clone should not have.
    Boilerplate,
}

/// What is kept of a generated answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelfAlignExample {
    /// The instruction; what was the input if that is long.
    pub instruction: String,
    /// The input; empty if it became the instruction.
    pub input: String,
    /// The answer.
    pub output: String,
}

/// SELF-ALIGN's filter of answers, with the settings of the release.
///
/// # Source
/// Sun et al. 2023 (arXiv 2305.03047), second stage, `merge_and_fileter_self_align_with_dummy.py`.
///
/// # Examples
/// ```
/// use probity::rules::{SelfAlignRejection, SelfAlignResponseFilter};
/// let filter = SelfAlignResponseFilter::default();
/// let thoughts = "I am a helpful, ethical, and reliable assistant. I should follow rules 3 (helpful).";
/// let output = format!("{thoughts}\n\nWatson: Paris is the capital and largest ci");
/// let kept = filter.apply("Which city?", "", &output).unwrap();
/// // The answer was cut off: its last word goes.
/// assert_eq!(kept.output, "Paris is the capital and largest");
/// assert_eq!(filter.apply("Which city?", "", thoughts), Err(SelfAlignRejection::NoAnswer));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelfAlignResponseFilter {
    /// What an output starts with.
    pub identification: String,
    /// Name of the speaker in the prompt.
    pub speaker: String,
    /// What the speaker is called afterwards.
    pub renamed: String,
    /// Characters that an answer has at least, with its closing mark, if the next turn follows.
    pub min_chars: usize,
    /// An instruction or input of more characters than this must not occur in the answer; such an input becomes the
    /// instruction.
    pub echo_chars: usize,
    /// What must not occur in the answer, in exactly this case.
    pub leaks: Vec<String>,
}

const LEAKS: [&str; 15] = [
    "User:",
    "Good job! Clear context",
    "Watson (auto reply):",
    "Could you please provide more details or context so I can try to assist you better?",
    "president",
    "President",
    "Zhiqing",
    "孙之清",
    "1, 1, 4",
    "weather",
    "or by watching the news or checking your local",
    "alpaca",
    "Alpaca",
    "birthday party",
    "Birthday party",
];

impl Default for SelfAlignResponseFilter {
    fn default() -> Self {
        Self {
            identification: "I am a helpful, ethical, and reliable assistant.".to_string(),
            speaker: "Watson".to_string(),
            renamed: "Dromedary".to_string(),
            min_chars: 160,
            echo_chars: 16,
            leaks: LEAKS.map(str::to_string).into(),
        }
    }
}

const NEXT_TURN: &str = "\n\n### User\n";

fn without_last_word(text: &str) -> &str {
    text.rsplit_once(' ').map_or(text, |(before, _)| before)
}

fn longer_than(text: &str, chars: usize) -> bool {
    text.chars().nth(chars).is_some()
}

impl SelfAlignResponseFilter {
    /// Reads the answer out of an output and decides whether it is kept.
    ///
    /// In this order: it starts with the identification; what follows the first `\n\nSpeaker:` is the answer; repetition
    /// is cut ([`self_align_cut_repetition`]); at `\n\nUser:` the next turn is cut off and marked, and the answer must be
    /// long enough, otherwise its last word goes, since the generation was cut off; it repeats neither a long instruction
    /// nor a long input; nothing leaks from the exemplars; it is not empty.
    ///
    /// # Errors
    /// The first reason for which it is not kept.
    pub fn apply(
        &self,
        instruction: &str,
        input: &str,
        output: &str,
    ) -> Result<SelfAlignExample, SelfAlignRejection> {
        if !output.starts_with(&self.identification) {
            return Err(SelfAlignRejection::NoIdentification);
        }
        let (_, answer) =
            output.split_once(&format!("\n\n{}:", self.speaker)).ok_or(SelfAlignRejection::NoAnswer)?;
        let answer = self_align_cut_repetition(answer.trim(), SELF_ALIGN_PIECES);
        let answer = match answer.split_once("\n\nUser:") {
            Some((turn, _)) => {
                let turn = format!("{}{NEXT_TURN}", turn.trim());
                if self.min_chars > 0 && !longer_than(&turn, self.min_chars - 1) {
                    return Err(SelfAlignRejection::TooShort);
                }
                turn
            }
            None => without_last_word(answer).to_string(),
        };
        let echoes = |text: &str| longer_than(text, self.echo_chars) && answer.contains(text);
        if echoes(instruction) {
            return Err(SelfAlignRejection::EchoesInstruction);
        }
        if echoes(input) {
            return Err(SelfAlignRejection::EchoesInput);
        }
        let (instruction, input) =
            if longer_than(input, self.echo_chars) { (input, "") } else { (instruction, input) };
        if self.leaks.iter().any(|leak| answer.contains(leak.as_str())) {
            return Err(SelfAlignRejection::Leak);
        }
        if answer.is_empty() {
            return Err(SelfAlignRejection::Empty);
        }
        Ok(SelfAlignExample {
            instruction: instruction.to_string(),
            input: input.to_string(),
            output: answer.replace(&self.speaker, &self.renamed),
        })
    }
}

/// SELF-ALIGN's filter of answers that were written again at length.
///
/// The answer ends at `### User`, or loses its last word; repetition is cut; it ends at a thirteenth list item; it has 128
/// characters or more unless the next turn follows; it has no heading of an encyclopedia and no wording of the prompt.
///
/// # Source
/// Sun et al. 2023 (arXiv 2305.03047), fourth stage, `merge_and_filter_verbose_clone_output.py` of the branch
/// `dromedary_v1`. The release puts a fixed answer in the place of answers about the person in an exemplar; here a name in
/// `leaks` that occurs in instruction, input or answer rejects. Of its two sentences of boilerplate the start is looked
/// for.
///
/// # Errors
/// The first reason for which it is not kept.
///
/// # Examples
/// ```
/// use probity::rules::{SelfAlignRejection, self_align_filter_clone};
/// let long = "A word, ".repeat(1) + &"and one more of them ".repeat(10);
/// assert_eq!(self_align_filter_clone("Why?", "", &long, &[])?, long.trim());
/// let short = self_align_filter_clone("Why?", "", "Because.", &[]);
/// assert_eq!(short, Err(SelfAlignRejection::TooShort));
/// assert_eq!(self_align_filter_clone("Why?", "", "So.\n\n### User\nMore", &[]).as_deref(), Ok("So.\n\n### User"));
/// # Ok::<(), SelfAlignRejection>(())
/// ```
pub fn self_align_filter_clone(
    instruction: &str,
    input: &str,
    output: &str,
    leaks: &[&str],
) -> Result<String, SelfAlignRejection> {
    const MIN_CHARS: usize = 128;
    const UNWANTED: [&str; 4] = [
        "## See also",
        "## External links",
        "Dromedary (extensive)",
        "As a helpful, ethical, and reliable AI assistant, my foremost objective is",
    ];
    let answer = match output.split_once("### User\n") {
        Some((turn, _)) => format!("{}{NEXT_TURN}", turn.trim()),
        None => without_last_word(output).to_string(),
    };
    let answer = self_align_cut_repetition(&answer, CLONE_PIECES);
    if leaks.iter().any(|leak| [instruction, input, answer].iter().any(|text| text.contains(leak))) {
        return Err(SelfAlignRejection::Leak);
    }
    let answer = answer.split("\n13. ").next().unwrap_or_default();
    if !longer_than(answer, MIN_CHARS - 1) && !answer.contains("### User") {
        return Err(SelfAlignRejection::TooShort);
    }
    let own = answer.split("### User").next().unwrap_or_default();
    if UNWANTED.iter().any(|unwanted| own.contains(unwanted)) {
        return Err(SelfAlignRejection::Boilerplate);
    }
    Ok(answer.to_string())
}
