use std::ops::ControlFlow;

use crate::compute::{Resident, Result};
use crate::error::{Error, Result as InputResult, Undefined};
#[cfg(doc)]
use crate::inference::permutation_of_paired_items;
use crate::inference::{
    Bootstrap, Design, PermutationOptions, PermutationTest, Replicates, Statistic, Unit, Weighted, parallel,
    permutation_of_items, permutation_of_raters, permute_paired_kinds,
};
use crate::num::{check_finite, sum};
use crate::ratings::Ratings;
use crate::tally::{PackedUnits, Patterns, Tally, UnitCounts, Units, check_identified_as};

/// Lines of items a task unpacks.
const LINES: usize = 128;
/// Lines of items whose codes stay in the second-level cache.
const FEW_LINES: usize = 8;

const fn quiet(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A figure of one's own that is a ratio of sums over the items, each item giving what depends on its counts alone.
///
/// ```text
/// Σ numerator(item) / Σ denominator(item)
/// ```
///
/// # Undefined
/// Where the denominators add up to 0.
///
/// # Examples
/// ```
/// use probity::compute::{Backend, ItemRatio};
/// use probity::inference::Bootstrap;
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, [0u8, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 1].to_vec())?;
/// // The share of items on which all agree.
/// let unanimous = ItemRatio::new("unanimity", |unit| (f64::from(u8::from(unit.len() == 1)), 1.0));
/// let found = Backend::cpu().load(&ratings)?.bootstrap(&Bootstrap::new(1), &unanimous)?;
/// assert_eq!(found.estimate(), 0.5);
/// # Ok::<(), probity::compute::ComputeError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ItemRatio<F> {
    name: &'static str,
    terms: F,
}

impl<F: Fn(&[(u32, u32)]) -> (f64, f64) + Sync> ItemRatio<F> {
    /// `terms` gives an item's numerator and denominator from its (category, count) pairs, which are ascending and have
    /// counts above 0.
    pub fn new(name: &'static str, terms: F) -> Self {
        Self { name, terms }
    }
}

impl<F: Fn(&[(u32, u32)]) -> (f64, f64) + Sync> Statistic<Patterns> for ItemRatio<F> {
    fn prepare<'a>(&'a self, patterns: &'a Patterns, unit: Unit) -> InputResult<Weighted<'a>> {
        if unit != Unit::Items {
            return Err(Error::argument("unit", "items (patterns do not say who judged)", "raters"));
        }
        let (numerators, denominators): (Vec<f64>, Vec<f64>) =
            patterns.iter().map(|(pattern, _)| (self.terms)(pattern)).unzip();
        check_finite("numerators", &numerators)?;
        check_finite("denominators", &denominators)?;
        Ok(Box::new(move |weights| {
            let total = |terms: &[f64]| sum(terms.iter().zip(weights).map(|(x, &times)| x * times as f64));
            let denominator = total(&denominators);
            if denominator == 0.0 {
                let reason = Undefined::ZeroDenominator { what: "the sum of the denominators" };
                return Err(Error::undefined(self.name, reason));
            }
            Ok(total(&numerators) / denominator)
        }))
    }
}

impl Resident {
    /// The distinct rows of counts with their multiplicities: what every coefficient that asks not who judged is
    /// computed from.
    ///
    /// # Errors
    /// None for ratings built by this crate.
    pub fn patterns(&self) -> Result<Patterns> {
        let (planes, labels) = (&self.planes, &self.about.labels);
        if planes.raters() == 0 {
            let mut all = Patterns::new(labels.clone());
            (0..planes.items()).try_for_each(|_| all.record(&[]))?;
            return Ok(all);
        }
        let counted = PackedUnits::new(planes.categories(), planes.raters(), planes.items());
        if let Some(mut counted) = counted {
            // One tally a thread, as it can be large.
            let part = planes.lines().div_ceil(self.cpu.threads).max(1);
            let parts =
                parallel::map_blocks(planes.lines().div_ceil(part), 1, self.cpu.threads, quiet, |task| {
                    let mut counted = PackedUnits::new(planes.categories(), planes.raters(), planes.items());
                    let end = planes.lines().min((task + 1) * part);
                    for first in (task * part..end).step_by(FEW_LINES) {
                        let cells = planes.rows(self.cpu.level, first..end.min(first + FEW_LINES));
                        if let (Some(counted), Some(cells)) = (&mut counted, cells) {
                            counted.add_cells(&cells);
                        }
                    }
                    Ok(counted)
                })?;
            parts.iter().flatten().for_each(|part| counted.merge(part));
            return Ok(Patterns::of_units(&Units::Packed(labels, counted)));
        }
        let parts = self.map_ratings(|ratings| Patterns::from_ratings(&ratings))?;
        let mut all = Patterns::new(labels.clone());
        for part in &parts {
            all.merge(part)?;
        }
        Ok(all)
    }

