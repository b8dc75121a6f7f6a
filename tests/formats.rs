//! Real files of other tools against what is known of them.
//!
//! The files in `tests/formats`, written by hand, and those in the folders that `PROBITY_FORMATS` lists (separated by `:`),
//! each a format's folder or one that holds formats' folders. Beside every data file lies `<file>.expect.json`; what it
//! states about the content is compared, except what no reader gives (`logs::UNASKED`). A file of a format that nothing
//! here reads is a failure, as is a folder without files. The last line is `formats: N files, M failed`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

#[path = "format_cases/logs.rs"]
mod logs;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use probity::io::{
    Column, Columns, Dialect, Format, Import, ImportReport, LongTable, PairImport, PairTable, Strictness,
    WideTable,
};
use probity::ratings::{Ratings, Scale};
use probity::tally::Coincidences;
use probity::tally::Side;
use serde_json::{Map, Value, json};

const SUFFIX: &str = ".expect.json";

/// What a reader found, under the keys of the expectations; keys that nothing was found for are failures.
type Found = Map<String, Value>;
type Outcome = Result<Found, Box<dyn std::error::Error>>;

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<_> = read.map(|entry| entry.expect("a readable directory entry").path()).collect();
    paths.sort();
    paths
}

/// The data files of a format's folder, or of the formats' folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let data_of = |folder: &Path| -> Vec<PathBuf> {
        let names =
            entries(folder).into_iter().filter_map(|p| Some(p.to_str()?.strip_suffix(SUFFIX)?.into()));
        names.collect()
    };
    let own = data_of(folder);
    if !own.is_empty() {
        return own;
    }
    entries(folder).into_iter().filter(|p| p.is_dir()).flat_map(|p| data_of(&p)).collect()
}

/// Every statement of `expected` must hold of `found`; numbers agree to 1e-12.
fn differences(path: &str, expected: &Value, found: &Value, out: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(e), Value::Object(f)) => {
            for (key, e) in e {
                match f.get(key) {
                    Some(f) => differences(&format!("{path}.{key}"), e, f, out),
                    None => out.push(format!("{path}.{key}: expected {e}, found nothing")),
                }
            }
        }
        (Value::Number(e), Value::Number(f))
            if (e.as_f64().unwrap() - f.as_f64().unwrap()).abs()
                <= 1e-12 * e.as_f64().unwrap().abs().max(1.0) => {}
        (Value::Array(e), Value::Array(f)) if e.len() == f.len() => {
            for (i, (e, f)) in e.iter().zip(f).enumerate() {
                differences(&format!("{path}[{i}]"), e, f, out);
            }
        }
        _ if expected == found => {}
        _ => out.push(format!("{path}: expected {expected}, found {found}")),
    }
}

fn check(path: &Path) -> Result<(), String> {
    let name = |path: Option<&Path>| {
        path.and_then(Path::file_name).and_then(|n| n.to_str()).unwrap_or("").to_string()
    };
    let (file, format) = (name(Some(path)), name(path.parent()));
    let text = std::fs::read_to_string(format!("{}{SUFFIX}", path.display())).map_err(|e| e.to_string())?;
    let mut expected: Map<String, Value> = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    // Where the file comes from and what is special about it, not what is in it.
    for key in ["source", "traps", "sha256"] {
        expected.remove(key);
    }
    let mut found = match format.as_str() {
        "crowd_table" => crowd_table(path, &expected),
        "multi_annotator" => multi_annotator(path, &expected),
        "pairwise_crowd" => pairwise_crowd(path, &expected),
        "wide_table" => wide_table(path, &expected),
        _ => match logs::read(&format, path, &mut expected) {
            Some(found) => found,
            None => return Err(format!("no reader for the format {format:?}")),
        },
    }
    .map_err(|error| error.to_string())?;
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    found.insert("file".into(), json!(file));
    found.insert("format".into(), json!(format));
    found.insert("bytes".into(), json!(bytes.len()));
    found.insert("line_ending".into(), json!(if bytes.contains(&b'\r') { "CRLF" } else { "LF" }));
    let mut out = Vec::new();
    differences("", &Value::Object(expected), &Value::Object(found), &mut out);
    if out.is_empty() { Ok(()) } else { Err(out.join("; ")) }
}

/// The names in the first line of a table.
fn header(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("a readable file");
    let first = text.lines().next().unwrap_or_default();
    first.split(',').map(|name| name.trim().to_string()).collect()
}

fn labels(ratings: &Ratings) -> BTreeMap<String, usize> {
    let view = ratings.codes().expect("categories");
    let mut counts = vec![0; ratings.n_categories()];
    for item in 0..ratings.n_items() {
        view.item(item).for_each(|(_, code)| counts[code as usize] += 1);
    }
    ratings.labels().names().iter().cloned().zip(counts).collect()
}

