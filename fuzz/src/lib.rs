//! What the targets share: options to read with, and ratings to compute from.

use arbitrary::Arbitrary;
use probity::io::{
    Column, Dialect, Format, Import, LongTable, PairTable, PredictionTable, Strictness, TwoTurnTable,
    WideTable, Winner,
};
use probity::ratings::{Duplicates, Labels, Ratings, RatingsBuilder, Scale};
use probity::tally::Tally;

/// How to read a file.
#[derive(Debug, Arbitrary)]
pub struct Shape {
    delimiter: u8,
    header: bool,
    quoting: bool,
    trim: bool,
    strict: bool,
    numeric: bool,
    gold: bool,
    group: bool,
    keep: Option<bool>,
}

impl Shape {
    /// Text with any delimiter, the usual one more often than not.
    #[must_use]
    pub fn delimited(&self) -> Format {
        if self.delimiter < 200 { Format::CSV } else { Format::Delimited(self.delimiter.wrapping_mul(7)) }
    }

    fn scale(&self) -> Scale {
        if self.numeric { Scale::Interval } else { Scale::Nominal }
    }

    fn duplicates(&self) -> Duplicates {
        duplicates(self.keep)
    }
}

/// The policy for a bit and its absence.
#[must_use]
pub fn duplicates(keep: Option<bool>) -> Duplicates {
    match keep {
        None => Duplicates::Error,
        Some(false) => Duplicates::KeepFirst,
        Some(true) => Duplicates::KeepLast,
    }
}

/// Reads bytes as a long, a wide, a two-turn and a pairwise table, and as predictions.
pub fn read_every_way(shape: &Shape, format: Format, bytes: &[u8]) {
    let dialect = Dialect::new().format(format).header(shape.header).quoting(shape.quoting).trim(shape.trim);
    let strictness = if shape.strict { Strictness::Strict } else { Strictness::Lenient };
    let by_name = shape.header || matches!(format, Format::JsonLines | Format::Parquet);
    let column = |position: usize| -> Column {
        if by_name { Column::from(["i", "r", "l", "g"][position]) } else { Column::from(position) }
    };

    let mut long = LongTable::new(column(0), column(1), column(2))
        .scale(shape.scale())
        .duplicates(shape.duplicates())
        .dialect(dialect.clone());
    if shape.gold {
        long = long.gold(column(3));
    }
    if shape.group {
        long = long.group(vec![column(3), column(0)]);
    }
    if let Ok(import) = long.read_from(bytes, strictness) {
        let report = &import.report;
        assert_eq!(report.judgments + report.missing + report.skipped.len() as u64, report.rows);
        check_import(&import);
    }

    for wide in [WideTable::raters_across(), WideTable::items_across()] {
        let wide = wide.key(column(0)).dialect(dialect.clone()).duplicates(shape.duplicates());
        if let Ok(import) = wide.scale(shape.scale()).read_from(bytes, strictness) {
            check_import(&import);
        }
    }

    let mut turns = TwoTurnTable::new(column(0), column(1), column(2), column(3)).dialect(dialect.clone());
    if shape.group {
        turns = turns.sample(column(2));
    }
    if let Ok(import) = turns.read_from(bytes, strictness) {
        let report = &import.report;
        assert_eq!(report.judgments + report.missing + report.skipped.len() as u64, report.rows);
        let samples: u64 = import.models.iter().map(|(_, samples)| samples.records()).sum();
        assert_eq!(report.judgments + report.missing, samples);
    }

    let mut predictions = PredictionTable::new(column(0), column(1)).dialect(dialect.clone());
    if shape.group {
        predictions = predictions.group(column(2)).item(column(3));
    }
    if let Ok(import) = predictions.read_from(bytes, strictness) {
        let report = &import.report;
        assert_eq!(report.judgments + report.missing + report.skipped.len() as u64, report.rows);
        let read: usize = import.groups.iter().map(|group| group.predictions.len()).sum();
        assert_eq!(report.judgments, read as u64);
        assert!(import.groups.iter().all(|group| group.items.len() == group.predictions.len()));
    }

    let mut pairs =
        PairTable::new(column(0), column(1), column(2)).dialect(dialect).duplicates(shape.duplicates());
    if shape.gold {
        pairs = pairs.winner(Winner::ByName);
    }
    if shape.group {
        pairs = pairs.rater(column(3));
    }
    if let Ok(import) = pairs.read_from(bytes, strictness) {
        let n = import.contenders.len();
        assert!(
            import
                .comparisons
                .iter()
                .all(|c| (c.left as usize) < n && (c.right as usize) < n && c.left != c.right)
        );
        let report = &import.report;
        assert_eq!(report.judgments + report.missing + report.skipped.len() as u64, report.rows);
    }
}

