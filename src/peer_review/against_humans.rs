use crate::correlation::{Options, kendall_tau_c, spearman};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;
use crate::tally::Side;

/// How sliders of humans become a preference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SliderRule {
    /// A slider votes if it is farther from 0 than this.
    pub beyond: f64,
    /// The fewest votes by which a side must lead.
    pub lead: u32,
}

impl Default for SliderRule {
    /// Beyond 5, and a lead of 2.
    fn default() -> Self {
        Self { beyond: 5.0, lead: 2 }
    }
}

/// Which of two answers humans prefer: the one with the higher median rating, or what their sliders say if medians tie.
///
/// ```text
/// slider < −beyond: a vote for the first      > beyond: for the second       a preference if one side leads by `lead`
/// ```
///
/// # Undefined
/// If an answer has no rating.
///
/// # Missing values
/// `None`: humans have no preference, and the pair is left out of accuracy. Without sliders tied medians are none.
///
/// # Source
/// The scripts of Auto-PRE, which reproduce the PRE paper: five ratings, and five sliders from −30 to 30.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use probity::peer_review::{SliderRule, human_preference};
/// use probity::tally::Side;
/// let rule = SliderRule::default();
/// assert_eq!(human_preference(&[4.0, 5.0, 1.0], &[3.0, 3.0, 5.0], &[], rule)?, Some(Side::Left));
/// assert_eq!(human_preference(&[4.0], &[4.0], &[9.0, 6.0, -5.0], rule)?, Some(Side::Right));
/// assert_eq!(human_preference(&[4.0], &[4.0], &[9.0], rule)?, None);
/// assert!(human_preference(&[], &[4.0], &[], rule).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn human_preference(
    first: &[f64],
    second: &[f64],
    sliders: &[f64],
    rule: SliderRule,
) -> Result<Option<Side>> {
    num::check_finite("sliders", sliders)?;
    let (a, b) = (median(first)?, median(second)?);
    if a != b {
        return Ok(Some(if a > b { Side::Left } else { Side::Right }));
    }
    let count = |is: &dyn Fn(f64) -> bool| sliders.iter().filter(|&&s| is(s)).count() as i64;
    let lead = count(&|s| s > rule.beyond) - count(&|s| s < -rule.beyond);
    let enough = lead != 0 && lead.unsigned_abs() >= u64::from(rule.lead);
    Ok(enough.then_some(if lead < 0 { Side::Left } else { Side::Right }))
}

fn median(ratings: &[f64]) -> Result<f64> {
    num::check_finite("ratings of humans", ratings)?;
    let mut sorted = ratings.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (sorted.len().saturating_sub(1) / 2, sorted.len() / 2);
    match (sorted.get(low), sorted.get(high)) {
        (Some(low), Some(high)) => Ok(low.midpoint(*high)),
        _ => Err(Error::undefined("median of ratings", Undefined::Nothing { what: "ratings" })),
    }
}

/// How often a judge prefers what humans prefer; a judge's tie counts half.
///
/// ```text
/// mean over pairs that humans decided: 1 for the same winner, ½ if the judge says tie or nothing readable, else 0
/// ```
///
/// A judge that is asked in both orders has an entry an order, both turned to what humans were asked. Student's interval
/// over entries, cut to 0..1.
///
/// # Undefined
/// Without a pair that humans decided.
///
/// # Missing values
/// Pairs without a human preference (`None`, or a tie) are left out; a missing verdict of the judge counts half.
///
/// # Source
/// The scripts of Auto-PRE, which reproduce the PRE paper.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if the slices differ in length.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::peer_review::judge_accuracy;
/// use probity::tally::Side::{Left, Right};
/// let human = [Some(Left), Some(Left), None];
/// assert_eq!(judge_accuracy(&[Some(Left), None, Some(Right)], &human, Level::default())?.value, 0.75);
/// assert!(judge_accuracy(&[Some(Left)], &[None], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn judge_accuracy(judge: &[Option<Side>], human: &[Option<Side>], level: Level) -> Result<Estimate> {
    num::check_same_length("preferences of humans", judge.len(), human.len())?;
    let score = |(judge, human): (&Option<Side>, &Option<Side>)| match (judge, human) {
        (_, None | Some(Side::Tie)) => None,
        (None | Some(Side::Tie), _) => Some(0.5),
        (judge, human) => Some(f64::from(u8::from(judge == human))),
    };
    let scores: Vec<f64> = judge.iter().zip(human).filter_map(score).collect();
    mean_over_items("accuracy of a judge", "pairs that humans decided", &scores, (0.0, 1.0), level)
}

