use crate::error::{Error, Result, Undefined};
use crate::inference::{Adjustment, Estimate, Level, adjust_p_values, mean_over_items, t_p_value};
use crate::judge::ceiling::check_judge;
use crate::num;
use crate::ratings::Ratings;

/// How well a label fits those of the other annotators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Alignment {
    /// The share of annotators with the same label.
    #[default]
    Match,
    /// Minus the root of the mean squared difference to their values.
    NegativeRmse,
}

/// Options of [`alternative_annotator_test`].
///
/// | option | default | from |
/// |---|---|---|
/// | `epsilon` | 0.2 | the authors, for experts; 0.15 for skilled annotators, 0.1 for crowd workers |
/// | `alignment` | [`Alignment::Match`] | the authors' code |
/// | `adjustment` | [`Adjustment::BenjaminiYekutieli`] | the authors' code |
/// | `rate` | 0.05 | the authors' code |
/// | `min_items` | 30 | the authors' code: fewer do not bear a t test |
///
/// # Examples
/// ```
/// use probity::judge::AltTestOptions;
/// assert!(AltTestOptions::new().epsilon(0.1)?.min_items(10).rate(0.1).is_ok());
/// assert!(AltTestOptions::new().epsilon(-0.1).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AltTestOptions {
    epsilon: f64,
    alignment: Alignment,
    adjustment: Adjustment,
    rate: f64,
    min_items: usize,
    level: Level,
}

impl Default for AltTestOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl AltTestOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            epsilon: 0.2,
            alignment: Alignment::Match,
            adjustment: Adjustment::BenjaminiYekutieli,
            rate: 0.05,
            min_items: 30,
            level: Level::default(),
        }
    }

    /// How much less often than the annotator the judge may be the better one: the price of an annotator.
    ///
    /// # Errors
    /// [`Error::Argument`] outside 0..=1.
    pub fn epsilon(mut self, epsilon: f64) -> Result<Self> {
        num::check_probability("epsilon", epsilon)?;
        self.epsilon = epsilon;
        Ok(self)
    }

    /// How labels are compared with those of the others.
    #[must_use]
    pub fn alignment(mut self, alignment: Alignment) -> Self {
        self.alignment = alignment;
        self
    }

    /// The correction for testing against several annotators.
    #[must_use]
    pub fn adjustment(mut self, adjustment: Adjustment) -> Self {
        self.adjustment = adjustment;
        self
    }

    /// The rate at which that correction holds false discoveries (or errors).
    ///
    /// # Errors
    /// [`Error::Argument`] outside 0..=1.
    pub fn rate(mut self, rate: f64) -> Result<Self> {
        num::check_probability("rate of false discoveries", rate)?;
        self.rate = rate;
        Ok(self)
    }

    /// The fewest items with which an annotator is tested against.
    #[must_use]
    pub fn min_items(mut self, items: usize) -> Self {
        self.min_items = items;
        self
    }

    /// The level of intervals.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }
}

/// The judge against one annotator.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AnnotatorTest {
    /// The annotator's position among the raters.
    pub annotator: usize,
    /// How often the judge fits the other annotators at least as well as this one does.
    pub judge_advantage: Estimate,
    /// How often this annotator fits the others at least as well as the judge does.
    pub annotator_advantage: Estimate,
    /// The second minus the first, with the p-value of the hypothesis that it is epsilon or more (one-sided).
    pub difference: Estimate,
    /// The p-value, corrected for all annotators tested.
    pub adjusted_p_value: f64,
    /// Whether the hypothesis is rejected: the judge holds its own against this annotator.
    pub judge_wins: bool,
}

/// Whether a judge may replace human annotators; see [`alternative_annotator_test`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AltTest {
    /// The annotators tested, in the raters' order.
    pub annotators: Vec<AnnotatorTest>,
    /// Annotators with fewer items than asked for.
    pub left_out: Vec<usize>,
    /// The share of the annotators tested against whom the judge wins.
    pub winning_rate: f64,
    /// The mean over annotators of the judge's advantage: for comparing judges.
    pub advantage: f64,
}

