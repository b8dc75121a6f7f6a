use crate::error::{Error, Result, Undefined};
use crate::num::ln_sigmoid;
use crate::preference::comparison_graph::ComparisonGraph;
use crate::preference::newton::Likelihood;
use crate::preference::tie_model::{TieModel, sigmoids};
use crate::ratings::Labels;
use crate::tally::Comparisons;

/// Two contenders that were compared, with weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) wins: f64,
    pub(super) losses: f64,
    pub(super) ties: f64,
}

impl Pair {
    /// What a model of ties makes of counts.
    pub(super) fn new(a: usize, b: usize, [wins, losses, ties]: [f64; 3], model: TieModel) -> Self {
        match model {
            TieModel::HalfWins => {
                Self { a, b, wins: wins + ties / 2.0, losses: losses + ties / 2.0, ties: 0.0 }
            }
            TieModel::Dropped => Self { a, b, wins, losses, ties: 0.0 },
            TieModel::Davidson | TieModel::RaoKupper => Self { a, b, wins, losses, ties },
        }
    }

    pub(super) fn of(comparisons: &Comparisons, model: TieModel) -> Vec<Self> {
        let pairs = comparisons.pairs();
        pairs.map(|(a, b, counts)| Self::new(a, b, counts.map(|n| n as f64), model)).collect()
    }

    pub(super) fn played(&self) -> f64 {
        self.wins + self.losses + self.ties
    }
}

/// Refuses data for which the likelihood has no maximum.
///
/// With a parameter for ties there are two conditions beside the connected graph: both ties and wins, and no direction
/// in which strengths and parameter grow together so that every win stays as likely as a win can be and every tie as
/// likely as a tie can be. Such a direction is numbers d with `d(winner) − d(loser) ≥ 1` for every win and `|d(a) − d(b)|
/// ≤ 1` for every tie: they exist unless a cycle of these inequalities has a positive sum.
pub(super) fn check_maximum(
    metric: &'static str,
    names: &Labels,
    pairs: &[Pair],
    model: TieModel,
    ridge: f64,
) -> Result<()> {
    let none = |why| Err(Error::undefined(metric, Undefined::NoMaximum { why }));
    if model.has_parameter() {
        if pairs.iter().all(|pair| pair.ties == 0.0) {
            return Err(Error::undefined(metric, Undefined::Nothing { what: "ties" }));
        }
        if pairs.iter().all(|pair| pair.wins + pair.losses == 0.0) {
            return none("every comparison is a tie");
        }
    }
    if ridge > 0.0 {
        return Ok(());
    }
    let mut edges = Vec::with_capacity(2 * pairs.len());
    for pair in pairs {
        if pair.wins + pair.ties > 0.0 {
            edges.push((pair.a, pair.b));
        }
        if pair.losses + pair.ties > 0.0 {
            edges.push((pair.b, pair.a));
        }
    }
    ComparisonGraph::from_edges(names.len(), &edges).check(metric, names)?;
    if model.has_parameter() && can_grow_together(names.len(), pairs) {
        return none("strengths can grow together with the tie parameter");
    }
    Ok(())
}

/// Whether the inequalities of [`check_maximum`] have a solution (Bellman and Ford).
fn can_grow_together(n: usize, pairs: &[Pair]) -> bool {
    let mut bounds: Vec<(usize, usize, i64)> = Vec::new();
    for pair in pairs {
        // A win implies the lower bound of a tie.
        let bound = |weight: f64| if weight > 0.0 { Some(1) } else { (pair.ties > 0.0).then_some(-1) };
        bounds.extend(bound(pair.wins).map(|by| (pair.a, pair.b, by)));
        bounds.extend(bound(pair.losses).map(|by| (pair.b, pair.a, by)));
    }
    let mut least = vec![0i64; n];
    for _ in 0..=n {
        let mut moved = false;
        for &(upper, lower, by) in &bounds {
            if least[upper] < least[lower] + by {
                least[upper] = least[lower] + by;
                moved = true;
            }
        }
        if !moved {
            return true;
        }
    }
    false
}

