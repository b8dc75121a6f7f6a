use std::ops::ControlFlow;

use crate::compute::pair_tables::size;
use crate::compute::resident::{About, pack};
use crate::compute::{Backend, Cells, ComputeError, PairTables, Result};
use crate::error::{Error, Result as InputResult};
use crate::inference::parallel;
use crate::kernels::{Planes, Tile, pair_tile};
use crate::ratings::Ratings;
use crate::tally::{BinClosure, MannWhitney, ReliabilityBins, Tally, Transitions, check_identified_as};

/// Items a task, where items are cut into tasks.
const ITEMS: usize = 1 << 20;

/// Parts of vectors: which vector, from where to where.
fn parts(lengths: impl Iterator<Item = usize>) -> Vec<(usize, std::ops::Range<usize>)> {
    let of = |(vector, n): (usize, usize)| {
        (0..n.max(1)).step_by(ITEMS).map(move |start| (vector, start..n.min(start + ITEMS)))
    };
    lengths.enumerate().flat_map(of).collect()
}

impl Backend {
    /// One tally a vector, from tallies of its parts.
    fn tallied<T: Tally + Send>(
        &self,
        empty: &T,
        lengths: &[usize],
        of: impl Fn(usize, std::ops::Range<usize>) -> InputResult<T> + Sync,
    ) -> Result<Vec<T>> {
        let parts = parts(lengths.iter().copied());
        let quiet = |_, _| ControlFlow::Continue(());
        let found = parallel::map_blocks(parts.len(), 1, self.host().threads, quiet, |at| {
            let (vector, range) = &parts[at];
            of(*vector, range.clone())
        })?;
        let mut tallies = vec![empty.clone(); lengths.len()];
        for ((vector, _), part) in parts.iter().zip(&found) {
            tallies[*vector].merge(part)?;
        }
        Ok(tallies)
    }

