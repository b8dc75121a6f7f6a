use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::rules::problem::{Problem, ProblemKind, RuleSetError};
use crate::rules::rule::Rule;
use crate::rules::rule_set::RuleSet;
use crate::sha256::sha256_hex;

const FORMAT: &str = "probity.rules";
const VERSION: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    format: String,
    version: u32,
    id: String,
    revision: String,
    #[serde(default)]
    title: String,
    #[serde(borrow)]
    rules: Vec<&'a RawValue>,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    version: u32,
    #[serde(flatten)]
    set: &'a RuleSet,
}

/// The id of a rule that cannot be read otherwise.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    id: String,
}

impl RuleSet {
    /// Reads a set from JSON. Unknown fields and other versions are refused.
    ///
    /// ```text
    /// {"format": "probity.rules", "version": 1, "id": "house", "revision": "2", "rules": [
    ///   {"id": "no-phones", "text": "Give no phone numbers.", "polarity": "negative", "weight": 2,
    ///    "scope": {"field": "response", "any_tag": ["support"]},
    ///    "check": {"any": [{"regex": {"pattern": "\\d{3}-\\d{4}"}}, {"literals": {"any_of": ["phone:"]}}]}}]}
    /// ```
    ///
    /// # Errors
    /// All rules that cannot be read, each with its path, its id, and the line of the file. What the rules say is checked
    /// by [`compile`](Self::compile).
    ///
    /// # Examples
    /// ```
    /// use probity::rules::{ProblemKind, RuleSet};
    /// let set = RuleSet::from_json(r#"{"format": "probity.rules", "version": 1, "id": "s", "revision": "1",
    ///     "rules": [{"id": "a", "check": {"starts_with": "Yes"}}]}"#)?;
    /// assert_eq!(set.rules[0].weight, 1.0);
    /// assert_eq!(RuleSet::from_json(&set.to_json())?, set);
    /// let error = RuleSet::from_json(r#"{"format": "probity.rules", "version": 1, "id": "s", "revision": "1",
    ///     "rules": [{"id": "a", "check": {"starts_with": "Yes"}, "wieght": 2}]}"#).unwrap_err();
    /// assert_eq!(error.problems[0].path, "rules[0]");
    /// assert!(error.to_string().contains("unknown field `wieght`") && error.to_string().contains("line 2"));
    /// # Ok::<(), probity::rules::RuleSetError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, RuleSetError> {
        let syntax = |path: &str, rule: &str, what: &dyn std::fmt::Display| {
            Problem::new(path, rule, ProblemKind::Syntax, what)
        };
        let file: File<'_> = serde_json::from_str(text)
            .map_err(|error| RuleSetError { problems: vec![syntax("the file", "", &error)] })?;
        if file.format != FORMAT || file.version != VERSION {
            let (format, version) = (&file.format, file.version);
            let what = format!("expected {FORMAT} of version {VERSION}, found {format} of version {version}");
            return Err(RuleSetError { problems: vec![syntax("format", "", &what)] });
        }
        let (mut rules, mut problems) = (Vec::with_capacity(file.rules.len()), Vec::new());
        for (i, raw) in file.rules.iter().enumerate() {
            match serde_json::from_str::<Rule>(raw.get()) {
                Ok(rule) => rules.push(rule),
                Err(error) => {
                    let named = serde_json::from_str::<Named>(raw.get());
                    let what = at_line(text, raw.get(), &error);
                    problems.push(syntax(
                        &format!("rules[{i}]"),
                        &named.map(|n| n.id).unwrap_or_default(),
                        &what,
                    ));
                }
            }
        }
        if problems.is_empty() {
            Ok(Self { id: file.id, revision: file.revision, title: file.title, rules })
        } else {
            Err(RuleSetError { problems })
        }
    }

    /// Writes the set as [`from_json`](Self::from_json) reads it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let written = Written { format: FORMAT, version: VERSION, set: self };
        // A set is made of texts, numbers and lists, all of which can be written; a number that is not finite becomes
        // null, which is refused when it is read.
        serde_json::to_string_pretty(&written).unwrap_or_default()
    }

    /// SHA-256 of the set as JSON with its rules sorted by id, in hexadecimal digits: two sets with the same fingerprint
    /// say the same.
    ///
    /// # Examples
    /// ```
    /// use probity::rules::{Check, Rule, RuleSet};
    /// let (a, b) = (Rule::new("a", "", Check::regex("a")), Rule::new("b", "", Check::regex("b")));
    /// let set = RuleSet::new("s", "1").with(a.clone()).with(b.clone());
    /// assert_eq!(set.fingerprint(), RuleSet::new("s", "1").with(b.clone()).with(a.clone()).fingerprint());
    /// assert_ne!(set.fingerprint(), RuleSet::new("s", "1").with(a).with(b.negated()).fingerprint());
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut sorted = self.clone();
        sorted.rules.sort_by(|a, b| a.id.cmp(&b.id));
        sha256_hex(sorted.to_json().as_bytes())
    }
}

/// An error of a part of a text, with the line of the whole.
fn at_line(text: &str, part: &str, error: &serde_json::Error) -> String {
    let offset = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + error.line();
    let message = error.to_string();
    // serde_json ends its message with the place in the part.
    let what = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
    format!("{what}, line {line}")
}
