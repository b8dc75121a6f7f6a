//! The command line.

use std::path::PathBuf;

use probity::inference::{Bootstrap, Level};
use probity::io::Format;
use probity::moral_graph::{EdgeFilter, PageRank};

pub(crate) const HELP: &str = "\
Which values do people find wiser? Reads votes and writes the moral graph with its winners.

usage: moral_graph [FILE] [OPTIONS]

Without FILE votes are shown that are made up. FILE is CSV, TSV or JSONL, a row a vote:
  --voter COL[,COL..]     who voted                                              [voter]
  --from COL[,COL..]      the value that is compared                             [from]
  --to COL[,COL..]        the value that may be wiser                            [to]
  --context COL[,COL..]   in which context                                       [context]
  --vote COL              upgrade, no_upgrade or not_sure (1, 0 or -1)           [relationship]
  --story COL             a story or comment of the participant

How to read and compute:
  --format FORMAT         csv, tsv or jsonl, if the file's extension does not say it
  --lenient               leave out rows that cannot be used, and count them
  --min-wiser N           upgrades that an edge needs                            [2]
  --min-likelihood P      likelihood that it needs                               [0.33]
  --max-entropy BITS      entropy that it may have                               [1.69]
  --damping D             damping factor of PageRank                             [0.85]
  --level LEVEL           confidence of the intervals                            [0.95]
  --resamples N           resamples of the participants                          [2000]
  --seed N                their seed                                             [1]

Where to write:
  --out DIR               report.md, report.json, graph.svg, graph.json and graph.dot  [moral_graph]
  --help                  this text
";

#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) file: Option<PathBuf>,
    pub(crate) voter: Vec<String>,
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
    pub(crate) context: Vec<String>,
    pub(crate) vote: String,
    pub(crate) story: Option<String>,
    pub(crate) format: Option<Format>,
    pub(crate) lenient: bool,
    pub(crate) out: PathBuf,
    min_wiser: u64,
    min_likelihood: f64,
    max_entropy: f64,
    damping: f64,
    level: f64,
    resamples: usize,
    seed: u64,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            file: None,
            voter: vec!["voter".to_string()],
            from: vec!["from".to_string()],
            to: vec!["to".to_string()],
            context: vec!["context".to_string()],
            vote: "relationship".to_string(),
            story: None,
            format: None,
            lenient: false,
            out: PathBuf::from("moral_graph"),
            min_wiser: 2,
            min_likelihood: 0.33,
            max_entropy: 1.69,
            damping: 0.85,
            level: 0.95,
            resamples: 2_000,
            seed: 1,
        }
    }
}

impl Args {
    pub(crate) fn filter(&self) -> probity::Result<EdgeFilter> {
        let filter = EdgeFilter::default().min_wiser(self.min_wiser);
        filter.min_likelihood(self.min_likelihood)?.max_entropy(self.max_entropy)
    }

    pub(crate) fn page_rank(&self) -> probity::Result<PageRank> {
        PageRank::default().damping(self.damping)
    }

    /// The bootstrap over participants, on as many threads as there are.
    pub(crate) fn bootstrap(&self) -> probity::Result<Bootstrap> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Bootstrap::new(self.seed).level(Level::new(self.level)?).resamples(self.resamples)?.threads(threads)
    }
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Asked {
    Help,
    Run(Box<Args>),
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_string()).collect()
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: expected a number, found {text:?}"))
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked, String> {
    let mut args = Args::default();
    // The first option that says something about a file.
    let mut about_file = None;
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        // `--name=value` is `--name value`.
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_string(), Some(value.to_string())),
            _ => (word.clone(), None),
        };
        let mut value =
            || attached.clone().or_else(|| words.next()).ok_or_else(|| format!("{name}: expected a value"));
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--voter" => args.voter = list(&value()?),
            "--from" => args.from = list(&value()?),
            "--to" => args.to = list(&value()?),
            "--context" => args.context = list(&value()?),
            "--vote" => args.vote = value()?,
            "--story" => args.story = Some(value()?),
            "--format" => {
                args.format = Some(match value()?.as_str() {
                    "csv" => Format::CSV,
                    "tsv" => Format::TSV,
                    "jsonl" => Format::JsonLines,
                    other => return Err(format!("--format: expected csv, tsv or jsonl, found {other:?}")),
                });
            }
            "--lenient" => args.lenient = true,
            "--min-wiser" => args.min_wiser = number("--min-wiser", &value()?)?,
            "--min-likelihood" => args.min_likelihood = number("--min-likelihood", &value()?)?,
            "--max-entropy" => args.max_entropy = number("--max-entropy", &value()?)?,
            "--damping" => args.damping = number("--damping", &value()?)?,
            "--level" => args.level = number("--level", &value()?)?,
            "--resamples" => args.resamples = number("--resamples", &value()?)?,
            "--seed" => args.seed = number("--seed", &value()?)?,
            "--out" => args.out = PathBuf::from(value()?),
            _ if name.starts_with('-') && name.len() > 1 => {
                return Err(format!("there is no option {name}; --help lists the options"));
            }
            _ if args.file.is_none() => args.file = Some(PathBuf::from(&word)),
            _ => return Err(format!("expected one file, found {word:?} too")),
        }
        let about_the_file =
            ["--voter", "--from", "--to", "--context", "--vote", "--story", "--format", "--lenient"];
        if about_the_file.contains(&name.as_str()) {
            about_file.get_or_insert(name);
        }
    }
    match (&args.file, about_file) {
        (None, Some(option)) => Err(format!("{option}: expected a file to read, found none")),
        _ => Ok(Asked::Run(Box::new(args))),
    }
}
