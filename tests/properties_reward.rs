//! What holds of rewards, whatever the data: gradients are those of the values, fast paths equal their definitions,
//! tallies do not see splits, laws sum to one, objectives stay finite.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::inference::Level;
use probity::preference::PairLogProbs;
use probity::reward::{
    Combination, GapRewards, MmBenchItem, MmRewardBench, MmRewardModelOptions, MmRewardPairs, PitStopping,
    PpoOptions, PpoTokens, ReferenceMethod, RewardModelOptions, RewardScale, RewardScaling, RlhsCase,
    RlhsOption, RlhsUtility, S2sScoring, SharpeningPairs, SrAnswer, SrAsk, SrCuration, SrJudgments, SrLoop,
    SrLoopOptions, SrStrategy, aligned_law, best_of_n_law, combine_rewards, lsc_reference, lsc_transform,
    mm_dpo_loss, mm_rank_pairs, mm_reward_model_loss, pareto_frontier, pit_gap_loss, pit_iterate,
    pit_rl_objective, ppo_gae, ppo_loss, ppo_normalise_rewards, ppo_running_moments, ppo_whiten,
    reward_model_loss, rlhf_sharpening_loss, rlhs_goodhart, rlhs_true_utility, s2s_token_scores, sr_curate,
    tilted_law,
};
use probity::search::{Procedure, Step};
use probity::tally::{Moments, Tally};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn level() -> Level {
    Level::default()
}

/// Columns of the same length, numbers of up to `size`.
fn columns(size: f64, count: usize) -> impl Strategy<Value = Vec<Vec<f64>>> {
    (1usize..8).prop_flat_map(move |n| vec(vec(-size..size, n), count))
}

/// A law over a few outcomes, some of which may be impossible.
fn law() -> impl Strategy<Value = Vec<f64>> {
    vec(prop_oneof![1 => Just(0.0), 6 => 0.01..1.0f64], 1..8)
        .prop_filter("some mass", |weights| weights.iter().sum::<f64>() > 0.0)
        .prop_map(|weights| {
            let total: f64 = weights.iter().sum();
            weights.iter().map(|w| w / total).collect()
        })
}

/// Central differences of a function of several columns agree with a gradient.
fn assert_gradient(columns: &[Vec<f64>], gradient: &[&[f64]], value: impl Fn(&[Vec<f64>]) -> f64) {
    let step = 1e-4;
    for (c, gradient) in gradient.iter().enumerate() {
        assert_eq!(gradient.len(), columns[c].len());
        for (i, &analytic) in gradient.iter().enumerate() {
            let at = |h: f64| {
                let mut moved = columns.to_vec();
                moved[c][i] += h;
                value(&moved)
            };
            // Fourth order: the truncation error stays below the tolerance.
            let numeric = (8.0 * (at(step) - at(-step)) - (at(2.0 * step) - at(-2.0 * step))) / (12.0 * step);
            let scale = analytic.abs().max(1.0);
            assert!((numeric - analytic).abs() < 1e-6 * scale, "column {c}, row {i}: {numeric} {analytic}");
        }
    }
}

fn gaps(columns: &[Vec<f64>]) -> GapRewards<'_> {
    GapRewards { wl: &columns[0], ww: &columns[1], ll: &columns[2], lw: &columns[3] }
}

fn annotated<'a>(columns: &'a [Vec<f64>], ties: &'a [bool]) -> MmRewardPairs<'a> {
    let ties = Some(&ties[..columns[0].len()]);
    MmRewardPairs { chosen: &columns[0], rejected: &columns[1], ties, margins: Some(&columns[2]) }
}

/// Whether two judgments, chosen and rejected, make a pair.
type Rule<'a> = &'a dyn Fn(usize, usize) -> bool;

fn sharpening_pairs(columns: &[Vec<f64>]) -> SharpeningPairs<'_> {
    SharpeningPairs {
        policy: (&columns[0], &columns[1]),
        base: (&columns[2], &columns[3]),
        self_rewards: None,
    }
}

