//! What holds of every tally and of ratings, whatever the data: splits merge to the same bytes, files round-trip,
//! hostile files are refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

use probity::ratings::{Labels, Ratings, RatingsBuilder};
use probity::tally::{Coincidences, Moments, PairCounts, Patterns, Tally, UnitCounts, UnitMoments};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

const K: usize = 4;

fn bytes<T: Serialize>(tally: &T) -> String {
    serde_json::to_string(tally).unwrap()
}

/// Records into shards as `shard_of` says, merges the shards in the given order, and compares with one tally of all.
fn splits_merge<'a, T, R>(empty: &T, records: &'a [R], shard_of: &[usize], reverse: bool)
where
    T: Tally + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
    R: AsRecord<'a, T>,
{
    let mut whole = empty.clone();
    let mut shards = vec![empty.clone(); 4];
    for (i, record) in records.iter().enumerate() {
        whole.record(record.as_record()).unwrap();
        shards[shard_of[i % shard_of.len().max(1)] % 4].record(record.as_record()).unwrap();
    }
    if reverse {
        shards.reverse();
    }
    let mut merged = empty.clone();
    for shard in &shards {
        let travelled: T = serde_json::from_str(&bytes(shard)).unwrap();
        assert_eq!(&travelled, shard);
        merged.merge(&travelled).unwrap();
    }
    // Another association: (0 + 1) + (2 + 3).
    let mut left = shards[0].clone();
    left.merge(&shards[1]).unwrap();
    let mut right = shards[2].clone();
    right.merge(&shards[3]).unwrap();
    right.merge(&left).unwrap();
    assert_eq!(bytes(&merged), bytes(&whole));
    assert_eq!(bytes(&right), bytes(&whole));
    assert_eq!(merged.records(), whole.records());
}

