//! From the command line to ratings.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use probity::io::{
    AnyFormat, BattleImport, Content, Dialect, ErrorKind, Format, Import, ImportReport, Imported, LongTable,
    Origin, PairImport, PairTable, ScoreImport, Strictness, WideTable, Winner,
};
use probity::ratings::{Duplicates, Ids, Labels, Ratings, RatingsBuilder};
use probity::report::{Cell, Section, Table};
use probity::tally::{Comparison, Side};

use crate::args::{Args, Layout};
use crate::common::Failure;
use crate::fleiss;
use crate::progress::Progress;

/// Rows that were left out are listed up to this number.
const SKIPPED: usize = 10;

/// Facts that the file tells are listed up to this number.
const FACTS: usize = 20;

/// What a file holds.
pub(crate) enum Found {
    Judgments(Box<Input>),
    /// Scores without judgments, and where they are from.
    Scores(String, Box<ScoreImport>),
}

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
        if !report.facts.is_empty() {
            let mut table = Table::new(["the file says", ""]);
            for (name, fact) in report.facts.iter().take(FACTS) {
                table.push([name.as_str().into(), fact.as_str().into()])?;
            }
            section = section.table(table.omitting(report.facts.len().saturating_sub(FACTS) as u64));
        }
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
    let loaded = load(Watched { file, length, read: 0, progress });
    progress.clear();
    loaded.map_err(|error| {
        let way_out = match error.kind() {
            ErrorKind::Row(_) => " (--lenient leaves such rows out and lists them)",
            ErrorKind::Duplicate { .. } => " (--duplicates first or last says which counts)",
            _ => "",
        };
        format!("{}{way_out}", named(&error)).into()
    })
}

pub(crate) fn read(args: &Args, progress: &mut Progress) -> Result<Found, Failure> {
    match &args.file {
        Some(path) if args.is_silent_about_columns() => any(path, args, progress),
        _ => Ok(Found::Judgments(Box::new(table(args, progress)?))),
    }
}

/// Reads a file of whatever format.
fn any(path: &Path, args: &Args, progress: &mut Progress) -> Result<Found, Failure> {
    let mut reader = AnyFormat::new().duplicates(args.duplicates).dialect(dialect(args, args.format));
    if let Some(scale) = &args.scale {
        reader = reader.scale(scale.clone());
    }
    if let Some(order) = &args.order {
        reader = reader.labels(Labels::from_names(order.clone())?);
    }
    let import = watched(path, progress, |file| reader.read_from(file, strictness(args)))?;
    let found = import.to_string();
    let subject = format!("Taken for {found}. {}", subject(path, import.report()));
    let Imported { origin, content, .. } = import;
    let mut input = match content {
        Content::Ratings(import) => of_any(path, origin, args, import),
        Content::Pairs(import) => of_pairs(path, import)?,
        Content::Battles(import) => of_battles(path, args, import)?,
        Content::Scores(import) => return Ok(Found::Scores(subject, Box::new(import))),
        _ => return Err(format!("{}: expected judgments, found {found}", path.display()).into()),
    };
    input.subject = subject;
    Ok(Found::Judgments(Box::new(input)))
}

fn strictness(args: &Args) -> Strictness {
    if args.lenient { Strictness::Lenient } else { Strictness::Strict }
}

/// How tables are written.
fn dialect(args: &Args, format: Option<Format>) -> Dialect {
    let mut dialect = Dialect::new();
    if let Some(format) = format {
        dialect = dialect.format(format);
    }
    if !args.missing.is_empty() {
        dialect = dialect.missing(args.missing.iter().map(String::as_str).chain([""]));
    }
    dialect
}

