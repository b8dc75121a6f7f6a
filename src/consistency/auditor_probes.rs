use crate::correlation::{dot, unit_vector};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::num;

fn unit_vectors(vectors: &[Vec<f64>], components: usize) -> Result<Vec<Vec<f64>>> {
    let unit = |vector: &Vec<f64>| {
        num::check_same_length("components of an embedding", components, vector.len())?;
        unit_vector(vector)
    };
    vectors.iter().map(unit).collect()
}

/// The similarities of all pairs, (0, 1), (0, 2), .., (1, 2), ..
fn pairwise(units: &[Vec<f64>]) -> Vec<f64> {
    let with_later =
        |(i, a): (usize, &Vec<f64>)| units[i + 1..].iter().map(|b| dot(a, b)).collect::<Vec<_>>();
    units.iter().enumerate().flat_map(with_later).collect()
}

/// The cosine similarities of all pairs of embeddings, in the order (0, 1), (0, 2), .., (1, 2), ..
///
/// # Errors
/// [`Error::Length`] for embeddings of different lengths; [`Error::NotFinite`]; [`Error::Undefined`] for one of zeros.
///
/// # Examples
/// ```
/// use probity::consistency::pairwise_similarities;
/// let found = pairwise_similarities(&[vec![1.0, 0.0], vec![0.0, 1.0], vec![2.0, 0.0]])?;
/// assert_eq!(found, [0.0, 1.0, 0.0]);
/// assert!(pairwise_similarities(&[vec![1.0]])?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pairwise_similarities(embeddings: &[Vec<f64>]) -> Result<Vec<f64>> {
    Ok(pairwise(&unit_vectors(embeddings, embeddings.first().map_or(0, Vec::len))?))
}

/// How good the probes of one question are. From [`probe_quality`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProbeQuality {
    /// Each probe's cosine similarity to the question.
    pub relevance: Vec<f64>,
    /// Their mean, with a Student t interval over probes.
    pub mean_relevance: Estimate,
    /// Mean of 1 − cosine similarity over pairs of probes; `None` with one probe.
    pub diversity: Option<f64>,
}

/// How relevant the probes of a question are, and how diverse among themselves, by embeddings.
///
/// ```text
/// relevanceᵢ = cos(question, probeᵢ)      diversity = mean over pairs of 1 − cos(probeᵢ, probeⱼ)
/// ```
///
/// # Undefined
/// Without probes, or for an embedding of zeros.
///
/// # Source
/// The criteria are LLMAuditor's (arXiv 2402.09346), which has people judge them; these figures are ours.
///
/// # Errors
/// [`Error::Length`] for embeddings of different lengths; [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Complexity
/// O(probes² · components).
///
/// # Examples
/// ```
/// use probity::consistency::probe_quality;
/// use probity::inference::Level;
/// let found = probe_quality(&[1.0, 0.0], &[vec![1.0, 0.0], vec![0.0, 1.0]], Level::default())?;
/// assert_eq!((found.mean_relevance.value, found.diversity), (0.5, Some(1.0)));
/// assert_eq!(probe_quality(&[1.0, 0.0], &[vec![1.0, 0.0]], Level::default())?.diversity, None);
/// assert!(probe_quality(&[1.0], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn probe_quality(question: &[f64], probes: &[Vec<f64>], level: Level) -> Result<ProbeQuality> {
    let question = unit_vector(question)?;
    let probes = unit_vectors(probes, question.len())?;
    let relevance: Vec<f64> = probes.iter().map(|probe| dot(&question, probe)).collect();
    let mean_relevance = mean_over_items("mean relevance", "probes", &relevance, (-1.0, 1.0), level)?;
    let diversity = mean(pairwise(&probes).into_iter().map(|similarity| 1.0 - similarity).collect());
    Ok(ProbeQuality { relevance, mean_relevance, diversity })
}

fn mean(values: Vec<f64>) -> Option<f64> {
    let n = values.len() as f64;
    (n > 0.0).then(|| num::sum(values) / n)
}

/// How far the responses to the probes of one question agree. From [`response_consistency`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResponseConsistency {
    /// Mean similarity of all pairs; `None` with one response.
    pub mean_pairwise: Option<f64>,
    /// The smallest; `None` with one response.
    pub min_pairwise: Option<f64>,
    /// The response that is most similar to the others in the mean; the first on ties.
    pub medoid: usize,
    /// Each response's mean similarity to the others; `None` with one response.
    pub mean_to_others: Vec<Option<f64>>,
}

