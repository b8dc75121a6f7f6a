use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::moral_graph::Relationship;

/// What the votes say of an edge, under the names of the released files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EdgeCounts {
    /// Votes that the target is wiser.
    pub marked_wiser: u64,
    /// Votes that it is not.
    pub marked_not_wiser: u64,
    /// Votes that the source is wiser, cast on the reversed pair.
    pub marked_less_wise: u64,
    /// Votes that are not sure.
    pub marked_unsure: u64,
    /// Votes on the pair or on the reversed one.
    pub impressions: u64,
}

/// What the entropy of an edge is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum EntropyOver {
    /// The four answers and the impressions, as the released graphs were made.
    ///
    /// The impressions are no answer. This stays the default because the released threshold of 1.69 belongs to it: where
    /// nobody voted on the reversed pair it is 1 + half the entropy of the answers.
    #[default]
    AnswersAndImpressions,
    /// The four answers.
    Answers,
}

impl EdgeCounts {
    /// Counts so many votes on the pair itself or, if `reversed`, on the reversed pair, where only an upgrade says
    /// anything of this one.
    pub(super) fn count(&mut self, relationship: Relationship, reversed: bool, n: u64) -> Result<()> {
        let add = |count: &mut u64| {
            *count = count.checked_add(n).ok_or(Error::Overflow { what: "a count of an edge" })?;
            Ok(())
        };
        add(&mut self.impressions)?;
        match (relationship, reversed) {
            (Relationship::Upgrade, false) => add(&mut self.marked_wiser),
            (Relationship::NoUpgrade, false) => add(&mut self.marked_not_wiser),
            (Relationship::NotSure, false) => add(&mut self.marked_unsure),
            (Relationship::Upgrade, true) => add(&mut self.marked_less_wise),
            (_, true) => Ok(()),
        }
    }

    /// How likely the target is the wiser one; `None` without answers.
    ///
    /// ```text
    /// (wiser − less wise)/(wiser + not wiser + unsure + less wise)
    /// ```
    ///
    /// Between −1 and 1.
    ///
    /// # Source
    /// The paper's released code (arXiv 2404.10636), which gives NaN without answers, and its successor 0.
    ///
    /// # Examples
    /// ```
    /// use probity::moral_graph::EdgeCounts;
    /// let counts = EdgeCounts { marked_wiser: 3, marked_unsure: 1, impressions: 4, ..EdgeCounts::default() };
    /// assert_eq!(counts.likelihood(), Some(0.75));
    /// assert_eq!(EdgeCounts::default().likelihood(), None);
    /// ```
    #[must_use]
    pub fn likelihood(&self) -> Option<f64> {
        let [wiser, not, less, unsure] = self.answers().map(|n| n as f64);
        let total = wiser + not + unsure + less;
        (total > 0.0).then(|| (wiser - less) / total)
    }

    /// How divided the votes are, in bits; 0 without votes.
    ///
    /// ```text
    /// H = −Σ p log₂ p
    /// ```
    ///
    /// # Source
    /// As [`EdgeCounts::likelihood`]; what p is taken over is said by [`EntropyOver`].
    ///
    /// # Examples
    /// ```
    /// use probity::moral_graph::{EdgeCounts, EntropyOver};
    /// let counts = EdgeCounts { marked_wiser: 3, marked_unsure: 1, impressions: 4, ..EdgeCounts::default() };
    /// let of_answers = counts.entropy(EntropyOver::Answers);
    /// assert!((of_answers - 0.811_278).abs() < 1e-6);
    /// assert!((counts.entropy(EntropyOver::AnswersAndImpressions) - (1.0 + of_answers / 2.0)).abs() < 1e-12);
    /// assert_eq!(EdgeCounts::default().entropy(EntropyOver::Answers), 0.0);
    /// ```
    #[must_use]
    pub fn entropy(&self, over: EntropyOver) -> f64 {
        let [a, b, c, d] = self.answers().map(|n| n as f64);
        let impressions = match over {
            EntropyOver::AnswersAndImpressions => self.impressions as f64,
            EntropyOver::Answers => 0.0,
        };
        let counts = [a, b, c, d, impressions];
        let total: f64 = counts.iter().sum();
        let shares = counts.iter().filter(|&&n| n > 0.0).map(|n| n / total);
        shares.map(|p| -(p * p.log2())).sum::<f64>() + 0.0
    }

