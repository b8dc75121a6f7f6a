//! Pearson, Spearman and the coefficients of concordance of two vectors, incomplete pairs dropped.

use probity::correlation::{
    Concordance, Dependent, Options, PValue, complete_pairs, goodman_kruskal_gamma, kendall_tau_a,
    kendall_tau_b, kendall_tau_c, pearson, somers_d, spearman,
};
use probity::inference::Estimate;
use probity::{Error, Result};
use serde_json::{Value, json};

use super::{Outcome, figure, text, vector};

pub(crate) fn run(input: &Value) -> Outcome {
    let (x, y) = complete_pairs(&vector(&input["x"]), &vector(&input["y"])).map_err(text)?;
    let options = Options::new().p_value(PValue::Asymptotic);
    let value = |result: Result<Estimate, Error>| figure(result.map(|e| e.value));
    let c = Concordance::from_pairs(&x, &y).map_err(text)?;
    let tau_b = kendall_tau_b(&x, &y, &options);
    let p_value = tau_b.as_ref().ok().and_then(|e| e.p_value);
    Ok(json!({
        "n": c.n(),
        "concordant": c.concordant() as u64,
        "discordant": c.discordant() as u64,
        "ties_x": c.ties_x() as u64,
        "ties_y": c.ties_y() as u64,
        "ties_both": c.ties_both() as u64,
        "pearson": value(pearson(&x, &y, &options))?,
        "spearman": value(spearman(&x, &y, &options))?,
        "kendall_tau_a": value(kendall_tau_a(&x, &y, &options))?,
        "kendall_tau_b": value(tau_b)?,
        "kendall_tau_c": value(kendall_tau_c(&x, &y, &options))?,
        "goodman_kruskal_gamma": value(goodman_kruskal_gamma(&x, &y, &options))?,
        "somers_d_y_given_x": value(somers_d(&x, &y, Dependent::Y, &options))?,
        "kendall_p_asymptotic": p_value,
    }))
}