fn sizes(ratings: &Ratings) -> Vec<usize> {
    let view = ratings.codes().expect("categories");
    (0..ratings.n_items()).map(|item| view.item(item).count()).collect()
}

/// Agreeing pairs of judgments among all pairs of an item, averaged over the items with a pair.
fn mean_pair_agreement(ratings: &Ratings) -> f64 {
    let view = ratings.codes().expect("categories");
    let shares: Vec<f64> = (0..ratings.n_items())
        .filter_map(|item| {
            let mut counts = vec![0u32; ratings.n_categories()];
            view.item(item).for_each(|(_, code)| counts[code as usize] += 1);
            let pairs = |n: u32| f64::from(n) * (f64::from(n) - 1.0);
            let all = pairs(counts.iter().sum());
            (all > 0.0).then(|| counts.iter().map(|&n| pairs(n)).sum::<f64>() / all)
        })
        .collect();
    shares.iter().sum::<f64>() / shares.len() as f64
}

/// Krippendorff's alpha for categories without order, straight from the coincidences.
fn nominal_alpha(ratings: &Ratings) -> f64 {
    let coincidences = Coincidences::from_ratings(ratings).expect("coincidences");
    let matrix = coincidences.matrix();
    let n = coincidences.n_pairable() as f64;
    let observed: f64 = n - (0..matrix.len()).map(|c| matrix[c][c]).sum::<f64>();
    let squares: f64 = coincidences.totals().iter().map(|&t| t as f64 * t as f64).sum();
    1.0 - observed * (n - 1.0) / (n * n - squares)
}

/// Agreement of the pairs of raters that the expectations name as `a | b`.
fn pair_agreement(ratings: &Ratings, named: &Value, prefix: &str) -> Value {
    let view = ratings.codes().expect("categories");
    let position = |name: &str| {
        let name = name.strip_prefix(prefix).unwrap_or(name);
        ratings.raters().position(name).unwrap_or_else(|| panic!("no rater {name:?}"))
    };
    let pair = |key: &String| {
        let (a, b) = key.split_once(" | ").expect("a pair of raters");
        let (mut common, mut agree) = (0, 0);
        for (_, x, y) in view.pair(position(a), position(b)) {
            common += 1;
            agree += usize::from(x == y);
        }
        let fraction = f64::from(agree as u32) / f64::from(common);
        (key.clone(), json!({"common_items": common, "agree": agree, "fraction": fraction}))
    };
    Value::Object(named.as_object().expect("pairs of raters").keys().map(pair).collect())
}

fn counts(report: &ImportReport) -> Found {
    let pairs = [
        ("records", json!(report.rows)),
        ("judgments", json!(report.judgments)),
        ("missing", json!(report.missing)),
    ];
    assert!(report.skipped.is_empty(), "skipped: {:?}", report.skipped);
    pairs.into_iter().map(|(key, value)| (key.to_string(), value)).collect()
}

