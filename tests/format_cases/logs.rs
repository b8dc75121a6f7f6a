//! The logs of tools.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use probity::agreement::cohen_kappa;
use probity::io::{
    ArgillaRecords, BattleImport, BattleTable, DeepEvalRun, HelmStats, Import, InspectLog, LabelStudioExport,
    LmEvalSamples, MtBenchScores, OpenAiEvalsLog, ProdigyAnnotations, PromptfooResults, Strictness,
};
use probity::ratings::{Ratings, Scale};
use probity::tally::Side;
use serde_json::{Map, Value, json};

use crate::{Found, Outcome, counts, insert, labels, pair_agreement};

/// What the expectations state and no reader gives: what is about the run and not about its judgments, and what the
/// reader folds together on purpose.
pub(crate) const UNASKED: [(&str, &[&str]); 9] = [
    (
        "alpaca_eval",
        &[
            "items_instruction",
            "judges",
            "below_1",
            "above_2",
            "null_fields",
            "aggregates.wrong_if_0_not_mapped = mean(pref-1)",
            "aggregates.mean_price_per_example",
        ],
    ),
    ("deepeval", &["wrapped_in_testRunData", "orders", "conversational_test_cases", "test_case_success"]),
    ("helm", &["instances_with_empty_stats", "splits", "missing", "counts_above_1"]),
    (
        "inspect",
        &[
            "item_id_types",
            "model",
            "model_roles",
            "task",
            "status",
            "log_version",
            "zip",
            "missing.samples_with_error",
            "aggregates.results.completed_samples",
            "aggregates.reported:",
        ],
    ),
    (
        "label_studio",
        &[
            "items",
            "annotations",
            "cancelled",
            "raters_completed_by",
            "completed_by_kind",
            "tasks_without_annotation",
            "ground_truth_annotations",
            "from_names",
            "predictions",
            "prediction_model_versions",
            "reviews",
            "reviews_rejected",
            "aggregates",
        ],
    ),
    ("lm_eval", &[]),
    (
        "mt_bench",
        &[
            "judges",
            "minus1_judgment_texts",
            "items_question_turn",
            "games",
            "judgments_games_non_error",
            "missing_games",
            "g1",
            "g2",
            "aggregates.position_agreement_g1_eq_g2_nonerror",
        ],
    ),
    (
        "prodigy",
        &[
            "items_id",
            "records_per_rater",
            "answers",
            "missing(answer=ignore)",
            "multi_accept",
            "rejects_with_accept_nonempty",
        ],
    ),
    (
        "promptfoo",
        &["version", "failureReason", "component_assertion_types", "rows_without_gradingResult", "prompts"],
    ),
];

/// Reads a file of a format; `None` if there is no reader.
pub(crate) fn read(format: &str, path: &Path, expected: &mut Map<String, Value>) -> Option<Outcome> {
    let unasked = UNASKED.iter().find(|(name, _)| *name == format).map_or(&[][..], |(_, keys)| keys);
    for key in unasked {
        forget(expected, key);
    }
    Some(match format {
        "alpaca_eval" => alpaca_eval(path, expected),
        "argilla" => plain(ArgillaRecords::new().read(path, Strictness::Strict)),
        "deepeval" => deepeval(path),
        "helm" => helm(path, expected),
        "inspect" => inspect(path),
        "label_studio" => label_studio(path, expected),
        "lm_eval" => lm_eval(path),
        "mt_bench" if expected.contains_key("folded") => mt_bench_pairs(path, expected),
        "mt_bench" => mt_bench_scores(path),
        "openai_evals" => plain(OpenAiEvalsLog::new().read(path, Strictness::Strict)),
        "prodigy" => prodigy(path, expected),
        "promptfoo" => promptfoo(path),
        _ => return None,
    })
}

/// Removes a key, one within `missing` or `aggregates`, or with a `:` at the end all that start so.
fn forget(expected: &mut Map<String, Value>, key: &str) {
    let (map, key) = match key.split_once('.') {
        Some((outer @ ("missing" | "aggregates"), inner)) => {
            match expected.get_mut(outer).and_then(Value::as_object_mut) {
                Some(map) => (map, inner),
                None => return,
            }
        }
        _ => (expected, key),
    };
    if key.ends_with(':') {
        map.retain(|name, _| !name.starts_with(key));
    } else {
        map.remove(key);
    }
}

