//! Any answers to checklists, and any file of their counts: no panic, rates from 0 to 1, and counts that are read back are
//! the ones that were written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::checklist::{
    ChecklistCounts, Unanswered, checklist_preference, question_counts, weighted_score,
};
use probity::inference::Level;
use probity::judge::{FactorCounts, PairVerdicts, PositionBias, RatingRanking};
use probity::tally::Tally;

fuzz_target!(|data: (Vec<Vec<Option<bool>>>, Vec<f64>, &str)| {
    let (checklists, weights, file) = data;
    let level = Level::default();
    for unanswered in [Unanswered::Fails, Unanswered::Dropped] {
        if let Ok(counts) = ChecklistCounts::from_answers(&checklists) {
            for estimate in [counts.drfr(unanswered, level), counts.mean_pass_rate(unanswered, level)] {
                assert!(
                    estimate.is_ok_and(|e| (0.0..=1.0).contains(&e.value))
                        || counts.questions() == 0
                        || counts.unanswered() == counts.questions()
                );
            }
            let text = serde_json::to_string(&counts).expect("counts are written");
            assert_eq!(serde_json::from_str::<ChecklistCounts>(&text).expect("and read"), counts);
        }
        for two in checklists.windows(2) {
            let there = checklist_preference(&two[0], &two[1], unanswered);
            let back = checklist_preference(&two[1], &two[0], unanswered);
            assert_eq!(there.ok().map(|side| side.swapped()), back.ok());
        }
        if let Some(Ok(score)) = checklists.first().map(|first| weighted_score(first, &weights, unanswered)) {
            assert!((0.0..=1.0 + 1e-9).contains(&score));
        }
    }
    let _ = question_counts(&checklists);
    // A file from anywhere is refused or is a tally whose records can be counted.
    let _ = serde_json::from_str::<ChecklistCounts>(file).map(|tally| tally.records());
    let _ = serde_json::from_str::<PairVerdicts>(file).map(|tally| tally.records());
    let _ = serde_json::from_str::<FactorCounts>(file).map(|tally| tally.records());
    let _ = serde_json::from_str::<PositionBias>(file).map(|tally| tally.records());
    let _ = serde_json::from_str::<RatingRanking>(file).map(|tally| tally.records());
});
