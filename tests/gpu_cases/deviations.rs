use std::ops::ControlFlow;

use probity::Error;
use probity::compute::{Backend, ComputeError};
use probity::personalization::{DocumentPersonalization, PersevalOptions, PersonalizedDocument};
use probity::rng::Stream;
use proptest::prelude::*;

use super::{Test, few, options};

pub(super) const TESTS: &[Test] = &[
    ("deviations of edge shapes", edge_shapes),
    ("deviations of moderate logits within 1e-5", even),
    ("deviations in tiny pieces", tiny_pieces),
    ("deviations with logits beyond single precision", steep),
    ("deviations of any data are within the tolerance", any_data),
    ("deviations of missing distances", missing),
    ("deviations refuse what is no distance", refused),
];

/// Distances of a document, as [`PersonalizedDocument`] has them.
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

    fn document(&self) -> PersonalizedDocument<'_> {
        let [user_user, user_document, model_model, model_document, model_user] = &self.0;
        PersonalizedDocument { user_user, user_document, model_model, model_document, model_user }
    }
}

fn check(backend: &Backend, users: &[usize], nearer: f64) {
    let drawn: Vec<_> = users.iter().zip(0..).map(|(&n, seed)| Drawn::new(seed, n, nearer)).collect();
    let documents: Vec<_> = drawn.iter().map(Drawn::document).collect();
    for raw in [false, true] {
        let options = PersevalOptions::default().raw(raw);
        let here = Backend::cpu().deviations(&documents, &options).unwrap();
        let there = backend.deviations(&documents, &options).unwrap();
        let (exact, found) = (here.personalization().documents(), there.personalization().documents());
        assert_eq!(exact.len(), found.len());
        assert!(there.relative_tolerance() < if raw { 1e-5 } else { 3e-5 });
        for (exact, found) in exact.iter().zip(found) {
            let of_users = |document: &Option<DocumentPersonalization>| -> Vec<f64> {
                document.iter().flat_map(|document| &document.users).map(|user| user.degress).collect()
            };
            let (exact, found) = (of_users(exact), of_users(found));
            assert_eq!(exact.len(), found.len());
            for (exact, found) in exact.iter().zip(found) {
                let far = (found - exact).abs() > there.relative_tolerance() * exact;
                assert!(!far, "{found} against {exact}, users {users:?}, raw {raw}");
            }
        }
    }
}

/// Users as far from each other as from the document: logits up to 2.
fn even(backend: &Backend) {
    let mut drawn = Drawn::new(11, 64, 1.0);
    drawn.0[1].fill(0.5);
    drawn.0[3].fill(0.3);
    let found = backend.deviations(&[drawn.document()], &PersevalOptions::default()).unwrap();
    let exact = Backend::cpu().deviations(&[drawn.document()], &PersevalOptions::default()).unwrap();
    let (found, exact) = (found.degress().unwrap(), exact.degress().unwrap());
    assert!(found.relative_tolerance > 0.0 && found.relative_tolerance < 1e-5);
    assert!((found.value - exact.value).abs() <= found.relative_tolerance * exact.value);
}

fn edge_shapes(backend: &Backend) {
    check(backend, &[], 1.0);
    check(backend, &[0, 1], 1.0);
    check(backend, &[2], 1.0);
    check(backend, &[3, 0, 1, 31, 32, 33, 2], 1.0);
    check(backend, &[63, 64, 65, 300], 1.0);
    let zero = Drawn([vec![0.0; 9], vec![0.0; 3], vec![0.0; 9], vec![0.0; 3], vec![0.0; 3]]);
    let found =
        backend.deviations(&[zero.document()], &PersevalOptions::default()).unwrap().degress().unwrap();
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
        small.deviations_with(&[drawn.document(); 4], &PersevalOptions::default(), |done, total| {
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
    let found = backend.deviations(&[steep.document()], &PersevalOptions::default()).unwrap();
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

/// A user without a distance to another, and one whom the model lacks: the device leaves both to the CPU.
fn missing(backend: &Backend) {
    let mut drawn = Drawn::new(7, 40, 1.0);
    drawn.0[0][3] = f64::NAN;
    for other in 0..40 {
        drawn.0[2][5 * 40 + other] = f64::NAN;
        drawn.0[2][other * 40 + 5] = f64::NAN;
    }
    drawn.0[3][5] = f64::NAN;
    let found = |backend: &Backend| {
        backend.deviations(&[drawn.document()], &PersevalOptions::default()).unwrap().degress().unwrap().value
    };
    assert!((found(backend) - found(&Backend::cpu())).abs() < 1e-12);
}

fn refused(backend: &Backend) {
    for bad in [-0.5, 1.5] {
        let drawn = Drawn([vec![0.0, bad, 0.5, 0.0], vec![0.5; 2], vec![0.5; 4], vec![0.5; 2], vec![0.5; 2]]);
        let refused = backend.deviations(&[drawn.document()], &PersevalOptions::default()).unwrap_err();
        assert!(matches!(refused, ComputeError::Input(_)), "{refused}");
    }
}
