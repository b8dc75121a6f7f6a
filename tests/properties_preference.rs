//! Comparisons and what is fitted to them: the slow way gives the same, and order does not matter.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test program")]

use proptest::prelude::*;

use probity::Error;
use probity::inference::{Bootstrap, Level};
use probity::preference::{
    BradleyTerry, BradleyTerryOptions, EloScale, LengthControl, NdcgOptions, Solver, TieModel, TiedScores,
    best_of_n_expected_max, bradley_terry, comparison_graph, elo_online, leaderboard, ndcg,
    pairwise_accuracy, plackett_luce, win_rate,
};
use probity::ratings::Labels;
use probity::rng::Stream;
use probity::tally::{Comparison, Comparisons, Side, Tally};

/// Cells off the diagonal.
fn off_diagonal(n: usize, cell: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..n * n).map(|at| if at / n == at % n { 0.0 } else { cell(at / n, at % n) }).collect()
}

/// 2 to 6 contenders who all beat each other.
fn dense_wins() -> impl Strategy<Value = (usize, Vec<f64>)> {
    (2usize..=6).prop_flat_map(|n| {
        proptest::collection::vec(1u32..30, n * n)
            .prop_map(move |cells| (n, off_diagonal(n, |i, j| f64::from(cells[i * n + j]))))
    })
}

fn comparisons(n: u32) -> impl Strategy<Value = Vec<Comparison>> {
    let side = prop_oneof![Just(Side::Left), Just(Side::Right), Just(Side::Tie)];
    let one = (0..n, 1..n, side);
    let one = one.prop_map(move |(left, by, winner)| Comparison { left, right: (left + by) % n, winner });
    proptest::collection::vec(one, 0..60)
}

fn tally(n: u32, of: &[Comparison]) -> Comparisons {
    Comparisons::from_comparisons(Labels::codes(n as usize), of).unwrap()
}

