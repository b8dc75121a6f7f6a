//! The programs of the cookbook against figures that were worked out without the crate: by hand, or by the sums and the
//! published formulas that stand beside them.
#![cfg(feature = "io")]
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "the modules are programs of their own, and a test may stop at the unexpected"
)]

#[path = "../examples/cookbook/abstain.rs"]
mod abstain;
#[path = "../examples/cookbook/best_model.rs"]
mod best_model;
#[path = "../examples/cookbook/contradicts.rs"]
mod contradicts;
#[path = "../examples/cookbook/drags_down.rs"]
mod drags_down;
#[path = "../examples/cookbook/how_many_items.rs"]
mod how_many_items;
#[path = "../examples/cookbook/keeps_rules.rs"]
mod keeps_rules;
#[path = "../examples/cookbook/length_controlled.rs"]
mod length_controlled;
#[path = "../examples/cookbook/long_answers.rs"]
mod long_answers;
#[path = "../examples/cookbook/low_kappa.rs"]
mod low_kappa;
#[path = "../examples/cookbook/many_machines.rs"]
mod many_machines;
#[path = "../examples/cookbook/mend_confidence.rs"]
mod mend_confidence;
#[path = "../examples/cookbook/one_label.rs"]
mod one_label;
#[path = "../examples/cookbook/pair_loss.rs"]
mod pair_loss;
#[path = "../examples/cookbook/pass_at_k.rs"]
mod pass_at_k;
#[path = "../examples/cookbook/read_log.rs"]
mod read_log;
#[path = "../examples/cookbook/second_judge.rs"]
mod second_judge;
#[path = "../examples/cookbook/self_correction.rs"]
mod self_correction;
#[path = "../examples/cookbook/task_report.rs"]
mod task_report;
#[path = "../examples/cookbook/trust_judge.rs"]
mod trust_judge;
#[path = "../examples/cookbook/where_disagree.rs"]
mod where_disagree;
#[path = "../examples/cookbook/wiser_value.rs"]
mod wiser_value;

/// Each part must stand in the answer, after the one before it.
fn says(answer: &str, parts: &[&str]) {
    let mut rest = answer;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("expected {part:?} in\n{rest}\nof\n{answer}"));
        rest = &rest[at + part.len()..];
    }
}

/// Even margins of the first rater: chance agrees in 1/2, so kappas are 2·0.90 − 1 and 2·0.86 − 1. The interval is Fleiss,
/// Cohen and Everitt's, SE 0.059952.
#[test]
fn trust() {
    let answer = trust_judge::answer().unwrap();
    says(&answer, &["0.800 [0.682, 0.918]", "SE 0.060", "two people", "0.720", "not shown to agree worse"]);
}

/// Observed 8/10; margins 3, 3, 4 and 2, 3, 5, so expected 0.35: kappa 0.45/0.65.
#[test]
fn disagreement() {
    says(&where_disagree::answer().unwrap(), &["0.692", "SE 0.189", "not on q3, q6."]);
}

/// dan says otherwise on four of eight items: there 3 of 6 pairs agree, so observed 0.75, expected 1/2.
#[test]
fn dragging_down() {
    let lines = ["all: 0.500", "without dan: 1.000", "without ann", "without bob", "without cy"];
    says(&drags_down::answer().unwrap(), &lines[..2]);
    assert!(lines.iter().all(|line| drags_down::answer().unwrap().contains(line)));
}

/// Observed 0.9, expected 0.95² + 0.05² = 0.905; AC1 expects 2·0.05·0.95 = 0.095 only.
#[test]
fn low() {
    let answer = low_kappa::answer().unwrap();
    says(&answer, &["-0.053 [-0.085, -0.020]", "observed agreement 0.900, expected by chance 0.905"]);
    says(&answer, &["\"safe\"", "Gwet's AC1 0.890"]);
}

/// Six unanimous items and three of 2 to 1: (6 + 3·2/3)/9.
#[test]
fn one() {
    says(&one_label::answer().unwrap(), &["88.9 % of 9 items", "1 item has no majority", "counts itself"]);
}

/// The shares by adding up Wilson's widths over all outcomes; the win rate by 1.96²·0.175/0.05² = 268.9 and 2 for
/// Student's quantile; kappa by 1.96²·(1 − 0.6²)/0.05² = 983.5; five raters by all 2·2⁵ outcomes, 319.6 and 3; McNemar's
/// test by adding up all outcomes.
#[test]
fn items() {
    let answer = how_many_items::answer().unwrap();
    says(
        &answer,
        &[
            "380 items",
            "139 items",
            "272 items",
            "984 items of 2 raters",
            "323 items of 5 raters",
            "145 items",
        ],
    );
}

