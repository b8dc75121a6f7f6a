use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::error::{Error, Result, Undefined};
use crate::inference::binomial::Binomial;
use crate::inference::draw::MULTINOMIAL_FROM;
use crate::inference::hypergeometric::hypergeometric;
use crate::inference::permutation::{Trial, arrangements, finite, run};
use crate::inference::{Design, Kinds, PermutationOptions, PermutationTest, Statistic, Unit, Weighted};
use crate::ratings::{Code, Ratings};
use crate::rng::Stream;
use crate::tally::{Patterns, Tally, UnitCounts, check_identified};

/// Keeps the streams of counted arrangements, and of permuted raters, apart from the other uses of a seed.
const COUNTED: u32 = 0x7065_726e;
const RATERS: u32 = 0x7065_726f;
/// Rounding of figures whose size is about 1.
const NEAR: f64 = 1e-12;

/// Permutation test of the difference of a coefficient between two groups of items.
///
/// ```text
/// statistic = θ(first) − θ(second)
/// ```
///
/// *Do the judges agree better on these items than on those?* Under the null hypothesis it is chance which items are
/// in which group: all C(n + m, n) ways to deal them are equally likely. The coefficient is any
/// [`crate::agreement::PatternCoefficient`], a [`crate::compute::ItemRatio`], or a function of [`Patterns`].
///
/// # Undefined
/// Without items in a group, or where the coefficient is undefined on an arrangement.
///
/// # Missing values
/// As the coefficient treats them. Arrangements count as equally extreme within 10⁻¹² of the sum of the magnitudes of the
/// two coefficients.
///
/// # Source
/// Pitman, Suppl. J. R. Stat. Soc. 4 (1937); p-values as [`crate::inference::permutation_test`]. Items of one pattern are
/// interchangeable, so that dealing items is one draw of the multivariate hypergeometric law over the patterns. It is
/// drawn so where there are fewer patterns than items/40, and item by item elsewhere: the data's shape decides alone.
///
/// # Errors
/// Those of the coefficient; [`Error::Merge`] if the groups have different labels;
/// [`Error::NotFinite`] if the statistic is not finite on an arrangement; [`Error::Overflow`] for more than 2³² items
/// of few patterns; [`Error::Cancelled`] if `progress` breaks.
///
/// # Complexity
/// Per arrangement two evaluations of the coefficient, and for each pattern the square root of its items, or for all of
/// them the number of items.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
/// use probity::agreement::{Options, PatternCoefficient};
/// use probity::inference::{PermutationOptions, permutation_of_items};
/// use probity::ratings::{Labels, Ratings};
/// use probity::tally::Patterns;
/// let of = |codes: Vec<u8>| Patterns::from_ratings(&Ratings::from_codes(Labels::codes(2), 2, codes)?);
/// let (clear, vague) = (of(vec![0, 0, 1, 1, 0, 0])?, of(vec![0, 1, 1, 0, 1, 0])?);
/// let share = PatternCoefficient::PercentAgreement(Options::new());
/// let (options, go_on) = (PermutationOptions::new(), |_, _| ControlFlow::Continue(()));
/// let test = permutation_of_items(&clear, &vague, &share, options, go_on)?;
/// // Of the 20 ways to deal six items, one is as extreme and one is its mirror.
/// assert_eq!((test.statistic, test.arrangements, test.p_value), (1.0, 20, 0.1));
/// let none = Patterns::new(Labels::codes(2));
/// assert!(permutation_of_items(&clear, &none, &share, options, go_on).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn permutation_of_items<S, P>(
    first: &Patterns,
    second: &Patterns,
    statistic: &S,
    options: PermutationOptions,
    progress: P,
) -> Result<PermutationTest>
where
    S: Statistic<Patterns>,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    let mut pooled = first.clone();
    pooled.merge(second)?;
    let samples = Samples::new(&pooled, statistic)?;
    let counts_in_pool = |group: &Patterns| {
        let mut counts = vec![0; pooled.len()];
        group.iter().for_each(|(unit, times)| {
            if let Some(kind) = pooled.position(unit) {
                counts[kind as usize] = times;
            }
        });
        counts
    };
    let first_counts = counts_in_pool(first);
    let (n, m) = (first.records(), second.records());
    let possible = arrangements(Design::Unpaired, n, m)?;
    if options.all_of(possible).is_some() || !compresses(pooled.len(), n + m) {
        let [a, b] = [first_counts, counts_in_pool(second)].map(|counts| Kinds::counted(counts).kind_of());
        return samples.run(&a?, &b?, Design::Unpaired, options, progress);
    }
    samples.count(&first_counts, Design::Unpaired, options, progress, |index, dealt| {
        let mut stream = options.stream(COUNTED, index);
        let (mut population, mut draws) = (n + m, n);
        for (count, &all) in dealt.iter_mut().zip(&samples.pooled) {
            *count = hypergeometric(&mut stream, population, all, draws);
            draws -= *count;
            population -= all;
        }
    })
}

