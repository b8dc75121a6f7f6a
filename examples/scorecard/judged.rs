//! What each rater says, whether or not anybody agrees: means of numbers, shares of categories.

use probity::Result;
use probity::inference::{Estimate, Level, ProportionMethod, proportion};
use probity::ratings::Ratings;
use probity::report::{Cell, Section, Table};
use probity::tally::{Moments, Tally};

use crate::coefficients::{has_categories, per_cent};
use crate::common;

/// Rows of the table; a crowd of raters, or a free text, has no place in it.
const ROWS: usize = 40;

pub(crate) fn section(ratings: &Ratings, level: Level) -> Result<Option<Section>> {
    if !ratings.has_identified_raters() || ratings.n_judgments() == 0 {
        return Ok(None);
    }
    let (table, words) = if ratings.scale().is_numeric() {
        (means(ratings, level)?, "Student t intervals of means, Wilson's where all judgments are 0 or 1.")
    } else if has_categories(ratings) {
        (shares(ratings, level)?, "Wilson intervals.")
    } else {
        return Ok(None);
    };
    if table.rows().len() > ROWS {
        return Ok(None);
    }
    Ok(Some(Section::new("What each rater says").table(table).note(format!(
        "{words} They take the items as drawn one by one: where one question was asked several times (epochs, turns, \
         perturbations), they are too narrow."
    ))))
}

fn means(ratings: &Ratings, level: Level) -> Result<Table> {
    let mut table = Table::new(["rater", "judgments", "mean", &per_cent(level), "SE"]);
    let view = ratings.values()?;
    for (rater, name) in ratings.raters().names().enumerate().take(ROWS + 1) {
        let mut moments = Moments::default();
        let mut ones = Some(0u64);
        for (_, value) in view.rater(rater) {
            moments.record(value)?;
            let one = if value == 0.0 { Some(0) } else { (value == 1.0).then_some(1) };
            ones = ones.zip(one).map(|(ones, one)| ones + one);
        }
        let judged = moments.records();
        let mean = match ones.filter(|_| judged > 0) {
            Some(ones) => proportion(ones, judged, ProportionMethod::Wilson, level),
            None => moments.mean_estimate("mean", "judgments", (f64::NEG_INFINITY, f64::INFINITY), level),
        };
        let row = [name.as_ref().into(), judged.into()];
        table.push(row.into_iter().chain(figure(&mean)?))?;
    }
    Ok(table)
}

fn shares(ratings: &Ratings, level: Level) -> Result<Table> {
    let mut table = Table::new(["rater", "judgment", "number", "share", &per_cent(level), "SE"]);
    let view = ratings.codes()?;
    for (rater, name) in ratings.raters().names().enumerate().take(ROWS + 1) {
        let mut counts = vec![0u64; ratings.n_categories()];
        view.rater(rater).for_each(|(_, code)| counts[code as usize] += 1);
        let judged = counts.iter().sum();
        for (label, &count) in ratings.labels().names().iter().zip(&counts) {
            let share = proportion(count, judged, ProportionMethod::Wilson, level);
            let row = [name.as_ref().into(), label.as_str().into(), count.into()];
            table.push(row.into_iter().chain(figure(&share)?))?;
        }
    }
    Ok(table)
}

/// A figure, its interval and its standard error.
fn figure(estimate: &Result<Estimate>) -> Result<[Cell; 3]> {
    let error = estimate.as_ref().ok().and_then(|estimate| estimate.standard_error);
    Ok([common::value(estimate)?, common::interval(estimate), error.into()])
}
