// Is the second judge better than the first?
use probity::agreement::Options;
use probity::inference::{Bootstrap, McNemar, bootstrap_difference, mcnemar};
use probity::ratings::{Labels, Ratings};
use probity::tally::PairCounts;
use std::ops::ControlFlow;

pub fn answer() -> probity::Result<String> {
    // 40 answers, half of them good. Both judges are right on 26, only the first on 2, only the second on 10.
    let human: Vec<u8> = (0..40).map(|item| item % 2).collect();
    let first: Vec<u8> = (0..40u8).map(|item| (item % 2) ^ u8::from(item >= 28)).collect();
    let second: Vec<u8> =
        (0..40u8).map(|item| (item % 2) ^ u8::from(matches!(item, 26 | 27 | 38 | 39))).collect();

    let right = |judge: &[u8]| judge.iter().zip(&human).map(|(j, h)| j == h).collect::<Vec<_>>();
    let test = mcnemar(&right(&second), &right(&first), McNemar::Exact)?;

    // The difference of the two kappas: both drawn from the same resample, as they judge the same items.
    let codes = (0..40).flat_map(|i| [human[i], first[i], second[i]]).collect();
    let ratings = Ratings::from_codes(Labels::from_names(["bad", "good"])?, 3, codes)?;
    let kappa = |judge| {
        move |r: &Ratings| Ok(PairCounts::from_ratings(r, 0, judge)?.cohen_kappa(&Options::new())?.value)
    };
    let go_on = |_, _| ControlFlow::Continue(());
    let gain = bootstrap_difference(&ratings, &kappa(2), &kappa(1), &Bootstrap::new(1), go_on)?;
    let verdict =
        if test.p_value < 0.05 && gain.p_value() < 0.05 { "better" } else { "not shown to be better" };
    Ok(format!(
        "kappa {:.3} against {:.3}, accuracy p = {:.4}: the second judge is {verdict}.",
        gain.first, gain.second, test.p_value
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
