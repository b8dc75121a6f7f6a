//! The ratings that are scored when no file is named.

use probity::Result;
use probity::ratings::{Ids, Labels, Ratings};

/// Where the table stands.
pub(crate) const SOURCE: &str = "Psychiatric diagnoses of 30 patients by 6 psychiatrists each: J. L. Fleiss, Measuring nominal \
                          scale agreement among many raters, Psychological Bulletin 76 (1971) 378-382, table 1.";

const CATEGORIES: [&str; 5] = ["depression", "personality disorder", "schizophrenia", "neurosis", "other"];

/// How many of the six psychiatrists chose each category, a row a patient. Who chose is not published.
const COUNTS: [[u32; 5]; 30] = [
    [0, 0, 0, 6, 0],
    [0, 3, 0, 0, 3],
    [0, 1, 4, 0, 1],
    [0, 0, 0, 0, 6],
    [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0],
    [0, 0, 4, 0, 2],
    [2, 0, 3, 1, 0],
    [2, 0, 0, 4, 0],
    [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0],
    [1, 1, 0, 4, 0],
    [0, 3, 3, 0, 0],
    [1, 0, 0, 5, 0],
    [0, 2, 0, 3, 1],
    [0, 0, 5, 0, 1],
    [3, 0, 0, 1, 2],
    [5, 1, 0, 0, 0],
    [0, 2, 0, 4, 0],
    [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6],
    [0, 1, 0, 5, 0],
    [0, 2, 0, 1, 3],
    [2, 0, 0, 4, 0],
    [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0],
    [4, 0, 0, 0, 2],
    [0, 2, 0, 4, 0],
    [1, 0, 5, 0, 0],
    [0, 0, 0, 0, 6],
];

pub(crate) fn ratings() -> Result<Ratings> {
    let patients = Ids::from_names((1..=COUNTS.len()).map(|number| format!("patient {number}")))?;
    Ratings::from_counts(Labels::from_names(CATEGORIES)?, COUNTS.as_flattened())?.with_items(patients)
}
