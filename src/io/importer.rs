use std::borrow::Cow;
use std::io::Read;

use crate::io::collect::{Collector, Target};
use crate::io::json_lines::without_bare_tokens;
use crate::io::json_records::{Cut, JsonRecords, Layout, newlines};
use crate::io::json_value::{Node, Object, Scalar, not_json};
use crate::io::records::{Problem, Spot, push_escaped};
use crate::io::{Error, ErrorKind, Import, ImportReport, Location, Reason, Result, Skipped, Strictness};
use crate::ratings::Name;

/// Takes the judgments of a tool's log, and notes what cannot be used.
pub(super) struct Importer {
    collector: Collector,
    pub(super) report: ImportReport,
    strictness: Strictness,
    line: u64,
    /// What is counted beside judgments.
    counts: Vec<(&'static str, f64)>,
    /// Whether labels are numbers.
    pub(super) numeric: bool,
}

impl Importer {
    pub(super) fn new(target: &Target, grouped: bool, strictness: Strictness) -> Self {
        let collector = Collector::new(target, grouped);
        let numeric = target.scale.is_numeric();
        Self { collector, report: ImportReport::default(), strictness, line: 0, counts: Vec::new(), numeric }
    }

    /// Hands every record of a stream to `take`.
    pub(super) fn each<R: Read>(
        &mut self,
        source: R,
        mut take: impl FnMut(&mut Self, &Object<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut records = JsonRecords::open(source, Layout::Either);
        loop {
            let (line, cut) = records.advance()?;
            let text = match cut {
                Cut::End => break,
                Cut::Record(text) => text,
                Cut::Bad(reason) => {
                    self.record(line, |importer| importer.fault(None, reason))?;
                    continue;
                }
            };
            refuse_pointer(text)?;
            let first = Node::of(text).object();
            let strict = if first.is_err() { without_bare_tokens(text) } else { None };
            let parsed = strict.as_ref().map_or(first, |strict| Node::of(&strict.text).object());
            self.record(line, |importer| importer.take(parsed, &mut take))?;
        }
        if self.report.rows == 0 {
            return Err(Error::of_file(ErrorKind::Empty { expected: "at least one record" }));
        }
        Ok(())
    }

    /// Hands every element of an array of a document to `take`.
    pub(super) fn each_of(
        &mut self,
        document: &Document,
        array: Node<'_>,
        mut take: impl FnMut(&mut Self, &Object<'_>) -> Result<()>,
    ) -> Result<()> {
        let elements = array.array().map_err(|reason| document.error(array, reason))?;
        let mut lines = document.lines();
        for element in elements {
            let line = lines.of(element);
            self.record(line, |importer| importer.take(element.object(), &mut take))?;
        }
        Ok(())
    }

    /// Hands every value of an object of a document to `take`, with its key.
    pub(super) fn each_value(
        &mut self,
        document: &Document,
        object: &Object<'_>,
        mut take: impl FnMut(&mut Self, &str, &Object<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut lines = document.lines();
        for (key, value) in object.entries() {
            let line = lines.of(value);
            self.record(line, |importer| {
                importer.take(value.object(), &mut |importer, value| take(importer, key, value))
            })?;
        }
        match object.twice() {
            Some(key) => self.fault(Some(key), Reason::KeyTwice),
            None => Ok(()),
        }
    }

    /// Hands one object that stands by itself to `take`.
    #[cfg(feature = "zip")]
    pub(super) fn one(
        &mut self,
        document: &Document,
        mut take: impl FnMut(&mut Self, &Object<'_>) -> Result<()>,
    ) -> Result<()> {
        self.record(1, |importer| importer.take(Node::of(&document.text).object(), &mut take))
    }

    fn record(&mut self, line: u64, take: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.line = line;
        self.report.rows += 1;
        take(self)?;
        self.collector.end_record(Spot { line: Some(line), record: self.report.rows, part: None });
        Ok(())
    }

    fn take(
        &mut self,
        parsed: Result<Object<'_>, Reason>,
        take: &mut impl FnMut(&mut Self, &Object<'_>) -> Result<()>,
    ) -> Result<()> {
        match parsed {
            Err(reason) => self.fault(None, reason),
            Ok(object) => match object.twice() {
                Some(key) => self.fault(Some(key), Reason::KeyTwice),
                None => take(self, &object),
            },
        }
    }

    /// What cannot be used is an error or goes into the report.
    pub(super) fn fault(&mut self, field: Option<&str>, reason: Reason) -> Result<()> {
        let location = self.location(field);
        match self.strictness {
            Strictness::Strict => Err(Error::new(location, ErrorKind::Row(reason))),
            Strictness::Lenient => {
                self.report.skipped.push(Skipped { location, reason });
                Ok(())
            }
        }
    }

    /// The value, or `None` after noting why there is none.
    pub(super) fn ok<T>(&mut self, field: &str, value: Result<T, Reason>) -> Result<Option<T>> {
        match value {
            Ok(value) => Ok(Some(value)),
            Err(reason) => self.fault(Some(field), reason).map(|()| None),
        }
    }

    /// Adds to a count of things beside judgments.
    pub(super) fn count(&mut self, what: &'static str, by: f64) {
        match self.counts.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += by,
            None => self.counts.push((what, by)),
        }
    }

    /// Notes what the file says of itself; nothing if it does not say it.
    pub(super) fn fact(&mut self, name: impl Into<String>, value: Option<Node<'_>>) {
        if let Some(value) = value {
            let told =
                text(Some(value)).ok().flatten().map_or_else(|| value.text().to_string(), Cow::into_owned);
            self.report.facts.push((name.into(), told));
        }
    }

    /// The text of a field that names something; `None` after noting that it is not there.
    pub(super) fn name<'a>(
        &mut self,
        object: &Object<'a>,
        key: &str,
        what: &'static str,
    ) -> Result<Option<Cow<'a, str>>> {
        let name = text(object.get(key));
        let name = name.and_then(|name| name.filter(|n| !n.is_empty()).ok_or(Reason::NoValue { what }));
        self.ok(key, name)
    }

    /// The text of a field that need not be there; what is no text counts as absent after noting it.
    pub(super) fn optional<'a>(&mut self, object: &Object<'a>, key: &str) -> Result<Option<Cow<'a, str>>> {
        Ok(self.ok(key, text(object.get(key)))?.flatten().filter(|name| !name.is_empty()))
    }

