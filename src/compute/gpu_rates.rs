use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::compute::gpu_device::{Job, Kernel};
use crate::compute::gpu_plan::pieces;
use crate::compute::{Gpu, Result};

/// What a device does at best, as yardsticks for what it does in a job.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GpuRates {
    /// Bits of 32-bit words counted, in words a second.
    pub popcounts: f64,
    /// Bytes read and written by a copy on the device, a second.
    pub copied_bytes: f64,
    /// Bytes sent to the device, a second.
    pub uploaded_bytes: f64,
}

/// Counts of an invocation in a round of the loop.
const COUNTS: u64 = 16;
const THREADS: u64 = 256;
/// Rounds of a workgroup.
const ROUNDS: u64 = 4096;
/// A measurement that takes this long is one.
const LONG: Duration = Duration::from_millis(100);

impl Gpu {
    /// Measures the device, within a second or so on hardware.
    ///
    /// # Errors
    /// Those of the device.
    pub fn rates(&self) -> Result<GpuRates> {
        let device = &self.device;
        let words = device.buffer_words();
        let job = |begin: u64, end: u64, seed: u64| -> Job {
            [begin as u32, end as u32, seed as u32, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        };
        let quiet = &mut |_| ControlFlow::Continue(());
        let content = vec![0x5555_0F0F; words as usize];
        let send = || device.upload("words to measure with", words, |upload| upload.put(0, &content));
        let target = device.results("measured words", words)?;
        let copies = || {
            pieces(words, THREADS, 1 << 14)
                .map(|piece| (job(piece.start, piece.end, 0), piece.end - piece.start))
        };
        // The first of everything compiles, allocates and warms up.
        let source = send()?;
        device.run(Kernel::CopyWords, &[&source], &target, copies(), quiet)?;
        device.read(&target, 1)?;

        let began = Instant::now();
        let again = send()?;
        device.run(Kernel::CopyWords, &[&again], &target, [(job(0, 1, 0), 1)], quiet)?;
        let uploaded_bytes = 4.0 * words as f64 / began.elapsed().as_secs_f64();
        drop(again);

        let mut measured = |kernel, jobs: &dyn Fn(u64) -> Vec<(Job, u64)>, amount: f64| -> Result<f64> {
            let mut times = 1;
            loop {
                let began = Instant::now();
                device.run(kernel, &[&source], &target, jobs(times), quiet)?;
                let took = began.elapsed();
                if took >= LONG || times >= 1 << 20 {
                    return Ok(amount * times as f64 / took.as_secs_f64());
                }
                times *= 4;
            }
        };
        let copied_bytes = measured(
            Kernel::CopyWords,
            &|times| (0..times).flat_map(|_| copies()).collect(),
            8.0 * words as f64,
        )?;
        let work = COUNTS * THREADS * ROUNDS;
        let counting = |times| (0..times).map(|seed| (job(0, ROUNDS, seed), work)).collect();
        let popcounts = measured(Kernel::Popcounts, &counting, work as f64)?;
        Ok(GpuRates { popcounts, copied_bytes, uploaded_bytes })
    }
}
