use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Document, Importer, join, reading, wrong_file};
use crate::io::json_value::Object;
use crate::io::{Import, Result, Strictness};

/// A test run of DeepEval (`.latest_test_run.json`, `test_run_*.json`).
///
/// | | in the file |
/// |---|---|
/// | item | `testCases[].name`, or `order` where there is no name; of `conversationalTestCases` too |
/// | rater | `metricsData[].name`, with `:` and the `evaluationModel` where a model judged |
/// | label | `success`; on a numeric scale `score` |
///
/// The run may lie under `testRunData`. Metrics within traces and spans are about parts of a case and are not read.
///
/// # Missing values
/// A metric whose `success` (or `score`) is `null` or absent was not decided and is missing; a case without metrics is
/// one missing judgment.
///
/// # Source
/// `deepeval/test_run/api.py`.
///
/// # Complexity
/// Time linear in the file; the text of the file is held while it is read.
///
/// # Examples
/// ```
/// use probity::io::{DeepEvalRun, Strictness};
/// use probity::ratings::Scale;
/// let file = r#"{"testRunData": {"testCases": [{"name": "c", "order": 0, "metricsData": [
///     {"name": "Bias", "score": 0.25, "success": true, "evaluationModel": "m"},
///     {"name": "Exact Match", "score": null, "success": null}]}]}}"#;
/// let import = DeepEvalRun::new().scale(Scale::Interval).read_from(file.as_bytes(), Strictness::Strict)?;
/// let raters: Vec<_> = import.ratings.raters().names().collect();
/// assert_eq!(raters, ["Bias:m", "Exact Match"]);
/// assert_eq!((import.report.judgments, import.report.missing), (1, 1));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct DeepEvalRun {
    target: Target,
}

impl DeepEvalRun {
    /// Labels are verdicts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    target_options!();
    reading!();

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        const EXPECTED: &str = "a test run of DeepEval";
        let document = Document::read(source)?;
        let root = document.root(EXPECTED)?;
        let wrapped = match root.get("testRunData") {
            Some(run) => Some(run.object().map_err(|reason| document.error(run, reason))?),
            None => None,
        };
        let run = wrapped.as_ref().unwrap_or(&root);
        let lists = [run.get("testCases"), run.get("conversationalTestCases")];
        if lists.iter().all(Option::is_none) {
            return Err(wrong_file(EXPECTED, "a document without the key \"testCases\""));
        }
        let mut importer = Importer::new(&self.target, false, strictness);
        for cases in lists.into_iter().flatten() {
            importer.each_of(&document, cases, take)?;
        }
        importer.finish()
    }
}

fn take(importer: &mut Importer, case: &Object<'_>) -> Result<()> {
    let key = if case.get("name").is_some() { "name" } else { "order" };
    let Some(item) = importer.name(case, key, "an item")? else { return Ok(()) };
    let metrics = importer.elements(case, "metricsData")?;
    if metrics.is_empty() {
        importer.report.missing += 1;
    }
    for (i, metric) in metrics.into_iter().enumerate() {
        let field = format!("metricsData[{i}]");
        let Some(metric) = importer.ok(&field, metric.object())? else { continue };
        let Some(name) = importer.name(&metric, "name", "a metric")? else { continue };
        let model = importer.optional(&metric, "evaluationModel")?;
        let rater = model.as_deref().map(|model| join([&*name, model]));
        let key = if importer.numeric { "score" } else { "success" };
        let rater = rater.as_deref().unwrap_or(&name);
        importer.judge_node("", &item, rater, metric.get(key), &format!("{field}.{key}"))?;
    }
    Ok(())
}