impl AltTest {
    /// Whether the judge passes: it wins against at least half of the annotators.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.winning_rate >= 0.5
    }
}

/// Whether a judge may replace a human annotator: it is held against each annotator, by how well both fit the others.
///
/// ```text
/// S(x; i, j): how well label x of item i fits the annotators other than j
/// F = [S(judge) ≥ S(j)]       H = [S(j) ≥ S(judge)]        of every item that j and another annotator judged
/// t = (mean(H − F) − ε)/(s/√n)        p = P(T(n − 1) < t)        null hypothesis: mean(H − F) ≥ ε
/// winning rate = share of annotators whose hypothesis is rejected after correction       pass: ≥ ½
/// advantage = mean over annotators of mean F
/// ```
///
/// Every rater but the judge is an annotator. A judge that equals an annotator on every item has H − F = 0.
///
/// # Ties
/// Both F and H are 1 where both fit as well, which for distances means that the sums of squares differ by at most 10⁻¹² of
/// themselves: 0.3 and 0.1 are as far from 0.2.
///
/// # Undefined
/// If no annotator has enough items, or fewer than two; for an annotator whose H − F is epsilon on every item. Where H − F
/// is constant otherwise, p is the limit of the test: 0 below epsilon, 1 above.
///
/// # Missing values
/// An item enters for an annotator if the judge, the annotator and at least one other judged it.
///
/// # Source
/// Calderon, Reichart and Dror 2025, *The Alternative Annotator Test for LLM-as-a-Judge* (2501.10970), after the authors'
/// notebook `alt_test_example.ipynb`, whose function also takes a similarity of one's own. A constant H − F that equals
/// epsilon gives no p-value there. With fewer than 30 items the authors advise the Wilcoxon signed-rank test, which is not
/// offered.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Index`] for a judge that does not exist; [`Error::Scale`] if there are no
/// identified raters, or values are asked of labels that are text.
///
/// # Complexity
/// O(Σ over items of the number of its judgments squared).
///
/// # Examples
/// ```
/// use probity::judge::{AltTestOptions, alternative_annotator_test};
/// use probity::ratings::{Labels, Ratings};
/// // Two annotators agree on all of 40 items but a few; the judge (rater 2) sides with the first.
/// let codes: Vec<u8> = (0..40).flat_map(|i| [i % 2, if i % 8 == 0 { 1 - i % 2 } else { i % 2 }, i % 2]).collect();
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, codes)?;
/// let found = alternative_annotator_test(&ratings, 2, &AltTestOptions::new())?;
/// assert!(found.passes() && found.winning_rate == 1.0);
/// // With too few items nothing is tested.
/// let few = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 0, 0])?;
/// assert!(alternative_annotator_test(&few, 2, &AltTestOptions::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn alternative_annotator_test(
    ratings: &Ratings,
    judge: usize,
    options: &AltTestOptions,
) -> Result<AltTest> {
    const METRIC: &str = "alternative annotator test";
    check_judge(ratings, judge)?;
    let advantages = advantages(ratings, judge, options.alignment)?;
    let needed = options.min_items.max(2);
    let mut tests = Vec::new();
    let mut left_out = Vec::new();
    for (annotator, outcomes) in advantages.into_iter().enumerate().filter(|&(rater, _)| rater != judge) {
        if outcomes.len() < needed {
            left_out.push(annotator);
        } else {
            tests.push(annotator_test(METRIC, annotator, &outcomes, options)?);
        }
    }
    if tests.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "annotators with enough items" }));
    }
    let p_values: Vec<f64> = tests.iter().filter_map(|test| test.difference.p_value).collect();
    for (test, adjusted) in tests.iter_mut().zip(adjust_p_values(&p_values, options.adjustment)?) {
        test.adjusted_p_value = adjusted;
        test.judge_wins = adjusted <= options.rate;
    }
    let n = tests.len() as f64;
    let advantage = num::sum(tests.iter().map(|test| test.judge_advantage.value)) / n;
    let winning_rate = tests.iter().filter(|test| test.judge_wins).count() as f64 / n;
    Ok(AltTest { annotators: tests, left_out, winning_rate, advantage })
}

