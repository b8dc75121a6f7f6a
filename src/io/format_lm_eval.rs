use std::borrow::Cow;
use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Importer, text};
use crate::io::json_value::Object;
use crate::io::reading::log_reading;
use crate::io::{Import, Reason, Result, Strictness};
use crate::ratings::Scale;

/// The samples of a task in lm-evaluation-harness (`samples_<task>_<date>.jsonl`).
///
/// | | in the file |
/// |---|---|
/// | item | `doc_id` |
/// | rater | the metric and the filter, joined with `,` as in the harness's results: `exact_match,none` |
/// | label | the value of the metric, on an interval scale unless another is set |
///
/// The metrics are those that `metrics` lists; in files without the list, every key with a number or a truth value that
/// is none of the harness's own (`doc_id`, `doc_hash`, `prompt_hash`, `target_hash`, `target`, `doc`, `arguments`,
/// `resps`, `filtered_resps`, `filter`).
///
/// Not read: the document, what was asked and answered (`doc`, `arguments`, `resps`, `filtered_resps`; log-probabilities
/// are there as text), the `target`, and the hashes. The results over tasks have a reader of their own,
/// [`LmEvalResults`](crate::io::LmEvalResults).
///
/// # Missing values
/// A metric that is `null`, `NaN`, infinite or not there is missing. A metric of several numbers (a perplexity) is no
/// judgment of one sample and cannot be used.
///
/// # Source
/// `lm_eval/evaluator.py`, `lm_eval/result_schema.py`. A document has one line a filter.
///
/// # Examples
/// ```
/// use probity::io::{LmEvalSamples, Strictness};
/// let file = r#"{"doc_id": 0, "filter": "strict", "metrics": ["exact_match"], "exact_match": 1.0}
/// {"doc_id": 0, "filter": "flexible", "metrics": ["exact_match"], "exact_match": NaN}
/// "#;
/// let import = LmEvalSamples::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// let raters: Vec<_> = import.ratings.raters().names().collect();
/// assert_eq!(raters, ["exact_match,strict", "exact_match,flexible"]);
/// assert_eq!((import.report.judgments, import.report.missing), (1, 1));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LmEvalSamples {
    target: Target,
}

impl Default for LmEvalSamples {
    fn default() -> Self {
        Self { target: Target { scale: Scale::Interval, ..Target::default() } }
    }
}

/// Keys that are no metrics.
const OWN: [&str; 10] = [
    "doc_id",
    "doc_hash",
    "prompt_hash",
    "target_hash",
    "target",
    "doc",
    "arguments",
    "resps",
    "filtered_resps",
    "filter",
];

impl LmEvalSamples {
    /// Labels are numbers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        let mut importer = Importer::new(&self.target, false, strictness);
        importer.each(source, take)?;
        importer.finish()
    }
}

fn take(importer: &mut Importer, sample: &Object<'_>) -> Result<()> {
    let Some(item) = importer.name(sample, "doc_id", "an item")? else { return Ok(()) };
    let filter = importer.optional(sample, "filter")?.unwrap_or(Cow::Borrowed("none"));
    let metrics: Vec<Cow<'_, str>> = if sample.get("metrics").is_some() {
        let mut names = Vec::new();
        for name in importer.elements(sample, "metrics")? {
            names.extend(importer.ok("metrics", text(Some(name)))?.flatten());
        }
        names
    } else {
        let is_metric = |name: &str, kind: &str| {
            !OWN.contains(&name) && matches!(kind, "a number" | "true or false" | "null")
        };
        let metrics = sample.entries().filter(|(name, node)| is_metric(name, node.kind()));
        metrics.map(|(name, _)| Cow::Owned(name.to_string())).collect()
    };
    if metrics.is_empty() {
        return importer.fault(Some("metrics"), Reason::NoValue { what: "a metric" });
    }
    for metric in metrics {
        let rater = format!("{metric},{filter}");
        importer.judge_node("", &item, &rater, sample.get(&metric), &metric)?;
    }
    Ok(())
}
