use probity::compute::{Backend, ComputeError, Gpu};
use probity::rng::Stream;
use probity::tally::{BinClosure, ReliabilityBins, ScoreCounts};
use proptest::prelude::*;

use super::{Test, device::gpu, few, options};

pub(super) const TESTS: &[Test] = &[
    ("bins and levels of edge shapes", edge_shapes),
    ("bins and levels in tiny pieces", tiny_pieces),
    ("bins and levels over long loops", long_loops),
    ("bins of any data equal the CPU's", any_data),
    ("scores refuse what they cannot hold", refused),
];

/// Confidences, levels and hits of a judge.
type Judge = (Vec<f32>, Vec<u16>, Vec<u8>);

fn drawn(seed: u64, judges: &[usize]) -> Vec<Judge> {
    let judge = |(i, &n): (usize, &usize)| {
        let mut stream = Stream::new(seed, 0, i as u32);
        let confidences = (0..n).map(|_| stream.below(41) as f32 / 40.0).collect();
        let level = |stream: &mut Stream| if stream.below(2) == 0 { 7 } else { stream.below(65_536) as u16 };
        let levels = (0..n).map(|_| level(&mut stream)).collect();
        (confidences, levels, (0..n).map(|_| stream.below(2) as u8).collect())
    };
    judges.iter().enumerate().map(judge).collect()
}

fn check_bins(gpu: &Gpu, judges: &[usize], seed: u64, bins: usize) {
    let drawn = drawn(seed, judges);
    let views: Vec<(&[f32], &[u8])> = drawn.iter().map(|(c, _, h)| (c.as_slice(), h.as_slice())).collect();
    let loaded = gpu.load_confidences(&views).unwrap();
    for closure in [BinClosure::Left, BinClosure::Right] {
        let cpu = views.iter().map(|(c, h)| ReliabilityBins::from_slices(bins, closure, c, h).unwrap());
        assert!(
            loaded.reliability(bins, closure).unwrap() == cpu.collect::<Vec<_>>(),
            "{judges:?}, {bins} bins"
        );
    }
}

fn check_levels(gpu: &Gpu, judges: &[usize], seed: u64) {
    let drawn = drawn(seed, judges);
    let views: Vec<(&[u16], &[u8])> = drawn.iter().map(|(_, l, h)| (l.as_slice(), h.as_slice())).collect();
    let cpu = views.iter().map(|(l, h)| ScoreCounts::from_levels(1 << 16, l, h).unwrap());
    assert!(
        gpu.load_levels(&views).unwrap().score_counts().unwrap() == cpu.collect::<Vec<_>>(),
        "{judges:?}"
    );
}

fn edge_shapes(backend: &Backend) {
    for judges in [&[][..], &[0], &[1], &[31, 32, 33], &[0, 257, 0, 65_535], &[65_536], &[200_001, 3]] {
        for bins in [1, 2, 10, 512] {
            check_bins(gpu(backend), judges, 1, bins);
        }
        check_levels(gpu(backend), judges, 2);
    }
}

fn tiny_pieces(_: &Backend) {
    let small =
        Backend::gpu(&options().max_buffer_bytes(1 << 16).unwrap().max_submit_ms(1).unwrap()).unwrap();
    check_bins(gpu(&small), &[20_000, 7, 30_000, 1], 3, 15);
    check_bins(gpu(&small), &vec![1; 3000], 4, 15);
    // A histogram cannot be cut.
    let levels = gpu(&small).load_levels(&[(&[1], &[1])]).unwrap();
    assert!(matches!(levels.score_counts(), Err(ComputeError::Limit { .. })));
    let small = Backend::gpu(&options().max_buffer_bytes(1 << 19).unwrap()).unwrap();
    check_levels(gpu(&small), &[100_000, 7, 100_000], 5);
}

/// A workgroup takes 256 items a round: 70,000 rounds, if one took them all.
fn long_loops(backend: &Backend) {
    check_bins(gpu(backend), &[70_000 * 256], 6, 10);
}

fn any_data(backend: &Backend) {
    let shapes = (any::<u64>(), prop::collection::vec(0usize..3000, 0..5), 1usize..100);
    let same = |(seed, judges, bins): (u64, Vec<usize>, usize)| {
        check_bins(gpu(backend), &judges, seed, bins);
        Ok(())
    };
    few().run(&shapes, same).unwrap();
}

fn refused(backend: &Backend) {
    let gpu = gpu(backend);
    for bad in [f32::NAN, -0.1, 1.1] {
        assert!(matches!(gpu.load_confidences(&[(&[bad], &[1])]), Err(ComputeError::Input(_))));
    }
    assert!(matches!(gpu.load_confidences(&[(&[0.5], &[2])]), Err(ComputeError::Input(_))));
    assert!(matches!(gpu.load_confidences(&[(&[0.5, 0.5], &[1])]), Err(ComputeError::Shape { .. })));
    assert!(matches!(gpu.load_levels(&[(&[1], &[1, 0])]), Err(ComputeError::Shape { .. })));
    let loaded = gpu.load_confidences(&[(&[0.5], &[1])]).unwrap();
    assert!(matches!(loaded.reliability(0, BinClosure::Left), Err(ComputeError::Input(_))));
    let many = loaded.reliability(513, BinClosure::Left);
    assert!(matches!(many, Err(ComputeError::Limit { needed: 513, available: 512, .. })));
}
