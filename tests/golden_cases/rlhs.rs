//! `preference/rlhs`.

use probity::inference::Level;
use probity::preference::Preferred;
use probity::reward::{
    RlhsCase, RlhsEpisode, RlhsFamily, RlhsOption, RlhsUtility, rlhs_goodhart, rlhs_likert, rlhs_preferences,
    rlhs_trajectory, rlhs_true_utility,
};
use serde_json::{Value, json};

use super::{Outcome, estimate, list, number, number_or, optional, text, vector};

fn utility(input: &Value) -> Outcome {
    let named = input["options"].as_object().expect("options");
    let option = |value: &Value| {
        let case = match value["case"].as_i64() {
            Some(1) => RlhsCase::Has,
            Some(0) => RlhsCase::NotStated,
            Some(-1) => RlhsCase::Lacks,
            other => return Err(format!("unknown case {other:?}")),
        };
        Ok(RlhsOption { price: number(value, "price"), case })
    };
    let options = named.values().map(option).collect::<Result<Vec<_>, _>>()?;
    let choice = input["choice"].as_str().map(|choice| {
        // A name that no option has is an option that does not exist.
        named.keys().position(|name| name == choice).unwrap_or(options.len())
    });
    let family = (input["family"] == "neg_cases").then_some(RlhsFamily::Negative);
    let rule = RlhsUtility { no_purchase: number_or(input, "no_purchase_utility", 0.0), family };
    let utility = rlhs_true_utility(&options, choice, &rule).map_err(text)?;
    Ok(json!({"utility": utility}))
}

fn likert(input: &Value) -> Outcome {
    let (low, high) = (number_or(input, "low", 1.0), number_or(input, "high", 5.0));
    let found = rlhs_likert(&optional(&input["ratings"]), low, high, Level::default()).map_err(text)?;
    Ok(json!({
        "normalised": found.normalised,
        "mean": found.mean.as_ref().map(|e| e.value),
        "sem": found.mean.and_then(|e| e.standard_error),
    }))
}

fn goodhart(input: &Value) -> Outcome {
    let (satisfaction, utility) = (optional(&input["satisfaction"]), optional(&input["utility"]));
    match rlhs_goodhart(&satisfaction, &utility, Level::default()) {
        Ok(found) => Ok(json!({
            "n": found.gap.items,
            "mean_satisfaction": found.mean_satisfaction.value,
            "mean_utility": found.mean_utility.value,
            "gap": found.gap.value,
            "pearson": estimate(found.pearson)?,
            "overrated_fraction": found.overrated.value,
        })),
        Err(error) if error.is_undefined() => Ok(json!({"n": 0, "mean_satisfaction": null,
            "mean_utility": null, "gap": null, "pearson": null, "overrated_fraction": null})),
        Err(error) => Err(text(error)),
    }
}

fn trajectory(input: &Value) -> Outcome {
    let (satisfaction, utility) = (vector(&input["satisfaction"]), vector(&input["utility"]));
    match rlhs_trajectory(&satisfaction, &utility, Level::default()) {
        Ok(found) => Ok(json!({
            "satisfaction_slope": found.satisfaction_slope,
            "utility_slope": found.utility_slope,
            "correlation": estimate(found.correlation)?,
            "goodhart": found.goodhart,
        })),
        Err(error) if error.is_undefined() => Ok(json!({"satisfaction_slope": null, "utility_slope": null,
            "correlation": null, "goodhart": null})),
        Err(error) => Err(text(error)),
    }
}

fn preferred(value: &Value) -> Result<Option<Preferred>, String> {
    match value.as_u64() {
        None => Ok(None),
        Some(1) => Ok(Some(Preferred::First)),
        Some(2) => Ok(Some(Preferred::Second)),
        Some(other) => Err(format!("unknown response {other}")),
    }
}

fn preferences(input: &Value) -> Outcome {
    let utilities = vector(&input["utility_1"]).into_iter().zip(vector(&input["utility_2"]));
    let side = |name: &str, i: usize| preferred(&list(&input[name])[i]);
    let episode = |(i, utilities)| {
        Ok(RlhsEpisode {
            utilities,
            immediate: side("immediate", i)?,
            partial: side("partial", i)?,
            oracle: side("oracle", i)?,
        })
    };
    let episodes = utilities.enumerate().map(episode).collect::<Result<Vec<_>, String>>()?;
    let found = rlhs_preferences(&episodes, Level::default()).map_err(text)?;
    let truth = |e: &RlhsEpisode| {
        e.truth().map(|truth| match truth {
            Preferred::First => 1,
            Preferred::Second => 2,
        })
    };
    Ok(json!({
        "truth": episodes.iter().map(truth).collect::<Vec<_>>(),
        "immediate_accuracy": estimate(found.immediate_accuracy)?,
        "partial_accuracy": estimate(found.partial_accuracy)?,
        "oracle_accuracy": estimate(found.oracle_accuracy)?,
        "flip_immediate_partial": estimate(found.flip_immediate_partial)?,
        "flip_partial_oracle": estimate(found.flip_partial_oracle)?,
        "flip_immediate_oracle": estimate(found.flip_immediate_oracle)?,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "rlhs_true_utility" => utility(input),
        "rlhs_likert" => likert(input),
        "rlhs_goodhart" => goodhart(input),
        "rlhs_trajectory" => trajectory(input),
        "rlhs_preferences" => preferences(input),
        _ => return None,
    })
}
