use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::preference::token_log_probs::mean_log_prob;

/// What stands for 1 − p where that is exactly 0, as in CUT's released code.
pub(super) const CLAMPED_REST: f64 = 1e-5;

/// The tokens of a response that a negative judgment blames.
///
/// # Undefined
/// The fraction of a response without tokens.
///
/// # Errors
/// As [`cut_detect`].
///
/// # Examples
/// See [`cut_detect`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blamed {
    /// Whether each token is blamed.
    pub mask: Vec<bool>,
}

impl Blamed {
    /// Positions of the blamed tokens.
    pub fn indices(&self) -> impl Iterator<Item = usize> {
        self.mask.iter().enumerate().filter(|(_, blamed)| **blamed).map(|(t, _)| t)
    }

    /// Share of the tokens that are blamed, with Wilson's interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] without tokens.
    pub fn fraction(&self, level: Level) -> Result<Estimate> {
        let blamed = self.indices().count() as u64;
        rate("share of blamed tokens", "the number of tokens", blamed, self.mask.len() as u64, level)
    }
}

/// CUT's detection: the tokens that are likelier once a negative judgment of the response is known.
///
/// ```text
/// U = { t : p(y[t] | x, j⁻) > λ·p(y[t] | x, j⁺) },      in logarithms
/// ```
///
/// The context with a positive judgment is, in the released templates, that without any: give the plain
/// log-probabilities.
///
/// # Undefined
/// Never: a response without tokens has none to blame.
///
/// # Missing values
/// None are allowed; masked tokens go first ([`TokenLogProbs`](super::TokenLogProbs)).
///
/// # Source
/// Xu et al. 2023 (CUT), equation 5; λ is 1.1 or 1.2 there. The released code tests the same ratio.
///
/// # Errors
/// [`Error::Length`] for lists that differ in length; [`Error::NotFinite`] or [`Error::Argument`] for what is no logarithm
/// of a probability, or a λ that is not above 0.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::preference::cut_detect;
/// let blamed = cut_detect(&[0.82f64.ln(), 0.94f64.ln()], &[0.03f64.ln(), 0.94f64.ln()], 1.1)?;
/// assert_eq!(blamed.mask, [true, false]);
/// assert_eq!(blamed.fraction(Level::default())?.value, 0.5);
/// assert!(cut_detect(&[], &[], 1.1)?.fraction(Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cut_detect(negative: &[f64], positive: &[f64], lambda: f64) -> Result<Blamed> {
    num::check_same_length("log-probabilities under a positive judgment", negative.len(), positive.len())?;
    num::check_ln_probabilities("log-probabilities under the negative judgment", negative)?;
    num::check_ln_probabilities("log-probabilities under a positive judgment", positive)?;
    num::check_positive("lambda", lambda)?;
    let threshold = lambda.ln();
    Ok(Blamed { mask: negative.iter().zip(positive).map(|(n, p)| *n > threshold + p).collect() })
}

/// What CUT's losses are asked.
///
/// | option | default | the paper |
/// |---|---|---|
/// | [`lambda`](Self::lambda) | 1.1 | 1.1, 1.2 |
/// | [`alpha`](Self::alpha) | 1 | 0.25, 0.5, 1 |
/// | [`gamma`](Self::gamma) | 0 | 0.25, 0.5, 1, 2; 0 is the first version of the paper and the released code |
///
/// # Examples
/// ```
/// use probity::preference::CutOptions;
/// assert_eq!(CutOptions::new(), CutOptions::new().lambda(1.1).alpha(1.0).gamma(0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutOptions {
    lambda: f64,
    alpha: f64,
    gamma: f64,
}

impl Default for CutOptions {
    fn default() -> Self {
        Self { lambda: 1.1, alpha: 1.0, gamma: 0.0 }
    }
}

impl CutOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The ratio of probabilities above which a token is blamed.
    #[must_use]
    pub fn lambda(self, lambda: f64) -> Self {
        Self { lambda, ..self }
    }

    /// The weight of the unlikelihood.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// The power of `p(y[t] | x, j⁻)` that weighs a blamed token; 0 at least.
    #[must_use]
    pub fn gamma(self, gamma: f64) -> Self {
        Self { gamma, ..self }
    }
}

/// What [`cut_l1`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CutUnlikelihood {
    /// The loss.
    pub loss: f64,
    /// The tokens that entered it as blamed.
    pub blamed: Blamed,
    /// Derivative by each `ln p(y[t] | x)`, the weights held fixed.
    pub gradient: Vec<f64>,
}

