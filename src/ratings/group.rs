use crate::error::{Error, Result};
use crate::ratings::store::RaterIndex;
use crate::ratings::{Cells, Ids, Layout, Ratings, over_cells};

impl Ratings {
    /// The ratings of some items by some raters, in the order given. An item may be given several times (as a bootstrap
    /// does), a rater once.
    ///
    /// # Errors
    /// [`Error::Index`] for an item or rater that does not exist; [`Error::Argument`] for a rater given twice.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::{Labels, Ratings};
    /// let r = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 1, 1, 1])?;
    /// let one = r.select(&[1, 1], &[0])?;
    /// assert_eq!((one.n_items(), one.n_raters(), one.n_judgments()), (2, 1, 2));
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn select(&self, items: &[usize], raters: &[usize]) -> Result<Self> {
        let outside = |what, indices: &[usize], len| match indices.iter().find(|&&i| i >= len) {
            Some(&index) => Err(Error::Index { what, index, len }),
            None => Ok(()),
        };
        outside("item", items, self.n_items())?;
        outside("rater", raters, self.n_raters())?;
        let mut seen = vec![false; self.n_raters()];
        for &rater in raters {
            if std::mem::replace(&mut seen[rater], true) {
                return Err(Error::argument("raters", "each rater once", format!("rater {rater} twice")));
            }
        }
        let mut selected = self.resampled(items, raters)?;
        selected.items = self.items.select(items)?;
        selected.raters = self.raters.select(raters)?;
        Ok(selected)
    }

    /// The ratings of some items by some raters, each as often as it is given, numbered anew. The indices exist.
    pub(crate) fn resampled(&self, items: &[usize], raters: &[usize]) -> Result<Self> {
        let mut cells = Vec::new();
        let layout = match &self.layout {
            Layout::Dense => {
                cells.extend(items.iter().flat_map(|i| raters.iter().map(move |r| i * self.n_raters() + r)));
                Layout::Dense
            }
            Layout::Sparse { .. } => {
                let mut places = vec![Vec::new(); self.n_raters()];
                raters.iter().enumerate().for_each(|(new, &old)| places[old].push(new));
                let (mut ends, mut owners) = (Vec::with_capacity(items.len()), Vec::new());
                for &item in items {
                    let slots = self.slots(item);
                    let mut row: Vec<(usize, usize)> =
                        slots.flat_map(|(r, cell)| places[r].iter().map(move |&new| (new, cell))).collect();
                    row.sort_unstable();
                    cells.extend(row.iter().map(|&(_, cell)| cell));
                    owners.extend(row.iter().map(|&(r, _)| r as u32));
                    ends.push(
                        u32::try_from(cells.len())
                            .map_err(|_| Error::Overflow { what: "the number of judgments" })?,
                    );
                }
                Layout::Sparse { ends, raters: RaterIndex::new(raters.len(), owners.into_iter()) }
            }
        };
        let mut selected = Self::assemble(
            Ids::numbers(items.len()),
            Ids::numbers(raters.len()),
            self.scale.clone(),
            self.labels.clone(),
            layout,
            over_cells!(&self.cells, from => cells.iter().map(|&at| from[at]).collect()),
        )?;
        selected.anonymous = self.anonymous;
        Ok(selected)
    }

