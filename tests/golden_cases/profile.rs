//! `judges/profile`.

use probity::checklist::preference_agreement;
use probity::inference::Level;
use probity::judge::{FactorCounts, LevelledResponse, factor_alignment};
use probity::tally::Side;
use serde_json::{Value, json};

use super::tick::sides;
use super::{Outcome, count, estimate, list, string, text, vector};

fn counts(found: FactorCounts) -> Outcome {
    Ok(json!({
        "concordant": found.concordant(),
        "discordant": found.discordant(),
        "factor_ties": found.factor_ties(),
        "tau14": estimate(found.tau14(Level::default()))?,
    }))
}

fn scores(input: &Value) -> Outcome {
    let pairs = list(&input["pairs"]);
    let factors = pairs[0]["a"].as_object().expect("factors").keys();
    let preferred = |who: &str| -> Vec<Side> {
        pairs
            .iter()
            .map(|pair| Side::of(pair[who].as_f64().expect("a preference")).expect("a number"))
            .collect()
    };
    let mut found = json!({});
    for factor in factors {
        let values = |of: &str| pairs.iter().map(|pair| pair[of][factor].as_f64()).collect::<Vec<_>>();
        for who in ["human", "model"] {
            let of = FactorCounts::from_values(&values("a"), &values("b"), &preferred(who));
            found[who][factor] = counts(of.map_err(text)?)?;
        }
    }
    Ok(found)
}

fn alignment(input: &Value) -> Outcome {
    let (human, model) = (vector(&input["human"]), vector(&input["model"]));
    let found = factor_alignment(&human, &model, 0.2, Level::default()).map_err(text)?;
    Ok(json!({
        "kendall_b": estimate(found.kendall)?,
        "spearman": estimate(found.spearman)?,
        "pearson": estimate(found.pearson)?,
        "differences": found.differences.iter().map(|factor| factor.difference).collect::<Vec<_>>(),
    }))
}

fn levels(input: &Value) -> Outcome {
    let factor = string(input, "factor");
    let response = |item: &Value| LevelledResponse {
        source: count(item, "id"),
        level: item["level"].as_i64().expect("a level"),
        value: item[&factor].as_f64(),
    };
    let responses: Vec<_> = list(&input["items"]).iter().map(response).collect();
    counts(FactorCounts::from_levels(&responses).map_err(text)?)
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "factor_scores" => scores(input),
        "factor_scores_one" => {
            let factor: Vec<_> = sides(&input["factor_sign"]).into_iter().map(Some).collect();
            FactorCounts::from_sides(&factor, &sides(&input["preference"])).map_err(text).and_then(counts)
        }
        "factor_alignment" => alignment(input),
        "preference_agreement" => {
            let (human, model) = (sides(&input["human"]), sides(&input["model"]));
            let found = preference_agreement(&human, &model, Level::default()).map_err(text);
            found.and_then(|found| estimate(found.without_human_ties))
        }
        "factor_from_levels" => levels(input),
        _ => return None,
    })
}