/// The likelihood of comparisons; the last parameter is ln ν or ln t where ties have one.
#[derive(Debug)]
pub(super) struct PairLikelihood<'a> {
    pub(super) items: usize,
    pub(super) pairs: &'a [Pair],
    pub(super) model: TieModel,
}

/// Derivatives of a pair's −ln L by the difference of the strengths and by the parameter of ties.
struct Slopes {
    by_difference: f64,
    by_tie: f64,
    difference_difference: f64,
    difference_tie: f64,
    tie_tie: f64,
}

impl PairLikelihood<'_> {
    /// All strengths 0 and the parameter that then fits best; there are wins and, where they have a parameter, ties.
    pub(super) fn start(&self) -> Vec<f64> {
        let mut x = vec![0.0; self.parameters()];
        let ties: f64 = self.pairs.iter().map(|pair| pair.ties).sum();
        let wins: f64 = self.pairs.iter().map(|pair| pair.wins + pair.losses).sum();
        if let Some(parameter) = x.get_mut(self.items) {
            *parameter = match self.model {
                TieModel::RaoKupper => (2.0 * ties / wins).ln_1p(),
                _ => (2.0 * ties / wins).ln(),
            };
        }
        x
    }

    fn tie(&self, x: &[f64]) -> f64 {
        x.get(self.items).copied().unwrap_or(0.0)
    }

    fn add_slopes(
        &self,
        x: &[f64],
        gradient: &mut [f64],
        mut hessian: Option<&mut [f64]>,
        slopes: impl Fn(&Pair, f64) -> Slopes,
    ) {
        let (n, k) = (self.items, self.parameters());
        for pair in self.pairs {
            let (a, b) = (pair.a, pair.b);
            let s = slopes(pair, x[a] - x[b]);
            gradient[a] += s.by_difference;
            gradient[b] -= s.by_difference;
            if let Some(parameter) = gradient.get_mut(n) {
                *parameter += s.by_tie;
            }
            let Some(hessian) = hessian.as_deref_mut() else { continue };
            hessian[a * k + a] += s.difference_difference;
            hessian[b * k + b] += s.difference_difference;
            hessian[a.max(b) * k + a.min(b)] -= s.difference_difference;
            if k > n {
                hessian[n * k + a] += s.difference_tie;
                hessian[n * k + b] -= s.difference_tie;
                hessian[n * k + n] += s.tie_tie;
            }
        }
    }
}

