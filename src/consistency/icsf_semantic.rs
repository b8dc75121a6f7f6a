use crate::error::{Error, Result, Undefined};
use crate::num;

const METRIC: &str = "semantic entropy";

/// Groups sampled answers by meaning: two that entail each other mean the same.
///
/// Each answer is compared with the first member of each cluster there is, in order, and joins the first cluster whose
/// first member entails it and is entailed by it; else it opens a cluster. `entails(i, j)` says whether answer i entails
/// answer j, and is asked for the second direction only if the first holds. The result is the cluster of each answer,
/// numbered by first appearance.
///
/// # Source
/// Kuhn, Gal and Farquhar 2023, "Semantic Uncertainty", algorithm 1, from memory.
///
/// # Complexity
/// At most 2·samples·clusters questions.
///
/// # Examples
/// ```
/// use probity::consistency::entailment_clusters;
/// let answers = ["Paris", "It is Paris.", "Rome", "paris"];
/// let bag = |text: &str| text.to_lowercase().replace("it is ", "").replace('.', "");
/// assert_eq!(entailment_clusters(4, |i, j| bag(answers[i]) == bag(answers[j])), [0, 0, 1, 0]);
/// assert!(entailment_clusters(0, |_, _| true).is_empty());
/// ```
pub fn entailment_clusters(samples: usize, mut entails: impl FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut firsts: Vec<usize> = Vec::new();
    let mut clusters = Vec::with_capacity(samples);
    for i in 0..samples {
        let same = |&first: &usize| entails(first, i) && entails(i, first);
        let cluster = firsts.iter().position(same).unwrap_or_else(|| {
            firsts.push(i);
            firsts.len() - 1
        });
        clusters.push(cluster);
    }
    clusters
}

/// How uncertain a model is about what it means. From [`semantic_entropy`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SemanticEntropy {
    /// Probability of each cluster among the samples, by cluster number.
    pub cluster_probability: Vec<f64>,
    /// −Σ p·ln p of these.
    pub semantic_entropy: f64,
    /// −mean over clusters of ln(sum of its sequences' probabilities): the Monte-Carlo form, not normalised.
    pub rao_blackwell_mean: f64,
    /// −Σ p·ln p of the clusters' shares of the samples; needs no probabilities.
    pub discrete_semantic_entropy: f64,
    /// −mean of the log-probabilities: the uncertainty about the wording.
    pub predictive_entropy: f64,
}

/// The entropy of a model's answers by meaning, from sampled sequences' log-probabilities and clusters.
///
/// ```text
/// P(c) = Σ_{s in c} p(s)       p_c = P(c)/Σ P       SE = −Σ p_c ln p_c
/// Monte-Carlo: −(1/C) Σ ln P(c)      discrete: −Σ (n_c/n) ln(n_c/n)      predictive: −(1/n) Σ ln p(s)
/// ```
///
/// `clusters` gives each sample's cluster, numbered from 0 without gaps, as [`entailment_clusters`] does.
///
/// # Undefined
/// Without samples.
///
/// # Missing values
/// A sample without a log-probability cannot enter; [`discrete_semantic_entropy`] does without them.
///
/// # Source
/// Kuhn, Gal and Farquhar 2023, and Farquhar et al. 2024 ("Detecting hallucinations in large language models using
/// semantic entropy"), to which the survey (arXiv 2407.14507) points; the exact forms are from memory.
///
/// # Errors
/// [`Error::Length`]; [`Error::Argument`] for a log-probability above 0 or clusters with a gap; [`Error::NotFinite`];
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::semantic_entropy;
/// // Two wordings of one meaning, and another meaning, which is as probable as the two together.
/// let s = semantic_entropy(&[0.1f64.ln(), 0.1f64.ln(), 0.2f64.ln()], &[0, 0, 1])?;
/// assert!((s.semantic_entropy - 2f64.ln()).abs() < 1e-15);
/// assert!(s.discrete_semantic_entropy < s.semantic_entropy);
/// assert_eq!(semantic_entropy(&[-1.0, -2.0], &[0, 0])?.semantic_entropy, 0.0);
/// assert!(semantic_entropy(&[-1.0, -2.0], &[0, 2]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn semantic_entropy(ln_probabilities: &[f64], clusters: &[usize]) -> Result<SemanticEntropy> {
    num::check_same_length("clusters of the samples", ln_probabilities.len(), clusters.len())?;
    num::check_ln_probabilities("log-probabilities of sequences", ln_probabilities)?;
    let counts = cluster_counts(clusters)?;
    // Relative to the greatest, so that long sequences do not vanish.
    let greatest = ln_probabilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sums = vec![num::Sum::default(); counts.len()];
    let mut greatest_in = vec![f64::NEG_INFINITY; counts.len()];
    for (&ln_p, &cluster) in ln_probabilities.iter().zip(clusters) {
        greatest_in[cluster] = greatest_in[cluster].max(ln_p);
    }
    for (&ln_p, &cluster) in ln_probabilities.iter().zip(clusters) {
        sums[cluster].add((ln_p - greatest_in[cluster]).exp());
    }
    let ln_clusters: Vec<f64> =
        sums.iter().zip(&greatest_in).map(|(sum, most)| most + sum.value().ln()).collect();
    let relative: Vec<f64> = ln_clusters.iter().map(|ln_p| (ln_p - greatest).exp()).collect();
    let total = num::sum(relative.iter().copied());
    let cluster_probability: Vec<f64> = relative.into_iter().map(|p| p / total).collect();
    // Divided first: a sum of the greatest numbers has no finite value.
    let minus_mean = |values: &[f64]| 0.0 - num::sum(values.iter().map(|v| v / values.len() as f64));
    Ok(SemanticEntropy {
        semantic_entropy: num::entropy(&cluster_probability),
        cluster_probability,
        rao_blackwell_mean: minus_mean(&ln_clusters),
        discrete_semantic_entropy: entropy_of_counts(&counts),
        predictive_entropy: minus_mean(ln_probabilities),
    })
}

