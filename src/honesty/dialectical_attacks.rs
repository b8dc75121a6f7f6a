use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::inference::Rate;
use crate::num;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, check_room};

/// What a model answered to a question with a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextOutcome {
    /// The true answer.
    True,
    /// The answer that the poison wants.
    Poisoned,
    /// A third answer.
    Other,
    /// None.
    Refusal,
}

const OUTCOMES: usize = 4;

/// The share of the passages that take sides which are poison: a number from 0 to 1.
///
/// # Examples
/// ```
/// use probity::honesty::dialectical::PoisonRatio;
/// assert!(PoisonRatio::new(0.2)? < PoisonRatio::new(0.5)?);
/// assert_eq!(PoisonRatio::new(-0.0)?, PoisonRatio::default());
/// assert!(PoisonRatio::new(20.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
// The bits of numbers from 0 on are in the order of the numbers.
pub struct PoisonRatio(u64);

impl PoisonRatio {
    /// From a share.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number that is not from 0 to 1.
    pub fn new(ratio: f64) -> Result<Self> {
        if (0.0..=1.0).contains(&ratio) {
            Ok(Self((ratio + 0.0).to_bits()))
        } else {
            Err(Error::argument("poison ratio", "a number from 0 to 1", ratio))
        }
    }

    /// The share.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// Rates of a number of trials. From [`Attacks::by_ratio`] and [`Attacks::overall`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttackRates {
    /// True answers among all trials.
    pub accuracy: Rate,
    /// Refusals among all trials.
    pub refusal: Rate,
    /// Poisoned answers among the trials with poison.
    pub attack_success: Rate,
    /// The other answers among the trials with poison.
    pub defence: Rate,
}

/// What became of questions with contexts that are poisoned to some degree.
///
/// ```text
/// attack success = poisoned answers/trials with poison     defence = 1 − attack success
/// accuracy = true answers/trials                           refusal = refusals/trials
/// ```
///
/// # Undefined
/// The value of attack success and of defence without trials with poison, that of all without trials; the rates
/// themselves exist.
///
/// # Source
/// Dialectical Alignment (arXiv 2404.00486), poisoned context attack; the formulas are ours.
///
/// # Examples
/// ```
/// use probity::honesty::dialectical::{Attacks, ContextOutcome, PoisonRatio};
/// use probity::tally::Tally;
/// let mut attacks = Attacks::default();
/// let (clean, half) = (PoisonRatio::new(0.0)?, PoisonRatio::new(0.5)?);
/// attacks.record((clean, ContextOutcome::True))?;
/// attacks.record((half, ContextOutcome::Poisoned))?;
/// attacks.record((half, ContextOutcome::Refusal))?;
/// let overall = attacks.overall()?;
/// assert_eq!((overall.defence.value()?, overall.accuracy.value()?), (0.5, 1.0 / 3.0));
/// // A clean context cannot be attacked.
/// let by_ratio = attacks.by_ratio()?;
/// assert!(by_ratio[&clean].defence.value().unwrap_err().is_undefined());
/// assert_eq!(by_ratio[&half].refusal.value()?, 0.5);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attacks {
    /// True, poisoned, other, refusal.
    counts: BTreeMap<PoisonRatio, [u64; OUTCOMES]>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Ratio and counts of true, poisoned, other, refusal.
    counts: Vec<(f64, [u64; OUTCOMES])>,
}

impl Format for Attacks {
    type Body = Body;
    const NAME: &'static str = "probity.dialectical_attacks";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { counts: self.counts.iter().map(|(ratio, &counts)| (ratio.get(), counts)).collect() }
    }

    fn from_body(Body { counts }: Body) -> Result<Self, String> {
        let mut tally = Self::default();
        for (ratio, counts) in counts {
            let ratio = PoisonRatio::new(ratio).map_err(|e| e.to_string())?;
            if counts == [0; OUTCOMES] || tally.counts.contains_key(&ratio) {
                return Err("expected each poison ratio once, with trials".to_string());
            }
            let total = counts.iter().try_fold(tally.records(), |sum, &n| sum.checked_add(n));
            total.ok_or_else(|| "the total of a tally overflows".to_string())?;
            tally.counts.insert(ratio, counts);
        }
        Ok(tally)
    }
}
stored!(Attacks);

impl Attacks {
    /// Trials of a ratio and an outcome.
    #[must_use]
    pub fn get(&self, ratio: PoisonRatio, outcome: ContextOutcome) -> u64 {
        self.counts.get(&ratio).map_or(0, |counts| counts[outcome as usize])
    }

    /// The rates at each ratio.
    ///
    /// # Errors
    /// [`Error::Undefined`] without trials.
    pub fn by_ratio(&self) -> Result<BTreeMap<PoisonRatio, AttackRates>> {
        self.check_some()?;
        self.counts.iter().map(|(&ratio, counts)| Ok((ratio, attack_rates([(ratio, counts)])?))).collect()
    }

    /// The rates over all ratios.
    ///
    /// # Errors
    /// [`Error::Undefined`] without trials.
    pub fn overall(&self) -> Result<AttackRates> {
        self.check_some()?;
        attack_rates(self.counts.iter().map(|(&ratio, counts)| (ratio, counts)))
    }

