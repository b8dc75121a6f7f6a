//! The command line.

use std::path::PathBuf;

use probity::inference::Level;
use probity::io::Format;
use probity::ratings::{Duplicates, Scale};

use crate::common::Asked;
use crate::common::words::{Words, number};

pub(crate) const HELP: &str = "\
How far do raters agree? Scores a table of judgments and writes a report.

usage: scorecard [FILE] [OPTIONS]

Without FILE the psychiatric diagnoses of Fleiss (1971) are scored. FILE is a table (CSV, TSV, JSON) or the log of
a tool: AlpacaEval, Argilla, Chatbot Arena, DeepEval, HELM, Inspect, Label Studio, lm-evaluation-harness, MT-bench,
OpenAI evals, Prodigy, promptfoo. Without options about columns, the program finds out which and says so.

A row a judgment:
  --item COL[,COL..]   what was judged; several columns together name an item    [item]
  --rater COL          who judged                                                [rater]
  --label COL          the judgment; an empty cell is a missing one              [label]
  --gold COL           the true label: every rater is scored against it
  --by COL             a group of rows: every group is scored for itself

A column a rater:
  --wide               every column is a rater, but those of --item, --gold and --by
  --transposed         with --wide: a row a rater instead, a column an item
  --no-header          with --wide: the first row holds judgments already

A row a comparison of two contenders; --label names the winner: left, right or tie:
  --pairs LEFT,RIGHT   the columns of the contenders
  --by-name            the winner is a contender's name, not a side
  --item and --rater may be left out: an item is then a pair of contenders.

What the labels mean:
  --scale SCALE        nominal, ordinal, interval, ratio, circular[:PERIOD] or bipolar[:LO:HI]
                       [nominal, but for logs of numbers]
  --order A,B,..       the labels in order; any other label is an error
  --missing A,B,..     cells that mean a missing judgment                        [NA, null, NaN]
  An empty cell always does.

How to read and compute:
  --format FORMAT      csv, tsv or jsonl, if neither the file's extension nor its start says it
  --duplicates WHICH   one rater, one item, two rows: error, first or last       [error]
  --lenient            leave out rows that cannot be used, and list them
  --level LEVEL        confidence of the intervals                               [0.95]
  --threads N          threads that compare raters in pairs                      [all]
  --gpu                compare raters in pairs on a GPU (built with the feature gpu)

Where to write:
  --out DIR            report.md, .html and .json, heatmap.svg and forest.svg    [scorecard]
  --help               this text
";

/// How the table is laid out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Layout {
    Long,
    Wide { transposed: bool, header: bool },
    Pairs { left: String, right: String },
}

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: Option<PathBuf>,
    pub(crate) layout: Layout,
    pub(crate) item: Option<Vec<String>>,
    pub(crate) rater: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) gold: Option<String>,
    pub(crate) by: Option<String>,
    /// Winners of pairs are named, not sided.
    pub(crate) by_name: bool,
    pub(crate) scale: Option<Scale>,
    pub(crate) order: Option<Vec<String>>,
    pub(crate) missing: Vec<String>,
    pub(crate) format: Option<Format>,
    pub(crate) duplicates: Duplicates,
    pub(crate) lenient: bool,
    pub(crate) level: Level,
    pub(crate) threads: Option<usize>,
    pub(crate) gpu: bool,
    pub(crate) out: PathBuf,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            file: None,
            layout: Layout::Long,
            item: None,
            rater: None,
            label: None,
            gold: None,
            by: None,
            by_name: false,
            scale: None,
            order: None,
            missing: Vec::new(),
            format: None,
            duplicates: Duplicates::Error,
            lenient: false,
            level: Level::default(),
            threads: None,
            gpu: false,
            out: PathBuf::from("scorecard"),
        }
    }
}

impl Args {
    /// Whether no option says how the file is laid out.
    pub(crate) fn is_silent_about_columns(&self) -> bool {
        let columns = [&self.rater, &self.label, &self.gold, &self.by];
        self.layout == Layout::Long && self.item.is_none() && columns.iter().all(|column| column.is_none())
    }
}

