use crate::error::Result;
use crate::values::{Inventory, Keying};

/// One person's moral foundations. From [`mfq30`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MoralFoundations {
    /// Care; harm.
    pub harm: Option<f64>,
    /// Fairness; cheating.
    pub fairness: Option<f64>,
    /// Loyalty to the group.
    pub ingroup: Option<f64>,
    /// Respect for authority.
    pub authority: Option<f64>,
    /// Purity; degradation.
    pub purity: Option<f64>,
    /// The answers to the two checks of attention: item 6 (relevance of mathematics) and item 22 (do good).
    pub catches: [Option<u8>; 2],
}

impl MoralFoundations {
    /// How much the individualising foundations outweigh the binding ones; `None` if a foundation has no score.
    ///
    /// ```text
    /// mean(harm, fairness) − mean(ingroup, authority, purity)
    /// ```
    #[must_use]
    pub fn progressivism(&self) -> Option<f64> {
        let individual = f64::midpoint(self.harm?, self.fairness?);
        Some(individual - (self.ingroup? + self.authority? + self.purity?) / 3.0)
    }

    /// Whether both checks were passed: item 6 below 3 and item 22 above 2; `None` if one has no answer.
    #[must_use]
    pub fn attentive(&self) -> Option<bool> {
        Some(self.catches[0]? < 3 && self.catches[1]? > 2)
    }
}

/// Scores the 32 answers (0 to 5) to the Moral Foundations Questionnaire: 30 items and two checks of attention.
///
/// ```text
/// foundation = mean of its six items
/// ```
///
/// # Missing values
/// `None` is left out; a foundation without an answer has no score.
///
/// # Source
/// Graham et al. 2011; named by Yao et al. 2023 (arXiv 2308.12014). The key is from memory of the published
/// questionnaire.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) unless there are 32; [`Error::Argument`](crate::Error::Argument) for an answer
/// outside 0..=5.
///
/// # Examples
/// ```
/// use probity::values::mfq30;
/// let mut answers = [Some(2); 32];
/// answers[0] = Some(5); // harm
/// let found = mfq30(&answers)?;
/// assert_eq!((found.harm, found.progressivism()), (Some(2.5), Some(0.25)));
/// assert_eq!(found.attentive(), Some(false)); // 2 is not above 2
/// assert_eq!(mfq30(&[None; 32])?.progressivism(), None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mfq30(answers: &[Option<u8>]) -> Result<MoralFoundations> {
    crate::num::check_same_length("answers", 32, answers.len())?;
    let scores = Inventory::new((0, 5))?
        .scale("harm", &[1, 7, 12, 17, 23, 28])?
        .scale("fairness", &[2, 8, 13, 18, 24, 29])?
        .scale("ingroup", &[3, 9, 14, 19, 25, 30])?
        .scale("authority", &[4, 10, 15, 20, 26, 31])?
        .scale("purity", &[5, 11, 16, 21, 27, 32])?
        .score(answers, Keying::Raw)?;
    let mean = |scale: usize| scores.get(scale).and_then(crate::values::ScaleScore::mean);
    Ok(MoralFoundations {
        harm: mean(0),
        fairness: mean(1),
        ingroup: mean(2),
        authority: mean(3),
        purity: mean(4),
        catches: [answers[5], answers[21]],
    })
}
