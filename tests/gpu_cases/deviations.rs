use probity::compute::{Backend, ComputeError, Distances, Gpu};
use probity::rng::Stream;
use proptest::prelude::*;

use super::{Test, device::gpu, few, options};

pub(super) const TESTS: &[Test] = &[
    ("deviations of edge shapes", edge_shapes),
    ("deviations in tiny pieces", tiny_pieces),
    ("deviations with logits beyond single precision", steep),
    ("deviations of any data are within the tolerance", any_data),
    ("deviations refuse what is no distance", refused),
];

/// One side of some documents.
struct Drawn {
    between: Vec<f64>,
    to_document: Vec<f64>,
}

impl Drawn {
    /// Distances up to `scale`, those to the document `nearer` times smaller; some are 0.
    fn new(seed: u64, users: &[usize], scale: f64, nearer: f64) -> Self {
        let mut stream = Stream::new(seed, 0, 0);
        let mut draw = |n: usize, scale: f64| -> Vec<f64> {
            (0..n)
                .map(|_| if stream.below(10) == 0 { 0.0 } else { scale * (0.05 + stream.uniform()) })
                .collect()
        };
        let pairs = users.iter().map(|n| n * n).sum();
        Self { between: draw(pairs, scale), to_document: draw(users.iter().sum(), scale / nearer) }
    }

    fn distances(&self) -> Distances<'_> {
        Distances { between: &self.between, to_document: &self.to_document }
    }
}

/// By the formula, in double precision.
fn naive(users: &[usize], gold: &Drawn, model: &Drawn, raw: bool) -> Vec<f64> {
    let (mut pairs, mut all) = (0, 0);
    let mut values = Vec::new();
    for &n in users {
        for j in 0..if n < 2 { 0 } else { n } {
            let side = |side: &Drawn| {
                let d = &side.between[pairs + j * n..pairs + (j + 1) * n];
                if raw {
                    return d.to_vec();
                }
                let to = side.to_document[all + j];
                let logit = |k: usize| if to == 0.0 { 0.0 } else { d[k] / to };
                let others = || (0..n).filter(|&k| k != j);
                let peak = others().map(logit).fold(0.0, f64::max);
                let sum: f64 = others().map(|k| (logit(k) - peak).exp()).sum();
                (0..n).map(|k| d[k] * (logit(k) - peak).exp() / sum).collect()
            };
            let (x, y) = (side(gold), side(model));
            let ratio = |k: usize| (x[k].min(y[k]) + 1e-5) / (x[k].max(y[k]) + 1e-5);
            values.push((0..n).filter(|&k| k != j).map(ratio).sum::<f64>() / (n - 1) as f64);
        }
        (pairs, all) = (pairs + n * n, all + n);
    }
    values
}

fn check(gpu: &Gpu, users: &[usize], gold: &Drawn, model: &Drawn) {
    for raw in [false, true] {
        let found = gpu.deviations(users, gold.distances(), model.distances(), raw).unwrap();
        let expected = naive(users, gold, model, raw);
        assert_eq!(found.values.len(), expected.len());
        assert!(found.relative_tolerance < 1e-4);
        for (found_one, exact) in found.values.iter().zip(&expected) {
            // The naive loop is itself rounded.
            let allowed = found.relative_tolerance.max(1e-9) * exact;
            assert!(
                (found_one - exact).abs() <= allowed,
                "{found_one} against {exact}, users {users:?}, raw {raw}"
            );
        }
    }
}

fn edge_shapes(backend: &Backend) {
    let check = |users: &[usize]| {
        check(gpu(backend), users, &Drawn::new(1, users, 0.9, 1.0), &Drawn::new(2, users, 0.4, 0.5));
    };
    check(&[]);
    check(&[0, 1]);
    check(&[2]);
    check(&[3, 0, 1, 31, 32, 33, 2]);
    check(&[63, 64, 65]);
    check(&[300]);
    // Everything 0.
    let zero = Drawn { between: vec![0.0; 9], to_document: vec![0.0; 3] };
    let found = gpu(backend).deviations(&[3], zero.distances(), zero.distances(), false).unwrap();
    assert!(found.values.iter().all(|value| (value - 1.0).abs() <= found.relative_tolerance));
}

fn tiny_pieces(_: &Backend) {
    let backend =
        Backend::gpu(&options().max_buffer_bytes(1 << 16).unwrap().max_submit_ms(1).unwrap()).unwrap();
    let users = [150; 3];
    check(gpu(&backend), &users, &Drawn::new(3, &users, 1.0, 1.0), &Drawn::new(4, &users, 1.0, 1.0));
}

fn steep(backend: &Backend) {
    let users = [40, 40];
    let (gold, model) = (Drawn::new(5, &users, 1.0, 1e6), Drawn::new(6, &users, 1.0, 100.0));
    check(gpu(backend), &users, &gold, &model);
    let tiny = Drawn { between: vec![1e-300; 4], to_document: vec![1e-320; 2] };
    assert!(
        gpu(backend).deviations(&[2], tiny.distances(), tiny.distances(), false).unwrap().values[0]
            .is_finite()
    );
}

fn any_data(backend: &Backend) {
    let shapes = (any::<u64>(), prop::collection::vec(0usize..90, 0..6), 0.01..5.0, 0.1..20.0);
    let within = |(seed, users, scale, nearer): (u64, Vec<usize>, f64, f64)| {
        check(
            gpu(backend),
            &users,
            &Drawn::new(seed, &users, scale, nearer),
            &Drawn::new(seed ^ 1, &users, 1.0, 2.0),
        );
        Ok(())
    };
    few().run(&shapes, within).unwrap();
}

fn refused(backend: &Backend) {
    let fine = Drawn::new(7, &[2], 1.0, 1.0);
    for bad in [f64::NAN, -0.5, f64::INFINITY] {
        let bad = Drawn { between: vec![0.0, bad, 0.5, 0.0], to_document: vec![0.5; 2] };
        let refused = gpu(backend).deviations(&[2], fine.distances(), bad.distances(), false).unwrap_err();
        assert!(matches!(refused, ComputeError::Input(_)), "{refused}");
    }
    let shape = gpu(backend).deviations(&[3], fine.distances(), fine.distances(), false).unwrap_err();
    assert!(matches!(shape, ComputeError::Shape { .. }), "{shape}");
    let huge = gpu(backend).deviations(&[usize::MAX], fine.distances(), fine.distances(), false).unwrap_err();
    assert!(matches!(huge, ComputeError::Input(probity::Error::Overflow { .. })), "{huge}");
}