/// Reads a table whose columns are named on the command line.
fn table(args: &Args, progress: &mut Progress) -> Result<Input, Failure> {
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
    let (dialect, strictness) = (dialect(args, Some(format)), strictness(args));
    let scale = args.scale.clone().unwrap_or_default();
    let label = args.label.as_deref().unwrap_or("label");
    let labels = args.order.clone().map(Labels::from_names).transpose()?;
    match &args.layout {
        Layout::Long => {
            let item = args.item.clone().unwrap_or_else(|| vec!["item".to_string()]);
            let rater = args.rater.clone().unwrap_or_else(|| "rater".to_string());
            let mut table =
                LongTable::new(item, rater, label).scale(scale).duplicates(args.duplicates).dialect(dialect);
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
            let mut table = table.scale(scale).duplicates(args.duplicates).dialect(dialect.header(*header));
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
            let mut table = PairTable::new(left.as_str(), right.as_str(), label)
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
    let announced = match report.announced {
        Some(announced) if announced != report.rows => {
            format!(" The file counts {} records itself.", Cell::from(announced))
        }
        _ => String::new(),
    };
    format!(
        "{}: {} rows, {} judgments, {} missing{left_out}.{announced}",
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

/// Judgments from the log of a tool, by its groups if it has several.
fn of_any(path: &Path, origin: Origin, args: &Args, mut import: Import) -> Input {
    let groups = std::mem::take(&mut import.groups);
    let column = match origin {
        Origin::Argilla | Origin::LabelStudio => "question",
        Origin::DeepEval => "kind of case",
        Origin::Helm => "split",
        Origin::MtBenchScores => "model",
        _ => "group",
    };
    let groups = (groups.len() > 1).then(|| (column.to_string(), groups));
    Input { groups, ..of_table(path, args, import) }
}

/// Comparisons of models as ratings: an item is a question with its two models, its labels are the sides.
fn of_battles(path: &Path, args: &Args, import: BattleImport) -> Result<Input, Failure> {
    let BattleImport { contenders, items, judges, battles, report, .. } = import;
    let comparisons: Vec<Comparison> = battles.iter().map(|battle| battle.comparison).collect();
    if battles.iter().any(|battle| battle.item.is_none() || battle.judge.is_none()) {
        return of_comparisons(path, &contenders, &comparisons, report);
    }
    let labels = Labels::from_names([Side::Left, Side::Right, Side::Tie].map(Side::name))?;
    let mut builder = RatingsBuilder::new().labels(labels).duplicates(args.duplicates);
    for battle in &battles {
        let (Some(item), Some(judge)) = (battle.item, battle.judge) else { continue };
        let Comparison { left, right, winner } = battle.comparison;
        let winner = if left < right { winner } else { winner.swapped() };
        let [first, second] = [left.min(right), left.max(right)].map(|model| contenders.name(model as usize));
        let item = format!("{}: {first} or {second}", items.name(item as usize));
        builder.push(&item, &judges.name(judge as usize), Some(winner.name()))?;
    }
    let ratings = builder.build().map_err(|error| match args.duplicates {
        Duplicates::Error => format!("{}: {error} (--duplicates says which counts)", path.display()),
        _ => format!("{}: {error}", path.display()),
    })?;
    let note =
        "An item is a question with two models; left is the model that occurs first in the file.".to_string();
    Ok(Input {
        subject: subject(path, &report),
        ratings,
        gold: None,
        groups: None,
        notes: vec![note],
        import: Some(report),
    })
}

/// Comparisons as ratings.
fn of_pairs(path: &Path, import: PairImport) -> Result<Input, Failure> {
    let PairImport { contenders, comparisons, ratings, report, .. } = import;
    let Some(ratings) = ratings else { return of_comparisons(path, &contenders, &comparisons, report) };
    Ok(Input {
        subject: subject(path, &report),
        ratings,
        gold: None,
        groups: None,
        notes: Vec::new(),
        import: Some(report),
    })
}

/// Comparisons that nobody signed: an item is a pair of contenders, and its comparisons are counted.
fn of_comparisons(
    path: &Path,
    contenders: &Ids,
    comparisons: &[Comparison],
    report: ImportReport,
) -> Result<Input, Failure> {
    let mut counts = std::collections::BTreeMap::<(u32, u32), [u32; 3]>::new();
    for comparison in comparisons {
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
    let note = "No column of raters was named: an item is a pair of contenders, and it is not known who compared them.";
    Ok(Input {
        subject: subject(path, &report),
        ratings: Ratings::from_counts(labels, &table)?.with_items(items)?,
        gold: None,
        groups: None,
        notes: vec![note.to_string()],
        import: Some(report),
    })
}
