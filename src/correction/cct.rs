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
/// Yang et al. 2024, section 5 (CCT). The mixing share of CLT is the caller's: the paper's best on BoolQ was near 0.4.
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
