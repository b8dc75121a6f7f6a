use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Importer, choice, join, reading, text};
use crate::io::json_value::{Node, Object};
use crate::io::{Import, Reason, Result, Strictness};

/// An export of Label Studio as JSON.
///
/// | | in the file |
/// |---|---|
/// | item | the task's `id` and the question (`from_name`), joined with `:` |
/// | rater | `completed_by`: its number, or the `id` in its object |
/// | label | `annotations[].result[].value`: `choices`, `rating`, `number`, `text` or `selected`, by the result's `type` |
/// | gold | the labels of annotations with `ground_truth` |
/// | group | the question: [`Import::groups`](crate::io::Import::groups) has the answers to each |
///
/// Several choices are one label, a sorted JSON array. With [`LabelStudioExport::predictions`] the
/// `predictions` are read too, each by a rater named by its `model_version`. The history of annotations, drafts and
/// reviews are not judgments of the task and not read.
///
/// # Missing values
/// A cancelled annotation (`was_cancelled`), or one without results, is one missing judgment; so is an answer without a
/// choice. Results of other types (regions, brushes, relations) are no judgment of the task and cannot be used.
///
/// # Source
/// The task format in Label Studio's documentation.
///
/// # Examples
/// ```
/// use probity::io::{LabelStudioExport, Strictness};
/// let file = r#"[{"id": 1, "annotations": [
///     {"completed_by": {"id": 14}, "was_cancelled": false, "result": [
///         {"from_name": "tone", "type": "choices", "value": {"choices": ["Good"]}}]},
///     {"completed_by": 15, "was_cancelled": true, "result": []}]}]"#;
/// let import = LabelStudioExport::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!(import.ratings.items().name(0), "1:tone");
/// assert_eq!((import.report.judgments, import.report.missing), (1, 1));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct LabelStudioExport {
    target: Target,
    predictions: bool,
}

impl LabelStudioExport {
    /// The annotations.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the predictions of models too.
    #[must_use]
    pub fn predictions(mut self) -> Self {
        self.predictions = true;
        self
    }

    target_options!();
    reading!();

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        let mut importer = Importer::new(&self.target, true, strictness);
        importer.each(source, |importer, task| {
            let Some(id) = importer.name(task, "id", "an item")? else { return Ok(()) };
            for (i, annotation) in importer.elements(task, "annotations")?.into_iter().enumerate() {
                let field = format!("annotations[{i}]");
                let Some(annotation) = importer.ok(&field, annotation.object())? else { continue };
                take(importer, &id, &annotation, rater(&annotation), &field)?;
            }
            if !self.predictions {
                return Ok(());
            }
            for (i, prediction) in importer.elements(task, "predictions")?.into_iter().enumerate() {
                let field = format!("predictions[{i}]");
                let Some(prediction) = importer.ok(&field, prediction.object())? else { continue };
                let model = text(prediction.get("model_version"));
                let model = model.map(|model| model.map(std::borrow::Cow::into_owned));
                take(importer, &id, &prediction, model, &field)?;
            }
            Ok(())
        })?;
        importer.finish()
    }
}

/// Who annotated.
fn rater(annotation: &Object<'_>) -> Result<Option<String>, Reason> {
    let by = annotation.get("completed_by");
    let id = match by {
        Some(node) if node.kind() == "an object" => text(node.object()?.get("id"))?,
        node => text(node)?,
    };
    Ok(id.map(std::borrow::Cow::into_owned))
}

fn is_true(annotation: &Object<'_>, key: &str) -> bool {
    annotation.get(key).is_some_and(|node| node.text() == "true")
}

fn take(
    importer: &mut Importer,
    task: &str,
    annotation: &Object<'_>,
    rater: Result<Option<String>, Reason>,
    field: &str,
) -> Result<()> {
    if is_true(annotation, "was_cancelled") {
        importer.report.missing += 1;
        return Ok(());
    }
    let gold = is_true(annotation, "ground_truth");
    let rater = rater.and_then(|rater| rater.ok_or(Reason::NoValue { what: "a rater" }));
    let Some(rater) = importer.ok(field, rater)? else { return Ok(()) };
    let results = importer.elements(annotation, "result")?;
    if results.is_empty() {
        importer.report.missing += 1;
    }
    for (i, result) in results.into_iter().enumerate() {
        let field = format!("{field}.result[{i}]");
        let Some(result) = importer.ok(&field, result.object())? else { continue };
        let Some(answer) = importer.ok(&field, label(&result))? else { continue };
        let Some(question) = importer.name(&result, "from_name", "a question")? else { continue };
        let item = join([task, &*question]);
        match answer {
            Some(label) if gold => importer.gold(&question, &item, &label, &field)?,
            label => importer.judge(&question, &item, &rater, label.as_deref(), &field)?,
        }
    }
    Ok(())
}

/// The label in a result; `None` if nothing was chosen.
fn label(result: &Object<'_>) -> Result<Option<String>, Reason> {
    let kind = text(result.get("type"))?.unwrap_or_default();
    let key = match &*kind {
        "choices" => "choices",
        "rating" => "rating",
        "number" => "number",
        "textarea" => "text",
        "pairwise" => "selected",
        _ => {
            let expected = "choices, rating, number, textarea or pairwise";
            return Err(Reason::NotAJudgment { expected, found: kind.into_owned() });
        }
    };
    let value = result.get("value").ok_or(Reason::NoValue { what: "a value" })?.object()?;
    match value.get(key) {
        Some(node) if node.kind() == "an array" => choice(&node.array()?),
        node => Ok(node.map(|node: Node<'_>| text(Some(node))).transpose()?.flatten().map(Into::into)),
    }
}
