//! What holds of preference objectives, whatever the log-probabilities: gradients are derivatives, nothing leaves the
//! range, shifts change nothing, and losses that are one thing under several names agree.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::Error;
use probity::inference::Level;
use probity::preference::{
    ConsistencyMethod, CutBatchSample, CutOptions, CutSample, Discount, Divergence, DpoLoss, DpoOptions,
    Generated, KtoOptions, ListLoss, PairLogProbs, PairObjective, PairScheme, PenaltyKind, Preferred,
    Reduction, ScoredList, SelmOptions, SimpoOptions, SoftLabels, TokenLogProbs, TregOptions,
    TregSimpoOptions, TregTokens, TregWeighting, cream_consistency, cream_loss, cut_code_batch_loss, cut_l1,
    cut_total, dpo_loss, kto_loss, lipo_dcg, lipo_lambda_weights, lipo_loss, orpo_loss, osp_ranked_pairs,
    osp_spce_loss, rrhf_loss, scir_filter, scir_penalty, selm_loss, simpo_loss, soft_label_loss,
    soft_label_mean, treg_loss, treg_simpo_loss,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Every loss of the family, with the kinds that smooth labels smoothed.
const LOSSES: [DpoLoss; 16] = [
    DpoLoss::Sigmoid,
    DpoLoss::SigmoidNorm,
    DpoLoss::Cdpo { smoothing: 0.1 },
    DpoLoss::Robust { smoothing: 0.2 },
    DpoLoss::Hinge,
    DpoLoss::Ipo,
    DpoLoss::IpoNorm,
    DpoLoss::ExoPair { smoothing: 0.05 },
    DpoLoss::NcaPair,
    DpoLoss::BcoPair,
    DpoLoss::SppoHard,
    DpoLoss::ApoZero,
    DpoLoss::ApoDown,
    DpoLoss::Aot { smoothing: 0.1 },
    DpoLoss::AotUnpaired { smoothing: 0.1 },
    DpoLoss::Discopop { tau: 0.05 },
];

const DIVERGENCES: [Divergence; 3] =
    [Divergence::ForwardKl, Divergence::JensenShannon, Divergence::Alpha(0.5)];

const OF_DIFFERENCE: [DpoLoss; 7] = [
    DpoLoss::Sigmoid,
    DpoLoss::Cdpo { smoothing: 0.1 },
    DpoLoss::Robust { smoothing: 0.2 },
    DpoLoss::Hinge,
    DpoLoss::Ipo,
    DpoLoss::ExoPair { smoothing: 0.05 },
    DpoLoss::Discopop { tau: 0.05 },
];

const LIST_LOSSES: [ListLoss; 9] = [
    ListLoss::PairLogistic,
    ListLoss::PairHinge,
    ListLoss::ListMle,
    ListLoss::Lambda { discount: Discount::Ln, list_scale: false },
    ListLoss::Lambda { discount: Discount::Log2, list_scale: true },
    ListLoss::Softmax,
    ListLoss::SoftmaxUnnormalised,
    ListLoss::PointMse,
    ListLoss::PointSigmoid,
];

/// Pairs that own their log-probabilities.
#[derive(Debug, Clone)]
struct Batch {
    chosen: Vec<f64>,
    rejected: Vec<f64>,
    ref_chosen: Vec<f64>,
    ref_rejected: Vec<f64>,
    lengths: Vec<u32>,
}

impl Batch {
    fn pairs(&self) -> PairLogProbs<'_> {
        PairLogProbs::new((&self.chosen, &self.rejected), (&self.ref_chosen, &self.ref_rejected))
            .unwrap()
            .with_lengths(&self.lengths, &self.lengths)
            .unwrap()
    }

    fn policy(&self) -> Vec<f64> {
        [&self.chosen[..], &self.rejected].concat()
    }

    /// The same with other log-probabilities of the policy, chosen before rejected.
    fn with_policy(&self, policy: &[f64]) -> Self {
        let (chosen, rejected) = policy.split_at(self.chosen.len());
        Self { chosen: chosen.to_vec(), rejected: rejected.to_vec(), ..self.clone() }
    }

    fn log_ratios(&self) -> Vec<(f64, f64)> {
        let ratio = |i: usize| (self.chosen[i] - self.ref_chosen[i], self.rejected[i] - self.ref_rejected[i]);
        (0..self.chosen.len()).map(ratio).collect()
    }

    /// Whether no sorted difference changes places, and no hinge its side, when a log-probability moves a little.
    fn is_smooth(&self, beta: f64) -> bool {
        let apart = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.windows(2).all(|w| w[1] - w[0] > 0.05)
        };
        let policy = self.chosen.iter().zip(&self.rejected).map(|(w, l)| w - l).collect();
        let (a, b): (Vec<f64>, Vec<f64>) = self.log_ratios().into_iter().unzip();
        let kinks = |d: f64| (beta * d - 1.0).abs() > 0.05;
        a.iter().zip(&b).all(|(a, b)| kinks(a - b)) && apart(policy) && apart(a) && apart(b)
    }
}

