//! What the tests of properties share.
#![allow(dead_code, reason = "each test uses its part")]

use std::fmt::Debug;

use probity::tally::Tally;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Two shards merged in either order are the whole, also after a journey through a file.
pub(crate) fn splits_merge<T>(whole: &T, left: &T, right: &T)
where
    T: Tally + Serialize + DeserializeOwned + PartialEq + Debug,
{
    for (first, second) in [(left, right), (right, left)] {
        let mut merged: T = serde_json::from_str(&serde_json::to_string(first).unwrap()).unwrap();
        merged.merge(second).unwrap();
        assert_eq!(&merged, whole);
        assert_eq!(serde_json::to_string(&merged).unwrap(), serde_json::to_string(whole).unwrap());
    }
}