/// Permutation test of the difference of a coefficient between two panels that judged the same items.
///
/// ```text
/// statistic = θ(first) − θ(second)
/// ```
///
/// *Do these judges agree better than those?* Item i of the first table and item i of the second are the same item; under
/// the null hypothesis it is chance which panel gave which row of counts: each of the 2ⁿ ways to swap them is equally
/// likely. The coefficient is any [`crate::agreement::PatternCoefficient`], a [`crate::compute::ItemRatio`], or a function
/// of [`Patterns`].
///
/// # Undefined
/// As [`permutation_of_items`].
///
/// # Missing values
/// As [`permutation_of_items`].
///
/// # Source
/// Fisher, *The Design of Experiments* (1935), section 21. Items with the same two patterns are interchangeable: how many of
/// them are swapped is one binomial number where there are fewer pairs of patterns than items/40; elsewhere a bit
/// an item is drawn.
///
/// # Errors
/// As [`permutation_of_items`]; [`Error::Length`] if the panels did not judge the same number of items.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
/// use probity::agreement::{Options, PatternCoefficient};
/// use probity::inference::{PermutationOptions, permutation_of_paired_items};
/// use probity::ratings::{Labels, Ratings};
/// use probity::tally::UnitCounts;
/// let of = |codes: Vec<u8>| UnitCounts::from_ratings(&Ratings::from_codes(Labels::codes(2), 2, codes)?);
/// let (old, new) = (of(vec![0, 1, 1, 0, 1, 1])?, of(vec![0, 0, 1, 1, 1, 1])?);
/// let share = PatternCoefficient::PercentAgreement(Options::new());
/// let (options, go_on) = (PermutationOptions::new(), |_, _| ControlFlow::Continue(()));
/// let test = permutation_of_paired_items(&new, &old, &share, options, go_on)?;
/// // Only the swaps of the first two items matter: a quarter of the arrangements is as extreme on either side.
/// assert_eq!((test.arrangements, test.p_value), (8, 0.5));
/// assert!(permutation_of_paired_items(&new, &of(vec![0, 0])?, &share, options, go_on).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn permutation_of_paired_items<S, P>(
    first: &UnitCounts,
    second: &UnitCounts,
    statistic: &S,
    options: PermutationOptions,
    progress: P,
) -> Result<PermutationTest>
where
    S: Statistic<Patterns>,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    let mut pooled = first.patterns();
    pooled.merge(&second.patterns())?;
    let [a, b] =
        [first, second].map(|units| units.units().filter_map(|unit| pooled.position(unit)).collect());
    permute_paired_kinds(&pooled, (a, b), statistic, options, progress)
}

