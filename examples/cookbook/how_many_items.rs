// How many items do I need for an interval of ±0.05?
use probity::inference::{
    Level, McNemar, ProportionMethod, items_for_fleiss_kappa, items_for_kappa, items_for_mcnemar,
    items_for_proportion, items_for_win_rate,
};

pub fn answer() -> probity::Result<String> {
    let (level, half) = (Level::default(), 0.05);
    let plans = [
        // An accuracy near one half, which is the worst case, and near 0.9.
        items_for_proportion(0.5, half, ProportionMethod::Wilson, None, level)?,
        items_for_proportion(0.9, half, ProportionMethod::Wilson, None, level)?,
        // A win rate where three comparisons of ten are ties.
        items_for_win_rate(0.35, 0.3, half, level)?,
        // Two raters, two categories used equally often, a kappa near 0.6; then five raters.
        items_for_kappa(&[0.5, 0.5], &[0.5, 0.5], 0.6, half, level)?,
        items_for_fleiss_kappa(&[0.5, 0.5], 5, 0.6, half, level)?,
        // Not an interval but a test: one model right where the other is wrong in 15 %, the reverse in 5 %.
        items_for_mcnemar(0.15, 0.05, McNemar::Asymptotic, 0.8, level)?,
    ];
    Ok(plans.map(|plan| plan.to_string()).join("\n"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
