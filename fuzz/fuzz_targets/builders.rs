//! Ratings from any input, and what can be made of them: no panic, and what comes out is what the views say.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::ratings::{Labels, RatingsBuilder};
use probity_fuzz::{AnyRatings, check_ratings, duplicates};

/// A row of a builder: group, item, rater, label.
type Row<'a> = (u8, &'a str, &'a str, Option<&'a str>);

fuzz_target!(|input: (AnyRatings, Vec<Row<'_>>, Option<Vec<&str>>, Option<bool>, Vec<usize>)| {
    let (any, rows, declared, keep, picks) = input;
    if let Some(ratings) = any.build() {
        check_ratings(&ratings);
        check_ratings(&ratings.categorize().expect("categories of any ratings"));
        let inside = |len: usize| picks.iter().filter(move |_| len > 0).map(move |pick| pick % len.max(1));
        let items: Vec<usize> = inside(ratings.n_items()).collect();
        let mut raters: Vec<usize> = inside(ratings.n_raters()).collect();
        raters.sort_unstable();
        raters.dedup();
        check_ratings(&ratings.select(&items, &raters).expect("items and raters that there are"));
        let keys: Vec<usize> = (0..ratings.n_items()).map(|item| item % 3).collect();
        for (_, group) in ratings.group_by(&keys).expect("a key an item") {
            check_ratings(&group);
        }
    }

    let mut builder = RatingsBuilder::new().duplicates(duplicates(keep));
    if let Some(declared) = declared {
        let Ok(labels) = Labels::from_names(declared) else { return };
        builder = builder.labels(labels);
    }
    let mut present = 0;
    for (group, item, rater, label) in rows {
        if builder.push_in(&(group % 3).to_string(), item, rater, label).is_ok() {
            present += usize::from(label.is_some());
        }
    }
    if let Ok(groups) = builder.build_groups() {
        groups.iter().for_each(|(_, ratings)| check_ratings(ratings));
    }
    if let Ok((ratings, dropped)) = builder.build_with_dropped() {
        check_ratings(&ratings);
        assert_eq!(ratings.n_judgments() + dropped.len(), present);
    }
});
