//! Properties of PerSEval and of the distances between texts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test program")]

use std::collections::HashMap;

use probity::compute::Backend;
use probity::inference::{Bootstrap, Level};
use probity::personalization::{
    DocumentPersonalization, PersevalOptions, PersonalizedDocument, Subsamples, SummaryDistance,
    borda_consensus, perseval_stability, personalization,
};
use probity::rng::Stream;
use probity::text::{bleu, jensen_shannon, meteor, rouge_n, rouge_su};
use proptest::prelude::*;

/// Distances of a document: users' pairs and to the document, the model's, and the model's to the users'.
#[derive(Debug, Clone)]
struct Drawn([Vec<f64>; 5]);

impl Drawn {
    /// A share of the distances is 0, and a share of `missing` percent NaN, but those to the document.
    fn new(seed: u64, users: usize, missing: u64) -> Self {
        let mut rng = Stream::new(seed, 0, 0);
        let mut draw = |n: usize, missing: u64| -> Vec<f64> {
            let mut one = || match rng.below(100) {
                roll if roll < missing => f64::NAN,
                roll if roll >= 90 => 0.0,
                _ => 0.05 + 0.95 * rng.uniform(),
            };
            (0..n).map(|_| one()).collect()
        };
        let pairs = users * users;
        Self([
            draw(pairs, missing),
            draw(users, 0),
            draw(pairs, missing),
            draw(users, 0),
            draw(users, missing),
        ])
    }

    fn view(&self) -> PersonalizedDocument<'_> {
        let [user_user, user_document, model_model, model_document, model_user] = &self.0;
        PersonalizedDocument { user_user, user_document, model_model, model_document, model_user }
    }

    fn users(&self) -> usize {
        self.0[4].len()
    }

    /// The same document with its users in another order.
    fn permuted(&self, order: &[usize]) -> Self {
        let n = self.users();
        let numbers = |at: usize| order.iter().map(|&user| self.0[at][user]).collect();
        let square = |at: usize| {
            order.iter().flat_map(|&j| order.iter().map(move |&k| self.0[at][j * n + k])).collect()
        };
        Self([square(0), numbers(1), square(2), numbers(3), numbers(4)])
    }

    /// The pairs of a user that both sides have.
    fn others(&self, user: usize) -> Vec<usize> {
        let n = self.users();
        let there = |k: usize| !self.0[0][user * n + k].is_nan() && !self.0[2][user * n + k].is_nan();
        (0..n).filter(|&k| k != user && there(k)).collect()
    }
}

/// (user, DEGRESS, PerSEval) by the letter of the definition, of the users who have any.
fn by_the_letter(drawn: &Drawn, raw: bool) -> Vec<(usize, f64, f64)> {
    let n = drawn.users();
    let deviation = |square: &[f64], to: &[f64], j: usize, k: usize| {
        let distance = |l: usize| square[j * n + l];
        if raw {
            return distance(k);
        }
        let weight = |l: usize| if to[j] == 0.0 { 0.0 } else { distance(l) / to[j] };
        let all: f64 = (0..n).filter(|&l| l != j && !distance(l).is_nan()).map(|l| weight(l).exp()).sum();
        weight(k).exp() / all * distance(k)
    };
    let [uu, ud, mm, md, mu] = &drawn.0;
    let users: Vec<usize> = (0..n).filter(|&j| !drawn.others(j).is_empty()).collect();
    let accuracy: HashMap<usize, f64> =
        users.iter().map(|&j| (j, if mu[j].is_nan() { 1.0 } else { mu[j] })).collect();
    let least = users.iter().fold(1.0, |least: f64, j| least.min(accuracy[j]));
    let mean = users.iter().map(|j| accuracy[j]).sum::<f64>() / users.len() as f64;
    let s = |x: f64, alpha: i32| 1.0 / (1.0 + 10f64.powi(alpha) * (-10.0 * x).exp());
    let user = |j: usize| {
        let ratio = |k: usize| {
            let (x, y) = (deviation(uu, ud, j, k), deviation(mm, md, j, k));
            (x.min(y) + 1e-5) / (x.max(y) + 1e-5)
        };
        let others = drawn.others(j);
        let degress = others.iter().map(|&k| ratio(k)).sum::<f64>() / others.len() as f64;
        let penalties =
            s((accuracy[&j] - least) / (mean - least + 1e-7), 4) + s(least / (1.0 - least + 1e-7), 4);
        (j, degress, degress * (1.0 - s(penalties, 3) + 1e-7))
    };
    users.into_iter().map(user).collect()
}