    /// The table of answers before and after, of many models at once: for each model its verdicts before and after
    /// (1 right, 0 wrong, 255 none), questions × samples in any order.
    ///
    /// # Errors
    /// As [`Transitions::from_bytes`].
    ///
    /// # Examples
    /// ```
    /// use probity::compute::Backend;
    /// let tables = Backend::cpu().transitions(&[(&[1, 0, 0], &[0, 1, 1]), (&[], &[])])?;
    /// assert_eq!((tables[0].broken(), tables[0].fixed(), tables[1].known()), (1, 2, 0));
    /// assert!(Backend::cpu().transitions(&[(&[1], &[2])]).is_err());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn transitions(&self, models: &[(&[u8], &[u8])]) -> Result<Vec<Transitions>> {
        for (before, after) in models {
            crate::num::check_same_length("verdicts after", before.len(), after.len())?;
        }
        let lengths: Vec<usize> = models.iter().map(|(before, _)| before.len()).collect();
        self.tallied(&Transitions::default(), &lengths, |model, range| {
            let (before, after) = models[model];
            Transitions::from_bytes_at(self.host().level, &before[range.clone()], &after[range])
        })
    }

    /// The reliability bins of many judges at once: for each judge its confidences and whether it was right (1 or 0).
    ///
    /// # Errors
    /// As [`ReliabilityBins::from_slices`].
    ///
    /// # Examples
    /// ```
    /// use probity::compute::Backend;
    /// use probity::tally::BinClosure;
    /// let judges = [(&[0.5f32, 1.0][..], &[1u8, 1][..]), (&[][..], &[][..])];
    /// let bins = Backend::cpu().reliability(&judges, 10, BinClosure::Left)?;
    /// assert_eq!(bins[0].expected_calibration_error()?, 0.25);
    /// assert!(bins[1].expected_calibration_error().unwrap_err().is_undefined());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn reliability(
        &self,
        judges: &[(&[f32], &[u8])],
        bins: usize,
        closure: BinClosure,
    ) -> Result<Vec<ReliabilityBins>> {
        for (confidences, hits) in judges {
            crate::num::check_same_length("hits", confidences.len(), hits.len())?;
        }
        let lengths: Vec<usize> = judges.iter().map(|(confidences, _)| confidences.len()).collect();
        self.tallied(&ReliabilityBins::new(bins, closure)?, &lengths, |judge, range| {
            let (confidences, hits) = (&judges[judge].0[range.clone()], &judges[judge].1[range]);
            ReliabilityBins::from_slices_at(self.host().level, bins, closure, confidences, hits)
        })
    }

    /// The statistic of Mann and Whitney, and so the area under the ROC curve, of many judges at once: for each judge
    /// its scores and the true classes (1 or 0).
    ///
    /// # Errors
    /// As [`MannWhitney::from_scores`].
    pub fn mann_whitney(&self, judges: &[(&[f32], &[u8])]) -> Result<Vec<MannWhitney>> {
        let quiet = |_, _| ControlFlow::Continue(());
        Ok(parallel::map_blocks(judges.len(), 1, self.host().threads, quiet, |judge| {
            let (scores, classes) = judges[judge];
            MannWhitney::from_scores(scores, classes)
        })?)
    }

    /// The pair tables of many small matrices in one call: a report by task, by topic, by week.
    ///
    /// # Errors
    /// As [`Backend::load`] and [`crate::compute::Resident::pair_tables`]; [`ComputeError::Limit`] if the counts of all
    /// groups together are too many.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, Cells};
    /// use probity::ratings::{Labels, Ratings};
    /// let group = |codes: &[u8]| Ratings::from_codes(Labels::codes(2), 2, codes.to_vec());
    /// let (easy, hard) = (group(&[0, 0, 1, 1])?, group(&[0, 1])?);
    /// let tables = Backend::cpu().pair_tables_of_groups(&[&easy, &hard], Cells::Agreement)?;
    /// assert_eq!((tables[0].agreements(0, 1), tables[1].agreements(0, 1)), (2, 0));
    /// assert!(Backend::cpu().pair_tables_of_groups(&[], Cells::Full)?.is_empty());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn pair_tables_of_groups(&self, groups: &[&Ratings], cells: Cells) -> Result<Vec<PairTables>> {
        /// Groups a task.
        const GROUPS: usize = 64;
        let mut needed = 0;
        for group in groups {
            check_identified_as("pair tables", group.has_identified_raters())?;
            needed += size(cells, group.n_categories(), group.n_raters())?.1 as u64;
        }
        super::pair_tables::check_counts(needed)?;
        let cpu = self.host();
        #[cfg(feature = "gpu")]
        if let Self::Gpu(gpu) = self {
            let planes: Vec<_> = groups
                .iter()
                .map(|group| {
                    let mut planes = Planes::default();
                    pack(cpu, group, &mut planes)?;
                    Ok(planes)
                })
                .collect::<Result<_>>()?;
            let counts = gpu.count_groups(&planes, cells.kernel())?;
            let tables = groups.iter().copied().zip(&planes).zip(counts);
            let table = |((group, planes), counts)| {
                PairTables::of_counts(cpu, &About::of(group), planes, cells, counts)
            };
            return Ok(tables.map(table).collect());
        }
        let quiet = |_, _| ControlFlow::Continue(());
        parallel::map_blocks(groups.len(), GROUPS, cpu.threads, quiet, |at| {
            let group = groups[at];
            let mut planes = Planes::default();
            if let Err(error) = pack(cpu, group, &mut planes) {
                return Ok(Err(error));
            }
            let all = Tile { rows: 0..planes.raters(), columns: 0..planes.raters() };
            let counts = pair_tile(cpu.level, &planes, cells.kernel(), &all, 0..planes.words());
            Ok::<_, Error>(Ok::<_, ComputeError>(PairTables::of_counts(
                cpu,
                &About::of(group),
                &planes,
                cells,
                counts,
            )))
        })?
        .into_iter()
        .collect()
    }
}
