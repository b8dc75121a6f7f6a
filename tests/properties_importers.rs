//! Importers of tools' logs on files that are cut, marked, repeated, nested and broken.
#![cfg(feature = "io")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test program")]

use std::path::Path;

use probity::io::{
    AnyFormat, ArgillaRecords, BattleTable, Content, DeepEvalRun, Dialect, ErrorKind, Format, HelmStats,
    Import, Imported, InspectLog, LabelStudioExport, LmEvalResults, LmEvalSamples, LongTable, MtBenchScores,
    OpenAiEvalsLog, Origin, ProdigyAnnotations, PromptfooResults, Reason, Result, Strictness, detect_in,
};
use probity::ratings::{Duplicates, Scale};
use proptest::prelude::*;

#[cfg(feature = "zip")]
const ARCHIVE: &str = "expected an archive of Inspect with readable files, found the archive: ";
#[cfg(not(feature = "zip"))]
const ARCHIVE: &str =
    "expected a JSON document, found a zip archive (those of Inspect are read with the feature `zip`)";

type Read = fn(&[u8], Strictness) -> Result<Import>;

/// A reader of each format, with a file that it reads.
const FORMATS: [(&str, Read); 10] = [
    ("argilla/draft_and_ranking.json", |b, s| ArgillaRecords::new().suggestions().read_from(b, s)),
    ("deepeval/undecided.json", |b, s| DeepEvalRun::new().read_from(b, s)),
    ("helm/perturbed.per_instance_stats.json", |b, s| HelmStats::new().read_from(b, s)),
    ("inspect/two_judges.json", |b, s| InspectLog::new().read_from(b, s)),
    ("label_studio/cancelled_and_regions.json", |b, s| {
        LabelStudioExport::new().predictions().read_from(b, s)
    }),
    ("lm_eval/samples_two_filters.jsonl", |b, s| LmEvalSamples::new().read_from(b, s)),
    ("mt_bench/judge_single.jsonl", |b, s| MtBenchScores::new().read_from(b, s)),
    ("openai_evals/match_and_metrics.jsonl", |b, s| OpenAiEvalsLog::new().read_from(b, s)),
    ("prodigy/choice_and_binary.jsonl", |b, s| ProdigyAnnotations::new().read_from(b, s)),
    ("promptfoo/error_is_no_failure.json", |b, s| PromptfooResults::new().assertions().read_from(b, s)),
];

/// The first door that opens for a file.
fn open(bytes: &[u8], strictness: Strictness) -> Result<Imported> {
    AnyFormat::new().read_from(bytes, strictness)
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name)).unwrap()
}

/// What was imported, for comparison.
fn content(import: &Import) -> (u64, u64, u64, usize, Vec<String>, Vec<String>) {
    let names = import.ratings.items().names().map(std::borrow::Cow::into_owned).collect();
    let report = &import.report;
    let labels = import.ratings.labels().names().to_vec();
    (report.rows, report.judgments, report.missing, report.skipped.len(), names, labels)
}

#[test]
fn a_mark_at_the_start_and_other_line_ends_change_nothing() {
    for (name, read) in FORMATS {
        let plain = file(name);
        let expected = content(&read(&plain, Strictness::Lenient).unwrap());
        let marked = [b"\xef\xbb\xbf", plain.as_slice()].concat();
        assert_eq!(content(&read(&marked, Strictness::Lenient).unwrap()), expected, "{name}");
        let text = String::from_utf8(plain).unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
        assert_eq!(content(&read(text.as_bytes(), Strictness::Lenient).unwrap()), expected, "{name}");
    }
}

#[test]
fn a_file_that_is_cut_says_so() {
    for (name, read) in FORMATS {
        let whole = file(name);
        let end = whole.trim_ascii_end().len();
        for length in 0..end {
            let cut = &whole[..length];
            // Lines that end where the cut is are whole.
            if name.ends_with("jsonl") && whole[length..].trim_ascii_start().first() == Some(&b'{') {
                continue;
            }
            if let Ok(import) = read(cut, Strictness::Strict) {
                let complete = read(&whole, Strictness::Lenient).unwrap();
                let lines = name.ends_with("jsonl") && import.report.rows < complete.report.rows;
                assert!(lines && cut.ends_with(b"}"), "{name}: {length} bytes read as a whole file");
            }
            if let Ok(import) = read(cut, Strictness::Lenient) {
                let lines_only = name.ends_with("jsonl") && cut.trim_ascii_end().ends_with(b"}");
                assert!(
                    lines_only || !import.report.skipped.is_empty(),
                    "{name}: {length} bytes, nothing said"
                );
            }
        }
    }
}