/// Even margins: kappas 2·36/40 − 1 and 2·28/40 − 1. Exact: 2·(1 + 12 + 66)/2¹².
#[test]
fn second() {
    says(&second_judge::answer().unwrap(), &["0.800 against 0.400", "p = 0.0386", "judge is better"]);
}

/// 14 and 8 of 16, by counting; the ends by Wilson's formula.
#[test]
fn long() {
    let answer = long_answers::answer().unwrap();
    says(&answer, &["judge A", "14 times", "[0.640, 0.965]", "prefers the longer"]);
    says(&answer, &["judge B", "8 times", "[0.280, 0.720]", "not shown to prefer"]);
}

/// 26 of 40; 24 of 30 and 2 of 10 are 0.8 and 0.2, whose logits are opposite: nothing is left at equal length.
#[test]
fn controlled() {
    says(&length_controlled::answer().unwrap(), &["0.650", "0.500", "Length may be all"]);
}

/// Wins of 3:1, 3:1 and 9:1 are those of strengths ln 3, 0, −ln 3.
#[test]
fn best() {
    let answer = best_model::answer().unwrap();
    says(
        &answer,
        &[
            "ash: rank 1 to 1, strength 1.099",
            "birch: rank 2 to 2, strength",
            "cedar: rank 3 to 3, strength -1.099",
        ],
    );
    says(&answer, &["90 %"]);
}

/// (20·0.15 + 10·0.10)/30 before; 0.9 is read as 14/20, so (20·0.05 + 10·0.10)/30 after.
#[test]
fn mend() {
    says(&mend_confidence::answer().unwrap(), &["error 0.133, mended 0.067", "as 70 %", "as 60 %"]);
}

/// Errors in places 7, 9 and 10: of the first eight 1/8 is wrong, of nine 2/9.
#[test]
fn abstention() {
    says(
        &abstain::answer().unwrap(),
        &["below 0.75", "80 % answered", "0.875 [0.529, 0.978]", "did not choose"],
    );
}

/// −(0.8·log₂ 0.8 + 0.2·log₂ 0.2) and −(2·0.4·log₂ 0.4 + 0.2·log₂ 0.2).
#[test]
fn contradiction() {
    let answer = contradicts::answer().unwrap();
    says(&answer, &["never", "0.000 bits", "408 in 80 %, entropy 0.722", "2 in 40 %, entropy 1.522"]);
}

/// 1 − C(7, k)/C(10, k).
#[test]
fn pass() {
    let lines =
        ["pass@1 = 0.3000", "pass@2 = 0.5333", "pass@3 = 0.7083", "pass@4 = 0.8333", "pass@5 = 0.9167"];
    says(&pass_at_k::answer().unwrap(), &lines);
    assert!(pass_at_k::answer().unwrap().ends_with("\n5 samples pass in nine of ten tries."));
}

/// The exact test of 5 and 15 is 2·P(at most 5 of 20 heads) = 2·21,700/2²⁰; the interval is Bonett and Price's formula.
#[test]
fn correction() {
    let answer = self_correction::answer().unwrap();
    says(&answer, &["0.65 before, 0.75 after", "0.100 [0.010, 0.186]", "p = 0.0414: hardly luck"]);
}

#[test]
fn rules() {
    let answer = keeps_rules::answer().unwrap();
    says(&answer, &["555-0100. Fail", "no-numbers: 555-0100", "Write to us. Pass"]);
}

/// A chain of three: ranks 1 : 1.85 : 1 + 0.85·1.85, so the last has 2.5725/5.4225.
#[test]
fn wiser() {
    says(&wiser_value::answer().unwrap(), &["10 people", "own way", "0.4744"]);
}

/// ln(1 + e⁻¹) and ln 2.
#[test]
fn loss() {
    says(&pair_loss::answer().unwrap(), &["0.3133 and 0.6931, mean 0.5032"]);
}

/// Together the table 20, 5, 10, 15: observed 0.7, expected 0.5.
#[test]
fn machines() {
    says(&many_machines::answer().unwrap(), &["50 items of 2 machines", "0.400 [0.151, 0.649]"]);
}

/// 3 of 4 with expected 1/2; all of 4; none of 4.
#[test]
fn tasks() {
    let answer = task_report::answer().unwrap();
    says(&answer, &["news: kappa 0.500", "code: kappa 1.000", "maths: kappa -1.000"]);
}

/// Three good and five bad judgments, one item of four disputed: 1 − (2/8)/(2·3·5/(8·7)).
#[test]
fn log() {
    let answer = read_log::answer().unwrap();
    says(&answer, &["9 lines: 8 judgments, 1 missing, 0 skipped", "4 items and 3 judges: 0.533"]);
}