/// CUT's unlikelihood loss of a misaligned response: blamed tokens down, the others up.
///
/// ```text
/// L1 = −(1/N)·[ Σ over t not in U of ln p(y[t] | x) + Σ over t in U of α·p(y[t] | x, j⁻)^γ·ln(1 − p(y[t] | x)) ]
/// ∂L1/∂ln p = −1/N, or α·p(y[t] | x, j⁻)^γ·p/(1 − p)/N for t in U
/// ```
///
/// `positive` are the log-probabilities under a positive judgment if they are not those of the plain context. Where
/// 1 − p is exactly 0 it is taken for 1e-5.
///
/// # Undefined
/// For a response without tokens.
///
/// # Missing values
/// As [`cut_detect`].
///
/// # Source
/// Xu et al. 2023 (CUT, third version), equation 6; the clamp is the released code's.
///
/// # Errors
/// As [`cut_detect`]; [`Error::Overflow`] if the objective leaves the range of `f64`; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::preference::{CutOptions, cut_l1};
/// let half = 0.5f64.ln();
/// let found = cut_l1(&[half, half], &[0.0, half], None, &CutOptions::new())?;
/// assert_eq!(found.blamed.mask, [true, false]);
/// assert!((found.loss - std::f64::consts::LN_2).abs() < 1e-15);
/// assert_eq!(found.gradient, [0.5, -0.5]);
/// assert!(cut_l1(&[], &[], None, &CutOptions::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cut_l1(
    plain: &[f64],
    negative: &[f64],
    positive: Option<&[f64]>,
    options: &CutOptions,
) -> Result<CutUnlikelihood> {
    let &CutOptions { lambda, alpha, gamma } = options;
    num::check_same_length("log-probabilities under the negative judgment", plain.len(), negative.len())?;
    num::check_ln_probabilities("plain log-probabilities", plain)?;
    num::check_finite("alpha", &[alpha])?;
    if !(gamma.is_finite() && gamma >= 0.0) {
        return Err(Error::argument("gamma", "a finite number, 0 at least", gamma));
    }
    let blamed = cut_detect(negative, positive.unwrap_or(plain), lambda)?;
    if plain.is_empty() {
        return Err(Error::undefined("CUT's unlikelihood loss", Undefined::Nothing { what: "tokens" }));
    }
    let n = plain.len() as f64;
    let (mut sum, mut gradient) = (num::Sum::default(), Vec::with_capacity(plain.len()));
    for ((&p, &q), &blamed) in plain.iter().zip(negative).zip(&blamed.mask) {
        // p(y[t] | x, j⁻)^γ
        let weight = alpha * (gamma * q).exp();
        let (value, slope) = if blamed { unlikelihood(p) } else { (p, 1.0) };
        let weight = if blamed { weight } else { 1.0 };
        sum.add(weight * value);
        gradient.push(-weight * slope / n);
    }
    let loss = -sum.value() / n;
    num::check_range("the objective", gradient.iter().chain([&loss]))?;
    Ok(CutUnlikelihood { loss, blamed, gradient })
}

/// ln(1 − p) and its derivative by ln p, from ln p.
pub(super) fn unlikelihood(ln_p: f64) -> (f64, f64) {
    let p = ln_p.exp();
    if p == 1.0 {
        (CLAMPED_REST.ln(), -1.0 / CLAMPED_REST)
    } else {
        (num::ln_one_minus_exp(ln_p), p / ln_p.exp_m1())
    }
}

/// A response with its log-probabilities a token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CutSample<'a> {
    /// The response fits its context: an instruction and good words, or an instruction, bad words and a judgment that
    /// says so.
    Aligned {
        /// Log-probabilities in that context.
        plain: &'a [f64],
    },
    /// A bad response without, or with a false, judgment.
    Misaligned {
        /// Log-probabilities given the instruction.
        plain: &'a [f64],
        /// Given the instruction and the negative judgment.
        negative: &'a [f64],
        /// Given the instruction and a positive judgment, if those are not the plain ones.
        positive: Option<&'a [f64]>,
    },
}

/// What [`cut_total`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CutObjective {
    /// The unlikelihood loss, 0 for an aligned sample.
    pub l1: f64,
    /// The likelihood loss.
    pub l2: f64,
    /// Their sum.
    pub loss: f64,
    /// Derivative by each plain log-probability.
    pub grad_plain: Vec<f64>,
    /// Derivative by each log-probability under the negative judgment; empty for an aligned sample.
    pub grad_negative: Vec<f64>,
}

