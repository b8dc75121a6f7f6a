//! `honesty/llmauditor`.

use probity::consistency::{
    ProbeCriteria, accepted_round, audit_report, codebook_agreement, criteria_rates, probe_quality,
    probe_truthfulness, response_consistency,
};
use probity::inference::Level;
use probity::text::rouge_l;
use serde_json::{Value, json};

use super::{Outcome, figure, list, matrix, number, string, text, vector};

fn judgments(value: &Value) -> Vec<bool> {
    vector(value).into_iter().map(|judgment| judgment == 1.0).collect()
}

fn agreement(input: &Value) -> Outcome {
    let raters = ["rater1", "rater2"].map(|rater| judgments(&input[rater]));
    let found = codebook_agreement(&raters, Level::default()).map_err(text)?;
    Ok(json!({"percent": found.percent.value, "cohen_kappa": figure(found.kappa.map(|k| k.value))?}))
}

fn rounds(input: &Value) -> Value {
    let kappas: Vec<Option<f64>> = list(&input["rounds"]).iter().map(|r| r["cohen_kappa"].as_f64()).collect();
    json!({"accepted_round": accepted_round(&kappas, number(input, "min_kappa"))})
}

fn consistency(input: &Value) -> Outcome {
    let found = response_consistency(&matrix(&input["embeddings"])).map_err(text)?;
    Ok(json!({
        "mean_pairwise": found.mean_pairwise,
        "min_pairwise": found.min_pairwise,
        "medoid": found.medoid,
        "mean_to_others": found.mean_to_others,
    }))
}

fn quality(input: &Value) -> Outcome {
    let found = probe_quality(&vector(&input["question"]), &matrix(&input["probes"]), Level::default());
    let found = found.map_err(text)?;
    Ok(json!({
        "relevance": found.relevance,
        "mean_relevance": found.mean_relevance.value,
        "diversity": found.diversity,
    }))
}

fn criteria(input: &Value) -> Outcome {
    let met = |probe: &Value, name: &str| probe[name].as_bool().expect("a judgment");
    let probes: Vec<_> = list(&input["probes"])
        .iter()
        .map(|probe| ProbeCriteria { relevant: met(probe, "relevant"), diverse: met(probe, "diverse") })
        .collect();
    let found = criteria_rates(&probes, Level::default()).map_err(text)?;
    Ok(json!({
        "relevant": found.relevant.value,
        "diverse": found.diverse.value,
        "both": found.both.value,
    }))
}

fn report(input: &Value) -> Outcome {
    let found = audit_report(&matrix(&input["similarities"]), number(input, "threshold"), Level::default());
    let found = found.map_err(text)?;
    let question = |q: &probity::consistency::QuestionAudit| {
        json!({
            "mean": q.mean,
            "min": q.min,
            "inconsistent_pairs": q.inconsistent_pairs,
            "flagged": q.flagged,
        })
    };
    Ok(json!({
        "questions": found.questions.iter().map(question).collect::<Vec<_>>(),
        "overall_mean": found.mean.value,
        "flag_rate": found.flag_rate.value,
    }))
}

fn truthfulness(input: &Value) -> Outcome {
    let truthful: Vec<_> = list(&input["truthful"]).iter().map(judgments).collect();
    let found = probe_truthfulness(&truthful, Level::default()).map_err(text)?;
    Ok(json!({
        "probe_rate": found.probes.value,
        "all_probes_truthful": found.all.value,
        "mixed": found.mixed.value,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "auditor::agreement" => agreement(input),
        "auditor::codebook_rounds" => Ok(rounds(input)),
        "auditor::response_consistency" => consistency(input),
        "auditor::probe_quality" => quality(input),
        "auditor::criteria_rates" => criteria(input),
        "auditor::report" => report(input),
        "auditor::truthfulness" => truthfulness(input),
        "auditor::rouge_l" => {
            let [candidate, reference] =
                ["candidate", "reference"].map(|name| string(input, name).to_lowercase());
            let words = |text: &'_ str| text.split_whitespace().map(String::from).collect::<Vec<_>>();
            figure(rouge_l(&words(&candidate), &words(&reference)).f1())
        }
        _ => return None,
    })
}
