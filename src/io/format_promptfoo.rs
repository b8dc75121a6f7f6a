use std::collections::HashMap;
use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Document, Importer, join, text, wrong_file};
use crate::io::json_value::Object;
use crate::io::reading::log_reading;
use crate::io::{Import, Reason, Result, Strictness};

/// Results of promptfoo, version 3 (`promptfoo eval -o results.json`).
///
/// | | rows | [assertions](Self::assertions) |
/// |---|---|---|
/// | item | `testIdx` and `promptIdx` | `testIdx`, `promptIdx` and `provider.id` |
/// | rater | `provider.id` | `gradingResult.componentResults[].assertion`: its `metric`, else its `type` ([always the type](Self::by_type)) |
/// | label | `success`; on a numeric scale `score` | `pass`; on a numeric scale `score` |
///
/// The parts of a name are joined with `:`. The second and later time that the same test, prompt and provider come up
/// (`--repeat`) is an item of its own, with `2`, `3`, … as one part more; likewise the second assertion of the same name
/// in a row is a rater of its own. [`ImportReport::facts`](crate::io::ImportReport::facts) has the `version` of the
/// results, the rows by `failureReason` and the rows without a `gradingResult`. Not read: prompts, variables and
/// responses, `namedScores` (the mean of the assertions of a name), latency and cost.
///
/// # Missing values
/// A row that ended in an error of the provider (`failureReason` 2, or an `error` and no `failureReason`) or of the
/// grader (`metadata.graderError`) failed nothing: it is missing, with its assertions (one missing judgment if it names
/// none).
///
/// # Source
/// promptfoo's `src/types/index.ts`. Results of version 2 (`results.table`) are not read.
///
/// # Complexity
/// Time linear in the file; the text of the file is held while it is read.
///
/// # Examples
/// ```
/// use probity::io::{PromptfooResults, Strictness};
/// let file = r#"{"results": {"version": 3, "results": [
///     {"testIdx": 0, "promptIdx": 0, "provider": {"id": "m"}, "success": true, "score": 1, "failureReason": 0},
///     {"testIdx": 0, "promptIdx": 0, "provider": {"id": "m"}, "success": false, "score": 0, "failureReason": 2}]}}"#;
/// let import = PromptfooResults::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// let items: Vec<_> = import.ratings.items().names().collect();
/// assert_eq!(items, ["0:0", "0:0:2"]);
/// assert_eq!((import.report.judgments, import.report.missing), (1, 1));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PromptfooResults {
    target: Target,
    assertions: bool,
    by_type: bool,
}

impl PromptfooResults {
    /// A judgment a row.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A judgment an assertion.
    #[must_use]
    pub fn assertions(mut self) -> Self {
        self.assertions = true;
        self
    }

    /// Names assertions by their type even if they have a metric.
    #[must_use]
    pub fn by_type(mut self) -> Self {
        self.by_type = true;
        self
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        const EXPECTED: &str = "results of promptfoo, version 3";
        let document = Document::read(source)?;
        let root = document.root(EXPECTED)?;
        let Some(results) = root.get("results") else {
            return Err(wrong_file(EXPECTED, "a document without the key \"results\""));
        };
        let results = results.object().map_err(|reason| document.error(results, reason))?;
        let Some(rows) = results.get("results") else {
            let table = results.get("table").map(|_| "results of version 2 (a table)");
            return Err(wrong_file(EXPECTED, table.unwrap_or("results without the key \"results\"")));
        };
        let mut importer = Importer::new(&self.target, false, strictness);
        importer.fact("version", results.get("version"));
        let mut times = HashMap::new();
        importer.each_of(&document, rows, |importer, row| self.take(importer, row, &mut times))?;
        importer.finish()
    }

