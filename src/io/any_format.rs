use std::fs::File;
use std::io::Read;
use std::path::Path;

#[cfg(feature = "arrow")]
use crate::io::arrow::Batches;
#[cfg(feature = "arrow")]
use crate::io::arrow_parquet::Source;
use crate::io::detect::{BOM, START, first_keys, of_tool};
use crate::io::guess::{self, Shape};
use crate::io::importer::{refuse_pointer, wrong_file};
use crate::io::input::Input;
use crate::io::{
    ArgillaRecords, BattleImport, BattleTable, DeepEvalRun, Dialect, Error, ErrorKind, Format, HelmStats,
    Import, ImportReport, InspectLog, LabelStudioExport, LmEvalResults, LmEvalSamples, LongTable,
    MtBenchScores, OpenAiEvalsLog, Origin, PairImport, PairTable, ProdigyAnnotations, PromptfooResults,
    Result, ScoreImport, Strictness, WideTable, Winner,
};
use crate::ratings::{Duplicates, Labels, Scale};

/// What a file of any format held.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "there is one of them a file")]
pub enum Content {
    /// Judgments of items by raters.
    Ratings(Import),
    /// Comparisons of two contenders in a table without a tool's shape.
    Pairs(PairImport),
    /// Comparisons of models.
    Battles(BattleImport),
    /// Scores over whole tasks, without judgments.
    Scores(ScoreImport),
}

/// A file of any format, read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Imported {
    /// What it was taken for.
    pub origin: Origin,
    /// The columns that were read, in words; of tables only: the logs of tools have their own.
    pub columns: Option<String>,
    /// What it held.
    pub content: Content,
}

impl Imported {
    /// What was read and left out.
    #[must_use]
    pub fn report(&self) -> &ImportReport {
        match &self.content {
            Content::Ratings(import) => &import.report,
            Content::Pairs(import) => &import.report,
            Content::Battles(import) => &import.report,
            Content::Scores(import) => &import.report,
        }
    }

    fn report_mut(&mut self) -> &mut ImportReport {
        match &mut self.content {
            Content::Ratings(import) => &mut import.report,
            Content::Pairs(import) => &mut import.report,
            Content::Battles(import) => &mut import.report,
            Content::Scores(import) => &mut import.report,
        }
    }
}

impl std::fmt::Display for Imported {
    /// What the file was taken for, and which columns were read.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.columns {
            Some(columns) => write!(f, "{} ({columns})", self.origin),
            None => write!(f, "{}", self.origin),
        }
    }
}

/// Reads a file of any format that [`Origin`] lists: [`AnyFormat`] with its defaults.
///
/// # Errors
/// As [`AnyFormat::read`].
///
/// # Examples
/// ```no_run
/// use probity::io::{Content, Strictness, read_any};
/// let file = read_any("log.json", Strictness::Strict)?;
/// println!("{file}");
/// if let Content::Ratings(import) = &file.content {
///     println!("{} judgments", import.report.judgments);
/// }
/// # Ok::<(), probity::io::Error>(())
/// ```
pub fn read_any(path: impl AsRef<Path>, strictness: Strictness) -> Result<Imported> {
    AnyFormat::new().read(path, strictness)
}

/// A file whose format is found out: the log of a tool by its keys, a table by the names of its columns.
///
/// A table is long if it has a column named like an item (`item`, `task`, `question`, `id`, …), one like a rater
/// (`rater`, `worker`, `annotator`, `judge`, …) and one like a label (`label`, `answer`, `rating`, `score`, …); of
/// pairs if it has `left`, `right` and `winner` or `label`; wide if its first column is named like an item and no other
/// is named like a rater or a label, or if it has no header but numbers. [`Imported::columns`] says what was taken for
/// what. Without a header, fewer rows than columns are raters. Parquet (with the feature `arrow`) is a table like the
/// others. Whatever is none of these is an error that says what was found, and the readers that are told the columns remain.
///
/// # Examples
/// ```
/// use probity::io::{AnyFormat, Content, Origin, Strictness};
/// let read = |file: &str| AnyFormat::new().read_from(file.as_bytes(), Strictness::Strict);
/// let table = read("task,worker,label\nt1,ann,yes\nt1,bob,no\n")?;
/// assert_eq!(table.to_string(), "long table (item task, rater worker, label label)");
///
/// let log = read(r#"{"question_id": 1, "model": "m", "judge": ["j", "v1"], "score": 9, "turn": 1}"#)?;
/// assert_eq!(log.origin, Origin::MtBenchScores);
/// assert!(matches!(log.content, Content::Ratings(import) if import.report.judgments == 1));
///
/// let error = read("name,age\nann,3\n").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected a table of judgments or the log of a tool, found a table with the columns name, age"
/// );
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct AnyFormat {
    scale: Option<Scale>,
    labels: Option<Labels>,
    duplicates: Duplicates,
    dialect: Dialect,
}

