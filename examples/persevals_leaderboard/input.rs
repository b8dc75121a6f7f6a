//! From lines of texts to documents, each with its users' texts and the models'.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::common::Failure;

/// The texts of a document.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) text: String,
    /// What each user wrote, in the order of their names.
    pub(crate) users: BTreeMap<String, String>,
    /// What each model wrote for each user.
    pub(crate) models: BTreeMap<String, BTreeMap<String, String>>,
}

pub(crate) struct Input {
    /// Where the texts are from, in a sentence.
    pub(crate) subject: String,
    pub(crate) documents: Vec<Document>,
}

const IMAGINARY: &str = include_str!("summaries.jsonl");

/// Puts one line where it belongs.
fn place(line: &str, documents: &mut Vec<Document>) -> Result<(), String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("expected an object: {error}"))?;
    let field = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_string);
    let needed = |name: &str| field(name).ok_or_else(|| format!("expected a text under {name:?}"));
    let (name, text) = (needed("document")?, needed("text")?);
    let at = documents.iter().position(|document| document.name == name).unwrap_or_else(|| {
        documents.push(Document { name: name.clone(), ..Document::default() });
        documents.len() - 1
    });
    let document = &mut documents[at];
    let twice = match (field("user"), field("model")) {
        (None, Some(_)) => return Err("expected a user, for whom the model wrote".to_string()),
        (None, None) => Some(std::mem::replace(&mut document.text, text)).filter(|before| !before.is_empty()),
        (Some(user), None) => document.users.insert(user, text),
        (Some(user), Some(model)) => document.models.entry(model).or_default().insert(user, text),
    };
    if twice.is_some() { Err(format!("a second text of its kind of document {name:?}")) } else { Ok(()) }
}

pub(crate) fn read(file: Option<&Path>) -> Result<Input, Failure> {
    let (from, text) = match file {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            (
                path.display().to_string(),
                text.map_err(|e| format!("{}: cannot be read: {e}", path.display()))?,
            )
        }
        None => ("summaries.jsonl".to_string(), IMAGINARY.to_string()),
    };
    let mut documents = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        place(line, &mut documents).map_err(|problem| format!("{from}, line {number}: {problem}"))?;
    }
    if let Some(bare) = documents.iter().find(|document| document.text.is_empty()) {
        return Err(format!("{from}: expected the text of document {:?}, found none", bare.name).into());
    }
    let what = if file.is_some() { "" } else { ", three imaginary models" };
    let subject = format!("{} documents of {from}{what}.", documents.len());
    Ok(Input { subject, documents })
}
