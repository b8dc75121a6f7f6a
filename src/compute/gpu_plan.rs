//! How jobs are cut for a device: no loop too long, no buffer too large, no submission too heavy.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The greatest number of times that a loop of a kernel runs.
///
/// Mesa's software Vulkan ends loops after 65,535 rounds without an error, other drivers after 32,768.
pub(super) const MAX_TRIPS: u64 = 16_384;

/// Cuts `0..n` into pieces for one workgroup each. The workgroup passes over its piece `a_trip` elements at a time, so no
/// piece is longer than [`MAX_TRIPS`] of that; nor than `wanted`, up to a whole trip.
///
/// Every kernel's trip count comes from here.
pub(super) fn pieces(n: u64, a_trip: u64, wanted: u64) -> impl Iterator<Item = Range<u64>> + Clone {
    let step = wanted.div_ceil(a_trip).clamp(1, MAX_TRIPS) * a_trip;
    ranges(n, step)
}

/// Cuts `0..n` into ranges of `step`, the last one shorter.
pub(super) fn ranges(n: u64, step: u64) -> impl Iterator<Item = Range<u64>> + Clone {
    let step = step.max(1);
    (0..n.div_ceil(step)).map(move |i| i * step..n.min((i + 1) * step))
}

/// The pace of a device: what it did in a millisecond, learned from what submissions took.
#[derive(Debug)]
pub(super) struct Pace {
    per_millisecond: AtomicU64,
}

impl Pace {
    /// A slow device, so that the first submission is short on any.
    pub(super) fn new() -> Self {
        Self { per_millisecond: AtomicU64::new(200_000) }
    }

    /// The work to put into one submission.
    pub(super) fn budget(&self, time: Duration) -> u64 {
        let milliseconds = time.as_millis().clamp(1, 10_000) as u64;
        self.per_millisecond.load(Ordering::Relaxed).saturating_mul(milliseconds)
    }

    /// Learns from a submission: in steps of at most 8, so that one hiccup does not spoil the estimate.
    pub(super) fn learn(&self, work: u64, took: Duration) {
        let found = (work as f64 / (took.as_secs_f64() * 1e3).max(1e-3)) as u64;
        let known = self.per_millisecond.load(Ordering::Relaxed);
        // A submission that is small by itself says nothing about the pace but its fixed cost.
        if found >= known || took > Duration::from_millis(20) {
            self.per_millisecond
                .store(found.clamp((known / 8).max(1_000), known.saturating_mul(8)), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_everything_once_and_stay_short() {
        for n in [0u64, 1, 15, 16, 17, 1000, 70_000 * 16] {
            for a_trip in [1u64, 16, 64, 256] {
                for wanted in [0u64, 1, 100, 4096, u64::MAX] {
                    let mut next = 0;
                    for piece in pieces(n, a_trip, wanted) {
                        assert_eq!(piece.start, next);
                        assert!(piece.start < piece.end);
                        assert!((piece.end - piece.start).div_ceil(a_trip) <= MAX_TRIPS);
                        next = piece.end;
                    }
                    assert_eq!(next, n);
                }
            }
        }
    }

    #[test]
    fn the_pace_follows_in_steps() {
        let pace = Pace::new();
        let start = pace.budget(Duration::from_millis(1));
        pace.learn(start * 1000, Duration::from_millis(1));
        assert_eq!(pace.budget(Duration::from_millis(1)), start * 8);
        pace.learn(1, Duration::from_micros(10));
        assert_eq!(pace.budget(Duration::from_millis(1)), start * 8);
        pace.learn(1, Duration::from_secs(1));
        assert_eq!(pace.budget(Duration::from_millis(1)), start);
    }
}