    /// `task` of the ratings unpacked, some items at a time, in the order of the items; nothing without raters.
    fn map_ratings<T: Send>(&self, task: impl Fn(Ratings) -> InputResult<T> + Sync) -> Result<Vec<T>> {
        let (planes, labels) = (&self.planes, &self.about.labels);
        let tasks = if planes.raters() == 0 { 0 } else { planes.lines().div_ceil(LINES) };
        Ok(parallel::map_blocks(tasks, 1, self.cpu.threads, quiet, |at| {
            let lines = at * LINES..planes.lines().min((at + 1) * LINES);
            task(match planes.rows(self.cpu.level, lines.clone()) {
                Some(codes) => Ratings::from_codes(labels.clone(), planes.raters(), codes),
                None => Ratings::from_codes(labels.clone(), planes.raters(), planes.wide_rows(lines)),
            }?)
        })?)
    }

    /// The place of every item's row among some patterns.
    fn kinds_in(&self, patterns: &Patterns) -> Result<Vec<u32>> {
        if self.planes.raters() == 0 {
            return Ok(vec![0; self.planes.items()]);
        }
        let parts = self.map_ratings(|ratings| {
            let counts = UnitCounts::from_ratings(&ratings)?;
            Ok(counts.units().filter_map(|unit| patterns.position(unit)).collect::<Vec<_>>())
        })?;
        Ok(parts.concat())
    }

