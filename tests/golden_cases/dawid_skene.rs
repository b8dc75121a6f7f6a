//! `peers/dawid_skene`.

use probity::aggregate::{Convergence, Options, dawid_skene};
use serde_json::{Value, json};

use super::{Outcome, count, number, ratings, text};

pub(super) fn run(input: &Value) -> Outcome {
    assert_eq!(input["init"], "vote shares");
    let ratings = ratings(input);
    let iterations = u32::try_from(count(input, "iterations")).expect("few iterations");
    let options = Options::new()
        .iterations(iterations)
        .and_then(|options| options.convergence(Convergence::Never))
        .and_then(|options| options.smoothing(number(input, "smoothing")))
        .map_err(text)?;
    let model = dawid_skene(&ratings, &options).map_err(text)?;
    let (fit, categories) = (model.fit(), 0..ratings.n_categories() as u32);
    assert_eq!(fit.iterations(), iterations as usize);
    let row = |rater, truth| -> Vec<_> {
        categories.clone().map(|label| model.error_rate(rater, truth, label)).collect()
    };
    let matrix = |rater| -> Vec<_> { categories.clone().map(|truth| row(rater, truth)).collect() };
    let items = 0..ratings.n_items();
    let names = fit.consensus().labels();
    let names = names.iter().map(|label| label.and_then(|code| ratings.labels().name(code)));
    Ok(json!({
        "posterior": items.map(|item| fit.consensus().probabilities(item)).collect::<Vec<_>>(),
        "class_prior": fit.class_prior(),
        "error_rates": (0..ratings.n_raters()).map(matrix).collect::<Vec<_>>(),
        "log_likelihood": fit.log_likelihood(),
        "labels": names.map(|name| match &input["categories"][0] {
            Value::String(_) => json!(name),
            _ => json!(name.and_then(|name| name.parse::<u32>().ok())),
        }).collect::<Vec<_>>(),
    }))
}
