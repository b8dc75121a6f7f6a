use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level};
use crate::num::{self, ln_sigmoid};
use crate::preference::length_control::{GlmWeights, length_controlled_rate, length_feature};
use crate::preference::newton::{Fit, Likelihood};
use crate::preference::preference_share;
use crate::preference::tie_model::sigmoids;

const METRIC: &str = "weights of the length-controlled win rate";

/// Preferences of a model over a baseline with the lengths of both answers: what a length-controlled win rate is fitted
/// to.
///
/// ```text
/// P(model wins) = σ(w · (tanh(Δ length/s), instruction difficulty, 1))        fitted to the shares p − 1
/// rate = mean over items of the prediction with the length feature set to 0
/// ```
///
/// # Missing values
/// An item whose preference is missing or outside 1..=2 is left out (0 is a draw, as in [`win_rate`](crate::preference::win_rate)); the
/// length feature is then that of the others. Lengths and difficulties must be there.
///
/// # Source
/// Dubois et al. 2024, "Length-controlled AlpacaEval". The official pipeline fits with an L1 penalty whose strength it
/// picks by cross-validation, and adds rows of a gamed baseline (weight 0.1 each, with a bias of their own) that are not
/// published; so its fits cannot be repeated, its predictions can ([`length_controlled_rate`]).
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::LengthControl;
/// // The longer answer is liked better, whoever wrote it.
/// let preferences = [1.9, 1.8, 1.2, 1.1].map(Some);
/// let data = LengthControl::new(&preferences, &[100.0, 110.0, 200.0, 220.0], &[200.0, 205.0, 100.0, 105.0])?;
/// let fit = data.fit(Level::default())?;
/// assert!(fit.weights.length < -1.0);
/// assert!((fit.rate.value - 0.5).abs() < 0.05);
/// assert!(LengthControl::new(&[Some(1.5)], &[1.0], &[]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LengthControl {
    shares: Vec<f64>,
    /// Length, difficulty (0 where there is none), 1.
    features: Vec<[f64; 3]>,
    has_difficulties: bool,
    /// The items that have a preference.
    kept: Vec<usize>,
    items: usize,
}

/// A fitted length-controlled win rate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LengthControlled {
    /// The weights of the model.
    pub weights: GlmWeights,
    /// The win rate at equal lengths, as a share of 1, with AlpacaEval's standard error: over instructions, as if the
    /// weights were known. It is 0 without difficulties.
    pub rate: Estimate,
    /// The standard error of the rate that comes from fitting the weights (delta method); `None` after an L1 fit.
    pub fitting_error: Option<f64>,
}

impl LengthControl {
    /// From preferences between 1 (the baseline wins) and 2 (the model wins) and the lengths of the two answers.
    ///
    /// # Errors
    /// As [`length_feature`]; [`Error::Length`] unless there is one length an item.
    pub fn new<T: Into<Option<f64>> + Copy>(
        preferences: &[T],
        baseline_lengths: &[f64],
        model_lengths: &[f64],
    ) -> Result<Self> {
        num::check_same_length(
            "lengths of the baseline's answers",
            preferences.len(),
            baseline_lengths.len(),
        )?;
        num::check_same_length("lengths of the model's answers", preferences.len(), model_lengths.len())?;
        let present =
            preferences.iter().enumerate().filter_map(|(i, &p)| Some((i, preference_share(p.into())?)));
        let (kept, shares): (Vec<usize>, Vec<f64>) = present.unzip();
        let of = |lengths: &[f64]| kept.iter().map(|&i| lengths[i]).collect::<Vec<f64>>();
        let lengths = length_feature(&of(baseline_lengths), &of(model_lengths))?;
        let features = lengths.into_iter().map(|length| [length, 0.0, 1.0]).collect();
        Ok(Self { shares, features, has_difficulties: false, kept, items: preferences.len() })
    }

    /// Adds the difficulty of each item's instruction for the baseline.
    ///
    /// # Errors
    /// [`Error::Length`] and [`Error::NotFinite`] unless there is a finite one an item.
    pub fn difficulties(mut self, difficulties: &[f64]) -> Result<Self> {
        num::check_same_length("instruction difficulties", self.items, difficulties.len())?;
        num::check_finite("instruction difficulties", difficulties)?;
        for (feature, &item) in self.features.iter_mut().zip(&self.kept) {
            feature[1] = difficulties[item];
        }
        self.has_difficulties = true;
        Ok(self)
    }

