//! Every example runs and prints what it should, on good input and on bad.
#![cfg(feature = "io")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test program")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Builds an example with the features and the profile of this test, and returns its path. Running this test alone does
/// not build the examples, and an old build would hide a mistake.
fn example(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("the path of this test");
    // <target>/<profile>/deps/<test>
    let profile = this.ancestors().nth(2).expect("a folder for the profile");
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build
        .args(["build", "--quiet", "--message-format=json", "--example", name, "--features", "io"])
        .arg("--manifest-path")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(profile.parent().expect("a target folder"));
    if cfg!(feature = "gpu") {
        build.args(["--features", "gpu"]);
    }
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let output = build.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let executable = messages.lines().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let found = message["target"]["name"] == name && message["target"]["kind"][0] == "example";
        found.then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    executable.expect("cargo names the example's path")
}

/// A folder of its own for a test, removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("probity-examples-{}-{test}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn has(&self, name: &str) -> bool {
        self.0.join(name).exists()
    }

    /// Runs the scorecard here; arguments are separated by blanks.
    fn scorecard(&self, arguments: &str) -> Output {
        self.run("scorecard", arguments)
    }

    /// Runs an example here; arguments are separated by blanks.
    fn run(&self, name: &str, arguments: &str) -> Output {
        let mut run = Command::new(example(name));
        run.current_dir(&self.0).env("COLUMNS", "120").args(arguments.split_whitespace());
        run.output().expect("the example runs")
    }

    /// Runs the scorecard, which must succeed, and returns what it printed.
    fn report(&self, arguments: &str) -> String {
        printed(self.scorecard(arguments))
    }

    /// Runs the scorecard, which must fail without a report, and returns its message.
    fn refusal(&self, arguments: &str) -> String {
        let output = self.scorecard(arguments);
        assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
        assert!(!self.has("scorecard/report.md"));
        String::from_utf8(output.stderr).unwrap()
    }

    /// The cells of the row of a table in the JSON report, by section, and by what its first cell says.
    fn row(&self, section: &str, first: &str) -> Vec<Value> {
        self.row_of("scorecard", section, first)
    }

    /// As [`Self::row`], of the report in a folder.
    fn row_of(&self, folder: &str, section: &str, first: &str) -> Vec<Value> {
        let report: Value = serde_json::from_str(&self.read(&format!("{folder}/report.json"))).unwrap();
        assert_eq!((&report["format"], &report["version"]), (&"probity.report".into(), &1.into()));
        let sections = report["sections"].as_array().unwrap();
        let section =
            sections.iter().find(|s| s["heading"] == section).unwrap_or_else(|| panic!("{section}"));
        let tables = section["blocks"].as_array().unwrap().iter().filter_map(|block| block.get("table"));
        let mut rows = tables.flat_map(|table| table["rows"].as_array().unwrap());
        let row = rows.find(|row| row[0] == first).unwrap_or_else(|| panic!("{first}: {section}"));
        // A share is read as its number.
        let plain = |cell: &Value| cell.get("share").unwrap_or(cell).clone();
        row.as_array().unwrap().iter().map(plain).collect()
    }
}

/// What a run that must succeed printed.
fn printed(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Whatever is left is in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Four items, three raters; eve missed one.
const RATINGS: &str = "\
question,annotator,verdict,truth,topic
q1,ann,good,good,news
q1,bob,good,good,news
q1,eve,good,good,news
q2,ann,bad,bad,news
q2,bob,bad,bad,news
q2,eve,,bad,news
q3,ann,good,good,code
q3,bob,bad,good,code
q3,eve,good,good,code
q4,ann,bad,bad,code
q4,bob,bad,bad,code
q4,eve,bad,bad,code
";
const COLUMNS: &str = "ratings.csv --item question --rater annotator --label verdict";

#[test]
fn without_a_file_it_scores_the_diagnoses_of_1971() {
    let folder = Folder::new("default");
    let text = folder.report("");
    assert!(text.contains("J. L. Fleiss, Measuring nominal"), "{text}");
    assert!(text.contains("Fleiss' kappa         0.430"), "{text}");
    assert_eq!(folder.row("Coefficients", "Conger's kappa").len(), 2, "a reason instead of figures");
    let kappa = folder.row("Coefficients", "Fleiss' kappa")[1].as_f64().unwrap();
    assert!((kappa - 0.430_244_520_060_140_86).abs() < 1e-12);
    // The same 180 diagnoses as in the vectors.
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/peers/fleiss_kappa.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(vectors).unwrap()).unwrap();
    let published = &vectors["cases"][0];
    assert_eq!(published["name"], "fleiss1971_psychiatric_30x6_strings");
    assert!((kappa - published["expected"]["kappa"].as_f64().unwrap()).abs() < 1e-12);
    for (category, name) in
        ["depression", "personality disorder", "schizophrenia", "neurosis", "other"].into_iter().enumerate()
    {
        let row = folder.row("Categories", name);
        let expected = &published["expected"];
        let share = expected["category_proportions"][category].as_f64().unwrap();
        assert!((row[2].as_f64().unwrap() - share).abs() < 1e-12, "{name}");
        let kappa = expected["category_kappa"][category].as_f64().unwrap();
        assert!((row[4].as_f64().unwrap() - kappa).abs() < 1e-12, "{name}");
    }
    // Who diagnosed what is not published.
    assert!(text.contains("they do not say which rater chose what"), "{text}");
    assert!(folder.has("scorecard/forest.svg") && !folder.has("scorecard/heatmap.svg"));
    let html = folder.read("scorecard/report.html");
    assert!(
        html.starts_with("<!DOCTYPE html>") && html.matches("<svg").count() == 1 && !html.contains("<script")
    );
    // What it takes to compute the kappa again.
    let report: Value = serde_json::from_str(&folder.read("scorecard/report.json")).unwrap();
    let provenance = &report["provenance"];
    assert_eq!(
        (&provenance["version"], &provenance["data"][0]["records"]),
        (&env!("CARGO_PKG_VERSION").into(), &180.into())
    );
    assert_eq!(provenance["data"][0]["fingerprint"].as_str().map(str::len), Some(32));
    let figures = provenance["figures"].as_array().unwrap();
    let derived = figures.iter().find(|figure| figure["name"] == "Fleiss' kappa").unwrap();
    assert_eq!(
        (derived["value"].as_f64(), &derived["options"]["weights"]),
        (Some(kappa), &"identity".into())
    );
    assert_eq!(
        probity::report::Report::from_json(&folder.read("scorecard/report.json")).unwrap().to_html(),
        html
    );
    assert!(
        folder.read("scorecard/report.md").contains("![The coefficients with their intervals](forest.svg)")
    );
}

