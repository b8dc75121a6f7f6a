//! From the files to rules and records.

use std::collections::BTreeMap;

use probity::rules::{Answer, Record, RuleSet};
use serde::Deserialize;

use crate::args::Args;
use crate::common::Failure;

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Score(f64),
    Label(String),
}

/// A line of the file of responses.
#[derive(Deserialize)]
pub(crate) struct Line {
    #[serde(default)]
    pub(crate) id: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    answers: BTreeMap<String, Said>,
    /// The texts.
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

impl Line {
    pub(crate) fn record(&self) -> Record<'_> {
        let record = self.fields.iter().fold(Record::default(), |r, (name, text)| r.with_field(name, text));
        let record = self.tags.iter().fold(record, |record, tag| record.with_tag(tag));
        self.answers.iter().fold(record, |record, (judge, said)| {
            let answer = match said {
                Said::Score(score) => Answer::Score(*score),
                Said::Label(label) => Answer::Label(label),
            };
            record.with_answer(judge, answer)
        })
    }
}

pub(crate) struct Input {
    pub(crate) set: RuleSet,
    pub(crate) lines: Vec<Line>,
    /// Where the responses are from.
    pub(crate) source: String,
}

pub(crate) fn read(args: &Args) -> Result<Input, Failure> {
    let (rules, responses, names) = match &args.files {
        None => {
            let names = ("rules.json".to_string(), "responses.jsonl".to_string());
            (include_str!("rules.json").to_string(), include_str!("responses.jsonl").to_string(), names)
        }
        Some((rules, responses)) => {
            let text = |path: &std::path::Path| {
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
            };
            (text(rules)?, text(responses)?, (rules.display().to_string(), responses.display().to_string()))
        }
    };
    let set = RuleSet::from_json(&rules).map_err(|error| format!("{}: {error}", names.0))?;
    let mut lines = Vec::new();
    for (i, text) in responses.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let mut line: Line =
            serde_json::from_str(text).map_err(|error| format!("{}, line {}: {error}", names.1, i + 1))?;
        if line.id.is_empty() {
            line.id = (i + 1).to_string();
        }
        lines.push(line);
    }
    Ok(Input { set, lines, source: names.1 })
}
