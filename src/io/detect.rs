use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::io::{Dialect, Error, Result, guess};

/// What a file is, as far as its start tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// AlpacaEval: [`BattleTable::alpaca_eval`](crate::io::BattleTable::alpaca_eval).
    AlpacaEval,
    /// Chatbot Arena, or humans on MT-bench: [`BattleTable::arena`](crate::io::BattleTable::arena).
    Arena,
    /// Argilla: [`ArgillaRecords`](crate::io::ArgillaRecords).
    Argilla,
    /// DeepEval: [`DeepEvalRun`](crate::io::DeepEvalRun).
    DeepEval,
    /// HELM: [`HelmStats`](crate::io::HelmStats).
    Helm,
    /// Inspect, as JSON: [`InspectLog`](crate::io::InspectLog).
    Inspect,
    /// A zip archive, of which Inspect's logs are one kind: [`InspectLog`](crate::io::InspectLog) with the feature
    /// `zip`.
    InspectArchive,
    /// Label Studio: [`LabelStudioExport`](crate::io::LabelStudioExport).
    LabelStudio,
    /// Samples of lm-evaluation-harness: [`LmEvalSamples`](crate::io::LmEvalSamples).
    LmEval,
    /// Results of lm-evaluation-harness over tasks: [`LmEvalResults`](crate::io::LmEvalResults).
    LmEvalResults,
    /// A row a judgment: [`LongTable`](crate::io::LongTable).
    LongTable,
    /// MT-bench, two answers at a time: [`BattleTable::mt_bench`](crate::io::BattleTable::mt_bench).
    MtBenchPairs,
    /// MT-bench, one answer at a time: [`MtBenchScores`](crate::io::MtBenchScores).
    MtBenchScores,
    /// OpenAI's evals: [`OpenAiEvalsLog`](crate::io::OpenAiEvalsLog).
    OpenAiEvals,
    /// A row a comparison of two contenders: [`PairTable`](crate::io::PairTable).
    PairTable,
    /// Prodigy: [`ProdigyAnnotations`](crate::io::ProdigyAnnotations).
    Prodigy,
    /// promptfoo: [`PromptfooResults`](crate::io::PromptfooResults).
    Promptfoo,
    /// A row an item and a column a rater, or the other way round: [`WideTable`](crate::io::WideTable).
    WideTable,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AlpacaEval => "AlpacaEval annotations",
            Self::Arena => "Chatbot Arena battles",
            Self::Argilla => "Argilla records",
            Self::DeepEval => "DeepEval test run",
            Self::Helm => "HELM statistics of instances",
            Self::Inspect => "Inspect log",
            Self::InspectArchive => "Inspect archive",
            Self::LabelStudio => "Label Studio export",
            Self::LmEval => "lm-evaluation-harness samples",
            Self::LmEvalResults => "lm-evaluation-harness results",
            Self::LongTable => "long table",
            Self::MtBenchPairs => "MT-bench judgments of pairs",
            Self::MtBenchScores => "MT-bench scores",
            Self::OpenAiEvals => "OpenAI evals log",
            Self::PairTable => "table of pairs",
            Self::Prodigy => "Prodigy annotations",
            Self::Promptfoo => "promptfoo results",
            Self::WideTable => "wide table",
        })
    }
}

/// The keys that tell a tool's files, the more telling first; a `*` at the start stands for any beginning.
const SIGNS: [(Origin, &[&str]); 17] = [
    (Origin::Promptfoo, &["evalId", "results"]),
    (Origin::LmEvalResults, &["results", "n-shot"]),
    (Origin::LmEvalResults, &["results", "versions"]),
    (Origin::DeepEval, &["testRunData"]),
    (Origin::DeepEval, &["testCases"]),
    (Origin::Inspect, &["version", "eval"]),
    (Origin::Helm, &["instance_id", "stats"]),
    (Origin::AlpacaEval, &["generator_1", "generator_2", "preference"]),
    (Origin::MtBenchPairs, &["model_1", "model_2", "g1_winner", "g2_winner"]),
    (Origin::Arena, &["model_a", "model_b", "winner"]),
    (Origin::MtBenchScores, &["question_id", "judge", "score"]),
    (Origin::LmEval, &["doc_id", "filtered_resps"]),
    (Origin::LmEval, &["doc_id", "metrics"]),
    (Origin::Prodigy, &["_task_hash", "answer"]),
    (Origin::OpenAiEvals, &["spec"]),
    (Origin::LabelStudio, &["id", "annotations"]),
    (Origin::Argilla, &["id", "*.responses"]),
];

