//! Draws with replacement on the device.

use std::ops::{ControlFlow, Range};

use crate::compute::Result;
use crate::compute::gpu_device::{Device, Job, Kernel, Progress};
use crate::compute::gpu_plan::{pieces, ranges};
use crate::rng::split_seed;

/// Most kinds whose counts fit into the memory of a workgroup.
const FEW_KINDS: u64 = 2048;
/// Threads of a workgroup; each makes a block of four draws in a round.
const THREADS: u64 = 256;
/// Blocks of draws that a workgroup should get.
const BLOCKS: u64 = 1 << 14;
/// Operations of a block of draws, in the unit of the pair counts.
const WORK: u64 = 100;

/// The kind of each unit, on the device.
#[derive(Debug)]
pub(super) struct LoadedKinds {
    units: u32,
    kinds: u64,
    windows: Vec<(Range<u64>, wgpu::Buffer)>,
}

impl LoadedKinds {
    /// The kinds are below `kinds`; there are fewer than 2³² units.
    pub(super) fn new(device: &Device, kinds: usize, kind_of: &[u32]) -> Result<Self> {
        let kinds = kinds as u64;
        device.check_words("counts of one resample", kinds)?;
        let windows = ranges(kind_of.len() as u64, device.buffer_words()).map(|range| {
            let part = &kind_of[range.start as usize..range.end as usize];
            let buffer = device.upload("kinds of units", part.len() as u64, |upload| upload.put(0, part))?;
            Ok((range, buffer))
        });
        Ok(Self { units: kind_of.len() as u32, kinds, windows: windows.collect::<Result<_>>()? })
    }

    /// Draws as many units as there are, for each of some resamples: `each` gets a resample's number and how often every
    /// kind was drawn, in the order of the resamples. Equal to drawing with [`crate::rng::draw_index`] one by one.
    pub(super) fn draw(
        &self,
        device: &Device,
        (seed, stream): (u64, u32),
        resamples: Range<u32>,
        progress: Progress<'_>,
        each: &mut dyn FnMut(u32, &[u32]) -> Result<()>,
    ) -> Result<()> {
        let at_once = device.buffer_words() / self.kinds.max(1);
        let total = u64::from(resamples.end.saturating_sub(resamples.start));
        let blocks = u64::from(self.units).div_ceil(4);
        let work = total * self.windows.len() as u64 * blocks * WORK;
        let mut done = 0u64;
        let mut heard = |finished: u64| -> ControlFlow<()> {
            done += finished;
            progress(done.min(work), work)
        };
        let kernel = if self.kinds <= FEW_KINDS { Kernel::DrawsOfFew } else { Kernel::DrawsOfMany };
        for batch in ranges(total, at_once) {
            let first = resamples.start + batch.start as u32;
            let count = batch.end - batch.start;
            let results = device.results("counts of resamples", count * self.kinds)?;
            for (window, kind_of) in &self.windows {
                let jobs = (0..count).flat_map(|i| {
                    pieces(blocks, THREADS, BLOCKS).map(move |piece| {
                        let job = self.job((seed, stream), (first + i as u32, i), window, &piece);
                        (job, (piece.end - piece.start) * WORK)
                    })
                });
                device.run(kernel, &[kind_of], &results, jobs, &mut heard)?;
            }
            let found = device.read(&results, count * self.kinds)?;
            for (resample, counts) in (first..).zip(found.chunks_exact(self.kinds.max(1) as usize)) {
                each(resample, counts)?;
            }
        }
        Ok(())
    }

    /// A piece of the draws of a resample, the `i`-th of its batch.
    fn job(
        &self,
        (seed, stream): (u64, u32),
        (resample, i): (u32, u64),
        window: &Range<u64>,
        blocks: &Range<u64>,
    ) -> Job {
        let [key0, key1] = split_seed(seed);
        let result = (i * self.kinds) as u32;
        let threshold = self.units.wrapping_neg().checked_rem(self.units).unwrap_or(0);
        let (begin, end) = (blocks.start as u32, blocks.end as u32);
        let (start, length) = (window.start as u32, (window.end - window.start) as u32);
        [resample, begin, end, result, self.units, threshold, key0, key1, stream, start, length, self.kinds as u32]
    }
}
