use std::ops::ControlFlow;

use probity::Error;
use probity::agreement::{Coefficient, Options};
use probity::compute::{Backend, Cells, ComputeError};
use proptest::prelude::*;

use super::data::Judgments;
use super::{Test, few, options};

pub(super) const TESTS: &[Test] = &[
    ("pairs of edge shapes", edge_shapes),
    ("pairs of several tiles", several_tiles),
    ("pairs in tiny pieces", tiny_pieces),
    ("pairs over long loops", long_loops),
    ("pairs of any data equal the CPU's", any_data),
    ("pairs of many groups", many_groups),
    ("pairs of columns", columns),
    ("pairs of one matrix after the other", reloaded),
    ("pairs on four threads", four_threads),
    ("pairs can be cancelled", cancelled),
];

fn check(backend: &Backend, judgments: &Judgments) {
    let resident = backend.load(&judgments.ratings()).unwrap();
    for cells in [Cells::Full, Cells::Agreement] {
        let (categories, raters) = (judgments.categories, judgments.raters);
        let found = resident.pair_tables(cells).unwrap();
        assert!(
            found.counts() == judgments.counts(cells),
            "{cells:?} of {raters} raters, {categories} categories, {} codes",
            judgments.codes.len()
        );
    }
}

fn edge_shapes(backend: &Backend) {
    for categories in [1, 2, 8, 9, 200] {
        for items in [0, 1, 31, 32, 33, 63, 64, 65, 200] {
            check(backend, &Judgments::drawn(1, (categories, 3, items), 4));
        }
        check(backend, &Judgments::drawn(2, (categories, 1, 40), 4));
        // Every code missing, and none.
        check(backend, &Judgments::drawn(3, (categories, 2, 100), 1));
        check(backend, &Judgments::drawn(4, (categories, 2, 100), 0));
    }
}

fn several_tiles(backend: &Backend) {
    check(backend, &Judgments::drawn(5, (2, 70, 300), 5));
    check(backend, &Judgments::drawn(6, (9, 15, 5000), 5));
    check(backend, &Judgments::drawn(7, (200, 3, 700), 5));
    check(backend, &Judgments::drawn(8, (3, 130, 65), 5));
}

fn tiny_pieces(_: &Backend) {
    // The least buffers, nothing resident, the shortest submissions.
    let options = options().max_buffer_bytes(1 << 16).unwrap().max_resident_bytes(1).unwrap();
    let backend = Backend::gpu(&options.max_submit_ms(1).unwrap()).unwrap();
    check(&backend, &Judgments::drawn(9, (5, 40, 20_000), 5));
    check(&backend, &Judgments::drawn(10, (2, 150, 1000), 5));
    // Not even 64 items of all raters fit.
    let wide = Judgments::drawn(11, (2, 5000, 1), 5);
    assert!(matches!(
        backend.load(&wide.ratings()),
        Err(ComputeError::Limit { needed: 80_000, available: 65_536, .. })
    ));
}

/// Loops that some drivers end after 65,535 rounds, if a workgroup ran them all: 70,000 words, one word a round.
fn long_loops(backend: &Backend) {
    let judgments = Judgments::drawn(12, (200, 2, 70_000 * 32), 3);
    let found = backend.load(&judgments.ratings()).unwrap().pair_tables(Cells::Agreement).unwrap();
    assert_eq!(found.counts(), judgments.counts(Cells::Agreement));
}

fn any_data(backend: &Backend) {
    let shapes = (any::<u64>(), (1usize..20, 1usize..40, 0usize..300), 0u64..6);
    let cpu = Backend::cpu();
    let same = |(seed, shape, missing_of)| {
        let ratings = Judgments::drawn(seed, shape, missing_of).ratings();
        let (here, there) = (cpu.load(&ratings).unwrap(), backend.load(&ratings).unwrap());
        for cells in [Cells::Full, Cells::Agreement] {
            prop_assert_eq!(here.pair_tables(cells).unwrap(), there.pair_tables(cells).unwrap());
        }
        let options = Options::new();
        let kappas = |tables: &probity::compute::Resident| {
            tables.pair_tables(Cells::Full).unwrap().coefficient(Coefficient::CohenKappa, &options).ok()
        };
        prop_assert_eq!(kappas(&here), kappas(&there));
        Ok(())
    };
    few().run(&shapes, same).unwrap();
}

