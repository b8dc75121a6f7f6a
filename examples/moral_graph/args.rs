//! The command line.

use std::path::PathBuf;

use probity::inference::{Bootstrap, Level};
use probity::io::Format;
use probity::moral_graph::{EdgeFilter, PageRank};

use crate::common::words::Words;
use crate::common::{self, Asked};

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
    level: Level,
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
            level: Level::default(),
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

    /// The bootstrap over participants.
    pub(crate) fn bootstrap(&self) -> probity::Result<Bootstrap> {
        common::bootstrap(self.seed, self.resamples, self.level)
    }
}

/// Reads the command line, without the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Asked<Args>, String> {
    let mut args = Args::default();
    // The first option that says something about a file.
    let mut about_file = None;
    let mut words = Words::new(words);
    while let Some(name) = words.option() {
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--voter" => args.voter = words.list()?,
            "--from" => args.from = words.list()?,
            "--to" => args.to = words.list()?,
            "--context" => args.context = words.list()?,
            "--vote" => args.vote = words.value()?,
            "--story" => args.story = Some(words.value()?),
            "--format" => args.format = Some(words.format()?),
            "--lenient" => args.lenient = true,
            "--min-wiser" => args.min_wiser = words.number()?,
            "--min-likelihood" => args.min_likelihood = words.number()?,
            "--max-entropy" => args.max_entropy = words.number()?,
            "--damping" => args.damping = words.number()?,
            "--level" => args.level = words.level()?,
            "--resamples" => args.resamples = words.number()?,
            "--seed" => args.seed = words.number()?,
            "--out" => args.out = PathBuf::from(words.value()?),
            _ => words.only_file(&mut args.file)?,
        }
        let about_the_file =
            ["--voter", "--from", "--to", "--context", "--vote", "--story", "--format", "--lenient"];
        if about_the_file.contains(&name.as_str()) {
            about_file.get_or_insert(name);
        }
    }
    match (&args.file, about_file) {
        (None, Some(option)) => Err(format!("{option}: expected a file to read, found none")),
        _ => Ok(Asked::Run(args)),
    }
}
