use std::io::Read;

#[cfg(feature = "arrow")]
use crate::io::arrow::{ArrowRows, Batches};
use crate::io::delimited::Delimited;
use crate::io::input::Input;
use crate::io::json_lines::JsonLines;
use crate::io::json_records::Layout;
use crate::io::memo::CellKey;
use crate::io::{
    Column, Columns, Dialect, Error, ErrorKind, Format, ImportReport, Location, Part, Place, Reason, Result,
    Skipped, Strictness,
};

/// What a reader met.
pub(super) enum Step {
    End,
    Record,
    Bad(Problem),
}

/// Why a record went wrong.
pub(super) enum Problem {
    /// The record (in one column) cannot be used; others can.
    Row { slot: Option<usize>, reason: Reason },
    /// There is no going on.
    Fatal(ErrorKind),
}

impl Problem {
    pub(super) fn row(slot: Option<usize>, reason: Reason) -> Self {
        Self::Row { slot, reason }
    }
}

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spot {
    /// `None` in files without lines.
    pub(super) line: Option<u64>,
    pub(super) record: u64,
    pub(super) part: Option<Part>,
}

impl Spot {
    pub(super) fn place(self) -> Place {
        self.line.map_or(Place::Record(self.record), Place::Line)
    }

    pub(super) fn location(self, field: Option<String>) -> Location {
        Location { part: self.part, line: self.line, record: Some(self.record), field }
    }
}

/// The records of a file, whatever its format. A *slot* is a column that was asked for.
pub(super) struct Records<R> {
    dialect: Dialect,
    body: Body<R>,
    record: u64,
}

enum Body<R> {
    Delimited(Delimited<R>),
    JsonLines(JsonLines<R>),
    #[cfg(feature = "arrow")]
    Arrow(ArrowRows),
}

impl<R: Read> Records<R> {
    /// `every_column`: keys of JSON objects become columns as they come up (those of a header always are).
    pub(super) fn open(input: Input<R>, dialect: &Dialect, every_column: bool) -> Result<Self> {
        let body = match input {
            Input::Stream(source, Format::Delimited(delimiter)) => {
                Body::Delimited(Delimited::open(source, delimiter, dialect)?)
            }
            Input::Stream(source, Format::JsonLines) => {
                Body::JsonLines(JsonLines::open(source, Layout::Lines, every_column))
            }
            Input::Stream(source, Format::JsonArray) => {
                Body::JsonLines(JsonLines::open(source, Layout::Array, every_column))
            }
            #[cfg(feature = "arrow")]
            Input::Stream(source, Format::Parquet) => {
                Body::Arrow(ArrowRows::open(Batches::of_parquet_bytes(source)?, every_column))
            }
            #[cfg(feature = "arrow")]
            Input::Batches(batches) => Body::Arrow(ArrowRows::open(batches, every_column)),
        };
        Ok(Self { dialect: dialect.clone(), body, record: 0 })
    }

    /// The slot of a column.
    pub(super) fn slot(&mut self, column: &Column) -> Result<usize> {
        match &mut self.body {
            Body::Delimited(rows) => {
                let found = column.find(&rows.names, self.dialect.header);
                found.map_err(|kind| Error::at_line(rows.line, kind))
            }
            Body::JsonLines(rows) => rows.slot(column).map_err(Error::of_file),
            #[cfg(feature = "arrow")]
            Body::Arrow(rows) => rows.slot(column).map_err(Error::of_file),
        }
    }

    /// The slot of a column whose fields nobody will ask for.
    pub(super) fn slot_to_ignore(&mut self, column: &Column) -> Result<usize> {
        #[cfg(feature = "arrow")]
        if let Body::Arrow(rows) = &mut self.body {
            return rows.slot_to_ignore(column).map_err(Error::of_file);
        }
        self.slot(column)
    }

    /// The slot of a column that need not be there: `None`, or a slot whose field is always missing.
    pub(super) fn optional_slot(&mut self, column: &Column) -> Option<usize> {
        match &mut self.body {
            Body::Delimited(rows) => column.find(&rows.names, self.dialect.header).ok(),
            Body::JsonLines(rows) => rows.optional_slot(column),
            #[cfg(feature = "arrow")]
            Body::Arrow(rows) => rows.optional_slot(column),
        }
    }

