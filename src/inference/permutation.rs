use std::ops::{ControlFlow, Range};

use serde::Serialize;

use crate::error::{Error, Result, Undefined};
use crate::inference::parallel;
use crate::rng::Stream;

/// Keeps the streams of permutations apart from the other uses of a seed.
const PURPOSE: u32 = 0x7065_726d;
/// The fewest arrangements of a task, and the most tasks: a task's count is kept until all are done.
const BATCH: u64 = 64;
const TASKS: u64 = 1 << 12;

/// Which values of the statistic count as extreme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Alternative {
    /// Small and large ones: the p-value is twice the smaller one-sided p-value, at most 1.
    #[default]
    TwoSided,
    /// Small ones: the first sample's statistic is less than chance gives.
    Less,
    /// Large ones: it is greater.
    Greater,
}

/// Which arrangements of the data are equally likely under the null hypothesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Design {
    /// Both samples are of the same items: within each item, the two values may be swapped (the sign of their
    /// difference flipped). 2ⁿ arrangements.
    Paired,
    /// Two independent samples: the values may be dealt to them in any way. C(n + m, n) arrangements.
    Unpaired,
    /// One sample: every rater's judgments may be dealt in any way to the items that this rater judged. Only
    /// [`permutation_of_raters`](crate::inference::permutation_of_raters) has it.
    Raters,
}

/// How a permutation test is made.
///
/// | option | default |
/// |---|---|
/// | [`alternative`](Self::alternative) | two-sided |
/// | [`exact_limit`](Self::exact_limit) | 100,000 arrangements |
/// | [`resamples`](Self::resamples) | 9,999 |
/// | [`seed`](Self::seed) | 0 |
/// | [`threads`](Self::threads) | 1 |
///
/// # Examples
/// ```
/// use probity::inference::{Alternative, PermutationOptions};
/// let options = PermutationOptions::new().alternative(Alternative::Greater).resamples(99_999)?.seed(7);
/// assert!(PermutationOptions::new().resamples(0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermutationOptions {
    alternative: Alternative,
    exact_limit: u64,
    resamples: u32,
    seed: u64,
    threads: usize,
}

impl Default for PermutationOptions {
    fn default() -> Self {
        let alternative = Alternative::TwoSided;
        Self { alternative, exact_limit: 100_000, resamples: 9_999, seed: 0, threads: 1 }
    }
}

impl PermutationOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Which values of the statistic are extreme.
    #[must_use]
    pub fn alternative(self, alternative: Alternative) -> Self {
        Self { alternative, ..self }
    }

    /// The most arrangements that are all computed; where there are more, random ones are drawn. 0 always draws.
    #[must_use]
    pub fn exact_limit(self, arrangements: u64) -> Self {
        Self { exact_limit: arrangements, ..self }
    }

    /// Random arrangements drawn where there are too many for all.
    ///
    /// # Errors
    /// [`Error::Argument`] if it is 0.
    pub fn resamples(self, resamples: u32) -> Result<Self> {
        if resamples == 0 {
            return Err(Error::argument("resamples", "at least 1", resamples));
        }
        Ok(Self { resamples, ..self })
    }

    /// Seed of the random arrangements.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Threads to compute with. The answer does not depend on it.
    ///
    /// # Errors
    /// [`Error::Argument`] if it is 0.
    pub fn threads(self, threads: usize) -> Result<Self> {
        if threads == 0 {
            return Err(Error::argument("threads", "at least 1", threads));
        }
        Ok(Self { threads, ..self })
    }

    /// The random numbers of an arrangement.
    pub(super) fn stream(&self, purpose: u32, arrangement: u64) -> Stream {
        Stream::new(self.seed, purpose, arrangement as u32)
    }

    /// `possible` if all of so many arrangements are to be computed.
    pub(super) fn all_of(&self, possible: Option<u64>) -> Option<u64> {
        possible.filter(|&n| n <= self.exact_limit)
    }
}