    /// Fitted by maximum likelihood, without a penalty.
    ///
    /// # Undefined
    /// If the features do not vary apart from each other, or if they separate the wins from the losses.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn fit(&self, level: Level) -> Result<LengthControlled> {
        let model = Glm { data: self };
        match Fit::new(METRIC, &model, 0.0, vec![0.0; model.parameters()]) {
            Ok(fit) if fit.x.iter().all(|w| w.abs() < SEPARATED) => {
                let found = self.finish(&fit.x, level)?;
                let mut slopes = vec![0.0; fit.x.len()];
                for (_, mut row) in model.rows() {
                    // Where the prediction of the rate is made, there is no difference in length.
                    row[0] = 0.0;
                    let (p, q) = sigmoids(product(&fit.x, &row));
                    slopes.iter_mut().zip(&row).for_each(|(s, x)| *s += p * q * x / self.shares.len() as f64);
                }
                let contrast: Vec<(usize, f64)> = slopes.into_iter().enumerate().collect();
                Ok(LengthControlled { fitting_error: Some(fit.variance(&contrast).sqrt()), ..found })
            }
            Ok(_) | Err(Error::NoConvergence { .. }) => {
                let why = "a feature separates wins from losses, or repeats another";
                Err(Error::undefined(METRIC, Undefined::NoMaximum { why }))
            }
            Err(error) => Err(error),
        }
    }

    /// Fitted with an L1 penalty on all weights, the bias included: the least ‖w‖₁ + C · Σ log-loss, which is liblinear's
    /// objective with every item as a win of weight p − 1 and a loss of weight 2 − p. Defined for any data.
    ///
    /// # Errors
    /// [`Error::Argument`] unless C is a finite number above 0; [`Error::NoConvergence`] if it does not settle.
    pub fn fit_l1(&self, c: f64, level: Level) -> Result<LengthControlled> {
        num::check_positive("C", c)?;
        self.finish(&least_l1(&Glm { data: self }, c)?, level)
    }

    fn finish(&self, w: &[f64], level: Level) -> Result<LengthControlled> {
        let weights = match *w {
            [length, difficulty, bias] => GlmWeights { length, difficulty, bias },
            [length, bias] => GlmWeights { length, difficulty: 0.0, bias },
            _ => return Err(Error::undefined(METRIC, Undefined::Nothing { what: "weights" })),
        };
        let difficulties: Vec<f64> = self.features.iter().map(|feature| feature[1]).collect();
        let rate = length_controlled_rate(&weights, &difficulties, level)?;
        Ok(LengthControlled { weights, rate, fitting_error: None })
    }
}

/// Weights beyond this are on their way to infinity: features are around 1.
const SEPARATED: f64 = 1e3;

struct Glm<'a> {
    data: &'a LengthControl,
}

impl Glm<'_> {
    /// The features of all items, in the order of the weights.
    fn rows(&self) -> impl Iterator<Item = (f64, [f64; 3])> {
        let LengthControl { shares, features, has_difficulties, .. } = self.data;
        let row = |&[length, difficulty, one]: &[f64; 3]| {
            if *has_difficulties { [length, difficulty, one] } else { [length, one, 0.0] }
        };
        shares.iter().copied().zip(features.iter().map(row))
    }
}

fn product(w: &[f64], row: &[f64; 3]) -> f64 {
    w.iter().zip(row).map(|(w, x)| w * x).sum()
}

impl Likelihood for Glm<'_> {
    fn items(&self) -> usize {
        0
    }

    fn parameters(&self) -> usize {
        if self.data.has_difficulties { 3 } else { 2 }
    }

    fn value(&self, w: &[f64]) -> f64 {
        let loss = |(y, row): (f64, [f64; 3])| {
            let z = product(w, &row);
            -(y * ln_sigmoid(z) + (1.0 - y) * ln_sigmoid(-z))
        };
        self.rows().map(loss).sum()
    }

    fn slopes(&self, w: &[f64], gradient: &mut [f64], mut hessian: Option<&mut [f64]>) {
        let k = self.parameters();
        for (y, row) in self.rows() {
            let (p, q) = sigmoids(product(w, &row));
            let slope = (1.0 - y) * p - y * q;
            gradient.iter_mut().zip(&row).for_each(|(g, x)| *g += slope * x);
            let Some(hessian) = hessian.as_deref_mut() else { continue };
            for (i, line) in hessian.chunks_exact_mut(k).enumerate() {
                line.iter_mut().zip(&row).for_each(|(h, x)| *h += p * q * row[i] * x);
            }
        }
    }
}

/// The least ‖w‖₁ + C · loss: quadratic models of the loss, each with its penalty solved by coordinates.
fn least_l1(model: &Glm<'_>, c: f64) -> Result<Vec<f64>> {
    const STEPS: u64 = 200;
    const SWEEPS: usize = 1000;
    const SETTLED: f64 = 1e-10;
    let k = model.parameters();
    let objective = |w: &[f64]| c * model.value(w) + w.iter().map(|w| w.abs()).sum::<f64>();
    let mut w = vec![0.0; k];
    let mut value = objective(&w);
    for _ in 0..STEPS {
        let (mut gradient, mut hessian) = (vec![0.0; k], vec![0.0; k * k]);
        model.slopes(&w, &mut gradient, Some(&mut hessian));
        let mut next = w.clone();
        for _ in 0..SWEEPS {
            let mut moved = 0.0_f64;
            for i in 0..k {
                let curve = c * hessian[i * k + i];
                if curve <= 0.0 {
                    continue;
                }
                let bent: f64 = (0..k).map(|j| hessian[i * k + j] * (next[j] - w[j])).sum();
                // The least of slope · d + curve · d²/2 + |next + d|.
                let target = next[i] - c * (gradient[i] + bent) / curve;
                let least = target.signum() * (target.abs() - 1.0 / curve).max(0.0);
                moved = moved.max((least - next[i]).abs());
                next[i] = least;
            }
            if moved <= SETTLED {
                break;
            }
        }
        let length = next.iter().zip(&w).fold(0.0, |most: f64, (a, b)| most.max((a - b).abs()));
        let mut share = 1.0;
        let (candidate, reached) = loop {
            let candidate: Vec<f64> = w.iter().zip(&next).map(|(a, b)| a + share * (b - a)).collect();
            let reached = objective(&candidate);
            if reached <= value + 1e-13 * value.abs() || share < 1e-9 {
                break (candidate, reached);
            }
            share /= 2.0;
        };
        (w, value) = (candidate, reached);
        if length <= 1e-9 {
            return Ok(w);
        }
    }
    Err(Error::NoConvergence { metric: METRIC, iterations: STEPS })
}