fn close(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn newton_and_mm_agree((n, wins) in dense_wins()) {
        let newton = bradley_terry(n, &wins, &BradleyTerryOptions::new()).unwrap();
        let mm = bradley_terry(n, &wins, &BradleyTerryOptions::new().solver(Solver::Mm)).unwrap();
        prop_assert!(close(newton.strengths(), mm.strengths(), 1e-8), "{newton:?} {mm:?}");
        // Everybody won as often as the strengths say.
        for i in 0..n {
            let (mut won, mut expected) = (0.0, 0.0);
            for j in (0..n).filter(|&j| j != i) {
                won += wins[i * n + j];
                expected += (wins[i * n + j] + wins[j * n + i]) * newton.win_rate(i, j).unwrap().value;
            }
            prop_assert!((won - expected).abs() < 1e-8 * won.max(1.0));
        }
    }

    #[test]
    fn contenders_have_no_order((n, wins) in dense_wins(), turn in 1usize..5, ridge in prop_oneof![Just(0.0), Just(0.3)]) {
        let options = BradleyTerryOptions::new().ridge(ridge).unwrap();
        let there = |i: usize| (i + turn) % n;
        let turned = off_diagonal(n, |i, j| wins[there(i) * n + there(j)]);
        let (fit, other) = (bradley_terry(n, &wins, &options).unwrap(), bradley_terry(n, &turned, &options).unwrap());
        let (errors, others) = (fit.estimates(), other.estimates());
        for i in 0..n {
            prop_assert!((fit.strengths()[there(i)] - other.strengths()[i]).abs() < 1e-9);
            let (a, b) = (errors[there(i)].standard_error.unwrap(), others[i].standard_error.unwrap());
            prop_assert!((a - b).abs() < 1e-9);
        }
        prop_assert!(fit.strengths().iter().sum::<f64>().abs() < 1e-9);
    }

    #[test]
    fn models_of_ties_reproduce_what_they_were_fitted_to(of in comparisons(4), model in prop_oneof![
        Just(TieModel::HalfWins), Just(TieModel::Dropped), Just(TieModel::Davidson), Just(TieModel::RaoKupper),
    ]) {
        let tally = tally(4, &of);
        let Ok(fit) = BradleyTerry::fit(&tally, &BradleyTerryOptions::new().ties(model)) else { return Ok(()) };
        let (mut scores, mut ties) = ([0.0; 4], 0.0);
        for (a, b, [wins, losses, tied]) in tally.pairs() {
            let counted = if model == TieModel::Dropped { 0 } else { tied };
            let p = fit.outcome(a, b).unwrap();
            let played = (wins + losses + counted) as f64;
            let half = counted as f64 / 2.0;
            scores[a] += wins as f64 + half - played * p.score();
            scores[b] += losses as f64 + half - played * (1.0 - p.score());
            ties += counted as f64 - played * p.tie;
        }
        // The score equations of Bradley-Terry and Davidson; Rao and Kupper's are others.
        if model != TieModel::RaoKupper {
            prop_assert!(scores.iter().all(|s| s.abs() < 1e-5), "{model:?} {scores:?}");
        }
        if model == TieModel::Davidson {
            prop_assert!(ties.abs() < 1e-5, "{ties}");
        }
    }

    #[test]
    fn any_split_merged_in_any_order_is_the_whole(of in comparisons(5), cut in 0usize..60) {
        let whole = tally(5, &of);
        let (first, second) = of.split_at(cut.min(of.len()));
        let (mut merged, second) = (tally(5, second), tally(5, first));
        merged.merge(&second).unwrap();
        prop_assert_eq!(&merged, &whole);
        prop_assert_eq!(whole.records(), of.len() as u64);
        let swapped: Vec<Comparison> = of
            .iter()
            .rev()
            .map(|c| Comparison { left: c.right, right: c.left, winner: c.winner.swapped() })
            .collect();
        prop_assert_eq!(&tally(5, &swapped), &whole);
        let text = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(serde_json::from_str::<Comparisons>(&text).unwrap(), whole);
    }

    #[test]
    fn components_are_those_of_reachability(of in comparisons(6)) {
        let tally = tally(6, &of);
        let beats = |i: usize, j: usize| tally.wins(i, j) + tally.ties(i, j) > 0;
        let mut reaches: Vec<bool> = (0..36).map(|at| at / 6 == at % 6 || beats(at / 6, at % 6)).collect();
        for k in 0..6 {
            for at in 0..36 {
                reaches[at] |= reaches[at / 6 * 6 + k] && reaches[k * 6 + at % 6];
            }
        }
        let graph = comparison_graph(&tally);
        let level = |i: usize| graph.levels.iter().position(|level| level.contains(&i)).unwrap();
        for (i, j) in (0..36).map(|at| (at / 6, at % 6)) {
            prop_assert_eq!(level(i) == level(j), reaches[i * 6 + j] && reaches[j * 6 + i]);
            prop_assert!(!reaches[i * 6 + j] || level(i) <= level(j));
        }
        let fit = BradleyTerry::fit(&tally, &BradleyTerryOptions::new());
        prop_assert_eq!(fit.is_ok(), graph.is_strongly_connected());
    }

    #[test]
    fn whatever_the_counts_a_fit_ends(
        cells in proptest::collection::vec(prop_oneof![Just(0), Just(1), Just(3), Just(1u64 << 40), Just(1u64 << 59)], 12),
        ties in proptest::collection::vec(prop_oneof![Just(0), Just(1), Just(1u64 << 59)], 6),
        ridge in prop_oneof![Just(0.0), Just(1e-9), Just(1.0), Just(1e12)],
    ) {
        let mut cells = cells.into_iter();
        let wins = (0..16).map(|at| if at / 4 == at % 4 { 0 } else { cells.next().unwrap() }).collect();
        let tally = Comparisons::from_counts(Labels::codes(4), wins, ties);
        let Ok(tally) = tally else { return Ok(()) };
        for model in [TieModel::HalfWins, TieModel::Dropped, TieModel::Davidson, TieModel::RaoKupper] {
            match BradleyTerry::fit(&tally, &BradleyTerryOptions::new().ties(model).ridge(ridge).unwrap()) {
                Ok(fit) => prop_assert!(
                    fit.estimates().iter().all(|e| e.value.is_finite() && e.standard_error.unwrap().is_finite())
                ),
                Err(Error::Undefined { .. } | Error::NoConvergence { .. }) => {}
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
        let _ = BradleyTerry::fit(&tally, &BradleyTerryOptions::new().solver(Solver::Mm));
    }

    #[test]
    fn leaderboards_do_not_depend_on_threads((n, wins) in dense_wins(), seed in any::<u64>()) {
        let wins = wins.iter().map(|&w| w as u64).collect();
        let tally = Comparisons::from_counts(Labels::codes(n), wins, vec![1; n * (n - 1) / 2]).unwrap();
        let bootstrap = Bootstrap::new(seed).resamples(50).unwrap().max_undefined(1.0).unwrap();
        let options = BradleyTerryOptions::new().ridge(0.01).unwrap();
        let board = leaderboard(&tally, &options, &bootstrap).unwrap();
        let again = leaderboard(&tally, &options, &bootstrap.clone().threads(3).unwrap()).unwrap();
        prop_assert_eq!(&board, &again);
        for (at, standing) in board.standings.iter().enumerate() {
            let (first, last) = standing.ranks;
            prop_assert!(first >= 1 && first <= last && last <= n as u64);
            prop_assert!(standing.rank <= at as u64 + 1 && standing.separated_rank <= standing.rank);
        }
    }

    #[test]
    fn rankings_have_no_order(seed in any::<u64>()) {
        let mut stream = Stream::new(seed, 0, 0);
        let mut rankings: Vec<Vec<usize>> = (0..12)
            .map(|_| {
                let mut ranking: Vec<usize> = (0..5).collect();
                stream.shuffle(&mut ranking);
                ranking.truncate(2 + stream.below(4) as usize);
                ranking
            })
            .collect();
        let fit = plackett_luce(5, &rankings, 0.1, Level::default()).unwrap();
        stream.shuffle(&mut rankings);
        let again = plackett_luce(5, &rankings, 0.1, Level::default()).unwrap();
        prop_assert!(close(fit.strengths(), again.strengths(), 1e-9));
    }

    #[test]
    fn elo_gives_what_it_takes(of in comparisons(5), k in 1.0f64..64.0) {
        let ratings = elo_online(5, &of, k, EloScale::default()).unwrap();
        prop_assert!((ratings.iter().sum::<f64>() - 5000.0).abs() < 1e-6);
    }

    #[test]
    fn gains_are_shares_of_the_best(
        items in proptest::collection::vec((0u8..5, -3i8..4), 1..20),
        cutoff in 1usize..25,
    ) {
        let relevance: Vec<f64> = items.iter().map(|&(r, _)| r.into()).collect();
        let scores: Vec<f64> = items.iter().map(|&(_, s)| s.into()).collect();
        let options = NdcgOptions::new().cutoff(cutoff).unwrap();
        let found = ndcg(&relevance, &scores, &options).unwrap();
        prop_assert!(found.dcg <= found.ideal + 1e-12);
        let best = ndcg(&relevance, &relevance, &options).unwrap();
        prop_assert!((best.dcg - best.ideal).abs() < 1e-12);
        if let Ok(value) = found.value() {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&value));
        }
    }

    #[test]
    fn expected_maximum_is_that_of_all_subsets(scores in proptest::collection::vec(-5.0f64..5.0, 1..9), n in 1usize..9) {
        let m = scores.len();
        if n > m {
            prop_assert!(best_of_n_expected_max(&scores, n).is_err());
            return Ok(());
        }
        let (mut total, mut subsets) = (0.0, 0.0);
        for set in (0u32..1 << m).filter(|set| set.count_ones() as usize == n) {
            let of_set = (0..m).filter(|i| set >> i & 1 == 1).map(|i| scores[i]);
            total += of_set.fold(f64::NEG_INFINITY, f64::max);
            subsets += 1.0;
        }
        prop_assert!((best_of_n_expected_max(&scores, n).unwrap() - total / subsets).abs() < 1e-12);
    }

    #[test]
    fn win_rates_of_both_sides_sum_to_one(shares in proptest::collection::vec(0.0f64..=1.0, 1..30)) {
        let rate = |p: Vec<f64>| win_rate(&p, Level::default()).unwrap();
        let one = rate(shares.iter().map(|s| 1.0 + s).collect());
        let other = rate(shares.iter().map(|s| 2.0 - s).collect());
        prop_assert!((one.win_rate.value + other.win_rate.value - 1.0).abs() < 1e-12);
        prop_assert_eq!((one.wins, one.losses), (other.losses, other.wins));
        let rejected = vec![0.5; shares.len()];
        let half = |a: &[f64], b: &[f64]| {
            pairwise_accuracy(a, b, TiedScores::Half, Level::default()).unwrap().accuracy.value
        };
        prop_assert!((half(&shares, &rejected) + half(&rejected, &shares) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_weak_penalty_changes_nothing(seed in any::<u64>()) {
        let mut stream = Stream::new(seed, 0, 0);
        let mut draw = |scale: f64| (0..40).map(|_| scale * stream.uniform()).collect::<Vec<f64>>();
        let preferences: Vec<Option<f64>> = draw(1.0).iter().map(|p| Some(1.0 + p)).collect();
        let (own, other, difficulty) = (draw(100.0), draw(100.0), draw(2.0));
        let data = LengthControl::new(&preferences, &other, &own).unwrap().difficulties(&difficulty).unwrap();
        let (free, weak) = (data.fit(Level::default()).unwrap(), data.fit_l1(1e7, Level::default()).unwrap());
        prop_assert!((free.rate.value - weak.rate.value).abs() < 1e-6);
        let strong = data.fit_l1(1e-9, Level::default()).unwrap();
        prop_assert_eq!((strong.weights.length, strong.rate.value), (0.0, 0.5));
    }
}

/// Battles of contenders whose log-strengths are `truth`, `games` for every two.
fn simulated(truth: &[f64], games: u32, stream: &mut Stream) -> Vec<f64> {
    let n = truth.len();
    let mut wins = vec![0.0; n * n];
    for (i, j) in (0..n).flat_map(|i| (0..i).map(move |j| (i, j))) {
        let p = 1.0 / (1.0 + (truth[j] - truth[i]).exp());
        for _ in 0..games {
            let (winner, loser) = if stream.uniform() < p { (i, j) } else { (j, i) };
            wins[winner * n + loser] += 1.0;
        }
    }
    wins
}

#[test]
fn strengths_are_recovered_and_intervals_cover() {
    let truth = [1.1, 0.6, 0.2, 0.0, -0.4, -0.6, -0.9];
    let mut stream = Stream::new(20, 0, 0);
    let many =
        bradley_terry(7, &simulated(&truth, 20_000, &mut stream), &BradleyTerryOptions::new()).unwrap();
    assert!(close(many.strengths(), &truth, 0.02), "{:?}", many.strengths());

    let (mut covered, mut intervals) = (0u32, 0u32);
    for _ in 0..1_000 {
        let wins = simulated(&truth, 30, &mut stream);
        let Ok(fit) = bradley_terry(7, &wins, &BradleyTerryOptions::new()) else { continue };
        for (estimate, &truth) in fit.estimates().iter().zip(&truth) {
            covered += u32::from(estimate.interval.unwrap().contains(truth));
            intervals += 1;
        }
    }
    let coverage = f64::from(covered) / f64::from(intervals);
    assert!(intervals > 6_900 && (0.93..=0.97).contains(&coverage), "{coverage} of {intervals}");
}

#[test]
fn bootstrap_and_information_agree_about_the_spread() {
    let truth = [0.8, 0.1, -0.2, -0.7];
    let wins = simulated(&truth, 400, &mut Stream::new(21, 0, 0));
    let wins = wins.iter().map(|&w| w as u64).collect();
    let tally = Comparisons::from_counts(Labels::codes(4), wins, vec![0; 6]).unwrap();
    let bootstrap = Bootstrap::new(3).resamples(2_000).unwrap();
    let board = leaderboard(&tally, &BradleyTerryOptions::new(), &bootstrap).unwrap();
    for (standing, rank) in board.standings.iter().zip(1..) {
        let information = board.fit.estimates()[standing.contender].standard_error.unwrap();
        let ratio = standing.strength.standard_error.unwrap() / information;
        assert!((0.92..1.08).contains(&ratio), "{ratio}");
        assert_eq!((standing.rank, standing.contender as u64 + 1), (rank, rank));
    }
}

#[test]
fn wins_and_ties_alone_have_no_maximum() {
    // 0 beat 1 and tied with it: strengths and ν grow together, and both outcomes stay as likely.
    let tally = Comparisons::from_counts(Labels::codes(2), vec![0, 1, 0, 0], vec![1]).unwrap();
    for model in [TieModel::Davidson, TieModel::RaoKupper] {
        let options = BradleyTerryOptions::new().ties(model);
        let error = BradleyTerry::fit(&tally, &options).unwrap_err();
        assert!(error.to_string().contains("grow together"), "{error}");
        assert!(BradleyTerry::fit(&tally, &options.ridge(0.1).unwrap()).is_ok());
    }
    assert!(BradleyTerry::fit(&tally, &BradleyTerryOptions::new()).is_ok());
}
