use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level};
use crate::num;
use crate::preference::comparison_graph::ComparisonGraph;
use crate::preference::newton::{Fit, Likelihood};
use crate::ratings::Labels;

const METRIC: &str = "Plackett-Luce strengths";

/// Strengths of items, fitted to rankings; see [`plackett_luce`].
#[derive(Debug, Clone, PartialEq)]
pub struct PlackettLuce {
    fit: Fit,
    log_likelihood: f64,
    rankings: u64,
    level: Level,
}

/// Strengths of items from rankings, complete or partial, best first: Plackett and Luce's model, by maximum likelihood.
///
/// ```text
/// ln L = Σ over rankings Σₖ [θ(rₖ) − ln Σ_{l ≥ k} e^θ(r_l)]        the last item of a ranking adds nothing
/// θ maximises ln L − ridge · Σθ²,   Σθ = 0;   SE from the observed information
/// ```
///
/// Rankings of two items are comparisons: the strengths are then those of Bradley and Terry.
///
/// # Undefined
/// Without items; unless every item is reached from every other one through rankings that place it higher, and `ridge` is 0
/// (the error names who stands apart).
///
/// # Missing values
/// An item that a ranking leaves out was not compared in it. Ties within a ranking have no place in the model.
///
/// # Source
/// Plackett 1975; Luce 1959; existence: Hunter 2004. Solved by Newton's method; Hunter's MM and choix's `ilsr_rankings` have
/// the same limit.
///
/// # Errors
/// [`Error::Index`] for an item that there is not, [`Error::Argument`] for one that a ranking has twice or a ridge below
/// 0; [`Error::NoConvergence`] as [`bradley_terry`](crate::preference::bradley_terry).
///
/// # Complexity
/// A few steps of n³/3 + Σ (length of the ranking)².
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::plackett_luce;
/// let rankings = [vec![0, 1, 2], vec![1, 0, 2], vec![2, 0]];
/// let fit = plackett_luce(3, &rankings, 0.0, Level::default())?;
/// assert!(fit.strengths()[0] > fit.strengths()[2]);
/// // Nobody is ever placed above 0.
/// let error = plackett_luce(3, &rankings[..1], 0.0, Level::default()).unwrap_err();
/// assert!(error.to_string().contains("0 never lost"));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn plackett_luce<R: AsRef<[usize]>>(
    items: usize,
    rankings: &[R],
    ridge: f64,
    level: Level,
) -> Result<PlackettLuce> {
    num::check_at_least_0("ridge", ridge)?;
    let rankings = checked(items, rankings)?;
    if items == 0 {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "items" }));
    }
    if ridge == 0.0 {
        let above = |ranking: &&[usize]| ranking.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>();
        let edges: Vec<(usize, usize)> = rankings.iter().flat_map(above).collect();
        ComparisonGraph::from_edges(items, &edges).check(METRIC, &Labels::codes(items))?;
    }
    let likelihood = RankingLikelihood { items, rankings: &rankings };
    let fit = Fit::new(METRIC, &likelihood, ridge, vec![0.0; items])?;
    let log_likelihood = -likelihood.value(&fit.x);
    Ok(PlackettLuce { fit, log_likelihood, rankings: rankings.len() as u64, level })
}

/// ln L of rankings for given log-strengths; see [`plackett_luce`].
///
/// # Errors
/// [`Error::NotFinite`] for a strength that is not finite, [`Error::Index`] and [`Error::Argument`] as
/// [`plackett_luce`].
///
/// # Examples
/// ```
/// use probity::preference::plackett_luce_log_likelihood;
/// let equal = plackett_luce_log_likelihood(&[0.0; 3], &[vec![2, 0, 1]])?;
/// assert!((equal + 6f64.ln()).abs() < 1e-15);
/// assert_eq!(plackett_luce_log_likelihood(&[0.0; 3], &[vec![1]])?, 0.0);
/// assert!(plackett_luce_log_likelihood(&[0.0; 3], &[vec![1, 1]]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn plackett_luce_log_likelihood<R: AsRef<[usize]>>(log_strengths: &[f64], rankings: &[R]) -> Result<f64> {
    num::check_finite("log-strengths", log_strengths)?;
    let items = log_strengths.len();
    let rankings = checked(items, rankings)?;
    // Not −0.
    Ok(0.0 - RankingLikelihood { items, rankings: &rankings }.value(log_strengths))
}

impl PlackettLuce {
    /// Log-strengths, whose sum is 0.
    #[must_use]
    pub fn strengths(&self) -> &[f64] {
        &self.fit.x
    }

    /// Log-strengths with standard error and normal interval, measured from the mean of all items.
    #[must_use]
    pub fn estimates(&self) -> Vec<Estimate> {
        let of = |(i, &theta): (usize, &f64)| {
            let se = self.fit.variance(&[(i, 1.0)]).sqrt();
            Estimate::new("Plackett-Luce log-strength", theta)
                .counted(self.rankings, 1, self.rankings)
                .with_standard_error(se)
                .with_interval(Interval::normal(theta, se, self.level))
        };
        self.fit.x.iter().enumerate().map(of).collect()
    }

    /// ln L at the strengths, without the penalty.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }
}

