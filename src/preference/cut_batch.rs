use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::preference::cut::unlikelihood;
use crate::preference::cut_detect;

/// A response in the batches of CUT's released code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutBatchSample<'a> {
    /// Log-probabilities a token in the context that it fits.
    pub align: &'a [f64],
    /// Those of the same tokens without the negative judgment, if the response has such a twin.
    pub misalign: Option<&'a [f64]>,
}

/// What [`cut_code_batch_loss`] gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CutBatch {
    /// Mean negative log-likelihood of all tokens in the contexts that they fit.
    pub mle: f64,
    /// Unlikelihood loss of the twins' tokens, if there are any.
    pub unlikelihood: Option<f64>,
    /// The mean of both, or the first alone.
    pub loss: f64,
    /// Derivative of the loss by each log-probability of each sample's aligned context.
    pub grad_align: Vec<Vec<f64>>,
    /// The same of the twins; empty for a sample without.
    pub grad_misalign: Vec<Vec<f64>>,
}

/// CUT's loss as its released code computes it: tokens pooled over a batch.
///
/// ```text
/// mle  = mean over all tokens of −ln p_align
/// term = weight·ln(1 − p_misalign)   if p_align/p_misalign > threshold, else ln p_misalign
/// loss = ½·(mle − mean of term over the twins' tokens), or mle without twins
/// ```
///
/// # Undefined
/// For a batch without tokens, or twins without any.
///
/// # Missing values
/// As [`cut_detect`].
///
/// # Source
/// The released code of CUT; it differs from the paper ([`cut_total`](super::cut_total)) by pooling tokens, halving the
/// sum and having no power of the judged probability. Weight 1 (online) or 0.5 (offline), threshold 1.1.
///
/// # Errors
/// As [`cut_detect`]; [`Error::Overflow`] if the objective leaves the range of `f64`; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::preference::{CutBatchSample, cut_code_batch_loss};
/// let alone = CutBatchSample { align: &[-1.0, -2.0], misalign: None };
/// let found = cut_code_batch_loss(&[alone], 1.1, 1.0)?;
/// assert_eq!((found.loss, found.unlikelihood), (1.5, None));
/// assert!(cut_code_batch_loss(&[], 1.1, 1.0).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cut_code_batch_loss(samples: &[CutBatchSample<'_>], threshold: f64, weight: f64) -> Result<CutBatch> {
    num::check_finite("weight of the unlikelihood", &[weight])?;
    num::check_positive("threshold", threshold)?;
    let tokens: usize = samples.iter().map(|s| s.align.len()).sum();
    let twins: usize = samples.iter().filter_map(|s| s.misalign).map(<[f64]>::len).sum();
    let has_twins = samples.iter().any(|s| s.misalign.is_some());
    if tokens == 0 || has_twins && twins == 0 {
        return Err(Error::undefined("CUT's batch loss", Undefined::Nothing { what: "tokens" }));
    }
    let share = if has_twins { 0.5 } else { 1.0 };
    let (mut likelihood, mut terms) = (num::Sum::default(), num::Sum::default());
    let (mut grad_align, mut grad_misalign) = (Vec::new(), Vec::new());
    for sample in samples {
        num::check_ln_probabilities("aligned log-probabilities", sample.align)?;
        sample.align.iter().for_each(|&p| likelihood.add(p));
        grad_align.push(vec![-share / tokens as f64; sample.align.len()]);
        let mut gradient = Vec::new();
        if let Some(misalign) = sample.misalign {
            let blamed = cut_detect(sample.align, misalign, threshold)?;
            for (&p, &blamed) in misalign.iter().zip(&blamed.mask) {
                let (value, slope) = if blamed { unlikelihood(p) } else { (p, 1.0) };
                let weight = if blamed { weight } else { 1.0 };
                terms.add(weight * value);
                gradient.push(-share * weight * slope / twins as f64);
            }
        }
        grad_misalign.push(gradient);
    }
    let mle = -likelihood.value() / tokens as f64;
    let unlikelihood = has_twins.then(|| -terms.value() / twins as f64);
    let loss = unlikelihood.map_or(mle, |u| f64::midpoint(mle, u));
    num::check_range("the objective", grad_misalign.iter().flatten().chain([&loss]))?;
    Ok(CutBatch { mle, unlikelihood, loss, grad_align, grad_misalign })
}
