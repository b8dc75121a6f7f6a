use std::ops::ControlFlow;

use crate::compute::{Resident, Result};
use crate::error::{Error, Result as InputResult, Undefined};
use crate::inference::{Bootstrap, Replicates, Statistic, Unit, Weighted, parallel};
use crate::num::{check_finite, sum};
use crate::ratings::Ratings;
use crate::tally::{Patterns, Tally};

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
        /// Lines of items a task.
        const LINES: usize = 128;
        let (planes, labels) = (&self.planes, &self.about.labels);
        if planes.raters() == 0 {
            let mut all = Patterns::new(labels.clone());
            (0..planes.items()).try_for_each(|_| all.record(&[]))?;
            return Ok(all);
        }
        let quiet = |_, _| ControlFlow::Continue(());
        let tasks = planes.lines().div_ceil(LINES);
        let parts = parallel::map_blocks(tasks, 1, self.cpu.threads, quiet, |task| {
            let lines = task * LINES..planes.lines().min((task + 1) * LINES);
            let ratings = match planes.rows(self.cpu.level, lines.clone()) {
                Some(codes) => Ratings::from_codes(labels.clone(), planes.raters(), codes),
                None => Ratings::from_codes(labels.clone(), planes.raters(), planes.wide_rows(lines)),
            };
            Patterns::from_ratings(&ratings?)
        })?;
        let mut all = Patterns::new(labels.clone());
        for part in &parts {
            all.merge(part)?;
        }
        Ok(all)
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
        self.bootstrap_with(bootstrap, statistic, |_, _| ControlFlow::Continue(()))
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
