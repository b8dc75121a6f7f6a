//! Ratings built of rows, beside a map of the same rows: whatever the order of the rows, the raters of each item, the missing
//! labels and the repeated judgments.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::collections::{BTreeMap, HashMap};

use probity::Error;
use probity::ratings::{DroppedRow, Duplicates, Labels, Ratings, RatingsBuilder, Scale};
use proptest::prelude::*;

/// Item, rater and label of a row.
type Row = (usize, usize, Option<u32>);

/// Rater and label of the rows of an item.
type Item = Vec<(usize, Option<u32>)>;

/// Rows item by item: whole items with the same raters, items with others, and single rows astray.
fn rows_by_item() -> impl Strategy<Value = Vec<Row>> {
    let label = || prop::option::weighted(0.8, 0u32..4);
    let alike = (1usize..6, 1usize..5).prop_flat_map(move |(items, raters)| {
        let order = Just((0..raters).collect::<Vec<_>>()).prop_shuffle();
        (order, prop::collection::vec(label(), items * raters)).prop_map(move |(order, labels)| {
            labels.chunks(raters).map(|l| order.iter().copied().zip(l.iter().copied()).collect()).collect()
        })
    });
    let other = prop::collection::vec((0usize..7, label()), 1..5).prop_map(|rows| vec![rows]);
    let stretch = prop_oneof![3 => alike, 1 => other];
    prop::collection::vec(stretch, 0..8).prop_map(|stretches: Vec<Vec<Item>>| {
        let items = stretches.into_iter().flatten().enumerate();
        items
            .flat_map(|(item, rows)| rows.into_iter().map(move |(rater, label)| (item, rater, label)))
            .collect()
    })
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    rows_by_item().prop_flat_map(|rows| {
        let astray = rows.clone();
        prop_oneof![
            3 => Just(rows.clone()),
            1 => Just(rows.clone()).prop_shuffle(),
            1 => (0..=rows.len()).prop_map(move |at| [&astray[..], &astray[at.saturating_sub(1)..at]].concat()),
        ]
    })
}

/// Names that ascend, or do not.
fn name(of: usize, ascending: bool) -> String {
    if ascending { of.to_string() } else { format!("{}", (of * 7919) % 10_007) }
}

fn builder(rows: &[Row], duplicates: Duplicates, ascending: bool) -> RatingsBuilder {
    let mut builder = RatingsBuilder::new().duplicates(duplicates);
    for &(item, rater, label) in rows {
        let label = label.map(|label| format!("l{label}"));
        let group = if item % 3 == 0 { "x" } else { "y" };
        let (item, rater) = (name(item, ascending), name(rater, ascending));
        builder.push_in(group, &item, &rater, label.as_deref()).unwrap();
    }
    builder
}

/// What rows come to, found with maps.
struct Expected {
    items: Vec<usize>,
    raters: Vec<usize>,
    cells: BTreeMap<(usize, usize), u32>,
    dropped: Vec<DroppedRow>,
}

fn place(known: &mut Vec<usize>, what: usize) -> usize {
    known.iter().position(|&k| k == what).unwrap_or_else(|| {
        known.push(what);
        known.len() - 1
    })
}

fn expected(rows: &[Row], duplicates: Duplicates) -> Expected {
    let (mut items, mut raters) = (Vec::new(), Vec::new());
    let mut all: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (row, &(item, rater, label)) in rows.iter().enumerate() {
        let key = (place(&mut items, item), place(&mut raters, rater));
        if label.is_some() {
            all.entry(key).or_default().push(row);
        }
    }
    let (mut cells, mut dropped) = (BTreeMap::new(), Vec::new());
    for (key, of_cell) in all {
        let last = of_cell.len() - 1;
        let counts = if duplicates == Duplicates::KeepLast { of_cell[last] } else { of_cell[0] };
        cells.insert(key, rows[counts].2.unwrap());
        dropped.extend(of_cell.windows(2).map(|pair| match duplicates {
            Duplicates::KeepLast => DroppedRow { row: pair[0], kept: pair[1] },
            _ => DroppedRow { row: pair[1], kept: of_cell[0] },
        }));
    }
    Expected { items, raters, cells, dropped }
}

fn check(ratings: &Ratings, expected: &Expected, of_item: impl Fn(usize) -> bool) {
    assert_eq!((ratings.n_items(), ratings.n_raters()), (expected.items.len(), expected.raters.len()));
    let codes = ratings.codes().unwrap();
    let mut judgments = 0;
    for item in 0..expected.items.len() {
        for rater in 0..expected.raters.len() {
            let label = expected.cells.get(&(item, rater)).filter(|_| of_item(expected.items[item]));
            let code = label.map(|label| ratings.labels().code(&format!("l{label}")).unwrap());
            assert_eq!(codes.get(item, rater), code, "item {item}, rater {rater}");
            judgments += usize::from(code.is_some());
        }
    }
    assert_eq!(ratings.n_judgments(), judgments);
}

