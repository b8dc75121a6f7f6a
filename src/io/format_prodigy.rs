use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Importer, choice, text};
use crate::io::json_value::Object;
use crate::io::reading::log_reading;
use crate::io::{Import, Reason, Result, Strictness};

/// Annotations of Prodigy (`prodigy db-out`, JSON Lines).
///
/// | | in the file |
/// |---|---|
/// | item | `_task_hash`, or `_input_hash` with [`ProdigyAnnotations::by_input`] |
/// | rater | `_annotator_id`, or `_session_id` where there is none |
/// | label | what was chosen (`accept`) where options were shown; else `answer`: `accept` or `reject` |
///
/// Several options are one label, a sorted JSON array. Not read: the task's own content (`text`, `spans`, `meta`, …),
/// the `config` and `_timestamp`.
///
/// # Missing values
/// The answer `ignore` is missing. Where options were shown, so is a record that chose none of them or rejects the
/// task; [`ImportReport::facts`](crate::io::ImportReport::facts) has the number of those rejected though options were
/// chosen.
///
/// # Source
/// Prodigy's documented formats of annotations. The choice interface answers `accept` whatever is chosen: `answer` is
/// no label there.
///
/// # Examples
/// ```
/// use probity::io::{ProdigyAnnotations, Strictness};
/// let file = r#"{"_task_hash": 1, "_annotator_id": "ann", "options": [{"id": "A"}], "accept": ["A"], "answer": "accept"}
/// {"_task_hash": 1, "_annotator_id": "bob", "options": [{"id": "A"}], "accept": [], "answer": "reject"}
/// "#;
/// let import = ProdigyAnnotations::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!(import.ratings.labels().names(), ["A"]);
/// assert_eq!((import.report.judgments, import.report.missing), (1, 1));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ProdigyAnnotations {
    target: Target,
    by_input: bool,
}

impl ProdigyAnnotations {
    /// An item is a task.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An item is an input, whatever was asked about it.
    #[must_use]
    pub fn by_input(mut self) -> Self {
        self.by_input = true;
        self
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        let key = if self.by_input { "_input_hash" } else { "_task_hash" };
        let mut importer = Importer::new(&self.target, false, strictness);
        importer.each(source, |importer, annotation| take(importer, annotation, key))?;
        importer.finish()
    }
}

fn take(importer: &mut Importer, annotation: &Object<'_>, item: &str) -> Result<()> {
    let Some(item) = importer.name(annotation, item, "an item")? else { return Ok(()) };
    let by = if annotation.get("_annotator_id").is_some() { "_annotator_id" } else { "_session_id" };
    let Some(rater) = importer.name(annotation, by, "a rater")? else { return Ok(()) };
    let Some(label) = importer.ok("answer", label(annotation))? else { return Ok(()) };
    if label.is_none() && chose_and_rejected(annotation) {
        importer.count("rejected with options chosen", 1.0);
    }
    importer.judge("", &item, &rater, label.as_deref(), "answer")
}

fn chose_and_rejected(annotation: &Object<'_>) -> bool {
    let chosen = annotation.get("accept").and_then(|chosen| chosen.array().ok());
    let rejected = annotation.get("answer").is_some_and(|answer| answer.text() == r#""reject""#);
    rejected && chosen.is_some_and(|chosen| !chosen.is_empty())
}

fn label(annotation: &Object<'_>) -> Result<Option<String>, Reason> {
    let answer = text(annotation.get("answer"))?.ok_or(Reason::NoValue { what: "an answer" })?;
    let chosen = annotation.get("accept");
    let with_options = chosen.is_some() || annotation.get("options").is_some();
    match &*answer {
        "ignore" => Ok(None),
        "reject" if with_options => Ok(None),
        "accept" if with_options => chosen.map_or(Ok(None), |chosen| choice(&chosen.array()?)),
        "accept" | "reject" => Ok(Some(answer.into_owned())),
        _ => Err(Reason::UnknownLabel {
            declared: "accept, reject, ignore".to_string(),
            found: answer.into_owned(),
        }),
    }
}
