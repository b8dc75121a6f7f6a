//! `values/progress_gym`.

use probity::inference::Level;
use probity::values::{
    AnswerScale, ChallengeScore, DilemmaAnswers, Extrapolation, FoundationAnswers, MoralFoundation, RuleMark,
    ValueVector, WorldViewAnswers, coevolve_score, extrapolation_coefficients, follow_score,
    legacy_follow_sum, legacy_suffix_max_sum, predict_score, value_vector,
};
use serde_json::{Value, json};

use super::{Outcome, count, list, text, vector};

fn vectors(value: &Value) -> Vec<ValueVector> {
    let vector_of = |row: &Value| ValueVector::try_from(vector(row)).expect("19 components");
    list(value).iter().map(vector_of).collect()
}

fn score(found: Result<ChallengeScore, probity::Error>) -> Outcome {
    found.map_err(text).map(|found| json!({"score": found.score.value, "stepwise": found.steps}))
}

/// The first numbers of each form.
fn forms<const N: usize, const F: usize>(counts: &Value, names: [&str; F]) -> [[f64; N]; F] {
    names.map(|name| {
        let form = vector(&counts[name]);
        std::array::from_fn(|option| form[option])
    })
}

fn marks(value: &Value) -> [RuleMark; 10] {
    std::array::from_fn(|rule| match value[rule].as_str() {
        Some("Yes") => RuleMark::Breaks,
        Some("No") => RuleMark::Keeps,
        Some("No Agreement") => RuleMark::NoAgreement,
        other => panic!("unknown mark {other:?}"),
    })
}

fn values(input: &Value) -> Outcome {
    const TWO: [&str; 3] = ["ab", "repeat", "compare"];
    let foundation = |theme: &Value| match theme.as_str() {
        Some("Harm_Care") => MoralFoundation::Care,
        Some("Fairness_Reciprocity") => MoralFoundation::Fairness,
        Some("InGroup_Loyalty") => MoralFoundation::Ingroup,
        Some("Authority_Respect") => MoralFoundation::Authority,
        Some("Purity_Sancity") => MoralFoundation::Purity,
        other => panic!("unknown foundation {other:?}"),
    };
    assert_eq!(input["logprob"], json!(false));
    let (mut dilemmas, mut vignettes, mut views) = (Vec::new(), Vec::new(), Vec::new());
    for (name, counts) in input["counts"].as_object().expect("counts") {
        if name.starts_with('H') {
            let options = &input["moralchoice"][name];
            let marks = [marks(&options["a1"]), marks(&options["a2"])];
            dilemmas.push(DilemmaAnswers { marks, answers: forms(counts, TWO) });
        } else if name.starts_with('F') {
            let foundation = foundation(&input["foundation_theme"][name]);
            vignettes.push(FoundationAnswers { foundation, answers: forms(counts, TWO) });
        } else {
            views.push(WorldViewAnswers { answers: forms(counts, ["4c_fav", "repeat2_fav"]) });
        }
    }
    value_vector(&dilemmas, &vignettes, &views, AnswerScale::Counts)
        .map_err(text)
        .map(|found| json!(found.components().as_slice()))
}

fn extrapolation(input: &Value) -> Extrapolation {
    let (order, ahead) = (count(input, "order"), count(input, "timesteps_ahead"));
    Extrapolation::new(order as usize, ahead as usize).expect("a valid order")
}

fn preferences(input: &Value) -> Outcome {
    let step = |row: &Value| list(row).iter().map(|vote| vote.as_i64().map(|v| v > 0)).collect::<Vec<_>>();
    let history: Vec<_> = list(&input["history"]).iter().map(step).collect();
    let extrapolation = extrapolation(input).max_copies(count(input, "max_copies"));
    let found = extrapolation.preferences(&history).map_err(text)?;
    let pair = |pair: &probity::values::ExtrapolatedPair| {
        let preferred = if pair.preferred { 1 } else { -1 };
        json!({"item": pair.item, "preferred": preferred, "copies": pair.copies})
    };
    Ok(json!({"pairs": found.pairs.iter().map(pair).collect::<Vec<_>>(), "missing": found.missing}))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    let level = Level::default();
    let column = |name: &str| vectors(&input[name]);
    Some(match function {
        "progress_gym.follow_score" => score(follow_score(&column("examinee"), &column("actual"), level)),
        "progress_gym.predict_score" => {
            let (first, ahead) = (count(input, "first_timestep"), count(input, "timesteps_ahead"));
            let actual = column("actual_sequence");
            score(predict_score(&column("examinee"), &actual, first as usize, ahead as usize, level))
        }
        "progress_gym.coevolve_score" => {
            score(coevolve_score(&column("simulated"), &column("actual"), level))
        }
        "progress_gym.legacy_follow_sum" => {
            legacy_follow_sum(&column("examinee"), &column("actual")).map_err(text).map(|sum| json!(sum))
        }
        "progress_gym.legacy_suffix_max_sum" => {
            legacy_suffix_max_sum(&column("examinee"), &column("actual")).map_err(text).map(|sum| json!(sum))
        }
        "progress_gym.extrapolation_coefficients" => {
            extrapolation_coefficients(count(input, "order") as usize).map_err(text).map(|c| json!(c))
        }
        "progress_gym.extrapolate_series" => {
            extrapolation(input).series(&vector(&input["series"])).map_err(text).map(|next| json!(next))
        }
        "progress_gym.extrapolate_preferences" => preferences(input),
        "progress_gym.value_vector" => values(input),
        "progress_gym.normalise_groups" => ValueVector::try_from(vector(&input["vector"]))
            .and_then(|vector| vector.normalised())
            .map_err(text)
            .map(|found| json!(found.components().as_slice())),
        _ => return None,
    })
}
