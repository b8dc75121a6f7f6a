//! A seed gives these numbers, on any machine and in any version that does not say otherwise under "Value changes" in
//! the changelog. The streams were computed a second time by a plain program of ten lines in another language.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::agreement::{PatternCoefficient, krippendorff_bootstrap};
use probity::inference::{Bootstrap, Unit};
use probity::ratings::{Fingerprint, Labels, Ratings, RatingsBuilder, Scale};
use probity::rng::{Stream, draw_index};
use probity::tally::{PairCounts, Patterns};

#[test]
fn streams() {
    let mut stream = Stream::new(2026, 1, 2);
    let words: Vec<u32> = (0..6).map(|_| stream.next_u32()).collect();
    assert_eq!(words, [487_209_399, 871_822_771, 1_829_139_172, 101_419_963, 2_858_200_164, 1_716_946_854]);
    // Across the blocks made ahead.
    let mut stream = Stream::new(2026, 1, 2);
    let sum = (0..1000).fold(0u64, |sum, _| sum.wrapping_mul(31).wrapping_add(stream.next_u64()));
    assert_eq!(sum, 15_606_092_386_736_760_125);
    let indices: Vec<u32> = (0..8).map(|i| draw_index(2026, 1, 2, i, 1000)).collect();
    assert_eq!(indices, [136, 543, 856, 768, 921, 709, 85, 621]);
    let mut order: Vec<u32> = (0..8).collect();
    Stream::new(2026, 3, 0).shuffle(&mut order);
    assert_eq!(order, [1, 7, 2, 5, 0, 4, 3, 6]);
}

#[test]
fn multinomial_draws() {
    // Few kinds: the chain of binomials by inversion and by rejection. The figure tells the cells apart.
    let pairs = PairCounts::from_counts(Labels::codes(2), vec![700, 4, 120, 176]).unwrap();
    let cells = |p: &PairCounts| Ok(p.get(0, 0) as f64 + 1e4 * p.get(0, 1) as f64 + 1e7 * p.get(1, 0) as f64);
    let found = Bootstrap::new(2026).resamples(4).unwrap().run(&pairs, &cells).unwrap();
    assert_eq!(found.values(), [1_180_070_702.0, 1_000_030_723.0, 1_180_050_714.0, 1_320_030_703.0]);
}

#[test]
fn bootstraps() {
    let codes = vec![0u8, 0, 1, 1, 1, 0, 0, 0, 2, 2, 2, 1, 1, 1, 0, 255, 2, 2, 1, 1, 0, 1, 2, 2];
    let ratings = Ratings::from_codes(Labels::codes(3), 2, codes).unwrap();
    let patterns = Patterns::from_ratings(&ratings).unwrap();
    let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
    let boot = Bootstrap::new(2026).resamples(200).unwrap();
    let near = |found: f64, pinned: f64| assert!((found - pinned).abs() < 1e-12, "{found:?}");
    near(boot.run(&patterns, &alpha).unwrap().standard_error(), 0.208_711_994_294_076_64);
    near(krippendorff_bootstrap(&ratings, &boot).unwrap().standard_error(), 0.186_613_897_475_948_56);
    let judgments = |r: &Ratings| {
        let codes = r.codes()?;
        Ok((0..r.n_items()).flat_map(|i| codes.item(i)).map(|(_, code)| f64::from(code)).sum())
    };
    near(
        boot.clone().unit(Unit::Raters).run(&ratings, &judgments).unwrap().standard_error(),
        0.698_149_024_422_083_8,
    );
    near(boot.unit(Unit::Both).run(&ratings, &judgments).unwrap().standard_error(), 5.147_434_351_403_624);
}

#[test]
fn fingerprints() {
    let mut rows = RatingsBuilder::new();
    for (item, rater, label) in
        [("q1", "ann", "yes"), ("q1", "bob", "no"), ("q2", "bob", "no"), ("é", "eve", "yes")]
    {
        rows.push(item, rater, Some(label)).unwrap();
    }
    let named = rows.build().unwrap().fingerprint().to_string();
    let numbers = Ratings::from_values(Scale::Interval, 2, vec![0.5, -0.0, f64::NAN, 1e300]).unwrap();
    let counts = Ratings::from_counts(Labels::codes(2), &[1, 1, 0, 2]).unwrap();
    let rows = Fingerprint::of_rows(["a beat b", "", "a beat b"]).to_string();
    let found = [named, numbers.fingerprint().to_string(), counts.fingerprint().to_string(), rows];
    assert_eq!(
        found,
        [
            "451d38a8129a5800fbbc3381a37f0f41",
            "6ae3a8d2fff968e03fdea0ca536e6569",
            "4e994843a817a5ed6488a051d866caf3",
            "86308680f52399e88c5edd6b6272b15d",
        ]
    );
}