fn check_import(import: &Import) {
    check_ratings(&import.ratings);
    assert_eq!(import.report.judgments, import.ratings.n_judgments() as u64);
    if let Some(gold) = &import.gold {
        assert_eq!((gold.n_items(), gold.n_raters()), (import.ratings.n_items(), 1));
    }
    import.groups.iter().for_each(|(_, group)| check_ratings(group));
}

/// Whatever made the ratings, the views hold together and every value is finite.
pub fn check_ratings(ratings: &Ratings) {
    let mut judgments = 0;
    if let Ok(view) = ratings.codes() {
        for item in 0..ratings.n_items() {
            for (rater, code) in view.item(item) {
                judgments += 1;
                assert!((code as usize) < ratings.n_categories());
                assert_eq!(view.get(item, rater), Some(code));
            }
        }
        assert_eq!(judgments, ratings.n_judgments());
    }
    if let Ok(view) = ratings.values() {
        assert!((0..ratings.n_items()).all(|item| view.item(item).all(|(_, value)| value.is_finite())));
    }
}

/// Small ratings of any shape.
#[derive(Debug, Arbitrary)]
pub struct AnyRatings {
    raters: u8,
    categories: u8,
    scale: AnyScale,
    cells: Cells,
}

#[derive(Debug, Arbitrary)]
enum Cells {
    Codes(Vec<u8>),
    Values(Vec<f64>),
    Counts(Vec<u8>),
    Rows(Vec<(u8, u8, Option<u8>)>),
    Labels { rows: Vec<(u8, u8, f32)>, keep: Option<bool> },
}

#[derive(Debug, Arbitrary)]
enum AnyScale {
    Nominal,
    Ordinal,
    Interval,
    Ratio,
    Circular(Option<f64>),
    Bipolar(Option<(f64, f64)>),
}

impl AnyRatings {
    /// The ratings, unless the library refuses the input.
    #[must_use]
    pub fn build(self) -> Option<Ratings> {
        let scale = match self.scale {
            AnyScale::Nominal => Scale::Nominal,
            AnyScale::Ordinal => Scale::Ordinal,
            AnyScale::Interval => Scale::Interval,
            AnyScale::Ratio => Scale::Ratio,
            AnyScale::Circular(period) => Scale::Circular { period },
            AnyScale::Bipolar(ends) => Scale::Bipolar { ends },
        };
        let labels = Labels::codes(usize::from(self.categories % 9));
        let raters = usize::from(self.raters % 12);
        // Whole rows are likelier to be accepted than a rest.
        let whole = |len: usize, width: usize| len.checked_div(width).map_or(len, |rows| rows * width);
        let built = match self.cells {
            Cells::Codes(mut codes) => {
                codes.truncate(whole(codes.len(), raters));
                let categories = (self.categories % 9).max(1);
                codes.iter_mut().filter(|code| **code != u8::MAX).for_each(|code| *code %= categories);
                Ratings::from_codes(labels, raters, codes)
            }
            Cells::Values(mut values) => {
                values.truncate(whole(values.len(), raters));
                return Ratings::from_values(scale, raters, values).ok();
            }
            Cells::Counts(counts) => {
                let counts: Vec<u32> =
                    counts[..whole(counts.len(), labels.len())].iter().map(|&n| (n % 8).into()).collect();
                Ratings::from_counts(labels, &counts)
            }
            Cells::Rows(rows) => {
                let rows: Vec<(u32, u32, u32)> = rows
                    .iter()
                    .map(|&(i, r, c)| (i.into(), r.into(), c.map_or(u32::MAX, u32::from)))
                    .collect();
                Ratings::from_rows(labels, 256, 256, &rows)
            }
            Cells::Labels { rows, keep } => {
                let mut builder = RatingsBuilder::new().duplicates(duplicates(keep)).scale(scale.clone());
                // Labels named NaN or inf would look like such numbers in a result.
                for (item, rater, label) in rows.into_iter().filter(|row| row.2.is_finite()) {
                    let label = label.to_string();
                    let _ = builder.push(&item.to_string(), &rater.to_string(), Some(&label));
                }
                builder.build()
            }
        };
        built.and_then(|ratings| ratings.with_scale(scale)).ok()
    }
}

/// No number within a result is NaN or infinite.
///
/// Looks at what `Debug` shows, so that no field is forgotten. An error may speak of such numbers.
pub fn assert_finite<T: std::fmt::Debug>(result: &probity::Result<T>) {
    let Ok(value) = result else { return };
    let text = format!("{value:?}");
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    assert!(!words.any(|word| matches!(word, "NaN" | "inf")), "{text}");
}