fn plain(import: probity::io::Result<Import>) -> Outcome {
    let Import { ratings, report, .. } = import?;
    let mut found = counts(&report);
    let names = |ids: &probity::ratings::Ids| json!(ids.names().collect::<Vec<_>>());
    insert(
        &mut found,
        [
            ("items", names(ratings.items())),
            ("raters", names(ratings.raters())),
            ("labels", json!(labels(&ratings))),
        ],
    );
    Ok(found)
}

/// The values by rater, or of all under one name.
fn values(ratings: &Ratings) -> BTreeMap<String, Vec<f64>> {
    let view = ratings.values().expect("numbers");
    let of = |rater| view.rater(rater).map(|(_, value)| value).collect();
    ratings.raters().names().enumerate().map(|(rater, name)| (name.into_owned(), of(rater))).collect()
}

fn mean(values: &[f64]) -> Value {
    json!(values.iter().sum::<f64>() / values.len() as f64)
}

fn parts(name: &str) -> Vec<String> {
    name.split(':').map(String::from).collect()
}

/// The different values of a part of the items' names.
fn part(ratings: &Ratings, i: usize) -> BTreeSet<String> {
    ratings.items().names().map(|name| parts(&name)[i].clone()).collect()
}

fn inspect(path: &Path) -> Outcome {
    let import = InspectLog::new().read(path, Strictness::Strict)?;
    let numbers = InspectLog::new().scale(Scale::Interval).read(path, Strictness::Strict)?;
    let ratings = &import.ratings;
    let number = |text: &str| text.parse::<u64>().map_or(json!(text), |number| json!(number));
    let ids: Vec<Value> = ratings.items().names().map(|name| number(&parts(&name)[0])).collect();
    let mut aggregates: Map<String, Value> = values(&numbers.ratings)
        .into_iter()
        .map(|(scorer, values)| (format!("mean_value:{scorer}"), mean(&values)))
        .collect();
    aggregates.insert("results.total_samples".into(), json!(import.report.announced));
    let mut found = counts(&import.report);
    insert(
        &mut found,
        [
            ("items", json!(part(ratings, 0).len())),
            ("item_ids", json!(ids)),
            ("epochs", part(ratings, 1).iter().map(|epoch| number(epoch)).collect()),
            ("cells_id_epoch", json!(ratings.n_items())),
            ("scorers", json!(ratings.raters().names().collect::<Vec<_>>())),
            ("missing", json!({"samples_without_any_score": import.report.missing})),
            ("labels", json!(labels(ratings))),
            ("aggregates", Value::Object(aggregates)),
        ],
    );
    Ok(found)
}

fn lm_eval(path: &Path) -> Outcome {
    let import = LmEvalSamples::new().read(path, Strictness::Strict)?;
    let as_written = LmEvalSamples::new().scale(Scale::Nominal).read(path, Strictness::Strict)?;
    let (mut metrics, mut filters, mut aggregates) = (BTreeSet::new(), Map::new(), Map::new());
    for (rater, values) in values(&import.ratings) {
        let (metric, filter) = rater.split_once(',').expect("a metric and a filter");
        metrics.insert(metric.to_string());
        filters.insert(filter.to_string(), json!(values.len()));
        aggregates.insert(format!("mean:{metric}|{filter}"), mean(&values));
    }
    let mut found = counts(&import.report);
    insert(
        &mut found,
        [
            ("items", json!(import.ratings.n_items())),
            ("metrics", json!(metrics)),
            ("filters", Value::Object(filters)),
            ("labels", json!(labels(&as_written.ratings))),
            ("aggregates", Value::Object(aggregates)),
        ],
    );
    Ok(found)
}

/// Verdicts under the names that Python has for them.
fn verdicts(ratings: &Ratings) -> Value {
    let name = |name: &str| if name == "true" { "True" } else { "False" };
    json!(labels(ratings).iter().map(|(label, n)| (name(label), n)).collect::<BTreeMap<_, _>>())
}

