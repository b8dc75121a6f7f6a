use std::borrow::Cow;
use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Document, Importer, join, text};
use crate::io::json_value::{Node, Object};
use crate::io::reading::log_reading;
use crate::io::{Error, Import, Result, Strictness};

/// A log of Inspect as one JSON document (`.json`) or, with the feature `zip`, as an archive (`.eval`).
///
/// | | in the log |
/// |---|---|
/// | item | the sample's `id` and `epoch`, joined with `:` |
/// | rater | the scorer; with `:` and a key or position where its value is a map or a list |
/// | label | `scores.<scorer>.value`; on a numeric scale `C` is 1, `P` ½, `I` and `N` 0, `yes` and `true` 1, `no` and `false` 0 |
///
/// [`ImportReport::facts`](crate::io::ImportReport::facts) has `version`, `status`, `eval.model`, `eval.model_roles`,
/// `eval.task`, `results.completed_samples`, the reported metrics (`match.accuracy`), and the number of samples with an
/// `error`; of an archive also the number of its files. Not read: `input`, `messages`, `events`, `answer`, `explanation`
/// and `history` (how a sample came to its score), `plan` and `stats` (how the run was made), `reductions`
/// (computed from the scores).
///
/// Whether the run ended well plays no part: what was scored is imported.
/// [`ImportReport::announced`](crate::io::ImportReport::announced) is the log's own count of samples, which a log
/// written without its samples does not meet.
///
/// # Missing values
/// A value `null`, `NaN` or infinite is missing, and so is every scorer of a sample without scores (one missing
/// judgment if the log names no scorer).
///
/// # Source
/// Inspect's `log/_log.py` and, for the numbers, `value_to_float` of `scorer/_metric.py`.
///
/// # Complexity
/// Time linear in the file; the text of the file is held while it is read (of an archive, the packed file and one
/// sample). A file of an archive is read up to 1 GiB.
///
/// # Examples
/// ```
/// use probity::io::{InspectLog, Strictness};
/// use probity::ratings::Scale;
/// let log = r#"{"version": 2, "eval": {"task": "t"}, "results": {"total_samples": 3}, "samples": [
///     {"id": "a", "epoch": 1, "scores": {"match": {"value": "C"}}},
///     {"id": "a", "epoch": 2, "scores": {"match": {"value": NaN}}}]}"#;
/// let import = InspectLog::new().scale(Scale::Interval).read_from(log.as_bytes(), Strictness::Strict)?;
/// assert_eq!((import.ratings.n_items(), import.report.missing), (2, 1));
/// assert_eq!(import.ratings.values()?.get(0, 0), Some(1.0));
/// assert_eq!((import.report.rows, import.report.announced), (2, Some(3)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct InspectLog {
    target: Target,
}

impl InspectLog {
    /// Labels as the log has them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, mut source: impl Read, strictness: Strictness) -> Result<Import> {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(Error::of_file)?;
        #[cfg(feature = "zip")]
        if bytes.starts_with(super::importer::ZIP) {
            return super::inspect_archive::load(&self.target, bytes, strictness);
        }
        let document = Document::of_bytes(&bytes)?;
        drop(bytes);
        let root = document.root("a log of Inspect")?;
        if root.get("eval").is_none() {
            return Err(super::importer::wrong_file(
                "a log of Inspect",
                "a document without the key \"eval\"",
            ));
        }
        let mut importer = Importer::new(&self.target, false, strictness);
        let scorers = header(&mut importer, &root);
        if let Some(samples) = root.get("samples") {
            importer.each_of(&document, samples, |importer, sample| take(importer, sample, &scorers))?;
        }
        importer.finish()
    }
}

