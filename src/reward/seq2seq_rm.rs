use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::reward::secrets_ppo_advantage::{TokenRewards, penalised};

/// Which tokens of a response are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum S2sFeedback {
    /// The kept ones and the rejected ones.
    #[default]
    Both,
    /// The kept ones; rejected ones are neutral.
    PositiveOnly,
    /// The rejected ones; kept ones are neutral.
    NegativeOnly,
}

/// What a token is worth.
///
/// # Source
/// The paper's text names a positive and a negative score; no source tells how great they are, so the [`Default`] of +1,
/// −1 and 0 is ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct S2sScoring {
    /// Of a token before the first divergence.
    pub positive: f64,
    /// Of a token that the model would not have said.
    pub negative: f64,
    /// Of any other.
    pub neutral: f64,
    /// Which of these are given.
    pub feedback: S2sFeedback,
}

impl Default for S2sScoring {
    fn default() -> Self {
        Self { positive: 1.0, negative: -1.0, neutral: 0.0, feedback: S2sFeedback::Both }
    }
}

/// Scores of the tokens of a response; see [`s2s_token_scores`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct S2sScores {
    /// Position of the first token that the correction does not share: the response's length if the correction goes on
    /// where the response ends, none if both are the same.
    pub divergence: Option<usize>,
    /// Of each token.
    pub scores: Vec<f64>,
    /// Tokens kept, whatever the feedback gives for them.
    pub positive: usize,
    /// Tokens rejected, whatever the feedback gives for them.
    pub negative: usize,
    /// Sum of the scores.
    pub sequence_score: f64,
}

/// Token scores of a response from the correction that a sequence-to-sequence reward model writes for it.
///
/// ```text
/// before the first divergence:   positive
/// from there on:                 negative if the token is not next_tokens[t], else neutral
/// ```
///
/// `next_tokens[t]` is the model's choice after the first t tokens of the response. Without them the first divergent
/// token is negative and all after it neutral.
///
/// # Source
/// Zhou et al., Sequence to Sequence Reward Modeling, figure 2. See [`S2sScoring`] for the magnitudes.
///
/// # Errors
/// [`Error::Length`] for another number of next tokens than of tokens; [`Error::NotFinite`] for a score that is not
/// finite; [`Error::Overflow`] if their sum leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::{S2sScoring, s2s_token_scores};
/// let found = s2s_token_scores(&[3, 1, 4, 1], &[3, 9], Some(&[3, 9, 4, 5]), &S2sScoring::default())?;
/// assert_eq!((found.divergence, found.scores), (Some(1), vec![1.0, -1.0, 0.0, -1.0]));
/// let same = s2s_token_scores(&["a"], &["a"], None, &S2sScoring::default())?;
/// assert_eq!((same.divergence, same.sequence_score), (None, 1.0));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn s2s_token_scores<T: PartialEq>(
    response: &[T],
    correction: &[T],
    next_tokens: Option<&[T]>,
    scoring: &S2sScoring,
) -> Result<S2sScores> {
    if let Some(next) = next_tokens {
        num::check_same_length("next tokens", response.len(), next.len())?;
    }
    num::check_finite("scores of tokens", &[scoring.positive, scoring.negative, scoring.neutral])?;
    let positive = response.iter().zip(correction).take_while(|(said, wanted)| said == wanted).count();
    let divergence = (positive < response.len().max(correction.len())).then_some(positive);
    let (kept, rejected) = match scoring.feedback {
        S2sFeedback::Both => (scoring.positive, scoring.negative),
        S2sFeedback::PositiveOnly => (scoring.positive, scoring.neutral),
        S2sFeedback::NegativeOnly => (scoring.neutral, scoring.negative),
    };
    let mut scores = vec![kept; positive];
    let mut negative = 0;
    for (t, said) in response.iter().enumerate().skip(positive) {
        let is_rejected = next_tokens.map_or(t == positive, |next| next[t] != *said);
        negative += usize::from(is_rejected);
        scores.push(if is_rejected { rejected } else { scoring.neutral });
    }
    let sequence_score = num::sum(scores.iter().copied());
    num::check_range("the sum of token scores", [&sequence_score])?;
    Ok(S2sScores { divergence, scores, positive, negative, sequence_score })
}

/// The loss of a sequence-to-sequence reward model on one pair; see [`s2s_rm_loss`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct S2sLoss {
    /// Of writing the chosen response for the rejected one.
    pub correction: f64,
    /// Of writing the chosen response for itself.
    pub identity: f64,
    /// Their sum. Its derivative by every log-probability of a token is −1.
    pub loss: f64,
    /// The sum over the number of tokens of both.
    pub mean_token_loss: f64,
}

/// The training loss of a sequence-to-sequence reward model: correct what is rejected, repeat what is chosen.
///
/// ```text
/// L = −Σ ln p(chosen | x, rejected) − Σ ln p(chosen | x, chosen)
/// ```
///
/// # Undefined
/// If one of the two has no tokens.
///
/// # Missing values
/// Give the tokens of the response only, without prompt and padding.
///
/// # Source
/// Zhou et al., the correction mapping and the identity mapping. That they weigh alike is read from the abstract.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Undefined`] as said; [`Error::Overflow`] if the loss leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::s2s_rm_loss;
/// let found = s2s_rm_loss(&[-2.0, -1.0], &[-0.5, -0.5])?;
/// assert_eq!((found.loss, found.mean_token_loss), (4.0, 1.0));
/// assert!(s2s_rm_loss(&[], &[-1.0]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn s2s_rm_loss(correction: &[f64], identity: &[f64]) -> Result<S2sLoss> {
    let nll = |what, tokens: &[f64]| {
        num::check_finite(what, tokens)?;
        if tokens.is_empty() {
            let reason = Undefined::Nothing { what: "tokens of the chosen response" };
            return Err(Error::undefined("sequence-to-sequence loss", reason));
        }
        Ok(-num::sum(tokens.iter().copied()))
    };
    let of_correction = nll("log-probabilities of the correction", correction)?;
    let of_identity = nll("log-probabilities of the identity", identity)?;
    let loss = of_correction + of_identity;
    num::check_range("the sequence-to-sequence loss", [&loss])?;
    let tokens = (correction.len() + identity.len()) as f64;
    Ok(S2sLoss { correction: of_correction, identity: of_identity, loss, mean_token_loss: loss / tokens })
}

/// Token scores less a penalty for leaving the reference.
///
/// ```text
/// r_t = score_t − η·(ln π_t − ln π_ref,t)
/// ```
///
/// # Undefined
/// Without tokens.
///
/// # Source
/// As Secrets of RLHF, equation 19, with a score at every token.
///
/// # Errors
/// As [`ppo_token_rewards`](crate::reward::ppo_token_rewards).
///
/// # Examples
/// ```
/// use probity::reward::s2s_token_rewards;
/// let found = s2s_token_rewards(&[1.0, -1.0], &[-1.0, -2.0], &[-3.0, -2.0], 0.25)?;
/// assert_eq!(found.rewards, [0.5, -1.0]);
/// assert!(s2s_token_rewards(&[], &[], &[], 0.1).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn s2s_token_rewards(
    scores: &[f64],
    policy: &[f64],
    reference: &[f64],
    eta: f64,
) -> Result<TokenRewards> {
    penalised("token rewards", scores, policy, reference, eta)
}