/// The answer of a permutation test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PermutationTest {
    /// The statistic of the data as they are.
    pub statistic: f64,
    /// Its p-value.
    pub p_value: f64,
    /// Which values counted as extreme.
    pub alternative: Alternative,
    /// Which arrangements were equally likely.
    pub design: Design,
    /// Arrangements computed.
    pub arrangements: u64,
    /// Whether they were all that there are, so that the p-value is exact.
    pub exact: bool,
}

/// Permutation test of the difference of two means.
///
/// ```text
/// statistic = mean(first) − mean(second)
/// ```
///
/// See [`permutation_test`] for the p-value; this is its fast form for means, without progress.
///
/// # Undefined
/// Without values.
///
/// # Missing values
/// None: pair or drop beforehand. Equal values are fine; arrangements with the same statistic count as equally extreme
/// (within 10⁻¹² of the sum of the magnitudes, so that rounding does not part what is equal).
///
/// # Source
/// Fisher, *The Design of Experiments* (1935), section 21; Pitman, Suppl. J. R. Stat. Soc. 4 (1937).
///
/// # Errors
/// [`Error::Length`] if a paired design has samples of different lengths; [`Error::NotFinite`] for a value that is not
/// finite.
///
/// # Complexity
/// O(arrangements · items).
///
/// # Examples
/// ```
/// use probity::inference::{Design, PermutationOptions, permutation_mean_difference};
/// let (a, b) = ([3.0, 4.0, 5.0], [1.0, 1.0, 1.0]);
/// // All signs as they are, or all flipped: 2 of the 8 arrangements are as extreme.
/// let paired = permutation_mean_difference(&a, &b, Design::Paired, PermutationOptions::new())?;
/// assert_eq!((paired.statistic, paired.p_value, paired.exact), (3.0, 0.25, true));
/// // Of the C(6, 3) = 20 ways to deal, one is as great and one as small.
/// let unpaired = permutation_mean_difference(&a, &b, Design::Unpaired, PermutationOptions::new())?;
/// assert_eq!(unpaired.p_value, 0.1);
/// assert!(permutation_mean_difference(&[], &[], Design::Paired, PermutationOptions::new()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn permutation_mean_difference(
    first: &[f64],
    second: &[f64],
    design: Design,
    options: PermutationOptions,
) -> Result<PermutationTest> {
    crate::num::check_finite("first sample", first)?;
    crate::num::check_finite("second sample", second)?;
    let magnitude = crate::num::sum(first.iter().chain(second).map(|x| x.abs()));
    let tolerance = 1e-12 * magnitude / first.len().min(second.len()).max(1) as f64;
    let difference = |a: &[f64], b: &[f64]| {
        let mean = |x: &[f64]| crate::num::sum(x.iter().copied()) / x.len() as f64;
        Ok(mean(a) - mean(b))
    };
    run(first, second, design, difference, options, |_| tolerance, |_, _| ControlFlow::Continue(()))
}

/// Permutation test of any statistic of two samples.
///
/// ```text
/// exact:  p = (arrangements at least as extreme) / (all arrangements)
/// drawn:  p = (b + 1)/(m + 1), b of the m random arrangements at least as extreme
/// ```
///
/// The statistic is called with the two samples rearranged as the [`Design`] allows. Values may be anything that can be
/// copied: numbers, codes, references to whole records. All arrangements are computed where they are at most
/// [`exact_limit`](PermutationOptions::exact_limit), else random ones: arrangement i uses the i-th Philox stream of the
/// seed, so the answer is the same on any number of threads. `progress` is called now and then with the arrangements
/// done and to do.
///
/// # Undefined
/// Without values, or where the statistic is undefined on an arrangement (its error is returned).
///
/// # Missing values
/// Whatever the statistic makes of them. Arrangements within a relative 10⁻¹² of the observed statistic count as equal
/// to it.
///
/// # Source
/// Two-sided by doubling the smaller tail, as SciPy's `permutation_test`; (b + 1)/(m + 1): Phipson and Smyth, Stat. Appl.
/// Genet. Mol. Biol. 9:39 (2010).
///
/// # Errors
/// [`Error::Length`] if a paired design has samples of different lengths; [`Error::NotFinite`] if the statistic is not
/// finite on an arrangement; [`Error::Cancelled`] if `progress` breaks; any error of the statistic.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
/// use probity::inference::{Design, PermutationOptions, permutation_test};
/// let greatest = |x: &[i32]| f64::from(x.iter().copied().max().unwrap_or(0));
/// let statistic = |a: &[i32], b: &[i32]| Ok(greatest(a) - greatest(b));
/// let (go_on, options) = (|_, _| ControlFlow::Continue(()), PermutationOptions::new());
/// let test = permutation_test(&[1, 2, 9], &[1, 2, 3], Design::Unpaired, statistic, options, go_on)?;
/// assert_eq!((test.statistic, test.arrangements, test.p_value), (6.0, 20, 1.0));
/// let stop = |_, _| ControlFlow::Break(());
/// assert!(permutation_test(&[1, 2], &[3, 4], Design::Paired, statistic, options, stop).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn permutation_test<T, S, P>(
    first: &[T],
    second: &[T],
    design: Design,
    statistic: S,
    options: PermutationOptions,
    progress: P,
) -> Result<PermutationTest>
where
    T: Copy + Send + Sync,
    S: Fn(&[T], &[T]) -> Result<f64> + Sync,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    run(first, second, design, statistic, options, |observed| 1e-12 * observed.abs(), progress)
}

