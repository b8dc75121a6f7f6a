use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::taxonomy::Taxonomy;

/// How a label of one taxonomy relates to one of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Relation {
    /// They mean the same.
    Exact,
    /// The target means more than the source.
    Broad,
    /// The target means less than the source.
    Narrow,
    /// They overlap.
    Related,
}

/// A mapping of labels from one taxonomy to another.
///
/// # Examples
/// ```
/// use probity::taxonomy::{CrossWalk, Relation, moral_foundations, schwartz_values};
/// let (from, to) = (moral_foundations()?, schwartz_values()?);
/// let walk = CrossWalk::new(
///     &from,
///     &to,
///     [
///         ("care", Relation::Related, "self_transcendence.benevolence"),
///         ("authority", Relation::Broad, "conservation"),
///     ],
/// )?;
/// assert_eq!(walk.targets("care").count(), 1);
/// assert_eq!(walk.unmapped(&from).collect::<Vec<_>>(), ["fairness", "loyalty", "sanctity"]);
/// assert!(CrossWalk::new(&from, &to, [("care", Relation::Exact, "luck")]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossWalk {
    edges: Vec<(String, Relation, String)>,
}

impl CrossWalk {
    /// Of edges (source, relation, target).
    ///
    /// # Errors
    /// [`Error::UnknownLabel`] with the position of the edge; [`Error::Argument`] for two edges between the same labels.
    pub fn new<'a>(
        from: &Taxonomy,
        to: &Taxonomy,
        edges: impl IntoIterator<Item = (&'a str, Relation, &'a str)>,
    ) -> Result<Self> {
        let (mut kept, mut seen) = (Vec::new(), BTreeSet::new());
        for (row, (source, relation, target)) in edges.into_iter().enumerate() {
            from.node(row, source)?;
            to.node(row, target)?;
            if !seen.insert((source, target)) {
                let found = format!("{source:?} to {target:?} again in row {row}");
                return Err(Error::argument("edges", "one edge between two labels", found));
            }
            kept.push((source.to_string(), relation, target.to_string()));
        }
        Ok(Self { edges: kept })
    }

    /// Where a label leads.
    pub fn targets(&self, source: &str) -> impl Iterator<Item = (Relation, &str)> {
        self.edges.iter().filter(move |edge| edge.0 == source).map(|edge| (edge.1, edge.2.as_str()))
    }

    /// Leaves of the source taxonomy that lead nowhere.
    pub fn unmapped<'a>(&'a self, from: &'a Taxonomy) -> impl Iterator<Item = &'a str> {
        from.leaves().filter(|leaf| self.targets(leaf).next().is_none())
    }
}
