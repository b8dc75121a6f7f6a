// How do I read my tool's log?
use probity::agreement::{Options, krippendorff_alpha};
use probity::io::{Dialect, Format, LongTable, Strictness};

/// A line a judgment: what was judged, by whom, and the verdict. In your program: `table.read("judgments.jsonl", ..)`.
const LOG: &str = r#"
{"question": "q1", "judge": "ann", "verdict": "good", "seconds": 4}
{"question": "q1", "judge": "bob", "verdict": "good", "seconds": 9}
{"question": "q2", "judge": "ann", "verdict": "bad", "seconds": 5}
{"question": "q2", "judge": "bob", "verdict": null, "seconds": 2}
{"question": "q2", "judge": "eve", "verdict": "bad", "seconds": 7}
{"question": "q3", "judge": "ann", "verdict": "good", "seconds": 3}
{"question": "q3", "judge": "bob", "verdict": "bad", "seconds": 8}
{"question": "q4", "judge": "ann", "verdict": "bad", "seconds": 6}
{"question": "q4", "judge": "bob", "verdict": "bad", "seconds": 5}
"#;

pub fn answer() -> Result<String, Box<dyn std::error::Error>> {
    let table =
        LongTable::new("question", "judge", "verdict").dialect(Dialect::new().format(Format::JsonLines));
    // Strict: a line that cannot be used is an error that names it. Lenient: it is left out and reported.
    let import = table.read_from(LOG.as_bytes(), Strictness::Strict)?;
    let (report, ratings) = (&import.report, &import.ratings);
    let alpha = krippendorff_alpha(ratings, &Options::new())?;
    Ok(format!(
        "{} lines: {} judgments, {} missing, {} skipped\nalpha of {} items and {} judges: {:.3}",
        report.rows,
        report.judgments,
        report.missing,
        report.skipped.len(),
        ratings.n_items(),
        ratings.n_raters(),
        alpha.value
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