#[test]
fn what_is_not_utf8_is_named() {
    for (name, read) in FORMATS {
        let mut broken = file(name);
        let middle = broken.len() / 2;
        broken[middle] = 0xff;
        let error = read(&broken, Strictness::Strict).unwrap_err().to_string();
        assert!(error.contains("expected UTF-8") || name.starts_with("label_studio"), "{name}: {error}");
    }
}

#[test]
fn repeated_judgments_are_an_error_or_settled() {
    let line = r#"{"doc_id": 3, "filter": "none", "metrics": ["acc"], "acc": 1.0}"#;
    let twice = format!("{line}\n\n{}\n", line.replace("1.0", "0.0"));
    let error = LmEvalSamples::new().read_from(twice.as_bytes(), Strictness::Lenient).unwrap_err();
    assert_eq!((error.line(), error.record()), (Some(3), Some(2)));
    assert_eq!(
        error.to_string(),
        r#"line 3, record 2: rater "acc,none" rates item "3" again: the first time is in line 1"#
    );
    let last = LmEvalSamples::new().duplicates(Duplicates::KeepLast);
    let import = last.read_from(twice.as_bytes(), Strictness::Strict).unwrap();
    assert_eq!(import.ratings.values().unwrap().get(0, 0), Some(0.0));
    assert_eq!(import.report.skipped.len(), 1);
}