/// How much of itself a sum of squares may be off by for the same distances.
const TIE: f64 = 1e-12;

/// By rater, of each item that counts: whether the judge, and whether the rater, fits the others at least as well.
fn advantages(ratings: &Ratings, judge: usize, alignment: Alignment) -> Result<Vec<Vec<(bool, bool)>>> {
    // Codes are compared by equality, values by distance; both are numbers.
    let judgments = |item: usize| -> Result<Vec<(usize, f64)>> {
        Ok(match alignment {
            Alignment::Match if ratings.is_categorical() => {
                ratings.codes()?.item(item).map(|(rater, code)| (rater, f64::from(code))).collect()
            }
            _ => ratings.values()?.item(item).collect(),
        })
    };
    let mut found = vec![Vec::new(); ratings.n_raters()];
    for item in 0..ratings.n_items() {
        let (own, humans): (Vec<_>, Vec<_>) =
            judgments(item)?.into_iter().partition(|&(rater, _)| rater == judge);
        let Some(&(_, verdict)) = own.first() else { continue };
        if humans.len() < 2 {
            continue;
        }
        for &(annotator, label) in &humans {
            // More is worse; both sums are over the same annotators, so neither mean nor root changes their order.
            let loss = |x: f64| {
                let others = humans.iter().filter(|&&(other, _)| other != annotator);
                num::sum(others.map(|&(_, y)| match alignment {
                    Alignment::Match => f64::from(u8::from(x != y)),
                    Alignment::NegativeRmse => (x - y).powi(2),
                }))
            };
            let (judge_loss, annotator_loss) = (loss(verdict), loss(label));
            // Equal distances between decimal numbers differ in their last digits: 0.3 − 0.2 and 0.2 − 0.1.
            let tied = (judge_loss - annotator_loss).abs() <= TIE * judge_loss.max(annotator_loss);
            found[annotator].push((tied || judge_loss < annotator_loss, tied || annotator_loss < judge_loss));
        }
    }
    Ok(found)
}

fn annotator_test(
    metric: &'static str,
    annotator: usize,
    outcomes: &[(bool, bool)],
    options: &AltTestOptions,
) -> Result<AnnotatorTest> {
    let mean = |name, bounds, of: &dyn Fn(bool, bool) -> f64| {
        let values: Vec<f64> = outcomes.iter().map(|&(judge, human)| of(judge, human)).collect();
        mean_over_items(name, "items of the annotator", &values, bounds, options.level)
    };
    let one = |holds| f64::from(u8::from(holds));
    let judge_advantage = mean("advantage of the judge", (0.0, 1.0), &|judge, _| one(judge))?;
    let annotator_advantage = mean("advantage of the annotator", (0.0, 1.0), &|_, human| one(human))?;
    let difference = mean("advantage of the annotator over the judge", (-1.0, 1.0), &|judge, human| {
        one(human) - one(judge)
    })?;
    let p_value = below(&difference, options.epsilon, outcomes.len() as f64 - 1.0).ok_or_else(|| {
        Error::undefined(metric, Undefined::NoVariance { what: "an annotator's advantage" })
    })?;
    Ok(AnnotatorTest {
        annotator,
        judge_advantage,
        annotator_advantage,
        difference: difference.with_p_value(p_value),
        adjusted_p_value: p_value,
        judge_wins: false,
    })
}