    /// The elements of a field; none after noting it if it is no array, none if it is absent.
    pub(super) fn elements<'a>(&mut self, object: &Object<'a>, key: &str) -> Result<Vec<Node<'a>>> {
        match object.get(key) {
            None => Ok(Vec::new()),
            Some(node) => Ok(self.ok(key, node.array())?.unwrap_or_default()),
        }
    }

    /// A label as text; on a numeric scale true and false are 1 and 0.
    pub(super) fn label<'a>(&self, node: Node<'a>) -> Result<Option<Cow<'a, str>>, Reason> {
        Ok(match node.scalar()? {
            Scalar::Bool(is) if self.numeric => Some(Cow::Borrowed(if is { "1" } else { "0" })),
            scalar => scalar.into_text(),
        })
    }

    /// Adds a judgment, or a place without one.
    pub(super) fn judge(
        &mut self,
        group: &str,
        item: &str,
        rater: &str,
        label: Option<&str>,
        field: &str,
    ) -> Result<()> {
        let judged = self.collector.judge(group, item, rater, label, 0);
        self.note(judged.map(|()| label.is_none()), field)
    }

    /// Adds the judgment in a field: what is absent or null is missing.
    pub(super) fn judge_node(
        &mut self,
        group: &str,
        item: &str,
        rater: &str,
        node: Option<Node<'_>>,
        field: &str,
    ) -> Result<()> {
        match node.map_or(Ok(None), |node| self.label(node)) {
            Ok(label) => self.judge(group, item, rater, label.as_deref(), field),
            Err(reason) => self.fault(Some(field), reason),
        }
    }

    /// Notes the gold label of an item.
    pub(super) fn gold(&mut self, group: &str, item: &str, label: &str, field: &str) -> Result<()> {
        let noted = self.collector.gold(Name::New(group), Name::New(item), label, 0);
        self.note(noted.map(|()| false), field)
    }

    fn note(&mut self, added: Result<bool, Problem>, field: &str) -> Result<()> {
        match added {
            Ok(missing) => {
                self.report.missing += u64::from(missing);
                Ok(())
            }
            Err(Problem::Row { reason, .. }) => self.fault(Some(field), reason),
            Err(Problem::Fatal(kind)) => Err(Error::new(self.location(None), kind)),
        }
    }

    fn location(&self, field: Option<&str>) -> Location {
        let spot = Spot { line: Some(self.line), record: self.report.rows, part: None };
        spot.location(field.map(str::to_string))
    }

    pub(super) fn finish(mut self) -> Result<Import> {
        let counts = self.counts.into_iter().map(|(what, count)| (what.to_string(), count.to_string()));
        self.report.facts.extend(counts);
        self.collector.finish(self.report)
    }

    /// What there is to say where there are no judgments.
    pub(super) fn into_report(self) -> ImportReport {
        self.report
    }
}