/// Rearranges two samples and compares the statistic of each arrangement with the observed one.
pub(super) fn run<T, S, P>(
    first: &[T],
    second: &[T],
    design: Design,
    statistic: S,
    options: PermutationOptions,
    tolerance: impl Fn(f64) -> f64,
    progress: P,
) -> Result<PermutationTest>
where
    T: Copy + Send + Sync,
    S: Fn(&[T], &[T]) -> Result<f64> + Sync,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    let possible = arrangements(design, first.len() as u64, second.len() as u64)?;
    let all = options.all_of(possible);
    let observed = finite(0, statistic(first, second)?)?;
    let trial = Trial { design, observed, near: tolerance(observed), all };
    trial.count(options, progress, |indices, use_value| {
        let mut dealt = Dealt::new(first, second);
        for index in indices {
            match (design, all) {
                (Design::Paired, Some(_)) => dealt.swap_pairs(|item| index >> item & 1 == 1),
                (Design::Paired, None) => {
                    let mut stream = options.stream(PURPOSE, index);
                    let mut bits = 0;
                    dealt.swap_pairs(|item| {
                        bits = if item % 32 == 0 { stream.next_u32() } else { bits >> 1 };
                        bits & 1 == 1
                    });
                }
                (_, Some(all)) => dealt.choose(index, all),
                (_, None) => dealt.shuffle(options.stream(PURPOSE, index)),
            }
            let (a, b) = dealt.samples.split_at(first.len());
            use_value(finite(index, statistic(a, b)?)?);
        }
        Ok(())
    })
}

/// How many arrangements of two samples there are; `None` beyond 64 bits.
pub(super) fn arrangements(design: Design, first: u64, second: u64) -> Result<Option<u64>> {
    if design == Design::Paired && first != second {
        return crate::num::check_same_length("second sample", first as usize, second as usize)
            .map(|()| None);
    }
    if first == 0 || second == 0 {
        let reason = Undefined::Nothing { what: "values in a sample" };
        return Err(Error::undefined("a permutation test", reason));
    }
    match design {
        Design::Paired => Ok(u32::try_from(first).ok().and_then(|n| 1u64.checked_shl(n))),
        Design::Unpaired => Ok(combinations(first.saturating_add(second), first)),
        Design::Raters => Err(Error::argument("design", "one of two samples", "raters, of one sample")),
    }
}

/// The statistic of an arrangement, if it is a number.
pub(super) fn finite(index: u64, value: f64) -> Result<f64> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::NotFinite {
        what: "the statistic of a permutation test, by arrangement",
        index: index as usize,
        value: value.to_string(),
    })
}

/// What the arrangements are compared with.
pub(super) struct Trial {
    pub(super) design: Design,
    pub(super) observed: f64,
    /// Statistics this near to the observed one equal it.
    pub(super) near: f64,
    /// The number of all arrangements, if all are computed.
    pub(super) all: Option<u64>,
}

