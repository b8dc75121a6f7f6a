//! `self_correction/self_evolution`.

use probity::Error;
use probity::correction::self_evolution::{
    EvolutionRound, JudgedAnswer, MetaLogProbs, Preferred, Qualification, StartFrom, TrainingMode,
    WinTieLose, evolution_curve, parse_qualified, self_feedback_filter, self_losses,
    swap_consistent_pairwise, training_set,
};
use probity::inference::{Estimate, Level};
use serde_json::{Value, json};

use super::{Outcome, figure, number, text, vector};

fn list<'a>(input: &'a Value, name: &str) -> &'a [Value] {
    input[name].as_array().unwrap_or_else(|| panic!("a list under {name}"))
}

fn filter(input: &Value) -> Outcome {
    let answers: Vec<JudgedAnswer> = list(input, "items")
        .iter()
        .map(|item| JudgedAnswer {
            verdict: match item["verdict"].as_str() {
                Some("qualified") => Qualification::Qualified,
                Some("unqualified") => Qualification::Unqualified,
                Some("unparsed") => Qualification::Unparsed,
                other => panic!("a verdict, found {other:?}"),
            },
            correct: item["correct"].as_bool(),
        })
        .collect();
    let found = self_feedback_filter(&answers, Level::default()).map_err(text)?;
    let value = |e: Result<Estimate, Error>| figure(e.map(|e| e.value));
    Ok(json!({
        "kept": found.kept,
        "keep_rate": found.keep_rate.value,
        "accuracy_unfiltered": value(found.accuracy_unfiltered)?,
        "accuracy_filtered": value(found.accuracy_filtered)?,
        "recall_of_correct": value(found.recall_of_correct)?,
    }))
}

fn set(input: &Value) -> Outcome {
    let mode = match input["mode"].as_str() {
        Some("restart") => TrainingMode::Restart,
        Some("continual") => TrainingMode::Continual,
        Some("continual_only_new") => TrainingMode::ContinualOnlyNew,
        other => panic!("a mode, found {other:?}"),
    };
    let rounds: Vec<&[Value]> =
        list(input, "rounds").iter().map(|r| r.as_array().expect("a round").as_slice()).collect();
    let set = training_set(list(input, "meta"), &rounds, mode).map_err(text)?;
    let start_from = match set.start_from {
        StartFrom::MetaSkillModel => "meta-skill model",
        StartFrom::PreviousModel => "previous model",
    };
    Ok(json!({"start_from": start_from, "items": set.items}))
}

fn curve(input: &Value) -> Outcome {
    let verdicts = |value: &Value| -> Vec<Option<bool>> {
        value.as_array().expect("verdicts").iter().map(Value::as_bool).collect()
    };
    let rounds: Vec<_> =
        list(input, "rounds").iter().map(|r| (verdicts(&r["direct"]), verdicts(&r["refined"]))).collect();
    let rounds: Vec<_> = rounds.iter().map(|(direct, refined)| EvolutionRound { direct, refined }).collect();
    let curve = evolution_curve(&rounds, Level::default()).map_err(text)?;
    let figures = curve.rounds.iter().map(|r| {
        json!({
            "direct": r.accuracy_t1.value,
            "refined": r.accuracy_t2.value,
            "refinement_gain": r.delta.value,
            "i_to_c": r.delta_i_to_c.value,
            "c_to_i": r.delta_c_to_i.value,
        })
    });
    let gains = std::iter::once(Value::Null).chain(curve.gains.iter().map(|gain| json!(gain.value)));
    Ok(json!({
        "rounds": figures.collect::<Vec<_>>(),
        "round_gain": gains.collect::<Vec<_>>(),
        "best_round": curve.best_round,
    }))
}

fn pairwise(input: &Value) -> Value {
    let side = |value: &Value| match value.as_str() {
        Some("a") => Preferred::A,
        Some("b") => Preferred::B,
        Some("tie") => Preferred::Tie,
        other => panic!("a side, found {other:?}"),
    };
    let judgements: Vec<_> =
        list(input, "judgements").iter().map(|pair| [side(&pair[0]), side(&pair[1])]).collect();
    let found = swap_consistent_pairwise(&judgements);
    let counts = |w: WinTieLose| json!([w.win, w.tie, w.lose]);
    json!({"strict": counts(found.strict), "lenient": counts(found.lenient), "conflicts": found.conflicts})
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "self_feedback_filter" => filter(input),
        "self_losses" => {
            let meta: Vec<MetaLogProbs> = list(input, "meta")
                .iter()
                .map(|m| MetaLogProbs {
                    feedback: number(m, "feedback"),
                    refine: number(m, "refine"),
                    direct: number(m, "direct"),
                })
                .collect();
            self_losses(&meta, &vector(&input["evolution_direct"]), number(input, "beta"))
                .map(|l| json!({"meta_loss": l.meta_loss, "self_loss": l.self_loss, "total": l.total}))
                .map_err(text)
        }
        "evolution_training_set" => set(input),
        "evolution_curve" => curve(input),
        "swap_consistent_pairwise" => Ok(pairwise(input)),
        "parse_qualified" => {
            let verdicts =
                list(input, "texts").iter().map(|t| match parse_qualified(t.as_str().expect("a text")) {
                    Qualification::Qualified => "qualified",
                    Qualification::Unqualified => "unqualified",
                    Qualification::Unparsed => "unparsed",
                });
            Ok(json!({"verdicts": verdicts.collect::<Vec<_>>()}))
        }
        _ => return None,
    })
}