/// A reader with the options that all have.
macro_rules! with_options {
    ($this:expr, $reader:expr) => {{
        let mut reader = $reader.duplicates($this.duplicates);
        if let Some(scale) = &$this.scale {
            reader = reader.scale(scale.clone());
        }
        if let Some(labels) = &$this.labels {
            reader = reader.labels(labels.clone());
        }
        reader
    }};
}

/// What a reader that gives ratings reads.
macro_rules! ratings {
    ($this:expr, $reader:ident, $source:expr, $strictness:expr) => {
        with_options!($this, $reader::new()).read_from($source, $strictness).map(Content::Ratings)
    };
}

impl AnyFormat {
    /// Each reader with its own defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the scale of the labels; otherwise it is the one that the format's reader sets.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = Some(scale);
        self
    }

    /// Declares the labels and their order; a judgment with any other label cannot be used.
    #[must_use]
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels = Some(labels);
        self
    }

    /// Sets what happens when one rater rates one item twice: an error that names both lines unless set.
    #[must_use]
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Sets how tables are written: missing markers, quotes, and the format if it shall not be found out.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error`] with path, line, record and field: the file cannot be read, it is of no format that is known, or
    /// what the reader of its format refuses.
    pub fn read(&self, path: impl AsRef<Path>, strictness: Strictness) -> Result<Imported> {
        #[cfg(feature = "arrow")]
        let load = |mut file: File| {
            let mut mark = Vec::new();
            file.by_ref().take(PARQUET.len() as u64).read_to_end(&mut mark).map_err(Error::of_file)?;
            if mark == PARQUET {
                return self.parquet(Source::File(file), strictness);
            }
            self.read_from(mark.as_slice().chain(file), strictness)
        };
        #[cfg(not(feature = "arrow"))]
        let load = |file: File| self.read_from(file, strictness);
        crate::io::reading::with_path(path.as_ref(), load, Imported::report_mut)
    }

    /// Reads from any source.
    ///
    /// # Errors
    /// As [`Self::read`], without a path.
    pub fn read_from(&self, mut source: impl Read, strictness: Strictness) -> Result<Imported> {
        let mut start = Vec::new();
        source.by_ref().take(START).read_to_end(&mut start).map_err(Error::of_file)?;
        #[cfg(feature = "arrow")]
        if start.starts_with(PARQUET) {
            source.read_to_end(&mut start).map_err(Error::of_file)?;
            return self.parquet(Source::Bytes(start.into()), strictness);
        }
        #[cfg(not(feature = "arrow"))]
        if start.starts_with(PARQUET) {
            return Err(wrong_file(EXPECTED, "a Parquet file, which the feature `arrow` reads"));
        }
        let bare = start.strip_prefix(BOM).unwrap_or(&start);
        let format = self.dialect.format.or_else(|| guess::format(bare)).unwrap_or(Format::CSV);
        let dialect = self.dialect.clone().format(format);
        let source = start.as_slice().chain(source);
        let Some(origin) = of_tool(&start) else {
            let Some(shape) = guess::shape(bare, format, &dialect) else {
                return Err(unknown(bare, format, &dialect));
            };
            return self.table(shape, &dialect, Input::Stream(source, format), strictness);
        };
        let content = match origin {
            Origin::AlpacaEval => {
                battles(BattleTable::alpaca_eval(), dialect.trim(false), source, strictness)
            }
            Origin::Arena => battles(BattleTable::arena(), dialect, source, strictness),
            Origin::MtBenchPairs => battles(BattleTable::mt_bench(), dialect, source, strictness),
            Origin::LmEvalResults => LmEvalResults::new().read_from(source, strictness).map(Content::Scores),
            Origin::Argilla => ratings!(self, ArgillaRecords, source, strictness),
            Origin::DeepEval => ratings!(self, DeepEvalRun, source, strictness),
            Origin::Helm => ratings!(self, HelmStats, source, strictness),
            Origin::Inspect | Origin::InspectArchive => ratings!(self, InspectLog, source, strictness),
            Origin::LabelStudio => ratings!(self, LabelStudioExport, source, strictness),
            Origin::LmEval => ratings!(self, LmEvalSamples, source, strictness),
            Origin::MtBenchScores => ratings!(self, MtBenchScores, source, strictness),
            Origin::OpenAiEvals => ratings!(self, OpenAiEvalsLog, source, strictness),
            Origin::Prodigy => ratings!(self, ProdigyAnnotations, source, strictness),
            Origin::Promptfoo => ratings!(self, PromptfooResults, source, strictness),
            // A tool writes no tables without a shape of its own.
            Origin::LongTable | Origin::PairTable | Origin::WideTable => {
                return Err(unknown(bare, format, &dialect));
            }
        }?;
        Ok(Imported { origin, columns: None, content })
    }

    #[cfg(feature = "arrow")]
    fn parquet(&self, source: Source, strictness: Strictness) -> Result<Imported> {
        let (names, shape) = guess::parquet_shape(&source, &self.dialect)?;
        let Some(shape) = shape else {
            return Err(wrong_file(EXPECTED, format!("a table with the columns {}", listed(names))));
        };
        let table = Input::<std::io::Empty>::Batches(Batches::of_parquet(source)?);
        self.table(shape, &self.dialect.clone().format(Format::Parquet), table, strictness)
    }

    fn table(
        &self,
        shape: Shape,
        dialect: &Dialect,
        table: Input<impl Read>,
        strictness: Strictness,
    ) -> Result<Imported> {
        let origin = shape.origin();
        let columns = shape.to_string();
        let content = match shape {
            Shape::Long { item, rater, label } => {
                let reader = with_options!(self, LongTable::new(item, rater, label)).dialect(dialect.clone());
                Content::Ratings(reader.load(table, strictness)?)
            }
            Shape::Pairs { left, right, winner, rater, item, by_name } => {
                let mut reader =
                    PairTable::new(left, right, winner).duplicates(self.duplicates).dialect(dialect.clone());
                if by_name {
                    reader = reader.winner(Winner::ByName);
                }
                if let Some(rater) = rater {
                    reader = reader.rater(rater);
                    if let Some(item) = item {
                        reader = reader.item(item);
                    }
                }
                Content::Pairs(reader.load(table, strictness)?)
            }
            Shape::Wide { item } => {
                let reader =
                    with_options!(self, WideTable::raters_across().key(item)).dialect(dialect.clone());
                Content::Ratings(reader.load(table, strictness)?)
            }
            Shape::Headless { items_across } => {
                let reader =
                    if items_across { WideTable::items_across() } else { WideTable::raters_across() };
                let reader = with_options!(self, reader).dialect(dialect.clone().header(false));
                Content::Ratings(reader.load(table, strictness)?)
            }
        };
        Ok(Imported { origin, columns: Some(columns), content })
    }
}

fn battles(
    table: BattleTable,
    dialect: Dialect,
    source: impl Read,
    strictness: Strictness,
) -> Result<Content> {
    table.dialect(dialect).read_from(source, strictness).map(Content::Battles)
}

/// The error that says what a file looks like that is none of those known.
fn unknown(start: &[u8], format: Format, dialect: &Dialect) -> Error {
    if start.trim_ascii().is_empty() {
        return Error::of_file(ErrorKind::Empty { expected: EXPECTED });
    }
    let text = match std::str::from_utf8(start) {
        // The first bytes may end within a letter.
        Err(error) if error.error_len().is_some() => {
            return wrong_file(EXPECTED, "bytes that are no text in UTF-8");
        }
        Err(error) => {
            std::str::from_utf8(start.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Ok(text) => text,
    };
    if let Err(error) = refuse_pointer(text) {
        return error;
    }
    let found = if matches!(format, Format::Delimited(_)) {
        format!("a table with the columns {}", listed(guess::names(start, format, dialect)))
    } else {
        let keys = first_keys(start).into_iter().map(|key| String::from_utf8_lossy(key).into_owned());
        format!("JSON with the keys {}", listed(keys.collect()))
    };
    wrong_file(EXPECTED, found)
}

fn listed(names: Vec<String>) -> String {
    let more = if names.len() > NAMES { ", …" } else { "" };
    names.into_iter().take(NAMES).collect::<Vec<_>>().join(", ") + more
}

const EXPECTED: &str = "a table of judgments or the log of a tool";

/// Names that an error lists.
const NAMES: usize = 20;

/// How a Parquet file starts.
const PARQUET: &[u8] = b"PAR1";