/// The entropy of a model's answers by meaning, from how many samples each meaning has.
///
/// ```text
/// −Σ (n_c/n) ln(n_c/n)
/// ```
///
/// # Undefined
/// Without samples.
///
/// # Source
/// Farquhar et al. 2024, for models that do not show probabilities.
///
/// # Errors
/// [`Error::Argument`] for clusters that are not numbered from 0 without gaps; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::discrete_semantic_entropy;
/// assert_eq!(discrete_semantic_entropy(&[0, 1])?, 2f64.ln());
/// assert_eq!(discrete_semantic_entropy(&[0, 0, 0])?, 0.0);
/// assert!(discrete_semantic_entropy(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn discrete_semantic_entropy(clusters: &[usize]) -> Result<f64> {
    Ok(entropy_of_counts(&cluster_counts(clusters)?))
}

fn cluster_counts(clusters: &[usize]) -> Result<Vec<u64>> {
    let Some(&last) = clusters.iter().max() else {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "samples" }));
    };
    let expected = "numbers from 0 without gaps";
    if last >= clusters.len() {
        return Err(Error::argument(
            "clusters",
            expected,
            format!("{last} among {} samples", clusters.len()),
        ));
    }
    let mut counts = vec![0; last + 1];
    clusters.iter().for_each(|&c| counts[c] += 1);
    match counts.iter().position(|&n| n == 0) {
        None => Ok(counts),
        Some(gap) => {
            Err(Error::argument("clusters", expected, format!("no sample in cluster {gap} of 0..={last}")))
        }
    }
}

fn entropy_of_counts(counts: &[u64]) -> f64 {
    let total = counts.iter().sum::<u64>() as f64;
    num::entropy(&counts.iter().map(|&n| n as f64 / total).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn improbable_sequences_keep_their_digits() {
        let near = semantic_entropy(&[-2.0, -3.0, -2.5], &[0, 1, 1]).unwrap();
        let far = semantic_entropy(&[-5002.0, -5003.0, -5002.5], &[0, 1, 1]).unwrap();
        assert!((near.semantic_entropy - far.semantic_entropy).abs() < 1e-9);
        assert!((far.rao_blackwell_mean - near.rao_blackwell_mean - 5000.0).abs() < 1e-9);
        let gone = semantic_entropy(&[-1.0, -5000.0], &[0, 1]).unwrap();
        assert_eq!((gone.semantic_entropy, gone.cluster_probability), (0.0, vec![1.0, 0.0]));
    }
}
