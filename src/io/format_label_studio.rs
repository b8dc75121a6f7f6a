use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Importer, choice, join, text};
use crate::io::json_value::{Node, Object};
use crate::io::reading::log_reading;
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
/// [`ImportReport::facts`](crate::io::ImportReport::facts) counts annotations, cancelled and gold ones, tasks without
/// any, predictions and reviews, and adds up the seconds spent (`lead_time`) and the scores of predictions. Several
/// choices are one label, a sorted JSON array. With [`LabelStudioExport::predictions`] the
/// `predictions` are read too, each by a rater named by its `model_version`; with
/// [`LabelStudioExport::regions`] the labels of regions (results of a type that ends in `labels`) too, each region an
/// item of its own: the result's `id` is a third part of its name. Not read: the task's `data`, and the history of
/// annotations, drafts and reviews, which are not judgments of the task.
///
/// # Missing values
/// A cancelled annotation (`was_cancelled`), or one without results, is one missing judgment; so is an answer without a
/// choice. Results of other types (regions, brushes, relations) are no judgment of the task: they cannot be used unless
/// regions are asked for.
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
    regions: bool,
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

    /// Reads the labels of regions too.
    #[must_use]
    pub fn regions(mut self) -> Self {
        self.regions = true;
        self
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        let mut importer = Importer::new(&self.target, true, strictness);
        importer.each(source, |importer, task| {
            let Some(id) = importer.name(task, "id", "an item")? else { return Ok(()) };
            let annotations = importer.elements(task, "annotations")?;
            if annotations.is_empty() {
                importer.count("tasks without annotation", 1.0);
            }
            for (i, annotation) in annotations.into_iter().enumerate() {
                let field = format!("annotations[{i}]");
                let Some(annotation) = importer.ok(&field, annotation.object())? else { continue };
                count(importer, &annotation);
                self.take(importer, &id, &annotation, rater(&annotation), &field)?;
            }
            for (i, prediction) in importer.elements(task, "predictions")?.into_iter().enumerate() {
                let field = format!("predictions[{i}]");
                let prediction = prediction.object();
                // Exports without the predictions have their numbers in place of them.
                let prediction =
                    if self.predictions { importer.ok(&field, prediction)? } else { prediction.ok() };
                let Some(prediction) = prediction else { continue };
                importer.count("predictions", 1.0);
                sum(importer, "prediction scores", prediction.get("score"));
                if self.predictions {
                    let model = text(prediction.get("model_version"));
                    let model = model.map(|model| model.map(std::borrow::Cow::into_owned));
                    self.take(importer, &id, &prediction, model, &field)?;
                }
            }
            Ok(())
        })?;
        importer.finish()
    }

    fn take(
        &self,
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
            let Some(answer) = importer.ok(&field, label(&result, self.regions))? else { continue };
            let Some(question) = importer.name(&result, "from_name", "a question")? else { continue };
            let region =
                if self.regions && answer.is_region { importer.optional(&result, "id")? } else { None };
            let item = join([task, &*question].into_iter().chain(region.as_deref()));
            match answer.label {
                Some(label) if gold => importer.gold(&question, &item, &label, &field)?,
                label => importer.judge(&question, &item, &rater, label.as_deref(), &field)?,
            }
        }
        Ok(())
    }
}

/// Notes what is said about an annotation beside its answers.
fn count(importer: &mut Importer, annotation: &Object<'_>) {
    importer.count("annotations", 1.0);
    for (key, what) in [("was_cancelled", "cancelled annotations"), ("ground_truth", "gold annotations")] {
        if is_true(annotation, key) {
            importer.count(what, 1.0);
        }
    }
    sum(importer, "lead_time", annotation.get("lead_time"));
    let reviews = annotation.get("reviews").and_then(|reviews| reviews.array().ok()).unwrap_or_default();
    for review in reviews.into_iter().filter_map(|review| review.object().ok()) {
        importer.count("reviews", 1.0);
        if review.get("accepted").is_some_and(|accepted| accepted.text() == "false") {
            importer.count("rejecting reviews", 1.0);
        }
    }
}

/// Adds up a number that need not be there.
fn sum(importer: &mut Importer, what: &'static str, node: Option<Node<'_>>) {
    if let Some(number) =
        node.and_then(|node| node.text().parse().ok()).filter(|number: &f64| number.is_finite())
    {
        importer.count(what, number);
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

/// What a result says; no label if nothing was chosen.
struct Answer {
    label: Option<String>,
    is_region: bool,
}

fn label(result: &Object<'_>, regions: bool) -> Result<Answer, Reason> {
    let kind = text(result.get("type"))?.unwrap_or_default();
    let is_region = regions && kind.ends_with("labels");
    let key = match &*kind {
        "choices" => "choices",
        "rating" => "rating",
        "number" => "number",
        "textarea" => "text",
        "pairwise" => "selected",
        region if is_region => region,
        _ => {
            let expected = "choices, rating, number, textarea or pairwise";
            return Err(Reason::NotAJudgment { expected, found: kind.into_owned() });
        }
    };
    let value = result.get("value").ok_or(Reason::NoValue { what: "a value" })?.object()?;
    let label = match value.get(key) {
        Some(node) if node.kind() == "an array" => choice(&node.array()?)?,
        node => node.map(|node: Node<'_>| text(Some(node))).transpose()?.flatten().map(Into::into),
    };
    Ok(Answer { label, is_region })
}
