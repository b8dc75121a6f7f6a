//! What holds of reading, whatever is in the file: what was written is read, in any order of the rows; nothing gets
//! lost between the result and the report; errors say where.
#![cfg(feature = "io")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

use std::collections::BTreeMap;
use std::fmt::Write;

use probity::io::{
    Dialect, ErrorKind, Format, LongTable, PairTable, Place, Reason, Strictness, WideTable, Winner,
};
use probity::ratings::{Duplicates, Labels, Ratings, Scale};
use probity::tally::Side;
use proptest::prelude::*;

/// Judgments by item and rater; `None` is missing.
type Judgments = BTreeMap<(String, String), Option<String>>;

/// Names as files have them: with delimiters, quotes, line breaks and letters beyond ASCII. Blanks around a name would
/// be trimmed.
fn name() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[a-c]([,;\"\n:\\\\ é\t]|[a-c]){0,3}[a-c]").unwrap()
}

fn judgments() -> impl Strategy<Value = Judgments> {
    let label = prop_oneof![Just("yes"), Just("n,o"), Just("\"?\"")].prop_map(str::to_string);
    proptest::collection::btree_map((name(), name()), proptest::option::weighted(0.8, label), 1..30)
}

fn read_back(ratings: &Ratings) -> Judgments {
    let view = ratings.codes().unwrap();
    let mut found = Judgments::new();
    for item in 0..ratings.n_items() {
        for (rater, code) in view.item(item) {
            let key = (ratings.items().name(item).into_owned(), ratings.raters().name(rater).into_owned());
            found.insert(key, ratings.labels().name(code).map(str::to_string));
        }
    }
    found
}

fn present(judgments: &Judgments) -> Judgments {
    judgments.clone().into_iter().filter(|(_, label)| label.is_some()).collect()
}

fn csv_of(rows: &[[&str; 3]], delimiter: u8, line_end: csv::Terminator) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).terminator(line_end).from_writer(Vec::new());
    writer.write_record(["item", "rater", "label"]).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn rows(judgments: &Judgments) -> Vec<[&str; 3]> {
    judgments.iter().map(|((i, r), label)| [i.as_str(), r, label.as_deref().unwrap_or("NA")]).collect()
}

