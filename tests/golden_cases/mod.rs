//! One small module a file of vectors; each turns a vector's input into the library's call and its answer into JSON.
//!
//! An undefined figure is `null`; any other error is returned as text.

mod agent_r;
mod alphallm;
mod confidence_critique;
mod id_sampling;
mod rank_correlation;
mod score;

use std::path::Path;

use probity::Error;
use probity::ratings::{Labels, Ratings, RatingsBuilder};
use serde_json::{Value, json};

/// A vector's answer, or the error that the library gave.
pub type Outcome = Result<Value, String>;

/// Runs one vector; `None` if nothing is known under these names.
pub fn run(theme: &str, stem: &str, function: &str, input: &Value, _directory: &Path) -> Option<Outcome> {
    match (theme, stem, function) {
        ("peers", "rank_correlation", "rank_correlation") => Some(rank_correlation::run(input)),
        ("self_correction", "agent_r", _) => agent_r::run(function, input),
        ("self_correction", "alphallm", _) => alphallm::run(function, input),
        ("self_correction", "confidence_critique", _) => confidence_critique::run(function, input),
        ("self_correction", "id_sampling", _) => id_sampling::run(function, input),
        ("self_correction", "score", _) => score::run(function, input),
        _ => None,
    }
}

/// Any error as text.
pub fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A figure, `null` when it is undefined.
pub fn figure(result: Result<f64, Error>) -> Result<Value, String> {
    match result {
        Ok(value) => Ok(json!(value)),
        Err(error) if error.is_undefined() => Ok(Value::Null),
        Err(error) => Err(error.to_string()),
    }
}

fn label(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(s) => Some(s.clone()),
        other => Some(other.to_string()),
    }
}

/// The labels that a vector declares under `categories`.
pub fn declared(input: &Value) -> Option<Labels> {
    let categories = input["categories"].as_array()?;
    Some(Labels::from_names(categories.iter().filter_map(label)).expect("distinct categories"))
}

/// `input.ratings`: items × raters, `null` where missing, with the declared categories if any.
pub fn ratings(input: &Value) -> Ratings {
    let mut builder = RatingsBuilder::new();
    if let Some(labels) = declared(input) {
        builder = builder.labels(labels);
    }
    for (i, row) in input["ratings"].as_array().expect("ratings").iter().enumerate() {
        for (r, rating) in row.as_array().expect("a row of ratings").iter().enumerate() {
            builder.push(&i.to_string(), &r.to_string(), label(rating).as_deref()).expect("a valid rating");
        }
    }
    builder.build().expect("valid ratings")
}

/// A matrix of numbers, `NaN` where `null`.
pub fn matrix(value: &Value) -> Vec<Vec<f64>> {
    let rows = value.as_array().expect("rows").iter();
    rows.map(|row| vector(row)).collect()
}

/// A vector of numbers, `NaN` where `null`.
pub fn vector(value: &Value) -> Vec<f64> {
    value.as_array().expect("a row").iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

/// A number of the input.
pub fn number(input: &Value, name: &str) -> f64 {
    input[name].as_f64().unwrap_or_else(|| panic!("a number under {name}"))
}

/// A list of the input.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// A text of the input.
pub(crate) fn string(input: &Value, name: &str) -> String {
    input[name].as_str().unwrap_or_else(|| panic!("a text under {name}")).to_string()
}