#[test]
fn deep_nesting_is_no_danger() {
    let deep = |open: &str, close: &str| open.repeat(200_000) + &close.repeat(200_000);
    for value in [deep("[", "]"), deep(r#"{"a":"#, "}").replace(":}", ":1}")] {
        let line = format!(r#"{{"doc_id": 1, "doc": {value}, "metrics": ["acc"], "acc": true}}"#);
        let import = LmEvalSamples::new().read_from(line.as_bytes(), Strictness::Strict).unwrap();
        assert_eq!(import.report.judgments, 1);
        for (name, read) in FORMATS {
            assert!(read(value.as_bytes(), Strictness::Strict).is_err(), "{name}");
            assert!(read(format!("[{value}").as_bytes(), Strictness::Strict).is_err(), "{name}");
        }
    }
}

#[test]
fn bare_tokens_are_missing_and_nothing_else_changes() {
    let line =
        br#"{"doc_id": "NaN \" Infinity", "metrics": ["a", "b", "c"], "a": NaN, "b": -Infinity, "c": 1}"#;
    let import = LmEvalSamples::new().read_from(&line[..], Strictness::Strict).unwrap();
    assert_eq!((import.report.judgments, import.report.missing), (1, 2));
    assert_eq!(import.ratings.items().name(0), "NaN \" Infinity");
}

#[test]
fn errors_say_where_and_what() {
    let strict = Strictness::Strict;
    let log = |samples: &str| format!("{{\"eval\": {{}},\n\"samples\": [\n{samples}]}}");
    let inspect = |samples: &str| InspectLog::new().read_from(log(samples).as_bytes(), strict);
    let cases = [
        (
            inspect("{\"id\": 1, \"scores\": {}},\n{\"epoch\": 1}"),
            r#"line 4, record 2, field "id": expected an item, found a missing value"#,
        ),
        (
            inspect(r#"{"id": 1, "scores": {"s": {"value": [[1]]}}}"#),
            r#"line 3, record 1, field "scores.s.value": expected text, a number, true, false or null, found an array"#,
        ),
        (inspect(r#"{"id": 1, "id": 2}"#), r#"line 3, record 1, field "id": expected each key once, found it twice"#),
        (inspect("7"), "line 3, record 1: expected an object, found a number"),
        (
            InspectLog::new().read_from(&b"{}"[..], strict),
            r#"expected a log of Inspect, found a document without the key "eval""#,
        ),
        (
            InspectLog::new().read_from(&b"PK\x03\x04"[..], strict),
            ARCHIVE,
        ),
        (
            PromptfooResults::new().read_from(&br#"{"results": {"table": {}}}"#[..], strict),
            "expected results of promptfoo, version 3, found results of version 2 (a table)",
        ),
        (
            LmEvalSamples::new().read_from(&b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"[..], strict),
            "expected data, found a Git LFS pointer to them (the file itself was not fetched)",
        ),
        (HelmStats::new().read_from(&b" \n"[..], strict), "expected at least one record, found an empty file"),
        (
            ArgillaRecords::new().read_from(
                &br#"{"id": 1, "q.responses": ["a"], "q.responses.users": [], "q.responses.status": ["submitted"]}"#[..],
                strict,
            ),
            r#"line 1, record 1, field "q.responses.users": expected 1 fields, found 0"#,
        ),
    ];
    for (result, expected) in cases {
        let error = result.unwrap_err().to_string();
        // What a library says about a broken archive is its own.
        let same = if expected.ends_with(": ") { error.starts_with(expected) } else { error == expected };
        assert!(same, "{error}, expected {expected}");
    }
    let numbers =
        LmEvalSamples::new().read_from(&br#"{"doc_id": 1, "metrics": ["m"], "m": "x"}"#[..], strict);
    assert!(matches!(numbers.unwrap_err().kind(), ErrorKind::Row(Reason::NotANumber { .. })));
}

#[test]
fn gold_labels_are_apart() {
    let annotation = |by: u32, gold: bool, label: &str| {
        format!(
            r#"{{"completed_by": {by}, "ground_truth": {gold}, "result": [{{"from_name": "q", "type": "rating", "value": {{"rating": {label}}}}}]}}"#
        )
    };
    let file = format!(
        r#"[{{"id": 1, "annotations": [{}, {}]}}]"#,
        annotation(1, false, "4"),
        annotation(2, true, "5")
    );
    let export = LabelStudioExport::new().scale(Scale::Ordinal);
    let import = export.read_from(file.as_bytes(), Strictness::Strict).unwrap();
    assert_eq!((import.ratings.n_raters(), import.groups.len()), (1, 1));
    assert_eq!(import.gold.unwrap().labels().names(), ["4", "5"]);
}

#[test]
fn the_tool_is_told_from_the_start_of_its_file() {
    let cases = [
        ("alpaca_eval/rounding_and_draws.json", Origin::AlpacaEval),
        ("argilla/draft_and_ranking.json", Origin::Argilla),
        ("deepeval/undecided.json", Origin::DeepEval),
        ("helm/perturbed.per_instance_stats.json", Origin::Helm),
        ("inspect/two_judges.json", Origin::Inspect),
        ("label_studio/cancelled_and_regions.json", Origin::LabelStudio),
        ("lm_eval/samples_two_filters.jsonl", Origin::LmEval),
        ("lm_eval/results_two_tasks.json", Origin::LmEvalResults),
        ("mt_bench/judge_pair.jsonl", Origin::MtBenchPairs),
        ("mt_bench/judge_single.jsonl", Origin::MtBenchScores),
        ("openai_evals/match_and_metrics.jsonl", Origin::OpenAiEvals),
        ("prodigy/choice_and_binary.jsonl", Origin::Prodigy),
        ("promptfoo/error_is_no_failure.json", Origin::Promptfoo),
    ];
    for (name, origin) in cases {
        let bytes = file(name);
        assert_eq!(detect_in(&bytes), Some(origin), "{name}");
        let import = open(&bytes, Strictness::Lenient).unwrap();
        assert_eq!(import.origin, origin, "{name}");
        assert!(import.report().rows > 0, "{name}");
        // A start that is cut is taken for the same or for nothing that is known.
        for length in 0..bytes.len() {
            let cut = detect_in(&bytes[..length]);
            assert!(cut.is_none_or(|cut| cut == origin), "{name}: {length}: {cut:?}");
        }
    }
    for other in [&b""[..], b"{", b"[", b"{\"a", b"{\"a\\", b"[[", b"a,b\n", b"{\"spe\\\"c\": 1}"] {
        assert_eq!(detect_in(other), None);
    }
}

#[cfg(feature = "zip")]
#[test]
fn archives_are_read_and_broken_ones_refused() {
    use std::io::Write;
    let entries = [
        ("samples/a_epoch_2.json", r#"{"id": "a", "epoch": 2, "scores": {"s": {"value": NaN}}}"#),
        ("samples/a_epoch_1.json", r#"{"id": "a", "epoch": 1, "scores": {"s": {"value": "C"}}}"#),
        ("summaries.json", "[]"),
        ("header.json", r#"{"eval": {}, "results": {"total_samples": 2}}"#),
    ];
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in entries {
        let plain =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(name, plain).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    let archive = writer.finish().unwrap().into_inner();
    assert_eq!(detect_in(&archive), Some(Origin::InspectArchive));
    let read = |bytes: &[u8]| InspectLog::new().read_from(bytes, Strictness::Strict);
    let import = read(&archive).unwrap();
    let report = &import.report;
    assert_eq!((report.rows, report.judgments, report.missing, report.announced), (2, 1, 1, Some(2)));
    for length in 0..archive.len() {
        assert!(read(&archive[..length]).is_err(), "{length} bytes");
    }
    for at in 0..archive.len() {
        let mut flipped = archive.clone();
        flipped[at] ^= 0x55;
        // Not every byte is guarded by a checksum; none may be a panic or change a label.
        if let Ok(import) = read(&flipped) {
            assert!(import.ratings.labels().names().iter().all(|label| label == "C"), "byte {at}");
        }
    }
}

#[cfg(feature = "zip")]
#[test]
fn archives_packed_by_zstd_are_read_and_broken_ones_refused() {
    let archive = include_bytes!("formats/inspect/packed.eval");
    let read = |bytes: &[u8]| InspectLog::new().read_from(bytes, Strictness::Strict);
    let whole = read(archive).unwrap().ratings;
    let label = |ratings: &probity::ratings::Ratings, item| {
        ratings.codes().unwrap().get(item, 0).and_then(|code| ratings.labels().name(code).map(String::from))
    };
    for length in (0..archive.len()).step_by(13) {
        assert!(read(&archive[..length]).is_err(), "{length} bytes");
    }
    for at in (0..archive.len()).step_by(5).chain(archive.len() - 600..archive.len()) {
        let mut flipped = archive.to_vec();
        flipped[at] ^= 0x55;
        let Ok(import) = read(&flipped) else { continue };
        // A name may have become another, and then a sample is none, or there is another one.
        for (item, name) in import.ratings.items().names().enumerate() {
            let Some(same) = whole.items().position(&name) else { continue };
            assert_eq!(label(&import.ratings, item), label(&whole, same), "byte {at}");
        }
    }
}

#[test]
fn a_table_may_be_an_array() {
    let file = b"[\n {\"item\": 1, \"rater\": \"a\",\n  \"label\": \"],\\\"\"},\n {\"item\": 1, \"rater\": \"b\"}\n]\n";
    let table = LongTable::new("item", "rater", "label")
        .dialect(probity::io::Dialect::new().format(probity::io::Format::JsonArray));
    let import = table.read_from(&file[..], Strictness::Strict).unwrap();
    assert_eq!(import.ratings.labels().names(), ["],\""]);
    assert_eq!((import.report.rows, import.report.missing), (2, 1));
    for (file, expected) in [
        (&b"{}"[..], "line 1, record 1: expected one JSON array, found no array"),
        (b"[\n", "line 2, record 1: expected one JSON array, found the end of the file within an array"),
        (b"[] x", "line 1, record 1: expected one JSON array, found text after the end of the array"),
    ] {
        assert_eq!(table.read_from(file, Strictness::Strict).unwrap_err().to_string(), expected);
    }
}

#[test]
fn tables_are_told_by_their_names() {
    let read = |file: &str| open(file.as_bytes(), Strictness::Strict);
    let told = |file: &str| read(file).unwrap().to_string();
    let cases = [
        ("question,worker,answer\r\nq,1,a\r\n", "long table (item question, rater worker, label answer)"),
        ("\u{feff}task;performer;label\nt;p;1\n", "long table (item task, rater performer, label label)"),
        (
            "row, condition, annotator, label1\n1, en, a, x\n",
            "long table (item row, rater annotator, label label1)",
        ),
        (r#"[{"item": 1, "rater": "a", "label": "x"}]"#, "long table (item item, rater rater, label label)"),
        (
            "left,right,winner\na,b,tie\na,b,left\n",
            "table of pairs (contenders left and right, winner winner by side)",
        ),
        (
            "id\tleft\tright\tworker\tlabel\n1\ta\tb\tw\tb\n",
            "table of pairs (contenders left and right, winner label by name, item id, rater worker)",
        ),
        ("Units,Ann,Bob\nu,1,\n", "wide table (item Units, all other columns raters)"),
        ("1,2,,3\n1,2,3,3\n", "wide table (no header, a row a rater)"),
        ("1,2\n1,2\n3,NA\n", "wide table (no header, a row an item)"),
    ];
    for (file, expected) in cases {
        assert_eq!(told(file), expected);
    }
    let Content::Pairs(pairs) = read(cases[5].0).unwrap().content else { panic!("pairs") };
    assert_eq!(pairs.ratings.unwrap().n_raters(), 1);
    let refused = [
        ("", "found an empty file"),
        ("name,age\nann,3\n", "found a table with the columns name, age"),
        ("{\"a\": 1, \"b\": 2}", "found JSON with the keys a, b"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "found a Git LFS pointer"),
    ];
    for (file, expected) in refused {
        let error = read(file).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    // UTF-16 with its mark.
    let wide: Vec<u8> = "\u{feff}item,rater".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(open(&wide, Strictness::Lenient).unwrap_err().to_string().contains("no text in UTF-8"));
}

#[test]
fn whoever_judged_and_what_was_asked_is_kept() {
    let array = Dialect::new().format(Format::JsonArray).trim(false);
    let alpaca = BattleTable::alpaca_eval().dialect(array);
    let import =
        alpaca.read_from(&file("alpaca_eval/rounding_and_draws.json")[..], Strictness::Strict).unwrap();
    assert_eq!((import.items.len(), import.judges.name(0).as_ref()), (4, "judge"));
    let lines = Dialect::new().format(Format::JsonLines);
    let pairs = BattleTable::mt_bench().dialect(lines.clone());
    let import = pairs.read_from(&file("mt_bench/judge_pair.jsonl")[..], Strictness::Strict).unwrap();
    assert_eq!((import.items.name(1).as_ref(), import.judges.name(0).as_ref()), ("2:1", "judge-1"));
    let bare = &br#"{"model_a": "x", "model_b": "y", "winner": "model_b"}"#[..];
    let import = BattleTable::arena().dialect(lines).read_from(bare, Strictness::Strict).unwrap();
    assert_eq!((import.battles[0].item, import.battles[0].judge, import.items.len()), (None, None, 0));
}

/// A line of any length, made while it is read.
struct LongLine {
    before: &'static [u8],
    letters: usize,
    after: &'static [u8],
}

impl std::io::Read for LongLine {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = if !self.before.is_empty() {
            self.before.read(buffer)?
        } else if self.letters > 0 {
            let n = buffer.len().min(self.letters);
            buffer[..n].fill(b'x');
            self.letters -= n;
            n
        } else {
            self.after.read(buffer)?
        };
        Ok(n)
    }
}

#[test]
fn a_line_without_end_is_passed_over_or_refused() {
    let long = |before, after| LongLine { before, letters: 130 << 20, after };
    let limit = "expected a record of at most 134217728 bytes, found a longer one";
    let lines = || {
        long(
            b"{\"doc_id\": 1, \"metrics\": [\"m\"], \"m\": 1}\n{\"doc\": \"",
            b"\"}\n{\"doc_id\": 2, \"metrics\": [\"m\"], \"m\": 0}\n",
        )
    };
    let import = LmEvalSamples::new().read_from(lines(), Strictness::Lenient).unwrap();
    assert_eq!((import.report.rows, import.report.judgments, import.ratings.n_items()), (3, 2, 2));
    assert_eq!(import.report.skipped[0].to_string(), format!("line 2, record 2: {limit}"));
    let error = LmEvalSamples::new().read_from(lines(), Strictness::Strict).unwrap_err();
    assert_eq!(error.to_string(), format!("line 2, record 2: {limit}"));

    let array = || {
        long(
            b"[{\"instance_id\": 1, \"stats\": []}, {\"a\": \"",
            b"\"}, {\"instance_id\": 2, \"stats\": [{\"name\": {\"name\": \"m\"}, \"mean\": 1}]}]",
        )
    };
    let import = HelmStats::new().read_from(array(), Strictness::Lenient).unwrap();
    assert_eq!((import.report.rows, import.report.judgments, import.report.skipped.len()), (3, 1, 1));
    assert!(import.report.skipped[0].to_string().ends_with(limit));

    // An open quote swallows what follows: there is no place to go on.
    let table = long(b"item,rater,label\n1,a,x\n2,b,\"", b"\n");
    let error = LongTable::new("item", "rater", "label").read_from(table, Strictness::Lenient).unwrap_err();
    assert_eq!(error.to_string(), format!("line 3: {limit}"));
}

#[test]
fn results_of_tasks_are_read_or_refused() {
    let read = |file: &str, strictness| LmEvalResults::new().read_from(file.as_bytes(), strictness);
    let import = read(
        r#"{"results": {"old": {"acc": 0.5, "acc_stderr": 0.25}, "bad": 3, "g": {"m,f": NaN, "n,f": [1]}},
        "config": {"model": "hf", "model_args": "pretrained=x"}, "groups": {"g": {}}}"#,
        Strictness::Lenient,
    )
    .unwrap();
    let score = &import.scores[0];
    assert_eq!((score.filter.as_str(), score.standard_error, score.of_group), ("none", Some(0.25), false));
    assert_eq!(
        (import.model.as_deref(), import.report.fact("config.model")),
        (Some("pretrained=x"), Some("hf"))
    );
    assert_eq!((import.scores.len(), import.report.rows, import.report.missing), (1, 3, 1));
    let skipped: Vec<_> = import.report.skipped.iter().map(ToString::to_string).collect();
    assert_eq!(
        skipped,
        [
            "line 1, record 2: expected an object, found a number",
            r#"line 1, record 3, field "n,f": expected text, a number, true, false or null, found an array"#
        ]
    );
    let error = |file| read(file, Strictness::Strict).unwrap_err().to_string();
    assert_eq!(
        error(r#"{"results": {"a": {}, "a": {}}}"#),
        r#"line 1, record 2, field "a": expected each key once, found it twice"#
    );
    assert_eq!(
        error("{}"),
        "expected results of lm-evaluation-harness, found a document without the key \"results\""
    );
    let whole = r#"{"results": {"a": {"m,f": 1}}}"#;
    for length in 0..whole.len() {
        assert!(read(&whole[..length], Strictness::Lenient).is_err(), "{length} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any bytes in place of any others: a result with its report or an error, never a panic.
    #[test]
    fn mutilated_files_are_read_or_refused(
        format in 0..FORMATS.len(),
        at in any::<prop::sample::Index>(),
        length in 0usize..12,
        bytes in proptest::collection::vec(any::<u8>(), 0..12),
    ) {
        let (name, read) = FORMATS[format];
        let mut file = file(name);
        let start = at.index(file.len());
        let end = (start + length).min(file.len());
        file.splice(start..end, bytes);
        let lenient = read(&file, Strictness::Lenient);
        // Through the one door nothing is read that the reader itself would refuse, and nothing panics.
        if let Ok(found) = open(&file, Strictness::Strict) {
            prop_assert!(found.report().skipped.is_empty());
        }
        if let Ok(strict) = read(&file, Strictness::Strict) {
            prop_assert!(strict.report.skipped.is_empty());
            prop_assert_eq!(content(&strict), content(&lenient.unwrap()));
        }
    }
}
