//! Any bytes as the log of any tool: no panic, and what is read strictly left nothing out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::io::{
    AnyFormat, ArgillaRecords, BattleTable, DeepEvalRun, Dialect, Format, HelmStats, ImportReport,
    InspectLog, LabelStudioExport, LmEvalResults, LmEvalSamples, LongTable, MtBenchScores, OpenAiEvalsLog,
    PairTable, ProdigyAnnotations, PromptfooResults, Result, Strictness, WideTable, detect_in,
};
use probity::ratings::Scale;

/// How tables are written, by a byte.
fn dialect(layout: u8) -> Dialect {
    let formats = [Format::CSV, Format::TSV, Format::JsonLines, Format::JsonArray];
    Dialect::new().format(formats[usize::from(layout) % formats.len()])
}

fn read(format: u8, layout: u8, bytes: &[u8], strictness: Strictness) -> Result<ImportReport> {
    let scale = if layout & 0x80 != 0 { Scale::Interval } else { Scale::Nominal };
    macro_rules! ratings {
        ($reader:expr) => {
            $reader.scale(scale).read_from(bytes, strictness).map(|import| import.report)
        };
    }
    macro_rules! battles {
        ($table:ident) => {
            BattleTable::$table().dialect(dialect(layout)).read_from(bytes, strictness).map(|import| {
                let known = |number: Option<u32>, n: usize| number.is_none_or(|number| (number as usize) < n);
                for battle in &import.battles {
                    assert!(
                        known(battle.item, import.items.len()) && known(battle.judge, import.judges.len())
                    );
                }
                import.report
            })
        };
    }
    match format % 24 {
        0 => ratings!(ArgillaRecords::new().suggestions()),
        1 => ratings!(DeepEvalRun::new()),
        2 => ratings!(DeepEvalRun::new().by_order().cases()),
        3 => ratings!(HelmStats::new()),
        4 => ratings!(HelmStats::new().number("count")),
        5 => ratings!(InspectLog::new()),
        6 => ratings!(LabelStudioExport::new().predictions()),
        7 => ratings!(LabelStudioExport::new().predictions().regions()),
        8 => ratings!(LmEvalSamples::new()),
        9 => LmEvalResults::new().read_from(bytes, strictness).map(|import| {
            assert!(import.scores.iter().all(|score| score.value.is_finite()));
            import.report
        }),
        10 => ratings!(MtBenchScores::new()),
        11 => ratings!(MtBenchScores::new().templates()),
        12 => ratings!(OpenAiEvalsLog::new()),
        13 => ratings!(ProdigyAnnotations::new()),
        14 => ratings!(ProdigyAnnotations::new().by_input()),
        15 => ratings!(PromptfooResults::new()),
        16 => ratings!(PromptfooResults::new().assertions().by_type()),
        17 => battles!(alpaca_eval),
        18 => battles!(arena),
        19 => battles!(mt_bench),
        20 => ratings!(LongTable::new("item", "rater", "label").dialect(dialect(layout))),
        21 => ratings!(WideTable::raters_across().dialect(dialect(layout))),
        22 => PairTable::new("left", "right", "winner")
            .dialect(dialect(layout))
            .read_from(bytes, strictness)
            .map(|import| import.report),
        _ => AnyFormat::new().read_from(bytes, strictness).map(|import| import.report().clone()),
    }
}

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (format, layout, bytes) = input;
    let _ = detect_in(bytes);
    let lenient = read(format, layout, bytes, Strictness::Lenient);
    if let Ok(strict) = read(format, layout, bytes, Strictness::Strict) {
        assert!(strict.skipped.is_empty());
        assert_eq!(lenient.expect("what is read strictly"), strict);
    }
});