fn batch(range: f64) -> impl Strategy<Value = Batch> {
    (1usize..6).prop_flat_map(move |n| {
        let of = move || vec(-range..0.0, n);
        (of(), of(), of(), of(), vec(1u32..9, n)).prop_map(
            |(chosen, rejected, ref_chosen, ref_rejected, lengths)| Batch {
                chosen,
                rejected,
                ref_chosen,
                ref_rejected,
                lengths,
            },
        )
    })
}

/// Derivatives equal the differences of fourth order to 1e-6, and to what rounding leaves of a vanishing one.
fn is_gradient(f: impl Fn(&[f64]) -> f64, at: &[f64], gradient: &[f64]) {
    assert_eq!(at.len(), gradient.len());
    let step = 1e-4;
    for (i, found) in gradient.iter().enumerate() {
        let moved = |by: f64| {
            let mut at = at.to_vec();
            at[i] += by * step;
            f(&at)
        };
        let difference = (8.0 * (moved(1.0) - moved(-1.0)) - (moved(2.0) - moved(-2.0))) / (12.0 * step);
        let rounding = 1e-10 * (1.0 + f(at).abs());
        assert!(
            (found - difference).abs() <= 1e-6 * found.abs() + rounding,
            "derivative {i}: {found}, difference {difference}"
        );
    }
}

fn both(found: &PairObjective) -> Vec<f64> {
    [&found.grad_chosen[..], &found.grad_rejected].concat()
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs()))
}

fn plain_soft_label(z: f64, p: f64) -> (f64, f64) {
    let ln_sigmoid = |x: f64| x.min(0.0) - (-x.abs()).exp().ln_1p();
    (-p * ln_sigmoid(z), -(1.0 - p) * ln_sigmoid(-z))
}

/// Labels from 0 to 1 and scores, all of them apart.
fn list(range: f64) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    (2usize..7).prop_flat_map(move |n| (vec(0.0..1.0, n), vec(-range..range, n))).prop_filter(
        "scores, labels and hinges apart",
        |(labels, scores)| {
            let apart = |values: &[f64], kink: f64| {
                let others = |i: usize| values.iter().enumerate().filter(move |(j, _)| *j != i);
                let far = |a: f64, b: f64| (a - b).abs() > 0.01 && (a - b - kink).abs() > 0.01;
                values.iter().enumerate().all(|(i, &a)| others(i).all(|(_, &b)| far(a, b)))
            };
            apart(labels, 0.0) && apart(scores, 1.0)
        },
    )
}

