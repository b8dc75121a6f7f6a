use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A label of a [`Taxonomy`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Its id: the ids on the way from the root, joined by dots.
    pub id: String,
    /// What it is called, for people.
    pub title: String,
}

/// A tree of labels (a forest, if it has several roots).
///
/// # Examples
/// ```
/// use probity::taxonomy::Taxonomy;
/// let tree = Taxonomy::new(
///     "pets",
///     [("cats", "Cats"), ("cats.tabby", "Tabby"), ("cats.black", "Black"), ("dogs", "Dogs")],
/// )?;
/// assert_eq!(tree.roots().collect::<Vec<_>>(), ["cats", "dogs"]);
/// assert_eq!(tree.leaves().collect::<Vec<_>>(), ["cats.tabby", "cats.black", "dogs"]);
/// assert_eq!(tree.ancestor_at("cats.black", 0)?, "cats");
/// assert!(tree.ancestor_at("birds", 0).is_err());
/// // A child before its parent, and an id twice.
/// assert!(Taxonomy::new("pets", [("cats.tabby", "Tabby")]).is_err());
/// assert!(Taxonomy::new("pets", [("cats", "Cats"), ("cats", "Felines")]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Taxonomy {
    id: String,
    labels: Vec<Label>,
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
    index: BTreeMap<String, usize>,
}

/// What a file holds of a taxonomy; the edges follow from the ids.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    id: String,
    labels: Vec<Label>,
}

impl TryFrom<Stored> for Taxonomy {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        Self::new(stored.id, stored.labels.into_iter().map(|label| (label.id, label.title)))
    }
}

impl From<Taxonomy> for Stored {
    fn from(taxonomy: Taxonomy) -> Self {
        Self { id: taxonomy.id, labels: taxonomy.labels }
    }
}

impl Taxonomy {
    /// Of labels as (id, title), parents before their children. An id without a dot is a root's.
    ///
    /// # Errors
    /// [`Error::Argument`] for an id that occurs twice, is empty, or whose parent has not come before.
    pub fn new<I: Into<String>, T: Into<String>>(
        id: impl Into<String>,
        labels: impl IntoIterator<Item = (I, T)>,
    ) -> Result<Self> {
        let mut taxonomy = Self {
            id: id.into(),
            labels: Vec::new(),
            parents: Vec::new(),
            children: Vec::new(),
            index: BTreeMap::new(),
        };
        for (id, title) in labels {
            taxonomy.push(Label { id: id.into(), title: title.into() })?;
        }
        Ok(taxonomy)
    }

    fn push(&mut self, label: Label) -> Result<()> {
        let node = self.labels.len();
        let parent = match label.id.rsplit_once('.') {
            None => None,
            Some((parent, _)) => {
                let expected = "a label whose parent has come before";
                let found = || Error::argument("label", expected, format!("{:?}", label.id));
                Some(*self.index.get(parent).ok_or_else(found)?)
            }
        };
        if label.id.is_empty() || self.index.insert(label.id.clone(), node).is_some() {
            let expected = "ids that are not empty and occur once";
            return Err(Error::argument("label", expected, format!("{:?}", label.id)));
        }
        if let Some(parent) = parent {
            self.children[parent].push(node);
        }
        self.labels.push(label);
        self.parents.push(parent);
        self.children.push(Vec::new());
        Ok(())
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// All labels, parents before children.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The label of that id.
    #[must_use]
    pub fn label(&self, id: &str) -> Option<&Label> {
        self.labels.get(*self.index.get(id)?)
    }

    /// Ids of the labels without a parent.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.ids_where(|node| self.parents[node].is_none())
    }

    /// Ids of the labels without children.
    pub fn leaves(&self) -> impl Iterator<Item = &str> {
        self.ids_where(|node| self.children[node].is_empty())
    }

    /// Ids of the labels at a depth; roots are at depth 0.
    pub fn at_depth(&self, depth: usize) -> impl Iterator<Item = &str> {
        self.ids_where(move |node| self.depth(node) == depth)
    }

    /// Ids of the children of a label.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`].
    pub fn children(&self, id: &str) -> Result<impl Iterator<Item = &str>> {
        let node = self.node(0, id)?;
        Ok(self.children[node].iter().map(|&child| self.labels[child].id.as_str()))
    }

    /// Ids of the leaves at or below a label.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`].
    pub fn leaves_below(&self, id: &str) -> Result<impl Iterator<Item = &str>> {
        let node = self.node(0, id)?;
        Ok(self.ids_where(move |leaf| self.children[leaf].is_empty() && self.is_at_or_below(leaf, node)))
    }

    /// The label at `depth` on the way to this one; the label itself if it is not that deep.
    ///
    /// Two coders who label at different depths are compared at a depth that both reach.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`].
    pub fn ancestor_at(&self, id: &str, depth: usize) -> Result<&str> {
        let mut node = self.node(0, id)?;
        while let (true, Some(parent)) = (self.depth(node) > depth, self.parents[node]) {
            node = parent;
        }
        Ok(&self.labels[node].id)
    }

    /// The leaves that none of these labels touches: neither they nor a label above them is among them.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`] with the position of the id.
    ///
    /// # Examples
    /// ```
    /// use probity::taxonomy::trustworthiness;
    /// let tree = trustworthiness()?;
    /// let open = tree.uncovered(["reliability", "safety", "fairness", "misuse", "social_norm", "robustness"])?;
    /// assert_eq!(open.len(), 3);
    /// assert!(open[0].starts_with("reasoning."));
    /// assert!(tree.uncovered(["luck"]).is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn uncovered<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Result<Vec<&str>> {
        let mut covered = vec![false; self.labels.len()];
        for (row, id) in ids.into_iter().enumerate() {
            covered[self.node(row, id)?] = true;
        }
        // Parents come before children.
        for node in 0..covered.len() {
            covered[node] |= self.parents[node].is_some_and(|parent| covered[parent]);
        }
        Ok(self.ids_where(|node| self.children[node].is_empty() && !covered[node]).collect())
    }

    /// The position of a label; `row` is where it was asked for.
    pub(super) fn node(&self, row: usize, id: &str) -> Result<usize> {
        self.index.get(id).copied().ok_or_else(|| Error::UnknownLabel {
            row,
            label: id.to_string(),
            declared: self.labels.iter().map(|label| label.id.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    pub(super) fn children_of(&self, node: usize) -> &[usize] {
        &self.children[node]
    }

    fn ids_where(&self, keep: impl Fn(usize) -> bool) -> impl Iterator<Item = &str> {
        self.labels
            .iter()
            .enumerate()
            .filter(move |(node, _)| keep(*node))
            .map(|(_, label)| label.id.as_str())
    }

    fn depth(&self, node: usize) -> usize {
        std::iter::successors(self.parents[node], |&parent| self.parents[parent]).count()
    }

    fn is_at_or_below(&self, node: usize, above: usize) -> bool {
        std::iter::successors(Some(node), |&n| self.parents[n]).any(|n| n == above)
    }
}
