//! `honesty/selfcheckagent`, golden and published.

use probity::consistency::{
    DetectionPassage, Factuality, MqagMethod, MqagQuestion, NgramOptions, NgramScores, PromptRule,
    SimilarWords, TaskScore, Triangulation, balanced_accuracy, evaluate_detection, mqag_score,
    probability_baseline, selfcheck_bertscore, selfcheck_ngram, selfcheck_nli, selfcheck_prompt_answer,
    symbolic_agent,
};
use probity::inference::{Bootstrap, Estimate, Level};
use serde_json::{Value, json};

use super::{Outcome, figure, list, matrix, number, string, text, vector};

fn strings(value: &Value) -> Vec<String> {
    list(value).iter().map(|s| s.as_str().expect("a token").to_string()).collect()
}

fn passage(value: &Value) -> Vec<Vec<String>> {
    list(value).iter().map(strings).collect()
}

fn options(input: &Value) -> Result<NgramOptions, probity::Error> {
    NgramOptions::new()
        .n(number(input, "n") as usize)?
        .lowercase(input["lowercase"].as_bool().unwrap_or(true))
        .smoothing(number(input, "smoothing"))
}

fn scores(scores: &NgramScores) -> Value {
    let of = |part: fn(&probity::consistency::SentenceSurprise) -> f64| {
        scores.sentences.iter().map(part).collect::<Vec<_>>()
    };
    json!({
        "sent_level": {
            "avg_neg_logprob": of(|s| s.mean),
            "max_neg_logprob": of(|s| s.max),
            "min_neg_logprob": of(|s| s.min),
        },
        "doc_level": {
            "avg_neg_logprob": scores.mean.value,
            "avg_max_neg_logprob": scores.mean_of_max.value,
            "avg_min_neg_logprob": scores.mean_of_min.value,
        },
    })
}

fn texts(input: &Value) -> (Vec<Vec<String>>, Vec<Vec<Vec<String>>>) {
    (passage(&input["passage"]), list(&input["samples"]).iter().map(passage).collect())
}

fn ngram(input: &Value) -> Outcome {
    let (passage, samples) = texts(input);
    let options = options(input).map_err(text)?;
    selfcheck_ngram(&passage, &samples, &options).map(|found| scores(&found)).map_err(text)
}

fn symbolic(input: &Value) -> Outcome {
    let (passage, samples) = texts(input);
    let pairs = list(&input["similar"]).iter().map(strings).map(|pair| (pair[0].clone(), pair[1].clone()));
    let options = options(input).map_err(text)?;
    let found =
        symbolic_agent(&passage, &samples, &SimilarWords::from_pairs(pairs), &options).map_err(text)?;
    let mut result = scores(&found.ngram);
    result["normalised_avg"] = match found.normalised {
        Ok(values) => json!(values),
        Err(error) if error.is_undefined() => json!(vec![Value::Null; passage.len()]),
        Err(error) => return Err(text(error)),
    };
    result["document_score"] = figure(found.document)?;
    Ok(result)
}

fn mqag(input: &Value) -> Outcome {
    let of = |name| number(input, name);
    let method = match input["method"].as_str() {
        Some("counting") => MqagMethod::Counting { threshold: of("AT") },
        Some("bayes") => MqagMethod::Bayes { beta1: of("beta1"), beta2: of("beta2"), threshold: of("AT") },
        Some("bayes_alpha") => MqagMethod::BayesWithAlpha { beta1: of("beta1"), beta2: of("beta2") },
        other => panic!("unknown method {other:?}"),
    };
    let question = MqagQuestion {
        answer: &vector(&input["answer"]),
        answerability: of("answerability"),
        sample_answers: &matrix(&input["sample_answers"]),
        sample_answerability: &vector(&input["sample_answerability"]),
    };
    mqag_score(&question, method).map(|score| json!(score)).map_err(text)
}

fn values(estimates: Vec<Estimate>) -> Value {
    json!(estimates.into_iter().map(|e| e.value).collect::<Vec<_>>())
}

fn nli(input: &Value) -> Outcome {
    let sentences = list(&input["entail_contradict_logits"]).iter().map(matrix);
    let logits: Vec<Vec<(f64, f64)>> =
        sentences.map(|samples| samples.into_iter().map(|pair| (pair[0], pair[1])).collect()).collect();
    selfcheck_nli(&logits, Level::default()).map(values).map_err(text)
}