fn checked<R: AsRef<[usize]>>(items: usize, rankings: &[R]) -> Result<Vec<&[usize]>> {
    let mut last_seen = vec![usize::MAX; items];
    for (at, ranking) in rankings.iter().enumerate() {
        for &item in ranking.as_ref() {
            let seen =
                last_seen.get_mut(item).ok_or(Error::Index { what: "item", index: item, len: items })?;
            if *seen == at {
                let found = format!("item {item} twice in ranking {at}");
                return Err(Error::argument("rankings", "each item at most once a ranking", found));
            }
            *seen = at;
        }
    }
    Ok(rankings.iter().map(AsRef::as_ref).collect())
}

struct RankingLikelihood<'a> {
    items: usize,
    rankings: &'a [&'a [usize]],
}

/// By position k of a ranking ln Σ_{l ≥ k} e^θ(r_l), into `tails`.
fn tails(ranking: &[usize], x: &[f64], tails: &mut Vec<f64>) {
    tails.clear();
    tails.resize(ranking.len(), 0.0);
    let mut tail = f64::NEG_INFINITY;
    for (&item, place) in ranking.iter().zip(tails).rev() {
        let (high, low) = (tail.max(x[item]), tail.min(x[item]));
        tail = high + (low - high).exp().ln_1p();
        *place = tail;
    }
}

impl Likelihood for RankingLikelihood<'_> {
    fn items(&self) -> usize {
        self.items
    }

    fn value(&self, x: &[f64]) -> f64 {
        let (mut total, mut room) = (0.0, Vec::new());
        for ranking in self.rankings {
            tails(ranking, x, &mut room);
            // The last stage has one item to choose from.
            let stages = ranking.iter().zip(&room).take(ranking.len().saturating_sub(1));
            total += stages.map(|(&item, tail)| tail - x[item]).sum::<f64>();
        }
        total
    }

    fn slopes(&self, x: &[f64], gradient: &mut [f64], mut hessian: Option<&mut [f64]>) {
        let mut room = Vec::new();
        // By stage k Σ_{l ≤ k} e^(tailₖ − tailₗ), and the same with squares: tails decrease, so nothing overflows.
        let mut sums: Vec<(f64, f64)> = Vec::new();
        for ranking in self.rankings {
            tails(ranking, x, &mut room);
            let stages = ranking.len().saturating_sub(1);
            sums.clear();
            let (mut once, mut twice, mut last) = (0.0, 0.0, f64::INFINITY);
            for &tail in room.iter().take(stages) {
                let step = (tail - last).exp();
                (once, twice, last) = (once * step + 1.0, twice * step * step + 1.0, tail);
                sums.push((once, twice));
            }
            for (at, &item) in ranking.iter().enumerate() {
                let Some(stage) = at.min(stages).checked_sub(usize::from(at >= stages)) else { continue };
                let p = (x[item] - room[stage]).exp();
                let (once, twice) = sums[stage];
                gradient[item] += p * once - if at < stages { 1.0 } else { 0.0 };
                let Some(hessian) = hessian.as_deref_mut() else { continue };
                hessian[item * self.items + item] += p * once - p * p * twice;
                // Both can be chosen at the stages up to that of the one placed higher.
                for ((&other, tail), (_, twice)) in ranking[..at].iter().zip(&room).zip(&sums) {
                    let entry = item.max(other) * self.items + item.min(other);
                    hessian[entry] -= (x[item] - tail).exp() * (x[other] - tail).exp() * twice;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preference::{BradleyTerryOptions, bradley_terry};

    #[test]
    fn rankings_of_two_are_comparisons() {
        let wins = [0.0, 3.0, 1.0, 2.0, 0.0, 2.0, 2.0, 1.0, 0.0];
        let mut rankings = Vec::new();
        for (at, &count) in wins.iter().enumerate() {
            rankings.extend(std::iter::repeat_n(vec![at / 3, at % 3], count as usize));
        }
        let ranked = plackett_luce(3, &rankings, 0.0, Level::default()).unwrap();
        let compared = bradley_terry(3, &wins, &BradleyTerryOptions::new()).unwrap();
        for (a, b) in ranked.estimates().iter().zip(compared.estimates()) {
            assert!((a.value - b.value).abs() < 1e-12);
            assert!((a.standard_error.unwrap() - b.standard_error.unwrap()).abs() < 1e-12);
        }
    }

    #[test]
    fn slopes_are_differences_of_the_value() {
        let rankings: [&[usize]; 3] = [&[2, 0, 3, 1], &[1, 3], &[3, 1, 0]];
        let likelihood = RankingLikelihood { items: 4, rankings: &rankings };
        let x = vec![0.4, -0.3, 1.0, 0.2];
        let (mut gradient, mut hessian) = (vec![0.0; 4], vec![0.0; 16]);
        likelihood.slopes(&x, &mut gradient, Some(&mut hessian));
        for i in 0..4 {
            let moved = |by: f64| {
                let mut x = x.clone();
                x[i] += by;
                let mut gradient = vec![0.0; 4];
                likelihood.slopes(&x, &mut gradient, None);
                (likelihood.value(&x), gradient)
            };
            let (up, down) = (moved(1e-5), moved(-1e-5));
            assert!(((up.0 - down.0) / 2e-5 - gradient[i]).abs() < 1e-8);
            for j in 0..4 {
                let difference = (up.1[j] - down.1[j]) / 2e-5;
                assert!((difference - hessian[i.max(j) * 4 + i.min(j)]).abs() < 1e-8, "{i} {j}");
            }
        }
    }
}
