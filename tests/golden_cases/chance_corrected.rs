//! What the vectors of the chance-corrected coefficients share.

use probity::Error;
use probity::agreement::{Options, WeightBasis, Weights};
use probity::inference::Estimate;
use serde_json::{Map, Value, json};

use super::Outcome;

/// The options that a vector names under `weights` and `weight_basis`.
pub(super) fn options(input: &Value) -> Options {
    let weights = match input["weights"].as_str() {
        None | Some("unweighted") => Weights::Identity,
        Some("linear") => Weights::Linear,
        Some("quadratic") => Weights::Quadratic,
        Some("ordinal") => Weights::Ordinal,
        Some("radical") => Weights::Radical,
        Some("ratio") => Weights::Ratio,
        Some("circular") => Weights::Circular,
        Some("bipolar") => Weights::Bipolar,
        Some(other) => panic!("unknown weights {other}"),
    };
    let basis = match input["weight_basis"].as_str() {
        Some("position") => WeightBasis::Position,
        _ => WeightBasis::Value,
    };
    Options::new().weights(weights).basis(basis)
}

/// An answer of Gwet's family; `observed` and `expected` stand also where the coefficient does not exist.
pub(super) fn gwet_family(
    estimate: &Result<Estimate, Error>,
    observed: Result<f64, Error>,
    expected: Result<f64, Error>,
) -> Outcome {
    let mut out = Map::new();
    // Without a pair there is no p_a, and the vectors then have no p_e either.
    let nothing = observed.is_err();
    out.insert("pa".into(), super::figure(observed)?);
    out.insert("pe".into(), if nothing { Value::Null } else { super::figure(expected)? });
    match estimate {
        Err(error) if error.is_undefined() => drop(out.insert("coefficient".into(), Value::Null)),
        Err(error) => return Err(error.to_string()),
        Ok(e) => {
            out.insert("coefficient".into(), json!(e.value));
            let chance = e.chance.expect("a chance-corrected figure");
            assert_eq!(
                (json!(chance.observed()), json!(chance.expected())),
                (out["pa"].clone(), out["pe"].clone())
            );
            out.extend(e.standard_error.map(|se| ("se".into(), json!(se))));
            out.extend(e.interval.map(|i| ("ci95".into(), json!([i.lower, i.upper]))));
            out.extend(e.p_value.map(|p| ("p_value".into(), json!(p))));
        }
    }
    Ok(out.into())
}
