use std::collections::BTreeMap;

use crate::critique::Aius;
use crate::critique::aiu::{HYPOTHESIS, PRECISION, RECALL, REFERENCE};
use crate::critique::f1::harmonic;
use crate::critique::sums::Sums;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Bootstrap, Estimate};
use crate::num::ratio;
use crate::tally::Tally;

const METRIC: &str = "Meta-F1";

/// How good the critiques of a corpus are. From [`meta_critique_corpus`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetaCorpus {
    /// Mean of the critiques' precisions (Meta-P).
    pub precision: Estimate,
    /// Mean of their recalls (Meta-R).
    pub recall: Estimate,
    /// Mean of their F1s (Meta-F1): not the F1 of the two means.
    pub f1: Estimate,
    /// Precision over the units of all critiques together.
    pub micro_precision: Estimate,
    /// Recall over the units of all references together.
    pub micro_recall: Estimate,
    /// Harmonic mean of the two.
    pub micro_f1: Estimate,
    /// All units.
    pub units: Aius,
}

/// Meta-Precision, Meta-Recall and Meta-F1 of a corpus of critiques, each weighing the same, with the pooled figures
/// beside them.
///
/// # Intervals
/// By the bootstrap given, over critiques.
///
/// # Undefined
/// Without critiques, and for a critique whose own figures are undefined.
///
/// # Source
/// Sun et al. 2024 (MetaCritique, arXiv 2401.04518), and its released code. The micro figures are ours.
///
/// # Errors
/// [`Error::Undefined`] as above; those of the bootstrap.
///
/// # Examples
/// ```
/// use probity::critique::{Aius, meta_critique_corpus};
/// use probity::inference::Bootstrap;
/// let (yes, no) = (Some(true), Some(false));
/// let corpus = [Aius::from_labels(&[yes], &[yes, yes]), Aius::from_labels(&[yes, no, no], &[no])];
/// let found = meta_critique_corpus(&corpus, &Bootstrap::new(3).resamples(200)?)?;
/// assert!((found.precision.value - 2.0 / 3.0).abs() < 1e-15);
/// assert_eq!((found.f1.value, found.micro_precision.value), (0.5, 0.5));
/// assert!(meta_critique_corpus(&[], &Bootstrap::new(3)).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn meta_critique_corpus(critiques: &[Aius], bootstrap: &Bootstrap) -> Result<MetaCorpus> {
    if critiques.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "critiques" }));
    }
    let mut units = Aius::default();
    critiques.iter().try_for_each(|critique| units.merge(critique))?;
    let mean = |metric, entered, of: fn(&Aius) -> Result<f64>| {
        let rows = critiques.iter().map(|c| Ok([1.0, of(c)?])).collect::<Result<Vec<_>>>()?;
        Sums::new(rows).estimate(bootstrap, metric, entered, |&[n, sum]| Ok(sum / n))
    };
    let pooled = |metric, entered, of: fn(&[f64; 4]) -> Result<f64>| {
        let rows = critiques.iter().map(Aius::row).collect();
        Sums::new(rows).estimate(bootstrap, metric, entered, of)
    };
    Ok(MetaCorpus {
        precision: mean(PRECISION, units.hypothesis(), Aius::precision)?,
        recall: mean(RECALL, units.reference(), Aius::recall)?,
        f1: mean(METRIC, units.units(), Aius::f1)?,
        micro_precision: pooled("micro precision", units.hypothesis(), micro_precision)?,
        micro_recall: pooled("micro recall", units.reference(), micro_recall)?,
        micro_f1: pooled("micro F1", units.units(), |row| {
            Ok(harmonic(micro_precision(row)?, micro_recall(row)?))
        })?,
        units,
    })
}

fn micro_precision(&[factual, hypothesis, ..]: &[f64; 4]) -> Result<f64> {
    ratio("micro precision", factual, hypothesis, Undefined::ZeroDenominator { what: HYPOTHESIS })
}

fn micro_recall(&[.., covered, reference]: &[f64; 4]) -> Result<f64> {
    ratio("micro recall", covered, reference, Undefined::ZeroDenominator { what: REFERENCE })
}

/// [`meta_critique_corpus`] for each data set, critic, or whatever the critiques are grouped by.
///
/// # Errors
/// [`Error::Length`] if there is not one group for each critique; as [`meta_critique_corpus`], for any group.
///
/// # Examples
/// ```
/// use probity::critique::{Aius, meta_critique_by};
/// use probity::inference::Bootstrap;
/// let (yes, no) = (Some(true), Some(false));
/// let corpus = [Aius::from_labels(&[yes], &[yes]), Aius::from_labels(&[no], &[yes])];
/// let by = meta_critique_by(&["PIQA", "GSM8K"], &corpus, &Bootstrap::new(3).resamples(10)?)?;
/// assert_eq!((by["PIQA"].f1.value, by["GSM8K"].f1.value), (1.0, 0.0));
/// assert!(meta_critique_by(&["PIQA"], &corpus, &Bootstrap::new(3)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn meta_critique_by<K: Ord + Clone>(
    groups: &[K],
    critiques: &[Aius],
    bootstrap: &Bootstrap,
) -> Result<BTreeMap<K, MetaCorpus>> {
    crate::num::check_same_length("groups", critiques.len(), groups.len())?;
    let mut by: BTreeMap<&K, Vec<Aius>> = BTreeMap::new();
    for (group, critique) in groups.iter().zip(critiques) {
        by.entry(group).or_default().push(critique.clone());
    }
    by.into_iter().map(|(group, of)| Ok((group.clone(), meta_critique_corpus(&of, bootstrap)?))).collect()
}