fn tokens<'a>(columns: &'a [Vec<f64>], mask: &'a [bool]) -> PpoTokens<'a> {
    PpoTokens {
        log_probs: &columns[0],
        values: &columns[1],
        old_log_probs: &columns[2],
        old_values: &columns[3],
        advantages: &columns[4],
        returns: &columns[5],
        mask: &mask[..columns[0].len()],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn gradients_of_reward_models(
        table in columns(4.0, 4),
        ties in vec(any::<bool>(), 8),
        guard in prop_oneof![Just(0.0), Just(1e-5), Just(0.1)],
    ) {
        let options = RewardModelOptions { guard, language_loss: 1.5, language_weight: 0.5 };
        let loss = |t: &[Vec<f64>]| reward_model_loss(&t[0], &t[1], &options).unwrap();
        let found = loss(&table);
        assert_gradient(&table, &[&found.grad_chosen, &found.grad_rejected], |t| loss(t).loss);

        let options = MmRewardModelOptions { tie_weight: 0.5, centering: 0.1, ..Default::default() };
        let loss = |t: &[Vec<f64>]| mm_reward_model_loss(&annotated(t, &ties), &options).unwrap();
        let found = loss(&table);
        assert_gradient(&table, &[&found.grad_chosen, &found.grad_rejected], |t| loss(t).loss);

        let found = pit_gap_loss(&gaps(&table)).unwrap();
        let gradient = [&found.grad_wl[..], &found.grad_ww, &found.grad_ll, &found.grad_lw];
        assert_gradient(&table, &gradient, |t| pit_gap_loss(&gaps(t)).unwrap().loss);
    }

    #[test]
    fn gradients_of_policies(table in columns(4.0, 5), beta in 0.05..1.0f64, certainty in 0.0..=1.0f64) {
        let betas: Vec<f64> = table[4].iter().map(|b| 0.1 + b.abs()).collect();
        let loss = |t: &[Vec<f64>]| {
            let pairs = PairLogProbs::new((&t[0], &t[1]), (&t[2], &t[3])).unwrap();
            mm_dpo_loss(&pairs, &betas, certainty).unwrap()
        };
        let found = loss(&table);
        assert_gradient(&table, &[&found.grad_chosen, &found.grad_rejected], |t| loss(t).loss);

        let loss = |t: &[Vec<f64>]| rlhf_sharpening_loss(&sharpening_pairs(t), beta).unwrap();
        let found = loss(&table);
        assert_gradient(&table, &[&found.grad_first, &found.grad_second], |t| loss(t).loss);

        let objective = |t: &[Vec<f64>]| pit_rl_objective(&t[0], &t[1], &t[2], beta).unwrap();
        let found = objective(&table);
        let n = table[0].len();
        let gradient = [vec![found.grad_gap; n], vec![found.grad_log_prob; n]];
        assert_gradient(&table, &[&gradient[0], &gradient[1]], |t| objective(t).objective);
    }

    #[test]
    fn gradients_of_ppo(table in columns(1.0, 6), mask in vec(any::<bool>(), 8), clip in any::<bool>()) {
        prop_assume!(mask[..table[0].len()].contains(&true));
        // No value near a kink: where the clips begin, and where the clipped square passes the free one.
        for (i, log_prob) in table[0].iter().enumerate() {
            let ratio = (log_prob - table[2][i]).exp();
            let (moved, error) = (table[1][i] - table[3][i], table[1][i] - table[5][i]);
            let clipped = table[3][i] + moved.clamp(-0.2, 0.2) - table[5][i];
            prop_assume!((ratio - 0.8).abs() > 1e-2 && (ratio - 1.2).abs() > 1e-2);
            prop_assume!((moved.abs() - 0.2).abs() > 1e-2 && table[4][i].abs() > 1e-3);
            prop_assume!(moved.abs() < 0.2 || (error.abs() - clipped.abs()).abs() > 1e-2);
        }
        let options = PpoOptions::new().clip_policy(clip).clip_value(clip).value_weight(0.5);
        let loss = |t: &[Vec<f64>]| ppo_loss(&tokens(t, &mask), &options).unwrap();
        let found = loss(&table);
        assert_gradient(&table, &[&found.grad_log_probs, &found.grad_values], |t| loss(t).loss);
    }

    #[test]
    fn gradients_of_combined_rewards(table in columns(6.0, 3), weights in vec(-2.0..2.0f64, 3)) {
        for (combination, weights) in [
            (Combination::LscSum, Some(&weights[..])),
            (Combination::RawSum, None),
            (Combination::CentredSum, Some(&weights[..])),
            (Combination::Min, None),
        ] {
            if combination == Combination::Min {
                // No two properties near each other.
                let near = |i: usize| [(0, 1), (0, 2), (1, 2)].iter().any(|&(a, b)| (table[a][i] - table[b][i]).abs() < 1e-2);
                prop_assume!(!(0..table[0].len()).any(near));
            }
            let combine = |t: &[Vec<f64>]| combine_rewards(t, &[0.0; 3], combination, weights).unwrap();
            let found = combine(&table);
            let gradient: Vec<&[f64]> = found.gradient.iter().map(Vec::as_slice).collect();
            // The value of a response depends on its own rewards only, so the sum has the same derivatives.
            assert_gradient(&table, &gradient, |t| combine(t).values.iter().sum());
        }
    }

    #[test]
    fn objectives_stay_finite(table in columns(1e4, 6), ties in vec(any::<bool>(), 8)) {
        for guard in [0.0, 1e-5] {
            let options = RewardModelOptions { guard, ..RewardModelOptions::default() };
            prop_assert!(reward_model_loss(&table[0], &table[1], &options).unwrap().loss.is_finite());
        }
        let options = MmRewardModelOptions::default();
        prop_assert!(mm_reward_model_loss(&annotated(&table, &ties), &options).unwrap().loss.is_finite());
        prop_assert!(pit_gap_loss(&gaps(&table)).unwrap().loss.is_finite());
        prop_assert!(rlhf_sharpening_loss(&sharpening_pairs(&table), 0.1).unwrap().loss.is_finite());
        let pairs = PairLogProbs::new((&table[0], &table[1]), (&table[2], &table[3])).unwrap();
        let betas = vec![0.1; table[0].len()];
        prop_assert!(mm_dpo_loss(&pairs, &betas, 1.0).unwrap().loss.is_finite());
        prop_assert!(combine_rewards(&table, &[0.0; 6], Combination::LscSum, None).is_ok());
        let base = vec![1.0 / table[0].len() as f64; table[0].len()];
        let aligned = aligned_law(&base, &table[0], 1e-3).unwrap();
        prop_assert!((aligned.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // A probability ratio of e¹⁰⁰⁰⁰ is no number: PPO says so or answers.
        let all = [true; 8];
        if let Ok(found) = ppo_loss(&tokens(&table, &all), &PpoOptions::new()) {
            prop_assert!(found.loss.is_finite() && found.approx_kl >= 0.0);
        }
    }

    #[test]
    fn log_sigmoid_keeps_order_and_conjoins(table in columns(50.0, 3), reference in -5.0..5.0f64) {
        let lsc = lsc_transform(&table[0], &vec![reference; table[0].len()]).unwrap();
        for (i, a) in lsc.iter().enumerate() {
            prop_assert!((a.utility.exp() - a.probability_good).abs() < 1e-14);
            for (j, b) in lsc.iter().enumerate() {
                if table[0][i] < table[0][j] {
                    prop_assert!(a.utility <= b.utility && a.derivative >= b.derivative);
                }
            }
        }
        // Far from the references the sum is a logical AND: certain if all properties are good, impossible if one is not.
        let far: Vec<Vec<f64>> =
            table.iter().map(|row| row.iter().map(|r| r.signum() * (100.0 + r.abs())).collect()).collect();
        let found = combine_rewards(&far, &[0.0; 3], Combination::LscSum, None).unwrap();
        let good = found.probability_all_good.unwrap();
        let least = combine_rewards(&far, &[0.0; 3], Combination::Min, None).unwrap();
        for i in 0..good.len() {
            let all = far.iter().all(|row| row[i] > 0.0);
            prop_assert!((good[i] - f64::from(u8::from(all))).abs() < 1e-12);
            // Nothing makes up for the worst property.
            prop_assert!(found.values[i] <= least.values[i].min(0.0));
        }
    }

    #[test]
    fn advantages_are_discounted_sums(table in columns(3.0, 2), gamma in 0.0..=1.0f64, lambda in 0.0..=1.0f64) {
        let (rewards, values) = (&table[0], &table[1]);
        let n = rewards.len();
        let found = ppo_gae(rewards, values, gamma, lambda).unwrap();
        let value = |t: usize| values.get(t).copied().unwrap_or(0.0);
        for (t, advantage) in found.advantages.iter().enumerate() {
            let delta = |k: usize| rewards[k] + gamma * value(k + 1) - value(k);
            let sum: f64 = (t..n).map(|k| (gamma * lambda).powi((k - t) as i32) * delta(k)).sum();
            prop_assert!((advantage - sum).abs() < 1e-12);
            prop_assert_eq!(found.returns[t], advantage + values[t]);
        }
        let plain = ppo_gae(rewards, values, 1.0, 1.0).unwrap();
        prop_assert!((plain.returns[0] - rewards.iter().sum::<f64>()).abs() < 1e-12);
    }

    #[test]
    fn whitened_values_have_mean_0_and_variance_1(
        table in vec((-50.0..50.0f64, any::<bool>()), 2..30),
    ) {
        let (values, mask): (Vec<f64>, Vec<bool>) = table.into_iter().unzip();
        prop_assume!(mask.contains(&true));
        let active = |values: &[f64]| -> Vec<f64> {
            values.iter().zip(&mask).filter(|(_, on)| **on).map(|(v, _)| *v).collect()
        };
        let found = ppo_whiten(&values, &mask, false).unwrap();
        let kept = ppo_whiten(&values, &mask, true).unwrap();
        let whitened = active(&found.values);
        let n = whitened.len() as f64;
        let mean = whitened.iter().sum::<f64>() / n;
        let variance = whitened.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
        prop_assert!(mean.abs() < 1e-9);
        prop_assert!((variance - found.variance / (found.variance + 1e-6)).abs() < 1e-9);
        for (shifted, kept) in found.values.iter().zip(&kept.values) {
            prop_assert!((shifted + found.mean - kept).abs() < 1e-9);
        }
    }

    #[test]
    fn scale_of_rewards_does_not_see_batches(
        batches in vec(vec(-20.0..20.0f64, 1..6), 1..6),
        offset in prop_oneof![Just(0.0), Just(1e6)],
    ) {
        let batches: Vec<Vec<f64>> =
            batches.into_iter().map(|b| b.into_iter().map(|r| r + offset).collect()).collect();
        let all = batches.concat();
        prop_assume!(all.len() > 1);
        let mut whole = Moments::default();
        all.iter().for_each(|&r| whole.record(r).unwrap());
        let mut merged = Moments::default();
        for batch in batches.iter().rev() {
            let mut part = Moments::default();
            batch.iter().for_each(|&r| part.record(r).unwrap());
            merged.merge(&part).unwrap();
        }
        let scale = RewardScale::from_moments(&whole).unwrap();
        prop_assert_eq!(scale, RewardScale::from_moments(&merged).unwrap());
        let normalised = ppo_normalise_rewards(&[&all], RewardScaling::Normalise, None).unwrap().remove(0);
        let n = normalised.len() as f64;
        prop_assert!((normalised.iter().sum::<f64>() / n).abs() < 1e-9);
        let variance = normalised.iter().map(|r| r * r).sum::<f64>() / (n - 1.0);
        let constant = all.iter().all(|r| *r == all[0]);
        prop_assert!((variance - f64::from(u8::from(!constant))).abs() < 1e-6);

        // The released updates, batch by batch.
        prop_assume!(batches[0].len() > 1);
        let (mut mean, mut var, mut count) = (0.0, 1.0, 1e-24);
        for (batch, log) in batches.iter().zip(ppo_running_moments(&batches).unwrap()) {
            let n = batch.len() as f64;
            let batch_mean = batch.iter().sum::<f64>() / n;
            let batch_var = batch.iter().map(|r| (r - batch_mean).powi(2)).sum::<f64>() / n;
            let (delta, total) = (batch_mean - mean, count + n);
            var = (batch_var * n + var * count + delta * delta * count * n / total) / total;
            mean += delta * n / total;
            count = total;
            prop_assert!((log.mean - mean).abs() <= 1e-12 * mean.abs().max(1.0));
            let std = (var * total / (total - 1.0)).sqrt();
            // The released updates lose digits of a variance beside a large mean.
            prop_assert!((log.standard_deviation.unwrap() - std).abs() < 1e-6);
        }
    }

    #[test]
    fn clipped_rewards_stay_within(batch in vec(-20.0..20.0f64, 2..20), clip in 0.1..3.0f64) {
        for scaling in [RewardScaling::Scale, RewardScaling::Normalise] {
            let free = ppo_normalise_rewards(&[&batch], scaling, None).unwrap().remove(0);
            let found = ppo_normalise_rewards(&[&batch], scaling, Some(clip)).unwrap().remove(0);
            for (free, clipped) in free.iter().zip(found) {
                prop_assert_eq!(free.clamp(-clip, clip), clipped);
            }
        }
    }

    #[test]
    fn laws_sum_to_one(base in law(), n in 1u64..5_000, beta in 0.01..50.0f64, utility in -30.0..30.0f64) {
        let total = |law: &[f64]| law.iter().sum::<f64>();
        let best = best_of_n_law(&base, n).unwrap();
        let tilted = tilted_law(&base, beta).unwrap();
        let utilities: Vec<f64> = (0..base.len()).map(|i| utility * (i as f64).sin()).collect();
        let aligned = aligned_law(&base, &utilities, beta).unwrap();
        for law in [&best.probabilities, &tilted.probabilities, &aligned.probabilities] {
            prop_assert!((total(law) - 1.0).abs() < 1e-9);
            prop_assert!(law.iter().zip(&base).all(|(q, p)| *q >= 0.0 && (*p > 0.0 || *q == 0.0)));
        }
        // Sharpening never moves mass away from the most likely responses, and both divergences obey their bounds.
        let n = n as f64;
        let start = best_of_n_law(&base, 1).unwrap();
        prop_assert!(best.kl <= n.ln() - (n - 1.0) / n + 1e-9);
        prop_assert!(best.maximiser_mass >= start.maximiser_mass - 1e-9);
        prop_assert!(tilted.maximiser_mass >= start.maximiser_mass - 1e-9);
        prop_assert!(best.expected_self_reward >= start.expected_self_reward - 1e-9);
        for (one, p) in start.probabilities.iter().zip(&base) {
            prop_assert!((one - p).abs() < 1e-12);
        }
        // At its optimum the regularised utility is the partition's logarithm.
        let value = aligned.expected_utility - beta * aligned.kl;
        prop_assert!((value - beta * aligned.ln_partition).abs() < 1e-9 * value.abs().max(1.0));
    }

    #[test]
    fn best_of_three_by_enumeration(base in law()) {
        let (found, k) = (best_of_n_law(&base, 3).unwrap(), base.len());
        let mut counted = vec![0.0; k];
        for draw in 0..k.pow(3) {
            let picks = [draw % k, draw / k % k, draw / k / k];
            let mass: f64 = picks.iter().map(|&i| base[i]).product();
            let peak = picks.iter().map(|&i| base[i]).fold(0.0, f64::max);
            // Equally likely winners share.
            let winners: Vec<usize> = picks.into_iter().filter(|&i| base[i] == peak).collect();
            winners.iter().for_each(|&i| counted[i] += mass / winners.len() as f64);
        }
        for (exact, counted) in found.probabilities.iter().zip(counted) {
            prop_assert!((exact - counted).abs() < 1e-12);
        }
    }

    #[test]
    fn references_are_quantiles(mut rewards in vec(-9.0..9.0f64, 1..30), q in 0.0..=1.0f64) {
        let found = lsc_reference(&rewards, q, ReferenceMethod::Empirical).unwrap();
        rewards.reverse();
        prop_assert_eq!(found, lsc_reference(&rewards, q, ReferenceMethod::Empirical).unwrap());
        let below = rewards.iter().filter(|r| **r < found).count() as f64;
        let above = rewards.iter().filter(|r| **r > found).count() as f64;
        let n = rewards.len() as f64;
        prop_assert!(below <= q * (n - 1.0) + 1.0 && above <= (1.0 - q) * (n - 1.0) + 1.0);
    }

    #[test]
    fn frontier_by_definition(points in vec((0u8..6, 0u8..6), 0..30)) {
        let points: Vec<(f64, f64)> = points.into_iter().map(|(kl, win)| (kl.into(), win.into())).collect();
        let beaten = |&(kl, win): &(f64, f64)| points.iter().any(|p| p.0 <= kl && p.1 >= win && *p != (kl, win));
        let naive: Vec<usize> = (0..points.len()).filter(|&i| !beaten(&points[i])).collect();
        prop_assert_eq!(pareto_frontier(&points).unwrap(), naive);
    }

    #[test]
    fn rank_pairs_by_definition(ranks in vec(0u8..5, 0..12)) {
        let found: Vec<(usize, usize)> = mm_rank_pairs(&ranks).iter().map(|p| (p.chosen, p.rejected)).collect();
        let n = ranks.len();
        let naive: Vec<(usize, usize)> = (0..n * n).map(|i| (i / n, i % n)).filter(|&(i, j)| ranks[i] < ranks[j]).collect();
        prop_assert_eq!(found, naive);
    }

    #[test]
    fn reward_bench_does_not_see_splits(
        items in vec((0u8..5, 0u8..3, -1i8..2), 1..40),
        at in any::<prop::sample::Index>(),
    ) {
        let tally = |items: &[(u8, u8, i8)]| {
            let mut bench = MmRewardBench::default();
            for &(id, category, reward) in items {
                let (id, category) = (id.to_string(), category.to_string());
                let item = MmBenchItem { id: &id, category: &category, chosen: reward.into(), rejected: 0.0 };
                bench.record(item).unwrap();
            }
            bench
        };
        let whole = tally(&items);
        let (left, right) = items.split_at(at.index(items.len()));
        for (first, second) in [(tally(left), tally(right)), (tally(right), tally(left))] {
            let mut merged: MmRewardBench =
                serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
            merged.merge(&second).unwrap();
            prop_assert_eq!(&merged, &whole);
        }
        let found = whole.overall(level()).unwrap();
        prop_assert_eq!(found.acc.items, whole.records());
        // By definition, question by question.
        let ids: Vec<u8> = (0..5).filter(|id| items.iter().any(|item| item.0 == *id)).collect();
        let solved = ids.iter().filter(|id| items.iter().all(|item| item.0 != **id || item.2 > 0)).count();
        prop_assert_eq!(found.acc_plus.items, ids.len() as u64);
        prop_assert!((found.acc_plus.value - solved as f64 / ids.len() as f64).abs() < 1e-15);
        let of_categories: u64 =
            whole.categories().iter().map(|c| whole.category(c, level()).unwrap().acc.items).sum();
        prop_assert_eq!(of_categories, whole.records());
    }

    #[test]
    fn curation_by_definition(
        scores in vec(option::of(1u8..=5), 0..12),
        gold in 1u8..=5,
        margin in prop_oneof![Just(0.0), Just(1.0), Just(1.5), Just(2.0)],
        cap in option::of(0usize..6),
    ) {
        let n = scores.len();
        let meta: Vec<Option<f64>> = scores.iter().rev().map(|s| s.map(f64::from)).collect();
        let judgments =
            SrJudgments { scores: scores.clone(), gold: Some(gold), meta_scores: Some(meta.clone()) };
        let gold_pair = |i: usize, j: usize| match (scores[i], scores[j]) {
            (Some(a), Some(b)) => a == gold && b != gold && f64::from(b.abs_diff(gold)) >= margin,
            _ => false,
        };
        let meta_pair = |i: usize, j: usize| match (meta[i], meta[j]) {
            (Some(a), Some(b)) => scores[i].is_some() && scores[j].is_some() && a > b && a - b >= margin,
            _ => false,
        };
        let rules: [(SrStrategy, Rule<'_>); 2] =
            [(SrStrategy::CorrectAnswer, &gold_pair), (SrStrategy::MetaJudge, &meta_pair)];
        for (strategy, is_pair) in rules {
            let curation = SrCuration { strategy, margin, max_pairs: cap };
            let found = sr_curate(&judgments, &curation).unwrap();
            let found: Vec<(usize, usize)> = found.pairs.iter().map(|p| (p.chosen, p.rejected)).collect();
            let all = (0..n * n).map(|i| (i / n, i % n)).filter(|&(i, j)| is_pair(i, j));
            prop_assert_eq!(found, all.take(cap.unwrap_or(usize::MAX)).collect::<Vec<_>>());
        }
        // A majority curates as its score would as the gold one.
        let curation = SrCuration { strategy: SrStrategy::Majority, margin, max_pairs: cap };
        let found = sr_curate(&judgments, &curation).unwrap();
        match found.target {
            None => prop_assert!(found.pairs.is_empty()),
            Some(target) => {
                let with_gold = SrJudgments { gold: Some(target), ..judgments };
                let curation = SrCuration { strategy: SrStrategy::CorrectAnswer, ..curation };
                prop_assert_eq!(found, sr_curate(&with_gold, &curation).unwrap());
            }
        }
    }

    #[test]
    fn loop_asks_for_every_input_and_round(inputs in 1usize..5, iterations in 1usize..4) {
        let curation = SrCuration::new(SrStrategy::Majority);
        let options = SrLoopOptions { iterations, ..SrLoopOptions::new(curation) };
        let mut run = SrLoop::new(inputs, options).unwrap();
        let (mut judged, mut trained) = (0, 0);
        let done = loop {
            match run.step() {
                Step::Done(done) => break done,
                Step::Ask(SrAsk::Judge { iteration, input, .. }) => {
                    prop_assert_eq!((iteration, input), (trained, judged % inputs));
                    judged += 1;
                    prop_assert!(run.answer(SrAnswer::Trained).is_err());
                    let judgments = SrJudgments { scores: vec![Some(3)], ..SrJudgments::default() };
                    run.answer(SrAnswer::Judgments(judgments)).unwrap();
                }
                Step::Ask(SrAsk::Train { pairs, .. }) => {
                    prop_assert_eq!(pairs.len(), inputs);
                    trained += 1;
                    prop_assert!(run.answer(SrAnswer::Judgments(SrJudgments::default())).is_err());
                    run.answer(SrAnswer::Trained).unwrap();
                }
            }
        };
        prop_assert_eq!((judged, trained, done.len()), (inputs * iterations, iterations, iterations));
        prop_assert!(run.answer(SrAnswer::Trained).is_err());
    }

    #[test]
    fn token_scores_by_definition(
        response in vec(0u8..3, 0..12),
        correction in vec(0u8..3, 0..12),
        noise in vec(0u8..3, 12),
    ) {
        let next = &noise[..response.len()];
        let found = s2s_token_scores(&response, &correction, Some(next), &S2sScoring::default()).unwrap();
        let kept = (0..response.len()).take_while(|&t| correction.get(t) == Some(&response[t])).count();
        for (t, &score) in found.scores.iter().enumerate() {
            let expected = if t < kept {
                1.0
            } else if next[t] == response[t] {
                0.0
            } else {
                -1.0
            };
            prop_assert_eq!(score, expected);
        }
        prop_assert_eq!(found.divergence.is_none(), response == correction);
        prop_assert_eq!(found.sequence_score, found.positive as f64 - found.negative as f64);
    }

    #[test]
    fn rounds_keep_the_best(gaps in vec(-3.0..3.0f64, 0..10), max_iterations in 0usize..8) {
        let found = pit_iterate(&gaps, PitStopping { max_iterations, stop_below: None }).unwrap();
        prop_assert_eq!(found.iterations, gaps.len().min(max_iterations));
        let best = found.cumulative[found.best_iteration];
        prop_assert!(found.cumulative.iter().all(|q| *q <= best));
        prop_assert!(found.cumulative[..found.best_iteration].iter().all(|q| *q < best));
    }

    #[test]
    fn utilities_and_gaps(
        shop in vec((1.0..2000.0f64, -1i8..2), 1..5),
        choice in any::<prop::sample::Index>(),
        mut episodes in vec((option::of(-1.0..1.0f64), option::of(-1.0..1.0f64)), 1..20),
    ) {
        let case = |code| match code {
            1 => RlhsCase::Has,
            0 => RlhsCase::NotStated,
            _ => RlhsCase::Lacks,
        };
        let options: Vec<RlhsOption> =
            shop.iter().map(|&(price, code)| RlhsOption { price, case: case(code) }).collect();
        let index = choice.index(options.len());
        let utility = rlhs_true_utility(&options, Some(index), &RlhsUtility::default()).unwrap();
        prop_assert!((-1.0..=1.0).contains(&utility));
        prop_assert_eq!(utility > 0.0, options[index].case == RlhsCase::Has);

        let both: Vec<(f64, f64)> = episodes.iter().filter_map(|&(s, u)| Some((s?, u?))).collect();
        prop_assume!(!both.is_empty());
        let goodhart = |episodes: &[(Option<f64>, Option<f64>)]| {
            let (s, u): (Vec<_>, Vec<_>) = episodes.iter().copied().unzip();
            rlhs_goodhart(&s, &u, level()).unwrap().gap
        };
        let gap = goodhart(&episodes);
        let naive = both.iter().map(|(s, u)| s - u).sum::<f64>() / both.len() as f64;
        prop_assert!((gap.value - naive).abs() < 1e-12);
        prop_assert_eq!(gap.items, both.len() as u64);
        episodes.reverse();
        prop_assert!((goodhart(&episodes).value - naive).abs() < 1e-12);
    }
}