/// [`permutation_of_paired_items`] from the places of the items' rows among the patterns of both panels.
pub(crate) fn permute_paired_kinds<S: Statistic<Patterns>>(
    pooled: &Patterns,
    (first, second): (Vec<u32>, Vec<u32>),
    statistic: &S,
    options: PermutationOptions,
    progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
) -> Result<PermutationTest> {
    let samples = Samples::new(pooled, statistic)?;
    let possible = arrangements(Design::Paired, first.len() as u64, second.len() as u64)?;
    let mut pairs: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for (&a, &b) in first.iter().zip(&second) {
        *pairs.entry((a, b)).or_default() += 1;
    }
    if options.all_of(possible).is_some() || !compresses(pairs.len(), first.len() as u64) {
        return samples.run(&first, &second, Design::Paired, options, progress);
    }
    // Swapping a row for its like changes nothing.
    let pairs: Vec<_> = pairs.into_iter().filter(|((a, b), _)| a != b).collect();
    let mut counts = vec![0; pooled.len()];
    count_kinds(&first, &mut counts);
    let half = Binomial::new(0.5);
    samples.count(&counts, Design::Paired, options, progress, |index, dealt| {
        let mut stream = options.stream(COUNTED, index);
        dealt.copy_from_slice(&counts);
        // All that come before any that go: no count falls below 0 on the way.
        let swapped: Vec<u64> = pairs.iter().map(|&(_, times)| half.draw(&mut stream, times)).collect();
        pairs.iter().zip(&swapped).for_each(|(((_, b), _), &times)| dealt[*b as usize] += times);
        pairs.iter().zip(&swapped).for_each(|(((a, _), _), &times)| dealt[*a as usize] -= times);
    })
}

/// Permutation test of agreement beyond chance: every rater's judgments are dealt anew to the items that this rater judged.
///
/// *Could raters who judge without looking at the items agree this well?* Under the null hypothesis the raters are
/// independent, and each gives each of the own categories to any of the own items alike; who judged what, and how often
/// each rater used each category, stays as it is. The statistic is any [`crate::agreement::PatternCoefficient`], a
/// [`crate::compute::ItemRatio`], or a function of [`Patterns`]. Ask for
/// [`Alternative::Greater`](crate::inference::Alternative::Greater) unless disagreement is of interest too.
///
/// The arrangements are always drawn: they are the product of the raters' own, not a draw over patterns.
///
/// # Undefined
/// Without judgments, or where the statistic is undefined on an arrangement.
///
/// # Missing values
/// Stay where they are. Arrangements within 10⁻¹²·(1 + |statistic|) of the observed statistic count as equal to it.
///
/// # Source
/// The permutation null of agreement for fixed margins: Fisher's exact test is its case of two raters and two categories.
/// p = (b + 1)/(m + 1): Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9:39 (2010).
///
/// # Errors
/// [`Error::Scale`] if the ratings are plain numbers or a table of counts; those of the statistic;
/// [`Error::NotFinite`] if it is not finite on an arrangement; [`Error::Cancelled`] if `progress` breaks.
///
/// # Complexity
/// O(arrangements · judgments).
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
/// use probity::agreement::{Options, PatternCoefficient};
/// use probity::inference::{Alternative, PermutationOptions, permutation_of_raters};
/// use probity::ratings::{Labels, Ratings};
/// let codes = vec![0u8, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1];
/// let ratings = Ratings::from_codes(Labels::codes(2), 2, codes)?;
/// let kappa = PatternCoefficient::FleissKappa(Options::new());
/// let (options, go_on) = (PermutationOptions::new().alternative(Alternative::Greater), |_, _| ControlFlow::Continue(()));
/// let test = permutation_of_raters(&ratings, &kappa, options, go_on)?;
/// // Full agreement on four of each of two categories: by Fisher's exact test one case in C(8, 4) = 70.
/// assert_eq!(test.statistic, 1.0);
/// assert!((test.p_value - 1.0 / 70.0).abs() < 0.006);
/// let nobody = Ratings::from_codes(Labels::codes(2), 2, vec![255u8; 4])?;
/// assert!(permutation_of_raters(&nobody, &kappa, options, go_on).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn permutation_of_raters<S, P>(
    ratings: &Ratings,
    statistic: &S,
    options: PermutationOptions,
    progress: P,
) -> Result<PermutationTest>
where
    S: Statistic<Patterns>,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    check_identified("permuting raters", ratings)?;
    let view = ratings.codes()?;
    let raters = ratings.n_raters();
    // The cells and the codes of every rater.
    let mut own = vec![(Vec::new(), Vec::new()); raters];
    for item in 0..ratings.n_items() {
        view.item(item).for_each(|(rater, code)| {
            own[rater].0.push(item * raters + rater);
            own[rater].1.push(code);
        });
    }
    if own.iter().all(|(_, codes)| codes.is_empty()) {
        return Err(Error::undefined("a permutation test", Undefined::Nothing { what: "judgments" }));
    }
    let figure = |patterns: &Patterns| {
        let counts: Vec<u64> = patterns.iter().map(|(_, times)| times).collect();
        statistic.prepare(patterns, Unit::Items)?(&counts)
    };
    let observed = finite(0, figure(&Patterns::from_ratings(ratings)?)?)?;
    let trial = Trial { design: Design::Raters, observed, near: NEAR * (1.0 + observed.abs()), all: None };
    let cells = ratings.n_items() * raters;
    trial.count(options, progress, |indices, use_value| {
        for index in indices {
            let mut stream = options.stream(RATERS, index);
            let labels = ratings.labels().clone();
            let dealt = if ratings.n_categories() < usize::from(u8::MAX) {
                Ratings::from_codes(labels, raters, deal::<u8>(&own, cells, &mut stream))
            } else {
                Ratings::from_codes(labels, raters, deal::<u32>(&own, cells, &mut stream))
            };
            use_value(finite(index, figure(&Patterns::from_ratings(&dealt?)?)?)?);
        }
        Ok(())
    })
}