fn promptfoo(path: &Path) -> Outcome {
    let read = |results: PromptfooResults| results.read(path, Strictness::Strict);
    let rows = read(PromptfooResults::new())?;
    let scores = read(PromptfooResults::new().scale(Scale::Interval))?;
    let components = read(PromptfooResults::new().assertions())?;
    let component_scores = read(PromptfooResults::new().assertions().scale(Scale::Interval))?;
    let passed = labels(&rows.ratings).get("true").copied().unwrap_or(0);
    let judged = rows.report.judgments as usize;
    let all: Vec<f64> = values(&scores.ratings).into_values().flatten().collect();
    let mut metrics: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (rater, values) in values(&component_scores.ratings) {
        metrics.entry(parts(&rater)[0].clone()).or_default().extend(values);
    }
    let scored: BTreeMap<_, _> = metrics.iter().map(|(name, values)| (name.clone(), mean(values))).collect();
    let mut found = counts(&rows.report);
    insert(
        &mut found,
        [
            ("items_testIdx", json!(part(&rows.ratings, 0).len())),
            ("providers", json!(rows.ratings.raters().names().collect::<Vec<_>>())),
            ("cells", json!(rows.ratings.n_items() * rows.ratings.n_raters())),
            ("judgments_row_level(non-error)", json!(judged)),
            ("missing(failureReason=2)", json!(rows.report.missing)),
            ("success", verdicts(&rows.ratings)),
            ("component_judgments", json!(components.report.judgments)),
            ("component_metrics", json!(metrics.keys().collect::<Vec<_>>())),
            ("component_pass", json!(labels(&components.ratings).get("true"))),
            ("labels", json!(scores.ratings.labels().names())),
            (
                "aggregates",
                json!({
                    "stats": {"successes": passed, "failures": judged - passed, "errors": rows.report.missing},
                    "mean_score_all_rows": mean(&all),
                    "mean_score_non_error_rows": mean(&all),
                    "pass_rate_non_error": passed as f64 / judged as f64,
                    "named_scores_mean": scored,
                }),
            ),
        ],
    );
    Ok(found)
}

fn helm(path: &Path, expected: &Map<String, Value>) -> Outcome {
    let import = HelmStats::new().read(path, Strictness::Strict)?;
    let ratings = &import.ratings;
    let wanted: Vec<String> = expected["aggregates"].as_object().expect("metrics").keys().cloned().collect();
    let chosen = HelmStats::new().metrics(wanted).read(path, Strictness::Strict)?;
    let aggregates = values(&chosen.ratings).into_iter().map(|(metric, values)| {
        let range = |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick);
        let figures = json!({
            "n": values.len(), "mean_of_means": mean(&values), "sum": values.iter().sum::<f64>(),
            "min": range(f64::min), "max": range(f64::max),
        });
        (metric, figures)
    });
    let perturbed = ratings.items().names().filter(|name| parts(name).len() > 2).count();
    let names: BTreeSet<_> = ratings.raters().names().collect();
    let mut found = counts(&import.report);
    insert(
        &mut found,
        [
            ("items", json!(part(ratings, 0).len())),
            ("keys_instance_trial_perturbation", json!(ratings.n_items())),
            ("metrics", json!(names.len())),
            ("metric_names", json!(names)),
            ("judgments_total_stats", json!(import.report.judgments + import.report.missing)),
            ("records_with_perturbation", json!(perturbed)),
            ("stats_with_count_0", json!(import.report.missing)),
            ("stats_without_mean", json!(import.report.missing)),
            ("aggregates", Value::Object(aggregates.collect())),
        ],
    );
    Ok(found)
}

