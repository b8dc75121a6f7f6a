//! The logs of tools.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use probity::agreement::cohen_kappa;
use probity::io::{
    ArgillaRecords, BattleImport, BattleTable, Columns, DeepEvalRun, Dialect, Format, HelmStats, Import,
    ImportReport, InspectLog, LabelStudioExport, LmEvalResults, LmEvalSamples, LongTable, MtBenchScores,
    OpenAiEvalsLog, ProdigyAnnotations, PromptfooResults, Reason, Strictness, TaskScore, WideTable,
};
use probity::ratings::{Ratings, Scale};
use probity::tally::Side;
use serde_json::{Map, Value, json};

use crate::{Found, Outcome, counts, insert, labels, pair_agreement};

/// What the expectations state and is no result of reading, and why.
pub(crate) const UNASKED: [(&str, &str); 8] = [
    // Which of two wrappings the run has; the reader takes both.
    ("deepeval", "wrapped_in_testRunData"),
    // A sentence about where to look.
    ("helm", "missing"),
    // How the archive is packed: what cannot be unpacked is an error.
    ("inspect", "zip.compress_types"),
    // Which of two types the identity has; the reader takes both.
    ("label_studio", "completed_by_kind"),
    // `null`: the file has no judgments that could be missing.
    ("lm_eval", "missing"),
    // The beginnings of what the judge wrote: texts, no judgments.
    ("mt_bench", "minus1_judgment_texts"),
    // The words that there are, whether they occur or not.
    ("mt_bench", "labels[]"),
    // The type of an identifier that is a name in any case.
    ("inspect", "item_id_types"),
];

/// Reads a file of a format; `None` if there is no reader.
pub(crate) fn read(format: &str, path: &Path, expected: &mut Map<String, Value>) -> Option<Outcome> {
    for (_, key) in UNASKED.iter().filter(|(name, _)| *name == format) {
        forget(expected, key);
    }
    Some(match format {
        "alpaca_eval" => alpaca_eval(path, expected),
        "argilla" => plain(ArgillaRecords::new().read(path, Strictness::Strict)),
        "deepeval" => deepeval(path),
        "helm" => helm(path, expected),
        "inspect" => inspect(path),
        "label_studio" => label_studio(path),
        "lm_eval" if path.extension().is_some_and(|extension| extension == "json") => {
            lm_eval_results(path, expected)
        }
        "lm_eval" => lm_eval(path),
        "mt_bench" if expected.contains_key("folded") => mt_bench_pairs(path, expected),
        "mt_bench" => mt_bench_scores(path),
        "openai_evals" => plain(OpenAiEvalsLog::new().read(path, Strictness::Strict)),
        "prodigy" => prodigy(path, expected),
        "promptfoo" => promptfoo(path),
        _ => return None,
    })
}

/// Removes a key, or one within another; with `[]` behind it only if it has a list.
fn forget(expected: &mut Map<String, Value>, key: &str) {
    let (map, key) = match key.split_once('.') {
        Some((outer, inner)) => match expected.get_mut(outer).and_then(Value::as_object_mut) {
            Some(map) => (map, inner),
            None => return,
        },
        None => (expected, key),
    };
    match key.strip_suffix("[]") {
        Some(key) if map.get(key).is_some_and(Value::is_array) => drop(map.remove(key)),
        Some(_) => {}
        None => drop(map.remove(key)),
    }
}

/// A fact as the number, list or object that it is, or as text; `null` if the file does not say it.
fn fact(report: &ImportReport, name: &str) -> Value {
    report.fact(name).map_or(Value::Null, |told| serde_json::from_str(told).unwrap_or_else(|_| json!(told)))
}

/// How many the reader counted.
fn count(report: &ImportReport, name: &str) -> Value {
    json!(report.fact(name).map_or(0.0, |count| count.parse().expect("a number")))
}