    fn take(
        &self,
        importer: &mut Importer,
        row: &Object<'_>,
        times: &mut HashMap<String, u64>,
    ) -> Result<()> {
        let Some(test) = importer.name(row, "testIdx", "a test")? else { return Ok(()) };
        let Some(prompt) = importer.name(row, "promptIdx", "a prompt")? else { return Ok(()) };
        let Some(provider) = provider(importer, row)? else { return Ok(()) };
        let mut parts = vec![test.into_owned(), prompt.into_owned()];
        let time = times.entry(join([&*parts[0], &*parts[1], &*provider])).or_default();
        *time += 1;
        if self.assertions {
            parts.push(provider.clone());
        }
        if *time > 1 {
            parts.push(time.to_string());
        }
        let item = join(parts.iter().map(String::as_str));
        let failed = failed(importer, row)?;
        let (verdict, score) = ("success", "score");
        if !self.assertions {
            let field = if importer.numeric { score } else { verdict };
            let label = row.get(field).filter(|_| !failed);
            return importer.judge_node("", &item, &provider, label, field);
        }
        let grading = match row.get("gradingResult") {
            Some(grading) => importer.ok("gradingResult", grading.object())?,
            None => None,
        };
        let components = match &grading {
            Some(grading) => importer.elements(grading, "componentResults")?,
            None => Vec::new(),
        };
        if components.is_empty() {
            importer.report.missing += 1;
        }
        let mut names: HashMap<String, u64> = HashMap::new();
        for (i, component) in components.into_iter().enumerate() {
            let field = format!("gradingResult.componentResults[{i}]");
            let Some(component) = importer.ok(&field, component.object())? else { continue };
            let assertion = component.get("assertion").and_then(|assertion| assertion.object().ok());
            let metric = |a: &Object<'_>| a.get("metric").filter(|_| !self.by_type).map(|_| "metric");
            let name = assertion.as_ref().and_then(|a| a.get(metric(a).unwrap_or("type")));
            let name = text(name).and_then(|name| name.ok_or(Reason::NoValue { what: "an assertion" }));
            let Some(name) = importer.ok(&field, name)? else { continue };
            let time = names.entry(name.to_string()).or_default();
            *time += 1;
            let number = time.to_string();
            let rater = if *time > 1 { join([&*name, &*number]) } else { name.into_owned() };
            let label = component.get(if importer.numeric { "score" } else { "pass" });
            let label = label.filter(|_| !failed && !grader_failed(&component));
            importer.judge_node("", &item, &rater, label, &field)?;
        }
        Ok(())
    }
}

/// The provider's id, or its text where the file has no object there.
fn provider(importer: &mut Importer, row: &Object<'_>) -> Result<Option<String>> {
    let id = match row.get("provider") {
        Some(node) if node.kind() == "an object" => {
            node.object().and_then(|provider| text(provider.get("id")))
        }
        node => text(node),
    };
    let id = id.and_then(|id| id.ok_or(Reason::NoValue { what: "a provider" }));
    Ok(importer.ok("provider.id", id)?.map(std::borrow::Cow::into_owned))
}

/// Whether the row was not judged, because the provider or the grader failed.
fn failed(importer: &mut Importer, row: &Object<'_>) -> Result<bool> {
    let reason = importer.optional(row, "failureReason")?;
    let errored = match reason.as_deref() {
        Some(reason) => reason == "2",
        None => row.get("error").is_some(),
    };
    let grading = row.get("gradingResult").and_then(|grading| grading.object().ok());
    if let Some(reason) = reason.as_deref() {
        let what = match reason {
            "0" => "rows with failureReason 0",
            "1" => "rows with failureReason 1",
            "2" => "rows with failureReason 2",
            _ => "rows with another failureReason",
        };
        importer.count(what, 1.0);
    }
    if grading.is_none() {
        importer.count("rows without gradingResult", 1.0);
    }
    Ok(errored || grader_failed(row) || grading.is_some_and(|grading| grader_failed(&grading)))
}

fn grader_failed(result: &Object<'_>) -> bool {
    let metadata = result.get("metadata").and_then(|metadata| metadata.object().ok());
    metadata.and_then(|m| m.get("graderError")).is_some_and(|error| error.text() != "false")
}