fn insert(found: &mut Found, pairs: impl IntoIterator<Item = (&'static str, Value)>) {
    found.extend(pairs.into_iter().map(|(key, value)| (key.to_string(), value)));
}

fn ends(sizes: &[usize]) -> Value {
    json!([sizes.iter().min(), sizes.iter().max()])
}

fn crowd_table(path: &Path, expected: &Map<String, Value>) -> Outcome {
    let columns = header(path);
    let table = LongTable::new("question", "worker", "answer");
    let numeric = expected["labels"].get("range").is_some();
    let table = if numeric { table.scale(Scale::Interval) } else { table };
    let Import { ratings, report, .. } = table.read(path, Strictness::Strict)?;
    let mut found = counts(&report);
    insert(
        &mut found,
        [
            ("items", json!(ratings.n_items())),
            ("raters", json!(ratings.n_raters())),
            ("columns", json!(columns)),
            ("possible_cells", json!(ratings.n_items() * ratings.n_raters())),
            ("ratings_per_item_min_max", ends(&sizes(&ratings))),
            // The reader refuses both, and it read the file.
            ("duplicates_item_worker", json!(0)),
            ("duplicates_conflicting", json!(0)),
        ],
    );
    let aggregates = &expected["aggregates"];
    if numeric {
        let view = ratings.values()?;
        let items: Vec<Vec<f64>> =
            (0..ratings.n_items()).map(|i| view.item(i).map(|(_, v)| v).collect()).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let all: Vec<f64> = items.iter().flatten().copied().collect();
        let range = [all.iter().copied().reduce(f64::min), all.iter().copied().reduce(f64::max)];
        let of_worker = |name: &String| {
            let rater = ratings.raters().position(name).expect("a worker of that name");
            let values: Vec<f64> = view.rater(rater).map(|(_, v)| v).collect();
            (name.clone(), json!({"n": values.len(), "mean": mean(&values)}))
        };
        let workers = aggregates["mean_per_top4_worker"].as_object().expect("workers").keys();
        let aggregates = json!({
            "mean": mean(&all),
            "mean_of_item_means": mean(&items.iter().map(|values| mean(values)).collect::<Vec<_>>()),
            "mean_per_top4_worker": Value::Object(workers.map(of_worker).collect()),
        });
        let labels = json!({"range": range, "distinct": ratings.n_categories()});
        insert(&mut found, [("labels", labels), ("aggregates", aggregates)]);
        return Ok(found);
    }
    let view = ratings.codes()?;
    let unanimous = |&item: &usize| {
        let mut codes = view.item(item).map(|(_, code)| code);
        let first = codes.next();
        codes.all(|code| Some(code) == first)
    };
    let aggregates = json!({
        "mean_within_item_pair_agreement(items with >=2 rows)": mean_pair_agreement(&ratings),
        "items_unanimous": (0..ratings.n_items()).filter(unanimous).count(),
        "pairwise_agreement_top4_workers":
            pair_agreement(&ratings, &aggregates["pairwise_agreement_top4_workers"], ""),
        "krippendorff_alpha_nominal": nominal_alpha(&ratings),
    });
    insert(&mut found, [("labels", json!(labels(&ratings))), ("aggregates", aggregates)]);
    Ok(found)
}

fn multi_annotator(path: &Path, expected: &Map<String, Value>) -> Outcome {
    let round = |item: Columns, label: &str| {
        LongTable::new(item, "annotator", label).group("condition").read(path, Strictness::Strict)
    };
    let both = || Columns::from(["row", "condition"]);
    let first = round(both(), "label1")?;
    let second = round(both(), "label2")?;
    // Read by row alone it is still one rating an annotator: the conditions do not overlap.
    let by_row = round("row".into(), "label1")?;
    let ratings = &first.ratings;
    // Each rater against himself: the items of both rounds as rows of two.
    let (one, two) = (ratings.codes()?, second.ratings.codes()?);
    let mut table = [[0.0f64; 2]; 2];
    for item in 0..ratings.n_items() {
        for (rater, code) in one.item(item) {
            let again = two.get(item, rater).expect("a second judgment");
            table[code as usize][again as usize] += 1.0;
        }
    }
    assert_eq!(first.ratings.labels(), second.ratings.labels());
    let n = ratings.n_judgments() as f64;
    let agreement = (table[0][0] + table[1][1]) / n;
    let chance: f64 =
        (0..2).map(|c| (table[c][0] + table[c][1]) / n * ((table[0][c] + table[1][c]) / n)).sum();
    let mut found = counts(&first.report);
    let conditions = first.groups.iter().map(|(name, group)| (name.clone(), json!(group.n_judgments())));
    insert(
        &mut found,
        [
            ("conditions", Value::Object(conditions.collect())),
            ("items_row_condition", json!(ratings.n_items())),
            ("items_row", json!(by_row.ratings.n_items())),
            ("raters", json!(ratings.n_raters())),
            ("duplicates_row_condition_annotator", json!(0)),
            ("duplicates_row_annotator", json!(0)),
            ("judgments_label1", json!(first.report.judgments)),
            ("judgments_label2", json!(second.report.judgments)),
            ("ratings_per_row_condition_min_max", ends(&sizes(ratings))),
            ("labels", json!({"label1": labels(ratings), "label2": labels(&second.ratings)})),
            (
                "aggregates",
                json!({
                    "intra_annotator_agreement_label1_eq_label2": agreement,
                    "intra_annotator_cohen_kappa_pooled": (agreement - chance) / (1.0 - chance),
                    "share_hateful_label1": labels(ratings)["Hateful"] as f64 / n,
                    "mean_within_item_pair_agreement_label1(row,condition)": mean_pair_agreement(ratings),
                    "pairwise_agreement_label1_top4_pairs": pair_agreement(
                        ratings, &expected["aggregates"]["pairwise_agreement_label1_top4_pairs"], ""),
                    "krippendorff_alpha_nominal_label1": nominal_alpha(ratings),
                }),
            ),
        ],
    );
    Ok(found)
}

/// Games and win rate of each contender, a tie counting half.
fn win_rates(import: &PairImport) -> BTreeMap<String, (u32, f64)> {
    let mut won = vec![(0u32, 0.0); import.contenders.len()];
    for comparison in &import.comparisons {
        let left = match comparison.winner {
            Side::Left => 1.0,
            Side::Right => 0.0,
            Side::Tie => 0.5,
        };
        for (contender, points) in [(comparison.left, left), (comparison.right, 1.0 - left)] {
            won[contender as usize].0 += 1;
            won[contender as usize].1 += points;
        }
    }
    let names = import.contenders.names().map(Cow::into_owned);
    names.zip(won).map(|(name, (games, points))| (name, (games, points / f64::from(games)))).collect()
}

fn pairwise_crowd(path: &Path, expected: &Map<String, Value>) -> Outcome {
    let columns = header(path);
    let has = |name: &str| columns.iter().any(|column| column == name);
    let mut table = PairTable::new("left", "right", "winner");
    if has("worker") {
        table = table.rater("worker").item("id");
    }
    let import = table.read(path, Strictness::Strict)?;
    let mut found = counts(&import.report);
    let side = |side| import.comparisons.iter().filter(|c| c.winner == side).count();
    let labels = json!({"left": side(Side::Left), "right": side(Side::Right), "tie": side(Side::Tie)});
    insert(
        &mut found,
        [
            ("models", json!(import.contenders.len())),
            ("labels", labels),
            ("columns", json!(columns)),
            ("items", Value::Null),
            ("raters", json!(import.ratings.as_ref().map(Ratings::n_raters))),
        ],
    );
    let rates = win_rates(&import);
    let mut aggregates = Map::new();
    let by_half = rates.iter().map(|(name, (_, rate))| (name.clone(), json!(rate)));
    aggregates.insert("win_rate_tie_half".into(), Value::Object(by_half.collect()));
    if let Some(ratings) = &import.ratings {
        let top = expected["aggregates"]["win_rate_tie_half_top5"].as_object().expect("the top five").keys();
        let top = top.map(|name| (name.clone(), json!({"games": rates[name].0, "win_rate": rates[name].1})));
        let items = Columns::from(["prompt", "left", "right"].map(Column::from).to_vec());
        let by_content = table.clone().item(items).read(path, Strictness::Strict)?;
        let prompts = LongTable::new("prompt", ["id", "worker"], "winner").read(path, Strictness::Strict)?;
        aggregates.insert("win_rate_tie_half_top5".into(), Value::Object(top.collect()));
        aggregates.insert("mean_within_item_pair_agreement".into(), json!(mean_pair_agreement(ratings)));
        let pairable = sizes(ratings).into_iter().filter(|&n| n > 1).count();
        aggregates.insert("items_with_2plus".into(), json!(pairable));
        aggregates.insert("krippendorff_alpha_nominal_winner_by_id".into(), json!(nominal_alpha(ratings)));
        insert(
            &mut found,
            [
                ("items_id_column", json!(ratings.n_items())),
                ("items_prompt_left_right", json!(by_content.ratings.map(|r| r.n_items()))),
                ("prompts", json!(prompts.ratings.n_items())),
                ("duplicates_item_worker", json!(0)),
            ],
        );
    }
    found.insert("aggregates".into(), Value::Object(aggregates));
    Ok(found)
}

fn wide_table(path: &Path, expected: &Map<String, Value>) -> Outcome {
    let items_down = expected.contains_key("header");
    let table = if items_down {
        WideTable::raters_across().key("Units")
    } else {
        WideTable::items_across().dialect(Dialect::new().format(Format::CSV).header(false))
    };
    let Import { ratings, report, .. } = table.read(path, Strictness::Strict)?;
    let mut found = counts(&report);
    let raters = if items_down {
        json!(ratings.raters().names().collect::<Vec<_>>())
    } else {
        json!(ratings.n_raters())
    };
    insert(
        &mut found,
        [
            ("items", json!(ratings.n_items())),
            ("raters", raters),
            ("header", json!(header(path))),
            ("orientation", json!("raters in rows, items in columns, no header")),
            ("labels", json!(labels(&ratings))),
            (
                "aggregates",
                json!({
                    "pairwise_agreement":
                        pair_agreement(&ratings, &expected["aggregates"]["pairwise_agreement"], "row"),
                    "units_all_missing": sizes(&ratings).into_iter().filter(|&n| n == 0).count(),
                    "krippendorff_alpha_nominal": nominal_alpha(&ratings),
                }),
            ),
        ],
    );
    Ok(found)
}

fn main() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let listed = std::env::var("PROBITY_FORMATS").unwrap_or_default();
    let listed = listed.split(':').filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let (mut read, mut failed) = (0usize, 0usize);
    for folder in std::iter::once(own).chain(listed) {
        let paths = files(&folder);
        if paths.is_empty() {
            failed += 1;
            println!("FAILED {}: no file with expectations", folder.display());
        }
        for path in paths {
            read += 1;
            let outcome =
                std::panic::catch_unwind(|| check(&path)).unwrap_or_else(|_| Err("panicked".to_string()));
            if let Err(why) = outcome {
                failed += 1;
                println!("FAILED {}: {why}", path.display());
            }
        }
    }
    println!("formats: {read} files, {failed} failed");
    std::process::exit(i32::from(failed > 0));
}
