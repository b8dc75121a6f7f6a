use std::fmt;
use std::io::Read;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::io::json_records::{Cut, JsonRecords, Layout};
use crate::io::json_value;
use crate::io::records::{Problem, Step};
use crate::io::{Column, ErrorKind, Reason, Result};

/// Records of JSON Lines or of a JSON array, one at a time in reused buffers.
pub(super) struct JsonLines<R> {
    records: JsonRecords<R>,
    row: Row,
}

/// The fields of an object that were asked for.
#[derive(Default)]
struct Row {
    names: Vec<String>,
    fields: Vec<Field>,
    /// Whether the column occurred in any record.
    seen: Vec<bool>,
    text: String,
    /// The columns that read the first element of an array.
    first_of_arrays: Vec<usize>,
    /// A column that occurs twice in the record.
    twice: Option<usize>,
    /// Whether unknown keys become columns.
    open: bool,
    /// The column that comes next if the keys come in the order of the columns.
    next: usize,
    /// All keys of the first record, for the message about one that is not there.
    first_keys: Vec<String>,
    is_first: bool,
}

enum Field {
    Absent,
    Null,
    Text(Range<usize>),
    NotAScalar(&'static str),
}

impl<R: Read> JsonLines<R> {
    pub(super) fn open(source: R, layout: Layout, every_column: bool) -> Self {
        let row = Row { open: every_column, is_first: true, ..Row::default() };
        Self { records: JsonRecords::open(source, layout), row }
    }

    /// The line on which the record starts.
    pub(super) fn line(&self) -> u64 {
        self.records.line
    }

    pub(super) fn slot(&mut self, column: &Column) -> Result<usize, ErrorKind> {
        match column {
            Column::Name(name) => Ok(self.row.slot(name).unwrap_or_else(|| self.row.add(name))),
            Column::Position(_) => Err(ErrorKind::Data(crate::Error::argument(
                "column",
                "a name, because JSON objects have no positions",
                column,
            ))),
        }
    }

    pub(super) fn optional_slot(&mut self, column: &Column) -> Option<usize> {
        let slot = self.slot(column).ok()?;
        // Nobody asks for it if it never comes up.
        self.row.seen[slot] = true;
        Some(slot)
    }

    pub(super) fn first_of_arrays(&mut self, slot: usize) {
        self.row.first_of_arrays.push(slot);
    }

    pub(super) fn names(&self) -> &[String] {
        &self.row.names
    }

    /// The first column that never occurred.
    pub(super) fn unknown_column(&self) -> Option<ErrorKind> {
        let absent = self.row.seen.iter().position(|seen| !seen)?;
        let column = Column::Name(self.row.names[absent].clone());
        column.find(&self.row.first_keys, true).err()
    }

    pub(super) fn advance(&mut self) -> Result<Step> {
        let read = match self.records.advance()?.1 {
            Cut::End => return Ok(Step::End),
            Cut::Record(text) => self.row.read(text),
            Cut::Bad(reason) => Err(Problem::row(None, reason)),
        };
        Ok(read.map_or_else(Step::Bad, |()| Step::Record))
    }