fn deepeval(path: &Path) -> Outcome {
    let verdict = DeepEvalRun::new().read(path, Strictness::Strict)?;
    let score = DeepEvalRun::new().scale(Scale::Interval).read(path, Strictness::Strict)?;
    let raters: Vec<Vec<String>> = verdict.ratings.raters().names().map(|name| parts(&name)).collect();
    let judge = |rater: &Vec<String>| rater.get(1).cloned().unwrap_or_else(|| "None".to_string());
    let all: Vec<f64> = values(&score.ratings).into_values().flatten().collect();
    let means = values(&score.ratings)
        .into_iter()
        .map(|(rater, values)| (format!("mean_score:{}", parts(&rater)[0]), mean(&values)));
    let passed = labels(&verdict.ratings).get("true").copied().unwrap_or(0) as f64;
    let mut found = counts(&score.report);
    insert(
        &mut found,
        [
            ("items", json!(verdict.ratings.n_items())),
            ("metrics", json!(raters.iter().map(|rater| &rater[0]).collect::<BTreeSet<_>>())),
            ("judges_evaluationModel", json!(raters.iter().map(judge).collect::<BTreeSet<_>>())),
            ("metrics_without_evaluationModel", json!(raters.iter().filter(|r| r.len() < 2).count())),
            ("success_null_or_absent", json!(verdict.report.missing)),
            ("success", verdicts(&verdict.ratings)),
            ("labels", json!([all.iter().copied().reduce(f64::min), all.iter().copied().reduce(f64::max)])),
            ("aggregates", Value::Object(means.collect())),
            ("pass_rate_metrics", json!(passed / verdict.report.judgments as f64)),
        ],
    );
    Ok(found)
}

fn mt_bench_scores(path: &Path) -> Outcome {
    let import = MtBenchScores::new().read(path, Strictness::Strict)?;
    let as_written = MtBenchScores::new().scale(Scale::Nominal).read(path, Strictness::Strict)?;
    let mut pools: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (model, ratings) in &import.groups {
        let view = ratings.values()?;
        for (item, name) in ratings.items().names().enumerate() {
            let turn = format!("turn{}", parts(&name)[1]);
            for pool in [turn.as_str(), "both_turns_pooled"] {
                let key = format!("mean_score:{model}:{pool}");
                pools.entry(key).or_default().extend(view.item(item).map(|(_, score)| score));
            }
        }
    }
    let pools =
        pools.into_iter().map(|(name, values)| (name, json!({"n": values.len(), "mean": mean(&values)})));
    let mut by_label = labels(&as_written.ratings);
    by_label.insert("-1".into(), import.report.missing as usize);
    let mut found = counts(&import.report);
    insert(
        &mut found,
        [
            ("questions", json!(part(&import.ratings, 0).len())),
            ("models", json!(import.groups.iter().map(|(model, _)| model).collect::<Vec<_>>())),
            ("judge_models", json!(import.ratings.raters().names().collect::<Vec<_>>())),
            ("labels", json!(by_label)),
            ("aggregates", Value::Object(pools.collect())),
        ],
    );
    Ok(found)
}

fn battles(import: &BattleImport) -> (Found, [usize; 3]) {
    let side = |side| import.battles.iter().filter(|b| b.comparison.winner == side).count();
    (counts(&import.report), [side(Side::Left), side(Side::Right), side(Side::Tie)])
}

fn mt_bench_pairs(path: &Path, expected: &mut Map<String, Value>) -> Outcome {
    let import = BattleTable::mt_bench().read(path, Strictness::Strict)?;
    let (mut found, [left, right, ties]) = battles(&import);
    // Games that do not agree are a tie.
    let folded = expected["folded"].as_object_mut().expect("verdicts");
    let split = folded.remove("inconsistent").and_then(|n| n.as_u64()).unwrap_or(0);
    let tied = folded.get("tie").and_then(Value::as_u64).unwrap_or(0);
    folded.insert("tie".into(), json!(split + tied));
    expected.remove("labels");
    let n = import.battles.len() as f64;
    let share = |wins: usize| (wins as f64 + ties as f64 / 2.0) / n;
    insert(
        &mut found,
        [
            ("models", json!(import.contenders.names().collect::<BTreeSet<_>>())),
            ("rows_with_error_in_either_game", json!(import.report.missing)),
            ("folded", json!({"model_1": left, "model_2": right, "tie": ties})),
            (
                "aggregates",
                json!({
                    "adjusted_win_rate_model_1_inconsistent_as_tie_errors_dropped": share(left),
                    "adjusted_win_rate_model_2_inconsistent_as_tie_errors_dropped": share(right),
                }),
            ),
        ],
    );
    Ok(found)
}

