use std::collections::{BTreeMap, HashMap};

use crate::error::{Error, Result};
use crate::ratings::Labels;
use crate::tally::{Coincidences, Comparisons, PairCounts, Patterns, Tally, add};

/// A tally over labels that can be written over other labels: for shards that each found their labels in their data.
///
/// # Examples
/// ```
/// use probity::ratings::Labels;
/// use probity::tally::{Labelled, PairCounts, Tally};
/// let shard = |names: &[&str], pair| {
///     let mut tally = PairCounts::new(Labels::found(names.iter().copied())?);
///     tally.record(pair)?;
///     Ok::<_, probity::Error>(tally)
/// };
/// let mut left = shard(&["yes", "no"], (Some(0), Some(1)))?;
/// let right = shard(&["perhaps", "yes"], (Some(0), Some(1)))?;
/// assert!(left.merge(&right).is_err());
/// left.merge_by_name(&right)?;
/// assert_eq!(left.labels().names(), ["no", "perhaps", "yes"]);
/// assert_eq!((left.get(0, 2), left.get(1, 2)), (1, 1));
/// # Ok::<(), probity::Error>(())
/// ```
pub trait Labelled: Tally {
    /// The labels.
    fn names(&self) -> &Labels;

    /// The same counts over other labels, among which are all that occur.
    ///
    /// # Errors
    /// [`Error::Argument`] if a label that occurs is not among them.
    fn relabelled(&self, labels: &Labels) -> Result<Self>;

    /// Adds all observations of a tally over other labels. Where the labels differ, the result is over all of them in the
    /// order of [`Labels::found`], so that it does not depend on the order of merging.
    ///
    /// # Errors
    /// [`Error::Overflow`] if a count leaves 64 bits; [`Error::Argument`] for more labels than the tally holds. The tally
    /// is then unchanged.
    fn merge_by_name(&mut self, other: &Self) -> Result<()> {
        if self.names() == other.names() {
            return self.merge(other);
        }
        let union = self.names().union(other.names())?;
        let mut merged = self.relabelled(&union)?;
        merged.merge(&other.relabelled(&union)?)?;
        *self = merged;
        Ok(())
    }
}

/// The new code of each old one, `None` for labels that are gone.
fn places(old: &Labels, new: &Labels) -> Vec<Option<u32>> {
    let codes: HashMap<&str, u32> = new.names().iter().map(String::as_str).zip(0..).collect();
    old.names().iter().map(|name| codes.get(name.as_str()).copied()).collect()
}

fn place(places: &[Option<u32>], old: &Labels, code: usize) -> Result<u32> {
    places.get(code).copied().flatten().ok_or_else(|| {
        let name = old.name(code as u32).unwrap_or_default();
        Error::argument("labels", "every label that occurs", format!("none for {name:?}"))
    })
}

impl Labelled for PairCounts {
    fn names(&self) -> &Labels {
        self.labels()
    }

    fn relabelled(&self, labels: &Labels) -> Result<Self> {
        let (from, to, places) = (self.labels().len(), labels.len(), places(self.labels(), labels));
        let mut counts = vec![0; to * to];
        for (at, &n) in self.counts().iter().enumerate().filter(|&(_, &n)| n > 0) {
            let first = place(&places, self.labels(), at / from)?;
            let second = place(&places, self.labels(), at % from)?;
            counts[first as usize * to + second as usize] = n;
        }
        let (only_first, only_second, neither) = self.missing();
        Ok(Self::from_counts(labels.clone(), counts)?.with_missing([only_first, only_second, neither]))
    }
}

impl Labelled for Comparisons {
    fn names(&self) -> &Labels {
        self.contenders()
    }

    fn relabelled(&self, labels: &Labels) -> Result<Self> {
        let (n, places) = (labels.len(), places(self.contenders(), labels));
        let mut wins = vec![0; n * n];
        let mut ties = vec![0; n * n.saturating_sub(1) / 2];
        for (a, b, [of_a, of_b, tied]) in self.pairs() {
            let a = place(&places, self.contenders(), a)? as usize;
            let b = place(&places, self.contenders(), b)? as usize;
            (wins[a * n + b], wins[b * n + a]) = (of_a, of_b);
            let (low, high) = (a.min(b), a.max(b));
            ties[high * high.saturating_sub(1) / 2 + low] = tied;
        }
        Self::from_counts(labels.clone(), wins, ties)
    }
}

impl Labelled for Patterns {
    fn names(&self) -> &Labels {
        self.labels()
    }

