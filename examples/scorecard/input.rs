//! From the command line to ratings.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use probity::io::{
    Dialect, Format, Import, ImportReport, LongTable, PairImport, PairTable, Strictness, WideTable, Winner,
};
use probity::ratings::{Ids, Labels, Ratings};
use probity::report::{Cell, Section, Table};
use probity::tally::Side;

use crate::args::{Args, Layout};
use crate::common::Failure;
use crate::fleiss;
use crate::progress::Progress;

/// Rows that were left out are listed up to this number.
const SKIPPED: usize = 10;

/// What is scored.
pub(crate) struct Input {
    /// Where the judgments are from, in a sentence.
    pub(crate) subject: String,
    pub(crate) ratings: Ratings,
    pub(crate) gold: Option<Ratings>,
    /// The column's name, and the judgments of each of its values.
    pub(crate) groups: Option<(String, Vec<(String, Ratings)>)>,
    /// What is worth saying about how they were read.
    notes: Vec<String>,
    import: Option<ImportReport>,
}

impl Input {
    /// A section that says where the data are from.
    pub(crate) fn section(&self) -> probity::Result<Section> {
        let mut section = Section::new("Data").paragraph(&self.subject);
        for note in &self.notes {
            section = section.note(note);
        }
        let Some(report) = &self.import else { return Ok(section) };
        if !report.skipped.is_empty() {
            let mut table = Table::new(["left out", "why"]);
            for skipped in report.skipped.iter().take(SKIPPED) {
                table.push([skipped.location.to_string().into(), skipped.reason.to_string().into()])?;
            }
            section = section.table(table.omitting(report.skipped.len().saturating_sub(SKIPPED) as u64));
        }
        Ok(section)
    }
}

/// A file that says how far it has been read.
struct Watched<'a> {
    file: File,
    length: u64,
    read: u64,
    progress: &'a mut Progress,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.read += n as u64;
        let megabytes = self.read / 1_000_000;
        match (100 * self.read.min(self.length)).checked_div(self.length) {
            Some(share) => self.progress.say(format_args!("reading: {share} % ({megabytes} MB)")),
            // A pipe has no length.
            None => self.progress.say(format_args!("reading: {megabytes} MB")),
        }
        Ok(n)
    }
}

/// Reads a file with a format that is known and tells the path in an error.
fn watched<T>(
    path: &Path,
    progress: &mut Progress,
    load: impl FnOnce(Watched<'_>) -> probity::io::Result<T>,
) -> Result<T, Failure> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(|error| named(&error))?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let loaded = load(Watched { file, length, read: 0, progress }).map_err(|error| named(&error).into());
    progress.clear();
    loaded
}

