use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Importer, join};
use crate::io::json_value::{Node, Object};
use crate::io::reading::log_reading;
use crate::io::{Import, Reason, Result, Strictness};

/// A log of OpenAI's evals (JSON Lines).
///
/// | | in the log |
/// |---|---|
/// | item | `sample_id` |
/// | rater | `match`; `metrics` and the name of the metric, joined with `:`; `cond_logp` |
/// | label | `data.correct`; the value of the metric; `data.logp` |
///
/// On a numeric scale right and wrong are 1 and 0. The specification, the final report and events of other types
/// (`sampling`, `raw_sample`, …) hold no judgment; they are counted as rows. Not read in those that do: `expected`, `picked`
/// and further data, `run_id`, `event_id`, `created_by` and `created_at`.
///
/// # Missing values
/// A value that is `null` or absent is missing; an event of the type `error` is one missing judgment.
///
/// # Source
/// `evals/record.py`.
///
/// # Examples
/// ```
/// use probity::io::{OpenAiEvalsLog, Strictness};
/// let file = r#"{"spec": {"eval_name": "e"}}
/// {"event_id": 0, "sample_id": "s.0", "type": "match", "data": {"correct": true, "expected": "4", "picked": "4"}}
/// {"event_id": 1, "sample_id": "s.1", "type": "sampling", "data": {"sampled": ["5"]}}
/// {"final_report": {"accuracy": 1.0}}
/// "#;
/// let import = OpenAiEvalsLog::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!((import.report.rows, import.report.judgments), (4, 1));
/// assert_eq!(import.ratings.labels().names(), ["true"]);
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct OpenAiEvalsLog {
    target: Target,
}

impl OpenAiEvalsLog {
    /// Labels as the log has them.
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

fn take(importer: &mut Importer, event: &Object<'_>) -> Result<()> {
    if event.get("spec").is_some() || event.get("final_report").is_some() {
        return Ok(());
    }
    let Some(kind) = importer.name(event, "type", "the type of an event")? else { return Ok(()) };
    if !matches!(&*kind, "match" | "metrics" | "cond_logp" | "error") {
        return Ok(());
    }
    if kind == "error" {
        importer.report.missing += 1;
        return Ok(());
    }
    let Some(item) = importer.name(event, "sample_id", "an item")? else { return Ok(()) };
    let data = event.get("data").ok_or(Reason::NoValue { what: "the data of an event" });
    let Some(data) = importer.ok("data", data.and_then(Node::object))? else { return Ok(()) };
    match &*kind {
        "match" => importer.judge_node("", &item, "match", data.get("correct"), "data.correct"),
        "cond_logp" => importer.judge_node("", &item, "cond_logp", data.get("logp"), "data.logp"),
        _ => data.entries().try_for_each(|(name, value)| {
            importer.judge_node("", &item, &join(["metrics", name]), Some(value), &format!("data.{name}"))
        }),
    }
}