    fn relabelled(&self, labels: &Labels) -> Result<Self> {
        let places = places(self.labels(), labels);
        let unit = |unit: &[(u32, u32)]| {
            let renamed = unit.iter().map(|&(c, n)| Ok((place(&places, self.labels(), c as usize)?, n)));
            renamed.collect::<Result<Vec<_>>>()
        };
        let patterns = self.iter().map(|(counts, times)| Ok((unit(counts)?, times)));
        Self::from_counted(labels.clone(), patterns.collect::<Result<Vec<_>>>()?)
    }
}

impl Labelled for Coincidences {
    fn names(&self) -> &Labels {
        self.labels()
    }

    fn relabelled(&self, labels: &Labels) -> Result<Self> {
        let places = places(self.labels(), labels);
        let code = |c: u32| place(&places, self.labels(), c as usize);
        let mut sizes = BTreeMap::new();
        for (m, size) in self.sizes() {
            let totals = size.totals.iter().map(|(&c, &n)| Ok((code(c)?, n)));
            let mut renamed = size.clone();
            renamed.totals = totals.collect::<Result<_>>()?;
            renamed.pairs = BTreeMap::new();
            for (&(c, k), &n) in &size.pairs {
                let (c, k) = (code(c)?, code(k)?);
                add(renamed.pairs.entry((c.min(k), c.max(k))).or_default(), n)?;
            }
            sizes.insert(m, renamed);
        }
        Ok(self.with_sizes(labels.clone(), sizes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::Ratings;
    use crate::tally::Comparison;
    use crate::tally::Side::{Left, Tie};

    /// The same judgments under two lists of labels.
    fn ratings(names: [&str; 3], codes: Vec<u8>) -> Ratings {
        Ratings::from_codes(Labels::from_names(names).unwrap(), 2, codes).unwrap()
    }

    #[test]
    fn other_labels_are_the_same_counts() {
        let one = ratings(["a", "b", "c"], vec![0, 1, 1, 1, 2, 0, 0, 255]);
        let other = ratings(["c", "a", "b"], vec![1, 2, 2, 2, 0, 1, 1, 255]);
        let labels = one.labels();
        let pairs = |r: &Ratings| PairCounts::from_ratings(r, 0, 1).unwrap();
        assert_eq!(pairs(&other).relabelled(labels).unwrap(), pairs(&one));
        let patterns = |r: &Ratings| Patterns::from_ratings(r).unwrap();
        assert_eq!(patterns(&other).relabelled(labels).unwrap(), patterns(&one));
        let coincidences = |r: &Ratings| Coincidences::from_ratings(r).unwrap();
        assert_eq!(coincidences(&other).relabelled(labels).unwrap(), coincidences(&one));
        let fewer = Labels::from_names(["a", "b"]).unwrap();
        assert!(pairs(&one).relabelled(&fewer).is_err());
        assert!(patterns(&one).relabelled(&fewer).is_err());
        assert!(coincidences(&one).relabelled(&fewer).is_err());
    }

    #[test]
    fn merging_by_name_is_free_of_order() {
        let shard = |names: &[&str], codes: &[u8]| {
            let labels = Labels::found(names.iter().copied()).unwrap();
            Patterns::from_ratings(&Ratings::from_codes(labels, 2, codes.to_vec()).unwrap()).unwrap()
        };
        let shards =
            [shard(&["10", "9"], &[0, 1]), shard(&["9", "2"], &[0, 0, 1, 0]), shard(&["x"], &[0, 0])];
        let merged = |order: [usize; 3]| {
            let mut tally = shards[order[0]].clone();
            order[1..].iter().for_each(|&i| tally.merge_by_name(&shards[i]).unwrap());
            tally
        };
        let first = merged([0, 1, 2]);
        // One label is no number, so the order is that of the text.
        assert_eq!(first.labels().names(), ["10", "2", "9", "x"]);
        assert_eq!(first.labels().values(), None);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(merged(order), first);
        }
    }

    #[test]
    fn contenders_keep_their_games() {
        let tally = |names: &[&str], games: &[(u32, u32, crate::tally::Side)]| {
            let labels = Labels::from_names(names.iter().copied()).unwrap();
            let games: Vec<_> =
                games.iter().map(|&(left, right, winner)| Comparison { left, right, winner }).collect();
            Comparisons::from_comparisons(labels, &games).unwrap()
        };
        let mut left = tally(&["x", "y"], &[(0, 1, Left), (1, 0, Tie)]);
        left.merge_by_name(&tally(&["y", "a"], &[(0, 1, Left), (1, 0, Tie)])).unwrap();
        assert_eq!(left, tally(&["a", "x", "y"], &[(1, 2, Left), (2, 1, Tie), (2, 0, Left), (0, 2, Tie)]));
    }
}