fn of_users(document: Option<&DocumentPersonalization>) -> Vec<(usize, f64, f64)> {
    let users = document.iter().flat_map(|document| &document.users);
    users.map(|user| (user.user, user.degress, user.perseval)).collect()
}

fn near(a: &[(usize, f64, f64)], b: &[(usize, f64, f64)]) -> bool {
    let close = |((i, d, p), (j, e, q)): (&(usize, f64, f64), &(usize, f64, f64))| {
        i == j && (d - e).abs() < 1e-12 && (p - q).abs() < 1e-11
    };
    a.len() == b.len() && a.iter().zip(b).all(close)
}

fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    Stream::new(seed, 1, 0).shuffle(&mut order);
    order
}

/// A text of few kinds of words, so that texts share some.
fn words(rng: &mut Stream, most: u64) -> Vec<String> {
    (0..rng.below(most + 1))
        .map(|_| ["cat", "cats", "sat", "mat", "the", "on"][rng.below(6) as usize].to_string())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn plain_and_batched_are_the_definition(
        shapes in prop::collection::vec((0usize..7, 0u64..60), 0..5), seed: u64, raw: bool,
    ) {
        let drawn: Vec<Drawn> =
            shapes.iter().zip(0..).map(|(&(users, missing), i)| Drawn::new(seed ^ i, users, missing)).collect();
        let views: Vec<_> = drawn.iter().map(Drawn::view).collect();
        let options = PersevalOptions::default().raw(raw);
        let plain = personalization(&views, &options).unwrap();
        let batched = Backend::cpu().deviations(&views, &options).unwrap();
        for (at, drawn) in drawn.iter().enumerate() {
            let expected = by_the_letter(drawn, raw);
            let (plain, batched) = (&plain.documents()[at], &batched.personalization().documents()[at]);
            prop_assert!(near(&of_users(plain.as_ref()), &expected), "{plain:?} {expected:?}");
            prop_assert!(near(&of_users(batched.as_ref()), &expected), "{batched:?} {expected:?}");
            if let (Some(plain), Some(batched)) = (plain, batched) {
                let pairs = |d: &DocumentPersonalization| d.users.iter().map(|u| u.pairs).collect::<Vec<_>>();
                prop_assert_eq!(pairs(plain), pairs(batched));
                prop_assert!((plain.accuracy_mean - batched.accuracy_mean).abs() < 1e-15);
                let difference = plain.degress_pair_weighted() - batched.degress_pair_weighted();
                prop_assert!(difference.abs() < 1e-12);
                if pairs(plain).windows(2).all(|two| two[0] == two[1]) {
                    prop_assert!((plain.degress_pair_weighted() - plain.degress).abs() < 1e-12);
                }
            }
        }
        // Many systems at once are each by itself.
        let systems = [views.clone(), vec![], views.iter().rev().copied().collect()];
        let together = Backend::cpu().deviations_of_systems(&systems, &options).unwrap();
        for (system, together) in systems.iter().zip(together) {
            prop_assert_eq!(Backend::cpu().deviations(system, &options).unwrap(), together);
        }
    }

    #[test]
    fn perseval_is_at_most_degress_and_degress_at_most_one(users in 2usize..8, missing in 0u64..40, seed: u64) {
        let drawn = Drawn::new(seed, users, missing);
        let found = personalization(&[drawn.view()], &PersevalOptions::default()).unwrap();
        for document in found.documents().iter().flatten() {
            prop_assert!(0.0 <= document.perseval && document.perseval <= document.degress);
            prop_assert!(document.degress <= 1.0 && document.accuracy_min <= document.accuracy_mean);
            for user in &document.users {
                prop_assert!(0.0 <= user.perseval && user.perseval <= user.degress && user.degress <= 1.0);
                prop_assert!((0.0..=2.0).contains(&user.generalization_penalty));
            }
            let level = Level::default();
            let both = found.degress(level).unwrap().value + found.egises(level).unwrap().value;
            prop_assert!((both - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn one_output_for_all_has_the_least_responsiveness(users in 2usize..8, seed: u64, raw: bool) {
        let mut drawn = Drawn::new(seed, users, 0);
        drawn.0[2].fill(0.0);
        let options = PersevalOptions::default().raw(raw);
        let deaf = personalization(&[drawn.view()], &options).unwrap();
        // Nothing that the model does deviates: every ratio is epsilon over the users' deviation and epsilon.
        let pairs = drawn.view().pairs(&options).unwrap();
        let least = pairs.iter().map(|pair| 1e-5 / (pair.users + 1e-5)).sum::<f64>() / pairs.len() as f64;
        let found = deaf.degress(Level::default()).unwrap().value;
        prop_assert!((found - least).abs() < 1e-12);
        // No other outputs have less against users who differ.
        if pairs.iter().all(|pair| pair.users > 0.0) {
            let mut other = Drawn::new(seed ^ 1, users, 0);
            other.0[0].clone_from(&drawn.0[0]);
            other.0[1].clone_from(&drawn.0[1]);
            for distance in &mut other.0[2] {
                *distance = distance.min(0.01);
            }
            let raw_pairs = other.view().pairs(&options).unwrap();
            if raw_pairs.iter().all(|pair| pair.model <= pair.users) {
                let other = personalization(&[other.view()], &options).unwrap();
                prop_assert!(other.degress(Level::default()).unwrap().value >= found - 1e-12);
            }
        }
    }

    #[test]
    fn users_and_documents_can_be_permuted(users in 2usize..8, missing in 0u64..40, seed: u64) {
        let (first, second) = (Drawn::new(seed, users, missing), Drawn::new(seed ^ 2, users, missing));
        let order = shuffled(users, seed);
        let options = PersevalOptions::default();
        let found = personalization(&[first.view(), second.view()], &options).unwrap();
        let moved = personalization(&[second.view(), first.permuted(&order).view()], &options).unwrap();
        prop_assert!(near(&of_users(found.documents()[1].as_ref()), &of_users(moved.documents()[0].as_ref())));
        let mut back: Vec<_> =
            of_users(moved.documents()[1].as_ref()).into_iter().map(|(at, d, p)| (order[at], d, p)).collect();
        back.sort_by_key(|user| user.0);
        prop_assert!(near(&of_users(found.documents()[0].as_ref()), &back));
        // And a user's own figure follows the name.
        let names: Vec<usize> = (0..users).collect();
        let level = Level::default();
        let by_name = found.by_user(&[&names, &names], level).unwrap();
        let by_moved_name = moved.by_user(&[&names, &order], level).unwrap();
        prop_assert_eq!(by_name.len(), by_moved_name.len());
        for (name, estimate) in by_name {
            prop_assert!((estimate.value - by_moved_name[&name].value).abs() < 1e-11);
        }
        let none = found.perseval_difference(&found, level);
        prop_assert!(none.is_err() == found.documents().iter().all(Option::is_none));
        prop_assert!(none.is_ok_and(|d| d.value == 0.0) || found.documents().iter().all(Option::is_none));
    }

    #[test]
    fn the_bootstrap_of_a_difference_turns_with_the_models(
        shapes in prop::collection::vec((2usize..5, 0u64..30), 1..8), seed: u64,
    ) {
        let of_model = |model: u64| -> Vec<Drawn> {
            let drawn = |(&(users, missing), i): (&(usize, u64), u64)| Drawn::new(seed ^ model ^ i, users, missing);
            shapes.iter().zip(0..).map(drawn).collect()
        };
        let options = PersevalOptions::default();
        let scored = |drawn: &[Drawn]| {
            personalization(&drawn.iter().map(Drawn::view).collect::<Vec<_>>(), &options).unwrap()
        };
        let (one, other) = (scored(&of_model(0)), scored(&of_model(1 << 40)));
        let bootstrap = Bootstrap::new(seed).resamples(50).unwrap();
        let level = Level::default();
        let (Ok(there), Ok(back), Ok(plain)) = (
            one.perseval_bootstrap_difference(&other, &bootstrap),
            other.perseval_bootstrap_difference(&one, &bootstrap),
            one.perseval_difference(&other, level),
        ) else {
            prop_assert!(one.perseval_difference(&other, level).is_err());
            return Ok(());
        };
        prop_assert!((there.first - there.second - plain.value).abs() < 1e-12);
        prop_assert!((there.replicates.estimate() - plain.value).abs() < 1e-12);
        prop_assert_eq!((there.first, there.second), (back.second, back.first));
        for (a, b) in there.replicates.values().iter().zip(back.replicates.values()) {
            prop_assert!((a + b).abs() < 1e-12 && a.abs() <= 1.0);
        }
        prop_assert_eq!(there.p_value(), back.p_value());
    }

    #[test]
    fn the_whole_sample_is_the_whole(users in 3usize..7, seed: u64) {
        let drawn = [Drawn::new(seed, users, 10), Drawn::new(seed ^ 3, users, 10)];
        let views: Vec<_> = drawn.iter().map(Drawn::view).collect();
        let options = PersevalOptions::default();
        let Ok(whole) = personalization(&views, &options).unwrap().perseval(Level::default()) else {
            return Ok(());
        };
        let subsamples = Subsamples { seed, ..Subsamples::default() };
        if let Ok(found) = perseval_stability(&views, &options, &subsamples) {
            prop_assert!((found.scores[0] - whole.value).abs() < 1e-12);
            prop_assert!(found.scores.iter().all(|score| (0.0..=1.0).contains(score)));
            prop_assert_eq!(&perseval_stability(&views, &options, &subsamples).unwrap(), &found);
        }
    }

    #[test]
    fn borda_points_are_shared_out(n in 1usize..12, seed: u64) {
        let (first, second) = (shuffled(n, seed), shuffled(n, seed ^ 1));
        let points = borda_consensus(&first, &second).unwrap();
        prop_assert_eq!(points.iter().map(|p| p.1).sum::<u64>(), (n * (n + 1)) as u64);
        prop_assert!(points.windows(2).all(|two| two[0].1 <= two[1].1));
        let mut turned = borda_consensus(&second, &first).unwrap();
        let mut points = points;
        points.sort_unstable();
        turned.sort_unstable();
        prop_assert_eq!(points, turned);
    }

    #[test]
    fn distances_of_texts_are_distances(seed: u64) {
        let mut rng = Stream::new(seed, 0, 0);
        let (a, b) = (words(&mut rng, 12), words(&mut rng, 12));
        let (first, second) = (a.join(" "), b.join(" "));
        for distance in SummaryDistance::ALL {
            if let Ok(found) = distance.between(&first, &second) {
                prop_assert!((0.0..=1.0).contains(&found), "{distance:?} {found}");
            }
            let symmetric = !matches!(distance, SummaryDistance::Bleu | SummaryDistance::Meteor);
            if let (true, Ok(there)) = (symmetric, distance.between(&first, &second)) {
                prop_assert_eq!(there, distance.between(&second, &first).unwrap());
            }
            if let (Ok(same), true) = (distance.between(&first, &first), a.len() > 5) {
                let most = if distance == SummaryDistance::Meteor { 0.01 } else { 1e-12 };
                prop_assert!(same < most);
            }
        }
        // The numbers behind them, by their definitions.
        let mut shared = 0;
        let mut units: HashMap<Vec<&String>, [u64; 2]> = HashMap::new();
        for (side, text) in [&a, &b].into_iter().enumerate() {
            for i in 0..text.len() {
                units.entry(vec![&text[i]]).or_default()[side] += 1;
                for j in i + 1..text.len().min(i + 6) {
                    units.entry(vec![&text[i], &text[j]]).or_default()[side] += 1;
                }
            }
        }
        for count in units.values() {
            shared += count[0].min(count[1]);
        }
        let su = rouge_su(&a, &b, 4);
        let total = |side: usize| units.values().map(|count| count[side]).sum::<u64>();
        prop_assert_eq!((su.shared, su.candidate, su.reference), (shared, total(0), total(1)));
        let gapless = rouge_su(&a, &b, 0);
        let (one, two) = (rouge_n(&a, &b, 1).unwrap(), rouge_n(&a, &b, 2).unwrap());
        prop_assert_eq!(gapless.shared, one.shared + two.shared);
        // BLEU of words alone is their precision with the penalty.
        let precision = one.precision().unwrap_or(0.0);
        let brevity = (1.0 - b.len() as f64 / a.len() as f64).min(0.0).exp();
        let expected = if precision > 0.0 { brevity * precision } else { 0.0 };
        prop_assert!((bleu(&a, &b, 1).unwrap() - expected).abs() < 1e-12);
        prop_assert!((meteor(&a, &b) > 0.0) || one.shared == 0);
        if !a.is_empty() && !b.is_empty() {
            let mut turned = a.clone();
            rng.shuffle(&mut turned);
            prop_assert_eq!(jensen_shannon(&a, &b).unwrap(), jensen_shannon(&turned, &b).unwrap());
        }
    }
}
