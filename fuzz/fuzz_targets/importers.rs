//! Any bytes as the log of any tool: no panic, and what is read strictly left nothing out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::io::{
    ArgillaRecords, BattleTable, DeepEvalRun, Dialect, Format, HelmStats, Import, InspectLog, LabelStudioExport,
    LmEvalSamples, MtBenchScores, OpenAiEvalsLog, ProdigyAnnotations, PromptfooResults, Result, Strictness, detect_in,
};
use probity::ratings::Scale;

fn read(format: u8, numeric: bool, bytes: &[u8], strictness: Strictness) -> Result<Import> {
    let scale = if numeric { Scale::Interval } else { Scale::Nominal };
    match format % 10 {
        0 => ArgillaRecords::new().suggestions().scale(scale).read_from(bytes, strictness),
        1 => DeepEvalRun::new().scale(scale).read_from(bytes, strictness),
        2 => HelmStats::new().scale(scale).read_from(bytes, strictness),
        3 => InspectLog::new().scale(scale).read_from(bytes, strictness),
        4 => LabelStudioExport::new().predictions().scale(scale).read_from(bytes, strictness),
        5 => LmEvalSamples::new().scale(scale).read_from(bytes, strictness),
        6 => MtBenchScores::new().scale(scale).read_from(bytes, strictness),
        7 => OpenAiEvalsLog::new().scale(scale).read_from(bytes, strictness),
        8 => ProdigyAnnotations::new().scale(scale).read_from(bytes, strictness),
        _ => PromptfooResults::new().assertions().scale(scale).read_from(bytes, strictness),
    }
}

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (format, numeric, bytes) = input;
    let _ = detect_in(bytes);
    let array = BattleTable::alpaca_eval().dialect(Dialect::new().format(Format::JsonArray));
    let _ = array.read_from(bytes, Strictness::Lenient);
    let lenient = read(format, numeric, bytes, Strictness::Lenient);
    if let Ok(strict) = read(format, numeric, bytes, Strictness::Strict) {
        assert!(strict.report.skipped.is_empty());
        assert_eq!(lenient.expect("what is read strictly").report, strict.report);
    }
});