    /// Tests whether a coefficient differs between these ratings and others by more than chance.
    ///
    /// [`Design::Unpaired`]: the others are of other items ([`permutation_of_items`]: *do the judges agree better on these
    /// items than on those?*). [`Design::Paired`]: item by item, the others are of the same items
    /// ([`permutation_of_paired_items`]: *do these judges agree better than those?*). Any
    /// [`crate::agreement::PatternCoefficient`], an [`ItemRatio`], or a function of the patterns.
    ///
    /// Arrangements are draws over the patterns when there are many items a pattern and of items when there are not; the
    /// data decide, never the device: they are made on the CPU, with the threads of this backend.
    ///
    /// # Errors
    /// As [`permutation_of_items`] and [`permutation_of_paired_items`]; [`Error::Argument`] for [`Design::Raters`], which
    /// is [`Resident::permutation_of_raters`].
    ///
    /// # Examples
    /// ```
    /// use probity::agreement::{Options, PatternCoefficient};
    /// use probity::compute::Backend;
    /// use probity::inference::{Design, PermutationOptions};
    /// use probity::ratings::{Labels, Ratings};
    /// let backend = Backend::cpu();
    /// let load = |codes: Vec<u8>| backend.load(&Ratings::from_codes(Labels::codes(2), 2, codes)?);
    /// let (clear, vague) = (load(vec![0, 0, 1, 1, 0, 0])?, load(vec![0, 1, 1, 0, 1, 0])?);
    /// let (share, options) = (PatternCoefficient::PercentAgreement(Options::new()), PermutationOptions::new());
    /// // All swaps of three items; all ways to deal six.
    /// assert_eq!(clear.permutation(&vague, Design::Paired, &share, options)?.p_value, 0.25);
    /// assert_eq!(clear.permutation(&vague, Design::Unpaired, &share, options)?.p_value, 0.1);
    /// assert!(clear.permutation(&vague, Design::Raters, &share, options).is_err());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn permutation<S: Statistic<Patterns>>(
        &self,
        other: &Self,
        design: Design,
        statistic: &S,
        options: PermutationOptions,
    ) -> Result<PermutationTest> {
        self.permutation_with(other, design, statistic, options, quiet)
    }

    /// As [`permutation`](Self::permutation); `progress` hears how many arrangements are done of how many.
    ///
    /// # Errors
    /// As [`permutation`](Self::permutation); [`Error::Cancelled`] when `progress` says `Break`.
    pub fn permutation_with<S: Statistic<Patterns>>(
        &self,
        other: &Self,
        design: Design,
        statistic: &S,
        options: PermutationOptions,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<PermutationTest> {
        let options = options.threads(self.cpu.threads)?;
        let (first, second) = (self.patterns()?, other.patterns()?);
        Ok(match design {
            Design::Unpaired => permutation_of_items(&first, &second, statistic, options, progress)?,
            Design::Paired => {
                let mut pooled = first;
                pooled.merge(&second)?;
                let kinds = (self.kinds_in(&pooled)?, other.kinds_in(&pooled)?);
                permute_paired_kinds(&pooled, kinds, statistic, options, progress)?
            }
            Design::Raters => {
                let found = "raters (see Resident::permutation_of_raters)";
                return Err(Error::argument("design", "paired or unpaired", found).into());
            }
        })
    }

    /// Tests whether there is agreement beyond chance: every rater's judgments are dealt anew to the items that this rater
    /// judged ([`permutation_of_raters`]). On the CPU, with the threads of this backend.
    ///
    /// # Errors
    /// As [`permutation_of_raters`].
    ///
    /// # Examples
    /// ```
    /// use probity::agreement::PatternCoefficient;
    /// use probity::compute::Backend;
    /// use probity::inference::{Alternative, PermutationOptions};
    /// use probity::ratings::{Labels, Ratings, Scale};
    /// let ratings = Ratings::from_codes(Labels::codes(2), 2, [[0u8, 0], [1, 1]].concat().repeat(5))?;
    /// let resident = Backend::cpu().load(&ratings)?;
    /// let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
    /// let options = PermutationOptions::new().alternative(Alternative::Greater);
    /// let test = resident.permutation_of_raters(&alpha, options)?;
    /// assert!(test.statistic == 1.0 && test.p_value < 0.02);
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn permutation_of_raters<S: Statistic<Patterns>>(
        &self,
        statistic: &S,
        options: PermutationOptions,
    ) -> Result<PermutationTest> {
        self.permutation_of_raters_with(statistic, options, quiet)
    }

    /// As [`permutation_of_raters`](Self::permutation_of_raters); `progress` hears how many arrangements are done of how
    /// many.
    ///
    /// # Errors
    /// As [`permutation_of_raters`](Self::permutation_of_raters); [`Error::Cancelled`] when `progress` says `Break`.
    pub fn permutation_of_raters_with<S: Statistic<Patterns>>(
        &self,
        statistic: &S,
        options: PermutationOptions,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<PermutationTest> {
        check_identified_as("permuting raters", self.about.identified)?;
        let (planes, labels) = (&self.planes, &self.about.labels);
        let (all, raters) = (0..planes.lines(), planes.raters());
        let ratings = match planes.rows(self.cpu.level, all.clone()) {
            Some(codes) => Ratings::from_codes(labels.clone(), raters, codes),
            None => Ratings::from_codes(labels.clone(), raters, planes.wide_rows(all)),
        }?;
        let options = options.threads(self.cpu.threads)?;
        Ok(permutation_of_raters(&ratings, statistic, options, progress)?)
    }

    /// Resamples the items: any [`crate::agreement::PatternCoefficient`], an [`ItemRatio`], or a function of the patterns.
    ///
    /// Resamples are multinomial draws over the patterns when there are many items a pattern and draws of items when
    /// there are not; the data decide, never the device, so the replicates are the same everywhere. The threads are
    /// those of the backend.
    ///
    /// # Errors
    /// As [`Bootstrap::run`].
    ///
    /// # Examples
    /// ```
    /// use probity::agreement::PatternCoefficient;
    /// use probity::compute::Backend;
    /// use probity::inference::{Bootstrap, Unit};
    /// use probity::ratings::{Labels, Ratings, Scale};
    /// use probity::tally::Patterns;
    /// let ratings = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 0, 1, 1, 0, 1, 1, 1, 0, 0, 255, 1])?;
    /// let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
    /// let resident = Backend::cpu().load(&ratings)?;
    /// let found = resident.bootstrap(&Bootstrap::new(1), &alpha)?;
    /// assert_eq!(found, Bootstrap::new(1).run(&Patterns::from_ratings(&ratings)?, &alpha)?);
    /// assert!(resident.bootstrap(&Bootstrap::new(1).unit(Unit::Raters), &alpha).is_err());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn bootstrap<S: Statistic<Patterns>>(
        &self,
        bootstrap: &Bootstrap,
        statistic: &S,
    ) -> Result<Replicates> {
        self.bootstrap_with(bootstrap, statistic, quiet)
    }

    /// As [`bootstrap`](Self::bootstrap); `progress` hears how many resamples are done of how many.
    ///
    /// # Errors
    /// As [`bootstrap`](Self::bootstrap); [`Error::Cancelled`] when `progress` says `Break`.
    pub fn bootstrap_with<S: Statistic<Patterns>>(
        &self,
        bootstrap: &Bootstrap,
        statistic: &S,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<Replicates> {
        let bootstrap = bootstrap.clone().threads(self.cpu.threads)?;
        let patterns = self.patterns()?;
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.gpu {
            let draw =
                |kinds, kind_of: &[u32], source, resamples| gpu.draw(kinds, kind_of, source, resamples);
            return bootstrap.run_drawn(&patterns, statistic, draw, progress);
        }
        Ok(bootstrap.run_with(&patterns, statistic, progress)?)
    }
}
