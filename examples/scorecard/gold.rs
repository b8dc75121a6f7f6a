//! Every rater against the true labels.

use std::collections::HashMap;

use probity::Result;
use probity::agreement::Options;
use probity::ratings::Ratings;
use probity::report::{Cell, Section, Table};
use probity::tally::{PairCounts, Tally};

use crate::coefficients::{has_categories, reason, weights};

/// Raters in the table.
const ROWS: usize = 30;

/// Items judged and judged right.
#[derive(Clone, Copy, Default)]
struct Score {
    judged: u64,
    right: u64,
}

impl Score {
    fn accuracy(self) -> Option<f64> {
        (self.judged > 0).then(|| self.right as f64 / self.judged as f64)
    }
}

pub(crate) fn section(ratings: &Ratings, gold: &Ratings) -> Result<Section> {
    let section = Section::new("Against the gold labels");
    if has_categories(ratings) {
        by_category(section, ratings, gold)
    } else {
        by_number(section, ratings, gold)
    }
}

/// Positions of the raters of whom most is known, or who do worst: ascending by `key`, those without one left out.
fn worst_first(keys: impl Iterator<Item = Option<f64>>) -> (Vec<usize>, u64) {
    let mut order: Vec<(usize, f64)> =
        keys.enumerate().filter_map(|(rater, key)| Some((rater, key?))).collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let omitted = order.len().saturating_sub(ROWS) as u64;
    (order.into_iter().take(ROWS).map(|(rater, _)| rater).collect(), omitted)
}

fn by_category(section: Section, ratings: &Ratings, gold: &Ratings) -> Result<Section> {
    let (view, truth) = (ratings.codes()?, gold.codes()?);
    let mut scores = vec![Score::default(); ratings.n_raters()];
    let mut items = 0u64;
    for item in 0..ratings.n_items() {
        let Some(true_code) = truth.get(item, 0) else { continue };
        items += 1;
        for (rater, code) in view.item(item) {
            scores[rater].judged += 1;
            scores[rater].right += u64::from(code == true_code);
        }
    }
    let (shown, omitted) = worst_first(scores.iter().map(|score| score.accuracy()));
    let mut tables: HashMap<usize, PairCounts> =
        shown.iter().map(|&rater| (rater, PairCounts::new(ratings.labels().clone()))).collect();
    for item in 0..ratings.n_items() {
        let Some(true_code) = truth.get(item, 0) else { continue };
        for (rater, code) in view.item(item) {
            if let Some(counts) = tables.get_mut(&rater) {
                counts.record((Some(true_code), Some(code)))?;
            }
        }
    }
    let options = Options::new().weights(weights(ratings.scale()));
    let mut table = Table::new(["rater", "items with gold", "accuracy", "kappa against gold"]);
    for rater in shown {
        let kappa = match tables.get(&rater).map(|counts| counts.cohen_kappa(&options)) {
            Some(Ok(kappa)) => kappa.value.into(),
            Some(Err(error)) => Cell::Undefined(reason(&error)),
            None => Cell::Empty,
        };
        let accuracy = scores[rater].accuracy().map_or(Cell::Empty, Cell::Share);
        table.push([
            ratings.raters().name(rater).as_ref().into(),
            scores[rater].judged.into(),
            accuracy,
            kappa,
        ])?;
    }
    let all = scores.iter().fold(Score::default(), |sum, score| Score {
        judged: sum.judged + score.judged,
        right: sum.right + score.right,
    });
    let sum = match all.accuracy() {
        Some(share) => format!(
            "{} of {} judgments of {} items with a gold label are right ({}). The least accurate raters come first.",
            Cell::Count(all.right),
            Cell::Count(all.judged),
            Cell::Count(items),
            Cell::Share(share)
        ),
        None => "No judged item has a gold label.".to_string(),
    };
    Ok(section.paragraph(sum).table(table.omitting(omitted)))
}

fn by_number(section: Section, ratings: &Ratings, gold: &Ratings) -> Result<Section> {
    let (view, truth) = (ratings.values()?, gold.values()?);
    // Judged, sum of errors, sum of squared errors.
    let mut errors = vec![(0u64, 0.0, 0.0); ratings.n_raters()];
    for item in 0..ratings.n_items() {
        let Some(true_value) = truth.get(item, 0) else { continue };
        for (rater, value) in view.item(item) {
            let error = value - true_value;
            let (n, sum, squares) = &mut errors[rater];
            *n += 1;
            *sum += error;
            *squares += error * error;
        }
    }
    let root = |&(n, _, squares): &(u64, f64, f64)| (n > 0).then(|| (squares / n as f64).sqrt());
    let (shown, omitted) = worst_first(errors.iter().map(|error| root(error).map(|root| -root)));
    let mut table = Table::new(["rater", "items with gold", "mean error", "root mean squared error"]);
    for rater in shown {
        let (n, sum, _) = errors[rater];
        let mean = sum / n as f64;
        table.push([
            ratings.raters().name(rater).as_ref().into(),
            n.into(),
            mean.into(),
            root(&errors[rater]).into(),
        ])?;
    }
    Ok(section
        .paragraph(
            "An error is the rater's value minus the gold value. The least accurate raters come first.",
        )
        .table(table.omitting(omitted)))
}