/// How often a judge names the same winner in both orders of presentation.
///
/// ```text
/// mean: 1 if the places that won differ, ½ if either order has no winner, 0 if the same place won twice
/// ```
///
/// `orders` holds the place that won each time, `Left` for what was shown first.
/// [`PositionBias::consistency`](crate::judge::PositionBias::consistency) counts two ties as consistent and one as not.
///
/// # Undefined
/// Without a pair.
///
/// # Missing values
/// A tie, or no readable verdict, in either order counts half.
///
/// # Source
/// The scripts of Auto-PRE, which reproduce the PRE paper.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::peer_review::order_consistency;
/// use probity::tally::Side::{Left, Right};
/// let orders = [(Some(Left), Some(Right)), (Some(Left), Some(Left)), (None, Some(Left))];
/// assert_eq!(order_consistency(&orders, Level::default())?.value, 0.5);
/// assert!(order_consistency(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn order_consistency(orders: &[(Option<Side>, Option<Side>)], level: Level) -> Result<Estimate> {
    let score = |order: &(Option<Side>, Option<Side>)| match order {
        (None | Some(Side::Tie), _) | (_, None | Some(Side::Tie)) => 0.5,
        (first, second) => f64::from(u8::from(first != second)),
    };
    let scores: Vec<f64> = orders.iter().map(score).collect();
    mean_over_items("consistency under swap", "pairs judged in both orders", &scores, (0.0, 1.0), level)
}

/// How a judge ranks the answers of a task beside humans, over tasks; see [`task_rank_agreement`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskRankAgreement {
    /// The mean over tasks of Spearman's rho.
    pub spearman: Estimate,
    /// The mean over tasks of Kendall's tau-c.
    pub kendall_tau_c: Estimate,
    /// Tasks in which the humans or the judge give all answers the same score, which count 0.
    pub constant: u64,
}

/// The mean over tasks of the rank correlation of a judge's scores with humans', from `scores[task][evaluatee]`.
///
/// A task in which one side does not vary has no correlation and counts 0, as in the published scripts; how many there are
/// is in the result. Student's interval over tasks, cut to −1..1.
///
/// # Undefined
/// Without a task; if a task has fewer than two evaluatees.
///
/// # Missing values
/// None: every answer has both scores.
///
/// # Source
/// The scripts of Auto-PRE, which reproduce the PRE paper.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if the two differ in tasks or evaluatees; [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::peer_review::task_rank_agreement;
/// let (human, judge) = ([vec![1.0, 2.0, 3.0], vec![1.0, 2.0, 3.0]], [vec![2.0, 5.0, 9.0], vec![4.0, 4.0, 4.0]]);
/// let found = task_rank_agreement(&human, &judge, Level::default())?;
/// assert_eq!((found.spearman.value, found.constant), (0.5, 1));
/// let none: [Vec<f64>; 0] = [];
/// assert!(task_rank_agreement(&none, &none, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn task_rank_agreement<S: AsRef<[f64]>>(
    human: &[S],
    judge: &[S],
    level: Level,
) -> Result<TaskRankAgreement> {
    num::check_same_length("tasks of the judge", human.len(), judge.len())?;
    let options = Options::new();
    let zero_if_constant = |result: Result<Estimate>| match result {
        Ok(estimate) => Ok((estimate.value, false)),
        Err(Error::Undefined { reason: Undefined::NoVariance { .. }, .. }) => Ok((0.0, true)),
        Err(error) => Err(error),
    };
    let (mut rhos, mut taus, mut constant) = (Vec::new(), Vec::new(), 0);
    for (human, judge) in human.iter().zip(judge) {
        let (rho, none) = zero_if_constant(spearman(human.as_ref(), judge.as_ref(), &options))?;
        rhos.push(rho);
        taus.push(zero_if_constant(kendall_tau_c(human.as_ref(), judge.as_ref(), &options))?.0);
        constant += u64::from(none);
    }
    let mean = |metric, values: &[f64]| mean_over_items(metric, "tasks", values, (-1.0, 1.0), level);
    Ok(TaskRankAgreement {
        spearman: mean("mean Spearman's rho over tasks", &rhos)?,
        kendall_tau_c: mean("mean Kendall's tau-c over tasks", &taus)?,
        constant,
    })
}