    pub(super) fn field(&self, slot: usize) -> Result<Option<&str>, Reason> {
        match self.row.fields.get(slot) {
            Some(Field::Text(range)) => Ok(Some(&self.row.text[range.clone()])),
            Some(Field::NotAScalar(found)) => Err(Reason::NotAScalar { found }),
            _ => Ok(None),
        }
    }
}

impl Row {
    fn slot(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    fn add(&mut self, name: &str) -> usize {
        self.names.push(name.to_string());
        self.fields.push(Field::Absent);
        self.seen.push(false);
        self.names.len() - 1
    }

    fn read(&mut self, line: &str) -> Result<(), Problem> {
        let Err(error) = self.parse(line) else { return self.finish() };
        let Some(strict) = without_bare_tokens(line) else { return Err(not_json(&error, |column| column)) };
        self.parse(&strict.text).map_err(|error| not_json(&error, |column| strict.original(column)))?;
        self.finish()
    }

    fn parse(&mut self, line: &str) -> serde_json::Result<()> {
        self.fields.fill_with(|| Field::Absent);
        self.text.clear();
        self.twice = None;
        self.next = 0;
        if self.is_first {
            self.first_keys.clear();
        }
        let columns = self.names.len();
        let mut deserializer = serde_json::Deserializer::from_str(line);
        let parsed = (&mut *self).deserialize(&mut deserializer).and_then(|()| deserializer.end());
        if parsed.is_err() {
            // What is not JSON names no columns.
            self.names.truncate(columns);
            self.fields.truncate(columns);
            self.seen.truncate(columns);
        }
        parsed
    }

    fn finish(&mut self) -> Result<(), Problem> {
        self.is_first = false;
        match self.twice {
            Some(slot) => Err(Problem::row(Some(slot), Reason::KeyTwice)),
            None => Ok(()),
        }
    }

    fn store(&mut self, slot: usize, raw: &str) -> serde_json::Result<()> {
        if raw.starts_with('[') && self.first_of_arrays.contains(&slot) {
            let elements: Vec<&RawValue> = serde_json::from_str(raw)?;
            return self.store_scalar(slot, elements.first().map_or("null", |first| first.get()));
        }
        self.store_scalar(slot, raw)
    }

    fn store_scalar(&mut self, slot: usize, raw: &str) -> serde_json::Result<()> {
        if !matches!(self.fields[slot], Field::Absent) {
            self.twice = Some(slot);
        }
        self.seen[slot] = true;
        let start = self.text.len();
        self.fields[slot] = match raw.as_bytes().first() {
            Some(b'n') => Field::Null,
            Some(b'[') => Field::NotAScalar("an array"),
            Some(b'{') => Field::NotAScalar("an object"),
            Some(b'"') => {
                match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                    Some(plain) if !plain.contains('\\') => self.text.push_str(plain),
                    _ => self.text.push_str(&serde_json::from_str::<String>(raw)?),
                }
                Field::Text(start..self.text.len())
            }
            _ => {
                self.text.push_str(raw);
                Field::Text(start..self.text.len())
            }
        };
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Row {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Row {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(slot) = map.next_key_seed(Key(self))? {
            match slot {
                Some(slot) => {
                    let raw: &RawValue = map.next_value()?;
                    self.store(slot, raw.get()).map_err(serde::de::Error::custom)?;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads a key as the slot that it stands for.
struct Key<'a>(&'a mut Row);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        let Self(row) = self;
        if row.is_first {
            row.first_keys.push(key.to_string());
        }
        let expected = row.names.get(row.next).is_some_and(|name| name == key).then_some(row.next);
        let known = expected.or_else(|| row.slot(key));
        let slot = if row.open { known.or_else(|| Some(row.add(key))) } else { known };
        row.next = slot.map_or(row.next, |slot| slot + 1);
        Ok(slot)
    }
}

fn not_json(error: &serde_json::Error, original: impl Fn(usize) -> usize) -> Problem {
    let reason = match json_value::not_json(error) {
        Reason::Json { column, problem } => Reason::Json { column: original(column), problem },
        other => other,
    };
    Problem::row(None, reason)
}

/// A text whose bare `NaN`, `Infinity` and `-Infinity` became `null`.
pub(super) struct Strict {
    pub(super) text: String,
    /// For each token: where its `null` ends, and how many bytes longer the token was (NaN: −1).
    tokens: Vec<(usize, isize)>,
}

impl Strict {
    /// The position in the original text, if that is one line.
    pub(super) fn original(&self, column: usize) -> usize {
        let before = self.tokens.iter().filter(|(end, _)| *end < column);
        column.saturating_add_signed(before.map(|(_, longer)| longer).sum())
    }
}

/// Replaces the tokens that are no JSON but that some writers use for numbers which are not finite; `None` if there
/// are none.
pub(super) fn without_bare_tokens(line: &str) -> Option<Strict> {
    const NULL: &str = "null";
    let mut strict = Strict { text: String::with_capacity(line.len() + 8), tokens: Vec::new() };
    let (mut in_string, mut rest) = (false, line);
    while let Some(letter) = rest.chars().next() {
        let token = ["NaN", "Infinity", "-Infinity"].into_iter().find(|token| rest.starts_with(token));
        if let Some(token) = token.filter(|_| !in_string) {
            strict.text.push_str(NULL);
            strict.tokens.push((strict.text.len(), token.len() as isize - NULL.len() as isize));
            rest = &rest[token.len()..];
            continue;
        }
        // What a backslash escapes is copied with it.
        let mut length = letter.len_utf8();
        if in_string && letter == '\\' {
            length += rest[1..].chars().next().map_or(0, char::len_utf8);
        } else if letter == '"' {
            in_string = !in_string;
        }
        let (copied, after) = rest.split_at(length);
        strict.text.push_str(copied);
        rest = after;
    }
    (!strict.tokens.is_empty()).then_some(strict)
}