    /// Lets a column read the first element of an array as if it stood by itself.
    pub(super) fn first_of_arrays(&mut self, slot: usize) {
        match &mut self.body {
            Body::Delimited(_) => {}
            Body::JsonLines(rows) => rows.first_of_arrays(slot),
            #[cfg(feature = "arrow")]
            Body::Arrow(_) => {}
        }
    }

    pub(super) fn slots(&mut self, columns: &Columns) -> Result<Vec<usize>> {
        columns.0.iter().map(|column| self.slot(column)).collect()
    }

    fn names(&self) -> &[String] {
        match &self.body {
            Body::Delimited(rows) => &rows.names,
            Body::JsonLines(rows) => rows.names(),
            #[cfg(feature = "arrow")]
            Body::Arrow(rows) => rows.names(),
        }
    }

    /// Columns known so far.
    pub(super) fn width(&self) -> usize {
        self.names().len()
    }

    /// The name of a column.
    pub(super) fn name(&self, slot: usize) -> &str {
        self.names().get(slot).map_or("", String::as_str)
    }

    /// Whether the file names its columns.
    pub(super) fn has_names(&self) -> bool {
        !matches!(self.body, Body::Delimited(_)) || self.dialect.header
    }

    /// An error about the names of the columns.
    pub(super) fn error_of_names(&self, kind: ErrorKind) -> Error {
        if let Body::Delimited(_) = self.body { Error::at_line(1, kind) } else { Error::of_file(kind) }
    }

    pub(super) fn advance(&mut self) -> Result<Step> {
        let step = match &mut self.body {
            Body::Delimited(rows) => rows.advance(),
            Body::JsonLines(rows) => rows.advance(),
            #[cfg(feature = "arrow")]
            Body::Arrow(rows) => rows.advance(),
        }?;
        self.record += u64::from(!matches!(step, Step::End));
        Ok(step)
    }

    /// A field of the record; `None` if it is missing.
    #[inline]
    pub(super) fn field(&self, slot: usize) -> Result<Option<&str>, Problem> {
        let field = match &self.body {
            Body::Delimited(rows) => rows.field(slot, &self.dialect).map(Some),
            Body::JsonLines(rows) => {
                rows.field(slot).map(|field| field.map(|text| self.dialect.trimmed(text)))
            }
            #[cfg(feature = "arrow")]
            Body::Arrow(rows) => Ok(rows.field(slot).map(|text| self.dialect.trimmed(text))),
        };
        let field = field.map_err(|reason| Problem::row(Some(slot), reason))?;
        Ok(field.filter(|text| !self.dialect.is_missing(text)))
    }

    #[inline]
    fn part(&self, slot: usize, what: &'static str) -> Result<&str, Problem> {
        self.field(slot)?.ok_or_else(|| Problem::row(Some(slot), Reason::NoValue { what }))
    }

