//! Scores over whole tasks, where a file has no judgments.

use probity::Result;
use probity::io::ScoreImport;
use probity::report::{Cell, Report, Section, Table};

/// Scores in the table.
const ROWS: usize = 200;

/// A row a score.
pub(crate) fn report(subject: &str, import: &ScoreImport) -> Result<Report> {
    let mut table = Table::new(["task", "metric", "filter", "score", "standard error", "documents"]);
    for score in &import.scores {
        let documents = score.n.map_or(Cell::Empty, Cell::from);
        table.push([
            score.task.as_str().into(),
            score.metric.as_str().into(),
            score.filter.as_str().into(),
            score.value.into(),
            score.standard_error.map_or(Cell::Empty, Cell::from),
            documents,
        ])?;
    }
    let mut report = Report::new("Scores of tasks");
    let mut section = Section::new("Data").paragraph(subject);
    if let Some(model) = &import.model {
        section = section.paragraph(format!("The model is {model}."));
    }
    report
        .push(section.note(
            "The file has scores over samples and no judgments: agreement cannot be computed from it.",
        ));
    report.push(Section::new("Scores").table(table.limited(ROWS)));
    Ok(report)
}
