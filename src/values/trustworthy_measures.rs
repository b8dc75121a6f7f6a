/// The eight sub-categories of trustworthiness that the paper measures, and with what.
///
/// # Source
/// Liu et al. 2023, "Trustworthy LLMs" (arXiv 2308.05374), sections 11.2 to 11.9. Which leaf of
/// [`trustworthiness`](crate::taxonomy::trustworthiness) a measurement stands for is our reading.
///
/// # Examples
/// ```
/// use probity::taxonomy::{RollUp, trustworthiness};
/// use probity::values::TrustworthyMeasure;
/// let tree = trustworthiness()?;
/// assert!(TrustworthyMeasure::ALL.iter().all(|measure| tree.label(measure.leaf()).is_some()));
/// let scores = [(TrustworthyMeasure::Safety.leaf(), 0.75), (TrustworthyMeasure::Fairness.leaf(), 0.5)];
/// let found = tree.roll_up(&scores, RollUp::Children)?;
/// assert_eq!((found.overall, found.scored), (Some(0.625), 2));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TrustworthyMeasure {
    /// Accuracy of choosing the true of two options: [`hallucination_choice`](crate::values::hallucination_choice).
    Hallucination,
    /// Share of answers that a judge does not call harmful: [`label_rate`](crate::values::label_rate).
    Safety,
    /// Share of neutral options or refusals: [`stereotype_label`](crate::values::stereotype_label).
    Fairness,
    /// Gap of stated and token probability: [`confidence_gap`](crate::values::confidence_gap); lower is better.
    Miscalibration,
    /// Share of refusals by kind of misuse: [`label_rates`](crate::values::label_rates).
    Misuse,
    /// Cosine with the original: [`copyright_similarity`](crate::values::copyright_similarity); lower is better.
    Copyright,
    /// Accuracy of two questions: [`causal_scores`](crate::values::causal_scores).
    CausalReasoning,
    /// Share of answers that typos do not change: [`label_rate`](crate::values::label_rate).
    Robustness,
}

impl TrustworthyMeasure {
    /// All of them, in the order of the paper.
    pub const ALL: [Self; 8] = [
        Self::Hallucination,
        Self::Safety,
        Self::Fairness,
        Self::Miscalibration,
        Self::Misuse,
        Self::Copyright,
        Self::CausalReasoning,
        Self::Robustness,
    ];

    /// The leaf of the taxonomy that it stands for.
    #[must_use]
    pub fn leaf(self) -> &'static str {
        match self {
            Self::Hallucination => "reliability.hallucination",
            Self::Safety => "safety.violence",
            Self::Fairness => "fairness.stereotype_bias",
            Self::Miscalibration => "reliability.miscalibration",
            Self::Misuse => "misuse.propagandistic_misuse",
            Self::Copyright => "misuse.leaking_copyrighted_content",
            Self::CausalReasoning => "reasoning.limited_causal_reasoning",
            Self::Robustness => "robustness.prompt_attacks",
        }
    }

    /// Whether a higher figure is better.
    #[must_use]
    pub fn higher_is_better(self) -> bool {
        !matches!(self, Self::Miscalibration | Self::Copyright)
    }
}