fn log_probs(n: usize) -> impl Strategy<Value = Vec<f64>> {
    // Nearer 0 the logarithm of 1 − p is too steep for the differences.
    vec(-6.0..-0.1, n)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn dpo_gradients_are_derivatives(batch in batch(20.0), beta in 0.05..1.0) {
        prop_assume!(batch.is_smooth(beta));
        for loss in LOSSES {
            let options = DpoOptions::new(loss).beta(beta);
            let found = dpo_loss(&batch.pairs(), &options).unwrap();
            let f = |policy: &[f64]| dpo_loss(&batch.with_policy(policy).pairs(), &options).unwrap().loss;
            is_gradient(f, &batch.policy(), &both(&found));
        }
    }

    #[test]
    fn divergence_gradients_are_derivatives(batch in batch(3.0), beta in 0.05..0.3) {
        for (loss, divergence) in OF_DIFFERENCE.into_iter().flat_map(|l| DIVERGENCES.map(|d| (l, d))) {
            let options = DpoOptions::new(loss).beta(beta).divergence(divergence);
            let found = dpo_loss(&batch.pairs(), &options).unwrap();
            if loss == DpoLoss::Hinge && found.losses.iter().any(|&l| l < 0.2) {
                continue; // near the kink
            }
            let f = |policy: &[f64]| dpo_loss(&batch.with_policy(policy).pairs(), &options).unwrap().loss;
            is_gradient(f, &batch.policy(), &both(&found));
        }
    }

    #[test]
    fn objectives_stay_finite(batch in batch(1e4), scores in vec(-1e4..1e4, 1..6), labels in vec(0.0..1.0, 6)) {
        let pairs = batch.pairs();
        for loss in LOSSES {
            let found = dpo_loss(&pairs, &DpoOptions::new(loss)).unwrap();
            prop_assert!(both(&found).iter().chain(&found.losses).all(|x| x.is_finite()));
        }
        // Squares of exponentials are beyond any format; all other losses of a transformed difference are finite.
        for (loss, divergence) in OF_DIFFERENCE.into_iter().flat_map(|l| DIVERGENCES.map(|d| (l, d))) {
            let found = dpo_loss(&pairs, &DpoOptions::new(loss).divergence(divergence));
            match found {
                Ok(found) => prop_assert!(found.loss.is_finite()),
                Err(error) => {
                    let squared = loss == DpoLoss::Ipo && matches!(error, Error::Overflow { .. });
                    prop_assert!(squared, "{:?} {:?}: {}", loss, divergence, error);
                }
            }
        }
        let averages: Vec<f64> = batch.chosen.iter().map(|x| x - 1e-3).collect();
        let others: Vec<f64> = batch.rejected.iter().map(|x| x - 1e-3).collect();
        prop_assert!(simpo_loss(&averages, &others, &SimpoOptions::new()).is_ok());
        prop_assert!(orpo_loss(&averages, &others, &averages, 0.1).is_ok());
        prop_assert!(kto_loss(&scores, &averages, &others, &KtoOptions::new()).is_ok());
        let list = ScoredList::new(&labels[..scores.len()], &scores).unwrap();
        for loss in LIST_LOSSES {
            let found = lipo_loss(&list, loss, Reduction::Mean).unwrap();
            prop_assert!(found.loss.is_finite() && found.gradient.iter().all(|x| x.is_finite()));
        }
        let tokens = TregTokens { policy: &batch.chosen, reference: &batch.ref_chosen, rewards: &batch.rejected };
        prop_assert!(treg_loss(tokens, tokens, &TregOptions::new()).is_ok());
    }

    #[test]
    fn a_shift_of_both_responses_changes_nothing(batch in batch(30.0), by in -50.0..50.0, other in -50.0..50.0) {
        let shifted = |values: &[f64], by: f64| values.iter().map(|x| x + by).collect::<Vec<_>>();
        let moved = Batch {
            chosen: shifted(&batch.chosen, by),
            rejected: shifted(&batch.rejected, by),
            ref_chosen: shifted(&batch.ref_chosen, other),
            ref_rejected: shifted(&batch.ref_rejected, other),
            lengths: batch.lengths.clone(),
        };
        let losses = OF_DIFFERENCE.into_iter().chain([DpoLoss::Aot { smoothing: 0.1 }]);
        for options in losses.map(DpoOptions::new) {
            let (a, b) = (dpo_loss(&batch.pairs(), &options).unwrap(), dpo_loss(&moved.pairs(), &options).unwrap());
            prop_assert!(near(a.loss, b.loss, 1e-9));
            prop_assert!(both(&a).iter().zip(both(&b)).all(|(a, b)| near(*a, b, 1e-9)));
        }
    }

    #[test]
    fn the_vector_loop_equals_the_plain_formula(batch in batch(2e3), beta in 0.01..2.0, label in 0.0..=1.0) {
        let pairs = batch.pairs();
        let found = soft_label_loss(&pairs, SoftLabels::same(label).unwrap(), beta).unwrap();
        for (loss, (a, b)) in found.losses.iter().zip(batch.log_ratios()) {
            let (won, lost) = plain_soft_label(beta * (a - b), label);
            prop_assert!((loss - won - lost).abs() <= 8.0 * f64::EPSILON * (won + lost) + 1e-307);
        }
        prop_assert_eq!(soft_label_mean(&pairs, SoftLabels::same(label).unwrap(), beta).unwrap(), found.loss);
    }

    #[test]
    fn one_loss_under_many_names(batch in batch(30.0), beta in 0.01..1.0, label in 0.0..=1.0) {
        let pairs = batch.pairs();
        let n = batch.chosen.len();
        let labels = vec![label; n];
        let soft = soft_label_loss(&pairs, SoftLabels::each(&labels).unwrap(), beta).unwrap();
        prop_assert_eq!(&cream_loss(&pairs, SoftLabels::same(label).unwrap(), beta).unwrap(), &soft);
        prop_assert_eq!(&osp_spce_loss(&pairs, &labels, beta).unwrap().objective, &soft);
        let smoothed = DpoOptions::new(DpoLoss::Cdpo { smoothing: 1.0 - label }).beta(beta);
        let cdpo = dpo_loss(&pairs, &smoothed).unwrap();
        prop_assert!(near(cdpo.loss, soft.loss, 1e-13));
        let dpo = dpo_loss(&pairs, &DpoOptions::new(DpoLoss::Sigmoid).beta(beta)).unwrap();
        let hard = DpoOptions::new(DpoLoss::Robust { smoothing: 0.0 }).beta(beta);
        prop_assert_eq!(&dpo_loss(&pairs, &hard).unwrap(), &dpo);
        let generated = Generated { policy: &batch.chosen, reference: None };
        let selm = selm_loss(&pairs, generated, &SelmOptions::new().beta(beta).alpha(0.0)).unwrap();
        prop_assert_eq!(&selm.objective, &dpo);
        let reverse = DpoOptions::new(DpoLoss::Sigmoid).beta(beta).divergence(Divergence::Alpha(1.0));
        prop_assert!(near(dpo_loss(&pairs, &reverse).unwrap().loss, dpo.loss, 1e-13));
        // SimPO is DPO whose reference gives both responses the same.
        let even = vec![0.0; n];
        let no_reference = PairLogProbs::new((&batch.chosen, &batch.rejected), (&even, &even)).unwrap();
        let simpo = SimpoOptions::new().beta(beta).gamma(0.0).label_smoothing(1.0 - label);
        let averages = simpo_loss(&batch.chosen, &batch.rejected, &simpo).unwrap();
        let with = soft_label_loss(&no_reference, SoftLabels::same(label).unwrap(), beta).unwrap();
        prop_assert!(near(averages.loss, with.loss, 1e-13));
    }

    #[test]
    fn pairs_may_come_in_any_order(batch in batch(30.0), seed in any::<u64>()) {
        let n = batch.chosen.len();
        let place = |i: usize| (i + seed as usize % n) % n;
        let turned = |values: &[f64]| (0..n).map(|i| values[place(i)]).collect::<Vec<_>>();
        let moved = Batch {
            chosen: turned(&batch.chosen),
            rejected: turned(&batch.rejected),
            ref_chosen: turned(&batch.ref_chosen),
            ref_rejected: turned(&batch.ref_rejected),
            lengths: (0..n).map(|i| batch.lengths[place(i)]).collect(),
        };
        for options in LOSSES.map(DpoOptions::new) {
            let (a, b) = (dpo_loss(&batch.pairs(), &options).unwrap(), dpo_loss(&moved.pairs(), &options).unwrap());
            prop_assert!(near(a.loss, b.loss, 1e-12));
            prop_assert!(turned(&a.grad_chosen).iter().zip(&b.grad_chosen).all(|(a, b)| near(*a, *b, 1e-12)));
        }
    }

    #[test]
    fn gradients_without_a_reference_are_derivatives(
        chosen in log_probs(4),
        rejected in log_probs(4),
        kl in -2.0..2.0,
    ) {
        let at = [&chosen[..], &rejected].concat();
        let simpo = SimpoOptions::new().label_smoothing(0.1);
        let found = simpo_loss(&chosen, &rejected, &simpo).unwrap();
        is_gradient(|x| simpo_loss(&x[..4], &x[4..], &simpo).unwrap().loss, &at, &both(&found));
        let nll = [1.0, 2.0, 3.0, 4.0];
        let orpo = |x: &[f64]| orpo_loss(&x[..4], &x[4..], &nll, 0.2).unwrap().objective;
        is_gradient(|x| orpo(x).loss, &at, &both(&orpo(&at)));
        let kto = |x: &[f64]| {
            let options = KtoOptions::new().beta(0.5).desirable_weight(1.3).undesirable_weight(0.7);
            kto_loss(&x[..4], &x[4..], &[kl], &options).unwrap()
        };
        let found = kto(&at);
        is_gradient(|x| kto(x).loss, &at, &[found.grad_desirable, found.grad_undesirable].concat());
    }

    #[test]
    fn list_gradients_are_derivatives((labels, scores) in list(4.0)) {
        for (loss, reduction) in LIST_LOSSES.into_iter().flat_map(|l| [(l, Reduction::Sum), (l, Reduction::Mean)]) {
            let of = |scores: &[f64]| {
                lipo_loss(&ScoredList::new(&labels, scores).unwrap(), loss, reduction).unwrap()
            };
            is_gradient(|s| of(s).loss, &scores, &of(&scores).gradient);
        }
        let rrhf = |scores: &[f64]| rrhf_loss(&ScoredList::new(&labels, scores).unwrap(), 3.0, 2.0).unwrap();
        is_gradient(|s| rrhf(s).loss, &scores, &rrhf(&scores).gradient);
    }

    #[test]
    fn lists_of_two_are_pairs(w in -20.0..20.0, l in -20.0..20.0, high in 0.5..1.0, low in 0.0..0.4) {
        let (labels, scores) = ([high, low], [w, l]);
        let list = ScoredList::new(&labels, &scores).unwrap();
        let of = |loss| lipo_loss(&list, loss, Reduction::Sum).unwrap();
        let pairs = PairLogProbs::new((&scores[..1], &scores[1..]), (&[0.0], &[0.0])).unwrap();
        let pair = |loss| dpo_loss(&pairs, &DpoOptions::new(loss).beta(1.0)).unwrap();
        let dpo = pair(DpoLoss::Sigmoid);
        let same = |list: &[f64], pair: &PairObjective, weight: f64| {
            list.iter().zip(both(pair)).all(|(a, b)| near(*a, weight * b, 1e-12))
        };
        for loss in [ListLoss::PairLogistic, ListLoss::ListMle] {
            let found = of(loss);
            prop_assert!(near(found.loss, dpo.loss, 1e-12) && same(&found.gradient, &dpo, 1.0));
        }
        let (slic, hinge) = (of(ListLoss::PairHinge), pair(DpoLoss::Hinge));
        prop_assert!(near(slic.loss, hinge.loss, 1e-12) && same(&slic.gradient, &hinge, 1.0));
        let lambda = of(ListLoss::Lambda { discount: Discount::Ln, list_scale: false });
        let weight = lipo_lambda_weights(&list, Discount::Ln).unwrap().weights[0][1];
        prop_assert!(near(lambda.loss, weight * dpo.loss, 1e-12) && same(&lambda.gradient, &dpo, weight));
        let hard = ScoredList::new(&[1.0, 0.0], &scores).unwrap();
        let softmax = lipo_loss(&hard, ListLoss::Softmax, Reduction::Sum).unwrap();
        prop_assert!(near(softmax.loss, dpo.loss, 1e-12) && same(&softmax.gradient, &dpo, 1.0));
    }

    #[test]
    fn lists_may_come_in_any_order((labels, scores) in list(4.0), by in -9.0..9.0) {
        let turned = |values: &[f64]| [&values[1..], &values[..1]].concat();
        let (list, moved) = ((labels.clone(), scores.clone()), (turned(&labels), turned(&scores)));
        for loss in LIST_LOSSES {
            let of = |(labels, scores): &(Vec<f64>, Vec<f64>)| {
                lipo_loss(&ScoredList::new(labels, scores).unwrap(), loss, Reduction::Sum).unwrap()
            };
            let (a, b) = (of(&list), of(&moved));
            prop_assert!(near(a.loss, b.loss, 1e-12));
            prop_assert!(turned(&a.gradient).iter().zip(&b.gradient).all(|(a, b)| near(*a, *b, 1e-12)));
            if !matches!(loss, ListLoss::PointMse | ListLoss::PointSigmoid) {
                // Only differences of scores count.
                let shifted = of(&(labels.clone(), scores.iter().map(|s| s + by).collect()));
                prop_assert!(near(a.loss, shifted.loss, 1e-9));
                prop_assert!(a.gradient.iter().sum::<f64>().abs() < 1e-9);
            }
        }
        let list = ScoredList::new(&labels, &scores).unwrap();
        let ndcg = lipo_dcg(&list, None, Discount::Log2).unwrap().ndcg.unwrap();
        prop_assert!((0.0..=1.0 + 1e-12).contains(&ndcg));
        let ideal = ScoredList::new(&labels, &labels).unwrap();
        prop_assert!(near(lipo_dcg(&ideal, None, Discount::Ln).unwrap().ndcg.unwrap(), 1.0, 1e-12));
    }

    #[test]
    fn penalties_fall_to_zero_in_agreement(p in vec(0.1..0.9, 2..6), weight in 0.0..2.0) {
        let kinds = [
            PenaltyKind::SymmetricKl,
            PenaltyKind::JensenShannon,
            PenaltyKind::CrossEntropy,
            PenaltyKind::AgreementNll,
        ];
        for kind in kinds {
            let of = |p: &[f64]| scir_penalty(p, kind, weight).unwrap();
            is_gradient(|p| of(p).penalty, &p, &of(&p).gradient);
            prop_assert!(of(&p).consistency >= 0.0);
            let turned: Vec<f64> = p.iter().rev().map(|p| 1.0 - p).collect();
            prop_assert!(near(of(&turned).penalty, of(&p).penalty, 1e-9));
        }
        let same = vec![p[0]; p.len()];
        prop_assert!(scir_penalty(&same, PenaltyKind::SymmetricKl, 0.0).unwrap().penalty.abs() < 1e-12);
        prop_assert!(scir_penalty(&same, PenaltyKind::JensenShannon, 0.0).unwrap().penalty < 1e-12);
    }

    #[test]
    fn what_is_kept_is_consistent(pairs in vec(vec(0.0..=1.0, 3), 1..20), least in 0.5..1.0) {
        let found = scir_filter(&pairs, least, Level::default()).unwrap();
        for ((pair, label), keep) in pairs.iter().zip(&found.labels).zip(&found.keep) {
            let side = |p: &f64| if *p > 0.5 { Some(Preferred::First) } else { Some(Preferred::Second) };
            prop_assert!(label.is_none() || pair.iter().all(|p| side(p) == *label));
            prop_assert!(!keep || label.is_some() && pair.iter().all(|p| p.max(1.0 - p) >= least));
        }
        prop_assert!(found.kept_rate.unwrap().value <= found.consistency_rate.unwrap().value);
        prop_assert!((0..3).all(|i| found.pairwise_agreement[i][i] == 1.0));
    }

    #[test]
    fn cut_gradients_are_derivatives(plain in log_probs(5), negative in log_probs(5), gamma in 0.0..2.0) {
        let options = CutOptions::new().alpha(0.5).gamma(gamma);
        // With a positive context of its own the blamed tokens stay the same when the plain ones move.
        let positive = [-1.0, -2.0, -3.0, -1.5, -0.5];
        let of = |plain: &[f64]| cut_l1(plain, &negative, Some(&positive), &options).unwrap();
        is_gradient(|p| of(p).loss, &plain, &of(&plain).gradient);
        let sample = CutSample::Misaligned { plain: &plain, negative: &negative, positive: Some(&positive) };
        let total = cut_total(sample, &options).unwrap();
        prop_assert_eq!(&total.grad_plain, &of(&plain).gradient);
        prop_assert!(near(total.loss, total.l1 - negative.iter().sum::<f64>() / 5.0, 1e-12));

        let far = plain.iter().zip(&negative).all(|(p, n)| (n - p - 1.1f64.ln()).abs() > 0.01);
        prop_assume!(far);
        let of = |x: &[f64]| {
            let twin = CutBatchSample { align: &x[..5], misalign: Some(&x[5..]) };
            cut_code_batch_loss(&[twin, CutBatchSample { align: &positive, misalign: None }], 1.1, 0.5).unwrap()
        };
        let at = [&negative[..], &plain].concat();
        let found = of(&at);
        is_gradient(|x| of(x).loss, &at, &[&found.grad_align[0][..], &found.grad_misalign[0]].concat());
    }

    #[test]
    fn token_regularised_gradients_are_derivatives(
        chosen in log_probs(4),
        rejected in log_probs(3),
        rewards in vec(-0.5..0.5, 7),
        alpha in 0.0..1.0,
    ) {
        let (ref_chosen, ref_rejected) = ([-1.0, -2.0, -3.0, -1.5], [-0.5, -1.0, -4.0]);
        let at = [&chosen[..], &rejected].concat();
        let tokens = |x: &[f64], options: &TregOptions| {
            let w = TregTokens { policy: &x[..4], reference: &ref_chosen, rewards: &rewards[..4] };
            let l = TregTokens { policy: &x[4..], reference: &ref_rejected, rewards: &rewards[4..] };
            treg_loss(w, l, options).unwrap()
        };
        let gradient = |found: &probity::preference::TregObjective| {
            [&found.grad_chosen[..], &found.grad_rejected].concat()
        };
        for weighting in [TregWeighting::Static, TregWeighting::Dpo] {
            let options = TregOptions::new().alpha(alpha).weighting(weighting);
            let found = tokens(&at, &options);
            // The weight is a constant in the gradient.
            let fixed = |x: &[f64]| {
                let moved = tokens(x, &options);
                let regularisers = moved.regulariser_chosen + moved.regulariser_rejected;
                moved.sequence_loss + alpha * found.weight * regularisers
            };
            is_gradient(fixed, &at, &gradient(&found));
        }
        let simpo = |x: &[f64]| {
            let w = TregTokens { policy: &x[..4], reference: &[], rewards: &rewards[..4] };
            let l = TregTokens { policy: &x[4..], reference: &[], rewards: &rewards[4..] };
            treg_simpo_loss(w, l, &TregSimpoOptions::new().alpha(alpha)).unwrap()
        };
        let found = simpo(&at);
        let fixed = |x: &[f64]| {
            let moved = simpo(x);
            moved.sequence_loss + alpha * found.weight * (moved.regulariser_chosen + moved.regulariser_rejected)
        };
        is_gradient(fixed, &at, &gradient(&found));
    }

    #[test]
    fn selm_gradients_are_derivatives(batch in batch(20.0), alpha in 0.0..1.0) {
        let n = batch.chosen.len();
        let options = SelmOptions::new().beta(0.1).alpha(alpha);
        let of = |x: &[f64]| {
            let moved = batch.with_policy(&x[..2 * n]);
            let generated = Generated { policy: &x[2 * n..], reference: Some(&batch.ref_chosen) };
            selm_loss(&moved.pairs(), generated, &options).unwrap()
        };
        let at = [batch.policy(), batch.ref_rejected.clone()].concat();
        let found = of(&at);
        is_gradient(|x| of(x).objective.loss, &at, &[both(&found.objective), found.grad_generated].concat());
    }

    #[test]
    fn rankings_are_consistent_with_themselves(rewards in vec(-5i32..5, 2..9), other in vec(-5i32..5, 2..9)) {
        let of = |values: &[i32], f: fn(f64) -> f64| {
            values.iter().map(|&v| Some(f(v.into()))).collect::<Vec<_>>()
        };
        let n = rewards.len().min(other.len());
        let (current, previous) = (of(&rewards[..n], |v| v), of(&other[..n], |v| v));
        let methods = [
            ConsistencyMethod::Kendall,
            ConsistencyMethod::Spearman,
            ConsistencyMethod::TopOrder,
            ConsistencyMethod::TopOrderReleased,
        ];
        for method in methods {
            let value = |a: &[Option<f64>], b: &[Option<f64>]| cream_consistency(a, b, method).unwrap().unwrap();
            prop_assert_eq!(value(&current, &current), 1.0);
            prop_assert!((0.0..=1.0).contains(&value(&current, &previous)));
            prop_assert_eq!(value(&current, &previous), value(&previous, &current));
            // Any growing function of the rewards leaves the ranks alone.
            let grown = of(&rewards[..n], |v| v * v * v + 7.0);
            prop_assert_eq!(value(&grown, &previous), value(&current, &previous));
        }
        // Kendall's, pair by pair: a tie counts as growing in the order of the list.
        let ordered = |v: &[i32], i: usize, j: usize| v[i] <= v[j];
        let pairs = (0..n).flat_map(|j| (0..j).map(move |i| (i, j)));
        let alike = pairs.filter(|&(i, j)| ordered(&rewards, i, j) == ordered(&other, i, j)).count();
        let share = alike as f64 / (n * (n - 1) / 2) as f64;
        let found = cream_consistency(&current, &previous, ConsistencyMethod::Kendall).unwrap().unwrap();
        prop_assert!(near(found, share, 1e-15));
    }

    #[test]
    fn ranked_pairs_are_in_order(p in vec(0.0..=1.0, 0..9), least in 0.5..0.9) {
        let all = osp_ranked_pairs(&p, PairScheme::All, 0.5).unwrap();
        let n = p.len();
        prop_assert_eq!(all.pairs.len(), n * n.saturating_sub(1) / 2);
        prop_assert!(all.order.windows(2).all(|w| p[w[0]] >= p[w[1]] || (p[w[0]] - p[w[1]]).abs() < 1e-5));
        for scheme in
            [PairScheme::All, PairScheme::Adjacent, PairScheme::BestVersusRest, PairScheme::BestWorst, PairScheme::Fold]
        {
            let found = osp_ranked_pairs(&p, scheme, least).unwrap();
            prop_assert!(found.pairs.iter().all(|pair| all.pairs.contains(pair) && pair.strength >= least));
        }
    }

    #[test]
    fn masked_tokens_count_for_nothing(values in log_probs(6), mask in vec(any::<bool>(), 6)) {
        let kept: Vec<f64> = values.iter().zip(&mask).filter(|(_, m)| **m).map(|(v, _)| *v).collect();
        let hidden: Vec<f64> = values.iter().zip(&mask).map(|(v, m)| if *m { *v } else { f64::NAN }).collect();
        let found = TokenLogProbs::masked(&hidden, &mask).unwrap();
        prop_assert_eq!(&found, &TokenLogProbs::new(&kept).unwrap());
        match found.mean() {
            Ok(mean) => prop_assert!(near(mean * kept.len() as f64, found.sum(), 1e-12)),
            Err(error) => prop_assert!(kept.is_empty() && error.is_undefined()),
        }
    }
}