fn table() -> LongTable {
    LongTable::new("item", "rater", "label")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn delimited_text_is_read_as_it_was_written(
        judgments in judgments(),
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t')],
        crlf in any::<bool>(),
        mark in any::<bool>(),
        blank_lines in 0usize..3,
    ) {
        let line_end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut file = if mark { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        file.extend(csv_of(&rows(&judgments), delimiter, line_end));
        for _ in 0..blank_lines {
            file.extend(if crlf { &b"\r\n"[..] } else { b"\n" });
        }
        let table = table().dialect(Dialect::new().format(Format::Delimited(delimiter)));
        let import = table.read_from(file.as_slice(), Strictness::Strict).unwrap();
        prop_assert_eq!(read_back(&import.ratings), present(&judgments));
        prop_assert_eq!(import.report.rows, judgments.len() as u64);
        prop_assert_eq!(import.report.judgments + import.report.missing, import.report.rows);
    }

    #[test]
    fn json_lines_are_read_as_they_were_written(judgments in judgments(), bare in any::<bool>()) {
        let line = |((item, rater), label): (&(String, String), &Option<String>)| {
            let label = match label {
                Some(label) => serde_json::to_string(label).unwrap(),
                None => if bare { "-Infinity" } else { "null" }.to_string(),
            };
            let (item, rater) = (serde_json::to_string(item).unwrap(), serde_json::to_string(rater).unwrap());
            format!("{{\"x\": [NaN, {{\"NaN\": \"\\\"NaN\"}}], \"label\": {label}, \"item\":{item},\"rater\":{rater}}}\r\n")
        };
        let file: String = judgments.iter().map(line).collect();
        let table = table().dialect(Dialect::new().format(Format::JsonLines));
        // Where every label is missing the column is there all the same.
        let import = table.read_from(file.as_bytes(), Strictness::Strict).unwrap();
        prop_assert_eq!(read_back(&import.ratings), present(&judgments));
        prop_assert_eq!(import.report.judgments + import.report.missing, import.report.rows);
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(
        (judgments, shuffled) in judgments().prop_flat_map(|judgments| {
            let keys: Vec<_> = judgments.clone().into_iter().collect();
            (Just(judgments), Just(keys).prop_shuffle())
        }),
    ) {
        let read = |rows: &[[&str; 3]]| {
            let file = csv_of(rows, b',', csv::Terminator::CRLF);
            table().read_from(file.as_slice(), Strictness::Strict).unwrap().ratings
        };
        let moved: Vec<[&str; 3]> = shuffled
            .iter()
            .map(|((i, r), label)| [i.as_str(), r.as_str(), label.as_deref().unwrap_or("NA")])
            .collect();
        let (one, other) = (read(&rows(&judgments)), read(&moved));
        prop_assert_eq!(read_back(&one), read_back(&other));
        prop_assert_eq!(one.labels(), other.labels());
        prop_assert_eq!((one.n_items(), one.n_raters()), (other.n_items(), other.n_raters()));
    }

    #[test]
    fn a_wide_table_is_its_long_table(
        cells in proptest::collection::vec(proptest::collection::vec(proptest::option::of(0u32..4), 3), 1..12),
    ) {
        let text = |cell: &Option<u32>| cell.map_or_else(String::new, |c| c.to_string());
        let (mut wide, mut turned, mut long) = (String::from("id,a,b,c\n"), String::from("id"), Vec::new());
        for (i, row) in cells.iter().enumerate() {
            let fields: Vec<String> = row.iter().map(text).collect();
            writeln!(wide, "q{i},{}", fields.join(",")).unwrap();
            write!(turned, ",q{i}").unwrap();
            long.extend(fields.into_iter().zip(["a", "b", "c"]).map(|(label, rater)| [format!("q{i}"), rater.to_string(), label]));
        }
        for (rater, name) in ["a", "b", "c"].iter().enumerate() {
            let fields: Vec<String> = cells.iter().map(|row| text(&row[rater])).collect();
            write!(turned, "\n{name},{}", fields.join(",")).unwrap();
        }
        let long: Vec<[&str; 3]> = long.iter().map(|[i, r, l]| [i.as_str(), r.as_str(), l.as_str()]).collect();
        let file = csv_of(&long, b',', csv::Terminator::CRLF);
        let expected = table().read_from(file.as_slice(), Strictness::Strict).unwrap();
        for (across, file) in [(WideTable::raters_across(), &wide), (WideTable::items_across(), &turned)] {
            let import = across.key("id").read_from(file.as_bytes(), Strictness::Strict).unwrap();
            prop_assert_eq!(read_back(&import.ratings), read_back(&expected.ratings));
            prop_assert_eq!(import.report.missing, expected.report.missing);
            prop_assert_eq!(import.report.judgments, expected.report.judgments);
        }
    }

    #[test]
    fn the_report_of_a_lenient_reading_adds_up(
        lines in proptest::collection::vec("[ab\"\u{e9},]{0,6}|[ab],[ab],[0-2x]?", 0..40),
    ) {
        let file = format!("item,rater,label\n{}\n", lines.join("\n"));
        let table = table().scale(Scale::Interval).duplicates(Duplicates::KeepLast);
        let import = table.read_from(file.as_bytes(), Strictness::Lenient).unwrap();
        let report = &import.report;
        prop_assert_eq!(report.judgments + report.missing + report.skipped.len() as u64, report.rows);
        // Strict reading refuses exactly the files of which something but a repetition is skipped.
        let skipped = report.skipped.iter().find(|s| !matches!(s.reason, Reason::Repeated { .. }));
        match (table.read_from(file.as_bytes(), Strictness::Strict), skipped) {
            (Ok(strict), None) => prop_assert_eq!(&strict.report, report),
            (Err(error), Some(skipped)) => {
                prop_assert_eq!(error.location(), &skipped.location);
                let ErrorKind::Row(reason) = error.kind() else { panic!("another error: {error}") };
                prop_assert_eq!(reason, &skipped.reason);
            }
            (strict, skipped) => panic!("strict {strict:?}, lenient {skipped:?}"),
        }
    }

    #[test]
    fn errors_name_the_line_behind_blank_lines_and_breaks_within_quotes(
        above in proptest::collection::vec(0usize..3, 0..8),
        crlf in any::<bool>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let (mut file, mut line) = (format!("item,rater,label{end}"), 2);
        for (i, kind) in above.iter().enumerate() {
            match kind {
                0 => file += end,
                1 => write!(file, "q{i},ann,yes{end}").unwrap(),
                _ => write!(file, "q{i},ann,\"y{end}s\"{end}").unwrap(),
            }
            line += if *kind == 2 { 2 } else { 1 };
        }
        let record = above.iter().filter(|kind| **kind > 0).count() as u64 + 1;
        // The last line may lack its end.
        for file in [format!("{file},ann,no"), format!("{file},ann,no{end}")] {
            let error = table().read_from(file.as_bytes(), Strictness::Strict).unwrap_err();
            prop_assert_eq!((error.line(), error.record(), error.field()), (Some(line), Some(record), Some("item")));
        }
        let twice = format!("{file}q,ann,no{end}{end}q,ann,no");
        let error = table().read_from(twice.as_bytes(), Strictness::Strict).unwrap_err();
        prop_assert_eq!(error.line(), Some(line + 2));
        let ErrorKind::Duplicate { first, .. } = error.kind() else { panic!("another error: {error}") };
        prop_assert_eq!(*first, Place::Line(line));
        let open = format!("{file}q,ann,\"no{end}");
        let error = table().read_from(open.as_bytes(), Strictness::Strict).unwrap_err();
        let ErrorKind::Row(reason) = error.kind() else { panic!("another error: {error}") };
        prop_assert_eq!(reason, &Reason::UnclosedQuote);
        prop_assert_eq!(error.line(), Some(line));
    }

    #[test]
    fn comparisons_do_not_depend_on_the_sides(
        games in proptest::collection::vec((0usize..3, 1usize..3, 0usize..3, any::<bool>()), 1..20),
    ) {
        let names = ["p", "q", "r"];
        let (mut plain, mut turned) = (String::from("l,r,who,w\n"), String::from("l,r,who,w\n"));
        for (judge, &(left, step, winner, turn)) in games.iter().enumerate() {
            let (l, r) = (names[left], names[(left + step) % 3]);
            let w = [l, r, "tie"][winner];
            writeln!(plain, "{l},{r},{judge},{w}").unwrap();
            let (l, r) = if turn { (r, l) } else { (l, r) };
            writeln!(turned, "{l},{r},{judge},{w}").unwrap();
        }
        let table = PairTable::new("l", "r", "w").rater("who").winner(Winner::ByName);
        let [a, b] = [plain, turned].map(|file| table.read_from(file.as_bytes(), Strictness::Strict).unwrap());
        prop_assert_eq!(read_back(a.ratings.as_ref().unwrap()), read_back(b.ratings.as_ref().unwrap()));
        for ((one, other), game) in a.comparisons.iter().zip(&b.comparisons).zip(&games) {
            let expected: Side = if game.3 { one.winner.swapped() } else { one.winner };
            prop_assert_eq!(other.winner, expected);
        }
    }
}

/// The message of a strict reading.
fn message(table: &LongTable, file: &[u8]) -> String {
    table.read_from(file, Strictness::Strict).unwrap_err().to_string()
}

#[test]
fn messages_say_what_was_expected_and_found() {
    let json = table().dialect(Dialect::new().format(Format::JsonLines));
    let declared = table().labels(Labels::from_names(["no", "yes"]).unwrap());
    let cases: [(&LongTable, &[u8], &str); 17] = [
        (&table(), b"", "expected a header line, found an empty file"),
        (&json, b"\n \n", "expected at least one record, found an empty file"),
        (
            &LongTable::new("item", "worker", "label"),
            b"item,rater,label\n",
            r#"line 1: expected a column "worker", found the columns item, rater, label"#,
        ),
        (
            &table(),
            b"item,rater,label,item\n",
            r#"line 1: expected one column "item", found it at positions 0 and 3"#,
        ),
        (
            &json,
            b"{\"item\":1,\"rater\":2,\"lable\":3}\n",
            r#"expected a column "label" (did you mean "lable"?), found the columns item, rater, lable"#,
        ),
        (
            &LongTable::new("item", "rater", 7),
            b"item,rater,label\n",
            "line 1: expected a column at position 7, found the columns item, rater, label",
        ),
        (
            &table().dialect(Dialect::new().header(false)),
            b"q,ann,yes\n",
            r#"line 1: column: expected a position, because the file is read without a header, found "item""#,
        ),
        (&table(), b"item,rater,label\nq,ann\n", "line 2, record 1: expected 3 fields, found 2"),
        (
            &table(),
            b"item,rater,label\nq,ann,y\xe9s\n",
            r#"line 2, record 1, field "label": expected UTF-8, found an invalid byte after 1 valid bytes"#,
        ),
        (
            &table(),
            b"item,rater,label\nq,ann,yes\nr,ann,no\nq,ann,no\n",
            r#"line 4, record 3: rater "ann" rates item "q" again: the first time is in line 2"#,
        ),
        (
            &table().scale(Scale::Interval),
            b"item,rater,label\nq,ann,high\n",
            r#"line 2, record 1, field "label": expected a finite number on interval scale, found "high""#,
        ),
        (
            &declared,
            b"item,rater,label\nq,ann,maybe\n",
            r#"line 2, record 1, field "label": expected one of the declared labels (no, yes), found "maybe""#,
        ),
        (
            &table().gold("gold"),
            b"item,rater,label,gold\nq,ann,a,a\nq,bob,a,b\n",
            r#"line 3, record 2, field "gold": expected the gold label "a" as in an earlier row of this item, found "b""#,
        ),
        (
            &json,
            b"{\"item\":NaN,\"x\":Infinity,]}\n",
            "line 1, record 1: expected a JSON object, found at byte 26 of the line: key must be a string",
        ),
        (
            &json,
            b"{\"item\":1,\"rater\":2,\"label\":[3]}\n",
            r#"line 1, record 1, field "label": expected text, a number, true, false or null, found an array"#,
        ),
        (
            &json,
            b"{\"item\":1,\"rater\":2,\"label\":3,\"label\":4}\n",
            r#"line 1, record 1, field "label": expected each key once, found it twice"#,
        ),
        (
            &json,
            b"[1]\n",
            "line 1, record 1: expected a JSON object, found at byte 0 of the line: \
             invalid type: sequence, expected a JSON object",
        ),
    ];
    for (table, file, expected) in cases {
        assert_eq!(message(table, file), expected, "{}", String::from_utf8_lossy(file));
    }
}

#[test]
fn errors_name_the_path() {
    let path = std::env::temp_dir().join(format!("probity-{}.txt", std::process::id()));
    std::fs::write(&path, "item,rater,label\nq,ann\n").unwrap();
    let unknown = table().read(&path, Strictness::Strict).unwrap_err();
    let known =
        table().dialect(Dialect::new().format(Format::CSV)).read(&path, Strictness::Strict).unwrap_err();
    std::fs::remove_file(&path).unwrap();
    let shown = path.display();
    assert_eq!(
        unknown.to_string(),
        format!(
            "{shown}: expected the extension csv, tsv, tab, json, jsonl or ndjson, or with the feature `arrow` parquet \
             (or a format given in the dialect), found \"txt\""
        )
    );
    assert_eq!(known.to_string(), format!("{shown}: line 2, record 1: expected 3 fields, found 2"));
    let gone = table().read("no/such/file.csv", Strictness::Strict).unwrap_err();
    assert!(matches!(gone.kind(), ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::NotFound));
}

#[test]
fn gold_and_groups_share_the_items_and_labels_of_the_ratings() {
    let file = "item,rater,label,gold,part\nq,ann,a,b,x\nq,bob,b,,x\nr,ann,b,,y\ns,ann,a,c,x\n";
    let import = table().gold("gold").group("part").read_from(file.as_bytes(), Strictness::Strict).unwrap();
    let gold = import.gold.unwrap();
    assert_eq!(import.ratings.labels().names(), ["a", "b", "c"]);
    assert_eq!(import.ratings.raters().names().collect::<Vec<_>>(), ["ann", "bob"]);
    assert_eq!(gold.items(), import.ratings.items());
    let codes: Vec<_> = (0..3).map(|item| gold.codes().unwrap().get(item, 0)).collect();
    assert_eq!(codes, [Some(1), None, Some(2)]);
    let groups: Vec<_> = import.groups.iter().map(|(g, r)| (g.as_str(), r.n_judgments())).collect();
    assert_eq!(groups, [("x", 3), ("y", 1)]);
    assert_eq!(import.groups[1].1.raters(), import.ratings.raters());
}

#[test]
fn repeated_judgments_are_kept_as_asked_and_reported() {
    let file = "item,rater,label\nq,ann,a\nq,bob,a\nq,ann,b\n";
    for (duplicates, code, line, kept) in [(Duplicates::KeepFirst, 0, 4, 2), (Duplicates::KeepLast, 1, 2, 4)]
    {
        let import = table().duplicates(duplicates).read_from(file.as_bytes(), Strictness::Strict).unwrap();
        let view = import.ratings.codes().unwrap();
        let label = import.ratings.labels().name(view.get(0, 0).unwrap()).unwrap().to_string();
        assert_eq!(label, ["a", "b"][code]);
        assert_eq!(import.report.skipped[0].location.line, Some(line));
        assert_eq!(import.report.skipped[0].reason, Reason::Repeated { kept: Place::Line(kept) });
    }
}

#[test]
fn large_numbers_and_bare_words_in_json_stay_what_they_are() {
    let file = "{\"item\":12345678901234567890123,\"rater\":true,\"label\":1.50}\n\
                {\"item\":12345678901234567890124,\"rater\":true,\"label\":\"NaN\"}\n";
    let json = table().dialect(Dialect::new().format(Format::JsonLines));
    let import = json.read_from(file.as_bytes(), Strictness::Strict).unwrap();
    assert_eq!(import.ratings.items().name(1), "12345678901234567890124");
    assert_eq!(import.ratings.labels().names(), ["1.50"]);
    assert_eq!(import.report.missing, 1);
}
