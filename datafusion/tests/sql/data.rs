//! Columns for DataFusion and the same data for the core.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListBuilder, StringArray, StringBuilder};
use probity::ratings::{Labels, Ratings};
use probity::rng::Stream;
use probity::tally::PairCounts;

pub(crate) type Label = Option<String>;

pub(crate) fn texts(labels: &[Label]) -> ArrayRef {
    Arc::new(labels.iter().map(Option::as_deref).collect::<StringArray>())
}

/// One list a row.
pub(crate) fn lists(rows: &[Vec<Label>]) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in rows {
        for label in row {
            builder.values().append_option(label.as_deref());
        }
        builder.append(true);
    }
    Arc::new(builder.finish())
}

/// The labels that occur, in their natural order.
pub(crate) fn labels<'a>(found: impl Iterator<Item = &'a Label>) -> Labels {
    let mut names: Vec<&str> = found.flatten().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    Labels::found(names).unwrap()
}

fn codes<'a>(labels: &Labels, found: impl Iterator<Item = &'a Label>) -> Vec<u32> {
    found.map(|label| label.as_ref().map_or(u32::MAX, |name| labels.code(name).unwrap())).collect()
}

/// The table of two raters.
pub(crate) fn pair_counts(a: &[Label], b: &[Label]) -> PairCounts {
    let labels = labels(a.iter().chain(b));
    let (a, b) = (codes(&labels, a.iter()), codes(&labels, b.iter()));
    PairCounts::from_codes(labels, &a, &b).unwrap()
}

/// Ratings, one row an item; shorter rows are filled with missing ones.
pub(crate) fn ratings(rows: &[Vec<Label>]) -> Ratings {
    let raters = rows.iter().map(Vec::len).max().unwrap_or(0);
    let labels = labels(rows.iter().flatten());
    let cells = rows.iter().flat_map(|row| {
        let missing = std::iter::repeat_n(u32::MAX, raters - row.len());
        codes(&labels, row.iter()).into_iter().chain(missing)
    });
    let cells: Vec<u32> = cells.collect();
    Ratings::from_codes(labels, raters, cells).unwrap()
}

/// Labels that agree more often than by chance, some of them missing.
pub(crate) fn draw(seed: u64, rows: usize, raters: usize, names: &[&str]) -> Vec<Vec<Label>> {
    let mut stream = Stream::new(seed, 0, 0);
    (0..rows)
        .map(|_| {
            let truth = stream.below(names.len() as u64);
            (0..raters)
                .map(|_| {
                    let own = if stream.below(4) == 0 { stream.below(names.len() as u64) } else { truth };
                    (stream.below(20) > 0).then(|| names[own as usize].to_string())
                })
                .collect()
        })
        .collect()
}
