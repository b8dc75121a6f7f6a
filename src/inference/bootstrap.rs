use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::inference::draw::{Plan, count_indices};
use crate::inference::replicates::Replicate;
use crate::inference::resample::Prepared;
use crate::inference::{
    BootstrapInterval, Jackknife, Kinds, Level, Replicates, Resample, Statistic, parallel,
};
use crate::rng::Stream;

/// What is drawn with replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unit {
    /// Items: the raters are fixed, other items might have been judged.
    #[default]
    Items,
    /// Raters: the items are fixed, other raters might have judged. A rater drawn twice agrees with itself, so that
    /// agreement among few raters comes out too high: prefer [`Jackknife::of_raters`] below ten raters or so.
    Raters,
    /// Items and, independently, raters (Owen 2007, the "pigeonhole bootstrap"). Its spread is on the large side.
    Both,
}

impl Unit {
    /// The unit in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Raters => "raters",
            Self::Both => "items and raters",
        }
    }
}

/// A bootstrap: draws the data again with replacement, many times, and computes a figure of each resample.
///
/// | option | default |
/// |---|---|
/// | [`resamples`](Self::resamples) | 2,000 |
/// | [`interval`](Self::interval) | percentile |
/// | [`level`](Self::level) | 0.95 |
/// | [`unit`](Self::unit) | items |
/// | [`threads`](Self::threads) | 1 |
/// | [`max_undefined`](Self::max_undefined) | 0.1 |
/// | [`indices`](Self::indices) | drawn |
///
/// # Design
/// The random numbers of resample r are a function of the seed and r (and of the item, where items are drawn one by
/// one), so the same seed gives the same replicates on any number of threads. When the items fall into few kinds
/// (fewer than items/40), a resample is one multinomial draw over the kinds: the law is the same, the cost does not
/// grow with the items. Give it a tally ([`crate::tally::Patterns`], [`crate::tally::PairCounts`]) to have that.
///
/// # Undefined
/// When the figure of the data is undefined. A figure that is undefined in a resample (one category only) has no
/// replicate there: such resamples are counted and listed in the result. More of them than
/// [`max_undefined`](Self::max_undefined) allows, or fewer than two replicates, is an error that says how many.
///
/// # Source
/// Efron 1979; Efron and Tibshirani 1993, *An Introduction to the Bootstrap*.
///
/// # Complexity
/// Per resample: kinds, or items, plus one evaluation of the figure. BCa adds one evaluation for each kind of item;
/// studentised adds that to every resample.
///
/// # Examples
/// ```
/// use probity::inference::{Bootstrap, BootstrapInterval};
/// use probity::ratings::{Labels, Ratings};
/// use probity::tally::PairCounts;
///
/// let a = [0u8, 0, 1, 1, 0, 1, 1, 0, 1, 1];
/// let b = [0u8, 1, 1, 1, 0, 1, 0, 0, 1, 1];
/// let pairs = PairCounts::from_codes(Labels::codes(2), &a, &b)?;
/// let share = |p: &PairCounts| Ok(p.agreements() as f64 / p.total() as f64);
/// let found = Bootstrap::new(7).resamples(500)?.interval(BootstrapInterval::Bca).run(&pairs, &share)?;
/// assert_eq!((found.estimate(), found.values().len()), (0.8, 500));
/// assert!(found.interval().contains(0.8));
///
/// // The same by raters needs ratings, which say who judged.
/// let by_raters = Bootstrap::new(7).unit(probity::inference::Unit::Raters);
/// assert!(by_raters.run(&pairs, &share).is_err());
/// let ratings = Ratings::from_pairs(Labels::codes(2), &a, &b)?;
/// let judgments = |r: &Ratings| Ok(r.n_judgments() as f64);
/// assert_eq!(by_raters.run(&ratings, &judgments)?.standard_error(), 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap {
    seed: u64,
    resamples: usize,
    interval: BootstrapInterval,
    level: Level,
    unit: Unit,
    threads: usize,
    max_undefined: f64,
    indices: Option<Vec<Vec<usize>>>,
}

/// The streams of the item and rater draws; each plan takes its number and the next.
const ITEM_STREAM: u32 = 1;
const RATER_STREAM: u32 = 3;
const SIMULATION_STREAM: u32 = 5;