impl Trial {
    /// Counts the arrangements on either side of the observed statistic; `values` hands over the statistics of those in
    /// a range.
    pub(super) fn count(
        &self,
        options: PermutationOptions,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
        values: impl Fn(Range<u64>, &mut dyn FnMut(f64)) -> Result<()> + Sync,
    ) -> Result<PermutationTest> {
        let &Self { design, observed, near, all } = self;
        let total = all.unwrap_or(u64::from(options.resamples));
        let batch = BATCH.max(total.div_ceil(TASKS));
        let count = |task: usize| -> Result<(u64, u64)> {
            let (mut at_most, mut at_least) = (0, 0);
            let start = task as u64 * batch;
            values(start..total.min(start.saturating_add(batch)), &mut |value| {
                at_most += u64::from(value <= observed + near);
                at_least += u64::from(value >= observed - near);
            })?;
            Ok((at_most, at_least))
        };
        let tasks = total.div_ceil(batch) as usize;
        let heard = |done: u64, _| progress(total.min(done.saturating_mul(batch)), total);
        let counted = parallel::map(tasks, options.threads, heard, count)?;
        let (at_most, at_least) = counted.iter().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        // The data as they are count as one of the random arrangements; all arrangements contain them already.
        let own = u64::from(all.is_none());
        let tail = |count: u64| (count + own) as f64 / (total + own) as f64;
        let p_value = match options.alternative {
            Alternative::Less => tail(at_most),
            Alternative::Greater => tail(at_least),
            Alternative::TwoSided => (2.0 * tail(at_most.min(at_least))).min(1.0),
        };
        let (alternative, exact) = (options.alternative, all.is_some());
        Ok(PermutationTest { statistic: observed, p_value, alternative, design, arrangements: total, exact })
    }
}

/// The number of ways to choose `k` of `n`; `None` beyond 64 bits.
fn combinations(n: u64, k: u64) -> Option<u64> {
    let k = k.min(n - k);
    let mut ways = 1u128;
    for i in 0..k {
        ways = ways * u128::from(n - i) / u128::from(i + 1);
        if ways > u128::from(u64::MAX) {
            return None;
        }
    }
    u64::try_from(ways).ok()
}

/// Both samples one after the other, as they are and as rearranged.
struct Dealt<T> {
    original: Vec<T>,
    samples: Vec<T>,
    first: usize,
}

impl<T: Copy> Dealt<T> {
    fn new(first: &[T], second: &[T]) -> Self {
        let original = [first, second].concat();
        Self { samples: original.clone(), original, first: first.len() }
    }

    /// Swaps the two values of the items that `swapped` says.
    fn swap_pairs(&mut self, mut swapped: impl FnMut(usize) -> bool) {
        for item in 0..self.first {
            let other = item + self.first;
            let (x, y) = (self.original[item], self.original[other]);
            (self.samples[item], self.samples[other]) = if swapped(item) { (y, x) } else { (x, y) };
        }
    }

    /// Deals a random set of values to the first sample.
    fn shuffle(&mut self, mut stream: Stream) {
        self.samples.copy_from_slice(&self.original);
        // The first sample is random after its own draws; the order within the samples is of no interest.
        for i in 0..self.first {
            let rest = (self.samples.len() - i) as u64;
            self.samples.swap(i, i + stream.below(rest) as usize);
        }
    }

