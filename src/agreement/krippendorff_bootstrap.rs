use crate::agreement::difference::Differences;
use crate::error::Result;
use crate::inference::{Bootstrap, Multinomial, Replicates};
use crate::ratings::Ratings;
use crate::tally::Coincidences;

/// Pairs a non-zero coincidence that are drawn at most.
const PAIRS_A_CELL: f64 = 25.0;

/// Krippendorff's own bootstrap of alpha, as in the KALPHA macro: draws pairs of judgments, not items.
///
/// ```text
/// M     pairs drawn, min(25·Q, (raters − 1)·n/2), with Q the non-zero cells of the coincidence matrix o_ck
/// P     of a pair {c, k}: o_cc/n, and 2·o_ck/n for c ≠ k
/// α*    1 − Σ (over the M pairs) δ(c, k) / (M·D_e), at least −1
/// ```
///
/// δ and the expected disagreement D_e are those of the data and stay fixed. A resample whose pairs all have the same
/// two equal categories varies in nothing; it counts as α* = 0, as in the published algorithm.
///
/// This answers another question than [`Bootstrap::run`] over items: pairs of the same item are drawn as if they were
/// independent, and since M stops growing at 25·Q the interval does not shrink with the items. For the uncertainty of
/// alpha prefer items; this is here to reproduce published figures.
///
/// # Undefined
/// Where alpha is ([`crate::agreement::krippendorff_alpha`]).
///
/// # Missing values
/// As in alpha: items with fewer than two judgments are left out.
///
/// # Source
/// Hayes and Krippendorff 2007, *Communication Methods and Measures* 1:77-89; Krippendorff 2006, *Bootstrapping
/// distributions for Krippendorff's alpha*. The published code moves the expected number of resamples without
/// variation to 0; here it is those resamples themselves. R icr and evalica follow a later version, which draws
/// each item's number of pairs from all pairs.
///
/// # Errors
/// Those of alpha; [`crate::Error::Argument`] if the bootstrap asks for a BCa or studentised interval, for raters, or has
/// indices.
///
/// # Complexity
/// Per resample O(categories²), whatever the number of pairs.
///
/// # Examples
/// ```
/// use probity::agreement::krippendorff_bootstrap;
/// use probity::inference::Bootstrap;
/// use probity::ratings::{Labels, Ratings};
///
/// let a = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0u8];
/// let b = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0u8];
/// let ratings = Ratings::from_pairs(Labels::codes(2), &a, &b)?;
/// let found = krippendorff_bootstrap(&ratings, &Bootstrap::new(1))?;
/// assert!((found.estimate() - 0.095).abs() < 1e-3);
/// assert!(found.interval().lower < -0.5 && found.interval().upper > 0.5);
///
/// let same = Ratings::from_pairs(Labels::codes(2), &[1u8, 1], &[1, 1])?;
/// assert!(krippendorff_bootstrap(&same, &Bootstrap::new(1)).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn krippendorff_bootstrap(ratings: &Ratings, bootstrap: &Bootstrap) -> Result<Replicates> {
    if !ratings.is_categorical() {
        return krippendorff_bootstrap(&ratings.categorize()?, bootstrap);
    }
    let coincidences = Coincidences::from_ratings(ratings)?;
    let alpha = coincidences.krippendorff_alpha(ratings.scale())?;
    let expected = coincidences.disagreement(ratings.scale())?.expected();
    let totals = coincidences.totals();
    let differences = Differences::new(ratings.scale(), coincidences.labels(), &totals)?;
    let matrix = coincidences.matrix();
    let (mut weights, mut losses, mut cells) = (Vec::new(), Vec::new(), 0.0);
    for (c, row) in matrix.iter().enumerate() {
        for (k, &o) in row.iter().enumerate().skip(c).filter(|&(_, &o)| o > 0.0) {
            let orders = if c == k { 1.0 } else { 2.0 };
            cells += orders;
            weights.push(orders * o);
            losses.push((c != k, differences.between(c, k)));
        }
    }
    let all_pairs = (ratings.n_raters() - 1) as f64 * coincidences.n_pairable() as f64 / 2.0;
    let pairs = (PAIRS_A_CELL * cells).min(all_pairs).floor();
    let law = Multinomial::from_weights(&weights);
    bootstrap.simulate(alpha.value, |stream| {
        let mut counts = vec![0; losses.len()];
        law.draw(stream, pairs as u64, &mut counts);
        let drawn = || counts.iter().zip(&losses).filter(|&(&n, _)| n > 0);
        if drawn().count() == 1 && drawn().all(|(_, &(differ, _))| !differ) {
            return 0.0;
        }
        let lost = crate::num::sum(drawn().map(|(&n, &(_, loss))| n as f64 * loss));
        (1.0 - lost / (pairs * expected)).max(-1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::{Labels, Scale};

    #[test]
    fn replicates_have_the_mean_and_spread_of_drawn_pairs() {
        // Krippendorff 2011, example C: 12 units, 4 observers.
        let item =
            |row: &str| row.bytes().map(|b| if b == b'.' { u8::MAX } else { b - b'1' }).collect::<Vec<_>>();
        let rows =
            ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", ".3.."];
        let ratings = Ratings::from_codes(Labels::codes(5), 4, rows.map(item).concat()).unwrap();
        for scale in [Scale::Nominal, Scale::Ordinal] {
            let ratings = ratings.clone().with_scale(scale.clone()).unwrap();
            let bootstrap = Bootstrap::new(2007).resamples(10_000).unwrap();
            let found = krippendorff_bootstrap(&ratings, &bootstrap).unwrap();
            let tally = Coincidences::from_ratings(&ratings).unwrap();
            let (matrix, n) = (tally.matrix(), tally.n_pairable() as f64);
            let totals = tally.totals();
            let differences = Differences::new(&scale, tally.labels(), &totals).unwrap();
            let cells = || (0..25).map(|i| (matrix[i / 5][i % 5] / n, differences.between(i / 5, i % 5)));
            let mean: f64 = cells().map(|(p, d)| p * d).sum();
            let variance: f64 = cells().map(|(p, d)| p * (d - mean).powi(2)).sum();
            assert_eq!(n, 40.0);
            // 40 pairable judgments of 4 observers: (4 − 1)·40/2 = 60 pairs, fewer than 25 a cell.
            let spread = (variance / 60.0).sqrt() / tally.disagreement(&scale).unwrap().expected();
            assert!((found.bias() / spread).abs() < 0.04, "{scale:?}: {}", found.bias());
            assert!((found.standard_error() / spread - 1.0).abs() < 0.03, "{scale:?}");
        }
    }

    #[test]
    fn resamples_without_variation_count_as_none() {
        // 20 pairs, all but one of them equal: now and then all drawn pairs are (0, 0).
        let b = [vec![0u8; 19], vec![1]].concat();
        let ratings = Ratings::from_pairs(Labels::codes(2), &[0; 20], &b).unwrap();
        let found = krippendorff_bootstrap(&ratings, &Bootstrap::new(3)).unwrap();
        let zeros = found.values().iter().filter(|&&v| v == 0.0).count() as f64;
        let expected = 2000.0 * 0.95f64.powi(20);
        assert!((zeros - expected).abs() < 4.0 * expected.sqrt(), "{zeros}, {expected}");
        assert!(found.values().iter().all(|&v| (-1.0..1.0).contains(&v)));
    }
}
