use crate::error::{Error, Result};
use crate::linear::Cholesky;

/// A log-likelihood that is concave in its parameters. The first `items` of them are strengths, of which only the
/// differences matter.
pub(super) trait Likelihood: Sync {
    /// Strengths.
    fn items(&self) -> usize;

    /// All parameters.
    fn parameters(&self) -> usize {
        self.items()
    }

    /// −ln L; infinite where the parameters have no meaning.
    fn value(&self, x: &[f64]) -> f64;

    /// Adds the first derivatives of −ln L, and the second ones to the lower triangle of a matrix given row by row.
    fn slopes(&self, x: &[f64], gradient: &mut [f64], hessian: Option<&mut [f64]>);
}

/// Newton steps at most: far from the maximum a step moves a log-odds by about 1, and counts are below 2⁶⁴ ≈ e⁴⁴.
const LIMIT: u64 = 200;
/// A full step of this size, whose successor would be its square.
const SETTLED: f64 = 1e-8;

/// Where −ln L + ridge · Σ strengths² is least.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) x: Vec<f64>,
    pub(super) iterations: u64,
    ridge: f64,
    information: Information,
}

/// The matrix of second derivatives, made definite.
#[derive(Debug, Clone, PartialEq)]
struct Information {
    factor: Cholesky,
    /// What Var(b·x) counts too much for each (sum of b over the strengths)².
    surplus: f64,
    items: usize,
}

impl Information {
    /// Adds c/n to every entry of the strengths, which leaves everything but the undetermined mean as it is; `None` if
    /// the matrix is not definite.
    fn new(likelihood: &impl Likelihood, ridge: f64, mut hessian: Vec<f64>, damping: f64) -> Option<Self> {
        let (n, k) = (likelihood.items(), likelihood.parameters());
        let scale = (0..n).map(|i| hessian[i * k + i]).sum::<f64>() / (n.max(1) as f64);
        let centre = if scale > 0.0 { scale } else { 1.0 };
        for i in 0..n {
            hessian[i * k..=i * k + i].iter_mut().for_each(|entry| *entry += centre / n as f64);
            hessian[i * k + i] += 2.0 * ridge;
        }
        for i in 0..k {
            hessian[i * k + i] *= 1.0 + damping;
        }
        let surplus = if n > 0 { 1.0 / ((centre + 2.0 * ridge) * n as f64) } else { 0.0 };
        Some(Self { factor: Cholesky::new(k, hessian, 0.0)?, surplus, items: n })
    }
}

impl Fit {
    /// Newton's method from `start`, whose strengths sum to 0.
    pub(super) fn new(
        metric: &'static str,
        likelihood: &impl Likelihood,
        ridge: f64,
        start: Vec<f64>,
    ) -> Result<Self> {
        let n = likelihood.items();
        let penalised = |x: &[f64]| likelihood.value(x) + ridge * x[..n].iter().map(|s| s * s).sum::<f64>();
        let (mut x, mut value) = (start, f64::INFINITY);
        let mut damping = 0.0;
        for iterations in 1..=LIMIT {
            let (gradient, hessian) = slopes(likelihood, ridge, &x);
            let Some(information) = Information::new(likelihood, ridge, hessian, damping) else {
                damping = (damping * 100.0).max(1e-12);
                if damping > 1.0 {
                    return Err(Error::NoConvergence { metric, iterations });
                }
                continue;
            };
            if iterations == 1 || value.is_infinite() {
                value = penalised(&x);
            }
            let mut step = gradient.clone();
            information.factor.solve(&mut step);
            let slope: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
            // Rounding of the value hides smaller gains than this.
            let noise = 1e-13 * value.abs();
            let mut share = 1.0;
            let next = loop {
                let candidate: Vec<f64> = x.iter().zip(&step).map(|(x, s)| x - share * s).collect();
                let reached = penalised(&candidate);
                if reached <= value - 1e-4 * share * slope + noise {
                    break Some((candidate, reached));
                }
                share /= 2.0;
                if share < 1e-9 {
                    break None;
                }
            };
            let Some((candidate, reached)) = next else {
                return Err(Error::NoConvergence { metric, iterations });
            };
            let settled = step.iter().all(|s| s.abs() <= SETTLED) && share == 1.0 && damping == 0.0;
            (x, value) = (candidate, reached);
            damping = 0.0;
            if settled {
                return Self::at(metric, likelihood, ridge, x, iterations);
            }
        }
        Err(Error::NoConvergence { metric, iterations: LIMIT })
    }

    /// A maximum found otherwise.
    pub(super) fn at(
        metric: &'static str,
        likelihood: &impl Likelihood,
        ridge: f64,
        x: Vec<f64>,
        iterations: u64,
    ) -> Result<Self> {
        let mut x = x;
        centre(&mut x[..likelihood.items()]);
        let (_, hessian) = slopes(likelihood, ridge, &x);
        match Information::new(likelihood, ridge, hessian, 0.0) {
            Some(information) => Ok(Self { x, iterations, ridge, information }),
            None => Err(Error::NoConvergence { metric, iterations }),
        }
    }

    /// The maximum for other data that are much like these: the same matrix serves for every step, so that a step costs
    /// the first derivatives only. Where that does not settle, Newton's method does.
    pub(super) fn refit(&self, metric: &'static str, likelihood: &impl Likelihood) -> Result<Vec<f64>> {
        const STEPS: usize = 40;
        let mut x = self.x.clone();
        let mut last = f64::INFINITY;
        let mut step = vec![0.0; x.len()];
        for _ in 0..STEPS {
            step.fill(0.0);
            likelihood.slopes(&x, &mut step, None);
            penalise(&mut step, &x, likelihood.items(), self.ridge);
            self.information.factor.solve(&mut step);
            x.iter_mut().zip(&step).for_each(|(x, s)| *x -= s);
            let length = step.iter().fold(0.0, |most: f64, s| most.max(s.abs()));
            if length <= SETTLED {
                centre(&mut x[..likelihood.items()]);
                return Ok(x);
            }
            if length.is_nan() || length >= 0.7 * last {
                break;
            }
            last = length;
        }
        Ok(Self::new(metric, likelihood, self.ridge, self.x.clone())?.x)
    }

    /// Var(b·x) by the information matrix, with the strengths measured from their mean.
    pub(super) fn variance(&self, contrast: &[(usize, f64)]) -> f64 {
        let Information { factor, surplus, items } = &self.information;
        let sum: f64 = contrast.iter().filter(|(at, _)| at < items).map(|(_, b)| b).sum();
        (factor.inverse_form_at(contrast) - surplus * sum * sum).max(0.0)
    }
}

fn slopes(likelihood: &impl Likelihood, ridge: f64, x: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let k = likelihood.parameters();
    let (mut gradient, mut hessian) = (vec![0.0; k], vec![0.0; k * k]);
    likelihood.slopes(x, &mut gradient, Some(&mut hessian));
    penalise(&mut gradient, x, likelihood.items(), ridge);
    (gradient, hessian)
}

/// Rounding lets the mean drift.
fn centre(strengths: &mut [f64]) {
    let mean = crate::num::sum(strengths.iter().copied()) / strengths.len().max(1) as f64;
    strengths.iter_mut().for_each(|s| *s -= mean);
}

fn penalise(gradient: &mut [f64], x: &[f64], items: usize, ridge: f64) {
    gradient.iter_mut().zip(x).take(items).for_each(|(g, x)| *g += 2.0 * ridge * x);
}