fn many_groups(backend: &Backend) {
    let groups = |shapes: &[(usize, usize, usize)]| -> Vec<Judgments> {
        shapes.iter().zip(0..).map(|(&shape, seed)| Judgments::drawn(seed, shape, 5)).collect()
    };
    let check = |backend: &Backend, groups: &[Judgments]| {
        let ratings: Vec<_> = groups.iter().map(Judgments::ratings).collect();
        let views: Vec<_> = ratings.iter().collect();
        for cells in [Cells::Full, Cells::Agreement] {
            let found = backend.pair_tables_of_groups(&views, cells).unwrap();
            assert_eq!(found.len(), groups.len());
            assert!(found.iter().zip(groups).all(|(found, group)| found.counts() == group.counts(cells)));
        }
    };
    let mixed =
        groups(&[(5, 5, 50), (2, 1, 9), (200, 3, 33), (1, 4, 65), (3, 2, 0), (9, 70, 40), (5, 5, 50)]);
    check(backend, &mixed);
    check(backend, &[]);
    check(backend, &groups(&vec![(5, 5, 50); 1000]));
    // Several buffers, and a group that fits into none.
    let small = Backend::gpu(&options().max_buffer_bytes(1 << 16).unwrap()).unwrap();
    check(&small, &mixed);
    check(&small, &groups(&[(5, 5, 50), (2, 70, 9000), (5, 5, 50)]));
    check(&small, &groups(&vec![(5, 5, 50); 100]));
}

fn columns(backend: &Backend) {
    let columns: [&[u8]; 3] = [&[0, 1, 255, 1], &[0, 1, 1, 0], &[1, 255, 1, 0]];
    let labels = || probity::ratings::Labels::codes(2);
    let found = backend.load_columns(labels(), &columns).unwrap().pair_tables(Cells::Full).unwrap();
    let expected = Backend::cpu().load_columns(labels(), &columns).unwrap().pair_tables(Cells::Full).unwrap();
    assert_eq!(found, expected);
}

fn reloaded(backend: &Backend) {
    let mut resident = backend.load(&Judgments::drawn(14, (5, 20, 3000), 5).ratings()).unwrap();
    for (seed, shape) in [(9, 3, 65), (2, 70, 300), (5, 3, 0), (5, 20, 3000)].into_iter().enumerate() {
        let next = Judgments::drawn(15 + seed as u64, shape, 5);
        resident.reload(&next.ratings()).unwrap();
        assert_eq!(resident.pair_tables(Cells::Full).unwrap().counts(), next.counts(Cells::Full));
        let outside: [&[u8]; 1] = [&[0, 2]];
        assert!(resident.reload_columns(probity::ratings::Labels::codes(2), &outside).is_err());
        assert!(resident.pair_tables(Cells::Full).unwrap().counts().is_empty());
    }
}

fn four_threads(backend: &Backend) {
    std::thread::scope(|scope| {
        for seed in 0..4 {
            scope.spawn(move || {
                for round in 0..4 {
                    check(backend, &Judgments::drawn(100 * seed + round, (5, 14, 900), 5));
                }
            });
        }
    });
}

fn cancelled(backend: &Backend) {
    let resident = backend.load(&Judgments::drawn(13, (5, 20, 5000), 5).ratings()).unwrap();
    let mut heard = Vec::new();
    let stopped = resident.pair_tables_with(Cells::Full, |done, total| {
        heard.push((done, total));
        ControlFlow::Break(())
    });
    assert_eq!(stopped.unwrap_err(), ComputeError::Input(Error::Cancelled));
    let [(done, total)] = heard[..] else { panic!("heard {heard:?}") };
    assert!(0 < done && done <= total);
    let mut last = (0, 0);
    resident
        .pair_tables_with(Cells::Full, |done, total| {
            last = (done, total);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(last.0, last.1);
}
