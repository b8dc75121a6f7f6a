//! Any text as the JSON of a report: an error, or a report that is written in every form, without markup from its texts, and
//! read back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::report::{Block, Figure, Report, Section};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    // A picture from anywhere, as any text is.
    let picture = Report::new(&*text).with(Section::new(&*text).figure(Figure::new(&*text, &*text, &*text)));
    let read = Report::from_json(&text).ok();
    for report in std::iter::once(picture).chain(read) {
        let html = report.to_html().to_ascii_lowercase();
        assert!(!html.contains("<script") && !html.contains("<iframe"));
        let _ = (report.to_markdown(), report.to_text(80));
        let again = Report::from_json(&report.to_json()).expect("what was written is read");
        let has_table = |block: &Block| matches!(block, Block::Table(_));
        // A NaN in a cell is not equal to itself.
        if !report.sections().iter().flat_map(Section::blocks).any(has_table) {
            assert_eq!(again, report);
        }
        assert_eq!(again.to_json(), report.to_json());
    }
});
