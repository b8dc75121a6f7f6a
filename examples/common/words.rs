use std::path::PathBuf;
use std::str::FromStr;

use probity::inference::Level;
use probity::io::Format;

/// The words of a command line, one option after the other; `--name=value` is `--name value`.
pub(crate) struct Words<I> {
    rest: I,
    /// The word read last, and the name in it.
    word: String,
    name: String,
    attached: Option<String>,
}

impl<I: Iterator<Item = String>> Words<I> {
    pub(crate) fn new(words: impl IntoIterator<IntoIter = I>) -> Self {
        Self { rest: words.into_iter(), word: String::new(), name: String::new(), attached: None }
    }

    /// The name of the next option, or the next word that is none.
    pub(crate) fn option(&mut self) -> Option<String> {
        self.word = self.rest.next()?;
        (self.name, self.attached) = match self.word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_string(), Some(value.to_string())),
            _ => (self.word.clone(), None),
        };
        Some(self.name.clone())
    }

    /// The value of the option.
    pub(crate) fn value(&mut self) -> Result<String, String> {
        let value = self.attached.take().or_else(|| self.rest.next());
        value.ok_or_else(|| format!("{}: expected a value", self.name))
    }

    /// The value as parts between commas.
    pub(crate) fn list(&mut self) -> Result<Vec<String>, String> {
        Ok(self.value()?.split(',').map(|part| part.trim().to_string()).collect())
    }

    /// The value as a number.
    pub(crate) fn number<T: FromStr>(&mut self) -> Result<T, String> {
        let value = self.value()?;
        number(&self.name, &value)
    }

    /// The value as a level of confidence.
    pub(crate) fn level(&mut self) -> Result<Level, String> {
        let level = self.number()?;
        Level::new(level).map_err(|error| format!("{}: {error}", self.name))
    }

    /// What the value names.
    pub(crate) fn choice<T: Clone>(&mut self, choices: &[(&str, T)]) -> Result<T, String> {
        let value = self.value()?;
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == value) {
            return Ok(choice.clone());
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let expected = match words.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
            _ => words.concat(),
        };
        Err(format!("{}: expected {expected}, found {value:?}", self.name))
    }

    /// The value as a format of files.
    pub(crate) fn format(&mut self) -> Result<Format, String> {
        self.choice(&[("csv", Format::CSV), ("tsv", Format::TSV), ("jsonl", Format::JsonLines)])
    }

    /// The word is no option that there is, so it is a file.
    pub(crate) fn file(&self) -> Result<PathBuf, String> {
        if self.name.starts_with('-') && self.name.len() > 1 {
            return Err(format!("there is no option {}; --help lists the options", self.name));
        }
        Ok(PathBuf::from(&self.word))
    }

    /// The word is no option that there is, so it is the only file.
    pub(crate) fn only_file(&self, file: &mut Option<PathBuf>) -> Result<(), String> {
        match file.replace(self.file()?) {
            None => Ok(()),
            Some(_) => Err(format!("expected one file, found {:?} too", self.word)),
        }
    }
}

/// A number that belongs to an option.
pub(crate) fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: expected a number, found {text:?}"))
}
