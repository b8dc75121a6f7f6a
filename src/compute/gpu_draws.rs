use std::ops::{ControlFlow, Range};

use crate::compute::gpu_device::{Device, Job, Kernel};
use crate::compute::gpu_plan::{pieces, ranges};
use crate::compute::{Gpu, Result};
use crate::error::Error;
use crate::rng::split_seed;

/// Most kinds whose counts fit into the memory of a workgroup.
const FEW_KINDS: u64 = 2048;
/// Threads of a workgroup; each makes a block of four draws in a round.
const THREADS: u64 = 256;
/// Blocks of draws that a workgroup should get.
const BLOCKS: u64 = 1 << 14;
/// Operations of a block of draws, in the unit of the pair counts.
const WORK: u64 = 100;
/// Counts fetched at a time: 16 MiB, so that the caller hears of resamples while others are drawn.
const MOST_COUNTS: u64 = 1 << 22;

impl Gpu {
    /// Draws, for each of some resamples, as many units with replacement as there are; `each` gets a resample's number
    /// and how often every kind of unit was drawn, in the order of the resamples.
    ///
    /// Equal to drawing with [`crate::rng::draw_index`] one by one. Worth it where there are many kinds; for few, a
    /// multinomial draw on the CPU takes less time than asking the device (see [`crate::inference::Bootstrap`]).
    ///
    /// # Errors
    /// [`Error::Index`] for a kind that is not below `kinds`; [`Error::Overflow`] from 2³² units on;
    /// [`Error::Cancelled`] when `each` says `Break`; those of the device.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, GpuOptions};
    /// use std::ops::ControlFlow;
    /// // Runs where there is an adapter.
    /// if let Ok(Backend::Gpu(gpu)) = Backend::gpu(&GpuOptions::new().allow_software(true)) {
    ///     gpu.draw_counts(2, &[0, 1, 1], (7, 1), 0..10, |_, counts| {
    ///         assert_eq!(counts.iter().sum::<u32>(), 3);
    ///         ControlFlow::Continue(())
    ///     })?;
    ///     assert!(gpu.draw_counts(2, &[0, 2], (7, 1), 0..10, |_, _| ControlFlow::Continue(())).is_err());
    /// }
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn draw_counts(
        &self,
        kinds: usize,
        kind_of: &[u32],
        (seed, stream): (u64, u32),
        resamples: Range<u32>,
        mut each: impl FnMut(u32, &[u32]) -> ControlFlow<()>,
    ) -> Result<()> {
        if let Some(&kind) = kind_of.iter().find(|&&kind| kind as usize >= kinds) {
            return Err(Error::Index { what: "kind", index: kind as usize, len: kinds }.into());
        }
        let units =
            u32::try_from(kind_of.len()).map_err(|_| Error::Overflow { what: "the number of units" })?;
        let draws = Draws { seed, stream, units, kinds: kinds as u64 };
        draws.run(&self.device, kind_of, resamples, &mut each)
    }
}

/// What is drawn.
#[derive(Clone, Copy)]
struct Draws {
    seed: u64,
    stream: u32,
    units: u32,
    kinds: u64,
}

impl Draws {
    fn run(
        self,
        device: &Device,
        kind_of: &[u32],
        resamples: Range<u32>,
        each: &mut dyn FnMut(u32, &[u32]) -> ControlFlow<()>,
    ) -> Result<()> {
        device.check_words("counts of one resample", self.kinds)?;
        // The kinds of all units, as many a buffer as fit.
        let windows = ranges(u64::from(self.units), device.buffer_words()).map(|range| {
            let part = kind_of.get(range.start as usize..range.end as usize).unwrap_or(&[]);
            let buffer = device.upload("kinds of units", part.len() as u64, |upload| upload.put(0, part))?;
            Ok((range, buffer))
        });
        let windows: Vec<_> = windows.collect::<Result<_>>()?;
        let total = u64::from(resamples.end.saturating_sub(resamples.start));
        let at_once = device.buffer_words().min(MOST_COUNTS) / self.kinds.max(1);
        let blocks = u64::from(self.units).div_ceil(4);
        let kernel = if self.kinds <= FEW_KINDS { Kernel::DrawsOfFew } else { Kernel::DrawsOfMany };
        for batch in ranges(total, at_once) {
            let first = resamples.start + batch.start as u32;
            let count = batch.end - batch.start;
            let results = device.results("counts of resamples", count * self.kinds)?;
            for (window, kind_of) in &windows {
                let jobs = (0..count).flat_map(|i| {
                    pieces(blocks, THREADS, BLOCKS).map(move |piece| {
                        (self.job(first + i as u32, i, window, &piece), (piece.end - piece.start) * WORK)
                    })
                });
                device.run(kernel, &[kind_of], &results, jobs, &mut |_| ControlFlow::Continue(()))?;
            }
            let found = device.read(&results, count * self.kinds)?;
            for i in 0..count {
                let counts = (i * self.kinds) as usize..((i + 1) * self.kinds) as usize;
                if each(first + i as u32, found.get(counts).unwrap_or(&[])).is_break() {
                    return Err(Error::Cancelled.into());
                }
            }
        }
        Ok(())
    }

    /// A piece of the draws of a resample, the `i`-th of its batch.
    fn job(self, resample: u32, i: u64, window: &Range<u64>, blocks: &Range<u64>) -> Job {
        let [key0, key1] = split_seed(self.seed);
        let result = (i * self.kinds) as u32;
        let threshold = self.units.wrapping_neg().checked_rem(self.units).unwrap_or(0);
        let (begin, end) = (blocks.start as u32, blocks.end as u32);
        let (start, length) = (window.start as u32, (window.end - window.start) as u32);
        let kinds = self.kinds as u32;
        [resample, begin, end, result, self.units, threshold, key0, key1, self.stream, start, length, kinds]
    }
}
