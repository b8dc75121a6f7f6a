//! The Matthews correlation against the covariances of its definition, item by item; and what must hold of it whatever
//! the data.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::Error;
use probity::agreement::{Options, matthews_correlation};
use probity::inference::{Estimate, Level};
use probity::ratings::Labels;
use probity::tally::{PairCounts, Tally};
use proptest::prelude::*;

const K: usize = 4;
type Record = (Option<u32>, Option<u32>);
type Codes = Vec<Record>;
/// The code of one of the two raters.
type SideOf<T, C> = fn(&T) -> C;
type Code = SideOf<(u32, u32), u32>;

fn codes() -> impl Strategy<Value = Codes> {
    // Few categories at times, so that the undefined case occurs.
    (1..=K as u32).prop_flat_map(|used| {
        let code = || prop::option::weighted(0.9, 0..used);
        prop::collection::vec((code(), code()), 0..40)
    })
}

fn tally(codes: &[Record]) -> PairCounts {
    let mut tally = PairCounts::new(Labels::codes(K));
    for &record in codes {
        tally.record(record).unwrap();
    }
    tally
}

fn score(codes: &[Record]) -> Result<Estimate, Error> {
    tally(codes).matthews_correlation(Level::default())
}

/// Gorodkin's definition: the covariance of the two matrices of indicators over the root of their variances.
fn naive(codes: &Codes) -> Option<f64> {
    let pairs: Vec<(u32, u32)> = codes.iter().filter_map(|&(a, b)| a.zip(b)).collect();
    let n = pairs.len() as f64;
    let share = |k: u32, of: Code| pairs.iter().filter(|p| of(p) == k).count() as f64 / n;
    let covariance = |f: Code, g: Code| -> f64 {
        let in_category = |k: u32| {
            let centred = |p: &(u32, u32), of: Code| f64::from(u8::from(of(p) == k)) - share(k, of);
            pairs.iter().map(|p| centred(p, f) * centred(p, g)).sum::<f64>()
        };
        (0..K as u32).map(in_category).sum()
    };
    let (first, second): (Code, Code) = (|p| p.0, |p| p.1);
    let (x, y) = (covariance(first, first), covariance(second, second));
    (x > 1e-12 && y > 1e-12).then(|| covariance(first, second) / (x * y).sqrt())
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-11
}

proptest! {
    #[test]
    fn it_is_the_correlation_of_the_indicators(codes in codes()) {
        match (score(&codes), naive(&codes)) {
            (Ok(found), Some(expected)) => {
                prop_assert!(close(found.value, expected), "{} is not {expected}", found.value);
                prop_assert!(found.interval.is_none_or(|i| i.contains(found.value) && i.lower > -1.0 && i.upper < 1.0));
                prop_assert_eq!(found.interval.is_some(), found.standard_error.is_some());
            }
            (Err(error), None) => prop_assert!(error.is_undefined()),
            (found, expected) => prop_assert!(false, "{found:?} is not {expected:?}"),
        }
    }

    /// Within ±1, no nearer to 0 than Cohen's kappa, and as far from chance as that.
    #[test]
    fn it_bounds_kappa(codes in codes()) {
        let Ok(found) = score(&codes) else { return Ok(()) };
        let kappa = tally(&codes).cohen_kappa(&Options::new()).unwrap();
        prop_assert!(found.value.abs() <= 1.0 && kappa.value.abs() <= found.value.abs() + 1e-12);
        let (p, q) = (found.p_value.unwrap_or(0.0), kappa.p_value.unwrap_or(0.0));
        prop_assert!(close(p, q), "p-value {p} is not {q} of kappa");
    }

    #[test]
    fn names_order_and_sides_do_not_matter(codes in codes(), shift in 0..K as u32) {
        let Ok(found) = score(&codes) else { return Ok(()) };
        let renamed: Codes = codes.iter().rev()
            .map(|&(a, b)| (b.map(|b| (b + shift) % K as u32), a.map(|a| (a + shift) % K as u32)))
            .collect();
        let other = score(&renamed).unwrap();
        prop_assert!(close(found.value, other.value));
        prop_assert!(close(found.standard_error.unwrap_or(0.0), other.standard_error.unwrap_or(0.0)));
        // Codes and tally are two ways to the same figure.
        let vector = |side: SideOf<Record, Option<u32>>| -> Vec<u32> {
            codes.iter().map(|pair| side(pair).unwrap_or(u32::MAX)).collect()
        };
        let one_shot = matthews_correlation(&vector(|p| p.0), &vector(|p| p.1)).unwrap();
        prop_assert_eq!(one_shot.value, found.value);
    }

    #[test]
    fn any_split_gives_the_same_figure(codes in codes(), at in any::<prop::sample::Index>()) {
        let (left, right) = codes.split_at(at.index(codes.len() + 1));
        let mut merged = tally(right);
        merged.merge(&tally(left)).unwrap();
        prop_assert_eq!(merged.matthews_correlation(Level::default()), score(&codes));
    }
}