/// Notes how many samples the log counts; gives the scorers that it names, for samples without scores.
pub(super) fn header(importer: &mut Importer, root: &Object<'_>) -> Vec<String> {
    let results = root.get("results").and_then(|results| results.object().ok());
    let results = results.as_ref();
    let total = results.and_then(|results| results.get("total_samples"));
    importer.report.announced = total.and_then(|total| total.text().parse().ok());
    let eval = root.get("eval").and_then(|eval| eval.object().ok());
    for key in ["version", "status"] {
        importer.fact(key, root.get(key));
    }
    for key in ["model", "model_roles", "task"] {
        importer.fact(format!("eval.{key}"), eval.as_ref().and_then(|eval| eval.get(key)));
    }
    importer.fact("results.completed_samples", results.and_then(|results| results.get("completed_samples")));
    reported(importer, results.and_then(|results| results.get("scores")));
    let lists = [eval.as_ref().and_then(|eval| eval.get("scorers")), results.and_then(|r| r.get("scores"))];
    let named = |list: Node<'_>| -> Vec<String> {
        let objects = list.array().unwrap_or_default().into_iter().filter_map(|node| node.object().ok());
        objects.filter_map(|scorer| Some(text(scorer.get("name")).ok()??.into_owned())).collect()
    };
    lists.into_iter().flatten().map(named).find(|names| !names.is_empty()).unwrap_or_default()
}

/// Notes the metrics that the log reports of its scorers.
fn reported(importer: &mut Importer, scores: Option<Node<'_>>) {
    let scores = scores.and_then(|scores| scores.array().ok()).unwrap_or_default();
    for score in scores.into_iter().filter_map(|score| score.object().ok()) {
        let name = text(score.get("name")).ok().flatten().unwrap_or_default();
        let metrics = score.get("metrics").and_then(|metrics| metrics.object().ok());
        for (metric, figure) in metrics.iter().flat_map(Object::entries) {
            let value = figure.object().ok().and_then(|figure| figure.get("value"));
            importer.fact(format!("{name}.{metric}"), value);
        }
    }
}

pub(super) fn take(importer: &mut Importer, sample: &Object<'_>, scorers: &[String]) -> Result<()> {
    let Some(id) = importer.name(sample, "id", "an item")? else { return Ok(()) };
    let epoch = importer.optional(sample, "epoch")?.unwrap_or(Cow::Borrowed("1"));
    let item = join([id.as_ref(), epoch.as_ref()]);
    if sample.get("error").is_some() {
        importer.count("samples with an error", 1.0);
    }
    let scores = match sample.get("scores") {
        Some(scores) => match importer.ok("scores", scores.object())? {
            Some(scores) => Some(scores),
            None => return Ok(()),
        },
        None => None,
    };
    let scores: Vec<(&str, Node<'_>)> = scores.iter().flat_map(Object::entries).collect();
    if scores.is_empty() {
        if scorers.is_empty() {
            importer.report.missing += 1;
        }
        return scorers.iter().try_for_each(|scorer| importer.judge("", &item, scorer, None, "scores"));
    }
    for (scorer, score) in scores {
        let field = format!("scores.{scorer}.value");
        let Some(score) = importer.ok(&field, score.object())? else { continue };
        let Some(value) = score.get("value") else {
            importer.judge("", &item, scorer, None, &field)?;
            continue;
        };
        match value.kind() {
            "an array" => {
                let Some(parts) = importer.ok(&field, value.array())? else { continue };
                for (i, part) in parts.into_iter().enumerate() {
                    judge(importer, &item, &join([scorer, &i.to_string()]), part, &field)?;
                }
            }
            "an object" => {
                let Some(parts) = importer.ok(&field, value.object())? else { continue };
                for (key, part) in parts.entries() {
                    judge(importer, &item, &join([scorer, key]), part, &field)?;
                }
            }
            _ => judge(importer, &item, scorer, value, &field)?,
        }
    }
    Ok(())
}

fn judge(importer: &mut Importer, item: &str, rater: &str, value: Node<'_>, field: &str) -> Result<()> {
    let Some(label) = importer.ok(field, importer.label(value))? else { return Ok(()) };
    let label = label.map(|label| if importer.numeric { number(label) } else { label });
    importer.judge("", item, rater, label.as_deref(), field)
}

/// The number that a word stands for.
fn number(label: Cow<'_, str>) -> Cow<'_, str> {
    let number = match label.to_ascii_lowercase().as_str() {
        "c" | "yes" | "true" => "1",
        "i" | "n" | "no" | "false" => "0",
        "p" => "0.5",
        _ => return label,
    };
    Cow::Borrowed(number)
}
