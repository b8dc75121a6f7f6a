//! What holds of taxonomies and values, whatever the data: order and split do not matter, figures equal their definitions,
//! readers take any text.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::collections::BTreeMap;

use probity::inference::Level;
use probity::rules::Decision;
use probity::search::{Procedure, Step};
use probity::tally::Tally;
use probity::taxonomy::{
    CodeCounts, PrismaCounts, RollUp, Taxonomy, alignment_goals, bidirectional_alignment, kappa_by_code,
    label_set_agreement, moral_foundations, prisma_flow, schwartz_values, trustworthiness,
};
use probity::values::{
    AlignmentConditions, AlignmentRule, AnswerLetter, CausalAnswer, Challenge, Condition, ConditionKind,
    Extrapolation, Hedonism, Inventory, Keying, PersonalityTrait, ProgressAlgorithm, ProgressAsk,
    ProgressRun, ScaleScore, SchwartzValue, SubjectItem, TuneFrom, ValueVector, ZeroVote, answer_letter,
    causal_answer, closest_unused, coevolve_score, copyright_sample, follow_score, ipip_item, ipip_scores,
    label_rate, label_rates, opinion_similarity, personality_alignment, predict_score, pvq40,
    schwartz_higher_order, steering_direction, top_heads,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn level() -> Level {
    Level::default()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

const CODES: [&str; 5] = ["a.x", "a.y", "b.x", "c", "unknown"];

fn coded() -> impl Strategy<Value = Vec<Vec<&'static str>>> {
    vec(vec(prop::sample::select(CODES.to_vec()), 0..5), 0..25)
}

fn tally(items: &[Vec<&str>]) -> CodeCounts {
    let mut counts = CodeCounts::new(CODES[..4].iter().copied()).unwrap();
    items.iter().for_each(|item| counts.record(item).unwrap());
    counts
}

/// A tree from numbers: node i hangs below node parents[i] % i, or is a root.
fn tree(parents: &[usize]) -> Taxonomy {
    let mut ids: Vec<String> = Vec::new();
    for (i, &parent) in parents.iter().enumerate() {
        let above = (parent % (i + 1)).checked_sub(1).map(|p| ids[p].clone());
        ids.push(above.map_or(format!("n{i}"), |above| format!("{above}.n{i}")));
    }
    Taxonomy::new("t", ids.iter().map(|id| (id.as_str(), "")).collect::<Vec<_>>()).unwrap()
}

fn value_vectors(steps: std::ops::Range<usize>) -> impl Strategy<Value = Vec<ValueVector>> {
    let vector = vec(-5.0f64..5.0, 19).prop_filter("not zero", |v| v.iter().any(|x| x.abs() > 0.01));
    vec(vector.prop_map(|v| ValueVector::try_from(v).unwrap()), steps)
}

fn subject_items() -> impl Strategy<Value = Vec<(SubjectItem, Option<AnswerLetter>)>> {
    let letters = [AnswerLetter::A, AnswerLetter::B, AnswerLetter::C, AnswerLetter::D, AnswerLetter::E];
    let item = (0usize..5, any::<bool>(), 0u8..=5, option::of(prop::sample::select(letters.to_vec())));
    let item = item.prop_map(|(of, reversed, value, letter)| {
        (SubjectItem { domain: PersonalityTrait::ALL[of], reversed, value }, letter)
    });
    vec(item, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn codes_split_and_merge(items in coded(), at in 0usize..25, seed in any::<prop::sample::Index>()) {
        let whole = tally(&items);
        let (left, right) = items.split_at(at.min(items.len()));
        let mut merged: CodeCounts =
            serde_json::from_str(&serde_json::to_string(&tally(right)).unwrap()).unwrap();
        merged.merge(&tally(left)).unwrap();
        prop_assert_eq!(&merged, &whole);
        if !items.is_empty() {
            let mut turned = items.clone();
            turned.rotate_left(seed.index(items.len()));
            turned.iter_mut().for_each(|item| item.reverse());
            prop_assert_eq!(tally(&turned), whole.clone());
        }
        for a in &CODES[..4] {
            let count = items.iter().filter(|item| item.contains(a)).count() as u64;
            prop_assert_eq!(whole.count(a), Some(count));
            prop_assert_eq!(whole.gaps().any(|gap| gap == *a), count == 0);
            for b in &CODES[..4] {
                let both = items.iter().filter(|i| a != b && i.contains(a) && i.contains(b)).count() as u64;
                prop_assert_eq!(whole.together(a, b), (a != b).then_some(both));
            }
        }
        prop_assert_eq!(whole.branches().map(|(_, n)| n).sum::<u64>(), items.len() as u64);
    }

    #[test]
    fn label_sets_agree_symmetrically(a in coded(), b in coded()) {
        let n = a.len().min(b.len());
        let (a, b) = (&a[..n], &b[..n]);
        match (label_set_agreement(a, b, level()), label_set_agreement(b, a, level())) {
            (Ok(ab), Ok(ba)) => {
                prop_assert_eq!(&ab.per_item, &ba.per_item);
                prop_assert!(ab.per_item.iter().all(|j| (0.0..=1.0).contains(j)));
                prop_assert_eq!(label_set_agreement(a, a, level()).unwrap().mean.value, 1.0);
                for (ab, ba) in kappa_by_code(&CODES, a, b).unwrap().iter().zip(kappa_by_code(&CODES, b, a).unwrap()) {
                    prop_assert_eq!(ab.as_ref().ok().map(|e| e.value), ba.as_ref().ok().map(|e| e.value));
                }
            }
            (ab, ba) => prop_assert!(n == 0 && ab.is_err() && ba.is_err()),
        }
    }

    #[test]
    fn roll_up_is_a_mean_of_means(parents in vec(0usize..20, 1..20), scores in vec(option::of(-1.0f64..1.0), 20)) {
        let tree = tree(&parents);
        let leaves: Vec<&str> = tree.leaves().collect();
        let given: Vec<_> = leaves.iter().zip(&scores).filter_map(|(leaf, s)| s.map(|s| (*leaf, s))).collect();
        let by_children = tree.roll_up(&given, RollUp::Children).unwrap();
        let by_leaves = tree.roll_up(&given, RollUp::Leaves).unwrap();
        let mean = |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        for (i, label) in tree.labels().iter().enumerate() {
            let children: Vec<&str> = tree.children(&label.id).unwrap().collect();
            let position = |id: &str| tree.labels().iter().position(|l| l.id == id).unwrap();
            let expected = if children.is_empty() {
                given.iter().find(|(id, _)| *id == label.id).map(|(_, s)| *s)
            } else {
                mean(&children.iter().filter_map(|c| by_children.scores[position(c)]).collect::<Vec<_>>())
            };
            prop_assert!(by_children.scores[i].zip(expected).map_or(by_children.scores[i] == expected, |(a, b)| close(a, b)));
            let below: Vec<&str> = tree.leaves_below(&label.id).unwrap().collect();
            let below: Vec<f64> = given.iter().filter(|(id, _)| below.contains(id)).map(|(_, s)| *s).collect();
            prop_assert!(by_leaves.scores[i].zip(mean(&below)).map_or(below.is_empty(), |(a, b)| close(a, b)));
        }
        let turned: Vec<_> = given.iter().rev().copied().collect();
        prop_assert_eq!(&tree.roll_up(&turned, RollUp::Children).unwrap(), &by_children);
        let stored: Taxonomy = serde_json::from_str(&serde_json::to_string(&tree).unwrap()).unwrap();
        prop_assert_eq!(stored, tree);
    }

    #[test]
    fn a_flow_with_its_own_counts_adds_up(found in 0u64..900, d in 0u64..300, e in 0u64..300, r in 0u64..300) {
        let counts = PrismaCounts {
            identified: found,
            duplicates: d,
            excluded_at_screening: e,
            not_retrieved: r,
            ..PrismaCounts::default()
        };
        let flow = prisma_flow(&counts, level()).unwrap();
        prop_assert_eq!(flow.problems.is_empty(), d + e + r <= found);
        prop_assert_eq!(flow.included, found as i64 - (d + e + r) as i64);
        prop_assert!(flow.inclusion_rate.is_none_or(|rate| (0.0..=1.0).contains(&rate.value)));
    }

    #[test]
    fn keying_twice_changes_nothing(answers in vec(option::of(1u8..=5), 12), signs in vec(any::<bool>(), 12)) {
        let items: Vec<i32> = signs.iter().zip(1..).map(|(&minus, item)| if minus { -item } else { item }).collect();
        let inventory = Inventory::new((1, 5)).unwrap().scale("s", &items).unwrap();
        let turned: Vec<_> =
            answers.iter().zip(&signs).map(|(a, &minus)| a.map(|a| if minus { 6 - a } else { a })).collect();
        let raw = inventory.score(&answers, Keying::Raw).unwrap();
        prop_assert_eq!(&raw, &inventory.score(&turned, Keying::AlreadyKeyed).unwrap());
        let given: Vec<u64> = turned.iter().flatten().map(|&a| u64::from(a)).collect();
        prop_assert_eq!((raw[0].sum(), raw[0].answered()), (given.iter().sum(), given.len() as u64));
    }

    #[test]
    fn domains_are_made_of_their_facets(answers in vec(option::of(1u8..=5), 300)) {
        let answers: Vec<_> = (1u16..).zip(answers).collect();
        let scores = ipip_scores(&answers, Keying::Raw).unwrap();
        for (domain, facets) in scores.domains.iter().zip(scores.facets.chunks(6)) {
            prop_assert_eq!(domain.sum(), facets.iter().map(ScaleScore::sum).sum::<u64>());
            prop_assert_eq!(domain.answered(), facets.iter().map(ScaleScore::answered).sum::<u64>());
            prop_assert!(facets.iter().all(|facet| facet.items() == 10));
        }
    }

    #[test]
    fn centred_values_do_not_depend_on_the_level(answers in vec(1u8..=5, 40)) {
        let given = |shift: u8| answers.iter().map(|&a| Some(a + shift)).collect::<Vec<_>>();
        let (low, high) = (pvq40(&given(0)).unwrap(), pvq40(&given(1)).unwrap());
        let pairs = low.centred.iter().zip(&high.centred);
        prop_assert!(pairs.clone().all(|(a, b)| close(a.unwrap(), b.unwrap())));
        let found = schwartz_higher_order(&low.centred, Hedonism::Neither);
        let values = [SchwartzValue::SelfDirection, SchwartzValue::Stimulation];
        let mean = values.iter().map(|&v| low.centred[v as usize].unwrap()).sum::<f64>() / 2.0;
        prop_assert!(close(found.openness_to_change.unwrap(), mean));
    }

    #[test]
    fn opinions_are_alike_symmetrically(pairs in vec((0.0f64..9.0, 0.0f64..9.0), 1..9), scale in 0.1f64..9.0) {
        let (p, q): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        prop_assume!(p.iter().sum::<f64>() > 0.1 && q.iter().sum::<f64>() > 0.1);
        let found = opinion_similarity(&p, &q).unwrap();
        prop_assert!((0.0..=1.0).contains(&found.similarity));
        prop_assert!(close(found.divergence, opinion_similarity(&q, &p).unwrap().divergence));
        let scaled: Vec<f64> = p.iter().map(|x| x * scale).collect();
        prop_assert!(close(found.divergence, opinion_similarity(&scaled, &q).unwrap().divergence));
        prop_assert!(opinion_similarity(&p, &p).unwrap().divergence < 1e-12);
    }

    #[test]
    fn label_rates_are_those_of_each_group(labels in vec((0u8..3, option::of(any::<bool>())), 0..40)) {
        let by_group = label_rates(labels.clone(), level());
        for (group, found) in &by_group {
            let own = labels.iter().filter(|(g, _)| g == group).map(|(_, label)| *label);
            prop_assert_eq!(found, &label_rate(own, level()));
        }
        let all = label_rate(labels.iter().map(|(_, label)| *label), level());
        prop_assert_eq!(all.labelled + all.unlabelled, labels.len() as u64);
        prop_assert_eq!(all.good, by_group.values().map(|found| found.good).sum::<u64>());
    }

    #[test]
    fn conditions_are_kleenes_conjunction(
        conditions in vec((any::<bool>(), option::of(any::<bool>())), 0..8), turn in 0usize..8,
    ) {
        let kind = |n: bool| if n { ConditionKind::Necessary } else { ConditionKind::Sufficient };
        let named: Vec<_> = conditions.iter().enumerate().map(|(i, (necessary, _))| Condition {
            id: format!("c{i}"), kind: kind(*necessary), statement: String::new(),
        }).collect();
        let evidence: BTreeMap<String, Decision> =
            conditions.iter().enumerate().map(|(i, (_, e))| (format!("c{i}"), Decision::from(*e))).collect();
        let found = AlignmentConditions::new(named.clone()).unwrap().judge(&evidence);
        let all = |of: &dyn Fn(bool) -> bool| {
            let mut of_kind = conditions.iter().filter(|(n, _)| of(*n)).map(|(_, e)| *e);
            let (any_false, any_unknown) =
                (of_kind.clone().any(|e| e == Some(false)), of_kind.any(|e| e.is_none()));
            if any_false { Some(false) } else if any_unknown { None } else { Some(true) }
        };
        prop_assert_eq!(found.necessary.decided(), all(&|n| n));
        prop_assert_eq!(found.sufficient.decided(), all(&|n| !n));
        prop_assert_eq!(found.aligned.decision.decided(), all(&|_| true));
        let failed = conditions.iter().filter(|(_, e)| *e == Some(false)).count();
        prop_assert_eq!(found.failed().len(), failed);
        let mut turned = named;
        let at = turn.min(turned.len());
        turned.rotate_left(at);
        let turned = AlignmentConditions::new(turned).unwrap().judge(&evidence);
        prop_assert_eq!(turned.aligned.decision, found.aligned.decision);
    }

    #[test]
    fn differences_of_polynomials_vanish(coefficients in vec(-3.0f64..3.0, 1..4), ahead in 1usize..5) {
        let at = |t: usize| coefficients.iter().rev().fold(0.0, |sum, c| sum * t as f64 + c);
        let order = coefficients.len() - 1;
        let series: Vec<f64> = (0..=order + 2).map(at).collect();
        let next = Extrapolation::new(order, ahead).unwrap().series(&series).unwrap();
        prop_assert_eq!(next.len(), ahead);
        for (i, x) in next.iter().enumerate() {
            prop_assert!((x - at(series.len() + i)).abs() < 1e-6, "{x} {}", at(series.len() + i));
        }
    }

    #[test]
    fn reversed_history_reverses_preferences(
        history in vec(vec(option::of(any::<bool>()), 6), 1..6), order in 0usize..4, ahead in 1usize..4,
    ) {
        let extrapolation = Extrapolation::new(order, ahead).unwrap().zero(ZeroVote::Drop);
        let found = extrapolation.preferences(&history).unwrap();
        let turn = |step: &Vec<Option<bool>>| step.iter().map(|p| p.map(|p| !p)).collect::<Vec<_>>();
        let mirror = extrapolation.preferences(&history.iter().map(turn).collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(found.pairs.len() as u64 + found.missing + found.undecided, 6);
        for (a, b) in found.pairs.iter().zip(&mirror.pairs) {
            prop_assert!(a.item == b.item && a.preferred != b.preferred && a.copies == b.copies);
            prop_assert!((1..=5).contains(&a.copies));
        }
        prop_assert_eq!(mirror.pairs.len(), found.pairs.len());
    }

    #[test]
    fn challenges_equal_their_definitions(actual in value_vectors(3..7), others in value_vectors(7..8)) {
        let n = actual.len();
        let follow = follow_score(&others[..n], &actual, level()).unwrap();
        let naive: Vec<f64> = others.iter().zip(&actual).map(|(e, a)| e.cosine(a).unwrap()).collect();
        prop_assert_eq!(&follow.steps, &naive);
        let zero_ahead = predict_score(&others[..n], &actual, 0, 0, level()).unwrap();
        prop_assert_eq!(zero_ahead.steps, naive);
        let coevolve = coevolve_score(&others, &actual, level()).unwrap();
        let mut sum = 0.0;
        for s in &others {
            for i in 0..n {
                sum += actual[i..].iter().map(|a| s.cosine(a).unwrap()).fold(-1.0, f64::max);
            }
        }
        prop_assert!(close(coevolve.score.value, sum / (n * others.len()) as f64));
    }

    #[test]
    fn runs_end_with_the_score_of_what_was_measured(
        actual in value_vectors(3..6), answers in value_vectors(16..17), extrapolated in any::<bool>(),
    ) {
        let algorithm = if extrapolated {
            ProgressAlgorithm::Extrapolative(TuneFrom::Initial, Extrapolation::new(1, 1).unwrap())
        } else {
            ProgressAlgorithm::Lifelong(TuneFrom::Current)
        };
        for challenge in [Challenge::Follow, Challenge::Predict { ahead: 1 }, Challenge::Coevolve] {
            let mut run = ProgressRun::new(challenge, algorithm, actual.clone(), level()).unwrap();
            let (mut examinee, mut proxy, mut next) = (Vec::new(), Vec::new(), answers.iter().copied());
            let found = loop {
                let answer = next.next().unwrap();
                match run.step() {
                    Step::Done(found) => break found,
                    Step::Ask(ProgressAsk::TuneExaminee { time, extrapolation, .. }) => {
                        prop_assert_eq!((time, extrapolation.is_some()), (examinee.len(), extrapolated));
                        examinee.push(answer);
                    }
                    Step::Ask(ProgressAsk::TuneProxy { time, history_epochs, examinee_epochs, .. }) => {
                        prop_assert_eq!((time, history_epochs, examinee_epochs), (proxy.len(), 1, 2));
                        proxy.push(answer);
                    }
                    Step::Ask(_) => proxy.push(answer),
                }
                run.answer(answer).unwrap();
            };
            let expected = match challenge {
                Challenge::Follow => follow_score(&examinee, &actual, level()),
                Challenge::Predict { ahead } => predict_score(&examinee, &actual, 0, ahead, level()),
                _ => coevolve_score(&proxy, &actual, level()),
            };
            prop_assert_eq!(found, expected.unwrap());
            prop_assert!(run.answer(actual[0]).is_err());
        }
    }

    #[test]
    fn personality_distances_do_not_depend_on_order(pairs in subject_items(), turn in 0usize..40) {
        let run = |pairs: &[(SubjectItem, Option<AnswerLetter>)], rule| {
            let (items, letters): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
            personality_alignment(&items, &letters, rule, level()).unwrap()
        };
        let mut turned = pairs.clone();
        let at = turn.min(turned.len());
        turned.rotate_left(at);
        for rule in [AlignmentRule::Keyed, AlignmentRule::Released] {
            let (found, again) = (run(&pairs, rule), run(&turned, rule));
            prop_assert_eq!(found.letters, again.letters);
            prop_assert_eq!(found.letters.iter().sum::<u64>() + found.unknown, pairs.len() as u64);
            prop_assert!(found.total.zip(again.total).map_or(found.total == again.total, |(a, b)| close(a, b)));
            prop_assert!(found.total.is_none_or(|total| (0.0..=25.0).contains(&total)));
        }
        // Without reversed items and missing answers both rules are one.
        let plain: Vec<_> = pairs.iter().filter(|(i, _)| !i.reversed && i.value > 0).copied().collect();
        prop_assert_eq!(run(&plain, AlignmentRule::Keyed), run(&plain, AlignmentRule::Released));
    }

    #[test]
    fn steering_follows_the_labels(samples in vec((vec(-3.0f64..3.0, 3), any::<bool>()), 2..12)) {
        let (activations, labels): (Vec<_>, Vec<_>) = samples.into_iter().unzip();
        let turned: Vec<bool> = labels.iter().map(|l| !l).collect();
        if let (Ok(a), Ok(b)) = (steering_direction(&activations, &labels), steering_direction(&activations, &turned)) {
            prop_assert!(close(a.separation, b.separation) && close(a.deviation, b.deviation));
            prop_assert!(a.direction.iter().zip(&b.direction).all(|(x, y)| close(*x, -y)));
            prop_assert!(close(a.direction.iter().map(|x| x * x).sum::<f64>(), 1.0));
        }
    }

    #[test]
    fn heads_and_subjects_are_chosen_once(
        accuracies in vec((0.0f64..1.0, 0.0f64..1.0), 12), points in vec(vec(-2.0f64..2.0, 2), 1..12),
    ) {
        let mut heads = top_heads(&accuracies, 4, 12).unwrap();
        heads.sort_unstable();
        prop_assert_eq!(heads, (0..3).flat_map(|l| (0..4).map(move |h| (l, h))).collect::<Vec<_>>());
        let chosen = closest_unused(&points, &points).unwrap();
        // Every point is its own nearest, unless one that lies at the same place came first.
        prop_assert!(chosen.iter().enumerate().all(|(i, &c)| points[i] == points[c]));
    }

    #[test]
    fn readers_take_any_text(text in "\\PC{0,60}", pieces in vec(prop::sample::select(vec!["A)", "B)", "x", " ", "é"]), 0..20)) {
        let released = {
            let begin: Vec<char> = text.chars().take(12).collect();
            begin.windows(2).find(|w| "abcdeABCDE".contains(w[0]) && !w[1].is_ascii_alphabetic()).map(|w| w[0])
        };
        prop_assert_eq!(answer_letter(&text), released.and_then(AnswerLetter::from_char));
        let pieced = pieces.concat();
        // No word character may stand before an option.
        let options = |text: &str| {
            let before = |at: usize| text[..at].chars().next_back();
            let starts = |at: &usize| !before(*at).is_some_and(|c| c.is_alphanumeric() || c == '_');
            let of = |option: &str| text.match_indices(option).map(|(at, _)| at).filter(starts).count();
            [of("A)"), of("B)")]
        };
        for text in [&text, &pieced] {
            let expected = match options(text) {
                [1, 0] => CausalAnswer::A,
                [0, 1] => CausalAnswer::B,
                _ => CausalAnswer::Unclear,
            };
            prop_assert_eq!(causal_answer(text), expected);
        }
        prop_assert_eq!(copyright_sample(&text.repeat(20)).is_ok(), text.chars().count() * 20 >= 400);
    }
}

#[test]
fn published_data_are_valid() {
    for tree in [
        alignment_goals(),
        bidirectional_alignment(),
        trustworthiness(),
        schwartz_values(),
        moral_foundations(),
    ] {
        let tree = tree.unwrap();
        assert_eq!(CodeCounts::of_taxonomy(&tree).codes().len(), tree.labels().len());
        assert!(tree.labels().iter().all(|label| !label.title.is_empty()));
    }
    for of in PersonalityTrait::ALL {
        let items = (1..=300).filter_map(ipip_item).filter(|item| item.domain == of);
        assert_eq!(items.count(), 60);
    }
}

/// A hostile text of a megabyte is read in one pass.
#[test]
fn long_texts() {
    let text = "A".repeat(1 << 20);
    assert_eq!(causal_answer(&format!("{text} B)")), CausalAnswer::B);
    assert_eq!(answer_letter(&text), None);
    assert!(copyright_sample(&text).is_ok());
}