impl Bootstrap {
    /// The defaults, from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            resamples: 2_000,
            interval: BootstrapInterval::default(),
            level: Level::default(),
            unit: Unit::default(),
            threads: 1,
            max_undefined: 0.1,
            indices: None,
        }
    }

    /// How many resamples are drawn.
    ///
    /// # Errors
    /// [`Error::Argument`] below 2 or from 2³² on.
    pub fn resamples(mut self, resamples: usize) -> Result<Self> {
        if resamples < 2 || u32::try_from(resamples).is_err() {
            return Err(Error::argument("resamples", "from 2 to 2³² − 1", resamples));
        }
        self.resamples = resamples;
        Ok(self)
    }

    /// The interval wanted.
    #[must_use]
    pub fn interval(mut self, interval: BootstrapInterval) -> Self {
        self.interval = interval;
        self
    }

    /// Its confidence.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// What is drawn.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// The number of threads; the result is the same for any.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn threads(mut self, threads: usize) -> Result<Self> {
        if threads == 0 {
            return Err(Error::argument("threads", "at least 1", threads));
        }
        self.threads = threads;
        Ok(self)
    }

    /// The greatest share of the resamples that may be without a value.
    ///
    /// # Errors
    /// [`Error::Argument`] unless it is a share from 0 to 1.
    pub fn max_undefined(mut self, share: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&share) {
            return Err(Error::argument("max_undefined", "a share from 0 to 1", share));
        }
        self.max_undefined = share;
        Ok(self)
    }

    /// Resamples drawn elsewhere, as lists of unit numbers from 0, instead of drawing here. Items of a tally without
    /// an order of items are numbered kind by kind. Replaces [`resamples`](Self::resamples).
    ///
    /// # Errors
    /// [`Error::Argument`] for fewer than 2 resamples. That the numbers exist, and that each resample has as many as
    /// there are units, is checked when the data are known.
    pub fn indices(mut self, indices: Vec<Vec<usize>>) -> Result<Self> {
        self = self.resamples(indices.len())?;
        self.indices = Some(indices);
        Ok(self)
    }

    /// The level that the intervals have.
    pub(crate) fn confidence(&self) -> Level {
        self.level
    }

    /// What the random numbers are a function of.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn drawn_resamples(&self) -> usize {
        self.resamples
    }

    /// Whether resamples were handed in instead of drawn.
    pub(crate) fn has_indices(&self) -> bool {
        self.indices.is_some()
    }

    pub(crate) fn drawn_unit(&self) -> Unit {
        self.unit
    }

    /// Draws and computes.
    ///
    /// # Errors
    /// Those of the figure; [`Error::Undefined`] as said above and where the interval is undefined;
    /// [`Error::Argument`] for BCa, studentised or given indices with [`Unit::Both`], for which they are not defined,
    /// and for raters of a tally that does not keep them; [`Error::Index`] and [`Error::Length`] for given indices that
    /// do not fit.
    pub fn run<T: Resample, S: Statistic<T>>(&self, data: &T, statistic: &S) -> Result<Replicates> {
        self.run_with(data, statistic, |_, _| ControlFlow::Continue(()))
    }

    /// As [`run`](Self::run); `progress` hears, every few resamples, how many are done of how many.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::Cancelled`] when `progress` says `Break`.
    pub fn run_with<T, S, P>(&self, data: &T, statistic: &S, progress: P) -> Result<Replicates>
    where
        T: Resample,
        S: Statistic<T>,
        P: FnMut(u64, u64) -> ControlFlow<()> + Send,
    {
        self.run_prepared(&Prepared::new(data, statistic, self.unit)?, progress)
    }

    /// Draws and computes a figure made ready for the unit of this bootstrap.
    pub(super) fn run_prepared(
        &self,
        prepared: &Prepared<'_>,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<Replicates> {
        let (estimate, jackknife) = self.begin(prepared)?;
        let source = self.source(&prepared.drawn)?;
        let found = parallel::map(self.resamples, self.threads, progress, |resample| {
            let mut counts = vec![0; prepared.len()];
            source.fill(self.seed, resample, &mut counts)?;
            self.replicate(&counts, prepared)
        })?;
        Replicates::new(estimate, &found, self.max_undefined, self.interval, self.level, jackknife)
    }

    /// As [`run_with`](Self::run_with), with draws of single units made elsewhere: `draw` gets the number of kinds, the kind
    /// of each unit, seed and stream, and the resamples, and gives one resample's counts of kinds after the other. Where
    /// the data ask for multinomial draws, they are made here.
    #[cfg(feature = "gpu")]
    pub(crate) fn run_drawn<T, S, E>(
        &self,
        data: &T,
        statistic: &S,
        mut draw: impl FnMut(usize, &[u32], (u64, u32), std::ops::Range<u32>) -> Result<Vec<u32>, E>,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<Replicates, E>
    where
        T: Resample,
        S: Statistic<T>,
        E: From<Error>,
    {
        /// Counts held at a time: 64 MiB.
        const COUNTS: usize = 1 << 24;
        let prepared = Prepared::new(data, statistic, self.unit)?;
        let source = self.source(&prepared.drawn)?;
        let drawn = match &source {
            Source::Drawn(plans) if plans.len() == 1 => plans.first().and_then(Plan::index_draws),
            _ => None,
        };
        let Some((kind_of, stream)) = drawn else { return Ok(self.run_prepared(&prepared, progress)?) };
        let (estimate, jackknife) = self.begin(&prepared)?;
        let kinds = prepared.len();
        let total = self.resamples as u64;
        let mut found = Vec::with_capacity(self.resamples);
        let step = (COUNTS / kinds.max(1)).max(1);
        for start in (0..self.resamples).step_by(step) {
            let end = self.resamples.min(start + step);
            let counts = draw(kinds, kind_of, (self.seed, stream), start as u32..end as u32)?;
            let further = |done, _| progress(start as u64 + done, total);
            found.extend(parallel::map(end - start, self.threads, further, |i| {
                let own = counts.get(i * kinds..(i + 1) * kinds).unwrap_or(&[]);
                self.replicate(&own.iter().map(|&n| n.into()).collect::<Vec<u64>>(), &prepared)
            })?);
        }
        Ok(Replicates::new(estimate, &found, self.max_undefined, self.interval, self.level, jackknife)?)
    }

    /// The figure of the data, and the jackknife where the interval needs one.
    fn begin(&self, prepared: &Prepared<'_>) -> Result<(f64, Option<Jackknife>)> {
        let weights = prepared.original();
        let estimate = (prepared.figure)(&weights)?;
        let needs_jackknife =
            matches!(self.interval, BootstrapInterval::Bca | BootstrapInterval::Studentised);
        if self.unit == Unit::Both && (needs_jackknife || self.indices.is_some()) {
            let expected = "a percentile or basic interval and drawn resamples for items and raters at once";
            return Err(Error::argument("unit", expected, "another interval, or given indices"));
        }
        let jackknife = if needs_jackknife {
            Some(Jackknife::around(estimate, &weights, self.threads, &*prepared.figure)?)
        } else {
            None
        };
        Ok((estimate, jackknife))
    }

    /// Several figures of the same resamples: `figures` gives all of them, in one order, from how often each kind counts.
    /// A figure that is undefined for the data is so in the result, and does not disturb the others.
    pub(crate) fn run_joint(
        &self,
        kinds: Kinds,
        figures: impl Fn(&[u64]) -> Vec<Result<f64>> + Sync,
    ) -> Result<Vec<Result<Replicates>>> {
        if self.unit != Unit::Items {
            let found = format!("{:?}", self.unit);
            return Err(Error::argument("unit", "items (several figures share nothing else)", found));
        }
        if self.interval == BootstrapInterval::Studentised {
            let expected = "a percentile, basic or BCa interval for several figures at once";
            return Err(Error::argument("interval", expected, "studentised"));
        }
        let weights = kinds.counts().to_vec();
        let estimates = figures(&weights);
        let jackknives = if self.interval == BootstrapInterval::Bca {
            Jackknife::joint(&estimates, &weights, self.threads, &figures)?.into_iter().map(Some).collect()
        } else {
            vec![None; estimates.len()]
        };
        let source = self.source(&[kinds])?;
        let quiet = |_, _| ControlFlow::Continue(());
        let rows = parallel::map(self.resamples, self.threads, quiet, |resample| {
            let mut counts = vec![0; weights.len()];
            source.fill(self.seed, resample, &mut counts)?;
            figures(&counts).into_iter().map(defined).collect::<Result<Vec<Option<f64>>>>()
        })?;
        let columns = estimates.into_iter().zip(jackknives).enumerate();
        Ok(columns
            .map(|(column, (estimate, jackknife))| {
                let value =
                    |row: &Vec<Option<f64>>| Some(Replicate { value: row[column]?, standard_error: None });
                let found: Vec<_> = rows.iter().map(value).collect();
                let jackknife = jackknife.transpose()?;
                Replicates::new(estimate?, &found, self.max_undefined, self.interval, self.level, jackknife)
            })
            .collect())
    }

    /// A bootstrap that draws something else than units of the data: `replicate` gives the figure of a resample from
    /// that resample's stream.
    pub(crate) fn simulate(
        &self,
        estimate: f64,
        replicate: impl Fn(&mut Stream) -> f64 + Sync,
    ) -> Result<Replicates> {
        if self.unit != Unit::Items || self.indices.is_some() {
            return Err(Error::argument("bootstrap", "no unit and no given indices", "one of them"));
        }
        if !matches!(self.interval, BootstrapInterval::Percentile | BootstrapInterval::Basic) {
            let found = format!("{:?}", self.interval);
            return Err(Error::argument("interval", "percentile or basic", found));
        }
        let quiet = |_, _| ControlFlow::Continue(());
        let found = parallel::map(self.resamples, self.threads, quiet, |resample| {
            let value = replicate(&mut Stream::new(self.seed, SIMULATION_STREAM, resample as u32));
            Ok(Some(Replicate { value, standard_error: None }))
        })?;
        Replicates::new(estimate, &found, self.max_undefined, self.interval, self.level, None)
    }

    fn source<'a>(&'a self, drawn: &[Kinds]) -> Result<Source<'a>> {
        if let (Some(indices), [kinds]) = (&self.indices, drawn) {
            let kind_of = kinds.kind_of()?;
            for resample in indices {
                crate::num::check_same_length("indices of a resample", kind_of.len(), resample.len())?;
            }
            return Ok(Source::Given { indices, kind_of });
        }
        let first = if self.unit == Unit::Raters { RATER_STREAM } else { ITEM_STREAM };
        let plans = drawn.iter().zip([first, RATER_STREAM]);
        Ok(Source::Drawn(plans.map(|(kinds, stream)| Plan::new(kinds, stream)).collect::<Result<_>>()?))
    }

    /// The figure of a resample, `None` where it is undefined.
    fn replicate(&self, counts: &[u64], prepared: &Prepared<'_>) -> Result<Option<Replicate>> {
        let Some(value) = defined((prepared.figure)(counts))? else { return Ok(None) };
        let standard_error = if self.interval == BootstrapInterval::Studentised {
            match Jackknife::around(value, counts, 1, &*prepared.figure) {
                Err(error) if error.is_undefined() => return Ok(None),
                jackknife => Some(jackknife?.standard_error()),
            }
        } else {
            None
        };
        Ok(Some(Replicate { value, standard_error }))
    }
}

/// The figure of a resample, `None` where it is undefined.
fn defined(figure: Result<f64>) -> Result<Option<f64>> {
    match figure {
        Err(error) if error.is_undefined() => Ok(None),
        value => {
            let value = value?;
            crate::num::check_finite("figure of a resample", &[value])?;
            Ok(Some(value))
        }
    }
}

/// Where the resamples come from.
enum Source<'a> {
    /// One plan a group of units: items, raters, or both.
    Drawn(Vec<Plan>),
    Given {
        indices: &'a [Vec<usize>],
        kind_of: Vec<u32>,
    },
}

impl Source<'_> {
    fn fill(&self, seed: u64, resample: usize, counts: &mut [u64]) -> Result<()> {
        match self {
            Self::Given { indices, kind_of } => count_indices(&indices[resample], kind_of, counts),
            Self::Drawn(plans) => {
                let mut rest = counts;
                for plan in plans {
                    let (mine, others) = rest.split_at_mut(plan.len());
                    plan.draw(seed, resample as u32, mine);
                    rest = others;
                }
                Ok(())
            }
        }
    }
}