/// CUT's loss of a sample: unlikelihood where it is misaligned, and likelihood in the context that explains it.
///
/// ```text
/// L2 = −(1/N)·Σ ln p(y[t] | x)       aligned
///    = −(1/N)·Σ ln p(y[t] | x, j⁻)   misaligned
/// L = L1 + L2,     L1 = 0 for an aligned sample
/// ```
///
/// # Undefined
/// For a response without tokens.
///
/// # Missing values
/// As [`cut_detect`].
///
/// # Source
/// Xu et al. 2023 (CUT), equations 6 to 8. The released code pools the tokens of a batch and halves the sum:
/// [`cut_code_batch_loss`](super::cut_code_batch_loss).
///
/// # Errors
/// As [`cut_l1`].
///
/// # Examples
/// ```
/// use probity::preference::{CutOptions, CutSample, cut_total};
/// let aligned = cut_total(CutSample::Aligned { plain: &[-1.0, -3.0] }, &CutOptions::new())?;
/// assert_eq!((aligned.l1, aligned.l2, aligned.loss), (0.0, 2.0, 2.0));
/// let empty = CutSample::Aligned { plain: &[] };
/// assert!(cut_total(empty, &CutOptions::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cut_total(sample: CutSample<'_>, options: &CutOptions) -> Result<CutObjective> {
    let likelihood = |log_probs: &[f64]| {
        num::check_ln_probabilities("log-probabilities", log_probs)?;
        let n = log_probs.len();
        Ok::<_, Error>((-mean_log_prob(log_probs)?, vec![-1.0 / n as f64; n]))
    };
    match sample {
        CutSample::Aligned { plain } => {
            let (l2, grad_plain) = likelihood(plain)?;
            Ok(CutObjective { l1: 0.0, l2, loss: l2, grad_plain, grad_negative: Vec::new() })
        }
        CutSample::Misaligned { plain, negative, positive } => {
            let found = cut_l1(plain, negative, positive, options)?;
            let (l2, grad_negative) = likelihood(negative)?;
            let (l1, grad_plain) = (found.loss, found.gradient);
            Ok(CutObjective { l1, l2, loss: l1 + l2, grad_plain, grad_negative })
        }
    }
}

/// Whether a judgment finds fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JudgmentPolarity {
    /// It does not.
    Positive,
    /// It does.
    Negative,
}

/// CUT's reading of a judgment: positive if it begins with "perfect" in any case, is absent, or comes with a score of 7
/// or more.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// An absent judgment is positive.
///
/// # Source
/// Xu et al. 2023 (CUT), appendix: the judge is asked for "Perfect." The score rule is the released code's, for
/// UltraFeedback.
///
/// # Examples
/// ```
/// use probity::preference::{JudgmentPolarity, cut_judgment_polarity};
/// assert_eq!(cut_judgment_polarity(Some(" PERFECT!"), None), JudgmentPolarity::Positive);
/// assert_eq!(cut_judgment_polarity(Some("imperfect"), Some(6.9)), JudgmentPolarity::Negative);
/// assert_eq!(cut_judgment_polarity(None, None), JudgmentPolarity::Positive);
/// ```
#[must_use]
pub fn cut_judgment_polarity(judgment: Option<&str>, score: Option<f64>) -> JudgmentPolarity {
    let begins = |text: &str| {
        let mut letters = text.trim_start().chars().flat_map(char::to_lowercase);
        "perfect".chars().all(|expected| letters.next() == Some(expected))
    };
    if judgment.is_none_or(begins) || score.is_some_and(|s| s >= 7.0) {
        JudgmentPolarity::Positive
    } else {
        JudgmentPolarity::Negative
    }
}

/// How many positively judged samples CUT keeps beside the negative ones.
///
/// ```text
/// min(positive, ⌊ratio·negative⌋), all without a ratio
/// ```
///
/// # Undefined
/// Never.
///
/// # Source
/// Xu et al. 2023 (CUT), section 5; 0.25 there. The released code writes −1 for no ratio.
///
/// # Errors
/// [`Error::Argument`] for a ratio that is not a finite number, 0 at least.
///
/// # Examples
/// ```
/// use probity::preference::cut_downsample_count;
/// assert_eq!(cut_downsample_count(713, 287, Some(0.25))?, 71);
/// assert_eq!(cut_downsample_count(713, 287, None)?, 713);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cut_downsample_count(positive: u64, negative: u64, ratio: Option<f64>) -> Result<u64> {
    match ratio {
        None => Ok(positive),
        // A product beyond the range of counts saturates, and the minimum is the other.
        Some(ratio) if ratio.is_finite() && ratio >= 0.0 => {
            Ok(positive.min((ratio * negative as f64).floor() as u64))
        }
        Some(ratio) => Err(Error::argument(
            "ratio of positive to negative samples",
            "a finite number, 0 at least",
            ratio,
        )),
    }
}
