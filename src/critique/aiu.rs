use serde::{Deserialize, Serialize};

use crate::critique::f1::harmonic;
use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};
use crate::tally::Tally;
use crate::tally::stored::{Format, stored};

pub(super) const PRECISION: &str = "Meta-Precision";
pub(super) const RECALL: &str = "Meta-Recall";
pub(super) const HYPOTHESIS: &str = "the number of units of the critique";
pub(super) const REFERENCE: &str = "the number of units of the reference critique";

/// Atomic information units of critiques: how many of a critique's are factual, how many of the reference critique's
/// it covers.
///
/// Of one critique it is that critique's table; merged over critiques it gives the micro (pooled) figures.
///
/// # Missing values
/// A unit without a verdict is not true and stays in the denominator.
///
/// # Examples
/// ```
/// use probity::critique::Aius;
/// use probity::tally::Tally;
/// let mut both = Aius::from_labels(&[Some(true), None], &[Some(true)]);
/// both.merge(&Aius::from_labels(&[Some(true)], &[Some(false), None]))?;
/// assert_eq!((both.precision()?, both.recall()?, both.units(), both.records()), (2.0 / 3.0, 1.0 / 3.0, 6, 2));
/// assert!(Aius::from_labels(&[], &[Some(true)]).f1().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aius {
    critiques: u64,
    factual: u64,
    hypothesis: u64,
    covered: u64,
    reference: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    critiques: u64,
    factual: u64,
    hypothesis: u64,
    covered: u64,
    reference: u64,
}

impl Format for Aius {
    type Body = Body;
    const NAME: &'static str = "probity.aius";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let &Self { critiques, factual, hypothesis, covered, reference } = self;
        Body { critiques, factual, hypothesis, covered, reference }
    }

    fn from_body(body: Body) -> Result<Self, String> {
        let Body { critiques, factual, hypothesis, covered, reference } = body;
        if factual > hypothesis || covered > reference || hypothesis.checked_add(reference).is_none() {
            return Err("more true units than units, or more than can be counted".to_string());
        }
        Ok(Self { critiques, factual, hypothesis, covered, reference })
    }
}
stored!(Aius);

impl Aius {
    /// Of one critique: whether each of its units is factual, and whether each unit of the reference is covered.
    #[must_use]
    pub fn from_labels(precision_labels: &[Option<bool>], recall_labels: &[Option<bool>]) -> Self {
        let count = |labels: &[Option<bool>]| {
            (labels.iter().filter(|&&l| l == Some(true)).count() as u64, labels.len() as u64)
        };
        let ((factual, hypothesis), (covered, reference)) = (count(precision_labels), count(recall_labels));
        Self { critiques: 1, factual, hypothesis, covered, reference }
    }

    /// Factual units over units of the critique.
    ///
    /// # Errors
    /// [`Error::Undefined`] without units.
    pub fn precision(&self) -> Result<f64> {
        self.precision_estimate(Level::default()).map(|e| e.value)
    }

    /// Covered units over units of the reference.
    ///
    /// # Errors
    /// [`Error::Undefined`] without units.
    pub fn recall(&self) -> Result<f64> {
        self.recall_estimate(Level::default()).map(|e| e.value)
    }

    /// Harmonic mean of precision and recall, 0 if one of them is.
    ///
    /// # Errors
    /// [`Error::Undefined`] if one of them is.
    pub fn f1(&self) -> Result<f64> {
        Ok(harmonic(self.precision()?, self.recall()?))
    }

    pub(super) fn precision_estimate(&self, level: Level) -> Result<Estimate> {
        rate(PRECISION, HYPOTHESIS, self.factual, self.hypothesis, level)
    }

    pub(super) fn recall_estimate(&self, level: Level) -> Result<Estimate> {
        rate(RECALL, REFERENCE, self.covered, self.reference, level)
    }

    /// Units of the critiques.
    #[must_use]
    pub fn hypothesis(&self) -> u64 {
        self.hypothesis
    }

    /// Units of the reference critiques.
    #[must_use]
    pub fn reference(&self) -> u64 {
        self.reference
    }

    /// All units.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.hypothesis + self.reference
    }

    /// Factual, units of the critique, covered, units of the reference.
    pub(super) fn row(&self) -> [f64; 4] {
        [self.factual, self.hypothesis, self.covered, self.reference].map(|n| n as f64)
    }
}

impl Tally for Aius {
    /// The verdicts on one critique's units and on those of its reference.
    type Record<'a> = (&'a [Option<bool>], &'a [Option<bool>]);

    fn record(&mut self, (precision_labels, recall_labels): Self::Record<'_>) -> Result<()> {
        self.merge(&Self::from_labels(precision_labels, recall_labels))
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let overflow = Error::Overflow { what: "a count of a tally" };
        let critiques = self.critiques.checked_add(other.critiques);
        let units = self.units().checked_add(other.units());
        let (Some(critiques), Some(_)) = (critiques, units) else {
            return Err(overflow);
        };
        *self = Self {
            critiques,
            factual: self.factual + other.factual,
            hypothesis: self.hypothesis + other.hypothesis,
            covered: self.covered + other.covered,
            reference: self.reference + other.reference,
        };
        Ok(())
    }

    fn records(&self) -> u64 {
        self.critiques
    }
}

/// How good one critique is. From [`meta_critique_item`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetaItem {
    /// Share of its units that are factual.
    pub precision: Estimate,
    /// Share of the reference's units that it covers.
    pub recall: Estimate,
    /// Their harmonic mean, 0 if one of them is 0.
    pub f1: f64,
}

/// Precision, recall and F1 of one critique over atomic information units (AIUs).
///
/// ```text
/// P = factual units/units of the critique     R = covered units/units of the reference     F1 = 2/(1/P + 1/R)
/// ```
///
/// F1 is 0 if P or R is.
///
/// # Undefined
/// If the critique or the reference has no units.
///
/// # Missing values
/// A unit without a verdict is not true and stays in the denominator.
///
/// # Source
/// Sun et al. 2024, "The Critique of Critique" (MetaCritique, arXiv 2401.04518), and its released code. The intervals
/// (Wilson) are ours.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::meta_critique_item;
/// use probity::inference::Level;
/// let (yes, no) = (Some(true), Some(false));
/// let item = meta_critique_item(&[yes, None, no, yes], &[no, yes], Level::default())?;
/// assert_eq!((item.precision.value, item.recall.value, item.f1), (0.5, 0.5, 0.5));
/// assert_eq!(meta_critique_item(&[yes], &[no], Level::default())?.f1, 0.0);
/// assert!(meta_critique_item(&[], &[yes], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn meta_critique_item(
    precision_labels: &[Option<bool>],
    recall_labels: &[Option<bool>],
    level: Level,
) -> Result<MetaItem> {
    let units = Aius::from_labels(precision_labels, recall_labels);
    Ok(MetaItem {
        precision: units.precision_estimate(level)?,
        recall: units.recall_estimate(level)?,
        f1: units.f1()?,
    })
}
