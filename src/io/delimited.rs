use std::io::Read;

use crate::io::json_records::LONGEST;
use crate::io::records::{Problem, Step};
use crate::io::{Dialect, Error, ErrorKind, Reason, Result};

type Source<R> = std::io::Chain<Metered<R>, &'static [u8]>;

/// Ends when a record has become too long: an open quote could swallow a file of any length.
struct Metered<R> {
    source: R,
    /// Bytes read since the last record.
    ahead: u64,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.is_too_long() {
            return Err(std::io::Error::other("a record that is too long"));
        }
        let n = self.source.read(buffer)?;
        self.ahead += n as u64;
        Ok(n)
    }
}

impl<R> Metered<R> {
    fn is_too_long(&self) -> bool {
        self.ahead > LONGEST
    }
}

/// Put behind the file: a last line like all others, and a record that shows whether a quote was left open.
const END: &[u8] = b"\n\0end\0\n";

/// Records of delimited text, one at a time in a reused buffer.
pub(super) struct Delimited<R> {
    reader: csv::Reader<Source<R>>,
    record: csv::ByteRecord,
    /// Names of the columns; their numbers where there is no header.
    pub(super) names: Vec<String>,
    /// The first record was read to learn its width and is still to be handed out.
    pending: bool,
    /// Where the reader stood before the record.
    from: u64,
    pub(super) line: u64,
}

impl<R: Read> Delimited<R> {
    pub(super) fn open(source: R, delimiter: u8, dialect: &Dialect) -> Result<Self> {
        if matches!(delimiter, b'"' | b'\r' | b'\n') {
            return Err(Error::of_file(crate::Error::argument(
                "delimiter",
                "another byte than a quote or a line break",
                format!("{:?}", char::from(delimiter)),
            )));
        }
        // Lines end with LF alone, so that they can be counted: a CR before it is taken off the last field.
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .quoting(dialect.quoting)
            .terminator(csv::Terminator::Any(b'\n'))
            .buffer_capacity(1 << 16)
            .from_reader(Metered { source, ahead: 0 }.chain(END));
        let mut this = Self {
            reader,
            record: csv::ByteRecord::new(),
            names: Vec::new(),
            pending: false,
            from: 1,
            line: 1,
        };
        if !this.read()? {
            let expected = if dialect.header { "a header line" } else { "at least one record" };
            return Err(Error::of_file(ErrorKind::Empty { expected }));
        }
        if dialect.header {
            for position in 0..this.record.len() {
                let name = this
                    .field(position, dialect)
                    .map_err(|reason| Error::at_line(this.line, ErrorKind::Row(reason)))?;
                this.names.push(name.to_string());
            }
        } else {
            this.names = (0..this.record.len()).map(|position| position.to_string()).collect();
            this.pending = true;
        }
        Ok(this)
    }

    /// Reads the next record that is not a blank line.
    fn read(&mut self) -> Result<bool> {
        loop {
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => self.reader.get_mut().get_mut().0.ahead = 0,
                Ok(false) => return Ok(false),
                Err(_) if self.reader.get_ref().get_ref().0.is_too_long() => {
                    let reason = Reason::TooLong { limit: LONGEST };
                    return Err(Error::at_line(self.from, ErrorKind::Row(reason)));
                }
                Err(error) => return Err(Error::at_line(self.from, std::io::Error::from(error))),
            }
            let to = self.reader.position().line();
            // The common case, a line a record, needs no look at the bytes.
            self.line = if to == self.from + 1 { self.from } else { to - 1 - self.breaks() };
            self.from = to;
            match self.record.get(0) {
                Some(only) if self.record.len() == 1 => {
                    if only == END.trim_ascii() {
                        return Ok(false);
                    }
                    if !only.trim_ascii().is_empty() {
                        return Ok(true);
                    }
                }
                _ => return Ok(true),
            }
        }
    }

    /// Line breaks within the fields of the record. An open quote runs on over the last one.
    fn breaks(&self) -> u64 {
        let breaks = self.record.as_slice().split(|&byte| byte == b'\n').count() as u64 - 1;
        breaks - u64::from(self.is_unclosed())
    }

    fn is_unclosed(&self) -> bool {
        self.record.as_slice().ends_with(END)
    }

    pub(super) fn advance(&mut self) -> Result<Step> {
        if !std::mem::take(&mut self.pending) && !self.read()? {
            return Ok(Step::End);
        }
        if self.is_unclosed() {
            return Ok(Step::Bad(Problem::row(None, Reason::UnclosedQuote)));
        }
        let (expected, found) = (self.names.len(), self.record.len());
        if found != expected {
            return Ok(Step::Bad(Problem::row(None, Reason::FieldCount { expected, found })));
        }
        Ok(Step::Record)
    }

    #[inline]
    pub(super) fn field(&self, position: usize, dialect: &Dialect) -> Result<&str, Reason> {
        let mut bytes = self.record.get(position).unwrap_or_default();
        if position + 1 == self.record.len() {
            bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        }
        let text = std::str::from_utf8(bytes).map_err(|error| Reason::Utf8 { valid: error.valid_up_to() })?;
        Ok(dialect.trimmed(text))
    }
}
