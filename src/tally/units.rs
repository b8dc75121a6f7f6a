use crate::error::Result;
use crate::ratings::{CodeView, Ratings};
use crate::tally::unit::Scratch;
use crate::tally::{Patterns, UnitCounts};

/// Items as (category, count) pairs with multiplicities, wherever they are kept.
#[derive(Debug)]
pub(crate) enum Units<'a> {
    Scan(CodeView<'a>),
    Patterns(&'a Patterns),
    Counts(&'a UnitCounts),
}

impl<'a> Units<'a> {
    pub(crate) fn of_ratings(ratings: &'a Ratings) -> Result<Self> {
        Ok(Self::Scan(ratings.codes()?))
    }

    pub(crate) fn labels(&self) -> &'a crate::ratings::Labels {
        match self {
            Self::Scan(view) => view.ratings().labels(),
            Self::Patterns(patterns) => patterns.labels(),
            Self::Counts(counts) => counts.labels(),
        }
    }

    /// Hands over every item: ascending categories with counts above 0, and how many items look like that.
    pub(crate) fn try_for_each(
        &self,
        mut use_unit: impl FnMut(&[(u32, u32)], u64) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::Scan(view) => {
                let mut scratch = Scratch::new(view.labels().len());
                (0..view.ratings().n_items()).try_for_each(|item| {
                    view.item(item).for_each(|(_, code)| scratch.add(code));
                    scratch.drain(|unit| use_unit(unit, 1))
                })
            }
            Self::Patterns(patterns) => patterns.iter().try_for_each(|(unit, times)| use_unit(unit, times)),
            Self::Counts(counts) => counts.units().try_for_each(|unit| use_unit(unit, 1)),
        }
    }
}
