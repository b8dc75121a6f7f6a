//! Every group of judgments for itself.

use probity::Result;
use probity::agreement::{self, Options};
use probity::inference::{Estimate, Level};
use probity::ratings::Ratings;
use probity::report::{Cell, Section, Table};

use crate::coefficients::{has_categories, reason, weights};
use crate::content::Counts;
use crate::progress::Progress;

/// Groups in the table.
const ROWS: usize = 60;

fn cell(result: Result<Estimate>) -> Cell {
    result.map_or_else(|error| Cell::Undefined(reason(&error)), |estimate| estimate.value.into())
}

/// A row a group, those of the most judgments if there are many.
pub(crate) fn section(
    column: &str,
    groups: &[(String, Ratings)],
    level: Level,
    progress: &mut Progress,
) -> Result<Section> {
    let mut order: Vec<&(String, Ratings)> = groups.iter().collect();
    order.sort_by_key(|(_, ratings)| std::cmp::Reverse(ratings.n_judgments()));
    let mut table =
        Table::new(["group", "items", "judgments", "alpha", "interval of alpha", "agreement", "Gwet's AC"]);
    for (i, (name, ratings)) in order.iter().take(ROWS).enumerate() {
        progress.say(format_args!("scoring group {} of {}", i + 1, order.len().min(ROWS)));
        let options = Options::new().level(level).weights(weights(ratings.scale()));
        let alpha = agreement::krippendorff_alpha(ratings, &options);
        let interval = match &alpha {
            Ok(Estimate { interval: Some(interval), .. }) => Cell::Interval(interval.lower, interval.upper),
            _ => Cell::Empty,
        };
        let (percent, gwet) = if has_categories(ratings) {
            (
                cell(agreement::percent_agreement(ratings, &options)),
                cell(agreement::gwet_ac(ratings, &options)),
            )
        } else {
            (Cell::Empty, Cell::Empty)
        };
        let items = Counts::of(ratings)?.by_item.iter().filter(|&&n| n > 0).count();
        table.push([
            name.as_str().into(),
            items.into(),
            ratings.n_judgments().into(),
            cell(alpha),
            interval,
            percent,
            gwet,
        ])?;
    }
    Ok(Section::new(format!("By {column}")).table(table.omitting(order.len().saturating_sub(ROWS) as u64)))
}
