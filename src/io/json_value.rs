use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::io::Reason;

/// A JSON value in the text of its record, taken apart where it is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a>(&'a str);

/// The keys of an object in their order.
#[derive(Debug)]
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A value that is neither an array nor an object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(&'a str),
    Text(Cow<'a, str>),
}

impl<'a> Node<'a> {
    /// A text that has been parsed, or is about to be.
    pub(super) fn of(text: &'a str) -> Self {
        Self(text.trim())
    }

    pub(super) fn text(self) -> &'a str {
        self.0
    }

    /// What kind of value it is.
    pub(super) fn kind(self) -> &'static str {
        match self.0.as_bytes().first() {
            Some(b'n') => "null",
            Some(b'[') => "an array",
            Some(b'{') => "an object",
            Some(b'"') => "text",
            Some(b't' | b'f') => "true or false",
            _ => "a number",
        }
    }

    pub(super) fn is_null(self) -> bool {
        self.0 == "null"
    }

    pub(super) fn object(self) -> Result<Object<'a>, Reason> {
        self.expect("an object", b'{')?;
        serde_json::from_str(self.0).map_err(|error| not_json(&error))
    }

    pub(super) fn array(self) -> Result<Vec<Node<'a>>, Reason> {
        self.expect("an array", b'[')?;
        let elements: Vec<&'a RawValue> = serde_json::from_str(self.0).map_err(|error| not_json(&error))?;
        Ok(elements.into_iter().map(|raw| Node::of(raw.get())).collect())
    }

    pub(super) fn scalar(self) -> Result<Scalar<'a>, Reason> {
        Ok(match self.0.as_bytes().first() {
            Some(b'n') => Scalar::Null,
            Some(b't') => Scalar::Bool(true),
            Some(b'f') => Scalar::Bool(false),
            Some(b'[' | b'{') => return Err(Reason::NotAScalar { found: self.kind() }),
            Some(b'"') => Scalar::Text(string(self.0)?),
            _ => Scalar::Number(self.0),
        })
    }

    fn expect(self, expected: &'static str, first: u8) -> Result<(), Reason> {
        if self.0.as_bytes().first() == Some(&first) {
            return Ok(());
        }
        Err(Reason::WrongShape { expected, found: self.kind() })
    }
}

impl<'a> Scalar<'a> {
    /// As text; `None` for null.
    pub(super) fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Null => None,
            Self::Bool(is) => Some(Cow::Borrowed(if is { "true" } else { "false" })),
            Self::Number(text) => Some(Cow::Borrowed(text)),
            Self::Text(text) => Some(text),
        }
    }
}

impl<'a> Object<'a> {
    /// The value of a key; `None` if it is absent or null. Of a key that occurs twice, the first.
    pub(super) fn get(&self, key: &str) -> Option<Node<'a>> {
        self.entries().find(|(name, _)| *name == key).map(|(_, node)| node).filter(|node| !node.is_null())
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, Node<'a>)> {
        self.0.iter().map(|(name, raw)| (name.as_ref(), Node::of(raw.get())))
    }

    /// A key that occurs twice.
    pub(super) fn twice(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        names.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first().copied())
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(Key(name)) = map.next_key()? {
                    entries.push((name, map.next_value()?));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

fn string(raw: &str) -> Result<Cow<'_, str>, Reason> {
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        _ => serde_json::from_str(raw).map(Cow::Owned).map_err(|error| not_json(&error)),
    }
}

/// What the parser says, without the place: that is the record's.
pub(super) fn not_json(error: &serde_json::Error) -> Reason {
    let message = error.to_string();
    let problem = message.rsplit_once(" at line ").map_or(message.as_str(), |(problem, _)| problem);
    Reason::Json { column: error.column(), problem: problem.to_string() }
}