fn alpaca_eval(path: &Path, expected: &Map<String, Value>) -> Outcome {
    let import = BattleTable::alpaca_eval().read(path, Strictness::Strict)?;
    let (mut found, [left, right, ties]) = battles(&import);
    let shares: Vec<f64> = import.battles.iter().map(|battle| battle.right_share).collect();
    let graded = expected["labels"].get("distinct").is_some();
    let mut sorted = shares.clone();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let labels = if graded {
        let end = |share: Option<&f64>| share.map(|share| share + 1.0);
        json!({"distinct": sorted.len(), "min": end(sorted.first()), "max": end(sorted.last())})
    } else {
        json!({"1.0": left, "2.0": right, "0.0": ties})
    };
    let models = |pick: fn(&probity::tally::Comparison) -> u32| {
        let name = |battle: &probity::io::Battle| import.contenders.name(pick(&battle.comparison) as usize);
        json!(import.battles.iter().map(name).collect::<BTreeSet<_>>())
    };
    insert(
        &mut found,
        [
            ("generator_1", models(|c| c.left)),
            ("generator_2", models(|c| c.right)),
            ("labels", labels),
            (
                "aggregates",
                json!({
                    "n_draws(0 or 1.5)": ties,
                    "win_rate_output_2_draw_half = mean(pref-1) with 0->1.5": mean(&shares),
                    "discrete: wins_2": right,
                    "discrete: wins_1": left,
                }),
            ),
        ],
    );
    Ok(found)
}

fn label_studio(path: &Path, expected: &mut Map<String, Value>) -> Outcome {
    let import = LabelStudioExport::new().read(path, Strictness::Lenient)?;
    let mut report = import.report.clone();
    let regions = report.skipped.len();
    report.skipped.clear();
    let mut found = counts(&report);
    let judged = json!({"choices": report.judgments, "rectanglelabels": regions});
    if report.judgments == 0 {
        // The reader says that a region is no judgment, not which label it has.
        expected.remove("labels");
    }
    insert(
        &mut found,
        [
            ("results", json!(report.judgments as usize + regions)),
            ("result_types", judged),
            ("judgments_choices", json!(report.judgments)),
            ("raters", json!(import.ratings.n_raters())),
            ("labels", json!(labels(&import.ratings))),
        ],
    );
    Ok(found)
}

fn prodigy(path: &Path, expected: &Map<String, Value>) -> Outcome {
    let Import { ratings, report, .. } = ProdigyAnnotations::new().read(path, Strictness::Strict)?;
    let by_input = ProdigyAnnotations::new().by_input().read(path, Strictness::Strict)?.ratings;
    let aggregates = &expected["aggregates"];
    let (task, input) = (
        "pairwise_agreement_exact_set_on_task_hash(answer=accept)",
        "pairwise_agreement_exact_set_on_input_hash(answer=accept)",
    );
    let view = ratings.codes()?;
    let kappa = |pair: &String| {
        let (a, b) = pair.split_once(" | ").expect("a pair of raters");
        let position = |name| ratings.raters().position(name).expect("a rater of that name");
        let common = view.pair(position(a), position(b));
        let (a, b): (Vec<u32>, Vec<u32>) = common.map(|(_, a, b)| (a, b)).unzip();
        (pair.clone(), json!(cohen_kappa(&a, &b).expect("kappa").value))
    };
    let kappas = aggregates["cohen_kappa_unweighted"].as_object().expect("pairs").keys().map(kappa);
    let mut found = counts(&report);
    insert(
        &mut found,
        [
            ("items_task_hash", json!(ratings.n_items())),
            ("items_input_hash", json!(by_input.n_items())),
            ("raters", json!(ratings.raters().names().collect::<BTreeSet<_>>())),
            ("judgments(answer=accept)", json!(report.judgments)),
            ("accept_empty_list_or_absent", json!(report.missing)),
            ("labels", json!(labels(&ratings))),
            // The reader refuses both, and it read the file.
            ("duplicates_task_rater", json!(0)),
            ("duplicates_input_rater", json!(0)),
            (
                "aggregates",
                json!({
                    task: pair_agreement(&ratings, &aggregates[task], ""),
                    input: pair_agreement(&by_input, &aggregates[input], ""),
                    "cohen_kappa_unweighted": Value::Object(kappas.collect()),
                }),
            ),
        ],
    );
    Ok(found)
}
