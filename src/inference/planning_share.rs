use crate::error::{Error, Result, Undefined};
use crate::inference::planning::{Goal, Law, MOST_EXACT, Plan, mean_half_width};
use crate::inference::proportion::interval;
use crate::inference::{Level, ProportionMethod};
use crate::num::{Sum, check_probability};

/// How far numbers of items are tried beyond the half-width for the sake of the coverage.
const MOST_FURTHER: u64 = 1_000;

/// How many items give a share (an accuracy, a pass rate) an interval of a wanted half-width.
///
/// ```text
/// E[width(S)]/2 ≤ half_width,   P(interval of S holds p) ≥ least_coverage,   S ~ Binomial(n, p)
/// ```
///
/// Both are added up over all outcomes, of the interval that [`proportion`](crate::inference::proportion) will give; no
/// normal formula stands in for it, but for the normal method itself: its interval is a point where all items come out
/// alike, so its expected length is short for the wrong reason (0 for one item), and the length at the expected share,
/// z·√(p(1 − p)/n), is taken. `share` is the share that is expected; 0.5 is the worst. The exact coverage of every
/// method swings up and down with n, around the level for Wilson's: `least_coverage` asks for n at which it is at least
/// so high, `None` takes it as it comes. The plan states it in either case.
///
/// # Undefined
/// For the normal method and a share of 0 or 1, whose interval is a point for every n.
///
/// # Missing values
/// Plan for the items that will have a verdict.
///
/// # Source
/// Brown, Cai and DasGupta 2001, "Interval estimation for a binomial proportion" (expected length and coverage of the
/// methods). The usual n = z²p(1 − p)/w² gives 385 for p = 0.5, w = 0.05.
///
/// # Errors
/// [`Error::Argument`] for a share or a coverage outside 0..1, a half-width that is not above 0 or that a million items do
/// not reach, and a coverage that none of the next 1,000 numbers of items has.
///
/// # Complexity
/// O(√n) intervals for each n tried.
///
/// # Examples
/// ```
/// use probity::inference::{Level, ProportionMethod, items_for_proportion};
/// let plan = items_for_proportion(0.9, 0.03, ProportionMethod::Wilson, Some(0.95), Level::default())?;
/// assert!(plan.half_width.unwrap() <= 0.03 && plan.coverage.unwrap() >= 0.95);
/// // A share of 0 also needs items: a few dozen without any error.
/// let plan = items_for_proportion(0.0, 0.05, ProportionMethod::Wilson, None, Level::default())?;
/// assert_eq!((plan.items, plan.coverage), (35, Some(1.0)));
/// // The normal formula, and what it leaves out: of few rare errors it often sees none, and says that there are none.
/// let plan = items_for_proportion(0.01, 0.01, ProportionMethod::Normal, None, Level::default())?;
/// assert!(plan.items == 381 && plan.coverage.unwrap() < 0.92, "{plan}");
/// # Ok::<(), probity::Error>(())
/// ```
pub fn items_for_proportion(
    share: f64,
    half_width: f64,
    method: ProportionMethod,
    least_coverage: Option<f64>,
    level: Level,
) -> Result<Plan> {
    check_probability("share", share)?;
    let least_coverage = least_coverage.unwrap_or(0.0);
    check_probability("least_coverage", least_coverage)?;
    let normal = method == ProportionMethod::Normal;
    if normal && (share == 0.0 || share == 1.0) {
        let reason = Undefined::NoVariance { what: "an outcome of that share" };
        return Err(Error::undefined("a plan for the normal interval", reason));
    }
    let deviation = (share * (1.0 - share)).sqrt();
    let expected = |n: u64| {
        let (mut half, mut coverage) = (Sum::default(), Sum::default());
        for (successes, probability) in Law::new(n, share).outcomes() {
            let interval = interval(successes, n, method, level);
            half.add(probability * interval.width() / 2.0);
            coverage.add(if interval.contains(share) { probability } else { 0.0 });
        }
        let half = if normal { mean_half_width(deviation, n, false, level) } else { half.value() };
        (half, coverage.value().min(1.0))
    };
    let goal = Goal::half_width(half_width)?;
    let (least, _) = goal.smallest("items", (1, MOST_EXACT), |n| expected(n).0)?;
    for items in least..=least + MOST_FURTHER {
        let (half, coverage) = expected(items);
        if coverage >= least_coverage && goal.reached(half) {
            return Ok(Plan {
                coverage: Some(coverage),
                ..Plan::precise("proportion", (items, half), level)
            });
        }
    }
    let expected = "a coverage that the method has at some number of items";
    Err(Error::argument("least_coverage", expected, least_coverage))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of 0 successes Wilson's interval is 0..z²/(n + z²), half of it 0.05 for n = 9 z² = 34.57.
    #[test]
    fn no_successes() {
        let plan =
            |w| items_for_proportion(0.0, w, ProportionMethod::Wilson, None, Level::default()).unwrap();
        assert_eq!((plan(0.05).items, plan(0.25).items), (35, 4));
        let n = 35.0;
        let half = 1.959_963_984_540_054f64.powi(2) / (n + 1.959_963_984_540_054f64.powi(2)) / 2.0;
        assert!((plan(0.05).half_width.unwrap() - half).abs() < 1e-12);
    }

    #[test]
    fn one_item_fewer_is_too_few() {
        let level = Level::default();
        let expected = |n: u64, p: f64, method| {
            let of = |(s, w): (u64, f64)| w * interval(s, n, method, level).width() / 2.0;
            Law::new(n, p).outcomes().map(of).sum::<f64>()
        };
        for method in [ProportionMethod::Wilson, ProportionMethod::ClopperPearson, ProportionMethod::Jeffreys]
        {
            for (p, w) in [(0.5, 0.1), (0.8, 0.05), (0.02, 0.04), (1.0, 0.1)] {
                let plan = items_for_proportion(p, w, method, None, level).unwrap();
                assert!((plan.half_width.unwrap() - expected(plan.items, p, method)).abs() < 1e-12);
                assert!(expected(plan.items, p, method) <= w && expected(plan.items - 1, p, method) > w);
            }
        }
        // Clopper and Pearson's never covers less than it says.
        let exact = items_for_proportion(0.9, 0.05, ProportionMethod::ClopperPearson, None, level).unwrap();
        assert!(exact.coverage.unwrap() >= 0.95);
    }

    /// statsmodels' samplesize_confint_proportion: 384.15, 504.19 and 1521.2. The normal interval of one item is a point.
    #[test]
    fn the_normal_method_takes_its_formula() {
        let plan =
            |share, half| items_for_proportion(share, half, ProportionMethod::Normal, None, Level::default());
        for (share, half, items) in [(0.5, 0.05, 385), (0.7, 0.04, 505), (0.01, 0.005, 1522)] {
            assert_eq!(plan(share, half).unwrap().items, items);
        }
        assert!(plan(0.0, 0.05).unwrap_err().is_undefined() && plan(1.0, 0.05).unwrap_err().is_undefined());
    }

    #[test]
    fn what_cannot_be_had_is_named() {
        let level = Level::default();
        let wilson = ProportionMethod::Wilson;
        for (share, half, coverage, part) in [
            (1.5, 0.1, None, "share"),
            (0.5, 0.0, None, "half_width"),
            (0.5, f64::NAN, None, "half_width"),
            (0.5, 1e-9, None, "1000000 items do not reach"),
            (0.5, 0.1, Some(1.0), "least_coverage"),
        ] {
            let error = items_for_proportion(share, half, wilson, coverage, level).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
