use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::personalization::{DeviationPair, DocumentPersonalization, PersevalOptions, PersonalizedDocument};
use crate::rng::Stream;

/// How much a score moves when it is taken from fewer data.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ScoreStability {
    /// The population variance of the scores.
    pub variance: f64,
    /// Its root, which the published tables call "bias".
    pub standard_deviation: f64,
}

/// The spread of a model's scores at several sizes of sample.
///
/// # Undefined
/// Of no scores.
///
/// # Source
/// The columns "bias" and "variance" of the published tables of PerSEval, from their columns 100, 80, 60, 40 and 20;
/// the divisor is n.
///
/// # Errors
/// [`Error::Undefined`] as said; [`Error::NotFinite`] for a score that is no number.
///
/// # Examples
/// ```
/// use probity::personalization::score_stability;
/// let of_brio = score_stability(&[0.1543, 0.1566, 0.1563, 0.1565, 0.154])?;
/// assert!((of_brio.standard_deviation - 0.001143).abs() < 1e-6);
/// assert_eq!(score_stability(&[0.5])?.variance, 0.0);
/// assert!(score_stability(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn score_stability(scores: &[f64]) -> Result<ScoreStability> {
    num::check_finite("scores", scores)?;
    if scores.is_empty() {
        return Err(Error::undefined("stability of a score", Undefined::Nothing { what: "scores" }));
    }
    let mean = num::mean(scores);
    let variance = num::sum(scores.iter().map(|s| (s - mean).powi(2))) / scores.len() as f64;
    if !variance.is_finite() {
        return Err(Error::Overflow { what: "the variance of the scores" });
    }
    Ok(ScoreStability { variance, standard_deviation: variance.sqrt() })
}

/// PerSEval from samples of the pairs. From [`perseval_stability`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PersevalStability {
    /// For every fraction asked for, the mean over its samples of PerSEval.
    pub scores: Vec<f64>,
    /// Their spread.
    pub stability: ScoreStability,
}

/// What to sample the pairs with.
///
/// | field | default |
/// |---|---|
/// | [`fractions`](Self::fractions) | 1, 0.8, 0.6, 0.4, 0.2 |
/// | [`repeats`](Self::repeats) | 10 |
/// | [`seed`](Self::seed) | 1 |
#[derive(Debug, Clone, PartialEq)]
pub struct Subsamples {
    /// The shares of all pairs to draw.
    pub fractions: Vec<f64>,
    /// How often a share below 1 is drawn.
    pub repeats: u32,
    /// The seed.
    pub seed: u64,
}

impl Default for Subsamples {
    fn default() -> Self {
        Self { fractions: vec![1.0, 0.8, 0.6, 0.4, 0.2], repeats: 10, seed: 1 }
    }
}

/// PerSEval of a model from ever fewer of its pairs, each time drawn without replacement from those of all documents.
///
/// The weights are those of the full data: what is drawn is the ratio of a pair. A user without a drawn pair is out of
/// the sample, and a document without a user. A fraction draws round(fraction · pairs) pairs.
///
/// # Undefined
/// Without a pair; and where a fraction draws none.
///
/// # Missing values
/// As [`PersonalizedDocument`] says.
///
/// # Source
/// The authors' code (`sample` of the model's pairs), which rounds each mean to four places. The draws are this
/// library's own.
///
/// # Errors
/// [`Error::Undefined`] as said; [`Error::Argument`] for a fraction that is not above 0 and at most 1, for no fraction,
/// for no repeats; those of [`PersonalizedDocument::pairs`].
///
/// # Complexity
/// That of the pairs, and linear in them for each sample.
///
/// # Examples
/// ```
/// use probity::personalization::{PersevalOptions, PersonalizedDocument, Subsamples, perseval_stability};
/// let between = [0.0, 0.5, 0.4, 0.5, 0.0, 0.3, 0.4, 0.3, 0.0];
/// let document = PersonalizedDocument {
///     user_user: &between,
///     user_document: &[0.5, 0.4, 0.6],
///     model_model: &between,
///     model_document: &[0.5, 0.4, 0.6],
///     model_user: &[0.0; 3],
/// };
/// let found = perseval_stability(&[document], &PersevalOptions::default(), &Subsamples::default())?;
/// // A perfect model is so on every sample.
/// assert!(found.scores.len() == 5 && found.stability.variance < 1e-30);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn perseval_stability(
    documents: &[PersonalizedDocument<'_>],
    options: &PersevalOptions,
    subsamples: &Subsamples,
) -> Result<PersevalStability> {
    let Subsamples { fractions, repeats, seed } = subsamples;
    if fractions.is_empty() {
        return Err(Error::argument("fractions", "one or more", 0));
    }
    if let Some(bad) = fractions.iter().find(|f| !(**f > 0.0 && **f <= 1.0)) {
        return Err(Error::argument("fraction", "a number above 0 and at most 1", bad));
    }
    if *repeats == 0 {
        return Err(Error::argument("repeats", "1 or more", repeats));
    }
    let mut pairs: Vec<(usize, DeviationPair)> = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        document.check(at)?;
        pairs.extend(document.checked_pairs(options).into_iter().map(|pair| (at, pair)));
    }
    let perseval = |drawn: &[usize]| -> Result<f64> {
        let means = drawn.chunk_by(|&a, &b| pairs[a].0 == pairs[b].0).filter_map(|of_document| {
            let users = of_document.chunk_by(|&a, &b| pairs[a].1.user == pairs[b].1.user).map(|of_user| {
                let sum = num::sum(of_user.iter().map(|&at| pairs[at].1.ratio));
                (pairs[of_user[0]].1.user, of_user.len() as u64, sum / of_user.len() as f64)
            });
            let model_user = documents[pairs[of_document[0]].0].model_user;
            DocumentPersonalization::new(users, model_user, options).map(|document| document.perseval)
        });
        let means: Vec<f64> = means.collect();
        if means.is_empty() {
            let reason = Undefined::Nothing { what: "pairs of users" };
            return Err(Error::undefined("PerSEval of a sample", reason));
        }
        Ok(num::mean(&means))
    };
    let everything: Vec<usize> = (0..pairs.len()).collect();
    let of_fraction = |(purpose, &fraction): (u32, &f64)| {
        let size = (fraction * pairs.len() as f64).round() as usize;
        if size == pairs.len() {
            return perseval(&everything);
        }
        let sample = |index: u32| {
            let mut stream = Stream::new(*seed, purpose, index);
            // The front of a Fisher-Yates shuffle: a sample without replacement.
            let mut order = everything.clone();
            for i in 0..size {
                let at = i + stream.below((order.len() - i) as u64) as usize;
                order.swap(i, at);
            }
            order.truncate(size);
            order.sort_unstable();
            perseval(&order)
        };
        let samples: Vec<f64> = (0..*repeats).map(sample).collect::<Result<_>>()?;
        Ok(num::mean(&samples))
    };
    let scores: Vec<f64> = (0..).zip(fractions).map(of_fraction).collect::<Result<_>>()?;
    let stability = score_stability(&scores)?;
    Ok(PersevalStability { scores, stability })
}
