//! Any comparisons, counted or read from a file: every fit ends in a value or a clear error, within bounded iterations.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::Error;
use probity::inference::{Bootstrap, Level};
use probity::io::{BattleTable, Dialect, Format, Strictness};
use probity::preference::{
    BradleyTerry, BradleyTerryOptions, EloScale, Glicko2, Skill, Solver, TieModel, TrueSkill,
    comparison_graph, elo_online, glicko2_period, leaderboard, plackett_luce,
};
use probity::ratings::Labels;
use probity::tally::{Comparison, Comparisons, Side, Tally};

const N: usize = 6;

fn side(byte: u8) -> Side {
    [Side::Left, Side::Right, Side::Tie][usize::from(byte % 3)]
}

fn expected(error: &Error) -> bool {
    matches!(error, Error::Undefined { .. } | Error::NoConvergence { .. })
}

fuzz_target!(|input: (Vec<(u8, u8, u8, u64)>, f64, Vec<Vec<u8>>, u8, &[u8])| {
    let (cells, ridge, rankings, choice, bytes) = input;

    // Counts of any size on any graph.
    let (mut wins, mut ties) = (vec![0u64; N * N], vec![0u64; N * (N - 1) / 2]);
    let mut battles = Vec::new();
    for &(a, b, outcome, count) in &cells {
        let (a, b) = (usize::from(a) % N, usize::from(b) % N);
        if a == b {
            continue;
        }
        battles.push(Comparison { left: a as u32, right: b as u32, winner: side(outcome) });
        match side(outcome) {
            Side::Left => wins[a * N + b] = count,
            Side::Right => wins[b * N + a] = count,
            Side::Tie => ties[a.max(b) * (a.max(b) - 1) / 2 + a.min(b)] = count,
        }
    }
    let Ok(tally) = Comparisons::from_counts(Labels::codes(N), wins, ties) else { return };
    let graph = comparison_graph(&tally);
    assert_eq!(graph.levels.iter().map(Vec::len).sum::<usize>(), N);
    let ridge = if ridge.is_finite() { ridge.abs() } else { 0.0 };
    for model in [TieModel::HalfWins, TieModel::Dropped, TieModel::Davidson, TieModel::RaoKupper] {
        for ridge in [0.0, ridge] {
            let options = BradleyTerryOptions::new().ties(model).ridge(ridge).expect("a ridge");
            match BradleyTerry::fit(&tally, &options) {
                Ok(fit) => assert!(
                    fit.estimates()
                        .iter()
                        .all(|e| { e.value.is_finite() && e.standard_error.is_some_and(f64::is_finite) })
                ),
                Err(error) => assert!(expected(&error), "{error}"),
            }
        }
    }
    if let Err(error) = BradleyTerry::fit(&tally, &BradleyTerryOptions::new().solver(Solver::Mm)) {
        assert!(expected(&error), "{error}");
    }
    let bootstrap = Bootstrap::new(1).resamples(5).expect("resamples");
    let _ = leaderboard(&tally, &BradleyTerryOptions::new(), &bootstrap);

    // Ratings that follow the order of play stay numbers.
    let elo = elo_online(N, &battles, 4.0, EloScale::default()).expect("valid battles");
    assert!(elo.iter().all(|rating| rating.is_finite()));
    let mut skills = vec![Skill::default(); N];
    let mut players = vec![Glicko2::default(); N];
    for &battle in &battles {
        TrueSkill::default().update(&mut skills, battle).expect("a valid battle");
        players = glicko2_period(&players, &[battle], 0.5).expect("a valid battle");
    }
    assert!(skills.iter().all(|s| s.mean.is_finite() && s.deviation > 0.0));

    let rankings: Vec<Vec<usize>> =
        rankings.iter().map(|r| r.iter().map(|&i| usize::from(i) % (N + 1)).collect()).collect();
    if let Ok(fit) = plackett_luce(N, &rankings, 0.0, Level::default()) {
        assert!(fit.strengths().iter().all(|s| s.is_finite()));
    }

    // Files of battles.
    let table = match choice % 3 {
        0 => BattleTable::arena(),
        1 => BattleTable::alpaca_eval(),
        _ => BattleTable::mt_bench(),
    };
    let format = if choice & 8 > 0 { Format::JsonLines } else { Format::CSV };
    let strictness = if choice & 16 > 0 { Strictness::Strict } else { Strictness::Lenient };
    let table = table.dialect(Dialect::new().format(format));
    if let Ok(import) = table.read_from(bytes, strictness) {
        let report = &import.report;
        assert_eq!(report.judgments + report.missing + report.skipped.len() as u64, report.rows);
        assert!(import.battles.iter().all(|battle| (0.0..=1.0).contains(&battle.right_share)));
        if let Ok(tally) = import.comparisons() {
            assert_eq!(tally.records(), report.judgments);
        }
    }
});
