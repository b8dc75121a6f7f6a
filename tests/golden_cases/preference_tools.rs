//! `preference/preference_tools`: comparisons, win rates, rankings.

use probity::correlation::{Options, kendall_tau_a, kendall_tau_b, kendall_tau_c};
use probity::inference::{Bootstrap, Level, ProportionMethod, proportion};
use probity::preference::{
    BradleyTerry, BradleyTerryOptions, EloScale, Gain, GlmWeights, LengthControl, LengthControlled,
    NdcgOptions, TieModel, TiedRanks, TiedScores, best_of_n_expected_max, best_of_n_kl, bradley_terry,
    bradley_terry_probability, elo_online, length_controlled_head_to_head, length_controlled_rate,
    length_feature, ndcg, pairwise_accuracy, plackett_luce, plackett_luce_log_likelihood, tie_probabilities,
    win_rate,
};
use probity::ratings::Labels;
use probity::tally::{Comparison, Comparisons, Side};
use serde_json::{Value, json};

use super::{Outcome, figure, list, matrix, number, text, vector};

/// The number under a name, or its default.
fn or(input: &Value, name: &str, default: f64) -> f64 {
    input[name].as_f64().unwrap_or(default)
}

fn strengths(input: &Value) -> Outcome {
    let wins = matrix(&input["wins"]);
    let options = BradleyTerryOptions::new().ridge(or(input, "alpha", 0.0)).map_err(text)?;
    let scale = EloScale::new(or(input, "init", 1000.0), or(input, "scale", 400.0), or(input, "base", 10.0))
        .map_err(text)?;
    let fit = bradley_terry(wins.len(), &wins.concat(), &options).map_err(text)?;
    Ok(json!({
        "log_strength": fit.strengths(),
        "strength_sum_one": fit.shares(),
        "elo_scale": fit.strengths().iter().map(|&s| scale.rating(s)).collect::<Vec<_>>(),
        "log_likelihood": fit.log_likelihood(),
    }))
}

fn tie_model(input: &Value) -> Result<TieModel, String> {
    match input["model"].as_str().unwrap_or("davidson") {
        "davidson" => Ok(TieModel::Davidson),
        "rao_kupper" => Ok(TieModel::RaoKupper),
        other => Err(format!("unknown model {other:?}")),
    }
}

fn strengths_with_ties(input: &Value) -> Outcome {
    let counts = |value: &Value| -> Vec<Vec<u64>> {
        let whole =
            |x: &f64| if x.fract() == 0.0 && *x >= 0.0 { *x as u64 } else { panic!("a count, not {x}") };
        matrix(value).iter().map(|row| row.iter().map(whole).collect()).collect()
    };
    let (wins, ties) = (counts(&input["wins"]), counts(&input["ties"]));
    let below = ties.iter().enumerate().flat_map(|(i, row)| row[..i].to_vec()).collect();
    let tally = Comparisons::from_counts(Labels::codes(wins.len()), wins.concat(), below).map_err(text)?;
    let options = BradleyTerryOptions::new().ties(tie_model(input)?);
    let fit = BradleyTerry::fit(&tally, &options).map_err(text)?;
    Ok(json!({
        "log_strength": fit.strengths(),
        "tie_parameter": fit.tie_parameter().map(|e| e.value),
        "log_likelihood": fit.log_likelihood(),
    }))
}

fn rankings(input: &Value) -> Vec<Vec<usize>> {
    let item = |x: &Value| x.as_u64().expect("an item") as usize;
    list(&input["rankings"]).iter().map(|ranking| list(ranking).iter().map(item).collect()).collect()
}

fn ranked(input: &Value) -> Outcome {
    let items = number(input, "n_items") as usize;
    let ridge = or(input, "alpha", 0.0);
    let fit = plackett_luce(items, &rankings(input), ridge, Level::default()).map_err(text)?;
    Ok(json!({"log_strength": fit.strengths(), "log_likelihood": fit.log_likelihood()}))
}

fn elo(input: &Value) -> Outcome {
    let battle = |row: &Value| {
        let row = vector(row);
        let winner = match row[2] {
            1.0 => Side::Left,
            0.5 => Side::Tie,
            0.0 => Side::Right,
            other => return Err(format!("no outcome: {other}")),
        };
        Ok(Comparison { left: row[0] as u32, right: row[1] as u32, winner })
    };
    let battles: Vec<Comparison> =
        list(&input["battles"]).iter().map(battle).collect::<Result<_, String>>()?;
    let scale = EloScale::new(or(input, "init", 1000.0), or(input, "scale", 400.0), or(input, "base", 10.0))
        .map_err(text)?;
    let ratings = elo_online(number(input, "n_models") as usize, &battles, or(input, "k", 4.0), scale);
    Ok(json!({"ratings": ratings.map_err(text)?}))
}

