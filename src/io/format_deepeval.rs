use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Document, Importer, join, wrong_file};
use crate::io::json_value::Object;
use crate::io::reading::log_reading;
use crate::io::{Import, Result, Strictness};

/// A test run of DeepEval (`.latest_test_run.json`, `test_run_*.json`).
///
/// | | in the file |
/// |---|---|
/// | item | `testCases[].name`, or `order` where there is no name; of `conversationalTestCases` too |
/// | rater | `metricsData[].name`, with `:` and the `evaluationModel` where a model judged |
/// | label | `success`; on a numeric scale `score` |
/// | group | the kind of case, where there are both |
///
/// With [`DeepEvalRun::cases`] a judgment is one of a case: its `success`, by the rater `test case`. The run may lie
/// under `testRunData`. Not read: metrics within `trace` and its spans (they are about parts of a case), `threshold` and
/// `reason` (how a metric came to its verdict), inputs and outputs, and what the run cost.
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
    by_order: bool,
    cases: bool,
}

impl DeepEvalRun {
    /// Labels are verdicts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An item is named by its `order` even if it has a name: names need not differ.
    #[must_use]
    pub fn by_order(mut self) -> Self {
        self.by_order = true;
        self
    }

    /// A judgment a test case instead of a metric.
    #[must_use]
    pub fn cases(mut self) -> Self {
        self.cases = true;
        self
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        const EXPECTED: &str = "a test run of DeepEval";
        let document = Document::read(source)?;
        let root = document.root(EXPECTED)?;
        let wrapped = match root.get("testRunData") {
            Some(run) => Some(run.object().map_err(|reason| document.error(run, reason))?),
            None => None,
        };
        let run = wrapped.as_ref().unwrap_or(&root);
        let lists = ["testCases", "conversationalTestCases"].map(|kind| (kind, run.get(kind)));
        if lists.iter().all(|(_, list)| list.is_none()) {
            return Err(wrong_file(EXPECTED, "a document without the key \"testCases\""));
        }
        let mut importer =
            Importer::new(&self.target, lists.iter().all(|(_, list)| list.is_some()), strictness);
        for (kind, cases) in lists {
            let Some(cases) = cases else { continue };
            importer.each_of(&document, cases, |importer, case| self.take(importer, case, kind))?;
        }
        importer.finish()
    }

    fn take(&self, importer: &mut Importer, case: &Object<'_>, kind: &str) -> Result<()> {
        let key = if case.get("name").is_some() && !self.by_order { "name" } else { "order" };
        let Some(item) = importer.name(case, key, "an item")? else { return Ok(()) };
        if self.cases {
            return importer.judge_node(kind, &item, "test case", case.get("success"), "success");
        }
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
            importer.judge_node(kind, &item, rater, metric.get(key), &format!("{field}.{key}"))?;
        }
        Ok(())
    }
}
