use crate::error::{Error, Result};
use crate::num;
use crate::taxonomy::Taxonomy;

/// What the score of an inner label is the mean of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RollUp {
    /// Its scored children: every child counts the same, however many leaves it has.
    #[default]
    Children,
    /// The scored leaves below it: every leaf counts the same.
    Leaves,
}

/// Scores of all labels of a taxonomy. From [`Taxonomy::roll_up`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RolledUp {
    /// One a label, in the order of [`Taxonomy::labels`]; `None` where nothing below is scored.
    pub scores: Vec<Option<f64>>,
    /// The mean over the roots that have a score (over the scored leaves, if rolled up by leaves); `None` without any.
    pub overall: Option<f64>,
    /// Leaves with a score.
    pub scored: usize,
    /// Leaves.
    pub leaves: usize,
}

impl RolledUp {
    /// The share of leaves that have a score; `None` of a tree without leaves.
    #[must_use]
    pub fn coverage(&self) -> Option<f64> {
        (self.leaves > 0).then(|| self.scored as f64 / self.leaves as f64)
    }
}

impl Taxonomy {
    /// Scores of leaves, carried upwards.
    ///
    /// ```text
    /// score(label) = mean of the scores of its children that have one        overall = the same over the roots
    /// coverage = scored leaves / leaves
    /// ```
    ///
    /// # Missing values
    /// A leaf that is not given has no score, and neither has a label with no scored leaf below it; means leave them out.
    ///
    /// # Source
    /// Liu et al. 2023, "Trustworthy LLMs" (arXiv 2308.05374): scores per category. The roll-up over several levels, and
    /// the choice between children and leaves, are ours; for a tree of two levels [`RollUp::Children`] is the mean of the
    /// category means.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`]; [`Error::Argument`] for a label that is not a leaf or is given twice;
    /// [`Error::NotFinite`]. Positions are those of the scores given.
    ///
    /// # Examples
    /// ```
    /// use probity::taxonomy::{RollUp, Taxonomy};
    /// let tree = Taxonomy::new("t", [("a", ""), ("a.x", ""), ("a.y", ""), ("b", ""), ("b.z", ""), ("c", "")])?;
    /// let scores = [("a.x", 1.0), ("a.y", 0.5), ("b.z", 0.0)];
    /// let found = tree.roll_up(&scores, RollUp::Children)?;
    /// assert_eq!((found.overall, found.coverage()), (Some(0.375), Some(0.75)));
    /// assert_eq!(found.scores, [Some(0.75), Some(1.0), Some(0.5), Some(0.0), Some(0.0), None]);
    /// assert_eq!(tree.roll_up(&scores, RollUp::Leaves)?.overall, Some(0.5));
    /// assert_eq!(tree.roll_up(&[], RollUp::Children)?.overall, None);
    /// assert!(tree.roll_up(&[("a", 1.0)], RollUp::Children).is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn roll_up(&self, scores: &[(&str, f64)], by: RollUp) -> Result<RolledUp> {
        let mut of_leaf: Vec<Option<f64>> = vec![None; self.labels().len()];
        for (row, &(id, score)) in scores.iter().enumerate() {
            let node = self.node(row, id)?;
            if !self.children_of(node).is_empty() || of_leaf[node].is_some() {
                return Err(Error::argument("scores", "one score a leaf", format!("{id:?} in row {row}")));
            }
            if !score.is_finite() {
                return Err(Error::NotFinite { what: "scores", index: row, value: score.to_string() });
            }
            of_leaf[node] = Some(score);
        }
        // By label: what its mean is taken over. Children come after their parents, so backwards every child is ready.
        let mut terms: Vec<Vec<f64>> = of_leaf.iter().map(|score| score.iter().copied().collect()).collect();
        for node in (0..terms.len()).rev() {
            for &child in self.children_of(node) {
                let more = match by {
                    RollUp::Children => mean(&terms[child]).into_iter().collect(),
                    RollUp::Leaves => terms[child].clone(),
                };
                terms[node].extend(more);
            }
        }
        let roots = self.roots().filter_map(|id| self.node(0, id).ok());
        let overall: Vec<f64> = match by {
            RollUp::Children => roots.filter_map(|root| mean(&terms[root])).collect(),
            RollUp::Leaves => of_leaf.iter().flatten().copied().collect(),
        };
        Ok(RolledUp {
            scores: terms.iter().map(|terms| mean(terms)).collect(),
            overall: mean(&overall),
            scored: scores.len(),
            leaves: self.leaves().count(),
        })
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    // Scaled first, so that the sum of huge scores stays finite.
    let n = values.len() as f64;
    (!values.is_empty()).then(|| {
        let plain = num::sum(values.iter().copied()) / n;
        if plain.is_finite() { plain } else { num::sum(values.iter().map(|v| v / n)) }
    })
}