/// How zip archives start.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";

/// The text of a document that is one JSON value.
pub(super) struct Document {
    text: String,
}

impl Document {
    pub(super) fn read(mut source: impl Read) -> Result<Self> {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(Error::of_file)?;
        Self::of_bytes(&bytes)
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.starts_with(ZIP) {
            let found = "a zip archive (those of Inspect are read with the feature `zip`)";
            return Err(wrong_file("a JSON document", found));
        }
        let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let text = match std::str::from_utf8(bytes.get(start..).unwrap_or_default()) {
            Ok(text) => text.to_string(),
            Err(error) => {
                let before = bytes.get(..start + error.valid_up_to()).unwrap_or_default();
                let line = 1 + newlines(before);
                let on_line = before.rsplit(|&byte| byte == b'\n').next().map_or(0, <[u8]>::len);
                return Err(Error::at_line(line, ErrorKind::Row(Reason::Utf8 { valid: on_line })));
            }
        };
        if text.trim().is_empty() {
            return Err(Error::of_file(ErrorKind::Empty { expected: "a JSON document" }));
        }
        refuse_pointer(&text)?;
        let checked = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        let Err(error) = checked else { return Ok(Self { text }) };
        let strict = without_bare_tokens(&text).map(|strict| strict.text);
        match strict.filter(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()) {
            Some(text) => Ok(Self { text }),
            None => Err(Error::at_line(error.line() as u64, ErrorKind::Row(not_json(&error)))),
        }
    }

    /// The document as an object.
    pub(super) fn root(&self, expected: &'static str) -> Result<Object<'_>> {
        let root = Node::of(&self.text);
        root.object().map_err(|_| wrong_file(expected, root.kind()))
    }

    /// Where a value of this document starts.
    fn offset(&self, node: Node<'_>) -> usize {
        (node.text().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    /// Counts lines for values that are asked for in their order.
    fn lines(&self) -> Lines<'_> {
        Lines { document: self, at: 0, line: 1 }
    }

    /// Something wrong with a value of the document.
    pub(super) fn error(&self, node: Node<'_>, reason: Reason) -> Error {
        let line = 1 + newlines(self.text.as_bytes().get(..self.offset(node)).unwrap_or_default());
        Error::at_line(line, ErrorKind::Row(reason))
    }
}

struct Lines<'a> {
    document: &'a Document,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a value starts.
    fn of(&mut self, node: Node<'_>) -> u64 {
        let start = self.document.offset(node);
        self.line += newlines(self.document.text.as_bytes().get(self.at..start).unwrap_or_default());
        self.at = start;
        self.line
    }
}

pub(super) fn wrong_file(expected: &'static str, found: impl Into<String>) -> Error {
    Error::of_file(ErrorKind::WrongFile { expected, found: found.into() })
}

/// A file that stands for one that was not fetched.
pub(super) fn refuse_pointer(text: &str) -> Result<()> {
    if text.starts_with("version https://git-lfs.github.com/") {
        return Err(wrong_file("data", "a Git LFS pointer to them (the file itself was not fetched)"));
    }
    Ok(())
}

/// The text of a scalar; `None` if there is none.
pub(super) fn text(node: Option<Node<'_>>) -> Result<Option<Cow<'_, str>>, Reason> {
    node.map_or(Ok(None), |node| node.scalar().map(Scalar::into_text))
}

/// Several parts as one name, as [`Columns`](crate::io::Columns) has it.
pub(super) fn join<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            joined.push(':');
        }
        push_escaped(&mut joined, part);
    }
    joined
}

/// Chosen options as one label: one by its name, several as a sorted JSON array; `None` without any.
pub(super) fn choice(options: &[Node<'_>]) -> Result<Option<String>, Reason> {
    let names: Result<Vec<_>, Reason> = options.iter().map(|node| text(Some(*node))).collect();
    let mut names: Vec<_> = names?.into_iter().flatten().collect();
    names.sort_unstable();
    Ok(match names.as_slice() {
        [] => None,
        [only] => Some(only.to_string()),
        several => serde_json::to_string(several).ok(),
    })
}