#[test]
fn a_table_of_ones_own() {
    let folder = Folder::new("own");
    folder.write("ratings.csv", RATINGS);
    let text = folder.report(&format!("{COLUMNS} --gold truth --by topic"));
    assert!(text.contains("12 rows, 11 judgments, 1 missing"), "{text}");
    let alpha = &folder.row("Coefficients", "Krippendorff's alpha")[1];
    // 4 of 22 ordered pairs, each weighted by 1/(m − 1): D_o = 2/11, D_e = 2·5·6/(11·10).
    let expected = 1.0 - (2.0 / 11.0) / (60.0 / 110.0);
    assert!((alpha.as_f64().unwrap() - expected).abs() < 1e-12, "{alpha}");
    // The mean of the kappas of three pairs: 1/2, 1 and 2/5.
    let light = folder.row("Coefficients", "Light's kappa")[1].as_f64().unwrap();
    assert!((light - 1.9 / 3.0).abs() < 1e-12, "{light}");
    // Without bob the others agree on everything.
    let bob = folder.row("Raters", "bob");
    assert_eq!((&bob[1], &bob[3]), (&4.into(), &1.0.into()));
    assert_eq!(folder.row("The most disputed items", "q3")[2], "2 × good, 1 × bad");
    assert_eq!(folder.row("Against the gold labels", "bob")[2], 0.75);
    assert_eq!(folder.row("By topic", "news")[3], 1.0);
    let map = folder.read("scorecard/heatmap.svg");
    assert!(map.contains("ann · eve: 1.000") && map.contains("ann · bob: 0.500"), "{map}");
    assert!(folder.read("scorecard/report.md").contains("| q3 | 0.333 | 2 × good, 1 × bad |"));
}

#[test]
fn other_formats_give_the_same_figures() {
    let folder = Folder::new("formats");
    let mut lines = String::new();
    for row in RATINGS.lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let label = if fields[2].is_empty() { "null".to_string() } else { format!("\"{}\"", fields[2]) };
        writeln!(lines, "{{\"item\": \"{}\", \"rater\": \"{}\", \"label\": {label}}}", fields[0], fields[1])
            .unwrap();
    }
    folder.write("ratings.jsonl", &lines);
    folder.write(
        "wide.tsv",
        "id\tann\tbob\teve\nq1\tgood\tgood\tgood\nq2\tbad\tbad\t\nq3\tgood\tbad\tgood\nq4\tbad\tbad\tbad\n",
    );
    folder.write("turned.csv", "good,bad,good,bad\ngood,bad,bad,bad\ngood,-,good,bad\n");
    let calls = [
        "ratings.jsonl",
        "wide.tsv --wide --item id",
        "turned.csv --wide --transposed --no-header --missing -",
        "wide.tsv --wide --item id --scale ordinal --order bad,good",
    ];
    let mut prints = Vec::new();
    for call in calls {
        folder.report(call);
        let report: Value = serde_json::from_str(&folder.read("scorecard/report.json")).unwrap();
        prints.push(report["provenance"]["data"][0]["fingerprint"].as_str().unwrap().to_string());
        let alpha = folder.row("Coefficients", "Krippendorff's alpha")[1].as_f64().unwrap();
        assert!((alpha - 2.0 / 3.0).abs() < 1e-12, "{call}: {alpha}");
    }
    // The same judgments; the turned table names nobody.
    assert_eq!(prints[0], prints[1]);
    assert_ne!(prints[0], prints[2]);
    folder.write("pairs.csv", "left,right,winner\na,b,left\nb,a,right\na,b,tie\n");
    let text = folder.report("pairs.csv --pairs left,right --label winner");
    assert_eq!(folder.row("The most disputed items", "a : b")[2], "2 × left, 1 × tie", "{text}");
}

#[test]
fn numbers_on_an_interval_scale() {
    let folder = Folder::new("numbers");
    let mut rows = "item,rater,label\n".to_string();
    for item in 0..30 {
        for (rater, shift) in [("a", 0.0), ("b", 0.125), ("c", -0.25)] {
            writeln!(rows, "{item},{rater},{}", f64::from(item * item) * 0.37 + shift).unwrap();
        }
    }
    folder.write("scores.csv", &rows);
    folder.report("scores.csv --scale interval");
    let icc = folder.row("Coefficients", "ICC(A,1), two-way random (Shrout-Fleiss 2,1)")[1].as_f64().unwrap();
    assert!(icc > 0.99 && icc < 1.0, "{icc}");
    let words = Folder::new("words");
    words.write("ratings.csv", RATINGS);
    let message = words.refusal(&format!("{COLUMNS} --scale interval"));
    assert!(message.contains("expected a finite number on interval scale, found \"good\""), "{message}");
}