    fn check_some(&self) -> Result<()> {
        if self.counts.is_empty() {
            return Err(Error::undefined("attack rates", Undefined::Nothing { what: "trials" }));
        }
        Ok(())
    }
}

fn attack_rates<'a>(
    rows: impl IntoIterator<Item = (PoisonRatio, &'a [u64; OUTCOMES])>,
) -> Result<AttackRates> {
    let (mut all, mut attacked) = ([0; OUTCOMES], [0; OUTCOMES]);
    for (ratio, counts) in rows {
        all.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        if ratio > PoisonRatio::default() {
            attacked.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        }
    }
    let (trials, attacks) = (all.iter().sum(), attacked.iter().sum());
    let poisoned: u64 = attacked[ContextOutcome::Poisoned as usize];
    let with_poison = "trials with poison";
    Ok(AttackRates {
        accuracy: Rate::higher("accuracy", "trials", all[ContextOutcome::True as usize], trials)?,
        refusal: Rate::lower("refusal rate", "trials", all[ContextOutcome::Refusal as usize], trials)?,
        attack_success: Rate::lower("attack success rate", with_poison, poisoned, attacks)?,
        defence: Rate::higher("defence rate", with_poison, attacks - poisoned, attacks)?,
    })
}

impl Tally for Attacks {
    /// The ratio of poison in the context, and what was answered.
    type Record<'a> = (PoisonRatio, ContextOutcome);

    fn record(&mut self, (ratio, outcome): Self::Record<'_>) -> Result<()> {
        check_room(self.records(), 1)?;
        self.counts.entry(ratio).or_default()[outcome as usize] += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.records(), other.records())?;
        for (&ratio, counts) in &other.counts {
            let mine = self.counts.entry(ratio).or_default();
            mine.iter_mut().zip(counts).for_each(|(mine, more)| *mine += more);
        }
        Ok(())
    }

    fn records(&self) -> u64 {
        self.counts.values().flatten().sum()
    }
}

/// What is left of the accuracy when knowledge is edited in the context. From [`edit_retention`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EditRetention {
    /// Right answers with edited contexts.
    pub edited: Rate,
    /// Right answers without.
    pub base: Rate,
    /// The first over the second.
    pub retention: Result<f64>,
}

/// How much of its accuracy a model keeps when knowledge is edited in its context (IKE).
///
/// ```text
/// retention = (edited right/edited trials)/(base right/base trials)
/// ```
///
/// Each argument is (right answers, trials).
///
/// # Undefined
/// The retention if nothing is right without editing, or without trials.
///
/// # Source
/// Dialectical Alignment, in-context knowledge editing; the formula is ours.
///
/// # Errors
/// [`Error::Argument`] for more right answers than trials.
///
/// # Examples
/// ```
/// use probity::honesty::dialectical::edit_retention;
/// let kept = edit_retention((18, 20), (19, 20))?;
/// assert!((kept.retention? - 18.0 / 19.0).abs() < 1e-15);
/// assert!(edit_retention((1, 2), (0, 2))?.retention.unwrap_err().is_undefined());
/// assert!(edit_retention((3, 2), (1, 2)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn edit_retention(edited: (u64, u64), base: (u64, u64)) -> Result<EditRetention> {
    let edited = Rate::higher("edit success", "trials", edited.0, edited.1)?;
    let base = Rate::higher("accuracy", "trials", base.0, base.1)?;
    let zero = Undefined::ZeroDenominator { what: "the accuracy without editing" };
    let ratio = |edited: f64| num::ratio("edit retention", edited, base.value()?, zero.clone());
    let retention = edited.value().and_then(ratio);
    Ok(EditRetention { edited, base, retention })
}

/// What a defence gains. From [`defence_gain`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DefenceGain {
    /// The difference of the two rates, times 100.
    pub percentage_points: f64,
    /// The difference over the rate before.
    pub relative: Result<f64>,
}

/// The gain in defence rate, in percentage points and relative to the rate before.
///
/// For an interval of the difference give the counts to
/// [`proportion_difference`](crate::inference::proportion_difference).
///
/// # Undefined
/// The relative gain for a rate of 0 before.
///
/// # Errors
/// [`Error::Argument`] for a rate that is not from 0 to 1.
///
/// # Examples
/// ```
/// use probity::honesty::dialectical::defence_gain;
/// assert_eq!(defence_gain(0.5, 0.75)?.percentage_points, 25.0);
/// assert!(defence_gain(0.0, 0.5)?.relative.unwrap_err().is_undefined());
/// assert!(defence_gain(55.0, 75.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn defence_gain(before: f64, after: f64) -> Result<DefenceGain> {
    if let Some(rate) = [before, after].into_iter().find(|rate| !(0.0..=1.0).contains(rate)) {
        return Err(Error::argument("defence rate", "a number from 0 to 1", rate));
    }
    let zero = Undefined::ZeroDenominator { what: "the defence rate before" };
    let relative = num::ratio("relative defence gain", after - before, before, zero);
    Ok(DefenceGain { percentage_points: 100.0 * (after - before), relative })
}