fn scale(text: &str) -> Result<Scale, String> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        ["nominal"] => Ok(Scale::Nominal),
        ["ordinal"] => Ok(Scale::Ordinal),
        ["interval"] => Ok(Scale::Interval),
        ["ratio"] => Ok(Scale::Ratio),
        ["circular"] => Ok(Scale::Circular { period: None }),
        ["circular", period] => Ok(Scale::Circular { period: Some(number("the period", period)?) }),
        ["bipolar"] => Ok(Scale::Bipolar { ends: None }),
        ["bipolar", low, high] => {
            Ok(Scale::Bipolar { ends: Some((number("the low end", low)?, number("the high end", high)?)) })
        }
        _ => Err(format!(
            "--scale: expected nominal, ordinal, interval, ratio, circular, circular:PERIOD, bipolar or \
             bipolar:LO:HI, found {text:?}"
        )),
    }
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args::default();
    let (mut wide, mut transposed, mut header, mut pairs) = (false, false, true, None);
    // The first option that says something about a file.
    let mut about_file = None;
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--item" => args.item = Some(words.list()?),
            "--rater" => args.rater = Some(words.value()?),
            "--label" => args.label = Some(words.value()?),
            "--gold" => args.gold = Some(words.value()?),
            "--by" => args.by = Some(words.value()?),
            "--wide" => wide = true,
            "--transposed" => transposed = true,
            "--no-header" => header = false,
            "--by-name" => args.by_name = true,
            "--pairs" => pairs = Some(words.list()?),
            "--scale" => args.scale = Some(scale(&words.value()?)?),
            "--order" => args.order = Some(words.list()?),
            "--missing" => args.missing = words.list()?,
            "--format" => args.format = Some(words.format()?),
            "--duplicates" => {
                args.duplicates = words.choice(&[
                    ("error", Duplicates::Error),
                    ("first", Duplicates::KeepFirst),
                    ("last", Duplicates::KeepLast),
                ])?;
            }
            "--lenient" => args.lenient = true,
            "--level" => args.level = words.level()?,
            "--threads" => {
                let text = words.value()?;
                let threads = text.parse().ok().filter(|&threads| threads > 0);
                let wrong = || format!("--threads: expected a number from 1 on, found {text:?}");
                args.threads = Some(threads.ok_or_else(wrong)?);
            }
            "--gpu" => args.gpu = true,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut args.file)?,
        }
        if name.starts_with("--") && !matches!(name.as_str(), "--out" | "--level" | "--threads" | "--gpu") {
            about_file.get_or_insert(name);
        }
    }
    if let (None, Some(option)) = (&args.file, about_file) {
        return Err(format!("{option}: expected a file to read, found none"));
    }
    args.layout = match (wide, pairs) {
        (true, Some(_)) => return Err("expected --wide or --pairs, found both".to_string()),
        (true, None) => Layout::Wide { transposed, header },
        (false, _) if transposed || !header => {
            return Err("--transposed and --no-header: expected --wide beside them".to_string());
        }
        (false, None) => Layout::Long,
        (false, Some(pairs)) => match <[String; 2]>::try_from(pairs) {
            Ok([left, right]) => Layout::Pairs { left, right },
            Err(pairs) => {
                return Err(format!(
                    "--pairs: expected two columns as LEFT,RIGHT, found {}",
                    pairs.join(",")
                ));
            }
        },
    };
    if args.gpu && args.threads.is_some() {
        return Err("expected --gpu or --threads, found both".to_string());
    }
    let pairs = matches!(args.layout, Layout::Pairs { .. });
    if pairs && (args.gold.is_some() || args.by.is_some()) {
        return Err("--gold and --by: expected a table of judgments, not of pairs".to_string());
    }
    if args.by_name && !pairs {
        return Err("--by-name: expected --pairs beside it".to_string());
    }
    Ok(Asked::Run(args))
}
