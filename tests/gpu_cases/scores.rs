use probity::compute::{Backend, ComputeError, Gpu, GpuBin};
use probity::rng::Stream;
use proptest::prelude::*;

use super::{Test, device::gpu, few, options};

pub(super) const TESTS: &[Test] = &[
    ("bins and levels of edge shapes", edge_shapes),
    ("bins and levels in tiny pieces", tiny_pieces),
    ("bins and levels over long loops", long_loops),
    ("bins of any data equal plain counts", any_data),
    ("scores refuse what they cannot hold", refused),
];

fn drawn(seed: u64, n: usize) -> (Vec<f32>, Vec<u16>, Vec<bool>) {
    let mut stream = Stream::new(seed, 0, 0);
    let confidences = (0..n).map(|_| stream.below(41) as f32 / 40.0).collect();
    let levels = (0..n).map(|_| if stream.below(2) == 0 { 7 } else { stream.below(65_536) as u16 }).collect();
    (confidences, levels, (0..n).map(|_| stream.below(2) == 1).collect())
}

fn check_bins(gpu: &Gpu, judges: &[usize], seed: u64, bins: usize) {
    let (confidences, _, hits) = drawn(seed, judges.iter().sum());
    let loaded = gpu.load_confidences(judges, &confidences, &hits).unwrap();
    for right_closed in [false, true] {
        let mut items = confidences.iter().zip(&hits);
        let naive: Vec<Vec<GpuBin>> = judges
            .iter()
            .map(|&n| {
                let mut judge = vec![GpuBin::default(); bins];
                for (&confidence, &hit) in items.by_ref().take(n) {
                    let fixed = (f64::from(confidence) * f64::from(1 << 30)) as u64;
                    let place = if right_closed {
                        (fixed * bins as u64).div_ceil(1 << 30).saturating_sub(1)
                    } else {
                        fixed * bins as u64 >> 30
                    };
                    let bin = &mut judge[(place as usize).min(bins - 1)];
                    bin.items += 1;
                    bin.hits += u64::from(hit);
                    bin.confidence += fixed;
                }
                judge
            })
            .collect();
        assert!(loaded.bins(bins, right_closed).unwrap() == naive, "{judges:?}, {bins} bins, {right_closed}");
    }
}

fn check_levels(gpu: &Gpu, judges: &[usize], seed: u64) {
    let (_, levels, hits) = drawn(seed, judges.iter().sum());
    let found = gpu.load_levels(judges, &levels, &hits).unwrap().level_counts().unwrap();
    let mut items = levels.iter().zip(&hits);
    assert_eq!(found.len(), judges.len());
    for (&n, found) in judges.iter().zip(&found) {
        let mut naive = vec![0; 2 * 65_536];
        items
            .by_ref()
            .take(n)
            .for_each(|(&level, &hit)| naive[2 * usize::from(level) + usize::from(hit)] += 1);
        assert!(*found == naive, "{judges:?}");
    }
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
    check_bins(gpu(&small), &[1; 3000], 4, 15);
    // A histogram cannot be cut.
    let levels = gpu(&small).load_levels(&[1], &[1], &[true]).unwrap();
    assert!(matches!(levels.level_counts(), Err(ComputeError::Limit { .. })));
    let small = Backend::gpu(&options().max_buffer_bytes(1 << 19).unwrap()).unwrap();
    check_levels(gpu(&small), &[100_000, 7, 100_000], 5);
}

/// A workgroup takes 256 items a round: 70,000 rounds, if one took them all.
fn long_loops(backend: &Backend) {
    check_bins(gpu(backend), &[70_000 * 256], 6, 10);
    check_levels(gpu(backend), &[70_000 * 256], 7);
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
        assert!(matches!(gpu.load_confidences(&[1], &[bad], &[true]), Err(ComputeError::Input(_))));
    }
    assert!(matches!(gpu.load_confidences(&[2], &[0.5, 0.5], &[true]), Err(ComputeError::Shape { .. })));
    assert!(matches!(gpu.load_levels(&[1], &[1, 2], &[true, true]), Err(ComputeError::Shape { .. })));
    let loaded = gpu.load_confidences(&[1], &[0.5], &[true]).unwrap();
    assert!(matches!(loaded.bins(0, false), Err(ComputeError::Input(_))));
    assert!(matches!(loaded.bins(513, false), Err(ComputeError::Limit { needed: 513, available: 512, .. })));
}