fn baselines(input: &Value) -> Outcome {
    let sentences = list(&input["token_logprobs"]).iter().zip(list(&input["top_logprobs"]));
    let of = |(tokens, likeliest): (&Value, &Value)| {
        let b = probability_baseline(&vector(tokens), &matrix(likeliest)).map_err(text)?;
        Ok(json!({
            "avg_neg_logprob": b.surprise.mean,
            "max_neg_logprob": b.surprise.max,
            "avg_entropy_ppl": b.mean_perplexity,
            "max_entropy_ppl": b.max_perplexity,
        }))
    };
    sentences.map(of).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn triangulate(input: &Value) -> Outcome {
    let agents = ["symbolic", "specialized", "contextual"];
    let weights = agents.map(|name| number(&input["weights"], name)).to_vec();
    let rule = Triangulation::new().threshold(number(input, "threshold")).and_then(|t| t.weights(weights));
    let found = rule.and_then(|rule| rule.judge(&agents.map(|name| vector(&input["scores"][name]))));
    let found = found.map_err(text)?;
    Ok(json!({
        "mean": found.iter().map(|s| s.mean).collect::<Vec<_>>(),
        "votes": found.iter().map(|s| s.votes).collect::<Vec<_>>(),
        "hallucinated": found.iter().map(|s| s.hallucinated).collect::<Vec<_>>(),
        "unanimous": found.iter().map(|s| s.unanimous).collect::<Vec<_>>(),
    }))
}

fn label(label: f64) -> Factuality {
    match label {
        0.0 => Factuality::Accurate,
        0.5 => Factuality::Minor,
        1.0 => Factuality::Major,
        other => panic!("unknown label {other}"),
    }
}

fn detection(input: &Value) -> Outcome {
    let passage = |passage: &Value| DetectionPassage {
        labels: vector(&passage["labels"]).into_iter().map(label).collect(),
        scores: vector(&passage["scores"]),
    };
    let passages: Vec<_> = list(&input["passages"]).iter().map(passage).collect();
    let bootstrap = Bootstrap::new(1).resamples(20).map_err(text)?;
    let found = evaluate_detection(&passages, &bootstrap).map_err(text)?;
    let of = |task: &Result<TaskScore, probity::Error>, part: fn(&TaskScore) -> f64| {
        figure(task.clone().map(|score| part(&score)))
    };
    Ok(json!({
        "nonfact_auc_pr": of(&found.nonfact, |t| t.auc_pr.value)?,
        "nonfact_star_auc_pr": of(&found.nonfact_star, |t| t.auc_pr.value)?,
        "factual_auc_pr": of(&found.factual, |t| t.auc_pr.value)?,
        "random_nonfact": of(&found.nonfact, |t| t.random.value)?,
        "random_nonfact_star": of(&found.nonfact_star, |t| t.random.value)?,
        "random_factual": of(&found.factual, |t| t.random.value)?,
        "passage_pearson": figure(found.pearson.map(|e| e.value))?,
        "passage_spearman": figure(found.spearman.map(|e| e.value))?,
        "n_star_passages": of(&found.nonfact_star, |t| t.passages as f64)?,
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "selfcheck::ngram" => ngram(input),
        "selfcheck::symbolic_agent" => symbolic(input),
        "selfcheck::mqag_question_score" => mqag(input),
        "selfcheck::nli" => nli(input),
        "selfcheck::prompt_score" => {
            Ok(json!(selfcheck_prompt_answer(&string(input, "text"), PromptRule::Prefix)))
        }
        "selfcheck::bertscore" => {
            let f1: Vec<_> = list(&input["f1"]).iter().map(matrix).collect();
            selfcheck_bertscore(&f1, Level::default()).map(values).map_err(text)
        }
        "selfcheck::probability_baselines" => baselines(input),
        "selfcheck::balanced_accuracy" => {
            let labels: Vec<bool> = vector(&input["hallucinated"]).into_iter().map(|h| h == 1.0).collect();
            balanced_accuracy(&vector(&input["score"]), &labels, number(input, "threshold"), Level::default())
                .map(|e| json!(e.value))
                .map_err(text)
        }
        "selfcheck::triangulate" => triangulate(input),
        "selfcheck::evaluate_detection" => detection(input),
        _ => return None,
    })
}
