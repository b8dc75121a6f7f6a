use crate::error::{Error, Result};
use crate::rng::Stream;

/// A question with a right and a wrong first answer, where they exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CctRecord<'a> {
    /// The question.
    pub question: &'a str,
    /// The answer to learn.
    pub gold: &'a str,
    /// A first answer that was right.
    pub right: Option<&'a str>,
    /// A first answer that was wrong.
    pub wrong: Option<&'a str>,
}

/// What an example teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CctKind {
    /// Confidence level improvement tuning: keep a right answer.
    Clt,
    /// Critique score improvement tuning: leave a wrong one.
    Cst,
}

impl CctKind {
    /// The paper's abbreviation.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clt => "CLT",
            Self::Cst => "CST",
        }
    }
}

/// One training example; the loss is on the target alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CctExample<'a> {
    /// What it teaches.
    pub kind: CctKind,
    /// Question, first answer, question again.
    pub context: [&'a str; 3],
    /// The answer to learn.
    pub target: &'a str,
}

/// Confidence and critique tuning examples: for each record the right answer asked again, then the wrong one.
///
/// # Source
/// Yang et al. 2024, section 5 (CCT). [`cct_mix`] draws a mixture of the two kinds.
///
/// # Examples
/// ```
/// use probity::correction::{CctKind, CctRecord, cct_examples};
/// let record = CctRecord { question: "2+2?", gold: "4", right: None, wrong: Some("5") };
/// let examples = cct_examples(&[record]);
/// assert_eq!((examples.len(), examples[0].kind, examples[0].target), (1, CctKind::Cst, "4"));
/// assert_eq!(examples[0].context, ["2+2?", "5", "2+2?"]);
/// ```
#[must_use]
pub fn cct_examples<'a>(records: &[CctRecord<'a>]) -> Vec<CctExample<'a>> {
    let mut out = Vec::new();
    for r in records {
        for (kind, first) in [(CctKind::Clt, r.right), (CctKind::Cst, r.wrong)] {
            if let Some(first) = first {
                out.push(CctExample { kind, context: [r.question, first, r.question], target: r.gold });
            }
        }
    }
    out
}

/// Draws `n` examples without replacement, of which the share `clt_share` teaches confidence, the others critique.
///
/// ```text
/// CLT examples = clt_share·n, rounded half up
/// ```
///
/// The examples keep their order. Training with the plain data too (SFT + CCT) is the union with it.
///
/// # Source
/// Yang et al. 2024, section 5: the share was swept from 0 to 1 on BoolQ, and the best was near 0.4. The rounding and
/// the draw are ours.
///
/// # Errors
/// [`Error::Argument`] for a share outside 0..1, or where there are too few examples of a kind.
///
/// # Examples
/// ```
/// use probity::correction::{CctKind, CctRecord, cct_examples, cct_mix};
/// let record = CctRecord { question: "2+2?", gold: "4", right: Some("4"), wrong: Some("5") };
/// let examples = cct_examples(&[record; 10]);
/// let mix = cct_mix(&examples, 0.4, 5, 7)?;
/// assert_eq!(mix.iter().filter(|example| example.kind == CctKind::Clt).count(), 2);
/// assert!(cct_mix(&examples, 1.0, 11, 7).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cct_mix<'a>(
    examples: &[CctExample<'a>],
    clt_share: f64,
    n: usize,
    seed: u64,
) -> Result<Vec<CctExample<'a>>> {
    if !(0.0..=1.0).contains(&clt_share) {
        return Err(Error::argument("share of CLT examples", "a share from 0 to 1", clt_share));
    }
    let clt = ((clt_share * n as f64 + 0.5).floor() as usize).min(n);
    let mut chosen = Vec::with_capacity(n.min(examples.len()));
    for (kind, wanted) in [(CctKind::Clt, clt), (CctKind::Cst, n - clt)] {
        let mut places: Vec<usize> = (0..examples.len()).filter(|&i| examples[i].kind == kind).collect();
        if places.len() < wanted {
            let found = format!("{} of {wanted} {} examples", places.len(), kind.name());
            return Err(Error::argument("examples of a mixture", "as many as are to be drawn", found));
        }
        Stream::new(seed, kind as u32, 0).shuffle(&mut places);
        chosen.extend_from_slice(&places[..wanted]);
    }
    chosen.sort_unstable();
    Ok(chosen.into_iter().map(|i| examples[i]).collect())
}
