use crate::error::{Error, Result};
use crate::ratings::{CodeView, Ratings};

/// The items that each rater judged, ascending.
#[derive(Debug)]
pub(crate) struct ItemsByRater {
    ends: Vec<usize>,
    items: Vec<usize>,
}

impl ItemsByRater {
    pub(crate) fn new(view: CodeView<'_>) -> Self {
        let ratings = view.ratings();
        let mut ends = vec![0; ratings.n_raters() + 1];
        for item in 0..ratings.n_items() {
            view.item(item).for_each(|(rater, _)| ends[rater + 1] += 1);
        }
        for rater in 0..ratings.n_raters() {
            ends[rater + 1] += ends[rater];
        }
        let mut next = ends.clone();
        let mut items = vec![0; ratings.n_judgments()];
        for item in 0..ratings.n_items() {
            for (rater, _) in view.item(item) {
                items[next[rater]] = item;
                next[rater] += 1;
            }
        }
        Self { ends, items }
    }

    pub(crate) fn of(&self, rater: usize) -> &[usize] {
        &self.items[self.ends[rater]..self.ends[rater + 1]]
    }
}

/// Refuses ratings that do not say who judged.
pub(crate) fn check_identified(ratings: &Ratings, metric: &'static str) -> Result<()> {
    if ratings.has_identified_raters() {
        return Ok(());
    }
    let expected = "ratings with identified raters";
    Err(Error::Scale { metric, expected, found: "a table of counts" })
}
