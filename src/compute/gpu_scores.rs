use std::ops::{ControlFlow, Range};

use crate::compute::gpu_device::{Job, Kernel};
use crate::compute::gpu_plan::{pieces, ranges};
use crate::compute::{ComputeError, Gpu, Result};
use crate::error::Error;

/// Items of a workgroup: their confidences, in halves of 16 bits, add up within 32.
const MOST_ITEMS: u64 = 65_535;
const THREADS: u64 = 256;
/// Bins that fit into the memory of a workgroup.
const MOST_BINS: u64 = 512;
/// Counts of the levels of one judge, without and with a hit.
const LEVELS: u64 = 2 * 65_536;

/// One reliability bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GpuBin {
    /// Items.
    pub items: u64,
    /// Items that are hits.
    pub hits: u64,
    /// The sum of the confidences in units of 2⁻³⁰, each rounded down.
    pub confidence: u64,
}

/// Scores of many judges on a device, each with whether it was a hit, to be asked again and again.
///
/// Made by [`Gpu::load_confidences`] and [`Gpu::load_levels`]. For a single question the upload takes longer than the CPU
/// needs for the answer.
#[derive(Debug)]
pub struct GpuScores {
    gpu: Gpu,
    /// The items of each judge.
    judges: Vec<Range<u64>>,
    pieces: Vec<Piece>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Confidences,
    Levels,
}

#[derive(Debug)]
struct Piece {
    items: Range<u64>,
    scores: wgpu::Buffer,
    hits: wgpu::Buffer,
}

impl Gpu {
    /// Loads confidences from 0 to 1 of judges, one after the other; `judges` says how many each has.
    ///
    /// # Errors
    /// [`ComputeError::Shape`] for lengths that do not agree; [`Error::Argument`] for a confidence outside 0 to 1; those
    /// of the device.
    pub fn load_confidences(
        &self,
        judges: &[usize],
        confidences: &[f32],
        hits: &[bool],
    ) -> Result<GpuScores> {
        if let Some(found) = confidences.iter().find(|&c| !(0.0..=1.0).contains(c)) {
            return Err(Error::argument("confidence", "from 0 to 1", found).into());
        }
        let fixed = |&c: &f32| (c * (1u32 << 30) as f32) as u32;
        let words = |part: Range<usize>| confidences.get(part).unwrap_or(&[]).iter().map(fixed).collect();
        self.load_scores(judges, (confidences.len(), hits), Kind::Confidences, words)
    }

    /// Loads scores that are whole numbers, or the ranks of such as have at most 65,536 values.
    ///
    /// # Errors
    /// [`ComputeError::Shape`] for lengths that do not agree; those of the device.
    pub fn load_levels(&self, judges: &[usize], levels: &[u16], hits: &[bool]) -> Result<GpuScores> {
        let pair = |two: &[u16]| two.iter().rev().fold(0, |word, &level| word << 16 | u32::from(level));
        let words = |part: Range<usize>| levels.get(part).unwrap_or(&[]).chunks(2).map(pair).collect();
        self.load_scores(judges, (levels.len(), hits), Kind::Levels, words)
    }

    fn load_scores(
        &self,
        judges: &[usize],
        (scores, hits): (usize, &[bool]),
        kind: Kind,
        words: impl Fn(Range<usize>) -> Vec<u32>,
    ) -> Result<GpuScores> {
        let mut end = 0u64;
        let judges = judges.iter().map(|&n| {
            let start = end;
            end = end.saturating_add(n as u64);
            start..end
        });
        let judges: Vec<_> = judges.collect();
        for (what, found) in [("scores", scores), ("hits", hits.len())] {
            if found as u64 != end {
                return Err(ComputeError::shape(what, format!("{end}, as many as the judges have"), found));
            }
        }
        let bits = |part: &[bool]| part.iter().rev().fold(0, |word, &hit| word << 1 | u32::from(hit));
        // Whole words of the bitmap.
        let step = self.device.buffer_words() / 32 * 32;
        let pieces = ranges(end, step).map(|items| {
            let part = items.start as usize..items.end as usize;
            let send =
                |what, words: Vec<u32>| self.device.upload(what, words.len() as u64, |to| to.put(0, &words));
            let hits = hits.get(part.clone()).unwrap_or(&[]).chunks(32).map(bits).collect();
            Ok(Piece { items, scores: send("scores", words(part))?, hits: send("hits", hits)? })
        });
        Ok(GpuScores { gpu: self.clone(), judges, pieces: pieces.collect::<Result<_>>()?, kind })
    }
}