    /// Deals the `rank`-th of all `ways` sets to the first sample, in lexicographic order of the positions.
    fn choose(&mut self, mut rank: u64, ways: u64) {
        let (mut left, mut wanted, mut ways) =
            (self.original.len() as u128, self.first as u128, u128::from(ways));
        let (mut next_first, mut next_second) = (0, self.first);
        for &value in &self.original {
            // Of the sets still possible, the share wanted/left contains this value.
            let with = ways * wanted / left;
            if u128::from(rank) < with {
                self.samples[next_first] = value;
                next_first += 1;
                wanted -= 1;
                ways = with;
            } else {
                self.samples[next_second] = value;
                next_second += 1;
                rank -= with as u64;
                ways -= with;
            }
            left -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_dealt_once() {
        let mut dealt = Dealt::new(&[0u8, 1, 2], &[3, 4]);
        let mut seen: Vec<Vec<u8>> = (0..10)
            .map(|rank| {
                dealt.choose(rank, 10);
                dealt.samples[..3].to_vec()
            })
            .collect();
        assert_eq!(seen[0], [0, 1, 2]);
        assert!(seen.is_sorted());
        seen.dedup();
        assert_eq!(seen.len(), 10);
    }

    #[test]
    fn combinations_by_hand() {
        assert_eq!(combinations(5, 2), Some(10));
        assert_eq!(combinations(5, 5), Some(1));
        assert_eq!(combinations(67, 33), Some(14_226_520_737_620_288_370));
        assert_eq!(combinations(68, 34), None);
    }

    /// Fisher (1935), section 21: Darwin's fifteen pairs of plants. 1,726 of the 32,768 sign patterns have a sum at least as
    /// far from 0 as the observed 314 eighths of an inch.
    #[test]
    fn darwins_plants() {
        let differences =
            [49.0, -67.0, 8.0, 16.0, 6.0, 23.0, 28.0, 41.0, 14.0, 29.0, 56.0, 24.0, 75.0, 60.0, -48.0];
        let zeros = [0.0; 15];
        let test =
            permutation_mean_difference(&differences, &zeros, Design::Paired, PermutationOptions::new())
                .unwrap();
        assert_eq!((test.arrangements, test.exact), (32_768, true));
        assert!((test.statistic - 314.0 / 15.0).abs() < 1e-12);
        assert_eq!(test.p_value, 1726.0 / 32_768.0);
    }

    #[test]
    fn threads_and_progress() {
        let a: Vec<f64> = (0..40).map(|i| f64::from(i * i % 17)).collect();
        let b: Vec<f64> = (0..40).map(|i| f64::from(i * i % 13)).collect();
        for design in [Design::Paired, Design::Unpaired] {
            let run = |threads| {
                let options = PermutationOptions::new().seed(3).threads(threads).unwrap();
                permutation_mean_difference(&a, &b, design, options).unwrap()
            };
            assert_eq!(run(1), run(3));
            assert_eq!(run(1).arrangements, 9_999);
        }
        let mut calls = Vec::new();
        let options = PermutationOptions::new();
        let statistic = |x: &[f64], _: &[f64]| Ok(x[0]);
        permutation_test(&a, &b, Design::Paired, statistic, options, |done, total| {
            calls.push((done, total));
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(calls.is_sorted() && calls.len() > 2);
        assert_eq!(calls.last(), Some(&(9_999, 9_999)));
        let stopped =
            permutation_test(&a, &b, Design::Paired, statistic, options, |_, _| ControlFlow::Break(()));
        assert_eq!(stopped, Err(Error::Cancelled));
    }

    /// 2¹⁹ arrangements make tasks of more than the fewest; half of them leave the first value in place.
    #[test]
    fn large_tasks_lose_nothing() {
        let (a, b) = ([1.0; 19], [0.0; 19]);
        let options = PermutationOptions::new()
            .exact_limit(u64::MAX)
            .alternative(Alternative::Greater)
            .threads(2)
            .unwrap();
        let first = |x: &[f64], _: &[f64]| Ok(x[0]);
        let go_on = |_, _| ControlFlow::Continue(());
        let test = permutation_test(&a, &b, Design::Paired, first, options, go_on).unwrap();
        assert_eq!((test.arrangements, test.exact, test.p_value), (1 << 19, true, 0.5));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let options = PermutationOptions::new();
        let test = |a: &[f64], b: &[f64]| permutation_mean_difference(a, b, Design::Paired, options);
        assert!(matches!(test(&[1.0], &[1.0, 2.0]), Err(Error::Length { .. })));
        assert!(matches!(test(&[f64::NAN], &[1.0]), Err(Error::NotFinite { .. })));
        assert!(test(&[], &[]).unwrap_err().is_undefined());
        let nan = permutation_test(
            &[1.0],
            &[2.0],
            Design::Unpaired,
            |_: &[f64], _: &[f64]| Ok(f64::NAN),
            options,
            |_, _| ControlFlow::Continue(()),
        );
        assert!(matches!(nan, Err(Error::NotFinite { .. })));
    }
}