    /// How dark the released picture draws the edge: more for many votes that agree.
    ///
    /// ```text
    /// (1 − H/1.8)/(1 + exp(−(impressions − 6)/2))
    /// ```
    ///
    /// # Source
    /// As [`EdgeCounts::likelihood`]; H is over answers and impressions. Edges that the filter leaves are between 0 and 1.
    #[must_use]
    pub fn certainty(&self) -> f64 {
        let entropy = self.entropy(EntropyOver::AnswersAndImpressions);
        (1.0 - entropy / 1.8) / (1.0 + (-(self.impressions as f64 - 6.0) / 2.0).exp())
    }

    fn answers(&self) -> [u64; 4] {
        [self.marked_wiser, self.marked_not_wiser, self.marked_less_wise, self.marked_unsure]
    }
}

/// An edge: two values, the contexts in which they were compared, and what the votes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeStats {
    /// The value that it starts from.
    pub source: u32,
    /// The value that may be wiser.
    pub wiser: u32,
    /// The contexts of its votes and then those of the reversed pair, each once, as they first occur.
    pub contexts: Vec<u32>,
    /// The votes.
    pub counts: EdgeCounts,
}

/// Which edges stand in a moral graph.
///
/// ```text
/// wiser ≥ 2        likelihood ≥ 0.33        entropy ≤ 1.69
/// ```
///
/// Edges without an upgrade are never kept. Raising the first two thresholds or lowering the last one takes edges away
/// and adds none.
///
/// # Source
/// The released code (arXiv 2404.10636). The likelihood of exactly a third stays.
///
/// # Examples
/// ```
/// use probity::moral_graph::{EdgeCounts, EdgeFilter};
/// let counts = EdgeCounts { marked_wiser: 2, marked_unsure: 4, impressions: 6, ..EdgeCounts::default() };
/// assert!(EdgeFilter::default().keeps(&counts));
/// assert!(!EdgeFilter::default().min_likelihood(0.34)?.keeps(&counts));
/// assert!(!EdgeFilter::default().min_wiser(0).keeps(&EdgeCounts::default()));
/// assert!(EdgeFilter::default().max_entropy(f64::NAN).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeFilter {
    min_wiser: u64,
    min_likelihood: f64,
    max_entropy: f64,
    entropy_over: EntropyOver,
}

impl Default for EdgeFilter {
    fn default() -> Self {
        Self { min_wiser: 2, min_likelihood: 0.33, max_entropy: 1.69, entropy_over: EntropyOver::default() }
    }
}

impl EdgeFilter {
    /// Sets the smallest number of upgrades; 0 is the same as 1.
    #[must_use]
    pub fn min_wiser(self, min_wiser: u64) -> Self {
        Self { min_wiser, ..self }
    }

    /// Sets the smallest likelihood. Below 0 it is the same as just above 0: an edge that more people see the other way
    /// round is none.
    ///
    /// # Errors
    /// [`Error::Argument`] if it is NaN.
    pub fn min_likelihood(self, min_likelihood: f64) -> Result<Self> {
        if min_likelihood.is_nan() {
            return Err(Error::argument("min_likelihood", "a number", min_likelihood));
        }
        Ok(Self { min_likelihood, ..self })
    }

    /// Sets the greatest entropy, in bits.
    ///
    /// # Errors
    /// [`Error::Argument`] if it is NaN.
    pub fn max_entropy(self, max_entropy: f64) -> Result<Self> {
        if max_entropy.is_nan() {
            return Err(Error::argument("max_entropy", "a number", max_entropy));
        }
        Ok(Self { max_entropy, ..self })
    }

    /// Sets what the entropy is taken over.
    #[must_use]
    pub fn entropy_over(self, entropy_over: EntropyOver) -> Self {
        Self { entropy_over, ..self }
    }

    /// Whether an edge with these votes stands.
    #[must_use]
    pub fn keeps(&self, counts: &EdgeCounts) -> bool {
        counts.marked_wiser >= self.min_wiser
            && counts.likelihood().is_some_and(|p| p > 0.0 && p >= self.min_likelihood)
            && counts.entropy(self.entropy_over) <= self.max_entropy
    }
}