/// A column of a table as ratings; texts of any kind.
fn column(
    path: &Path,
    item: impl Into<Columns>,
    rater: &str,
    label: &str,
    format: Format,
) -> probity::io::Result<Import> {
    let dialect = Dialect::new().format(format).missing(std::iter::empty::<&str>());
    LongTable::new(item, rater, label).dialect(dialect).read(path, Strictness::Lenient)
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
    let report = &import.report;
    aggregates.insert("results.total_samples".into(), json!(report.announced));
    aggregates.insert("results.completed_samples".into(), fact(report, "results.completed_samples"));
    let of_run = |name: &str| ["eval.", "results."].iter().any(|prefix| name.starts_with(prefix));
    for (name, told) in report.facts.iter().filter(|(name, _)| name.contains('.') && !of_run(name)) {
        aggregates.insert(format!("reported:{name}"), serde_json::from_str(told).expect("a number"));
    }
    let files = report.fact("files in the archive").map(|files| files.parse::<f64>().expect("a number"));
    // A name that occurs twice would be an error.
    let archive =
        files.map(|files| json!({"entries": files, "sample_entries": report.rows, "duplicate_names": 0}));
    let mut found = counts(&import.report);
    insert(
        &mut found,
        [
            ("items", json!(part(ratings, 0).len())),
            ("item_ids", json!(ids)),
            ("epochs", part(ratings, 1).iter().map(|epoch| number(epoch)).collect()),
            ("cells_id_epoch", json!(ratings.n_items())),
            ("scorers", json!(ratings.raters().names().collect::<Vec<_>>())),
            (
                "missing",
                json!({
                    "samples_without_any_score": report.missing,
                    "samples_with_error": count(report, "samples with an error"),
                }),
            ),
            ("model", fact(report, "eval.model")),
            ("model_roles", fact(report, "eval.model_roles")),
            ("task", fact(report, "eval.task")),
            ("status", fact(report, "status")),
            ("log_version", fact(report, "version")),
            ("zip", json!(archive)),
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

fn lm_eval_results(path: &Path, expected: &mut Map<String, Value>) -> Outcome {
    let import = LmEvalResults::new().read(path, Strictness::Strict)?;
    // The blank key of a group without figures names no metric.
    expected["metrics_filters"].as_array_mut().expect("names").retain(|name| name != " ");
    let bare = import.tasks.iter().filter(|task| import.scores.iter().all(|score| score.task != **task));
    let errors = import.scores.iter().filter(|score| score.standard_error.is_some()).count();
    let words = import.report.facts.iter().filter(|(name, _)| name == "words instead of a number");
    let mut aggregates = Map::new();
    for score in &import.scores {
        let TaskScore { task, metric, filter, .. } = score;
        aggregates.insert(format!("{task}: {metric},{filter}"), json!(score.value));
        aggregates.insert(format!("{task}: {metric}_stderr,{filter}"), json!(score.standard_error));
        assert_eq!(
            (score.estimate().value, score.estimate().standard_error),
            (score.value, score.standard_error)
        );
    }
    let names: BTreeSet<_> =
        import.scores.iter().map(|score| format!("{},{}", score.metric, score.filter)).collect();
    let of_groups: BTreeSet<_> =
        import.scores.iter().filter(|score| score.of_group).map(|score| &score.task).collect();
    let mut found = counts(&import.report);
    insert(
        &mut found,
        [
            (
                "raters",
                json!({"model_name": import.model, "model_source": fact(&import.report, "model_source")}),
            ),
            ("metrics_filters", json!(names)),
            ("numeric_values", json!(import.scores.len() + errors)),
            ("string_valued_non_alias", json!(import.report.missing)),
            ("string_values", json!(words.map(|(_, word)| word).collect::<BTreeSet<_>>())),
            ("tasks_with_only_alias", json!(bare.collect::<Vec<_>>())),
            ("groups", json!(of_groups)),
            ("group_subtasks", json!(import.groups.len())),
            ("has_bare_NaN", json!(0)),
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
    let types = read(PromptfooResults::new().assertions().by_type())?.ratings;
    let mut by_type: BTreeMap<String, usize> = BTreeMap::new();
    for (rater, name) in types.raters().names().enumerate() {
        *by_type.entry(parts(&name)[0].clone()).or_default() += types.codes()?.rater(rater).count();
    }
    let failures = rows.report.facts.iter().filter_map(|(name, n)| {
        let reason = name.strip_prefix("rows with failureReason ")?;
        Some((reason.to_string(), json!(n.parse::<f64>().expect("a number"))))
    });
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
            ("version", fact(&rows.report, "version")),
            ("prompts", json!(part(&rows.ratings, 1).len())),
            ("failureReason", Value::Object(failures.collect())),
            ("component_assertion_types", json!(by_type)),
            ("rows_without_gradingResult", count(&rows.report, "rows without gradingResult")),
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
    let counted = HelmStats::new().number("count").read(path, Strictness::Strict)?;
    let several = values(&counted.ratings).into_values().flatten().filter(|&count| count > 1.0).count();
    let empty = import.report.rows as usize - ratings.n_items();
    let without = import.report.missing as usize - empty;
    let splits: BTreeSet<_> = import.groups.iter().map(|(split, _)| split).collect();
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
            ("judgments_total_stats", json!(import.report.judgments as usize + without)),
            ("records_with_perturbation", json!(perturbed)),
            ("stats_with_count_0", json!(without)),
            ("stats_without_mean", json!(without)),
            ("counts_above_1", json!(several)),
            ("instances_with_empty_stats", json!(empty)),
            ("splits", json!(splits)),
            ("aggregates", Value::Object(aggregates.collect())),
        ],
    );
    Ok(found)
}

fn deepeval(path: &Path) -> Outcome {
    let verdict = DeepEvalRun::new().read(path, Strictness::Strict)?;
    let score = DeepEvalRun::new().scale(Scale::Interval).read(path, Strictness::Strict)?;
    let cases = DeepEvalRun::new().by_order().cases().read(path, Strictness::Strict)?.ratings;
    let orders: Vec<u64> = cases.items().names().map(|order| order.parse().expect("a number")).collect();
    let talks = verdict.groups.iter().find(|(kind, _)| kind == "conversationalTestCases");
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
            ("orders", json!(orders)),
            ("test_case_success", verdicts(&cases)),
            ("conversational_test_cases", json!(talks.map_or(0, |(_, talks)| talks.n_items()))),
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
    let by_template = MtBenchScores::new().templates().read(path, Strictness::Strict)?.ratings;
    let judges: BTreeSet<_> = by_template.raters().names().map(|name| name.replace(':', "/")).collect();
    let asked: BTreeSet<_> = import.ratings.items().names().map(|name| parts(&name)[..2].to_vec()).collect();
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
            ("judges", json!(judges)),
            ("items_question_turn", json!(asked.len())),
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
    let n = import.battles.len() as f64;
    let share = |wins: usize| (wins as f64 + ties as f64 / 2.0) / n;
    // The games apart, as if each had a judge of its own.
    let games = WideTable::raters_across()
        .key(["question_id", "turn", "model_1", "model_2"])
        .only(["g1_winner", "g2_winner"])
        .dialect(Dialect::new().missing(["error"]))
        .read(path, Strictness::Strict)?;
    let view = games.ratings.codes()?;
    let words = games.ratings.labels().names();
    let of_game = |game: usize| {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        view.rater(game).for_each(|(_, code)| *counts.entry(&words[code as usize]).or_default() += 1);
        json!(counts)
    };
    let mut folded = BTreeMap::from([("inconsistent", 0), ("model_1", 0), ("model_2", 0), ("tie", 0)]);
    let (mut both, mut equal) = (0u32, 0u32);
    for (_, first, second) in view.pair(0, 1) {
        both += 1;
        equal += u32::from(first == second);
        let word = if first == second { words[first as usize].as_str() } else { "inconsistent" };
        *folded.get_mut(word).expect("a verdict") += 1;
    }
    // Games that do not agree are a tie.
    assert_eq!(
        (left, right, ties),
        (folded["model_1"], folded["model_2"], folded["tie"] + folded["inconsistent"])
    );
    // Which prompt the judge had is a part of the name that the reader folds.
    let of_judge = |name: &Value| json!(name.as_str().and_then(|name| name.split('/').next()));
    if let Some(judges) = expected.get_mut("judges").and_then(Value::as_array_mut) {
        *judges = judges.iter().map(of_judge).collect();
    }
    insert(
        &mut found,
        [
            ("models", json!(import.contenders.names().collect::<BTreeSet<_>>())),
            ("judges", json!(import.judges.names().collect::<BTreeSet<_>>())),
            ("items_question_turn", json!(import.items.len())),
            ("rows_with_error_in_either_game", json!(import.report.missing)),
            ("games", json!(games.report.judgments + games.report.missing)),
            ("judgments_games_non_error", json!(games.report.judgments)),
            ("missing_games", json!(games.report.missing)),
            ("g1", of_game(0)),
            ("g2", of_game(1)),
            ("folded", json!(folded)),
            (
                "aggregates",
                json!({
                    "position_agreement_g1_eq_g2_nonerror": f64::from(equal) / f64::from(both),
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
    // The numbers of the file as they are, and how often a field is null.
    let field = |name: &str| column(path, "instruction", "annotator", name, Format::JsonArray);
    let numbers = |name: &str| -> probity::io::Result<Vec<f64>> {
        let table = LongTable::new("instruction", "annotator", name).scale(Scale::Interval);
        Ok(values(&table.read(path, Strictness::Strict)?.ratings).into_values().flatten().collect())
    };
    let written = numbers("preference")?;
    let mut nulls = Map::new();
    for name in expected.get("null_fields").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
        nulls.insert(name.clone(), json!(field(name)?.report.missing));
    }
    let mut aggregates = json!({
        "n_draws(0 or 1.5)": ties,
        "win_rate_output_2_draw_half = mean(pref-1) with 0->1.5": mean(&shares),
        "wrong_if_0_not_mapped = mean(pref-1)": written.iter().map(|p| p - 1.0).sum::<f64>() / written.len() as f64,
        "discrete: wins_2": right,
        "discrete: wins_1": left,
    });
    if expected["aggregates"].get("mean_price_per_example").is_some() {
        aggregates["mean_price_per_example"] = mean(&numbers("price_per_example")?);
    }
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
            ("items_instruction", json!(import.items.len())),
            ("judges", json!(import.judges.names().collect::<Vec<_>>())),
            ("below_1", json!(written.iter().filter(|p| **p < 1.0).count())),
            ("above_2", json!(written.iter().filter(|p| **p > 2.0).count())),
            ("null_fields", Value::Object(nulls)),
            ("aggregates", aggregates),
        ],
    );
    Ok(found)
}

fn label_studio(path: &Path) -> Outcome {
    let import = LabelStudioExport::new().read(path, Strictness::Lenient)?;
    let with_regions = LabelStudioExport::new().regions().predictions().read(path, Strictness::Lenient)?;
    let regions = LabelStudioExport::new().regions().read(path, Strictness::Strict)?;
    let mut report = import.report.clone();
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for skipped in report.skipped.drain(..) {
        let Reason::NotAJudgment { found, .. } = skipped.reason else { panic!("{skipped}") };
        *types.entry(found).or_default() += 1;
    }
    if report.judgments > 0 {
        types.insert("choices".into(), report.judgments);
    }
    let annotations = count(&report, "annotations");
    let per = |sum: &str, of: &str| {
        let of = count(&report, of).as_f64().filter(|of| *of > 0.0);
        json!(of.map(|of| count(&report, sum).as_f64().expect("a number") / of))
    };
    let results = regions.report.judgments;
    let mut models: BTreeSet<_> = with_regions.ratings.raters().names().collect();
    models.retain(|model| regions.ratings.raters().position(model).is_none());
    let raters: Vec<u64> = regions.ratings.raters().names().map(|id| id.parse().expect("a number")).collect();
    let mut found = counts(&report);
    insert(
        &mut found,
        [
            ("items", json!(report.rows)),
            ("annotations", annotations.clone()),
            ("cancelled", count(&report, "cancelled annotations")),
            ("ground_truth_annotations", count(&report, "gold annotations")),
            ("tasks_without_annotation", count(&report, "tasks without annotation")),
            ("raters_completed_by", json!(raters)),
            (
                "from_names",
                json!(regions.groups.iter().map(|(question, _)| question).collect::<BTreeSet<_>>()),
            ),
            ("predictions", count(&report, "predictions")),
            ("prediction_model_versions", json!(models)),
            ("reviews", count(&report, "reviews")),
            ("reviews_rejected", count(&report, "rejecting reviews")),
            ("results", json!(results)),
            ("result_types", json!(types)),
            ("judgments_choices", json!(report.judgments)),
            ("raters", json!(import.ratings.n_raters())),
            ("labels", json!(labels(&regions.ratings))),
            (
                "aggregates",
                json!({
                    "mean_lead_time": per("lead_time", "annotations"),
                    "mean_results_per_annotation": json!(results as f64 / annotations.as_f64().expect("a number")),
                    "mean_prediction_score": per("prediction scores", "predictions"),
                }),
            ),
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
    let answers = column(path, "_task_hash", "_annotator_id", "answer", Format::JsonLines)?;
    let by_id = column(path, "id", "_annotator_id", "answer", Format::JsonLines)
        .map(|import| import.ratings.n_items());
    let per_rater = answers.ratings.raters().names().enumerate();
    let per_rater: Map<String, Value> = per_rater
        .map(|(rater, name)| Ok((name.into_owned(), json!(answers.ratings.codes()?.rater(rater).count()))))
        .collect::<probity::Result<_>>()?;
    let answers = labels(&answers.ratings);
    let several = labels(&ratings).into_iter().filter(|(label, _)| label.starts_with('[')).map(|(_, n)| n);
    let mut found = counts(&report);
    insert(
        &mut found,
        [
            ("items_id", json!(by_id.ok())),
            ("records_per_rater", Value::Object(per_rater)),
            ("missing(answer=ignore)", json!(answers.get("ignore").copied().unwrap_or(0))),
            ("answers", json!(answers)),
            ("multi_accept", json!(several.sum::<usize>())),
            ("rejects_with_accept_nonempty", count(&report, "rejected with options chosen")),
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
