use std::ops::{ControlFlow, Range};

use crate::compute::gpu_device::{Job, Kernel};
use crate::compute::gpu_plan::{pieces, ranges};
use crate::compute::{ComputeError, Gpu, Result};
use crate::error::Error;
use crate::kernels::{Bin, fixed};
use crate::tally::{BinClosure, ReliabilityBins, ScoreCounts};

/// Items of a workgroup: their confidences, in halves of 16 bits, add up within 32.
const MOST_ITEMS: u64 = 65_535;
const THREADS: u64 = 256;
/// Bins that fit into the memory of a workgroup.
const MOST_BINS: u64 = 512;
/// Counts of the levels of one judge, without and with a hit.
const LEVELS: u64 = 2 * 65_536;

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
    /// Loads the confidences of judges, each with whether it was right (1 or 0), for [`GpuScores::reliability`].
    ///
    /// # Errors
    /// [`ComputeError::Shape`] if a judge's two vectors differ in length; [`Error::Argument`] for a confidence that is not
    /// from 0 to 1 or a byte that is neither 0 nor 1; those of the device.
    pub fn load_confidences(&self, judges: &[(&[f32], &[u8])]) -> Result<GpuScores> {
        let mut words = Vec::new();
        for &confidence in judges.iter().flat_map(|judge| judge.0) {
            let outside = || Error::argument("confidence", "from 0 to 1", confidence);
            words.push(fixed(confidence).ok_or_else(outside)?);
        }
        let hits: Vec<&[u8]> = judges.iter().map(|judge| judge.1).collect();
        let lengths: Vec<usize> = judges.iter().map(|judge| judge.0.len()).collect();
        self.load_scores(&lengths, &hits, Kind::Confidences, |items| words.get(items).unwrap_or(&[]).to_vec())
    }

    /// Loads the score levels of judges (whole numbers, or the ranks of scores of at most 65,536 values), each with the
    /// true class (1 or 0), for [`GpuScores::score_counts`].
    ///
    /// # Errors
    /// [`ComputeError::Shape`] if a judge's two vectors differ in length; [`Error::Argument`] for a byte that is neither 0
    /// nor 1; those of the device.
    pub fn load_levels(&self, judges: &[(&[u16], &[u8])]) -> Result<GpuScores> {
        let levels: Vec<u16> = judges.iter().flat_map(|judge| judge.0).copied().collect();
        let pair = |two: &[u16]| two.iter().rev().fold(0, |word, &level| word << 16 | u32::from(level));
        let hits: Vec<&[u8]> = judges.iter().map(|judge| judge.1).collect();
        let lengths: Vec<usize> = judges.iter().map(|judge| judge.0.len()).collect();
        let words = |items| levels.get::<Range<usize>>(items).unwrap_or(&[]).chunks(2).map(pair).collect();
        self.load_scores(&lengths, &hits, Kind::Levels, words)
    }

    fn load_scores(
        &self,
        lengths: &[usize],
        hits: &[&[u8]],
        kind: Kind,
        words: impl Fn(Range<usize>) -> Vec<u32>,
    ) -> Result<GpuScores> {
        let mut judges = Vec::new();
        let mut end = 0;
        for (&length, hits) in lengths.iter().zip(hits) {
            if hits.len() != length {
                return Err(ComputeError::shape(
                    "hits of a judge",
                    length.to_string(),
                    hits.len().to_string(),
                ));
            }
            if let Some(&found) = hits.iter().find(|&&hit| hit > 1) {
                return Err(Error::argument("hits", "0 or 1", found).into());
            }
            judges.push(end..end + length as u64);
            end += length as u64;
        }
        let hits = hits.concat();
        let bits = |part: &[u8]| part.iter().rev().fold(0, |word, &hit| word << 1 | u32::from(hit));
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
    /// The reliability bins of each judge, equal to those of [`crate::compute::Backend::reliability`].
    ///
    /// # Errors
    /// [`ComputeError::Shape`] unless confidences were loaded; [`Error::Argument`] for no bins; [`ComputeError::Limit`]
    /// beyond 512; those of the device.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, GpuOptions};
    /// use probity::tally::BinClosure;
    /// // Runs where there is an adapter.
    /// if let Ok(Backend::Gpu(gpu)) = Backend::gpu(&GpuOptions::new().allow_software(true)) {
    ///     let scores = gpu.load_confidences(&[(&[0.5, 1.0], &[1, 1]), (&[], &[])])?;
    ///     let bins = scores.reliability(10, BinClosure::Left)?;
    ///     assert_eq!(bins[0].expected_calibration_error()?, 0.25);
    ///     assert!(bins[1].expected_calibration_error().unwrap_err().is_undefined());
    ///     assert!(scores.score_counts().is_err());
    /// }
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn reliability(&self, bins: usize, closure: BinClosure) -> Result<Vec<ReliabilityBins>> {
        self.check(Kind::Confidences, "confidences (load_confidences)")?;
        if bins == 0 {
            return Err(Error::argument("bins", "at least 1", bins).into());
        }
        if bins as u64 > MOST_BINS {
            return Err(ComputeError::Limit { what: "bins", needed: bins as u64, available: MOST_BINS });
        }
        let mut out = vec![vec![Bin::default(); bins]; self.judges.len()];
        let width = 4 * bins as u64;
        let options = [bins as u32, u32::from(closure == BinClosure::Right)];
        let at_once = (self.gpu.device.buffer_words() / width).max(1) as usize;
        for piece in &self.pieces {
            for batch in self.parts(piece, 0..self.judges.len()).chunks(at_once) {
                let jobs = batch.iter().zip(0..).map(|((_, part), i)| (part, i * width));
                let found = self.ask(Kernel::Bins, piece, jobs, options, width * batch.len() as u64)?;
                for ((judge, _), counts) in batch.iter().zip(found.chunks_exact(width as usize)) {
                    for (bin, four) in out[*judge].iter_mut().zip(counts.as_chunks::<4>().0) {
                        bin.items += u64::from(four[0]);
                        bin.hits += u64::from(four[1]);
                        bin.confidence += u64::from(four[2]) + (u64::from(four[3]) << 16);
                    }
                }
            }
        }
        Ok(out.into_iter().map(|bins| ReliabilityBins::of_bins(closure, bins)).collect())
    }

    /// How often each judge gave each of 65,536 levels to negatives and to positives: the area under the ROC curve is in
    /// it.
    ///
    /// # Errors
    /// [`ComputeError::Shape`] unless levels were loaded; those of the device.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, GpuOptions};
    /// // Runs where there is an adapter.
    /// if let Ok(Backend::Gpu(gpu)) = Backend::gpu(&GpuOptions::new().allow_software(true)) {
    ///     let counts = gpu.load_levels(&[(&[2, 1, 1, 0], &[1, 1, 0, 0])])?.score_counts()?;
    ///     assert_eq!(counts[0].mann_whitney()?.area()?, 0.875);
    ///     assert!(gpu.load_levels(&[(&[7], &[])]).is_err());
    /// }
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn score_counts(&self) -> Result<Vec<ScoreCounts>> {
        self.check(Kind::Levels, "levels (load_levels)")?;
        self.gpu.device.check_words("counts of levels", LEVELS)?;
        let mut out = vec![vec![[0; 2]; LEVELS as usize / 2]; self.judges.len()];
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
                let judges = out.iter_mut().skip(batch.start as usize);
                for (levels, counts) in judges.zip(found.chunks_exact(LEVELS as usize)) {
                    for (level, [negatives, positives]) in levels.iter_mut().zip(counts.as_chunks::<2>().0) {
                        level[0] += u64::from(*negatives);
                        level[1] += u64::from(*positives);
                    }
                }
            }
        }
        Ok(out.into_iter().map(ScoreCounts::of_levels).collect())
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