/// The cells with every rater's codes in random order, rater after rater.
fn deal<C: Code>(own: &[(Vec<usize>, Vec<u32>)], cells: usize, stream: &mut Stream) -> Vec<C> {
    let mut dealt = vec![C::MISSING; cells];
    for (places, codes) in own {
        let mut codes: Vec<C> = codes.iter().map(|&code| C::truncate(code)).collect();
        stream.shuffle(&mut codes);
        places.iter().zip(codes).for_each(|(&cell, code)| dealt[cell] = code);
    }
    dealt
}

/// Whether arrangements of counts are cheaper than arrangements of items: the rule of the bootstrap.
fn compresses(kinds: usize, items: u64) -> bool {
    (kinds as u64).checked_mul(MULTINOMIAL_FROM).is_some_and(|enough| enough < items)
}

fn count_kinds(kinds: &[u32], counts: &mut [u64]) {
    counts.fill(0);
    kinds.iter().for_each(|&kind| counts[kind as usize] += 1);
}

/// A coefficient of two samples of items whose kinds are counted.
struct Samples<'a> {
    figure: Weighted<'a>,
    /// The counts of both samples together.
    pooled: Vec<u64>,
}

impl<'a> Samples<'a> {
    fn new<S: Statistic<Patterns>>(pooled: &'a Patterns, statistic: &'a S) -> Result<Self> {
        let counts = pooled.iter().map(|(_, times)| times).collect();
        Ok(Self { figure: statistic.prepare(pooled, Unit::Items)?, pooled: counts })
    }

    /// Both figures, from the counts of the first sample.
    fn figures(&self, first: &[u64]) -> Result<[f64; 2]> {
        let second: Vec<u64> = self.pooled.iter().zip(first).map(|(all, n)| all - n).collect();
        Ok([(self.figure)(first)?, (self.figure)(&second)?])
    }

    /// What rounding can part.
    fn near([x, y]: [f64; 2]) -> f64 {
        NEAR * (x.abs() + y.abs())
    }

    /// The test by arrangements of items.
    fn run(
        &self,
        first: &[u32],
        second: &[u32],
        design: Design,
        options: PermutationOptions,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<PermutationTest> {
        let of = |first: &[u32]| {
            let mut counts = vec![0; self.pooled.len()];
            count_kinds(first, &mut counts);
            self.figures(&counts)
        };
        let near = Self::near(of(first)?);
        let difference = |first: &[u32], _: &[u32]| of(first).map(|[x, y]| x - y);
        run(first, second, design, difference, options, |_| near, progress)
    }

    /// The test by arrangements of counts: `deal` gives those of the first sample.
    fn count(
        &self,
        first: &[u64],
        design: Design,
        options: PermutationOptions,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
        deal: impl Fn(u64, &mut [u64]) + Sync,
    ) -> Result<PermutationTest> {
        let figures = self.figures(first)?;
        let observed = finite(0, figures[0] - figures[1])?;
        let trial = Trial { design, observed, near: Self::near(figures), all: None };
        trial.count(options, progress, |indices, use_value| {
            let mut dealt = vec![0; first.len()];
            for index in indices {
                deal(index, &mut dealt);
                let [x, y] = self.figures(&dealt)?;
                use_value(finite(index, x - y)?);
            }
            Ok(())
        })
    }
}
