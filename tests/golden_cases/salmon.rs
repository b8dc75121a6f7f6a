//! `values/salmon`. Choices are 1 and 2 there, 0 where there is none.

use probity::inference::Level;
use probity::rules::{
    PairChoice, SalmonEvidence, SalmonKl, SalmonQuestion, SalmonReward, SalmonScores, SalmonVoice,
    draw_by_weight, salmon_complete_pairs, salmon_label, salmon_override, salmon_pair_preference,
    salmon_reward_loss, salmon_sampling_weights, salmon_shape_rewards, salmon_variances,
};
use serde_json::{Value, json};

use super::{Outcome, list, number, string, text, vector};

fn choice(choice: Option<PairChoice>) -> u8 {
    match choice {
        None => 0,
        Some(PairChoice::First) => 1,
        Some(PairChoice::Second) => 2,
    }
}

fn strings(value: &Value) -> Vec<&str> {
    list(value).iter().map(|v| v.as_str().expect("a text")).collect()
}

fn flag(input: &Value, name: &str) -> bool {
    input[name].as_bool().unwrap_or_else(|| panic!("a truth value under {name}"))
}

/// All names that occur, where the vector lists none.
fn scores(input: &Value) -> (Vec<&str>, Vec<SalmonScores>) {
    let items = list(&input["items"]);
    let dimensions = strings(&input["dimensions"]);
    let pair = |scores: &Value| scores.is_array().then(|| vector(scores)).map(|s| [s[0], s[1]]);
    let of_item = |item: &Value| dimensions.iter().map(|name| pair(&item[*name])).collect();
    let scores = items.iter().map(of_item).collect();
    (dimensions, scores)
}

fn variances(input: &Value) -> Outcome {
    let (names, scores) = scores(input);
    let variances = salmon_variances(&scores).map_err(text)?;
    Ok(Value::Object(names.iter().zip(variances).map(|(name, v)| ((*name).to_string(), json!(v))).collect()))
}

fn label(input: &Value) -> Outcome {
    let voices: Vec<SalmonVoice> = strings(&input["dimensions"])
        .iter()
        .zip(list(&input["negated"]))
        .map(|(name, negated)| {
            let scores = vector(&input["scores"][*name]);
            let variance = number(&input["variances"], name);
            SalmonVoice { scores: [scores[0], scores[1]], negated: negated == 1, variance }
        })
        .collect();
    let label = salmon_label(&voices).map_err(text)?;
    Ok(
        json!({"scores": label.scores, "dominant": label.dominant, "preference": label.preference.map(|p| choice(Some(p)))}),
    )
}

fn overridden(input: &Value) -> Value {
    let preference = if input["preference"] == 1 { PairChoice::First } else { PairChoice::Second };
    let (instruction, first, second) =
        (string(input, "lang_instruction"), string(input, "lang_1"), string(input, "lang_2"));
    let evidence = SalmonEvidence {
        boilerplate: [flag(input, "banned_1"), flag(input, "banned_2")],
        coin: flag(input, "coin"),
        instruction_language: &instruction,
        languages: [&first, &second],
    };
    let found = salmon_override(preference, &evidence);
    json!({
        "preference": found.preference.map(|p| choice(Some(p))),
        "rule": found.by_rule,
        "dropped": found.preference.is_none(),
    })
}

fn weights(input: &Value) -> Outcome {
    let collection = list(&input["collection"]);
    let principles: Vec<(&str, f64)> =
        collection.iter().map(|p| (p["dimension"].as_str().expect("a name"), number(p, "weight"))).collect();
    let question = match input["question_type"].as_str() {
        Some("REASONING") => SalmonQuestion::Reasoning,
        Some("REDTEAMING") => SalmonQuestion::RedTeaming,
        _ => SalmonQuestion::General,
    };
    salmon_sampling_weights(&principles, question).map(|weights| json!(weights)).map_err(text)
}

fn terminal(input: &Value) -> Outcome {
    let config = &input["config"];
    let reward = SalmonReward::new(
        number(config, "penalty"),
        flag(config, "relative"),
        number(config, "length_bonus_score"),
        number(config, "length_bonus_upper_bound"),
    );
    let (bonus, total) = reward
        .and_then(|reward| {
            reward.terminal(
                number(input, "reward"),
                number(input, "response_tokens") as u32,
                number(input, "response_len") as u32,
                number(input, "length_bonus_multiplier"),
                flag(input, "has_stop"),
            )
        })
        .map_err(text)?;
    Ok(json!({"terminal_reward": total, "length_bonus": bonus}))
}

fn shaped(input: &Value) -> Outcome {
    let estimator = if input["approximator"] == "k1" { SalmonKl::ClampedK1 } else { SalmonKl::K3 };
    let (log_probs, reference) = (vector(&input["logprobs"]), vector(&input["ref_logprobs"]));
    let (terminal, beta) = (number(input, "terminal_reward"), number(input, "kl_coef"));
    let shaped = salmon_shape_rewards(&log_probs, &reference, terminal, beta, estimator).map_err(text)?;
    Ok(json!({"kl": shaped.kl, "shaped": shaped.rewards}))
}

fn loss(input: &Value) -> Outcome {
    let pair = (number(input, "r0"), number(input, "r1"), input["choice"] == 1);
    let loss = salmon_reward_loss(&[pair], Level::default()).map_err(text)?;
    Ok(json!({"loss": loss.mean.value, "p1": loss.probabilities[0], "correct": loss.accuracy.value}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function.strip_prefix("salmon.")? {
        "dimension_variances" => variances(input),
        "complete_items" => Ok(json!({"kept": salmon_complete_pairs(&scores(input).1)})),
        "aggregate_preference" => label(input),
        "pair_preference_from_logits" => {
            let logit = |name| number(input, name);
            salmon_pair_preference(
                [logit("logit_a_12"), logit("logit_b_12")],
                [logit("logit_a_21"), logit("logit_b_21")],
            )
            .map(|score| json!({"relative": score.scores, "preference": choice(score.preference)}))
            .map_err(text)
        }
        "apply_rule_overrides" => Ok(overridden(input)),
        "sampling_weights" => weights(input),
        "sample_principles" => draw_by_weight(&vector(&input["weights"]), &vector(&input["uniforms"]))
            .map(|indices| json!({"indices": indices}))
            .map_err(text),
        "terminal_reward" => terminal(input),
        "shape_rewards" => shaped(input),
        "pairwise_bce" => loss(input),
        _ => return None,
    })
}