/// Bytes of a file that [`detect`] looks at.
pub(super) const START: u64 = 1 << 20;

/// Tells what a file is: which tool wrote it, by the keys of its first record or the names in its header, within the
/// first mebibyte; a table by the names of its columns, as [`AnyFormat`](crate::io::AnyFormat) says; `None` if it is none of those that
/// [`Origin`] lists.
///
/// A file is taken for what it looks like; its importer says whether it is.
///
/// # Errors
/// The file cannot be read.
///
/// # Complexity
/// At most a mebibyte is read.
pub fn detect(path: impl AsRef<Path>) -> Result<Option<Origin>> {
    let path = path.as_ref();
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(START).read_to_end(&mut start));
    read.map_err(|error| Error::of_file(error).with_path(path))?;
    Ok(detect_in(&start))
}

/// Tells what a file is by its first bytes; they may end anywhere.
///
/// # Examples
/// ```
/// use probity::io::{Origin, detect_in};
/// assert_eq!(detect_in(br#"{"doc_id": 0, "resps": [], "filtered_resps": []}"#), Some(Origin::LmEval));
/// assert_eq!(detect_in(b"[{\"instance_id\": \"id1\", \"stats\": [{\"na"), Some(Origin::Helm));
/// assert_eq!(detect_in(b"model_a,model_b,winner\n"), Some(Origin::Arena));
/// assert_eq!(detect_in(b"item,rater,label\n"), Some(Origin::LongTable));
/// assert_eq!(detect_in(b"name,age\n"), None);
/// ```
#[must_use]
pub fn detect_in(start: &[u8]) -> Option<Origin> {
    of_tool(start).or_else(|| {
        let bare = start.strip_prefix(BOM).unwrap_or(start);
        let format = guess::format(bare)?;
        Some(guess::shape(bare, format, &Dialect::new().format(format))?.origin())
    })
}

/// How a file may start to say that it is UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// The tool that wrote a file that starts so.
pub(super) fn of_tool(start: &[u8]) -> Option<Origin> {
    if start.starts_with(super::importer::ZIP) {
        return Some(Origin::InspectArchive);
    }
    let keys = first_keys(start);
    let has = |sign: &str| match sign.strip_prefix('*') {
        Some(end) => keys.iter().any(|key| key.ends_with(end.as_bytes())),
        None => keys.contains(&sign.as_bytes()),
    };
    SIGNS.iter().find(|(_, signs)| signs.iter().all(|sign| has(sign))).map(|(origin, _)| *origin)
}

/// The keys of the first record, or the names in the first line of a table.
pub(super) fn first_keys(start: &[u8]) -> Vec<&[u8]> {
    let start = start.strip_prefix(BOM).unwrap_or(start).trim_ascii_start();
    match start.first() {
        Some(b'{') => keys(start),
        Some(b'[') => keys(start.get(1..).unwrap_or_default().trim_ascii_start()),
        _ => header(start),
    }
}

/// The names in the first line of a table.
fn header(start: &[u8]) -> Vec<&[u8]> {
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let delimiter = if line.contains(&b'\t') { b'\t' } else { b',' };
    let names = line.split(|&byte| byte == delimiter).map(<[u8]>::trim_ascii);
    names.map(|name| name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\"")).unwrap_or(name)).collect()
}

/// The keys of an object, as they are written, up to its end or that of the text.
fn keys(text: &[u8]) -> Vec<&[u8]> {
    let (mut depth, mut keys) = (0u64, Vec::new());
    let mut last: Option<&[u8]> = None;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => {
                let Some(length) = string_length(text.get(at + 1..).unwrap_or_default()) else { break };
                last = text.get(at + 1..at + 1 + length);
                at += length + 1;
            }
            b':' if depth == 1 => keys.extend(last.take()),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

/// The bytes before the quote that ends a string.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|&byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}