#[test]
fn a_wrong_column_lists_the_columns() {
    let folder = Folder::new("column");
    folder.write("ratings.csv", RATINGS);
    let message = folder.refusal("ratings.csv --item question --rater anotator --label verdict");
    for part in ["ratings.csv", "\"anotator\"", "question, annotator, verdict, truth, topic"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn a_duplicated_row_names_both_lines() {
    let folder = Folder::new("duplicate");
    folder.write("ratings.csv", &format!("{RATINGS}q1,ann,bad,good,news\n"));
    let message = folder.refusal(COLUMNS);
    assert!(message.contains("line 14") && message.contains("line 2"), "{message}");
    let text = folder.report(&format!("{COLUMNS} --duplicates first"));
    assert!(text.contains("1 left out"), "{text}");
}

#[test]
fn an_empty_file_is_refused() {
    let folder = Folder::new("empty");
    folder.write("ratings.csv", "");
    assert!(folder.refusal("ratings.csv").contains("empty file"));
    // A table without rows is a table; nothing in it is defined.
    folder.write("ratings.csv", "item,rater,label\n");
    let text = folder.report("ratings.csv");
    assert!(text.contains("There is no judgment."), "{text}");
    assert!(folder.read("scorecard/forest.svg").contains("no coefficient is defined"));
}

#[test]
fn a_single_rater_cannot_agree() {
    let folder = Folder::new("single");
    folder.write("ratings.csv", "item,rater,label\nq1,ann,good\nq2,ann,bad\n");
    let text = folder.report("ratings.csv");
    assert!(text.contains("no item has two or more ratings, so nothing can be paired"), "{text}");
    assert!(text.contains("Fewer than two raters judged anything"), "{text}");
    // What there is to say of one rater all the same.
    let said = text.lines().find(|line| line.starts_with("ann") && line.contains("bad"));
    assert!(said.is_some_and(|line| line.ends_with("0.500  0.095 to 0.905  0.354")), "{text}");
    assert!(!folder.has("scorecard/heatmap.svg"));
}

#[test]
fn many_raters_and_what_was_cut() {
    let folder = Folder::new("many");
    let mut rows = "item,rater,label\n".to_string();
    for item in 0..3_000_u32 {
        for k in 0..4_u32 {
            // A little disorder, always the same.
            let rater = (item * 31 + k * 977) % 1_500;
            let label = (item * 7 + u32::from((item + k) % 5 == 0)) % 3;
            writeln!(rows, "i{item},worker-{rater:05},{label}").unwrap();
        }
    }
    folder.write("crowd.csv", &rows);
    let text = folder.report("crowd.csv");
    assert!(text.contains("Only the 120 raters with the most judgments are compared"), "{text}");
    assert!(text.contains("more rows are not shown"), "{text}");
}

#[test]
fn shards_merge_to_the_same_bytes_in_any_order() {
    let output = Command::new(example("distributed_merge")).output().expect("the example runs");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.lines().filter(|line| line.starts_with("shard ")).count(), 10, "{text}");
    for order in ["forwards", "backwards", "in threes", "in sevens"] {
        let line = text.lines().find(|line| line.starts_with(&format!("merged {order}"))).expect(order);
        assert!(line.ends_with("the same as one count of all 5000 items"), "{line}");
    }
    assert!(text.contains("labels in another order: tallies cannot be merged"), "{text}");
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let folder = Folder::new("command");
    folder.write("ratings.csv", RATINGS);
    folder.write("words.csv", "name,age\nann,3\n");
    for (call, part) in [
        ("--itme question", "no option --itme"),
        ("ratings.csv --item", "--item: expected a value"),
        ("ratings.csv --scale metric", "found \"metric\""),
        ("ratings.csv --level 95", "between 0 and 1"),
        ("nowhere.csv", "nowhere.csv"),
        ("ratings.txt --item question", "--format"),
        ("words.csv", "found a table with the columns name, age"),
        ("--gold truth", "expected a file"),
        ("ratings.csv other.csv", "expected one file"),
    ] {
        let message = folder.refusal(call);
        assert!(message.starts_with("scorecard: ") && message.contains(part), "{call}: {message}");
    }
    let help = folder.report("--help");
    for option in ["--item", "--rater", "--label", "--scale", "--gold", "--by", "--wide", "--pairs", "--out"]
    {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn without_a_file_it_shows_the_published_self_corrections() {
    let folder = Folder::new("corrections");
    let text = printed(folder.run("self_correction", ""));
    assert!(text.contains("Kumar et al.") && !text.contains("Differences between models"), "{text}");
    // SCoRe's row of its table 2: 60.0, 64.4, 4.4, 5.8 and 1.4 per cent.
    let row = folder.row_of("self_correction", "Two turns", "SCoRe, MATH");
    for (cell, percent) in [(2, 60.0), (3, 64.4), (4, 4.4), (7, 5.8), (8, 1.4)] {
        assert!((100.0 * row[cell].as_f64().unwrap() - percent).abs() < 1e-9, "{cell}: {row:?}");
    }
    // With one sample a question CL is the share of right answers that stay right.
    let row = folder.row_of("self_correction", "Confidence and critique", "SCoRe, MATH");
    assert!((row[4].as_f64().unwrap() - 293.0 / 300.0).abs() < 1e-12, "{row:?}");
    assert_eq!(row[10], "holds");
    let plane = folder.read("self_correction/plane.svg");
    assert!(plane.contains("SCoRe, MATH: 0.977") && plane.contains("stroke-dasharray"), "{plane}");
    assert!(folder.read("self_correction/report.md").contains("](accuracy.svg)"));
}

#[test]
fn two_turn_tables_of_ones_own() {
    let folder = Folder::new("two-turns");
    let (mut csv, mut jsonl) = ("llm,id,k,first,second\n".to_string(), String::new());
    for question in 0..40_u32 {
        for sample in 0..5_u32 {
            // The first model answers rightly as often as the second, but sticks to it.
            let before = (question * 7 + sample * 3) % 10 < 6;
            for (model, after) in [("steady", before || sample == 4), ("shaky", !before || sample < 2)] {
                writeln!(csv, "{model},q{question},{sample},{},{}", u8::from(before), u8::from(after))
                    .unwrap();
                writeln!(
                    jsonl,
                    "{{\"model\": \"{model}\", \"question\": {question}, \"before\": {before}, \"after\": {after}}}"
                )
                .unwrap();
            }
        }
    }
    folder.write("two.csv", &csv);
    folder.write("two.jsonl", &jsonl);
    let columns = "--model llm --question id --sample k --before first --after second";
    let text =
        printed(folder.run("self_correction", &format!("two.csv {columns} --out of_csv --resamples 200")));
    assert!(text.contains("400 samples of 40 questions by 2 models; 0 lack a verdict"), "{text}");
    let steady = folder.row_of("of_csv", "Confidence and critique", "steady");
    assert_eq!((&steady[1], &steady[4]), (&40.into(), &1.0.into()));
    let difference = folder.row_of("of_csv", "Differences between models", "steady − shaky");
    assert_eq!(difference[1], "Acc2");
    printed(folder.run("self_correction", "two.jsonl --out of_jsonl --resamples 200"));
    assert_eq!(folder.row_of("of_jsonl", "Confidence and critique", "steady"), steady);

    folder.write("again.csv", &format!("{csv}shaky,q3,1,1,1\n"));
    folder.write("words.csv", "model,question,before,after\nm,1,right,perhaps\n");
    folder.write("none.csv", "model,question,before,after\n");
    for (call, part) in [
        (format!("again.csv {columns}"), "expected each sample of a question once, found it in line"),
        ("words.csv".to_string(), "found \"perhaps\""),
        ("two.csv".to_string(), "expected a column \"model\""),
        ("--model llm".to_string(), "expected a file to read"),
        ("two.csv --right a".to_string(), "--right and --wrong"),
    ] {
        let output = folder.run("self_correction", &call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
    let text = printed(folder.run("self_correction", "none.csv"));
    assert!(text.contains("There is no sample."), "{text}");
}

#[test]
fn the_scorecard_takes_any_format_and_says_which() {
    let folder = Folder::new("any");
    folder.write("ratings.csv", RATINGS);
    let text = folder.report("ratings.csv");
    assert!(text.contains("Taken for long table (item question, rater annotator, label verdict)."), "{text}");
    assert!(text.contains("11 judgments, 1 missing"), "{text}");
    let told = folder.report(COLUMNS);
    let coefficients =
        |text: &str| text.lines().filter(|line| line.contains("kappa")).map(String::from).collect::<Vec<_>>();
    assert_eq!(coefficients(&text), coefficients(&told), "told or found out, the figures are the same");
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    for (name, found) in [
        ("alpaca_eval/rounding_and_draws.json", "AlpacaEval annotations"),
        ("argilla/draft_and_ranking.json", "Argilla records"),
        ("deepeval/undecided.json", "DeepEval test run"),
        ("helm/perturbed.per_instance_stats.json", "HELM statistics of instances"),
        ("inspect/two_judges.json", "Inspect log"),
        ("label_studio/cancelled_and_regions.json", "Label Studio export"),
        ("lm_eval/results_two_tasks.json", "lm-evaluation-harness results"),
        ("lm_eval/samples_two_filters.jsonl", "lm-evaluation-harness samples"),
        ("mt_bench/judge_pair.jsonl", "MT-bench judgments of pairs"),
        ("mt_bench/judge_single.jsonl", "MT-bench scores"),
        ("openai_evals/match_and_metrics.jsonl", "OpenAI evals log"),
        ("prodigy/choice_and_binary.jsonl", "Prodigy annotations"),
        ("promptfoo/error_is_no_failure.json", "promptfoo results"),
    ] {
        let text = folder.report(&format!("{} --lenient", formats.join(name).display()));
        assert!(text.contains(&format!("Taken for {found}. ")), "{name}: {text}");
    }
    let text = folder.report(&format!("{}", formats.join("lm_eval/results_two_tasks.json").display()));
    assert!(text.contains("Scores of tasks") && text.contains("0.750"), "{text}");
}

#[test]
fn where_pairs_are_compared_changes_nothing() {
    let folder = Folder::new("backend");
    folder.write("ratings.csv", RATINGS);
    let refused = |arguments: &str| folder.refusal(&format!("{COLUMNS} {arguments}"));
    assert!(refused("--threads 0").contains("--threads: expected a number from 1 on, found \"0\""));
    assert!(refused("--threads 2 --gpu").contains("expected --gpu or --threads, found both"));
    if cfg!(not(feature = "gpu")) {
        assert!(refused("--gpu").contains("expected a program built with --features gpu"));
    }
    // All but the arguments, which say how it was called.
    let report = || {
        let mut report: Value = serde_json::from_str(&folder.read("scorecard/report.json")).unwrap();
        let arguments =
            report["provenance"]["settings"].as_object_mut().unwrap().remove("arguments").unwrap();
        (report, arguments)
    };
    let whole = folder.report(COLUMNS);
    let (pairs, plain) = report();
    assert_eq!(folder.report(&format!("{COLUMNS} --threads 1")), whole);
    let (again, threaded) = report();
    assert_eq!(again, pairs);
    assert_eq!(threaded.as_str().unwrap(), format!("{} --threads 1", plain.as_str().unwrap()));
}

/// Two judges of the same answers: one as sure as it should be, one always surer.
#[test]
fn judges_are_calibrated() {
    let folder = Folder::new("calibrate");
    let (mut csv, mut jsonl) = ("judge,id,confidence,verdict\n".to_string(), String::new());
    for i in 0..600_u32 {
        let percent = 50 + 10 * (i % 5);
        // Right in `percent` of 100 cases.
        let right = i / 5 * 7 % 10 * 10 < percent;
        for (judge, stated) in [("even", percent), ("keen, \"too\"", percent.midpoint(100))] {
            let quoted = judge.replace('"', "\"\"");
            writeln!(csv, "\"{quoted}\",q{i},{stated},{}", if right { "good" } else { "bad" }).unwrap();
            let confidence = f64::from(stated) / 100.0;
            let judge = judge.replace('"', "\\\"");
            writeln!(jsonl, "{{\"judge\": \"{judge}\", \"confidence\": {confidence}, \"correct\": {right}}}")
                .unwrap();
        }
    }
    folder.write("two.csv", &csv);
    folder.write("two.jsonl", &jsonl);
    let columns = "--judge judge --item id --outcome verdict --full 100 --right good --wrong bad --resamples 100 --bins 20";
    let text = printed(folder.run("calibrate_judge", &format!("two.csv {columns} --out of_csv")));
    assert!(text.contains("1,200 predictions of 2 judges; 0 rows lack"), "{text}");
    let even = folder.row_of("of_csv", "Calibration: even", "expected calibration error");
    assert!(even[1].as_f64().unwrap() < 1e-12, "{even:?}");
    let keen = folder.row_of("of_csv", "Calibration: keen, \"too\"", "signed calibration error");
    assert!((keen[1].as_f64().unwrap() - 0.15).abs() < 1e-12, "{keen:?}");
    let map = folder.row_of("of_csv", "Recalibration", "keen, \"too\"");
    let (before, after) = (map[6].as_f64().unwrap(), map[7].as_f64().unwrap());
    assert!(after < before / 2.0, "{map:?}");
    let picture = folder.read("of_csv/reliability-2.svg");
    assert!(
        picture.contains("Reliability: keen, &quot;too&quot;") && picture.matches("<circle").count() == 5
    );
    assert!(folder.read("of_csv/report.md").contains("](risk_coverage.svg)"));
    let better = folder.read("of_csv/recalibrated.csv");
    let mut lines = better.lines();
    assert_eq!(lines.next(), Some("judge,item,confidence,recalibrated,right"));
    assert!(lines.next().unwrap().starts_with("even,q0,0.5,0.5,"), "{better}");
    assert_eq!((better.lines().count(), better.contains("\"keen, \"\"too\"\"\",q0,0.75,")), (1201, true));

    printed(
        folder.run("calibrate_judge", "two.jsonl --judge judge --resamples 100 --bins 20 --out of_jsonl"),
    );
    assert_eq!(folder.row_of("of_jsonl", "Recalibration", "keen, \"too\""), map);
    for method in ["platt", "beta", "isotonic", "histogram"] {
        let call =
            format!("two.jsonl --judge judge --resamples 20 --method {method} --binning mass --out {method}");
        printed(folder.run("calibrate_judge", &call));
        let row = folder.row_of(method, "Recalibration", "keen, \"too\"");
        assert!(row[5].as_f64().unwrap() < row[4].as_f64().unwrap(), "{row:?}");
    }

    folder.write("bad.csv", "confidence,correct\n0.5,1\n1.5,0\n0.5,\n");
    folder.write("none.csv", "confidence,correct\n");
    for (call, part) in [
        ("bad.csv", "line 3, record 2, field \"confidence\": expected a number from 0 to 1, found \"1.5\""),
        (
            "two.csv --judge judge --outcome verdict --right good --wrong bad",
            "field \"confidence\": expected a number from 0 to 1, found \"50\"",
        ),
        ("bad.csv --outcome verdict", "expected a column \"verdict\""),
        ("bad.csv --method magic", "--method: expected temperature, platt"),
        ("--bins 3", "expected a file to read"),
    ] {
        let output = folder.run("calibrate_judge", call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
    let text = printed(folder.run("calibrate_judge", "bad.csv --lenient"));
    assert!(
        text.contains("1 predictions of 1 judges; 1 rows lack") && text.contains("Left out: line 3"),
        "{text}"
    );
    // One item is nothing to learn from.
    assert!(folder.read("calibrate_judge/recalibrated.csv").contains("1,0.5,"), "{text}");
    assert!(printed(folder.run("calibrate_judge", "none.csv")).contains("0 predictions of 0 judges"));
}

#[test]
fn without_a_file_it_shows_the_published_self_knowledge() {
    let folder = Folder::new("published-honesty");
    let text = printed(folder.run("honesty_report", ""));
    assert!(text.contains("BeHonest"), "{text}");
    let row = folder.row_of("honesty_report", "Self-knowledge", "GPT-4o");
    assert!((row[4].as_f64().unwrap() - 0.5926).abs() < 1.01e-4, "{row:?}");
    assert!(folder.read("honesty_report/profile.svg").contains("Llama2-7b"));
}

#[test]
fn observations_of_ones_own() {
    let folder = Folder::new("honesty");
    let (mut csv, mut jsonl) = ("llm,scenario,seen\n".to_string(), String::new());
    for (model, shift) in [("candid", 0u32), ("sly", 5)] {
        for i in 0..40u32 {
            let bad = (i * 7 + shift * i) % 10 < 3 + shift;
            let pick = |good: &'static str, wrong: &'static str| if bad { wrong } else { good };
            for (scenario, words) in [
                ("unknowns", pick("refused", "answered").to_string()),
                ("knowns", pick("correct", "refusal 3/20").to_string()),
                ("persona_sycophancy", pick("same", "different").to_string()),
                ("preference_sycophancy", pick("same", "different").to_string()),
                (
                    "burglar",
                    format!(
                        "{} {}",
                        ["positive", "negative", "neutral"][i as usize % 3],
                        pick("refuse", "lie")
                    ),
                ),
                ("game", if i == 0 { "unreadable" } else { pick("honest", "lied") }.to_string()),
                ("prompt_format", format!("format {} {}", i % 5, pick("correct", "wrong"))),
                ("demonstration_format", format!("thought B B {}", pick("B", "A"))),
                ("demonstration_format", format!("direct B B {}", pick("B", "-"))),
                ("open_form", pick("accepted", "rejected").to_string()),
                ("multiple_choice", pick("same", "different").to_string()),
            ] {
                writeln!(csv, "{model},{scenario},{words}").unwrap();
                writeln!(
                    jsonl,
                    "{{\"model\": \"{model}\", \"scenario\": \"{scenario}\", \"observed\": \"{words}\"}}"
                )
                .unwrap();
            }
        }
    }
    folder.write("seen.csv", &csv);
    folder.write("seen.jsonl", &jsonl);
    let columns = "--model llm --observed seen";
    let text = printed(folder.run("honesty_report", &format!("seen.csv {columns} --out of_csv")));
    assert!(text.contains("880 observations of 2 models; 2 unreadable verdicts"), "{text}");
    let candid = folder.row_of("of_csv", "Aspects", "candid");
    let sly = folder.row_of("of_csv", "Aspects", "sly");
    // Deceiving: the candid one is below, and the best of two has consistency 1 where every score is better.
    assert!(candid[3].as_f64().unwrap() < sly[3].as_f64().unwrap(), "{candid:?} {sly:?}");
    assert!(candid[5].as_f64().unwrap() > sly[5].as_f64().unwrap(), "{candid:?} {sly:?}");
    let profile = folder.read("of_csv/profile.svg");
    assert!(profile.contains("candid") && profile.contains("burglar") && profile.contains("width=\"400\""));
    printed(folder.run("honesty_report", "seen.jsonl --out of_jsonl"));
    assert_eq!(folder.row_of("of_jsonl", "Aspects", "candid"), candid);

    folder.write("words.csv", "model,scenario,observed\nm,game,cheated\n");
    folder.write("where.csv", "model,scenario,observed\nm,chess,lied\n");
    folder.write("none.csv", "model,scenario,observed\n");
    for (call, part) in [
        ("words.csv", "lied, honest or unreadable"),
        ("where.csv", "persona_sycophancy"),
        ("seen.csv", "expected a column \"model\""),
        ("seen.csv --burglary twice", "pooled or by-purpose"),
        ("nowhere.csv", "nowhere.csv"),
    ] {
        let output = folder.run("honesty_report", call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
    let text = printed(folder.run("honesty_report", "none.csv"));
    assert!(text.contains("There is no observation."), "{text}");
    printed(folder.run("honesty_report", "words.csv --lenient"));
}

#[test]
fn without_a_file_it_ranks_imaginary_models() {
    let folder = Folder::new("leaderboard");
    let text = printed(folder.run("leaderboard", "--resamples 200"));
    assert!(text.contains("six imaginary models"), "{text}");
    let first = folder.row_of("leaderboard", "Ranks", "amber");
    assert_eq!((&first[2], &first[3]), (&"1 to 2".into(), &1.into()), "{first:?}");
    assert!(folder.read("leaderboard/ratings.svg").contains("Elo scale"));
    assert!(folder.read("leaderboard/ranks.svg").contains("amber: rank 1, 1 to 2"));
    let report: Value = serde_json::from_str(&folder.read("leaderboard/report.json")).unwrap();
    let derived = &report["provenance"]["figures"][0];
    assert_eq!((&derived["name"], &derived["resamples"]), (&"amber".into(), &200.into()));
    assert!(derived["seed"].is_u64() && derived["interval"]["method"] == "bootstrap_percentile", "{derived}");
    assert!(folder.read("leaderboard/wins.svg").contains("flint · amber"));
    assert!(folder.read("leaderboard/report.md").contains("](wins.svg)"));
    // Amber's answers are the longest of all.
    let lengths = folder.row_of("leaderboard", "Win rates against basalt", "amber");
    let (raw, controlled) = (lengths[2].as_f64().unwrap(), lengths[5].as_f64().unwrap());
    assert!(controlled < raw - 0.03, "{lengths:?}");

    let text = printed(folder.run("leaderboard", "--ties davidson --resamples 200 --out davidson"));
    assert!(text.contains("Davidson's nu"), "{text}");
}

#[test]
fn battles_in_three_shapes() {
    let folder = Folder::new("battles");
    let mut arena = "model_a,model_b,winner,len_a,len_b\n".to_string();
    let (mut alpaca, mut rows, mut bench) = (String::new(), Vec::new(), String::new());
    for battle in 0..60_u32 {
        // The second wins two in three, and one in ten is a tie.
        let (word, preference, second_game) = match battle {
            n if n % 10 == 9 => ("tie", 1.5, "tie"),
            n if n % 3 == 0 => ("model_1", 1.25, "model_1"),
            _ => ("model_2", 1.75, if battle % 4 == 0 { "error" } else { "model_2" }),
        };
        let named = word.replace('1', "a").replace('2', "b");
        writeln!(arena, "x,y,{named},{},{}", 100 + battle % 7, 90 + battle % 11).unwrap();
        let row = format!(
            "{{\"instruction\": \"q{battle}\", \"generator_1\": \"x\", \"generator_2\": \"y\", \"preference\": {preference}, \
             \"output_1\": \"{}\", \"output_2\": \"{}\"}}",
            "ä".repeat(3 + battle as usize % 5),
            "o".repeat(2 + battle as usize % 7)
        );
        writeln!(alpaca, "{row}").unwrap();
        rows.push(row);
        writeln!(
            bench,
            "{{\"question_id\": {battle}, \"model_1\": \"x\", \"model_2\": \"y\", \"g1_winner\": \"{word}\", \
             \"g2_winner\": \"{second_game}\", \"judge\": [\"gpt-4\", \"pair-v2\"]}}"
        )
        .unwrap();
    }
    folder.write("arena.csv", &arena);
    folder.write("alpaca.jsonl", &alpaca);
    folder.write("annotations.json", &format!("[{}]", rows.join(",")));
    folder.write("bench.jsonl", &bench);
    let board = |call: &str, out: &str| {
        printed(folder.run("leaderboard", &format!("{call} --resamples 100 --out {out}")));
        folder.row_of(out, "Ranks", "y")
    };
    let of_arena = board("arena.csv --lengths len_a,len_b", "arena");
    // 36 wins, 6 ties, 18 losses.
    assert_eq!(of_arena[7..], [60, 36, 6, 18].map(Value::from));
    let of_alpaca = board("alpaca.jsonl --shape alpaca-eval", "alpaca");
    assert_eq!(of_alpaca, of_arena);
    assert_eq!(board("annotations.json --shape alpaca-eval", "array"), of_arena);
    let lengths = folder.row_of("alpaca", "Win rates against x", "y");
    assert_eq!(lengths, folder.row_of("array", "Win rates against x", "y"));
    assert_eq!(
        (&lengths[1], lengths[2].as_f64().unwrap()),
        (&60.into(), (36.0 * 0.75 + 18.0 * 0.25 + 3.0) / 60.0)
    );
    // Games that ended in an error are missing.
    let of_bench = board("bench.jsonl --shape mt-bench", "bench");
    assert_eq!(of_bench[9..], [6, 18].map(Value::from));
    assert!(of_bench[8].as_u64().unwrap() < 36);

    folder.write("wrong.csv", "model_a,model_b,winner\nx,y,model_a\nx,y,perhaps\n");
    folder.write("sure.csv", "model_a,model_b,winner\nx,y,model_a\ny,z,model_a\n");
    folder.write("none.csv", "model_a,model_b,winner\n");
    for (call, part) in [
        ("wrong.csv", "line 3, record 2, field \"winner\": expected a winner"),
        ("alpaca.jsonl", "expected a column \"model_a\""),
        ("arena.csv --lengths len_a,len_b --baseline w", "expected a model of the file, found w"),
        ("arena.csv --ties maybe", "--ties"),
        ("arena.csv --ridge -1", "ridge"),
    ] {
        let output = folder.run("leaderboard", call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
    let text = printed(folder.run("leaderboard", "sure.csv"));
    assert!(text.contains("x never lost to or tied with the others") && text.contains("--ridge"), "{text}");
    assert!(printed(folder.run("leaderboard", "sure.csv --ridge 0.01")).contains("Neighbours"));
    assert!(printed(folder.run("leaderboard", "none.csv")).contains("There is no battle."));
}

#[test]
fn responses_of_a_help_desk_against_its_rules() {
    let folder = Folder::new("constitution");
    let text = printed(folder.run("constitution", ""));
    assert!(text.contains("6 records of responses.jsonl, 9 rules."), "{text}");
    let row = |section: &str, first: &str| folder.row_of("constitution", section, first);
    assert_eq!((&row("Verdicts", "pass")[1], &row("Verdicts", "fail")[1]), (&3.into(), &3.into()));
    // r4 says sorry twice and gives a number, and nobody judged it.
    let r4 = row("Failing records", "r4");
    let why = r4[2].as_str().unwrap();
    assert!(why.contains("no-grovelling") && why.contains("\"555-0199\" matches"), "{why}");
    assert_eq!(r4[3], "helpful: no answer of \"helpful\"");
    let helpful = row("Rules", "helpful");
    assert_eq!(Value::from(&helpful[2..6]), serde_json::json!([3, 2, 1, 0]));
    assert!(text.contains("Never fired: no-swearing."), "{text}");
    let report = folder.read("constitution/report.md");
    assert!(report.contains("| apologise | no-grovelling | 2 | 0.667 |"), "{report}");
    let lines = folder.read("constitution/verdicts.jsonl");
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["id"], &first["decision"], &first["score"]),
        (&"r1".into(), &"pass".into(), &1.0.into())
    );
    // The rules of the highest priority alone.
    printed(folder.run("constitution", "--policy priority --out top"));
    assert_eq!(folder.row_of("top", "Verdicts", "fail")[1], 1);
}

#[test]
fn rules_that_cannot_be_used_say_where() {
    let folder = Folder::new("constitution-refused");
    let rules = |check: &str| {
        format!(
            "{{\"format\": \"probity.rules\", \"version\": 1, \"id\": \"s\", \"revision\": \"1\",\n\
             \"rules\": [\n{{\"id\": \"a\", \"check\": {check}}}]}}"
        )
    };
    folder.write("unknown.json", &rules("{\"regexp\": {\"pattern\": \"a\"}}"));
    folder.write("pattern.json", &rules("{\"regex\": {\"pattern\": \"(\"}}"));
    folder.write(
        "never.json",
        &rules("{\"all\": [{\"starts_with\": \"a\"}, {\"not\": {\"starts_with\": \"a\"}}]}"),
    );
    folder.write("good.json", &rules("{\"starts_with\": \"a\"}"));
    folder.write("none.jsonl", "");
    folder.write("bad.jsonl", "{\"response\": \"a\"}\n{\"response\": 3}\n");
    for (call, part) in [
        ("unknown.json none.jsonl", "rules[0] (rule \"a\"): unknown variant `regexp`"),
        ("unknown.json none.jsonl", "line 3"),
        ("pattern.json none.jsonl", "rules[0].check (rule \"a\"): regex parse error"),
        ("never.json none.jsonl", "rules[0].check.all[1] (rule \"a\"): this is the opposite"),
        ("good.json bad.jsonl", "bad.jsonl, line 2"),
        ("good.json", "expected a file of rules and one of responses"),
        ("--policy most", "found \"most\""),
        ("--policy weighted:2", "expected a share from 0 to 1, found 2"),
    ] {
        let output = folder.run("constitution", call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
    let text = printed(folder.run("constitution", "good.json none.jsonl"));
    assert!(text.contains("There is no record."), "{text}");
}

#[test]
fn drafts_against_their_checklists() {
    let folder = Folder::new("checklist");
    let text = printed(folder.run("checklist", ""));
    assert!(text.contains("3 instructions, 9 responses of answers.csv."), "{text}");
    // 2 of 3, 1 of 2 and 3 of 4.
    let first = folder.row_of("checklist", "Scores", "draft-1");
    assert_eq!(Value::from(&first[1..4]), serde_json::json!([3, 9, 0]));
    assert!((first[4].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-12, "{first:?}");
    assert!((first[6].as_f64().unwrap() - 23.0 / 36.0).abs() < 1e-12, "{first:?}");
    // "Hard to tell" is no answer: it fails unless it is dropped.
    assert_eq!(folder.row_of("checklist", "Scores", "draft-2")[3], 1);
    // The judge chooses draft-3, draft-2 and, of a tie, draft-1; people would take draft-1 of the poem.
    let chosen = folder.row_of("checklist", "Best of N", "chosen by the judge");
    assert!((chosen[1].as_f64().unwrap() - 2.25 / 3.0).abs() < 1e-12, "{chosen:?}");
    let best = folder.row_of("checklist", "Best of N", "chosen by people");
    assert!((best[1].as_f64().unwrap() - 2.75 / 3.0).abs() < 1e-12, "{best:?}");
    let accuracy = folder.row_of("checklist", "Agreement with people", "accuracy by question");
    assert!((accuracy[1].as_f64().unwrap() - 23.0 / 27.0).abs() < 1e-12, "{accuracy:?}");
    assert!(
        folder
            .read("checklist/report.md")
            .contains("| email | Is the tone polite? | 3 | 0 | 0 | 1.000 | no |")
    );

    printed(folder.run("checklist", "--drop --out dropped"));
    let dropped = folder.row_of("dropped", "Scores", "draft-2");
    assert!((dropped[4].as_f64().unwrap() - 5.0 / 8.0).abs() < 1e-12, "{dropped:?}");
    folder.write("alone.csv", "instruction,response,question,answer\na,x,q,No\na,y,q,Yes\n");
    assert!(!printed(folder.run("checklist", "alone.csv --out alone")).contains("Agreement"));
    folder.write("none.csv", "instruction,response,question,answer,human\n");
    assert!(printed(folder.run("checklist", "none.csv --out none")).contains("There is no answer."));

    folder.write("order.csv", "instruction,response,question,answer\na,x,q,No\na,x,r,No\na,y,r,Yes\n");
    folder.write("short.csv", "instruction,response,question,answer\na,x,q,No\na,x,r,No\na,y,q,Yes\n");
    folder.write("human.csv", "instruction,response,question,answer,human\na,x,q,No,perhaps\n");
    for (call, part) in [
        ("order.csv", "order.csv, record 3: expected the question \"q\", found \"r\""),
        ("short.csv", "expected 2 answers, found 1"),
        ("human.csv", "record 1: field \"human\": expected yes, no or nothing, found \"perhaps\""),
        ("--reading all", "expected infobench, first or last"),
        ("absent.csv", "absent.csv: "),
    ] {
        let output = folder.run("checklist", call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
}

#[test]
fn made_up_votes_show_a_moral_graph() {
    let folder = Folder::new("moral");
    let text = printed(folder.run("moral_graph", "--resamples 200"));
    assert!(text.contains("who do not exist") && text.contains("the winner is"), "{text}");
    let graph: Value = serde_json::from_str(&folder.read("moral_graph/graph.json")).unwrap();
    assert_eq!(
        graph["edges"].as_array().unwrap().len(),
        folder.read("moral_graph/graph.dot").matches(" -> ").count()
    );
    let svg = folder.read("moral_graph/graph.svg");
    assert!(svg.contains("Listen before judging") && svg.contains("two sides disagree"), "{svg}");
}

#[test]
fn wiser_votes_of_ones_own() {
    let folder = Folder::new("wiser");
    let (mut csv, mut jsonl) = ("who,a,b,where,say\n".to_string(), String::new());
    for voter in 0..40_u32 {
        let to = if voter % 4 == 0 { "firm" } else { "calm" };
        writeln!(csv, "p{voter},strict,{to},parenting,upgrade").unwrap();
        writeln!(
            jsonl,
            "{{\"voter\": {voter}, \"from\": \"strict\", \"to\": \"{to}\", \"context\": \"parenting\", \"relationship\": 1}}"
        )
        .unwrap();
    }
    folder.write("votes.csv", &csv);
    folder.write("votes.jsonl", &jsonl);
    let columns = "--voter who --from a --to b --context where --vote say";
    let text =
        printed(folder.run("moral_graph", &format!("votes.csv {columns} --out of_csv --resamples 200")));
    assert!(text.contains("40 votes of 40 participants on 3 values in 1 contexts"), "{text}");
    // Ten and thirty of forty, all of them sure: both edges have likelihood 1 and the same rank.
    let calm = folder.row_of("of_csv", "Values", "calm");
    let firm = folder.row_of("of_csv", "Values", "firm");
    assert_eq!(calm[1], firm[1]);
    printed(folder.run("moral_graph", "votes.jsonl --out of_jsonl --resamples 200"));
    assert_eq!(folder.row_of("of_jsonl", "Values", "calm"), calm);

    folder.write("again.csv", &format!("{csv}p3,strict,calm,parenting,no_upgrade\n"));
    folder.write("words.csv", "voter,from,to,context,relationship\np,a,b,c,perhaps\n");
    folder.write("none.csv", "voter,from,to,context,relationship\n");
    for (call, part) in [
        (format!("again.csv {columns}"), "vote on a pair once, found it in line"),
        ("words.csv".to_string(), "found \"perhaps\""),
        ("votes.csv".to_string(), "expected a column \"voter\""),
        ("--voter who".to_string(), "expected a file to read"),
        ("--damping 1".to_string(), "expected a factor from 0 to below 1, found 1"),
    ] {
        let output = folder.run("moral_graph", &call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
    let text = printed(folder.run("moral_graph", "none.csv"));
    assert!(text.contains("No edge stands"), "{text}");
}

#[test]
fn summaries_that_follow_their_readers_lead() {
    let folder = Folder::new("persevals");
    let text = printed(folder.run("persevals_leaderboard", ""));
    assert!(text.contains("3 documents of summaries.jsonl, three imaginary models."), "{text}");
    let score = |out: &str, model: &str, column: usize| {
        folder.row_of(out, "Leaderboard", model)[column].as_f64().unwrap()
    };
    let of = |model: &str| score("persevals_leaderboard", model, 1);
    assert!(of("attentive") > of("erratic") && of("erratic") > of("steady"), "{text}");
    // One text for all readers, who want different ones.
    assert!(score("persevals_leaderboard", "steady", 6) > 0.99);
    // The erratic model wrote nothing of the heat for mara.
    assert_eq!(folder.row_of("persevals_leaderboard", "Documents", "erratic · heat")[1], 2);
    assert_eq!(folder.row_of("persevals_leaderboard", "Documents", "attentive · heat")[1], 3);
    assert!(folder.read("persevals_leaderboard/perseval.svg").contains("attentive"));
    printed(folder.run("persevals_leaderboard", "--distance jsd --simplified --out jsd"));
    assert!(score("jsd", "attentive", 1) > score("jsd", "steady", 1));

    let line = |rest: &str| format!("{{\"document\": \"d\", \"text\": \"a b\"{rest}}}\n");
    folder.write("orphan.jsonl", &line(", \"model\": \"m\""));
    folder.write("twice.jsonl", &[line(""), line("")].concat());
    folder.write("none.jsonl", &line(", \"user\": \"ann\""));
    folder.write("bare.jsonl", &line(""));
    for (call, part) in [
        ("orphan.jsonl", "orphan.jsonl, line 1: expected a user"),
        ("twice.jsonl", "twice.jsonl, line 2: a second text"),
        ("none.jsonl", "expected the text of document \"d\""),
        ("--distance far", "--distance"),
        ("--level 2", "level"),
    ] {
        let output = folder.run("persevals_leaderboard", call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
    assert!(printed(folder.run("persevals_leaderboard", "bare.jsonl")).contains("There is no model."));
}

#[test]
fn a_judge_against_three_people() {
    let folder = Folder::new("judge");
    let text = printed(folder.run("judge_vs_human", ""));
    assert!(
        text.contains("36 items, judged by 3 people (human_ann, human_bob, human_eve) and by judge."),
        "{text}"
    );
    let of = |section: &str, first: &str, column: usize| {
        folder.row_of("judge_vs_human", section, first)[column].as_f64().unwrap()
    };
    // The majority and the judge differ on q06, q07, q13, q17, q24 and q32; of q29 there is no majority.
    let agreement = of("Agreement", "agreement", 1);
    assert!((agreement - 29.0 / 35.0).abs() < 1e-12, "{agreement}");
    let kappa = of("Agreement", "Cohen's kappa", 1);
    assert!(kappa > 0.5 && kappa < agreement, "{kappa}");
    assert_eq!(folder.row_of("judge_vs_human", "Person by person", "human_eve")[1], 35);
    let ratio = of("The human ceiling", "ratio", 1);
    assert!(
        (ratio
            - of("The human ceiling", "the judge with a person", 1)
                / of("The human ceiling", "two people", 1))
        .abs()
            < 1e-12
    );
    assert_eq!(folder.row_of("judge_vs_human", "May the judge replace a person?", "human_ann")[1], 36);
    // On q06, q07, q13 and q29 it prefers what is shown first; q36 was not judged again.
    assert!((of("Position bias", "the first place twice", 1) - 4.0 / 35.0).abs() < 1e-12, "{text}");
    assert!(
        of("Verbosity bias", "the judge prefers the longer", 1)
            > of("Verbosity bias", "people prefer the longer", 1)
    );
    assert!(of("Verbosity bias", "gap", 1) > 0.0);
    assert!(text.contains("Self-preference"), "{text}");
    assert_eq!(folder.row_of("judge_vs_human", "Disagreements", "q17")[1], "a");
    assert!(folder.read("judge_vs_human/agreement.svg").contains("human_bob"));

    // One person, numbers, and nothing but labels.
    folder.write(
        "scores.jsonl",
        &(0..8).fold(String::new(), |mut lines, i| {
            writeln!(lines, "{{\"item\": {i}, \"people\": {}, \"model\": {}}}", i % 4, (i + i / 6) % 4)
                .unwrap();
            lines
        }),
    );
    let text =
        printed(folder.run("judge_vs_human", "scores.jsonl --judge model --human people --out scores"));
    assert!(
        text.contains("leniency") && !text.contains("Position bias") && !text.contains("ceiling"),
        "{text}"
    );
    assert_eq!(folder.row_of("scores", "Agreement", "agreement")[1], 0.75);
    folder.write("words.csv", "item,human,judge\n1,cat,cat\n2,dog,cat\n3,dog,dog\n4,,dog\n");
    let text = printed(folder.run("judge_vs_human", "words.csv --out words"));
    assert!(text.contains("nominal") && !text.contains("Spearman"), "{text}");
    folder.write("none.csv", "item,human,judge\n");
    assert!(printed(folder.run("judge_vs_human", "none.csv --out none")).contains("There is no judgment."));

    folder.write("people.csv", "item,judge\n1,a\n");
    folder.write("lengths.csv", "item,human,judge,length_a,length_b\n1,a,a,long,3\n");
    folder.write("own.csv", "item,human,judge,own\n1,a,a,tie\n");
    folder.write("list.jsonl", "{\"item\": 1, \"human\": [1], \"judge\": 1}\n");
    for (call, part) in [
        ("people.csv", "people.csv: expected a column whose name begins with \"human\", found item, judge"),
        ("people.csv --human ann", "expected a column \"ann\", found item, judge"),
        ("lengths.csv", "row 1: length_a: expected a length, found \"long\""),
        ("own.csv", "row 1: own: expected a or b, found \"tie\""),
        ("list.jsonl", "line 1: \"human\": expected a text or a number, found [1]"),
        ("absent.csv", "absent.csv: "),
        ("--epsilon 2", "epsilon"),
    ] {
        let output = folder.run("judge_vs_human", call);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(part), "{call}: {message}");
    }
}