pub(crate) fn read(args: &Args, progress: &mut Progress) -> Result<Input, Failure> {
    let Some(path) = &args.file else {
        return Ok(Input {
            subject: fleiss::SOURCE.to_string(),
            ratings: fleiss::ratings()?,
            gold: None,
            groups: None,
            notes: Vec::new(),
            import: None,
        });
    };
    let Some(format) = args.format.or_else(|| Format::from_path(path)) else {
        let name = path.display();
        return Err(format!("{name}: expected a file that ends in .csv, .tsv or .jsonl, or --format").into());
    };
    let mut dialect = Dialect::new().format(format);
    if !args.missing.is_empty() {
        dialect = dialect.missing(args.missing.iter().map(String::as_str).chain([""]));
    }
    let strictness = if args.lenient { Strictness::Lenient } else { Strictness::Strict };
    let labels = args.order.clone().map(Labels::from_names).transpose()?;
    match &args.layout {
        Layout::Long => {
            let item = args.item.clone().unwrap_or_else(|| vec!["item".to_string()]);
            let rater = args.rater.clone().unwrap_or_else(|| "rater".to_string());
            let mut table = LongTable::new(item, rater, args.label.as_str())
                .scale(args.scale.clone())
                .duplicates(args.duplicates)
                .dialect(dialect);
            if let Some(labels) = labels {
                table = table.labels(labels);
            }
            if let Some(gold) = &args.gold {
                table = table.gold(gold.as_str());
            }
            if let Some(by) = &args.by {
                table = table.group(by.as_str());
            }
            let import = watched(path, progress, |file| table.read_from(file, strictness))?;
            Ok(of_table(path, args, import))
        }
        Layout::Wide { transposed, header } => {
            let table = if *transposed { WideTable::items_across() } else { WideTable::raters_across() };
            let mut table =
                table.scale(args.scale.clone()).duplicates(args.duplicates).dialect(dialect.header(*header));
            if let Some(item) = &args.item {
                table = table.key(item.clone());
            }
            if let Some(labels) = labels {
                table = table.labels(labels);
            }
            if let Some(gold) = &args.gold {
                table = table.gold(gold.as_str());
            }
            if let Some(by) = &args.by {
                table = table.group(by.as_str());
            }
            let import = watched(path, progress, |file| table.read_from(file, strictness))?;
            Ok(of_table(path, args, import))
        }
        Layout::Pairs { left, right } => {
            let mut table = PairTable::new(left.as_str(), right.as_str(), args.label.as_str())
                .duplicates(args.duplicates)
                .dialect(dialect);
            if let Some(rater) = &args.rater {
                table = table.rater(rater.as_str());
            }
            if let Some(item) = &args.item {
                table = table.item(item.clone());
            }
            if args.by_name {
                table = table.winner(Winner::ByName);
            }
            let import = watched(path, progress, |file| table.read_from(file, strictness))?;
            of_pairs(path, import)
        }
    }
}

fn subject(path: &Path, report: &ImportReport) -> String {
    let left_out = match report.skipped.len() {
        0 => String::new(),
        skipped => format!(", {} left out", Cell::from(skipped)),
    };
    format!(
        "{}: {} rows, {} judgments, {} missing{left_out}.",
        path.display(),
        Cell::from(report.rows),
        Cell::from(report.judgments),
        Cell::from(report.missing)
    )
}

fn of_table(path: &Path, args: &Args, import: Import) -> Input {
    let mut notes = Vec::new();
    if args.gold.is_some() && import.gold.is_none() {
        notes.push("No item has a gold label.".to_string());
    }
    Input {
        subject: subject(path, &import.report),
        ratings: import.ratings,
        gold: import.gold,
        groups: args.by.clone().map(|by| (by, import.groups)),
        notes,
        import: Some(import.report),
    }
}

/// Comparisons as ratings. Without raters an item is a pair of contenders, and its comparisons are counted.
fn of_pairs(path: &Path, import: PairImport) -> Result<Input, Failure> {
    let PairImport { contenders, comparisons, ratings, report, .. } = import;
    let mut notes = Vec::new();
    let ratings = if let Some(ratings) = ratings {
        ratings
    } else {
        notes.push(
            "No column of raters was named: an item is a pair of contenders, and it is not known who compared them."
                .to_string(),
        );
        let mut counts = std::collections::BTreeMap::<(u32, u32), [u32; 3]>::new();
        for comparison in &comparisons {
            let (left, right) = (comparison.left, comparison.right);
            let winner = if left < right { comparison.winner } else { comparison.winner.swapped() };
            let place = match winner {
                Side::Left => 0,
                Side::Right => 1,
                Side::Tie => 2,
            };
            counts.entry((left.min(right), left.max(right))).or_default()[place] += 1;
        }
        let names = counts
            .keys()
            .map(|&(a, b)| format!("{} : {}", contenders.name(a as usize), contenders.name(b as usize)));
        let items = Ids::from_names(names)?;
        let labels = Labels::from_names([Side::Left, Side::Right, Side::Tie].map(Side::name))?;
        let table: Vec<u32> = counts.values().flatten().copied().collect();
        Ratings::from_counts(labels, &table)?.with_items(items)?
    };
    Ok(Input {
        subject: subject(path, &report),
        ratings,
        gold: None,
        groups: None,
        notes,
        import: Some(report),
    })
}
