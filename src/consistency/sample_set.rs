use std::hash::Hash;

use crate::consistency::{
    AnswerConsistency, SemanticEntropy, answer_consistency, discrete_semantic_entropy, eigen_score,
    entailment_clusters, semantic_entropy,
};
use crate::error::Result;
use crate::num;

/// The sampled answers to one question, with what is known of them beyond the text.
///
/// # Examples
/// ```
/// use probity::consistency::SampleSet;
/// let samples = SampleSet::new(vec!["4", "four", "3"]).ln_probabilities(vec![-1.0, -1.5, -1.0])?;
/// let report = samples.report(|a, b| a == b || [*a, *b].iter().all(|x| ["4", "four"].contains(x)), 1e-3)?;
/// assert_eq!(report.response.majority_share, 1.0 / 3.0);
/// assert_eq!(report.clusters, [0, 0, 1]);
/// assert!(report.decoding.unwrap().semantic_entropy < report.response.negative_entropy_bits.abs());
/// assert!(report.latent.is_none());
/// assert!(SampleSet::new(vec!["4"]).embeddings(vec![]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SampleSet<T> {
    answers: Vec<T>,
    ln_probabilities: Option<Vec<f64>>,
    embeddings: Option<Vec<Vec<f64>>>,
}

/// How consistent a model is with itself on one question, at each level that it shows. From [`SampleSet::report`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InternalConsistency<'a, T> {
    /// Of the responses, as they are written.
    pub response: AnswerConsistency<'a, T>,
    /// The cluster of each response by meaning.
    pub clusters: Vec<usize>,
    /// The entropy of the meanings in nats, by counts.
    pub meaning_entropy: f64,
    /// Of decoding, if the sequences' probabilities are known.
    pub decoding: Option<SemanticEntropy>,
    /// EigenScore of the hidden states, if embeddings are known; higher is less consistent.
    pub latent: Option<f64>,
}

impl<T> SampleSet<T> {
    /// The answers alone: what a closed model shows.
    #[must_use]
    pub fn new(answers: Vec<T>) -> Self {
        Self { answers, ln_probabilities: None, embeddings: None }
    }

    /// With the log-probability of each answer.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) unless there is one for each answer.
    pub fn ln_probabilities(mut self, ln_probabilities: Vec<f64>) -> Result<Self> {
        num::check_same_length("log-probabilities of sequences", self.answers.len(), ln_probabilities.len())?;
        self.ln_probabilities = Some(ln_probabilities);
        Ok(self)
    }

    /// With an embedding of each answer from the model's hidden states.
    ///
    /// # Errors
    /// [`Error::Length`](crate::Error::Length) unless there is one for each answer.
    pub fn embeddings(mut self, embeddings: Vec<Vec<f64>>) -> Result<Self> {
        num::check_same_length("embeddings", self.answers.len(), embeddings.len())?;
        self.embeddings = Some(embeddings);
        Ok(self)
    }

    /// The answers.
    #[must_use]
    pub fn answers(&self) -> &[T] {
        &self.answers
    }
}

impl<T: Eq + Hash> SampleSet<T> {
    /// Consistency at the response, decoding and latent level in one report. `entails` says whether one answer entails
    /// the other; `alpha` is EigenScore's.
    ///
    /// # Undefined
    /// Without answers.
    ///
    /// # Source
    /// The three levels are those of the survey (arXiv 2407.14507, section II); each figure's source stands at
    /// [`answer_consistency`], [`semantic_entropy`] and [`eigen_score`].
    ///
    /// # Errors
    /// Those of these three.
    pub fn report(
        &self,
        mut entails: impl FnMut(&T, &T) -> bool,
        alpha: f64,
    ) -> Result<InternalConsistency<'_, T>> {
        let response = answer_consistency(&self.answers)?;
        let clusters =
            entailment_clusters(self.answers.len(), |i, j| entails(&self.answers[i], &self.answers[j]));
        let decoding = self.ln_probabilities.as_ref().map(|p| semantic_entropy(p, &clusters)).transpose()?;
        let latent = self.embeddings.as_ref().map(|e| eigen_score(e, alpha)).transpose()?;
        let meaning_entropy = discrete_semantic_entropy(&clusters)?;
        Ok(InternalConsistency { response, clusters, meaning_entropy, decoding, latent })
    }
}
