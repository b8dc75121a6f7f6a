use std::collections::BTreeMap;

use crate::error::Result;
use crate::honesty::dialectical_attacks::{ContextOutcome, PoisonRatio};
use crate::inference::Rate;
use crate::search::first_greatest;

/// What contradicts what. From [`conflict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// Two passages support different answers.
    pub inter_context: bool,
    /// A passage supports another answer than the model gives from memory.
    pub context_memory: bool,
    /// Passages that support another answer than the true one, among those that support any.
    pub poison: Rate,
}

/// The conflicts in a context, given the answer that each passage supports.
///
/// # Undefined
/// The value of the poison ratio if no passage supports an answer.
///
/// # Missing values
/// A passage that supports no answer takes no part. Without an answer from memory nothing contradicts it.
///
/// # Source
/// Dialectical Alignment (arXiv 2404.00486), kinds of conflict; the definitions are ours.
///
/// # Errors
/// None that a slice in memory can cause.
///
/// # Examples
/// ```
/// use probity::honesty::dialectical::conflict;
/// let found = conflict(&[Some("Paris"), Some("Lyon"), None], Some(&"Paris"), &"Paris")?;
/// assert!(found.inter_context && found.context_memory);
/// assert_eq!(found.poison.value()?, 0.5);
/// let silent = conflict(&[None], None, &"Paris")?;
/// assert!(!silent.inter_context && silent.poison.value().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn conflict<T: PartialEq>(claims: &[Option<T>], memory: Option<&T>, truth: &T) -> Result<Conflict> {
    let claims = || claims.iter().flatten();
    let poison = claims().filter(|claim| *claim != truth).count();
    Ok(Conflict {
        inter_context: claims().next().is_some_and(|first| claims().any(|claim| claim != first)),
        context_memory: memory.is_some_and(|memory| claims().any(|claim| claim != memory)),
        poison: Rate::lower("poison ratio", "passages with a claim", poison as u64, claims().count() as u64)?,
    })
}

/// What one way of answering was tried on: the ratio of poison, and whether the answer was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyTrials<'a> {
    /// Its name.
    pub strategy: &'a str,
    /// Its trials.
    pub trials: Vec<(PoisonRatio, bool)>,
}

/// The ways of answering at one ratio of poison, and the best. From [`select_strategies`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StrategyChoice {
    /// The accuracy of each strategy, in the order given; without trials its value is undefined.
    pub accuracy: Vec<Rate>,
    /// The strategy with the greatest accuracy, the first on ties.
    pub best: usize,
}

/// For each ratio of poison the way of answering with the greatest accuracy; the first on ties.
///
/// # Missing values
/// A strategy without trials at a ratio is not chosen there.
///
/// # Source
/// Dialectical Alignment, choice of strategies by the feedback of an AI at each ratio; the rule is ours.
///
/// # Errors
/// None that a slice in memory can cause.
///
/// # Examples
/// ```
/// use probity::honesty::dialectical::{PoisonRatio, StrategyTrials, select_strategies};
/// let (clean, half) = (PoisonRatio::new(0.0)?, PoisonRatio::new(0.5)?);
/// let context = StrategyTrials { strategy: "trust the context", trials: vec![(clean, true), (half, false)] };
/// let memory = StrategyTrials { strategy: "trust memory", trials: vec![(clean, true), (half, true)] };
/// let chosen = select_strategies(&[context, memory])?;
/// assert_eq!((chosen[&clean].best, chosen[&half].best), (0, 1));
/// assert!(select_strategies(&[])?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn select_strategies(strategies: &[StrategyTrials<'_>]) -> Result<BTreeMap<PoisonRatio, StrategyChoice>> {
    // Right answers and trials of each strategy.
    let mut counts: BTreeMap<PoisonRatio, Vec<(u64, u64)>> = BTreeMap::new();
    for (i, strategy) in strategies.iter().enumerate() {
        for &(ratio, right) in &strategy.trials {
            let cell = &mut counts.entry(ratio).or_insert_with(|| vec![(0, 0); strategies.len()])[i];
            cell.0 += u64::from(right);
            cell.1 += 1;
        }
    }
    let choice = |(ratio, cells): (PoisonRatio, Vec<(u64, u64)>)| {
        let rate = |&(right, trials): &(u64, u64)| Rate::higher("accuracy", "trials", right, trials);
        let accuracy = cells.iter().map(rate).collect::<Result<Vec<Rate>>>()?;
        let values: Vec<f64> = accuracy.iter().map(|rate| rate.value().unwrap_or(-1.0)).collect();
        Ok((ratio, StrategyChoice { best: first_greatest(&values).unwrap_or(0), accuracy }))
    };
    counts.into_iter().map(choice).collect()
}

/// An answer to an item, and the way it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<S> {
    /// The strategy.
    pub strategy: S,
    /// What it answered.
    pub outcome: ContextOutcome,
}

/// An answer to imitate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SftRecord {
    /// The item, by its place.
    pub item: usize,
    /// The answer, by its place among those of the item.
    pub response: usize,
}

/// An answer to prefer and one to avoid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreferenceRecord {
    /// The item, by its place.
    pub item: usize,
    /// The true answer, by its place among those of the item.
    pub chosen: usize,
    /// The poisoned answer, by its place.
    pub rejected: usize,
}

/// Training data. From [`build_dataset`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Dataset {
    /// For supervised training, in the order of the items.
    pub sft: Vec<SftRecord>,
    /// For preference training, in the order of the items and of their answers.
    pub pairs: Vec<PreferenceRecord>,
}

/// Training data from answers: the true answer of the best strategy (else the first true one) is imitated, and preferred
/// to every poisoned answer to the same item. Items without a true answer give nothing.
///
/// # Source
/// Dialectical Alignment, construction of its two datasets; the rule is ours.
///
/// # Examples
/// ```
/// use probity::honesty::dialectical::{Candidate, ContextOutcome::{Poisoned, True}, build_dataset};
/// let of = |strategy, outcome| Candidate { strategy, outcome };
/// let items = [vec![of("a", Poisoned), of("a", True), of("b", True)], vec![of("a", Poisoned)]];
/// let data = build_dataset(&items, &"b");
/// assert_eq!((data.sft[0].response, data.sft.len()), (2, 1));
/// assert_eq!((data.pairs[0].chosen, data.pairs[0].rejected), (2, 0));
/// assert!(build_dataset::<&str>(&[], &"b").sft.is_empty());
/// ```
#[must_use]
pub fn build_dataset<S: PartialEq>(items: &[Vec<Candidate<S>>], best: &S) -> Dataset {
    let mut data = Dataset::default();
    for (item, responses) in items.iter().enumerate() {
        let is_true = |r: &Candidate<S>| r.outcome == ContextOutcome::True;
        let of_best = responses.iter().position(|r| is_true(r) && r.strategy == *best);
        let Some(chosen) = of_best.or_else(|| responses.iter().position(is_true)) else { continue };
        data.sft.push(SftRecord { item, response: chosen });
        let poisoned = responses.iter().enumerate().filter(|(_, r)| r.outcome == ContextOutcome::Poisoned);
        data.pairs.extend(poisoned.map(|(rejected, _)| PreferenceRecord { item, chosen, rejected }));
    }
    data
}
