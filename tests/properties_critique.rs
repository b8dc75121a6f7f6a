//! What holds of critics' figures, whatever the data: order and split do not matter, renaming answers changes nothing,
//! figures equal their definitions, parsers read any text in linear time.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

mod common;

use probity::critique::{
    Aius, CriticGrid, CritiqueAccuracy, LookBack, LookBackAsk, Refined, Response, Rounds, Unparsed,
    ViscoCorrection, ViscoCounts, ViscoGroup, ViscoItem, accept_refinements, accuracy_by_certainty,
    answer_certainty, best_critiques, convincing_wrong_answer, critique_accuracy, critique_accuracy_runs,
    critique_in_loop_select, difficulty_levels, error_propagation, f1_incorrect_class, look_back_questions,
    mc_soft_filter, meta_critique_corpus, most_complex, pairwise_wins, parse_claim_verdict,
    parse_critique_verdict, pass_any_and_majority, refinement_vote, self_check_vote, shortcut_barrier,
    split_aius, visco_critique,
};
use probity::inference::{Bootstrap, Level};
use probity::search::{Procedure, Step};
use probity::tally::{Mark, Tally, Transitions, Verdicts};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use common::splits_merge;

fn level() -> Level {
    Level::default()
}

fn judged() -> impl Strategy<Value = Vec<(bool, Option<bool>)>> {
    vec((any::<bool>(), option::of(any::<bool>())), 1..60)
}

fn visco_item() -> impl Strategy<Value = ViscoItem> {
    let step = (any::<bool>(), option::of(any::<bool>()), vec(any::<bool>(), 1..4));
    (any::<bool>(), any::<bool>(), option::of(any::<bool>()), vec(step, 0..6)).prop_map(
        |(reasoning, answer, judged_answer, steps)| ViscoItem {
            group: if reasoning { ViscoGroup::Reasoning } else { ViscoGroup::Perception },
            answer,
            judged_answer,
            steps: steps.iter().map(|s| s.0).collect(),
            judged_steps: steps.iter().map(|s| s.1).collect(),
            explanations: steps.into_iter().map(|s| s.2).collect(),
        },
    )
}

/// The verdicts on a critique's units and on those of its reference.
type Labels = (Vec<Option<bool>>, Vec<Option<bool>>);

fn critique_labels() -> impl Strategy<Value = Vec<Labels>> {
    let labels = || vec(option::of(any::<bool>()), 1..8);
    vec((labels(), labels()), 1..20)
}

fn visco(items: &[ViscoItem]) -> ViscoCounts {
    let mut counts = ViscoCounts::default();
    items.iter().for_each(|item| counts.record(item).unwrap());
    counts
}

