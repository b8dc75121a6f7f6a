use std::borrow::Cow;
use std::io::Read;

use crate::inference::Estimate;
use crate::io::collect::Target;
use crate::io::importer::{Document, Importer, text, wrong_file};
use crate::io::json_value::{Node, Object};
use crate::io::reading::log_reading;
use crate::io::{ImportReport, Reason, Result, Strictness};

/// What a run scored on one task by one metric.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskScore {
    /// The task, or the group of tasks.
    pub task: String,
    /// The metric (`acc_norm`).
    pub metric: String,
    /// The filter that the answers went through (`none`).
    pub filter: String,
    /// The score.
    pub value: f64,
    /// Its standard error; `None` where the harness has none (`N/A`).
    pub standard_error: Option<f64>,
    /// The documents that were scored, where the file says so.
    pub n: Option<u64>,
    /// Whether more is better, where the file says so.
    pub higher_is_better: Option<bool>,
    /// Whether the harness computed it over a group of tasks.
    pub of_group: bool,
}

impl TaskScore {
    /// The score with its standard error; the interval is the user's choice (the harness does not say how a score is
    /// distributed).
    #[must_use]
    pub fn estimate(&self) -> Estimate {
        let n = self.n.unwrap_or(0);
        let estimate = Estimate::new("as lm-evaluation-harness reports it", self.value).counted(n, 1, n);
        match self.standard_error {
            Some(error) => estimate.with_standard_error(error),
            None => estimate,
        }
    }
}

/// The scores of a run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ScoreImport {
    /// The model, where the file names it.
    pub model: Option<String>,
    /// The scores, in the order of the file.
    pub scores: Vec<TaskScore>,
    /// Tasks in the order of the file, with or without a score.
    pub tasks: Vec<String>,
    /// What each group of tasks consists of: `group_subtasks`, which lists a task by itself as a group of none.
    pub groups: Vec<(String, Vec<String>)>,
    /// What was read and left out: a row is a task; there are no judgments in such a file.
    pub report: ImportReport,
}

/// The results of a run of lm-evaluation-harness (`results_<date>.json`).
///
/// | | in the file |
/// |---|---|
/// | task | the key in `results` |
/// | metric, filter | the keys in the task, `acc_norm,none`; files before 0.4 have no filter: it is `none` |
/// | value, standard error | under `<metric>,<filter>` and `<metric>_stderr,<filter>` |
/// | n | `n-samples.<task>.effective` |
/// | direction | `higher_is_better.<task>.<metric>` |
/// | group | whether the task is a key in `groups` |
/// | model | `model_name`, else `config.model_args`, else `config.model` |
///
/// [`ImportReport::facts`] has `model_source`, `config.model`, `git_hash` and `date`. Not read: `configs`, `versions`,
/// `n-shot`, hashes, and what machine it ran on. These are figures over samples and no judgments; the samples have a
/// reader of their own, [`LmEvalSamples`](crate::io::LmEvalSamples).
///
/// # Missing values
/// A value or standard error that is a word (`N/A`, the blank of a group without figures), `null` or no finite number
/// is missing. A task may have no figure at all.
///
/// # Source
/// `lm_eval/result_schema.py`, `lm_eval/evaluator_utils.py`.
///
/// # Complexity
/// Time linear in the file; the text of the file is held while it is read.
///
/// # Examples
/// ```
/// use probity::io::{LmEvalResults, Strictness};
/// let file = r#"{"results": {
///     "arc": {"alias": "arc", "acc,none": 0.5, "acc_stderr,none": 0.1, "f1,strict": 0.25, "f1_stderr,strict": "N/A"},
///     "suite": {" ": " ", "alias": "suite"}}, "n-samples": {"arc": {"original": 26, "effective": 25}},
///     "model_name": "m"}"#;
/// let import = LmEvalResults::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!((import.scores.len(), import.report.rows, import.report.missing), (2, 2, 2));
/// assert_eq!((import.scores[0].standard_error, import.scores[0].n), (Some(0.1), Some(25)));
/// assert_eq!((import.scores[1].filter.as_str(), import.scores[1].standard_error), ("strict", None));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct LmEvalResults {
    _private: (),
}

/// Words that stand for the absence of a number, under this fact.
const WORDS: &str = "words instead of a number";

impl LmEvalResults {
    /// All scores.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    log_reading!(ScoreImport);