/// How far the responses to the probes of one question agree, by cosine similarity of embeddings.
///
/// # Undefined
/// Without responses, or for an embedding of zeros.
///
/// # Source
/// LLMAuditor (arXiv 2402.09346) compares responses by semantic similarity; minimum and medoid are ours.
///
/// # Errors
/// [`Error::Length`] for embeddings of different lengths; [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Complexity
/// O(responses² · components).
///
/// # Examples
/// ```
/// use probity::consistency::response_consistency;
/// let found = response_consistency(&[vec![1.0, 0.0], vec![0.0, 1.0], vec![1.0, 1.0]])?;
/// assert_eq!((found.min_pairwise, found.medoid), (Some(0.0), 2));
/// assert_eq!(response_consistency(&[vec![1.0]])?.mean_pairwise, None);
/// assert!(response_consistency(&[vec![0.0], vec![1.0]]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn response_consistency(embeddings: &[Vec<f64>]) -> Result<ResponseConsistency> {
    let n = embeddings.len();
    if n == 0 {
        return Err(Error::undefined("response consistency", Undefined::Nothing { what: "responses" }));
    }
    let similarities = pairwise_similarities(embeddings)?;
    let mut sums = vec![num::Sum::default(); n];
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
    for ((i, j), &similarity) in pairs.zip(&similarities) {
        sums[i].add(similarity);
        sums[j].add(similarity);
    }
    let means = sums.into_iter().map(|sum| (n > 1).then(|| sum.value() / (n as f64 - 1.0)));
    let mean_to_others: Vec<Option<f64>> = means.collect();
    let mut medoid = 0;
    for (i, mean) in mean_to_others.iter().enumerate() {
        if *mean > mean_to_others[medoid] {
            medoid = i;
        }
    }
    Ok(ResponseConsistency {
        min_pairwise: similarities.iter().copied().reduce(f64::min),
        mean_pairwise: mean(similarities),
        medoid,
        mean_to_others,
    })
}

/// How true the responses to probes are. From [`probe_truthfulness`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProbeTruthfulness {
    /// Share of true responses over all probes of all questions.
    pub probes: Estimate,
    /// Share of questions whose responses are all true.
    pub all: Estimate,
    /// Share of questions of which some responses are true and some are not.
    pub mixed: Estimate,
}

/// How true the responses to probes are: `truthful[question][probe]`.
///
/// The intervals are Wilson's; that over probes takes them as independent, which the probes of one question are not.
///
/// # Undefined
/// Without questions.
///
/// # Missing values
/// A question without probes is an error.
///
/// # Source
/// LLMAuditor (arXiv 2402.09346) measures truthfulness over probes; the three shares are ours.
///
/// # Errors
/// [`Error::Argument`] and [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::probe_truthfulness;
/// use probity::inference::Level;
/// let found = probe_truthfulness(&[vec![true, false], vec![true, true]], Level::default())?;
/// assert_eq!((found.probes.value, found.all.value, found.mixed.value), (0.75, 0.5, 0.5));
/// assert!(probe_truthfulness::<Vec<bool>>(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn probe_truthfulness<S: AsRef<[bool]>>(truthful: &[S], level: Level) -> Result<ProbeTruthfulness> {
    let (mut probes, mut true_ones, mut all, mut mixed) = (0, 0, 0, 0);
    for (i, of) in truthful.iter().enumerate() {
        let of = of.as_ref();
        if of.is_empty() {
            return Err(Error::argument(
                "probes of a question",
                "at least one",
                format!("none of question {i}"),
            ));
        }
        let count = of.iter().filter(|&&t| t).count();
        probes += of.len() as u64;
        true_ones += count as u64;
        all += u64::from(count == of.len());
        mixed += u64::from(count > 0 && count < of.len());
    }
    let questions = truthful.len() as u64;
    let over_questions = |metric, part| rate(metric, "the number of questions", part, questions, level);
    Ok(ProbeTruthfulness {
        probes: rate("share of true responses", "the number of probes", true_ones, probes, level)?,
        all: over_questions("share of questions answered truly throughout", all)?,
        mixed: over_questions("share of questions answered both ways", mixed)?,
    })
}
