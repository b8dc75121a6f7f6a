use std::ops::ControlFlow;

use probity::Error;
use probity::compute::{Backend, ComputeError, DeviationDocument, DeviationOptions};
use probity::rng::Stream;
use proptest::prelude::*;

use super::{Test, few, options};

pub(super) const TESTS: &[Test] = &[
    ("deviations of edge shapes", edge_shapes),
    ("deviations in tiny pieces", tiny_pieces),
    ("deviations with logits beyond single precision", steep),
    ("deviations of any data are within the tolerance", any_data),
    ("deviations refuse what is no distance", refused),
];

/// Distances of a document, as [`DeviationDocument`] has them.
#[derive(Debug)]
struct Drawn([Vec<f64>; 5]);

impl Drawn {
    /// Distances to the document are `nearer` times smaller than those between users; some are 0.
    fn new(seed: u64, users: usize, nearer: f64) -> Self {
        let mut stream = Stream::new(seed, 0, users as u32);
        let mut draw = |n: usize, scale: f64| -> Vec<f64> {
            (0..n)
                .map(|_| if stream.below(10) == 0 { 0.0 } else { scale * (1.0 - stream.uniform()) })
                .collect()
        };
        let (pairs, to) = (users * users, 1.0 / nearer.max(1.0));
        Self([draw(pairs, 0.9), draw(users, to), draw(pairs, 0.4), draw(users, to / 2.0), draw(users, 1.0)])
    }

    fn document(&self) -> DeviationDocument<'_> {
        let [user_user, user_document, model_model, model_document, model_user] = &self.0;
        DeviationDocument { user_user, user_document, model_model, model_document, model_user }
    }
}

fn check(backend: &Backend, users: &[usize], nearer: f64) {
    let drawn: Vec<_> = users.iter().zip(0..).map(|(&n, seed)| Drawn::new(seed, n, nearer)).collect();
    let documents: Vec<_> = drawn.iter().map(Drawn::document).collect();
    for raw in [false, true] {
        let options = DeviationOptions::default().raw(raw);
        let here = Backend::cpu().deviations(&documents, &options).unwrap();
        let there = backend.deviations(&documents, &options).unwrap();
        assert_eq!(here.documents().len(), there.documents().len());
        assert!(there.relative_tolerance() < 1e-4);
        for (exact, found) in here.documents().iter().zip(there.documents()) {
            assert_eq!(exact.degress.len(), found.degress.len());
            for (exact, found) in exact.degress.iter().zip(&found.degress) {
                let far = (found - exact).abs() > there.relative_tolerance() * exact;
                assert!(!far, "{found} against {exact}, users {users:?}, raw {raw}");
            }
        }
    }
}

fn edge_shapes(backend: &Backend) {
    check(backend, &[], 1.0);
    check(backend, &[0, 1], 1.0);
    check(backend, &[2], 1.0);
    check(backend, &[3, 0, 1, 31, 32, 33, 2], 1.0);
    check(backend, &[63, 64, 65, 300], 1.0);
    let zero = Drawn([vec![0.0; 9], vec![0.0; 3], vec![0.0; 9], vec![0.0; 3], vec![0.0; 3]]);
    let found =
        backend.deviations(&[zero.document()], &DeviationOptions::default()).unwrap().degress().unwrap();
    assert!((found.value - 1.0).abs() <= found.relative_tolerance);
    assert!(found.relative_tolerance > 0.0);
}

fn tiny_pieces(_: &Backend) {
    let small =
        Backend::gpu(&options().max_buffer_bytes(1 << 16).unwrap().max_submit_ms(1).unwrap()).unwrap();
    check(&small, &[150; 3], 1.0);
    let drawn = Drawn::new(1, 150, 1.0);
    let mut heard = Vec::new();
    let stopped =
        small.deviations_with(&[drawn.document(); 4], &DeviationOptions::default(), |done, total| {
            heard.push((done, total));
            ControlFlow::Break(())
        });
    assert_eq!(stopped.unwrap_err(), ComputeError::Input(Error::Cancelled));
    assert!(matches!(heard[..], [(0..=3, 4)]), "{heard:?}");
}

fn steep(backend: &Backend) {
    check(backend, &[40, 40], 100.0);
    check(backend, &[40, 40], 1e300);
    // Nothing for the device: nothing to tolerate.
    let steep = Drawn([vec![1.0; 9], vec![0.01; 3], vec![1.0; 9], vec![0.01; 3], vec![0.5; 3]]);
    let found = backend.deviations(&[steep.document()], &DeviationOptions::default()).unwrap();
    assert_eq!((found.relative_tolerance(), found.degress().unwrap().value), (0.0, 1.0));
}

fn any_data(backend: &Backend) {
    let shapes = (prop::collection::vec(0usize..90, 0..6), 0.5..20.0);
    let within = |(users, nearer): (Vec<usize>, f64)| {
        check(backend, &users, nearer);
        Ok(())
    };
    few().run(&shapes, within).unwrap();
}

fn refused(backend: &Backend) {
    for bad in [f64::NAN, -0.5, 1.5] {
        let drawn = Drawn([vec![0.0, bad, 0.5, 0.0], vec![0.5; 2], vec![0.5; 4], vec![0.5; 2], vec![0.5; 2]]);
        let refused = backend.deviations(&[drawn.document()], &DeviationOptions::default()).unwrap_err();
        assert!(matches!(refused, ComputeError::Input(_)), "{refused}");
    }
}