    /// Several fields as one name; a missing one is an error that calls it `what`.
    #[inline]
    pub(super) fn key<'a>(
        &'a self,
        slots: &[usize],
        what: &'static str,
        scratch: &'a mut String,
    ) -> Result<&'a str, Problem> {
        if let [only] = slots {
            return self.part(*only, what);
        }
        scratch.clear();
        for (i, &slot) in slots.iter().enumerate() {
            if i > 0 {
                scratch.push(':');
            }
            push_escaped(scratch, self.part(slot, what)?);
        }
        Ok(scratch)
    }

    /// Those of several fields that are there as one name; `None` if none is.
    pub(super) fn optional_key<'a>(
        &self,
        slots: &[usize],
        scratch: &'a mut String,
    ) -> Result<Option<&'a str>, Problem> {
        scratch.clear();
        let mut parts = 0;
        for &slot in slots {
            let Some(part) = self.field(slot)? else { continue };
            if parts > 0 {
                scratch.push(':');
            }
            if slots.len() > 1 {
                push_escaped(scratch, part);
            } else {
                scratch.push_str(part);
            }
            parts += 1;
        }
        Ok((parts > 0).then_some(scratch.as_str()))
    }

    /// What stands for the text of a field, where that is shorter than the text itself.
    #[inline]
    #[cfg_attr(
        not(feature = "arrow"),
        expect(clippy::unused_self, unused_variables, reason = "text is read as text")
    )]
    pub(super) fn cell_key(&self, slot: usize) -> Option<CellKey> {
        #[cfg(feature = "arrow")]
        if let Body::Arrow(rows) = &self.body {
            return rows.cell_key(slot);
        }
        None
    }

    /// A field that is a number as it is used, so that no text need be read.
    #[inline]
    #[cfg_attr(
        not(feature = "arrow"),
        expect(clippy::unused_self, unused_variables, reason = "text is read as text")
    )]
    pub(super) fn number(&self, slot: usize) -> Option<f64> {
        #[cfg(feature = "arrow")]
        if let Body::Arrow(rows) = &self.body {
            return rows.number(slot);
        }
        None
    }

    #[inline]
    pub(super) fn spot(&self) -> Spot {
        let (line, part) = match &self.body {
            Body::Delimited(rows) => (Some(rows.line), None),
            Body::JsonLines(rows) => (Some(rows.line()), None),
            #[cfg(feature = "arrow")]
            Body::Arrow(rows) => (None, rows.part()),
        };
        Spot { line, record: self.record, part }
    }

    /// Where the record (or a column of it) is.
    pub(super) fn location(&self, slot: Option<usize>) -> Location {
        self.spot().location(slot.map(|slot| self.name(slot).to_string()))
    }

    /// The error if a column that was asked for has not come up in any record so far.
    fn unknown_column(&self) -> Option<Error> {
        let Body::JsonLines(rows) = &self.body else { return None };
        rows.unknown_column().map(Error::of_file)
    }

    /// Hands every record to `take`; what cannot be used is an error or goes into the report.
    pub(super) fn each(
        &mut self,
        strictness: Strictness,
        report: &mut ImportReport,
        mut take: impl FnMut(&Self, &mut ImportReport) -> Result<(), Problem>,
    ) -> Result<()> {
        loop {
            let step = self.advance()?;
            report.rows += u64::from(!matches!(step, Step::End));
            let outcome = match step {
                Step::End if report.rows == 0 => break,
                Step::End => return self.unknown_column().map_or(Ok(()), Err),
                Step::Record => take(self, report),
                Step::Bad(problem) => Err(problem),
            };
            if let Err(problem) = outcome {
                self.skip(problem, strictness, report).map_err(|problem| self.error(problem))?;
            }
        }
        if let Body::JsonLines(_) = self.body {
            return Err(Error::of_file(ErrorKind::Empty { expected: "at least one record" }));
        }
        Ok(())
    }

    /// Notes in the report what may be left out; gives back what may not.
    pub(super) fn skip(
        &self,
        problem: Problem,
        strictness: Strictness,
        report: &mut ImportReport,
    ) -> Result<(), Problem> {
        match problem {
            Problem::Row { slot, reason } if strictness == Strictness::Lenient => {
                report.skipped.push(Skipped { location: self.location(slot), reason });
                Ok(())
            }
            problem => Err(problem),
        }
    }

    fn error(&self, problem: Problem) -> Error {
        match problem {
            Problem::Fatal(kind) => Error::new(self.location(None), kind),
            Problem::Row { slot, reason } => {
                // A JSON key that did not come up so far is most likely misspelt.
                let misspelt =
                    if matches!(reason, Reason::NoValue { .. }) { self.unknown_column() } else { None };
                misspelt.unwrap_or_else(|| Error::new(self.location(slot), ErrorKind::Row(reason)))
            }
        }
    }
}

/// Adds a part of a name whose parts are parted by `:`.
pub(super) fn push_escaped(joined: &mut String, part: &str) {
    for letter in part.chars() {
        if matches!(letter, ':' | '\\') {
            joined.push('\\');
        }
        joined.push(letter);
    }
}