impl Likelihood for PairLikelihood<'_> {
    fn items(&self) -> usize {
        self.items
    }

    fn parameters(&self) -> usize {
        self.items + usize::from(self.model.has_parameter())
    }

    fn value(&self, x: &[f64]) -> f64 {
        let tie = self.tie(x);
        let term: &dyn Fn(&Pair, f64) -> f64 = match self.model {
            TieModel::HalfWins | TieModel::Dropped => {
                &|pair, d| pair.wins * ln_sigmoid(d) + pair.losses * ln_sigmoid(-d)
            }
            TieModel::Davidson => &|pair, d| {
                let half = d / 2.0;
                let most = half.abs().max(tie);
                let sum = (half - most).exp() + (-half - most).exp() + (tie - most).exp();
                let ln_sum = most + sum.ln();
                pair.wins * (half - ln_sum) + pair.losses * (-half - ln_sum) + pair.ties * (tie - ln_sum)
            },
            TieModel::RaoKupper if tie <= 0.0 => return f64::INFINITY,
            // P(tie) = (t² − 1) P(win) P(loss): a tie counts as a win and a loss.
            TieModel::RaoKupper => &|pair, d| {
                (pair.wins + pair.ties) * ln_sigmoid(d - tie)
                    + (pair.losses + pair.ties) * ln_sigmoid(-d - tie)
                    + pair.ties * (2.0 * tie + (-(-2.0 * tie).exp_m1()).ln())
            },
        };
        // Not summed exactly: Newton's line search allows for the rounding.
        -self.pairs.iter().map(|pair| term(pair, x[pair.a] - x[pair.b])).sum::<f64>()
    }

    fn slopes(&self, x: &[f64], gradient: &mut [f64], hessian: Option<&mut [f64]>) {
        let tie = self.tie(x);
        match self.model {
            TieModel::HalfWins | TieModel::Dropped => self.add_slopes(x, gradient, hessian, |pair, d| {
                let (p, q) = sigmoids(d);
                Slopes {
                    // Not n·p − wins: where p is near 1 that would lose all digits.
                    by_difference: pair.losses * p - pair.wins * q,
                    by_tie: 0.0,
                    difference_difference: (pair.wins + pair.losses) * p * q,
                    difference_tie: 0.0,
                    tie_tie: 0.0,
                }
            }),
            TieModel::Davidson => self.add_slopes(x, gradient, hessian, |pair, d| {
                let p = TieModel::Davidson.probabilities(d, tie);
                let n = pair.played();
                Slopes {
                    by_difference: pair.losses * (p.win + p.tie / 2.0) - pair.wins * (p.loss + p.tie / 2.0)
                        + pair.ties * (p.win - p.loss) / 2.0,
                    by_tie: (pair.wins + pair.losses) * p.tie - pair.ties * (p.win + p.loss),
                    difference_difference: n * (p.win * p.loss + p.tie * (p.win + p.loss) / 4.0),
                    difference_tie: n * p.tie * (p.loss - p.win) / 2.0,
                    tie_tie: n * p.tie * (p.win + p.loss),
                }
            }),
            TieModel::RaoKupper => {
                let (ln_slope, ln_curve) = (2.0 / -(-2.0 * tie).exp_m1(), tie.sinh().powi(-2));
                self.add_slopes(x, gradient, hessian, |pair, d| {
                    let ((p, not_p), (q, not_q)) = (sigmoids(d - tie), sigmoids(-d - tie));
                    let (a, b) = (pair.wins + pair.ties, pair.losses + pair.ties);
                    let (curve_a, curve_b) = (a * p * not_p, b * q * not_q);
                    Slopes {
                        by_difference: b * not_q - a * not_p,
                        by_tie: a * not_p + b * not_q - pair.ties * ln_slope,
                        difference_difference: curve_a + curve_b,
                        difference_tie: curve_b - curve_a,
                        tie_tie: curve_a + curve_b + pair.ties * ln_curve,
                    }
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_differences_of_the_value() {
        let pairs: Vec<Pair> = [(0, 1, [3.0, 2.0, 1.0]), (2, 1, [0.0, 4.0, 2.5]), (0, 2, [1.0, 1.0, 0.0])]
            .map(|(a, b, counts)| Pair::new(a, b, counts, TieModel::Davidson))
            .to_vec();
        for model in [TieModel::Dropped, TieModel::Davidson, TieModel::RaoKupper] {
            let likelihood = PairLikelihood { items: 3, pairs: &pairs, model };
            let k = likelihood.parameters();
            let x = [0.3, -0.8, 0.1, 0.4][..k].to_vec();
            let (mut gradient, mut hessian) = (vec![0.0; k], vec![0.0; k * k]);
            likelihood.slopes(&x, &mut gradient, Some(&mut hessian));
            for i in 0..k {
                let moved = |by: f64| {
                    let mut x = x.clone();
                    x[i] += by;
                    let mut gradient = vec![0.0; k];
                    likelihood.slopes(&x, &mut gradient, None);
                    (likelihood.value(&x), gradient)
                };
                let (up, down) = (moved(1e-5), moved(-1e-5));
                assert!(((up.0 - down.0) / 2e-5 - gradient[i]).abs() < 1e-7, "{model:?} {i}");
                for j in 0..k {
                    let (row, column) = (i.max(j), i.min(j));
                    let difference = (up.1[j] - down.1[j]) / 2e-5;
                    assert!((difference - hessian[row * k + column]).abs() < 1e-7, "{model:?} {i} {j}");
                }
            }
        }
    }
}
