use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Importer, choice, join, text};
use crate::io::json_value::{Node, Object};
use crate::io::reading::log_reading;
use crate::io::{Import, Reason, Result, Strictness};

/// Records of Argilla 2, flat, as JSON Lines or a JSON array (`records.to_list(flatten=True)`).
///
/// | | in the file, for a question `q` |
/// |---|---|
/// | item | `id` and `q`, joined with `:` |
/// | rater | `q.responses.users[]` |
/// | label | `q.responses[]` |
/// | group | `q`: [`Import::groups`](crate::io::Import::groups) has the answers to each |
///
/// Several labels are one, a sorted JSON array; a ranking is its values from first to last, parted by `>`, or by `=`
/// where the ranks are equal. With [`ArgillaRecords::suggestions`], `q.suggestion` is read too, by a rater named by
/// `q.suggestion.agent`. Not read: fields, metadata and vectors of a record, its `status`, and the
/// `q.suggestion.score`.
///
/// # Missing values
/// A response that is not `submitted` (a draft, or discarded) is missing.
///
/// # Source
/// `argilla/src/argilla/records/_io/_generic.py`.
///
/// # Examples
/// ```
/// use probity::io::{ArgillaRecords, Strictness};
/// let file = r#"{"id": "r", "tone.responses": ["good", "bad"], "tone.responses.users": ["u", "v"],
/// "tone.responses.status": ["submitted", "draft"], "tone.suggestion": null}"#.replace('\n', " ");
/// let import = ArgillaRecords::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!(import.ratings.items().name(0), "r:tone");
/// assert_eq!((import.report.judgments, import.report.missing), (1, 1));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ArgillaRecords {
    target: Target,
    suggestions: bool,
}

impl ArgillaRecords {
    /// The responses.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the suggestions of models too.
    #[must_use]
    pub fn suggestions(mut self) -> Self {
        self.suggestions = true;
        self
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        let mut importer = Importer::new(&self.target, true, strictness);
        importer.each(source, |importer, record| {
            let Some(id) = importer.name(record, "id", "an item")? else { return Ok(()) };
            for (key, _) in record.entries() {
                if let Some(question) = key.strip_suffix(".responses") {
                    responses(importer, record, &id, question)?;
                } else if let Some(question) = key.strip_suffix(".suggestion")
                    && self.suggestions
                {
                    suggestion(importer, record, &id, question)?;
                }
            }
            Ok(())
        })?;
        importer.finish()
    }
}

fn responses(importer: &mut Importer, record: &Object<'_>, id: &str, question: &str) -> Result<()> {
    let key = format!("{question}.responses");
    let values = importer.elements(record, &key)?;
    let users_key = format!("{key}.users");
    let users = importer.elements(record, &users_key)?;
    let status_key = format!("{key}.status");
    let status = importer.elements(record, &status_key)?;
    let item = join([id, question]);
    for (list, key) in [(&users, &users_key), (&status, &status_key)] {
        if list.len() != values.len() {
            let reason = Reason::FieldCount { expected: values.len(), found: list.len() };
            return importer.fault(Some(key), reason);
        }
    }
    for ((value, user), status) in values.into_iter().zip(users).zip(status) {
        let user = text(Some(user)).and_then(|user| user.ok_or(Reason::NoValue { what: "a rater" }));
        let Some(user) = importer.ok(&users_key, user)? else { continue };
        let Some(status) = importer.ok(&status_key, text(Some(status)))? else { continue };
        let submitted = status.as_deref() == Some("submitted");
        let label = if submitted { label(importer, value) } else { Ok(None) };
        let Some(label) = importer.ok(&key, label)? else { continue };
        importer.judge(question, &item, &user, label.as_deref(), &key)?;
    }
    Ok(())
}

fn suggestion(importer: &mut Importer, record: &Object<'_>, id: &str, question: &str) -> Result<()> {
    let key = format!("{question}.suggestion");
    let Some(value) = record.get(&key) else { return Ok(()) };
    let Some(agent) = importer.name(record, &format!("{key}.agent"), "an agent")? else { return Ok(()) };
    let Some(label) = importer.ok(&key, label(importer, value))? else { return Ok(()) };
    importer.judge(question, &join([id, question]), &agent, label.as_deref(), &key)
}

fn label(importer: &Importer, value: Node<'_>) -> Result<Option<String>, Reason> {
    if value.kind() != "an array" {
        return Ok(importer.label(value)?.map(Into::into));
    }
    let parts = value.array()?;
    if parts.first().is_none_or(|part| part.kind() != "an object") {
        return choice(&parts);
    }
    let mut ranks = Vec::new();
    for part in parts {
        let part = part.object()?;
        let (rank, value) = (text(part.get("rank"))?, text(part.get("value"))?);
        let rank = rank.and_then(|rank| rank.parse::<u64>().ok());
        let (Some(rank), Some(value)) = (rank, value) else {
            let found = "objects without rank and value".to_string();
            return Err(Reason::NotAJudgment { expected: "a label, several or a ranking", found });
        };
        ranks.push((rank, value));
    }
    ranks.sort();
    let mut label = String::new();
    let mut before = None;
    for (rank, value) in ranks {
        match before {
            None => {}
            Some(before) if before == rank => label.push('='),
            Some(_) => label.push('>'),
        }
        label.push_str(&value);
        before = Some(rank);
    }
    Ok(Some(label))
}
