//! From the command line to battles, or imaginary ones.

use std::fmt::Write as _;
use std::path::Path;

use probity::io::{BattleImport, BattleTable, Dialect, Format, Strictness};
use probity::report::Cell;
use probity::rng::Stream;

use crate::args::Args;
use crate::common::Failure;

/// What is ranked.
pub(crate) struct Input {
    /// Where the battles are from, in a sentence.
    pub(crate) subject: String,
    /// What is worth saying about them.
    pub(crate) notes: Vec<String>,
    pub(crate) import: BattleImport,
}

/// Name, log-strength and usual length of an answer.
const IMAGINARY: [(&str, f64, f64); 6] = [
    ("amber", 0.9, 260.0),
    ("basalt", 1.15, 180.0),
    ("cobalt", 0.3, 240.0),
    ("dune", 0.0, 150.0),
    ("ember", -0.6, 210.0),
    ("flint", -1.3, 120.0),
];

/// A seeded arena: one battle in five is a tie, and 100 characters more are worth as much as 0.4 of log-strength, so that
/// amber owes its place to its length.
fn imaginary() -> Result<BattleImport, Failure> {
    let mut stream = Stream::new(7, 0, 0);
    let mut file = "model_a,model_b,winner,length_a,length_b\n".to_string();
    for _ in 0..3_000 {
        let left = stream.below(6) as usize;
        let right = (left + 1 + stream.below(5) as usize) % 6;
        let mut length = |model: usize| (IMAGINARY[model].2 * (0.6 + 0.8 * stream.uniform())).round();
        let lengths = [length(left), length(right)];
        let advantage = IMAGINARY[left].1 - IMAGINARY[right].1 + 0.004 * (lengths[0] - lengths[1]);
        let wins = 1.0 / (1.0 + (-advantage).exp());
        let winner = match (stream.uniform() < 0.2, stream.uniform() < wins) {
            (true, _) => "tie",
            (false, true) => "model_a",
            (false, false) => "model_b",
        };
        let (a, b) = (IMAGINARY[left].0, IMAGINARY[right].0);
        writeln!(file, "{a},{b},{winner},{},{}", lengths[0], lengths[1])?;
    }
    let table = BattleTable::arena().lengths("length_a", "length_b");
    Ok(table.read_from(file.as_bytes(), Strictness::Strict)?)
}

/// A JSON array of objects as lines, or `None` if the file is no such thing by its name.
fn lines_of_array(path: &Path) -> Result<Option<String>, Failure> {
    if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("json")) {
        return Ok(None);
    }
    let at = |problem: String| format!("{}: {problem}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| at(format!("cannot be read: {error}")))?;
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| at(format!("expected a JSON array: {error}")))?;
    let mut lines = String::new();
    rows.iter().try_for_each(|row| writeln!(lines, "{row}"))?;
    Ok(Some(lines))
}

pub(crate) fn read(args: &Args) -> Result<Input, Failure> {
    let Some(path) = &args.file else {
        return Ok(Input {
            subject: "3,000 battles of six imaginary models, drawn with a seed.".to_string(),
            notes: vec!["Longer answers are liked better here, whoever wrote them.".to_string()],
            import: imaginary()?,
        });
    };
    let mut table = args.table.clone();
    if let Some((left, right)) = &args.lengths {
        table = table.lengths(left.as_str(), right.as_str());
    }
    if let Some(format) = args.format {
        table = table.dialect(Dialect::new().format(format));
    }
    let strictness = if args.lenient { Strictness::Lenient } else { Strictness::Strict };
    let import = match lines_of_array(path)? {
        Some(lines) => table
            .dialect(Dialect::new().trim(false).format(Format::JsonLines))
            .read_from(lines.as_bytes(), strictness)
            .map_err(|error| format!("{} (a line an object): {error}", path.display()))?,
        None => table.read(path, strictness)?,
    };
    let report = &import.report;
    let skipped = report.skipped.iter().take(10).map(|skipped| format!("Left out: {skipped}."));
    Ok(Input {
        subject: format!(
            "{}: {} battles of {} models; {} lack a verdict, {} rows left out.",
            path.display(),
            Cell::from(report.judgments),
            Cell::from(import.contenders.len()),
            Cell::from(report.missing),
            Cell::from(report.skipped.len())
        ),
        notes: skipped.collect(),
        import,
    })
}