proptest! {
    #[test]
    fn any_rows_give_what_a_map_of_them_gives(rows in rows(), keep_first: bool, ascending: bool) {
        let policy = if keep_first { Duplicates::KeepFirst } else { Duplicates::KeepLast };
        let builder = builder(&rows, policy, ascending);
        let expected = expected(&rows, policy);
        for (group, ratings) in builder.build_groups().unwrap() {
            check(&ratings, &expected, |item| (item % 3 == 0) == (group == "x"));
        }
        let (ratings, dropped) = builder.build_with_dropped().unwrap();
        check(&ratings, &expected, |_| true);
        prop_assert_eq!(dropped, expected.dropped);
        let names: Vec<String> = expected.items.iter().map(|&item| name(item, ascending)).collect();
        prop_assert!(ratings.items().names().eq(names.iter().map(String::as_str)));
    }

    #[test]
    fn the_first_repeated_judgment_is_named(rows in rows()) {
        let expected = expected(&rows, Duplicates::Error);
        match (builder(&rows, Duplicates::Error, true).build(), expected.dropped.first()) {
            (Ok(ratings), None) => check(&ratings, &expected, |_| true),
            (Err(Error::Duplicate { item, rater, first, second }), Some(dropped)) => {
                prop_assert_eq!(DroppedRow { row: second, kept: first }, *dropped);
                let (of_item, of_rater, _) = rows[second];
                prop_assert_eq!((item, rater), (of_item.to_string(), of_rater.to_string()));
            }
            (other, dropped) => prop_assert!(false, "{other:?}, {dropped:?}"),
        }
    }

    #[test]
    fn names_are_told_apart_in_any_order(
        sorted in 0usize..40,
        looked_up in prop::collection::vec((0u32..60, prop::bool::weighted(0.2)), 0..200),
    ) {
        let ascending = (0..sorted).map(|i| format!("n{i}"));
        let other = looked_up.iter().map(|&(i, other)| if other { format!("{i}x") } else { format!("n{i}") });
        let (mut rows, mut known) = (RatingsBuilder::new(), HashMap::new());
        for name in ascending.chain(other) {
            rows.push(&name, "r", None).unwrap();
            let n = known.len();
            known.entry(name).or_insert(n);
        }
        let ratings = rows.build().unwrap();
        prop_assert_eq!(ratings.n_items(), known.len());
        for (name, &at) in &known {
            prop_assert_eq!(&*ratings.items().name(at), name.as_str());
        }
    }
}

/// More items, raters and labels than a byte or two can count.
#[test]
fn wide_numbers_come_back() {
    let (items, raters, labels) = (70_000u32, 300u32, 1_000u32);
    let rows: Vec<(u32, u32, u32)> = (0..items)
        .flat_map(|item| (0..3).map(move |k| (item, (item * 7 + k * 101) % raters, (item + k) % labels)))
        .collect();
    let by_item = Ratings::from_rows(Labels::codes(labels as usize), items as usize, raters as usize, &rows);
    let backwards: Vec<_> = rows.iter().rev().copied().collect();
    let backwards =
        Ratings::from_rows(Labels::codes(labels as usize), items as usize, raters as usize, &backwards);
    for ratings in [by_item.unwrap(), backwards.unwrap()] {
        assert_eq!(ratings.n_judgments(), rows.len());
        let codes = ratings.codes().unwrap();
        for &(item, rater, label) in &rows {
            assert_eq!(codes.get(item as usize, rater as usize), Some(label));
        }
    }
}

/// On a numeric scale with very many values the ratings are plain numbers.
#[test]
fn plain_numbers_come_back() {
    for (raters, all) in [(2, true), (40, false)] {
        let value = |item: usize, k: usize| (item * 2 + k) as f64 / 8.0;
        let missing = |item: usize| item % 10 == 3;
        let mut rows = RatingsBuilder::new().scale(Scale::Interval);
        for item in 0..40_000usize {
            for k in [1, 0] {
                let rater = if all { k } else { (item + k * 3) % raters };
                let label = (!missing(item)).then(|| value(item, k).to_string());
                rows.push(&item.to_string(), &rater.to_string(), label.as_deref()).unwrap();
            }
        }
        let ratings = rows.build().unwrap();
        assert!(!ratings.is_categorical());
        assert_eq!(ratings.n_judgments(), 40_000 / 10 * 9 * 2);
        let values = ratings.values().unwrap();
        for item in 0..40_000 {
            for k in [0, 1] {
                let rater = if all { k } else { (item + k * 3) % raters };
                let at = ratings.raters().position(&rater.to_string()).unwrap();
                assert_eq!(values.get(item, at), (!missing(item)).then(|| value(item, k)), "{item}, {rater}");
            }
        }
    }
}
