//! What holds of consistency figures, whatever the data: order and names do not matter, figures equal their
//! definitions, splits merge to the whole, procedures end and replay, texts are read in linear time.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::ops::ControlFlow;

use probity::consistency::{
    Audit, AuditAnswer, AuditAsk, AuditOptions, DetectionPassage, Factuality, MqagMethod, MqagQuestion,
    NgramModel, NgramOptions, ProbeCriteria, PromptRule, SelfFeedback, SelfFeedbackAnswer, SelfFeedbackAsk,
    SimilarWords, Triangulation, answer_consistency, audit_report, balanced_accuracy,
    discrete_semantic_entropy, eigen_score, entailment_clusters, evaluate_detection, mqag_score,
    numeric_consistency, precision_recall_area, response_consistency, self_agreement, selfcheck_ngram,
    selfcheck_nli, selfcheck_prompt_answer, semantic_entropy, symbolic_agent, vote_is_decided,
    weighted_self_agreement,
};
use probity::correlation::cosine_similarity;
use probity::inference::{Bootstrap, Level};
use probity::search::{Procedure, Step, drive, replay};
use probity::tally::Tally;
use probity::text::{
    longest_common_subsequence, ngram_counts, rouge_l, rouge_n, sentences, trigger_answer, word_tokens,
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

/// Samples with their cluster, numbered by first appearance, and log-probability.
fn clustered() -> impl Strategy<Value = Vec<(u8, f64)>> {
    vec((0u8..5, -30.0..0.0f64), 1..25)
}

fn clusters_of(meanings: &[u8]) -> Vec<usize> {
    entailment_clusters(meanings.len(), |i, j| meanings[i] == meanings[j])
}

type Words = Vec<Vec<String>>;

fn passage() -> impl Strategy<Value = Words> {
    vec(vec("[abAB]{1,2}", 1..6), 1..5)
}

/// The score of a passage straight from the definition.
fn naive_ngram(passage: &Words, samples: &[Words], n: usize, k: f64) -> Vec<(f64, f64)> {
    let padded = |sentence: &Vec<String>| {
        let mut all = vec!["<s>".to_string(); n - 1];
        all.extend(sentence.iter().map(|w| w.to_lowercase()));
        all.windows(n).map(|w| w.join(" ")).collect::<Vec<_>>()
    };
    let everything = passage.iter().chain(samples.iter().flatten());
    let all: Vec<String> = everything.flat_map(padded).collect();
    let distinct = all.iter().collect::<HashSet<_>>().len() as f64 + 1.0;
    let surprise = |ngram: &String| {
        let count = all.iter().filter(|other| *other == ngram).count() as f64;
        -((count + k) / (all.len() as f64 + k * distinct)).ln()
    };
    let of = |sentence| {
        let surprises: Vec<f64> = padded(sentence).iter().map(surprise).collect();
        (
            surprises.iter().sum::<f64>() / surprises.len() as f64,
            surprises.iter().copied().fold(f64::MIN, f64::max),
        )
    };
    passage.iter().map(of).collect()
}

proptest! {
    #[test]
    fn answers_without_order_or_names(samples in vec(0u8..6, 1..30), seed in any::<u64>()) {
        let found = answer_consistency(&samples).unwrap();
        let mut shuffled = samples.clone();
        probity::rng::Stream::new(seed, 0, 0).shuffle(&mut shuffled);
        let renamed: Vec<String> = shuffled.iter().map(|s| format!("answer {}", 7 * s)).collect();
        let other = answer_consistency(&renamed).unwrap();
        prop_assert!(close(found.negative_entropy_bits, other.negative_entropy_bits));
        prop_assert_eq!((found.majority_share, found.unique_ratio), (other.majority_share, other.unique_ratio));
        let distinct = samples.iter().collect::<HashSet<_>>().len() as f64;
        prop_assert!(found.negative_entropy_bits <= 0.0 && -found.negative_entropy_bits <= distinct.log2() + 1e-12);
        let numbers: Vec<f64> = samples.iter().map(|&s| s.into()).collect();
        let numeric = numeric_consistency(&numbers).unwrap();
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        let variance = numbers.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / numbers.len() as f64;
        prop_assert!(close(numeric.negative_variance, -variance));
        prop_assert_eq!(numeric.negative_entropy_bits, found.negative_entropy_bits);
    }

    #[test]
    fn semantic_entropy_is_its_definition(samples in clustered()) {
        let (meanings, ln_p): (Vec<u8>, Vec<f64>) = samples.into_iter().unzip();
        let clusters = clusters_of(&meanings);
        let found = semantic_entropy(&ln_p, &clusters).unwrap();
        let kinds = clusters.iter().max().unwrap() + 1;
        let mass: Vec<f64> = (0..kinds)
            .map(|c| clusters.iter().zip(&ln_p).filter(|x| *x.0 == c).map(|x| x.1.exp()).sum())
            .collect();
        let total: f64 = mass.iter().sum();
        let entropy: f64 = mass.iter().map(|m| m / total).map(|p| -p * p.ln()).sum();
        prop_assert!((found.semantic_entropy - entropy).abs() < 1e-9);
        prop_assert!(close(found.rao_blackwell_mean, -mass.iter().map(|m| m.ln()).sum::<f64>() / kinds as f64));
        prop_assert!(found.semantic_entropy <= (kinds as f64).ln() + 1e-12);
        prop_assert!(close(found.cluster_probability.iter().sum(), 1.0));
        prop_assert_eq!(found.discrete_semantic_entropy, discrete_semantic_entropy(&clusters).unwrap());
        // Equal sequences: the two entropies are one.
        let equal = semantic_entropy(&vec![-3.0; clusters.len()], &clusters).unwrap();
        prop_assert!(close(equal.semantic_entropy, equal.discrete_semantic_entropy));
    }

    #[test]
    fn clusters_partition(entails in vec(any::<bool>(), 64), n in 0usize..8) {
        let mut asked = 0;
        let says = |i: usize, j: usize| entails[8 * i + j];
        let clusters = entailment_clusters(n, |i, j| { asked += 1; says(i, j) });
        prop_assert_eq!(clusters.len(), n);
        let mut firsts: Vec<usize> = Vec::new();
        for (i, &c) in clusters.iter().enumerate() {
            prop_assert!(c <= firsts.len());
            let joins = |&first: &usize| says(first, i) && says(i, first);
            prop_assert_eq!(firsts.iter().position(joins).unwrap_or(firsts.len()), c);
            if c == firsts.len() { firsts.push(i) }
        }
        prop_assert!(asked <= 2 * n * firsts.len());
    }

    /// det(ZJZᵀ + αI) by elimination without pivoting on the whole matrix.
    #[test]
    fn eigen_score_is_its_definition(z in (1usize..6, 1usize..5).prop_flat_map(|(k, d)| vec(vec(-2.0..2.0f64, d), k))) {
        let alpha = 0.01;
        let score = eigen_score(&z, alpha).unwrap();
        let centred: Vec<Vec<f64>> = z.iter().map(|row| {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            row.iter().map(|x| x - mean).collect()
        }).collect();
        let k = z.len();
        let mut m: Vec<Vec<f64>> = (0..k).map(|i| (0..k).map(|j| {
            let product: f64 = centred[i].iter().zip(&centred[j]).map(|(a, b)| a * b).sum();
            product + if i == j { alpha } else { 0.0 }
        }).collect()).collect();
        let mut ln_det = 0.0;
        for i in 0..k {
            ln_det += m[i][i].ln();
            for r in i + 1..k {
                let f = m[r][i] / m[i][i];
                let pivot = m[i].clone();
                m[r].iter_mut().zip(&pivot).for_each(|(x, p)| *x -= f * p);
            }
        }
        prop_assert!((score - ln_det / k as f64).abs() < 1e-7, "{} {}", score, ln_det / k as f64);
        let turned: Vec<Vec<f64>> = z.iter().rev().cloned().collect();
        prop_assert!((eigen_score(&turned, alpha).unwrap() - score).abs() < 1e-7);
        prop_assert!(score >= alpha.ln() - 1e-9);
    }

    #[test]
    fn votes(answers in vec(option::of(0u8..4), 1..20), further in 0usize..4, rest in vec(option::of(0u8..5), 3)) {
        let vote = self_agreement(&answers, level()).unwrap();
        prop_assert_eq!(vote.valid, answers.iter().flatten().count());
        prop_assert_eq!(vote.answer.is_none(), vote.valid == 0);
        prop_assert_eq!(vote.path.map(|path| answers[path]), vote.answer.map(|&a| Some(a)));
        let ones = vec![1.0; answers.len()];
        let weighted = weighted_self_agreement(&answers, &ones).unwrap();
        prop_assert_eq!((weighted.answer, &weighted.votes), (vote.answer, &vote.votes));
        prop_assert_eq!(weighted.agreement.map(|a| a.value), vote.agreement.map(|a| a.value));
        // What is decided stays, whatever comes.
        if vote_is_decided(&answers, further) {
            let more: Vec<_> = answers.iter().copied().chain(rest.into_iter().take(further)).collect();
            prop_assert_eq!(self_agreement(&more, level()).unwrap().answer, vote.answer);
        } else {
            // What is not decided can change: some answer, given each time, wins or is the first.
            let changes = (0u8..5).any(|a| {
                let mut more = answers.clone();
                more.extend(std::iter::repeat_n(Some(a), further));
                self_agreement(&more, level()).unwrap().answer != vote.answer
            });
            prop_assert!(changes);
        }
    }

    #[test]
    fn ngrams_are_their_definition(p in passage(), s in vec(passage(), 0..4), n in 1usize..4, k in 0u8..2) {
        let k = f64::from(k);
        let options = NgramOptions::new().n(n).unwrap().smoothing(k).unwrap();
        let found = selfcheck_ngram(&p, &s, &options).unwrap();
        for (sentence, (mean, max)) in found.sentences.iter().zip(naive_ngram(&p, &s, n, k)) {
            prop_assert!(close(sentence.mean, mean) && close(sentence.max, max));
            prop_assert!(sentence.min <= sentence.mean + 1e-12 && sentence.mean <= sentence.max + 1e-12);
        }
        let tokens: usize = p.iter().map(Vec::len).sum();
        let sum: f64 = found.sentences.iter().map(|s| s.mean * s.tokens as f64).sum();
        prop_assert!(close(found.mean.value, sum / tokens as f64));
        // Without similar words the symbolic agent is the smoothed model.
        let symbolic = symbolic_agent(&p, &s, &SimilarWords::default(), &options).unwrap();
        prop_assert_eq!(&symbolic.ngram, &found);
        if let Ok(scores) = symbolic.normalised {
            prop_assert!(scores.iter().all(|s| (-1e-12..=1.0 + 1e-12).contains(s)));
        }
        // Similar words only make a token less surprising.
        let similar = SimilarWords::from_pairs([("a", "b"), ("aa", "ab")]);
        let helped = symbolic_agent(&p, &s, &similar, &options).unwrap();
        for (helped, alone) in helped.ngram.sentences.iter().zip(&found.sentences) {
            prop_assert!(helped.mean <= alone.mean + 1e-12);
        }
    }

    #[test]
    fn ngram_models_merge(sentences in vec(vec("[a-c]{1,2}", 0..6), 0..12), cut in 0usize..12, n in 1usize..4) {
        let model = |part: &[Vec<String>]| {
            let mut model = NgramModel::new(n, true).unwrap();
            part.iter().for_each(|s| model.record_sentence(s).unwrap());
            model
        };
        let cut = cut.min(sentences.len());
        let whole = model(&sentences);
        let mut merged = model(&sentences[cut..]);
        merged.merge(&model(&sentences[..cut])).unwrap();
        prop_assert_eq!(&merged, &whole);
        prop_assert_eq!(whole.records(), sentences.len() as u64);
        prop_assert!(merged.merge(&NgramModel::new(n + 1, true).unwrap()).is_err());
        prop_assert_eq!(&merged, &whole);
        let written = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(&serde_json::from_str::<NgramModel>(&written).unwrap(), &whole);
        prop_assert_eq!(serde_json::to_string(&merged).unwrap(), written);
    }

    #[test]
    fn self_check_scores_stay_in_range(logits in vec(vec((-50.0..50.0f64, -50.0..50.0f64), 1..5), 1..4)) {
        for (found, logits) in selfcheck_nli(&logits, level()).unwrap().iter().zip(&logits) {
            let mean = logits.iter().map(|(e, c)| 1.0 / (1.0 + (e - c).exp())).sum::<f64>() / logits.len() as f64;
            prop_assert!(close(found.value, mean) && (0.0..=1.0).contains(&found.value));
        }
    }

    #[test]
    fn mqag_by_bayes_is_its_definition(
        samples in vec((vec(0.0..1.0f64, 3), 0.0..1.0f64), 0..6), answer in vec(0.0..1.0f64, 3), b1 in 0.05..0.95f64, b2 in 0.05..0.95f64,
    ) {
        let (options, answerability): (Vec<_>, Vec<_>) = samples.into_iter().unzip();
        let question = MqagQuestion {
            answer: &answer, answerability: 0.9, sample_answers: &options, sample_answerability: &answerability,
        };
        let best = |o: &[f64]| (0..3).rev().max_by(|&i, &j| o[i].total_cmp(&o[j])).unwrap();
        let (mut same, mut other) = (0.0, 0.0);
        for (o, u) in options.iter().zip(&answerability) {
            if best(o) == best(&answer) { same += u } else { other += u }
        }
        let (g1, g2) = (b2 / (1.0 - b1), b1 / (1.0 - b2));
        let expected = g2.powf(other) / (g1.powf(same) + g2.powf(other));
        let found = mqag_score(&question, MqagMethod::BayesWithAlpha { beta1: b1, beta2: b2 }).unwrap();
        prop_assert!(close(found, expected));
        let counted = mqag_score(&question, MqagMethod::Counting { threshold: 0.0 }).unwrap();
        prop_assert!((0.0..=1.0).contains(&counted));
    }

    #[test]
    fn areas(pairs in vec((0u8..8, any::<bool>()), 1..40), seed in any::<u64>()) {
        let mut shuffled = pairs.clone();
        probity::rng::Stream::new(seed, 0, 0).shuffle(&mut shuffled);
        let split = |pairs: &[(u8, bool)], map: fn(f64) -> f64| -> (Vec<f64>, Vec<bool>) {
            pairs.iter().map(|&(s, p)| (map(s.into()), p)).unzip()
        };
        let (scores, positive) = split(&pairs, |s| s);
        let found = precision_recall_area(&scores, &positive);
        let positives = positive.iter().filter(|&&p| p).count();
        prop_assert_eq!(found.is_ok(), positives > 0);
        if let Ok(area) = found {
            // By the definition, with a fresh count at every threshold.
            let mut thresholds = scores.clone();
            thresholds.sort_by(|a, b| b.total_cmp(a));
            thresholds.dedup();
            let (mut recall, mut precision, mut expected) = (0.0, 1.0, 0.0);
            for t in thresholds {
                let found = scores.iter().filter(|&&s| s >= t).count() as f64;
                let hits = scores.iter().zip(&positive).filter(|(s, p)| **s >= t && **p).count() as f64;
                let (r, p) = (hits / positives as f64, hits / found);
                expected += (r - recall) * (p + precision) / 2.0;
                (recall, precision) = (r, p);
            }
            prop_assert!(close(area, expected) && (0.0..=1.0 + 1e-12).contains(&area));
            let (scores, positive) = split(&shuffled, |s| (s / 3.0).exp() - 5.0);
            prop_assert!(close(precision_recall_area(&scores, &positive).unwrap(), area));
        }
        if let Ok(balanced) = balanced_accuracy(&scores, &positive, 3.5, level()) {
            let (turned, opposite): (Vec<f64>, Vec<bool>) = (scores.iter().map(|s| 7.0 - s).collect(), positive);
            prop_assert!(close(balanced.value + balanced_accuracy(&turned, &opposite, 3.5, level()).unwrap().value, 1.0));
            prop_assert!(balanced.interval.unwrap().contains(balanced.value));
        }
    }

    #[test]
    fn similarities(vectors in (2usize..6, 1usize..5).prop_flat_map(|(n, d)| vec(vec(0.1..3.0f64, d), n))) {
        let found = response_consistency(&vectors).unwrap();
        let n = vectors.len();
        let mut all = Vec::new();
        let mut to_others = vec![0.0; n];
        for i in 0..n {
            for j in 0..n {
                if i != j {
                    let cosine = cosine_similarity(&vectors[i], &vectors[j]).unwrap();
                    to_others[i] += cosine / (n - 1) as f64;
                    all.push(cosine);
                }
            }
        }
        prop_assert!(close(found.mean_pairwise.unwrap(), all.iter().sum::<f64>() / all.len() as f64));
        prop_assert_eq!(found.min_pairwise.unwrap(), all.iter().copied().fold(f64::INFINITY, f64::min));
        prop_assert!(found.mean_to_others.iter().zip(&to_others).all(|(a, b)| close(a.unwrap(), *b)));
        // Length does not matter, only direction.
        let scaled: Vec<Vec<f64>> = vectors.iter().map(|v| v.iter().map(|x| 1e200 * x).collect()).collect();
        prop_assert!(close(response_consistency(&scaled).unwrap().mean_pairwise.unwrap(), found.mean_pairwise.unwrap()));
    }

    #[test]
    fn triangulations(scores in vec((0.0..1.0f64, 0.0..1.0f64, 0.0..1.0f64), 1..10)) {
        let agents: Vec<Vec<f64>> = vec![
            scores.iter().map(|s| s.0).collect(), scores.iter().map(|s| s.1).collect(), scores.iter().map(|s| s.2).collect(),
        ];
        let turned: Vec<Vec<f64>> = agents.iter().rev().cloned().collect();
        let (found, other) = (Triangulation::new().judge(&agents).unwrap(), Triangulation::new().judge(&turned).unwrap());
        for (a, b) in found.iter().zip(&other) {
            prop_assert!(close(a.mean, b.mean) && (a.votes, a.hallucinated, a.unanimous) == (b.votes, b.hallucinated, b.unanimous));
            prop_assert!((0.0..=1.0).contains(&a.mean) && a.hallucinated == (a.votes >= 2));
        }
    }

    #[test]
    fn texts_fall_apart_completely(text in "\\PC{0,40}|[a-c .!?'\"\n-]{0,40}") {
        let glue = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(word_tokens(&text).collect::<String>(), glue(&text));
        let found = sentences(&text);
        prop_assert_eq!(glue(&found.concat()), glue(&text));
        prop_assert!(found.iter().all(|s| !s.is_empty() && s.trim() == *s));
        if let Some(answer) = trigger_answer(&format!("{text} the answer is {text}"), "The answer is") {
            prop_assert!(text.contains(answer));
        }
        let score = selfcheck_prompt_answer(&text, PromptRule::Word);
        prop_assert!(score == 0.5 || score == selfcheck_prompt_answer(&text, PromptRule::Prefix));
    }

    #[test]
    fn overlaps(a in vec(0u8..4, 0..80), b in vec(0u8..4, 0..80), n in 1usize..4) {
        let lcs = longest_common_subsequence(&a, &b);
        prop_assert_eq!(lcs, longest_common_subsequence(&b, &a));
        prop_assert!(lcs <= a.len().min(b.len()));
        prop_assert_eq!(longest_common_subsequence(&a, &a), a.len());
        let r = rouge_n(&a, &b, n).unwrap();
        let (ours, theirs) = (ngram_counts(&a, n).unwrap(), ngram_counts(&b, n).unwrap());
        let total = |counts: &HashMap<&[u8], u64>| counts.values().sum::<u64>();
        prop_assert_eq!((r.candidate, r.reference), (total(&ours), total(&theirs)));
        prop_assert_eq!(r.shared, ours.iter().map(|(g, &c)| c.min(*theirs.get(g).unwrap_or(&0))).sum::<u64>());
        prop_assert!(n > 1 || r.shared >= rouge_l(&a, &b).shared);
        for figure in [r.precision(), r.recall(), r.f1()].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&figure));
        }
    }

    #[test]
    fn self_feedback_ends_and_replays(good in vec(any::<bool>(), 8), iterations in 0usize..7) {
        let mut recorded = Vec::new();
        let mut run = SelfFeedback::new(iterations);
        let model = |ask: SelfFeedbackAsk<usize, usize>| {
            let answer = match ask {
                SelfFeedbackAsk::Respond => SelfFeedbackAnswer::Response(0),
                SelfFeedbackAsk::Stop(run) => SelfFeedbackAnswer::Stop(good[*run.responses.last().unwrap()]),
                SelfFeedbackAsk::Evaluate(run) => SelfFeedbackAnswer::Feedback(run.responses.len()),
                SelfFeedbackAsk::Update(run) => SelfFeedbackAnswer::Response(run.responses.len()),
                _ => unreachable!(),
            };
            recorded.push(answer.clone());
            Ok::<_, probity::Error>(answer)
        };
        let done = drive(&mut run, model, |_| ControlFlow::Continue(())).unwrap();
        let expected = good[..iterations].iter().position(|&g| g);
        prop_assert_eq!(done.stopped, expected.is_some());
        prop_assert_eq!(done.responses.last(), Some(&expected.unwrap_or(iterations)));
        prop_assert_eq!(done.feedback.len(), done.responses.len() - 1);
        prop_assert_eq!(replay(&mut SelfFeedback::new(iterations), recorded).unwrap(), done);
    }

    /// Whatever is answered, in whatever order: an answer that does not fit changes nothing, and the audit ends.
    #[test]
    fn audits_end(judged in vec(any::<bool>(), 200), wrong in vec(0u8..5, 60), questions in 1usize..4) {
        let options = AuditOptions::new().probes(2).unwrap().max_rounds(3).unwrap().min_kappa(-1.0).unwrap();
        let mut audit = Audit::new(2, questions, options).unwrap();
        let mut at = 0;
        let mut recorded = Vec::new();
        let done = loop {
            let before = audit.clone();
            let answer = match audit.step() {
                Step::Done(done) => break done,
                Step::Ask(AuditAsk::Probes { count, .. }) => AuditAnswer::Probes(vec!["?".to_string(); count]),
                Step::Ask(AuditAsk::Annotate { probes, annotators, .. }) => {
                    let mut next = || { at += 1; judged[at % judged.len()] };
                    AuditAnswer::Annotations((0..annotators).map(|_| {
                        probes.iter().map(|_| ProbeCriteria { relevant: next(), diverse: next() }).collect()
                    }).collect())
                }
                Step::Ask(AuditAsk::Refine { .. }) => AuditAnswer::Refined,
                Step::Ask(AuditAsk::Respond { .. }) => AuditAnswer::Response("!".to_string()),
                Step::Ask(AuditAsk::Compare { .. }) => AuditAnswer::Comparison { similarities: vec![0.5], truthful: vec![] },
                Step::Ask(_) => unreachable!(),
            };
            let misfit = match wrong[recorded.len() % wrong.len()] {
                0 => AuditAnswer::Probes(vec![]),
                1 => AuditAnswer::Annotations(vec![]),
                2 => AuditAnswer::Comparison { similarities: vec![], truthful: vec![] },
                3 => AuditAnswer::Comparison { similarities: vec![f64::NAN], truthful: vec![] },
                _ => AuditAnswer::Comparison { similarities: vec![0.5], truthful: vec![true; 3] },
            };
            prop_assert!(audit.answer(misfit).is_err());
            prop_assert!(audit == before);
            recorded.push(answer.clone());
            audit.answer(answer).unwrap();
            prop_assert!(recorded.len() < 100);
        };
        prop_assert_eq!(done.questions.len(), if done.accepted_round().is_some() { questions } else { 0 });
        prop_assert!(done.accepted_round().is_some() || done.rounds.len() == 3);
        let options = AuditOptions::new().probes(2).unwrap().max_rounds(3).unwrap().min_kappa(-1.0).unwrap();
        prop_assert_eq!(replay(&mut Audit::new(2, questions, options).unwrap(), recorded).unwrap(), done);
    }

    #[test]
    fn flags_grow_with_the_threshold(s in vec(vec(-1.0..1.0f64, 1..6), 1..8), low in -1.0..1.0f64, more in 0.0..1.0f64) {
        let report = |threshold| audit_report(&s, threshold, level()).unwrap();
        let (few, many) = (report(low), report(low + more));
        prop_assert!(few.flag_rate.value <= many.flag_rate.value);
        for (a, b) in few.questions.iter().zip(&many.questions) {
            prop_assert!(a.inconsistent_pairs <= b.inconsistent_pairs && a.min <= a.mean + 1e-12 && a.mean == b.mean);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn detection_without_order(passages in vec(vec((0u8..3, 0u8..9), 1..6), 2..8)) {
        let of = |passage: &Vec<(u8, u8)>| DetectionPassage {
            labels: passage.iter().map(|s| match s.0 {
                0 => Factuality::Accurate,
                1 => Factuality::Minor,
                _ => Factuality::Major,
            }).collect(),
            scores: passage.iter().map(|s| s.1.into()).collect(),
        };
        let given: Vec<DetectionPassage> = passages.iter().map(of).collect();
        let turned: Vec<DetectionPassage> = given.iter().rev().cloned().collect();
        let bootstrap = Bootstrap::new(1).resamples(20).unwrap();
        let found = |passages: &[DetectionPassage]| evaluate_detection(passages, &bootstrap).unwrap();
        let (a, b) = (found(&given), found(&turned));
        prop_assert_eq!(a.nonfact.is_ok(), given.iter().any(|p| p.labels.iter().any(|&l| l != Factuality::Accurate)));
        if let (Ok(a), Ok(b)) = (&a.nonfact, &b.nonfact) {
            prop_assert_eq!(a.random.value, b.random.value);
            prop_assert!(close(a.auc_pr.value, b.auc_pr.value));
            let all = given.iter().flat_map(|p| p.labels.iter().zip(&p.scores));
            let (positive, scores): (Vec<bool>, Vec<f64>) =
                all.map(|(&l, &s)| (l != Factuality::Accurate, s)).unzip();
            prop_assert!(close(a.auc_pr.value, precision_recall_area(&scores, &positive).unwrap()));
        }
        let wrong_throughout = given.iter().filter(|p| p.labels.iter().all(|&l| l == Factuality::Major)).count();
        if let Ok(star) = a.nonfact_star {
            prop_assert_eq!(star.passages, given.len() - wrong_throughout);
        }
    }
}

/// A megabyte of what the readers look for; a quadratic reader would not come back.
#[test]
fn hostile_texts_of_a_megabyte() {
    for piece in ["the answer is ", "the answer is.", ". ", "'a", "-", "?\"", "\n", "é’", "no "] {
        let text = piece.repeat((1 << 20) / piece.len());
        black_box(trigger_answer(&text, "the answer is"));
        black_box(trigger_answer(&text, &text[..text.len() / 2 / piece.len() * piece.len()]));
        assert!(word_tokens(&text).count() <= text.len());
        assert!(sentences(&text).len() <= text.len());
        black_box(selfcheck_prompt_answer(&text, PromptRule::Word));
    }
}