fn rates(input: &Value) -> Outcome {
    let preferences = vector(&input["preferences"]);
    match win_rate(&preferences, Level::default()) {
        Ok(found) => Ok(json!({
            "win_rate": 100.0 * found.win_rate.value,
            "standard_error": found.win_rate.standard_error.map(|se| 100.0 * se),
            "n_wins": found.wins,
            "n_wins_base": found.losses,
            "n_draws": found.draws,
            "n_total": found.wins + found.losses + found.draws,
            "discrete_win_rate": 100.0 * found.discrete.value,
        })),
        Err(error) if error.is_undefined() => Ok(json!({
            "win_rate": null, "standard_error": null, "n_wins": 0, "n_wins_base": 0, "n_draws": 0, "n_total": 0,
            "discrete_win_rate": null,
        })),
        Err(error) => Err(text(error)),
    }
}

fn length_control(
    input: &Value,
    fit: impl Fn(&LengthControl) -> probity::Result<LengthControlled>,
) -> Outcome {
    let mut data = LengthControl::new(
        &vector(&input["preferences"]),
        &vector(&input["len_baseline"]),
        &vector(&input["len_model"]),
    )
    .map_err(text)?;
    let has_difficulty = input["instruction_difficulty"].is_array();
    if has_difficulty {
        data = data.difficulties(&vector(&input["instruction_difficulty"])).map_err(text)?;
    }
    let LengthControlled { weights, rate, .. } = fit(&data).map_err(text)?;
    let weights = if has_difficulty {
        vec![weights.length, weights.difficulty, weights.bias]
    } else {
        vec![weights.length, weights.bias]
    };
    Ok(json!({
        "weights": weights,
        "lc_win_rate": 100.0 * rate.value,
        "lc_standard_error": rate.standard_error.map(|se| 100.0 * se),
    }))
}

fn glm(weights: &Value) -> GlmWeights {
    let w = vector(weights);
    GlmWeights { length: w[0], difficulty: w[1], bias: w[2] }
}

fn accuracy(input: &Value) -> Outcome {
    let ties = match input["tie"].as_str().unwrap_or("half") {
        "half" => TiedScores::Half,
        "wrong" => TiedScores::Wrong,
        "drop" => TiedScores::Drop,
        other => return Err(format!("unknown option {other:?}")),
    };
    let (chosen, rejected) = (vector(&input["score_chosen"]), vector(&input["score_rejected"]));
    match pairwise_accuracy(&chosen, &rejected, ties, Level::default()) {
        Ok(found) => Ok(json!({"accuracy": found.accuracy.value, "n": found.pairs, "ties": found.ties})),
        Err(error) if error.is_undefined() => Ok(json!({"accuracy": null, "n": 0, "ties": 0})),
        Err(error) => Err(text(error)),
    }
}

fn kendall(input: &Value) -> Outcome {
    let (x, y, options) = (vector(&input["x"]), vector(&input["y"]), Options::new());
    let tau = match input["variant"].as_str().unwrap_or("b") {
        "a" => kendall_tau_a(&x, &y, &options),
        "b" => kendall_tau_b(&x, &y, &options),
        "c" => kendall_tau_c(&x, &y, &options),
        other => return Err(format!("unknown variant {other:?}")),
    };
    Ok(json!({"tau": figure(tau.map(|e| e.value))?}))
}

