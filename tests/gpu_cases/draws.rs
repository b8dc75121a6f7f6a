use std::ops::{ControlFlow, Range};

use probity::Error;
use probity::agreement::PatternCoefficient;
use probity::compute::{Backend, ComputeError, Gpu};
use probity::inference::{Bootstrap, BootstrapInterval, Design, PermutationOptions};
use probity::ratings::Scale;
use probity::rng::draw_index;
use proptest::prelude::*;

use super::data::Judgments;
use super::{Test, device::gpu, few, options};

pub(super) const TESTS: &[Test] = &[
    ("draws of edge shapes", edge_shapes),
    ("draws in tiny pieces", tiny_pieces),
    ("draws of many workgroups", many_pieces),
    ("draws of any data equal the CPU's", any_data),
    ("a bootstrap equals the CPU's", bootstrap),
    ("permutation tests equal the CPU's", permutation),
    ("draws refuse what they cannot draw", refused),
];

/// Counts by drawing unit after unit.
fn naive(kinds: usize, kind_of: &[u32], (seed, stream): (u64, u32), resample: u32) -> Vec<u32> {
    let mut counts = vec![0; kinds];
    for i in 0..kind_of.len() as u64 {
        let unit = draw_index(seed, stream, resample, i, kind_of.len() as u32);
        counts[kind_of[unit as usize] as usize] += 1;
    }
    counts
}

fn found(
    gpu: &Gpu,
    kinds: usize,
    kind_of: &[u32],
    source: (u64, u32),
    resamples: Range<u32>,
) -> Vec<(u32, Vec<u32>)> {
    let mut found = Vec::new();
    let each = |resample, counts: &[u32]| {
        found.push((resample, counts.to_vec()));
        ControlFlow::Continue(())
    };
    gpu.draw_counts(kinds, kind_of, source, resamples, each).unwrap();
    found
}

fn check(gpu: &Gpu, kinds: usize, units: usize, source: (u64, u32), resamples: Range<u32>) {
    let kind_of: Vec<u32> = (0..units).map(|i| (i * i % kinds.max(1)) as u32).collect();
    let expected = resamples.clone().map(|r| (r, naive(kinds, &kind_of, source, r)));
    let expected: Vec<_> = expected.collect();
    assert!(found(gpu, kinds, &kind_of, source, resamples) == expected, "{units} units of {kinds} kinds");
}

fn edge_shapes(backend: &Backend) {
    let gpu = gpu(backend);
    for units in [0, 1, 2, 3, 4, 5, 31, 32, 33, 1023, 1024, 1025] {
        check(gpu, 7, units, (u64::MAX - 5, 3), 0..3);
    }
    // In shared memory and beside it; the last resamples there are.
    for kinds in [1, 2048, 2049, 5000] {
        check(gpu, kinds, 10_007, (9, 1), u32::MAX - 2..u32::MAX);
    }
    check(gpu, 0, 0, (1, 1), 0..2);
    check(gpu, 3, 10, (1, 1), 5..5);
}

fn tiny_pieces(_: &Backend) {
    let backend =
        Backend::gpu(&options().max_buffer_bytes(1 << 16).unwrap().max_submit_ms(1).unwrap()).unwrap();
    // Three windows of units; four resamples at a time.
    check(gpu(&backend), 4000, 40_000, (11, 2), 3..12);
    check(gpu(&backend), 5, 40_000, (11, 2), 3..6);
}

/// Many workgroups a resample, each with its piece of the draws.
fn many_pieces(backend: &Backend) {
    check(gpu(backend), 3, 70_000 * 16, (12, 1), 0..2);
}

fn any_data(backend: &Backend) {
    let shapes = (1usize..3000, 0usize..5000, any::<u64>(), any::<u32>(), 0u32..u32::MAX - 3);
    let same = |(kinds, units, seed, stream, first)| {
        check(gpu(backend), kinds, units, (seed, stream), first..first + 2);
        Ok(())
    };
    few().run(&shapes, same).unwrap();
}

/// Few kinds, drawn as a multinomial on the CPU, and many, drawn on the device; an interval that needs a jackknife.
fn bootstrap(backend: &Backend) {
    let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
    for shape in [(2, 3, 2000), (6, 9, 400)] {
        let ratings = Judgments::drawn(14, shape, 5).ratings();
        let plan = Bootstrap::new(15).resamples(60).unwrap().interval(BootstrapInterval::Bca);
        let mut last = (0, 0);
        let found = backend.load(&ratings).unwrap().bootstrap_with(&plan, &alpha, |done, total| {
            last = (done, total);
            ControlFlow::Continue(())
        });
        assert_eq!(found.unwrap(), Backend::cpu().load(&ratings).unwrap().bootstrap(&plan, &alpha).unwrap());
        assert_eq!(last, (60, 60));
    }
}

fn permutation(backend: &Backend) {
    let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
    let options = PermutationOptions::new().seed(16).resamples(60).unwrap();
    // Shapes whose patterns compress, and shapes whose do not.
    for shape in [(2, 3, 2000), (6, 9, 400)] {
        let [first, second] = [17, 18].map(|seed| Judgments::drawn(seed, shape, 5).ratings());
        let found = |backend: &Backend| {
            let [first, second] = [&first, &second].map(|ratings| backend.load(ratings).unwrap());
            let compare = |design| first.permutation(&second, design, &alpha, options).unwrap();
            let of_raters = first.permutation_of_raters(&alpha, options).unwrap();
            [compare(Design::Paired), compare(Design::Unpaired), of_raters]
        };
        assert_eq!(found(backend), found(&Backend::cpu()));
    }
}

fn refused(backend: &Backend) {
    let nothing = |_, _: &[u32]| ControlFlow::Continue(());
    let outside = gpu(backend).draw_counts(2, &[0, 2], (1, 1), 0..1, nothing);
    assert_eq!(outside.unwrap_err(), ComputeError::Input(Error::Index { what: "kind", index: 2, len: 2 }));
    let stopped = gpu(backend).draw_counts(2, &[0, 1], (1, 1), 0..9, |_, _| ControlFlow::Break(()));
    assert_eq!(stopped.unwrap_err(), ComputeError::Input(Error::Cancelled));
    // The counts of one resample cannot be cut.
    let small = Backend::gpu(&options().max_buffer_bytes(1 << 16).unwrap()).unwrap();
    let wide = gpu(&small).draw_counts(20_000, &[0], (1, 1), 0..1, nothing);
    assert!(matches!(wide, Err(ComputeError::Limit { needed: 80_000, available: 65_536, .. })));
}