    /// Parts the ratings of all other raters, in place, from those of one.
    #[cfg(feature = "io")]
    pub(crate) fn without_rater(self, rater: usize) -> Result<(Self, Self)> {
        let (items, stride) = (self.n_items(), self.n_raters());
        let alone = over_cells!(&self.cells, cells => {
            (0..items).map(|item| self.slot(item, rater).map_or(super::Cell::MISSING, |at| cells[at])).collect()
        });
        let Self { items, raters, scale, labels, mut layout, cells, .. } = self;
        let name = Ids::from_names([raters.name(rater)])?;
        let alone = Self::assemble(items.clone(), name, scale.clone(), labels.clone(), Layout::Dense, alone)?;

        let is_kept = |at: usize| match &layout {
            Layout::Dense => at % stride != rater,
            Layout::Sparse { raters, .. } => raters.get(at) != rater,
        };
        let cells = over_cells!(cells, mut cells => {
            let mut places = 0..;
            cells.retain(|_| places.next().is_some_and(is_kept));
            cells.shrink_to_fit();
            cells
        });
        if let Layout::Sparse { ends, raters: owners } = &mut layout {
            let mut kept = RaterIndex::with_capacity(stride - 1, cells.len());
            let mut at = 0;
            for end in ends {
                for owner in (at..*end as usize).map(|at| owners.get(at)).filter(|&owner| owner != rater) {
                    kept.push(owner as u32 - u32::from(owner > rater));
                }
                at = *end as usize;
                *end = kept.len() as u32;
            }
            *owners = kept;
        }
        let others: Vec<usize> = (0..stride).filter(|&other| other != rater).collect();
        Ok((Self::assemble(items, raters.select(&others)?, scale, labels, layout, cells)?, alone))
    }

    /// One [`Ratings`] for each distinct key, in the order in which the keys first occur; `keys[item]` is the group of
    /// that item. Raters and labels stay the same in every group.
    ///
    /// # Errors
    /// [`Error::Length`] if there is not one key an item.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::{Labels, Ratings};
    /// let r = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 1, 1, 1, 0, 0])?;
    /// let groups = r.group_by(&["news", "code", "news"])?;
    /// assert_eq!(groups[0].0, "news");
    /// assert_eq!(groups[0].1.n_items(), 2);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn group_by<K: Eq + std::hash::Hash + Clone>(&self, keys: &[K]) -> Result<Vec<(K, Self)>> {
        crate::num::check_same_length("group keys", self.n_items(), keys.len())?;
        let mut place = std::collections::HashMap::new();
        let mut groups: Vec<(K, Vec<usize>)> = Vec::new();
        for (item, key) in keys.iter().enumerate() {
            let at = *place.entry(key).or_insert_with(|| {
                groups.push((key.clone(), Vec::new()));
                groups.len() - 1
            });
            groups[at].1.push(item);
        }
        let raters: Vec<usize> = (0..self.n_raters()).collect();
        groups.into_iter().map(|(key, items)| Ok((key, self.select(&items, &raters)?))).collect()
    }
}

#[cfg(all(test, feature = "io"))]
mod tests {
    use crate::ratings::RatingsBuilder;

    #[test]
    fn parting_a_rater_is_selecting_the_others() {
        for raters in [2usize, 9, 257] {
            let mut rows = RatingsBuilder::new();
            for item in 0..60usize {
                for k in 0..2 {
                    let label = (item % 7 != 5).then_some(["a", "b", "c"][(item + k) % 3]);
                    rows.push(&item.to_string(), &((item * 5 + k * 13) % raters).to_string(), label).unwrap();
                }
            }
            let ratings = rows.build().unwrap();
            for rater in 0..ratings.n_raters() {
                let (rest, alone) = ratings.clone().without_rater(rater).unwrap();
                let others: Vec<usize> = (0..ratings.n_raters()).filter(|&other| other != rater).collect();
                let items: Vec<usize> = (0..ratings.n_items()).collect();
                for (parted, raters) in [(rest, &others[..]), (alone, &[rater])] {
                    let selected = ratings.select(&items, raters).unwrap();
                    assert_eq!((parted.items(), parted.raters()), (selected.items(), selected.raters()));
                    assert_eq!(parted.n_judgments(), selected.n_judgments());
                    let (parted, selected) = (parted.codes().unwrap(), selected.codes().unwrap());
                    for (item, rater) in items.iter().flat_map(|&i| (0..raters.len()).map(move |r| (i, r))) {
                        assert_eq!(parted.get(item, rater), selected.get(item, rater));
                    }
                }
            }
        }
    }
}