impl GpuScores {
    /// Reliability bins of equal width for each judge: \[a, b) and the last one closed, or (a, b] and the first one closed
    /// where `right_closed`.
    ///
    /// Edges and sums are those of the confidences in units of 2⁻³⁰, rounded down, so they are exact.
    ///
    /// # Errors
    /// [`ComputeError::Shape`] unless confidences were loaded; [`Error::Argument`] for 0 bins; [`ComputeError::Limit`]
    /// beyond 512; those of the device.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, GpuOptions};
    /// // Runs where there is an adapter.
    /// if let Ok(Backend::Gpu(gpu)) = Backend::gpu(&GpuOptions::new().allow_software(true)) {
    ///     let scores = gpu.load_confidences(&[2, 1], &[0.25, 1.0, 0.5], &[false, true, true])?;
    ///     let bins = scores.bins(2, false)?;
    ///     assert_eq!((bins[0][0].items, bins[0][1].hits, bins[1][1].items), (1, 1, 1));
    ///     assert_eq!(bins[0][1].confidence, 1 << 30);
    ///     assert!(scores.level_counts().is_err());
    /// }
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn bins(&self, bins: usize, right_closed: bool) -> Result<Vec<Vec<GpuBin>>> {
        self.check(Kind::Confidences, "confidences (load_confidences)")?;
        if bins == 0 {
            return Err(Error::argument("bins", "at least 1", bins).into());
        }
        if bins as u64 > MOST_BINS {
            return Err(ComputeError::Limit { what: "bins", needed: bins as u64, available: MOST_BINS });
        }
        let mut out = vec![vec![GpuBin::default(); bins]; self.judges.len()];
        let width = 4 * bins as u64;
        let at_once = (self.gpu.device.buffer_words() / width).max(1) as usize;
        for piece in &self.pieces {
            for batch in self.parts(piece, 0..self.judges.len()).chunks(at_once) {
                let jobs = batch.iter().zip(0..).map(|((_, part), i)| (part, i * width));
                let found = self.ask(
                    Kernel::Bins,
                    piece,
                    jobs,
                    [bins as u32, u32::from(right_closed)],
                    width * batch.len() as u64,
                )?;
                for ((judge, _), counts) in batch.iter().zip(found.chunks_exact(width as usize)) {
                    for (bin, four) in out[*judge].iter_mut().zip(counts.chunks_exact(4)) {
                        bin.items += u64::from(four[0]);
                        bin.hits += u64::from(four[1]);
                        bin.confidence += u64::from(four[2]) + (u64::from(four[3]) << 16);
                    }
                }
            }
        }
        Ok(out)
    }

    /// How often each judge gave each level: without a hit at 2 · level, with a hit after it, 65,536 levels.
    ///
    /// # Errors
    /// [`ComputeError::Shape`] unless levels were loaded; those of the device.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, GpuOptions};
    /// // Runs where there is an adapter.
    /// if let Ok(Backend::Gpu(gpu)) = Backend::gpu(&GpuOptions::new().allow_software(true)) {
    ///     let counts = gpu.load_levels(&[3], &[7, 7, 65_535], &[true, false, true])?.level_counts()?;
    ///     assert_eq!((counts[0][14], counts[0][15], counts[0][131_071]), (1, 1, 1));
    ///     assert!(gpu.load_levels(&[3], &[7], &[true]).is_err());
    /// }
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn level_counts(&self) -> Result<Vec<Vec<u64>>> {
        self.check(Kind::Levels, "levels (load_levels)")?;
        self.gpu.device.check_words("counts of levels", LEVELS)?;
        let mut out = vec![vec![0; LEVELS as usize]; self.judges.len()];
        let at_once = (self.gpu.device.buffer_words() / LEVELS).max(1);
        for piece in &self.pieces {
            for batch in ranges(self.judges.len() as u64, at_once) {
                let parts = self.parts(piece, batch.start as usize..batch.end as usize);
                if parts.is_empty() {
                    continue;
                }
                let jobs = parts.iter().map(|(judge, part)| (part, (*judge as u64 - batch.start) * LEVELS));
                let found =
                    self.ask(Kernel::Levels, piece, jobs, [0, 0], LEVELS * (batch.end - batch.start))?;
                for (judge, counts) in
                    out.iter_mut().skip(batch.start as usize).zip(found.chunks_exact(LEVELS as usize))
                {
                    judge.iter_mut().zip(counts).for_each(|(sum, &n)| *sum += u64::from(n));
                }
            }
        }
        Ok(out)
    }

    fn check(&self, kind: Kind, expected: &'static str) -> Result<()> {
        if self.kind == kind {
            Ok(())
        } else {
            Err(ComputeError::shape("scores", expected, "the other kind"))
        }
    }

    /// The items of some judges in a piece, cut for workgroups: which judge, which items of the piece.
    fn parts(&self, piece: &Piece, judges: Range<usize>) -> Vec<(usize, Range<u64>)> {
        let mut parts = Vec::new();
        for judge in judges {
            let items = &self.judges[judge];
            let (start, end) = (items.start.max(piece.items.start), items.end.min(piece.items.end));
            let (start, length) = (start - piece.items.start.min(start), end.saturating_sub(start));
            // A trip below the limit of a sum, so that whole trips stay below it.
            let cut = pieces(length, THREADS, MOST_ITEMS - THREADS);
            parts.extend(cut.map(|part| (judge, start + part.start..start + part.end)));
        }
        parts
    }

    /// Runs jobs on some items of a piece, each with the place of its result.
    fn ask<'a>(
        &self,
        kernel: Kernel,
        piece: &Piece,
        parts: impl Iterator<Item = (&'a Range<u64>, u64)>,
        [bins, right_closed]: [u32; 2],
        words: u64,
    ) -> Result<Vec<u32>> {
        let results = self.gpu.device.results("counts of scores", words)?;
        let jobs = parts.map(|(part, at)| {
            let job: Job =
                [part.start as u32, part.end as u32, at as u32, bins, right_closed, 0, 0, 0, 0, 0, 0, 0];
            (job, (part.end - part.start) * 16)
        });
        let inputs = [&piece.scores, &piece.hits];
        self.gpu.device.run(kernel, &inputs, &results, jobs, &mut |_| ControlFlow::Continue(()))?;
        self.gpu.device.read(&results, words)
    }
}
