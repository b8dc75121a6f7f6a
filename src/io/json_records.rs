use std::io::{BufRead, BufReader, Read};

use crate::io::detect::BOM;
use crate::io::{Error, Reason, Result};

/// How the records of a JSON file are strung together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// A record a line.
    Lines,
    /// The elements of one array.
    Array,
    /// What the first byte says: elements after a bracket, else lines.
    Either,
}

/// Cuts a stream into the texts of its records, one at a time in a reused buffer.
pub(super) struct JsonRecords<R> {
    reader: BufReader<R>,
    layout: Layout,
    bytes: Vec<u8>,
    /// The line on which the record starts.
    pub(super) line: u64,
    /// The line that is read next.
    next_line: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// After the bracket of an array.
    Opened,
    /// After the comma behind an element.
    Continued,
    /// After the array.
    Closed,
    /// The file ended within the array.
    Cut,
    End,
}

/// A step through the records.
pub(super) enum Cut<'a> {
    End,
    Record(&'a str),
    Bad(Reason),
}

impl<R: Read> JsonRecords<R> {
    pub(super) fn open(source: R, layout: Layout) -> Self {
        let reader = BufReader::with_capacity(1 << 16, source);
        Self { reader, layout, bytes: Vec::new(), line: 0, next_line: 1, state: State::Start }
    }

    /// The next record and the line on which it starts.
    pub(super) fn advance(&mut self) -> Result<(u64, Cut<'_>)> {
        let found = self.next().map_err(|error| Error::at_line(self.next_line, error))?;
        let cut = match found {
            None => Cut::End,
            Some(Err(reason)) => Cut::Bad(reason),
            Some(Ok(())) => match std::str::from_utf8(&self.bytes) {
                Ok(text) => Cut::Record(text.trim_end()),
                Err(error) => Cut::Bad(Reason::Utf8 { valid: error.valid_up_to() }),
            },
        };
        Ok((self.line, cut))
    }

    fn next(&mut self) -> std::io::Result<Option<Result<(), Reason>>> {
        if self.state == State::Start {
            if self.reader.fill_buf()?.starts_with(BOM) {
                self.reader.consume(BOM.len());
            }
            if self.layout == Layout::Either {
                let array = self.past_blanks()? == Some(b'[');
                self.layout = if array { Layout::Array } else { Layout::Lines };
            }
        }
        match self.layout {
            Layout::Lines | Layout::Either => self.next_of_lines(),
            Layout::Array => self.next_of_array(),
        }
    }

    fn next_of_lines(&mut self) -> std::io::Result<Option<Result<(), Reason>>> {
        self.state = State::Continued;
        loop {
            self.bytes.clear();
            if self.reader.by_ref().take(LONGEST).read_until(b'\n', &mut self.bytes)? == 0 {
                return Ok(None);
            }
            self.line = self.next_line;
            self.next_line += 1;
            let full = self.bytes.len() as u64 == LONGEST && self.bytes.last() != Some(&b'\n');
            if full && !self.reader.fill_buf()?.is_empty() {
                self.bytes = Vec::new();
                self.reader.skip_until(b'\n')?;
                return Ok(Some(Err(Reason::TooLong { limit: LONGEST })));
            }
            if !self.bytes.trim_ascii().is_empty() {
                return Ok(Some(Ok(())));
            }
        }
    }

    fn next_of_array(&mut self) -> std::io::Result<Option<Result<(), Reason>>> {
        if self.state == State::Start {
            match self.past_blanks()? {
                None => self.state = State::End,
                Some(b'[') => {
                    self.reader.consume(1);
                    self.state = State::Opened;
                }
                Some(_) => {
                    self.state = State::End;
                    return Ok(Some(Err(broken("no array"))));
                }
            }
        }
        match self.state {
            State::Opened | State::Continued => {
                let first = self.past_blanks()?;
                if first == Some(b']') && self.state == State::Opened {
                    self.reader.consume(1);
                    self.state = State::Closed;
                    return self.next_of_array();
                }
                let element = self.element()?;
                if self.state == State::Cut && self.bytes.trim_ascii().is_empty() {
                    return self.next_of_array();
                }
                Ok(Some(element))
            }
            State::Closed => {
                self.state = State::End;
                let after = self.past_blanks()?;
                Ok(after.map(|_| Err(broken("text after the end of the array"))))
            }
            State::Cut => {
                self.state = State::End;
                Ok(Some(Err(broken("the end of the file within an array"))))
            }
            State::Start | State::End => Ok(None),
        }
    }

    /// The next byte that is no blank.
    fn past_blanks(&mut self) -> std::io::Result<Option<u8>> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                self.line = self.next_line;
                return Ok(None);
            }
            let blanks = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let found = buffer.get(blanks).copied();
            self.next_line += newlines(buffer.get(..blanks).unwrap_or_default());
            self.reader.consume(blanks);
            if found.is_some() {
                self.line = self.next_line;
                return Ok(found);
            }
        }
    }

    /// Reads up to the comma or bracket that ends the element.
    fn element(&mut self) -> std::io::Result<Result<(), Reason>> {
        self.bytes.clear();
        let mut too_long = false;
        let (mut depth, mut in_string, mut escaped) = (0u64, false, false);
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                self.state = State::Cut;
                return Ok(if too_long { Err(Reason::TooLong { limit: LONGEST }) } else { Ok(()) });
            }
            let end = buffer.iter().position(|&byte| {
                if in_string {
                    (in_string, escaped) = (escaped || byte != b'"', !escaped && byte == b'\\');
                    return false;
                }
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth += 1,
                    b',' | b']' if depth == 0 => return true,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                false
            });
            let length = end.unwrap_or(buffer.len());
            let (inside, after) = buffer.split_at(length);
            self.next_line += newlines(inside);
            if self.bytes.len() + inside.len() <= LONGEST as usize {
                self.bytes.extend_from_slice(inside);
            } else {
                too_long = true;
            }
            let ending = after.first().copied();
            self.reader.consume(length + usize::from(ending.is_some()));
            if let Some(ending) = ending {
                self.state = if ending == b',' { State::Continued } else { State::Closed };
                if too_long {
                    self.bytes = Vec::new();
                    return Ok(Err(Reason::TooLong { limit: LONGEST }));
                }
                return Ok(Ok(()));
            }
        }
    }
}

/// Bytes of a record: what is longer is skipped without being held.
pub(super) const LONGEST: u64 = 1 << 27;

pub(super) fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte == b'\n')).sum()
}

fn broken(problem: &str) -> Reason {
    Reason::BrokenArray { found: problem.to_string() }
}