fn aius(critiques: &[Labels]) -> Aius {
    let mut units = Aius::default();
    critiques.iter().for_each(|(p, r)| units.record((p, r)).unwrap());
    units
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tallies_split_and_merge(
        rows in judged(),
        items in vec(visco_item(), 0..12),
        critiques in critique_labels(),
        pairs in vec((0u8..3, 0u8..3, any::<bool>()), 0..40),
        at in 0usize..60,
    ) {
        let verdicts = |rows: &[(bool, Option<bool>)]| {
            let mut table = Verdicts::default();
            rows.iter().for_each(|&(is, judged)| table.record((is, judged.into())).unwrap());
            table
        };
        let grid = |pairs: &[(u8, u8, bool)]| {
            let mut grid = CriticGrid::default();
            for (policy, critic, rightly) in pairs {
                grid.record((&policy.to_string(), &critic.to_string(), *rightly)).unwrap();
            }
            grid
        };
        let (left, right) = rows.split_at(at.min(rows.len()));
        splits_merge(&verdicts(&rows), &verdicts(left), &verdicts(right));
        let (left, right) = items.split_at(at.min(items.len()));
        splits_merge(&visco(&items), &visco(left), &visco(right));
        let (left, right) = critiques.split_at(at.min(critiques.len()));
        splits_merge(&aius(&critiques), &aius(left), &aius(right));
        let (left, right) = pairs.split_at(at.min(pairs.len()));
        splits_merge(&grid(&pairs), &grid(left), &grid(right));
    }

    #[test]
    fn critique_accuracy_is_its_definition(rows in judged()) {
        let (right, judged): (Vec<bool>, Vec<Option<bool>>) = rows.iter().copied().unzip();
        for unparsed in [Unparsed::Correct, Unparsed::Wrong, Unparsed::Drop] {
            let found = critique_accuracy(&judged, &right, unparsed, level()).unwrap();
            let seen: Vec<(bool, bool)> = rows
                .iter()
                .filter_map(|&(is, judged)| match (judged, unparsed) {
                    (Some(verdict), _) => Some((is, verdict)),
                    (None, Unparsed::Correct) => Some((is, true)),
                    (None, Unparsed::Wrong) => Some((is, !is)),
                    (None, _) => None,
                })
                .collect();
            let naive = seen.iter().filter(|(is, verdict)| is == verdict).count() as f64 / seen.len() as f64;
            match found.accuracy {
                Ok(accuracy) => prop_assert!(close(accuracy.value, naive)),
                Err(error) => prop_assert!(error.is_undefined() && seen.is_empty()),
            }
            prop_assert_eq!(found.unparsed, judged.iter().filter(|j| j.is_none()).count() as u64);
            let runs = critique_accuracy_runs(&[&judged, &judged], &right, unparsed, level());
            match (runs, critique_accuracy(&judged, &right, unparsed, level()).unwrap().accuracy) {
                (Ok(runs), Ok(one)) => prop_assert!(close(runs.mean_accuracy.value, one.value)),
                (Err(_), Err(_)) => {}
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn the_incorrect_class_is_its_definition(rows in judged()) {
        let (right, judged): (Vec<bool>, Vec<Option<bool>>) = rows.iter().copied().unzip();
        let class = f1_incorrect_class(&right, &judged, level()).unwrap();
        let hits = rows.iter().filter(|&&r| r == (false, Some(false))).count() as f64;
        let said = judged.iter().filter(|&&j| j == Some(false)).count() as f64;
        let wrong = right.iter().filter(|&&r| !r).count() as f64;
        // Dice's form of F1.
        let naive = if hits > 0.0 { 2.0 * hits / (said + wrong) } else { 0.0 };
        prop_assert!(close(class.f1, naive));
        let table = Verdicts::from_judgments(&right, &judged).unwrap();
        let accuracy = CritiqueAccuracy::new(&table, Unparsed::Correct, level()).unwrap();
        prop_assert_eq!(accuracy.error_recall.ok(), class.recall.ok().map(|mut e| {
            e.method = "recall of the error class";
            e
        }));
    }

    #[test]
    fn votes_do_not_see_names(
        candidates in vec((option::of(0u8..4), option::of(any::<bool>())), 1..30),
        renamed in Just(vec!["w", "x", "y", "z"]).prop_shuffle(),
    ) {
        let (numbers, critiques): (Vec<_>, Vec<_>) = candidates.into_iter().unzip();
        let names: Vec<Option<&str>> = numbers.iter().map(|a| a.map(|a| renamed[usize::from(a)])).collect();
        match (self_check_vote(&numbers, &critiques), self_check_vote(&names, &critiques)) {
            (Ok(a), Ok(b)) => {
                prop_assert_eq!(renamed[usize::from(*a.vote.winner)], *b.vote.winner);
                prop_assert_eq!((a.kept, a.fell_back, a.vote.index), (b.kept, b.fell_back, b.vote.index));
                prop_assert!(a.fell_back || critiques[a.vote.index] != Some(false));
            }
            (Err(a), Err(b)) => prop_assert_eq!(a, b),
            other => prop_assert!(false, "{other:?}"),
        }
        prop_assert_eq!(answer_certainty(&numbers).unwrap(), answer_certainty(&names).unwrap());
        let (a, b) = (convincing_wrong_answer(&numbers, &0), convincing_wrong_answer(&names, &renamed[0]));
        prop_assert_eq!(a.map(|a| a.indices), b.map(|b| b.indices));
        let chains = [&names[..]];
        let all = refinement_vote(&chains, Rounds::All).ok().map(|v| v.index);
        prop_assert_eq!(all, probity::search::majority_vote(&names).ok().map(|v| v.index));
    }

    #[test]
    fn an_approving_critic_changes_no_vote(answers in vec(option::of(0u8..4), 1..30)) {
        prop_assume!(answers.iter().any(Option::is_some));
        let approving = vec![Some(true); answers.len()];
        let found = self_check_vote(&answers, &approving).unwrap();
        prop_assert_eq!(&found.vote, &found.plain);
        prop_assert_eq!((found.kept, found.fell_back), (answers.len(), false));
    }

    #[test]
    fn certainty_bins_part_the_questions(
        rows in vec((0u8..10, any::<bool>()), 1..50),
        bins in 1usize..12,
    ) {
        let (certainty, rightly): (Vec<f64>, Vec<bool>) = rows.iter().map(|&(c, r)| (f64::from(c), r)).unzip();
        let found = accuracy_by_certainty(&certainty, &rightly, bins, level()).unwrap();
        prop_assert_eq!(found.iter().map(|b| b.n).sum::<usize>(), rows.len());
        let means: Vec<f64> = found.iter().filter_map(|b| b.mean_certainty).collect();
        prop_assert!(means.windows(2).all(|w| w[0] <= w[1] + 1e-12));
        let right: f64 = found.iter().filter_map(|b| Some(b.accuracy.clone().ok()?.value * b.n as f64)).sum();
        prop_assert!((right - rightly.iter().filter(|&&r| r).count() as f64).abs() < 1e-9);
    }

    #[test]
    fn ranks_are_groups_of_equal_size(rates in vec(0u8..5, 1..40), levels in 1usize..7) {
        let rates: Vec<f64> = rates.into_iter().map(f64::from).collect();
        let found = difficulty_levels(&rates, levels).unwrap();
        for (i, a) in rates.iter().enumerate() {
            for (j, b) in rates.iter().enumerate() {
                prop_assert!(a <= b || found[i] <= found[j]);
            }
        }
        prop_assert!(found.iter().all(|l| (1..=levels).contains(l)));
        let steps: Vec<usize> = rates.iter().map(|&r| r as usize).collect();
        let kept = most_complex(&steps, levels);
        let least = kept.iter().map(|&i| steps[i]).min().unwrap();
        prop_assert_eq!(kept.len(), levels.min(steps.len()));
        prop_assert!((0..steps.len()).all(|i| kept.contains(&i) || steps[i] <= least));
    }

    #[test]
    fn refinements_are_right_and_few(
        rows in vec((0u8..3, any::<bool>(), any::<bool>()), 0..40),
        reserved in 1usize..4,
    ) {
        let critiques: Vec<u8> = rows.iter().map(|r| r.0).collect();
        let refined: Vec<Refined> =
            rows.iter().map(|r| Refined { right: r.1, passes_barrier: r.2 }).collect();
        let accepted = accept_refinements(&critiques, &refined, reserved).unwrap();
        let mut run = (None, 0);
        for i in (0..rows.len()).filter(|&i| accepted[i]) {
            prop_assert!(refined[i].right && refined[i].passes_barrier);
            run = if run.0 == Some(critiques[i]) { (run.0, run.1 + 1) } else { (Some(critiques[i]), 1) };
            prop_assert!(run.1 <= reserved);
        }
        let question = [Response::Right, Response::Wrong(refined.clone())];
        let round = critique_in_loop_select(&[question], reserved, level()).unwrap();
        let good = refined.iter().filter(|r| r.right && r.passes_barrier).count();
        prop_assert_eq!(round.kept.len(), 1 + good.min(reserved));
    }

    #[test]
    fn more_critics_never_cover_less(
        questions in vec(vec(option::of(vec((any::<bool>(), any::<bool>()), 0..4)), 0..5), 1..10),
    ) {
        let refined = |rows: Vec<(bool, bool)>| {
            rows.into_iter().map(|(right, passes_barrier)| Refined { right, passes_barrier }).collect()
        };
        let questions: Vec<Vec<Response>> = questions
            .into_iter()
            .map(|q| q.into_iter().map(|r| r.map_or(Response::Right, |r| Response::Wrong(refined(r)))).collect())
            .collect();
        let round = critique_in_loop_select(&questions, 1, level()).unwrap();
        prop_assert!(round.coverage_without_critique.value <= round.coverage_with_critique.value);
        for (without, with) in round.covered_without_critique.iter().zip(&round.covered_with_critique) {
            prop_assert!(!without || *with);
        }
    }

    #[test]
    fn the_majority_is_among_what_passes(questions in vec((0u8..3, vec(option::of(0u8..3), 1..6)), 1..12)) {
        let found = pass_any_and_majority(&questions, level()).unwrap();
        prop_assert!(found.majority.value <= found.pass_any.value);
        let outcomes: Vec<Vec<bool>> =
            questions.iter().map(|(gold, a)| a.iter().map(|a| a == &Some(*gold)).collect()).collect();
        let any: Vec<bool> =
            mc_soft_filter(&outcomes, 1e-9, level()).unwrap().iter().map(|m| m.keep).collect();
        let share = any.iter().filter(|&&k| k).count() as f64 / any.len() as f64;
        prop_assert!(close(share, found.pass_any.value));
    }

    #[test]
    fn viscore_is_its_definition(items in vec(visco_item(), 1..10)) {
        let counts = visco(&items);
        let (mut hits, mut said, mut wrong) = (0.0, 0.0, 0.0);
        for item in &items {
            for (i, &step) in item.steps.iter().enumerate() {
                said += f64::from(item.judged_steps[i] == Some(false));
                wrong += f64::from(!step);
                if !step && item.judged_steps[i] == Some(false) {
                    let verdicts = &item.explanations[i];
                    hits += verdicts.iter().filter(|&&v| v).count() as f64 / verdicts.len() as f64;
                }
            }
        }
        let f1 = if hits > 0.0 { 2.0 * hits / (said + wrong) } else { 0.0 };
        prop_assert!(close(counts.explanation_f1(), f1));
        prop_assert!(counts.explanation_f1() <= counts.step_f1() + 1e-12);
        let parts = [counts.answer_f1(), counts.step_f1(), counts.explanation_f1()];
        prop_assert!(parts.iter().all(|p| (0.0..=1.0).contains(p)));
        prop_assert!(close(counts.viscore().powi(3), parts.iter().product()));

        let bootstrap = Bootstrap::new(5).resamples(20).unwrap();
        let scores = visco_critique(&items, &bootstrap).unwrap();
        prop_assert!(close(scores.viscore.value, counts.viscore()));
        let reversed: Vec<ViscoItem> = items.iter().rev().cloned().collect();
        let other = visco_critique(&reversed, &bootstrap).unwrap();
        prop_assert!(close(other.explanation_f1.value, scores.explanation_f1.value));
        prop_assert_eq!(&other.counts, &scores.counts);
        if let Ok(rate) = error_propagation(&items, level()) {
            prop_assert!((0.0..=1.0).contains(&rate.value));
        }
    }

    #[test]
    fn correction_gain_is_the_difference(rows in vec((0u8..3, 0u8..3), 1..40)) {
        let mark = |m: u8| [Mark::Wrong, Mark::Right, Mark::Unknown][usize::from(m)];
        let (before, after): (Vec<_>, Vec<_>) = rows.iter().map(|&(b, a)| (mark(b), mark(a))).unzip();
        let table = Transitions::from_marks(&before, &after).unwrap().missing_as_wrong();
        let found = ViscoCorrection::new(&table, level()).unwrap();
        match (found.positive, found.negative, found.gain) {
            (Ok(p), Ok(n), Ok(gain)) => prop_assert!(close(gain.value, p.value - n.value)),
            (Ok(_), Ok(_), Err(error)) => prop_assert!(false, "{error}"),
            (_, _, gain) => prop_assert!(gain.unwrap_err().is_undefined()),
        }
    }

    #[test]
    fn corpus_figures_are_means_and_pools(critiques in critique_labels()) {
        let items: Vec<Aius> = critiques.iter().map(|(p, r)| Aius::from_labels(p, r)).collect();
        let bootstrap = Bootstrap::new(2).resamples(20).unwrap();
        let found = meta_critique_corpus(&items, &bootstrap).unwrap();
        let mean = items.iter().map(|i| i.f1().unwrap()).sum::<f64>() / items.len() as f64;
        prop_assert!(close(found.f1.value, mean));
        let all = |side: fn(&Labels) -> &Vec<Option<bool>>| {
            let labels: Vec<_> = critiques.iter().flat_map(|c| side(c).clone()).collect();
            labels.iter().filter(|&&l| l == Some(true)).count() as f64 / labels.len() as f64
        };
        prop_assert!(close(found.micro_precision.value, all(|c| &c.0)));
        prop_assert!(close(found.micro_recall.value, all(|c| &c.1)));
        for e in [&found.precision, &found.recall, &found.f1, &found.micro_f1] {
            let interval = e.interval.unwrap();
            prop_assert!((0.0..=1.0).contains(&e.value) && interval.lower <= interval.upper);
        }
        let scores: Vec<f64> = items.iter().map(|i| i.f1().unwrap()).collect();
        let best = best_critiques(&[&scores]).unwrap()[0];
        prop_assert!(scores.iter().all(|&s| s <= scores[best]) && scores[..best].iter().all(|&s| s < scores[best]));
        let other: Vec<f64> = scores.iter().rev().copied().collect();
        let (a, b) = (pairwise_wins(&scores, &other, level()).unwrap(), pairwise_wins(&other, &scores, level()).unwrap());
        prop_assert_eq!((a.win, a.lose, a.tie), (b.lose, b.win, b.tie));
        prop_assert!(close(a.win_rate_half_ties.value + b.win_rate_half_ties.value, 1.0));
    }

    #[test]
    fn look_back_asks_for_everything_once(replies in vec(vec("[a-z]{1,8}", 0..4), 0..5)) {
        let mut run = LookBack::new(replies.len());
        let (mut asked, mut answered) = (0, Vec::new());
        let done = loop {
            match run.step() {
                Step::Done(done) => break done,
                Step::Ask(LookBackAsk::Questions { step }) => {
                    prop_assert_eq!(step, asked);
                    asked += 1;
                    let lines = replies[step].iter().enumerate().map(|(i, q)| format!("{}. {q}\n", i + 1));
                    run.answer(lines.collect()).unwrap();
                }
                Step::Ask(LookBackAsk::Answer { step, question }) => {
                    answered.push((step, question.clone()));
                    run.answer(format!("{question}!")).unwrap();
                }
                Step::Ask(_) => run.answer("text".to_string()).unwrap(),
            }
        };
        let expected: Vec<(usize, String)> =
            replies.iter().enumerate().flat_map(|(s, q)| q.iter().map(move |q| (s, q.clone()))).collect();
        prop_assert_eq!(answered, expected);
        let echoes = |(question, answer): &(String, String)| answer.strip_suffix('!') == Some(question.as_str());
        prop_assert!(done.checks.iter().flatten().all(echoes));
    }

    #[test]
    fn the_last_verdict_counts(before in "\\PC*", last in any::<bool>()) {
        let word = if last { "CORRECT" } else { "incorrect" };
        prop_assert_eq!(parse_critique_verdict(&format!("{before}Judgment: {word}.")), Some(last));
        prop_assert_eq!(parse_claim_verdict(&format!("{before}The claim is true")), Some(true));
        prop_assert!(shortcut_barrier(&before, "", ""));
    }
}

/// A parser that is quadratic in any of these would not come back.
#[test]
fn a_megabyte_of_anything_is_read() {
    for unit in [
        "judgment:",
        "judgment: ",
        "1.",
        "1.\n",
        "\n",
        " ",
        "claim is ",
        "[",
        "\\",
        "9",
        "é",
        "Judgment:correctx",
    ] {
        let text = unit.repeat((1 << 20) / unit.len());
        assert_eq!(parse_critique_verdict(&text), None, "{unit:?}");
        assert_eq!(parse_claim_verdict(&text), None, "{unit:?}");
        assert!(split_aius(&text).len() <= text.len());
        assert!(look_back_questions(&text).len() <= text.len());
        assert!(shortcut_barrier(&text, &text, &text));
    }
}