fn cumulative_gain(input: &Value) -> Outcome {
    let mut options = NdcgOptions::new();
    if let Some(k) = input["k"].as_u64() {
        options = options.cutoff(k as usize).map_err(text)?;
    }
    if input["gain"] == "exponential" {
        options = options.gain(Gain::Exponential);
    }
    if input["ties"] == "first" {
        options = options.ties(TiedRanks::First);
    }
    match ndcg(&vector(&input["relevance"]), &vector(&input["scores"]), &options) {
        Ok(found) => Ok(json!({"dcg": found.dcg, "ndcg": figure(found.value())?})),
        Err(error) if error.is_undefined() => Ok(json!({"dcg": null, "ndcg": null})),
        Err(error) => Err(text(error)),
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
    f64::midpoint(low, high)
}

fn bootstrap(input: &Value) -> Outcome {
    let values = vector(&input["values"]);
    if values.is_empty() {
        return Err("no values".to_string());
    }
    let statistic = match input["statistic"].as_str().unwrap_or("mean") {
        "mean" => |v: &Vec<f64>| Ok(v.iter().sum::<f64>() / v.len() as f64),
        "median" => |v: &Vec<f64>| Ok(median(v)),
        other => return Err(format!("unknown statistic {other:?}")),
    };
    let index = |x: &Value| x.as_u64().expect("an index") as usize;
    let indices = list(&input["indices"]).iter().map(|row| list(row).iter().map(index).collect()).collect();
    let level = Level::new(or(input, "level", 0.95)).map_err(text)?;
    let found = Bootstrap::new(1).level(level).indices(indices).and_then(|b| b.run(&values, &statistic));
    let found = found.map_err(text)?;
    let interval = found.interval();
    Ok(json!({
        "estimate": found.estimate(), "low": interval.lower, "high": interval.upper, "se": found.standard_error(),
    }))
}

fn wilson(input: &Value) -> Outcome {
    let count = |name| number(input, name) as u64;
    let level = Level::new(or(input, "level", 0.95)).map_err(text)?;
    match proportion(count("successes"), count("n"), ProportionMethod::Wilson, level) {
        Ok(found) => {
            Ok(json!({"low": found.interval.map(|i| i.lower), "high": found.interval.map(|i| i.upper)}))
        }
        Err(error) if error.is_undefined() => Ok(json!({"low": null, "high": null})),
        Err(error) => Err(text(error)),
    }
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let level = Level::default();
    Some(match function {
        "bradley_terry" => strengths(input),
        "bradley_terry_ties" => strengths_with_ties(input),
        "bt_probability" => bradley_terry_probability(number(input, "theta_i"), number(input, "theta_j"))
            .map(|p| json!({"p": p}))
            .map_err(text),
        "tie_probabilities" => tie_model(input).and_then(|model| {
            let (i, j) = (number(input, "theta_i"), number(input, "theta_j"));
            tie_probabilities(i, j, number(input, "tie_parameter"), model)
                .map(|p| json!({"win": p.win, "tie": p.tie, "loss": p.loss}))
                .map_err(text)
        }),
        "plackett_luce" => ranked(input),
        "plackett_luce_log_likelihood" => {
            plackett_luce_log_likelihood(&vector(&input["log_strength"]), &rankings(input))
                .map(|l| json!({"log_likelihood": l}))
                .map_err(text)
        }
        "elo_online" => elo(input),
        "win_rate" => rates(input),
        "lc_features" => length_feature(&vector(&input["len_baseline"]), &vector(&input["len_model"]))
            .map(|f| json!({"tanh_std_delta_len": f}))
            .map_err(text),
        "lc_fit_mle" => length_control(input, |data| data.fit(level)),
        "lc_fit_l1" => length_control(input, |data| data.fit_l1(or(input, "C", 100.0), level)),
        "lc_predict" => {
            let weights = GlmWeights {
                length: 0.0,
                difficulty: number(input, "w_difficulty"),
                bias: number(input, "w_bias"),
            };
            length_controlled_rate(&weights, &vector(&input["instruction_difficulty"]), level)
                .map(|e| {
                    json!({"lc_win_rate": 100.0 * e.value,
                           "lc_standard_error": e.standard_error.map(|se| 100.0 * se)})
                })
                .map_err(text)
        }
        "lc_head_to_head" => length_controlled_head_to_head(
            &glm(&input["weights_a"]),
            &glm(&input["weights_b"]),
            &vector(&input["instruction_difficulty"]),
            level,
        )
        .map(|e| json!({"win_rate": e.value}))
        .map_err(text),
        "pairwise_accuracy" => accuracy(input),
        "kendall_tau" => kendall(input),
        "ndcg" => cumulative_gain(input),
        "bon_kl" => {
            best_of_n_kl(number(input, "n") as u64).map(|kl| json!({"kl_upper_bound": kl})).map_err(text)
        }
        "bon_expected_max" => best_of_n_expected_max(&vector(&input["samples"]), number(input, "n") as usize)
            .map(|e| json!({"expected_max": e}))
            .map_err(text),
        "bootstrap_ci" => bootstrap(input),
        "wilson_interval" => wilson(input),
        _ => return None,
    })
}