trait AsRecord<'a, T: Tally> {
    fn as_record(&'a self) -> T::Record<'a>;
}
impl<'a> AsRecord<'a, PairCounts> for (Option<u32>, Option<u32>) {
    fn as_record(&'a self) -> (Option<u32>, Option<u32>) {
        *self
    }
}
impl<'a> AsRecord<'a, UnitCounts> for (usize, u32) {
    fn as_record(&'a self) -> (usize, u32) {
        *self
    }
}
impl<'a> AsRecord<'a, Patterns> for Vec<(u32, u32)> {
    fn as_record(&'a self) -> &'a [(u32, u32)] {
        self
    }
}
impl<'a> AsRecord<'a, Coincidences> for Vec<(u32, u32)> {
    fn as_record(&'a self) -> &'a [(u32, u32)] {
        self
    }
}
impl<'a> AsRecord<'a, Moments> for f64 {
    fn as_record(&'a self) -> f64 {
        *self
    }
}
impl<'a> AsRecord<'a, UnitMoments> for Vec<f64> {
    fn as_record(&'a self) -> &'a [f64] {
        self
    }
}

fn code() -> impl Strategy<Value = Option<u32>> {
    prop::option::of(0..K as u32)
}

fn unit() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::btree_map(0..K as u32, 1u32..4, 0..K).prop_map(|m| m.into_iter().collect())
}

fn dense() -> impl Strategy<Value = (usize, Vec<Option<u32>>)> {
    (1usize..6).prop_flat_map(|raters| {
        (0usize..12).prop_flat_map(move |items| (Just(raters), prop::collection::vec(code(), items * raters)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_split_merges_to_the_same_bytes(
        pairs in prop::collection::vec((code(), code()), 0..40),
        judgments in prop::collection::vec((0usize..9, 0..K as u32), 0..40),
        units in prop::collection::vec(unit(), 0..30),
        numbers in prop::collection::vec(-1e6f64..1e6, 0..40),
        rows in prop::collection::vec(prop::collection::vec(-1e3f64..1e3, 0..5), 0..30),
        shard_of in prop::collection::vec(0usize..4, 1..40),
        reverse in any::<bool>(),
    ) {
        splits_merge(&PairCounts::new(Labels::codes(K)), &pairs, &shard_of, reverse);
        splits_merge(&Patterns::new(Labels::codes(K)), &units, &shard_of, reverse);
        splits_merge(&Coincidences::new(Labels::codes(K)), &units, &shard_of, reverse);
        splits_merge(&Moments::default(), &numbers, &shard_of, reverse);
        splits_merge(&UnitMoments::default(), &rows, &shard_of, reverse);
        // All shards know the last item, as shards of the same items do.
        let judgments: Vec<_> = judgments.into_iter().chain([(9, 0)]).collect();
        splits_merge(&UnitCounts::new(Labels::codes(K)), &judgments, &shard_of, reverse);
    }

    #[test]
    fn tallies_of_ratings_agree_with_each_other((raters, codes) in dense()) {
        let ratings = Ratings::from_options(Labels::codes(K), raters, &codes).unwrap();
        let units = UnitCounts::from_ratings(&ratings).unwrap();
        prop_assert_eq!(units.n_judgments() as usize, ratings.n_judgments());
        prop_assert_eq!(&units.patterns(), &Patterns::from_ratings(&ratings).unwrap());
        let coincidences = Coincidences::from_ratings(&ratings).unwrap();
        prop_assert_eq!(&coincidences, &Coincidences::from_units(&units).unwrap());
        prop_assert_eq!(&coincidences, &Coincidences::from_patterns(&units.patterns()).unwrap());
        let total: f64 = coincidences.matrix().iter().flatten().sum();
        prop_assert!((total - coincidences.n_pairable() as f64).abs() < 1e-9);
        for (a, b) in [(0, 0), (0, raters - 1)] {
            let table = PairCounts::from_ratings(&ratings, a, b).unwrap();
            let view = ratings.codes().unwrap();
            let mut expected = PairCounts::new(Labels::codes(K));
            for item in 0..ratings.n_items() {
                expected.record((view.get(item, a), view.get(item, b))).unwrap();
            }
            prop_assert_eq!(&table, &expected);
            prop_assert_eq!(table.total() as usize, view.pair(a, b).count());
        }
    }

    #[test]
    fn rows_in_any_order_give_the_dense_ratings((raters, codes) in dense(), seed in any::<u64>()) {
        let mut rows: Vec<(usize, usize, u32)> = codes
            .iter()
            .enumerate()
            .filter_map(|(cell, code)| Some((cell / raters, cell % raters, (*code)?)))
            .collect();
        probity::rng::Stream::new(seed, 0, 0).shuffle(&mut rows);
        let mut builder = RatingsBuilder::new().labels(Labels::codes(K));
        for (item, rater, code) in &rows {
            builder.push(&item.to_string(), &rater.to_string(), Some(&code.to_string())).unwrap();
        }
        let built = builder.build().unwrap();
        prop_assert_eq!(built.n_judgments(), rows.len());
        let view = built.codes().unwrap();
        for (item, rater, code) in rows {
            let place = (built.items().position(&item.to_string()), built.raters().position(&rater.to_string()));
            prop_assert_eq!(view.get(place.0.unwrap(), place.1.unwrap()), Some(code));
        }
    }
}

#[test]
fn tallies_of_other_labels_do_not_merge() {
    let yes_no = Labels::from_names(["yes", "no"]).unwrap();
    let no_yes = Labels::from_names(["no", "yes"]).unwrap();
    let mut tally = PairCounts::new(yes_no);
    let error = tally.merge(&PairCounts::new(no_yes)).unwrap_err();
    assert_eq!(error.to_string(), "tallies cannot be merged: labels differ (yes, no against no, yes)");
}

#[test]
fn hostile_files_are_refused() {
    fn refused<T: DeserializeOwned>(name: &str, body: &str) -> String {
        let text = format!(r#"{{"format":"probity.{name}","version":1,"body":{body}}}"#);
        serde_json::from_str::<T>(&text).err().unwrap_or_else(|| panic!("{text} was read")).to_string()
    }
    let labels = r#""labels":{"names":["a","b"]}"#;
    let huge = u64::MAX;
    refused::<PairCounts>(
        "pair_counts",
        &format!(r#"{{{labels},"counts":[1,2,3],"only_first":0,"only_second":0,"neither":0}}"#),
    );
    refused::<PairCounts>(
        "pair_counts",
        &format!(r#"{{{labels},"counts":[{huge},1,0,0],"only_first":0,"only_second":0,"neither":0}}"#),
    );
    refused::<UnitCounts>("unit_counts", &format!(r#"{{{labels},"units":[[[1,1],[0,1]]]}}"#));
    refused::<UnitCounts>("unit_counts", &format!(r#"{{{labels},"units":[[[7,1]]]}}"#));
    refused::<Patterns>("patterns", &format!(r#"{{{labels},"patterns":[[[[0,1]],1],[[[0,1]],1]]}}"#));
    refused::<Patterns>("patterns", &format!(r#"{{{labels},"patterns":[[[[0,0]],1]]}}"#));
    let size = |m: u32, units: u64, totals: &str, pairs: &str| {
        format!(
            r#"{{{labels},"sizes":[[{m},{{"units":{units},"totals":{totals},"pairs":{pairs}}}]],"unpaired":0}}"#
        )
    };
    refused::<Coincidences>("coincidences", &size(1, 1, "[[0,1]]", "[]"));
    refused::<Coincidences>("coincidences", &size(2, 1, "[[0,2]]", "[[[0,0],3]]"));
    refused::<Coincidences>("coincidences", &size(2, 1, "[[0,2],[0,2]]", "[[[0,0],2]]"));
    refused::<Coincidences>("coincidences", &size(4_000_000_000, huge, "[]", "[]"));
    let zero = r#"{"negative":false,"start":0,"digits":[]}"#;
    let far = r#"{"negative":false,"start":138,"digits":[1]}"#;
    refused::<Moments>("moments", &format!(r#"{{"n":1,"sum":{far},"squares":{zero}}}"#));
    refused::<Moments>(
        "moments",
        &format!(r#"{{"n":0,"sum":{{"negative":false,"start":68,"digits":[1]}},"squares":{zero}}}"#),
    );
    let pooled = format!(
        r#"{{"format":"probity.moments","version":1,"body":{{"n":3,"sum":{zero},"squares":{zero}}}}}"#
    );
    refused::<UnitMoments>(
        "unit_moments",
        &format!(r#"{{"sizes":[[2,{{"units":1,"deviations":{zero}}}]],"pooled":{pooled},"unpaired":0}}"#),
    );
    let other = r#"{"format":"probity.pair_counts","version":2,"body":{"labels":{"names":[]},"counts":[],"only_first":0,"only_second":0,"neither":0}}"#;
    let error = serde_json::from_str::<PairCounts>(other).unwrap_err().to_string();
    assert!(error.contains("expected a tally probity.pair_counts of version 1"), "{error}");
}