    #[allow(clippy::unused_self, reason = "as the other readers, which have options")]
    fn load(&self, source: impl Read, strictness: Strictness) -> Result<ScoreImport> {
        const EXPECTED: &str = "results of lm-evaluation-harness";
        let document = Document::read(source)?;
        let root = document.root(EXPECTED)?;
        let Some(results) = root.get("results") else {
            return Err(wrong_file(EXPECTED, "a document without the key \"results\""));
        };
        let results = results.object().map_err(|reason| document.error(results, reason))?;
        let part = |key: &str| root.get(key).and_then(|node| node.object().ok());
        let parts = Parts { n: part("n-samples"), higher: part("higher_is_better"), groups: part("groups") };
        let mut importer = Importer::new(&Target::default(), false, strictness);
        let mut import = ScoreImport {
            model: model(&root),
            scores: Vec::new(),
            tasks: Vec::new(),
            groups: groups(part("group_subtasks").as_ref()),
            report: ImportReport::default(),
        };
        importer.each_value(&document, &results, |importer, task, figures| {
            import.tasks.push(task.to_string());
            parts.take(importer, task, figures, &mut import.scores)
        })?;
        importer.fact("model_source", root.get("model_source"));
        importer.fact("config.model", part("config").and_then(|config| config.get("model")));
        for key in ["git_hash", "date"] {
            importer.fact(key, root.get(key));
        }
        import.report = importer.into_report();
        Ok(import)
    }
}

/// What the file says about tasks in other places.
struct Parts<'a> {
    n: Option<Object<'a>>,
    higher: Option<Object<'a>>,
    groups: Option<Object<'a>>,
}

impl Parts<'_> {
    fn take(
        &self,
        importer: &mut Importer,
        task: &str,
        figures: &Object<'_>,
        scores: &mut Vec<TaskScore>,
    ) -> Result<()> {
        let within = |outer: &Option<Object<'_>>, key: &str| -> Option<String> {
            let object = outer.as_ref()?.get(task)?.object().ok()?;
            Some(object.get(key)?.text().to_string())
        };
        let n = within(&self.n, "effective").and_then(|n| n.parse().ok());
        let of_group = self.groups.as_ref().is_some_and(|groups| groups.get(task).is_some());
        for (key, node) in figures.entries().filter(|(key, _)| *key != "alias") {
            let (metric, filter) = key.split_once(',').unwrap_or((key, "none"));
            let Some(value) = figure(importer, key, node)? else { continue };
            if metric.ends_with("_stderr") {
                continue;
            }
            let error_key = match key.split_once(',') {
                Some(_) => format!("{metric}_stderr,{filter}"),
                None => format!("{metric}_stderr"),
            };
            let standard_error = figures.get(&error_key).and_then(|node| number(node).ok().flatten());
            scores.push(TaskScore {
                task: task.to_string(),
                metric: metric.to_string(),
                filter: filter.to_string(),
                value,
                standard_error,
                n,
                higher_is_better: within(&self.higher, metric).and_then(|is| is.parse().ok()),
                of_group,
            });
        }
        Ok(())
    }
}

/// The number in a field; what is none is counted as missing.
fn figure(importer: &mut Importer, key: &str, node: Node<'_>) -> Result<Option<f64>> {
    let Some(found) = importer.ok(key, number(node))? else { return Ok(None) };
    if found.is_none() {
        importer.report.missing += 1;
        if node.kind() == "text"
            && importer.report.facts.iter().all(|(name, word)| name != WORDS || *word != told(node))
        {
            importer.fact(WORDS, Some(node));
        }
    }
    Ok(found)
}

fn told(node: Node<'_>) -> Cow<'_, str> {
    text(Some(node)).ok().flatten().unwrap_or_default()
}

fn number(node: Node<'_>) -> Result<Option<f64>, Reason> {
    let Some(found) = text(Some(node))? else { return Ok(None) };
    Ok(found.parse().ok().filter(|number: &f64| number.is_finite()))
}

fn model(root: &Object<'_>) -> Option<String> {
    let config = root.get("config").and_then(|config| config.object().ok());
    let of_config = |key| config.as_ref().and_then(|config| config.get(key));
    let named = root.get("model_name").or_else(|| of_config("model_args")).or_else(|| of_config("model"))?;
    Some(text(Some(named)).ok().flatten().map_or_else(|| named.text().to_string(), Cow::into_owned))
}

fn groups(subtasks: Option<&Object<'_>>) -> Vec<(String, Vec<String>)> {
    let lists = subtasks.iter().flat_map(|subtasks| subtasks.entries());
    let named = lists.map(|(group, tasks)| {
        let tasks = tasks.array().unwrap_or_default().into_iter();
        (group.to_string(), tasks.map(|task| told(task).into_owned()).collect::<Vec<_>>())
    });
    named.collect()
}