/// P(T < t) of the hypothesis that a mean is epsilon or more; none if it is epsilon without any variance.
fn below(difference: &Estimate, epsilon: f64, df: f64) -> Option<f64> {
    let distance = difference.value - epsilon;
    let se = difference.standard_error?;
    if se == 0.0 {
        return (distance != 0.0).then_some(if distance < 0.0 { 0.0 } else { 1.0 });
    }
    let t = distance / se;
    let tail = t_p_value(t, df) / 2.0;
    Some(if t < 0.0 { tail } else { 1.0 - tail })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::Labels;

    /// Twelve items by three annotators (one with a gap) and a judge; what the authors' function gives was computed with
    /// SciPy.
    fn ratings() -> Ratings {
        // Of the eighth item there is one annotation only, of the eleventh no judgment: neither enters.
        const NONE: u8 = u8::MAX;
        let columns = [
            [2, 2, 2, 3, 3, 3, 3, 0, 0, 1, 1, 3],
            [2, 3, 3, 2, 2, 3, 3, NONE, 0, 2, 0, 3],
            [2, 1, 2, NONE, 3, 3, 3, NONE, 0, 2, 1, 3],
            [3, 3, 3, 3, 1, 3, 3, 0, 0, 1, NONE, 3],
        ];
        let codes = (0..12).flat_map(|item| columns.map(|column| column[item])).collect();
        Ratings::from_codes(Labels::from_values([1.0, 2.0, 3.0, 4.0]).unwrap(), 4, codes).unwrap()
    }

    #[test]
    fn distances_that_differ_by_rounding_tie() {
        let rows = [[0.1, 0.2, 0.3], [0.1, 0.2, 0.4]];
        let values = Ratings::from_values(crate::ratings::Scale::Interval, 3, rows.concat()).unwrap();
        let found = advantages(&values, 2, Alignment::NegativeRmse).unwrap();
        assert_eq!(found[0], [(true, true), (false, true)]);
    }

    #[test]
    fn the_authors_function_gives_the_same() {
        let by_match = [
            (10, 0.8, 0.9, 0.295_525_615_891_802_26),
            (10, 0.9, 0.9, 0.106_289_946_161_368_12),
            (9, 7.0 / 9.0, 8.0 / 9.0, 0.334_486_563_230_770_2),
        ];
        let by_distance = [
            (10, 0.7, 1.0, 0.735_467_914_159_062_2),
            (10, 0.8, 0.9, 0.295_525_615_891_802_26),
            (9, 7.0 / 9.0, 8.0 / 9.0, 0.334_486_563_230_770_2),
        ];
        let options = AltTestOptions::new().min_items(5);
        for (alignment, expected, advantage) in [
            (Alignment::Match, by_match, 0.825_925_925_925_926),
            (Alignment::NegativeRmse, by_distance, 0.759_259_259_259_259_2),
        ] {
            let options = options.clone().alignment(alignment);
            let found = alternative_annotator_test(&ratings(), 3, &options).unwrap();
            assert!((found.advantage - advantage).abs() < 1e-12, "{}", found.advantage);
            assert_eq!((found.winning_rate, found.annotators.len()), (0.0, 3));
            for (test, (items, judge, annotator, p)) in found.annotators.iter().zip(expected) {
                assert_eq!(test.judge_advantage.items, items);
                assert!((test.judge_advantage.value - judge).abs() < 1e-12);
                assert!((test.annotator_advantage.value - annotator).abs() < 1e-12);
                let found = test.difference.p_value.unwrap();
                assert!((found - p).abs() < 1e-9, "{found} {p}");
            }
        }
        // At a rate of 0.25 the smallest p-value, 0.0375, is below 0.25/(3 · 11/6): one of three annotators.
        let lenient = options.epsilon(0.3).unwrap().rate(0.25).unwrap();
        let found = alternative_annotator_test(&ratings(), 3, &lenient).unwrap();
        let wins: Vec<bool> = found.annotators.iter().map(|test| test.judge_wins).collect();
        assert_eq!((wins, found.passes()), (vec![false, true, false], false));
        // An annotator with fewer items than asked for is left out.
        let found = alternative_annotator_test(&ratings(), 3, &lenient.min_items(10)).unwrap();
        assert_eq!((found.left_out, found.annotators.len()), (vec![2], 2));
    }
}
