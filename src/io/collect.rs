use crate::io::places::Places;
use crate::io::records::{Problem, Spot};
use crate::io::{Error, ErrorKind, ImportReport, Reason, Result, Skipped};
use crate::ratings::{
    Built, DroppedRow, Duplicates, Interner, Labels, Name, Narrow, Ratings, RatingsBuilder, RowNumbers, Scale,
};

/// The judgments of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Import {
    /// All judgments.
    pub ratings: Ratings,
    /// The gold labels as ratings of the same items, with the same labels, by one rater named `gold`; `None` if no gold
    /// column was named or no item has a gold label.
    pub gold: Option<Ratings>,
    /// The judgments by group, in the order in which the groups first occur; empty if no group column was named. All
    /// share items, raters and labels with `ratings`.
    pub groups: Vec<(String, Ratings)>,
    /// What was read and left out.
    pub report: ImportReport,
}

/// The rater under which gold labels pass through the builder; no table holds a rater of this name.
const GOLD: &str = "\0gold";

/// What the ratings shall be like.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    pub(super) scale: Scale,
    pub(super) labels: Option<Labels>,
    pub(super) duplicates: Duplicates,
}

/// The options of [`Target`] as methods of a table.
macro_rules! target_options {
    () => {
        /// Sets the scale of the labels (nominal unless set here or said above).
        #[must_use]
        pub fn scale(mut self, scale: $crate::ratings::Scale) -> Self {
            self.target.scale = scale;
            self
        }

        /// Declares the labels and their order; a row with any other label cannot be used.
        #[must_use]
        pub fn labels(mut self, labels: $crate::ratings::Labels) -> Self {
            self.target.labels = Some(labels);
            self
        }

        /// Sets what happens when one rater rates one item twice: an error that names both lines unless set.
        #[must_use]
        pub fn duplicates(mut self, duplicates: $crate::ratings::Duplicates) -> Self {
            self.target.duplicates = duplicates;
            self
        }
    };
}
pub(super) use target_options;

/// The gold labels met, and which of them each item has (shifted by one, 0 is none).
#[derive(Default)]
struct Gold {
    labels: Interner,
    of_item: Narrow,
}

/// Takes judgments one by one and makes an [`Import`] of them.
pub(super) struct Collector {
    builder: RatingsBuilder,
    grouped: bool,
    gold: Gold,
    places: Places,
}

impl Collector {
    pub(super) fn new(target: &Target, grouped: bool) -> Self {
        let mut builder = RatingsBuilder::new().scale(target.scale.clone()).duplicates(target.duplicates);
        if let Some(labels) = &target.labels {
            builder = builder.labels(labels.clone());
        }
        Self { builder, grouped, gold: Gold::default(), places: Places::default() }
    }

    /// The number of an item met before.
    pub(super) fn item_number(&self, item: &str) -> Option<u32> {
        self.builder.item_number(item)
    }

    /// Adds a judgment, or a place without one.
    #[inline]
    pub(super) fn judge(
        &mut self,
        group: &str,
        item: &str,
        rater: &str,
        label: Option<&str>,
        label_slot: usize,
    ) -> Result<(), Problem> {
        let names = [group, item, rater].map(Name::New);
        self.judge_named(names, label.map(Name::New), label_slot).map(drop)
    }

    /// Adds a judgment, or a place without one, whose group, item, rater and label may have been met before.
    #[inline]
    pub(super) fn judge_named(
        &mut self,
        names: [Name<'_>; 3],
        label: Option<Name<'_>>,
        label_slot: usize,
    ) -> Result<RowNumbers, Problem> {
        self.builder.push_named(names, label).map_err(|error| problem(error, label_slot))
    }

    /// Notes the gold label of an item.
    pub(super) fn gold(
        &mut self,
        group: Name<'_>,
        item: Name<'_>,
        label: &str,
        slot: usize,
    ) -> Result<(), Problem> {
        let number = match item {
            Name::Known(number) => Some(number),
            Name::New(item) => self.builder.item_number(item),
        };
        let known = number.map(|i| i as usize).filter(|&i| i < self.gold.of_item.len());
        if let Some(first) = known.map(|i| self.gold.of_item.get(i)).filter(|&first| first > 0) {
            let first = self.gold.labels.name(first as usize - 1);
            if first == label {
                return Ok(());
            }
            let reason = Reason::GoldDiffers { first: first.to_string(), found: label.to_string() };
            return Err(Problem::row(Some(slot), reason));
        }
        let row = self.judge_named([group, item, Name::New(GOLD)], Some(Name::New(label)), slot)?;
        let number = self.gold.labels.intern(label).map_err(|error| problem(error, slot))?;
        self.gold.of_item.set(row.item as usize, number + 1);
        Ok(())
    }

    /// Remembers from which record the rows added last come.
    #[inline]
    pub(super) fn end_record(&mut self, spot: Spot) {
        self.places.push(spot, self.builder.len() - self.places.rows());
    }

    pub(super) fn finish(self, mut report: ImportReport) -> Result<Import> {
        let Self { builder, grouped, gold, places } = self;
        drop(gold);
        let built = if grouped {
            builder.build_with_groups()
        } else {
            builder.build_with_dropped().map(|(ratings, dropped)| Built {
                ratings,
                groups: Vec::new(),
                dropped,
            })
        };
        let built = built.and_then(|Built { ratings, groups, dropped }| {
            let Some(gold) = ratings.raters().position(GOLD) else {
                return Ok((ratings, None, groups, dropped));
            };
            let without_gold =
                |(group, ratings): (String, Ratings)| Ok((group, ratings.without_rater(gold)?.0));
            let groups = groups.into_iter().map(without_gold).collect::<crate::Result<_>>()?;
            let (ratings, gold) = ratings.without_rater(gold)?;
            let gold = gold.with_raters(crate::ratings::Ids::from_names(["gold"])?)?;
            Ok((ratings, Some(gold), groups, dropped))
        });
        let (ratings, gold, groups, dropped) = built.map_err(|error| located(&places, error))?;
        report.skipped.extend(dropped.into_iter().map(|row| skipped(&places, row)));
        report.judgments = ratings.n_judgments() as u64;
        Ok(Import { ratings, gold, groups, report })
    }
}

fn skipped(places: &Places, dropped: DroppedRow) -> Skipped {
    let kept = places.spot(dropped.kept).place();
    Skipped { location: places.spot(dropped.row).location(None), reason: Reason::Repeated { kept } }
}

/// An error of the builder, with places in the file instead of rows.
fn located(places: &Places, error: crate::Error) -> Error {
    match error {
        crate::Error::Duplicate { item, rater, first, second } => {
            let first = places.spot(first).place();
            Error::new(places.spot(second).location(None), ErrorKind::Duplicate { item, rater, first })
        }
        other => Error::of_file(other),
    }
}

/// What a builder's refusal of a row means for the record.
fn problem(error: crate::Error, slot: usize) -> Problem {
    let reason = match error {
        crate::Error::NotANumber { scale, label, .. } => Reason::NotANumber { scale, found: label },
        crate::Error::UnknownLabel { label, declared, .. } => Reason::UnknownLabel { declared, found: label },
        other => return Problem::Fatal(other.into()),
    };
    Problem::row(Some(slot), reason)
}
