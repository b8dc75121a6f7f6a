use crate::io::records::{Problem, Spot};
use crate::io::{Error, ErrorKind, ImportReport, Reason, Result, Skipped};
use crate::ratings::{
    DroppedRow, Duplicates, Interner, Labels, Name, Ratings, RatingsBuilder, RowNumbers, Scale,
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

/// The places of the rows given to a builder. Rows that follow each other regularly cost nothing.
#[derive(Default)]
struct Places {
    runs: Vec<Run>,
    rows: usize,
    /// What would continue the last run.
    next: Option<Spot>,
}

/// Records one after the other on lines one after the other, each giving `width` rows.
struct Run {
    row: usize,
    width: usize,
    first: Spot,
}

impl Places {
    #[inline]
    fn push(&mut self, spot: Spot, rows: usize) {
        if rows == 0 {
            return;
        }
        let width = self.runs.last().map(|run| run.width);
        if self.next != Some(spot) || width != Some(rows) {
            self.runs.push(Run { row: self.rows, width: rows, first: spot });
        }
        self.next = Some(spot.ahead(1));
        self.rows += rows;
    }

    fn spot(&self, row: usize) -> Spot {
        let run =
            self.runs.partition_point(|run| run.row <= row).checked_sub(1).and_then(|i| self.runs.get(i));
        run.map_or_else(Spot::default, |run| run.first.ahead(((row - run.row) / run.width) as u64))
    }
}

/// The gold labels met, and which of them each item has (shifted by one, 0 is none).
#[derive(Default)]
struct Gold {
    labels: Interner,
    of_item: Vec<u32>,
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
        let known = number.and_then(|i| self.gold.of_item.get(i as usize).copied());
        if let Some(first) = known.filter(|&first| first > 0) {
            let first = self.gold.labels.name(first as usize - 1);
            if first == label {
                return Ok(());
            }
            let reason = Reason::GoldDiffers { first: first.to_string(), found: label.to_string() };
            return Err(Problem::row(Some(slot), reason));
        }
        let row = self.judge_named([group, item, Name::New(GOLD)], Some(Name::New(label)), slot)?;
        let number = self.gold.labels.intern(label).map_err(|error| problem(error, slot))?;
        let item = row.item as usize;
        self.gold.of_item.resize(self.gold.of_item.len().max(item + 1), 0);
        self.gold.of_item[item] = number + 1;
        Ok(())
    }

    /// Remembers from which record the rows added last come.
    #[inline]
    pub(super) fn end_record(&mut self, spot: Spot) {
        self.places.push(spot, self.builder.len() - self.places.rows);
    }

    pub(super) fn finish(self, mut report: ImportReport) -> Result<Import> {
        let Self { builder, grouped, places, .. } = self;
        let groups = if grouped { builder.build_groups() } else { Ok(Vec::new()) };
        let built = groups.and_then(|groups| {
            let (ratings, dropped) = builder.build_with_dropped()?;
            let Some(gold) = ratings.raters().position(GOLD) else {
                return Ok((ratings, None, groups, dropped));
            };
            let apart = |ratings: &Ratings, raters: &[usize]| {
                ratings.select(&(0..ratings.n_items()).collect::<Vec<_>>(), raters)
            };
            let raters: Vec<usize> = (0..ratings.n_raters()).filter(|&rater| rater != gold).collect();
            let groups = groups
                .into_iter()
                .map(|(group, ratings)| Ok((group, apart(&ratings, &raters)?)))
                .collect::<crate::Result<_>>()?;
            let labels = apart(&ratings, &[gold])?.with_raters(crate::ratings::Ids::from_names(["gold"])?)?;
            Ok((apart(&ratings, &raters)?, Some(labels), groups, dropped))
        });
        let (ratings, gold, groups, dropped) = built.map_err(|error| places.error(error))?;
        report.skipped.extend(dropped.into_iter().map(|row| places.skipped(row)));
        report.judgments = ratings.n_judgments() as u64;
        Ok(Import { ratings, gold, groups, report })
    }
}

impl Places {
    fn skipped(&self, dropped: DroppedRow) -> Skipped {
        let kept = self.spot(dropped.kept).place();
        Skipped { location: self.spot(dropped.row).location(None), reason: Reason::Repeated { kept } }
    }

    /// An error of the builder, with places in the file instead of rows.
    fn error(&self, error: crate::Error) -> Error {
        match error {
            crate::Error::Duplicate { item, rater, first, second } => {
                let first = self.spot(first).place();
                Error::new(self.spot(second).location(None), ErrorKind::Duplicate { item, rater, first })
            }
            other => Error::of_file(other),
        }
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
