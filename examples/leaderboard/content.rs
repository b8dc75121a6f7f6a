//! The sections of the report.

use probity::inference::{Adjustment, Interval, adjust_p_values};
use probity::io::BattleImport;
use probity::preference::{
    EloScale, Leaderboard, LengthControl, WinRate, comparison_graph, leaderboard, win_rate,
};
use probity::ratings::Fingerprint;
use probity::report::{
    Cell, Derivation, Figure, ForestPlot, HeatMap, LeaderboardPlot, Provenance, Report, Section, Table,
};
use probity::tally::{Comparisons, Tally};
use probity::{Error, Result};

use crate::args::Args;
use crate::common::p_value;
use crate::input::Input;

/// Rows of a table.
const ROWS: usize = 60;

pub(crate) fn report(input: &Input, args: &Args) -> Result<Report> {
    let mut data = Section::new("Data").paragraph(&input.subject);
    for note in &input.notes {
        data = data.note(note);
    }
    let mut report = Report::new("Leaderboard").with(data);
    let tally = input.import.comparisons()?;
    if tally.records() == 0 {
        return Ok(report.with(Section::new("Ranks").paragraph("There is no battle.")));
    }
    let mut order: Vec<usize> = (0..tally.n_contenders()).collect();
    match leaderboard(&tally, &args.options()?, &args.bootstrap()?) {
        Ok(board) => {
            order = board.standings.iter().map(|standing| standing.contender).collect();
            report = report.provenance(provenance(&tally, &board, args)?);
            report.push(ranks(&tally, &board)?);
            report.push(neighbours(&board)?);
        }
        Err(error @ Error::Undefined { .. }) => {
            let graph = comparison_graph(&tally);
            let section = Section::new("Ranks").paragraph(format!("{error}.")).note(format!(
                "{} groups of models were never compared with each other, not even through others; {} levels never lost to \
                 or tied with a later one. With --ridge 0.01 all of them get finite ratings.",
                graph.islands.len(),
                graph.levels.len()
            ));
            report.push(section);
        }
        Err(error) => return Err(error),
    }
    report.push(wins(&tally, &order)?);
    if let Some(section) = equal_lengths(&input.import, args)? {
        report.push(section);
    }
    Ok(report)
}

fn name(tally: &Comparisons, contender: usize) -> &str {
    tally.contenders().names().get(contender).map_or("", String::as_str)
}

/// What the ratings were computed from, and how.
fn provenance(tally: &Comparisons, board: &Leaderboard, args: &Args) -> Result<Provenance> {
    let pairs = tally.pairs().map(|(a, b, counts)| {
        // Whichever of the two comes first in the file.
        let sides = [(name(tally, a), counts[0]), (name(tally, b), counts[1])];
        let (first, second) =
            if sides[0].0 <= sides[1].0 { (sides[0], sides[1]) } else { (sides[1], sides[0]) };
        format!("{:?} {} {:?} {} {}", first.0, first.1, second.0, second.1, counts[2])
    });
    let bootstrap = args.bootstrap()?;
    let provenance = Provenance::new().data("battles", tally.records(), Fingerprint::of_rows(pairs));
    let ratings = board.ratings(&EloScale::default());
    board.standings.iter().zip(&ratings).try_fold(provenance, |provenance, (standing, rating)| {
        let derivation = Derivation::new(name(tally, standing.contender), rating)?.bootstrap(&bootstrap);
        Ok(provenance.with(derivation))
    })
}

fn ranks(tally: &Comparisons, board: &Leaderboard) -> Result<Section> {
    let mut table = Table::new([
        "model",
        "rank",
        "ranks",
        "told apart",
        "rating",
        "interval",
        "SE",
        "battles",
        "won",
        "tied",
        "lost",
    ]);
    let n = tally.n_contenders();
    let ratings = board.ratings(&EloScale::default());
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (standing, rating) in board.standings.iter().zip(&ratings) {
        let own = standing.contender;
        let sum = |count: &dyn Fn(usize) -> u64| (0..n).map(count).sum::<u64>();
        let (won, lost) = (sum(&|other| tally.wins(own, other)), sum(&|other| tally.wins(other, own)));
        let tied = sum(&|other| tally.ties(own, other));
        let (first, last) = standing.ranks;
        let span = if first == last { first.to_string() } else { format!("{first} to {last}") };
        let interval = rating.interval.map_or(Cell::Empty, |i| Cell::Interval(i.lower, i.upper));
        let (lower, upper) = rating.interval.map_or((rating.value, rating.value), |i| (i.lower, i.upper));
        (low, high) = (low.min(lower), high.max(upper));
        table.push([
            name(tally, own).into(),
            standing.rank.into(),
            span.into(),
            standing.separated_rank.into(),
            rating.value.into(),
            interval,
            rating.standard_error.into(),
            (won + tied + lost).into(),
            won.into(),
            tied.into(),
            lost.into(),
        ])?;
    }
    let margin = (0.05 * (high - low)).max(1.0);
    let mut plot = ForestPlot::new("Ratings").over(low - margin, high + margin)?.subtitle(
        "Elo scale: 400 points are odds of 10; 1000 is the mean of all models. Intervals by a bootstrap over battles.",
    );
    for (standing, rating) in board.standings.iter().zip(&ratings) {
        plot.estimate(name(tally, standing.contender), rating)?;
    }
    let mut section = Section::new("Ranks").table(table.limited(ROWS)).note(
        "ranks: where the model stands in the middle resamples. told apart: 1 and the models whose whole interval lies above \
         this one's.",
    );
    if let Some(parameter) = board.fit.tie_parameter() {
        section = section.note(format!("Ties: {parameter}."));
    }
    if board.undefined > 0 {
        section = section.note(format!("{} resamples have no finite ratings.", board.undefined));
    }
    let ranks = LeaderboardPlot::from_leaderboard("Ranks", board)
        .subtitle("Points: ranks by rating. Bars: where the model stands in the middle resamples.");
    Ok(section
        .figure(Figure::new("ranks.svg", "Ranks with their intervals", ranks.to_svg()))
        .figure(Figure::new("ratings.svg", "Ratings with their intervals", plot.to_svg())))
}

/// Every model against the next one.
fn neighbours(board: &Leaderboard) -> Result<Section> {
    let mut rows = Vec::new();
    for pair in board.standings.windows(2) {
        let (first, second) = (pair[0].contender, pair[1].contender);
        let difference = board.fit.difference(first, second)?;
        rows.push((first, second, board.fit.win_rate(first, second)?, difference.p_value.unwrap_or(1.0)));
    }
    let p_values: Vec<f64> = rows.iter().map(|row| row.3).collect();
    let adjusted = adjust_p_values(&p_values, Adjustment::Holm)?;
    let mut table = Table::new(["model", "against", "expected score", "interval", "p", "p (Holm)"]);
    let names = board.fit.contenders().names();
    for ((first, second, rate, p), adjusted) in rows.into_iter().zip(adjusted) {
        table.push([
            names[first].as_str().into(),
            names[second].as_str().into(),
            rate.value.into(),
            rate.interval.map_or(Cell::Empty, |i| Cell::Interval(i.lower, i.upper)),
            p_value(Some(p)),
            p_value(Some(adjusted)),
        ])?;
    }
    Ok(Section::new("Neighbours")
        .table(table.limited(ROWS))
        .note("p: of equal strengths, from the information matrix of the fit."))
}

/// How often each model beat each other one, the models in this order.
fn wins(tally: &Comparisons, order: &[usize]) -> Result<Section> {
    let share = |row: usize, column: usize| {
        let played = tally.played(row, column);
        let score = tally.wins(row, column) as f64 + tally.ties(row, column) as f64 / 2.0;
        (played > 0).then(|| score / played as f64)
    };
    let values = order.iter().flat_map(|&row| order.iter().map(move |&column| share(row, column))).collect();
    let names = order.iter().map(|&model| name(tally, model).to_string()).collect();
    let map = HeatMap::directed("Win rates", names, values)?
        .subtitle("How often the row beat the column, a tie counting half.");
    Ok(Section::new("Win rates").figure(Figure::new("wins.svg", "Win rates of all pairs", map.to_svg())))
}

/// Win rates against one model, as they are and at equal lengths; `None` if the battles have no lengths.
fn equal_lengths(import: &BattleImport, args: &Args) -> Result<Option<Section>> {
    if import.battles.iter().all(|battle| battle.lengths.is_none()) {
        return Ok(None);
    }
    let n = import.contenders.len();
    let baseline = match &args.baseline {
        Some(wanted) => import.contenders.position(wanted),
        None => with_most_battles(import),
    };
    let Some(baseline) = baseline else {
        let found = args.baseline.clone().unwrap_or_default();
        return Err(Error::Argument { name: "baseline", expected: "a model of the file", found });
    };
    let mut table = Table::new([
        "model",
        "battles",
        "win rate",
        "interval",
        "discrete",
        "at equal lengths",
        "interval",
        "weight of length",
    ]);
    for model in (0..n).filter(|&model| model != baseline) {
        let (mut preferences, mut of_baseline, mut of_model) = (Vec::new(), Vec::new(), Vec::new());
        for battle in &import.battles {
            let sides = (battle.comparison.left as usize, battle.comparison.right as usize);
            let Some([left, right]) = battle.lengths else { continue };
            let (share, own, other) = if sides == (baseline, model) {
                (battle.right_share, right, left)
            } else if sides == (model, baseline) {
                (1.0 - battle.right_share, left, right)
            } else {
                continue;
            };
            preferences.push(Some(1.0 + share));
            of_model.push(own);
            of_baseline.push(other);
        }
        if preferences.is_empty() {
            continue;
        }
        let level = args.level;
        let WinRate { win_rate: raw, discrete, .. } = win_rate(&preferences, level)?;
        let fit = LengthControl::new(&preferences, &of_baseline, &of_model).and_then(|data| data.fit(level));
        let (rate, interval, weight) = match fit {
            Ok(fit) => {
                let interval = fit.fitting_error.map_or(Cell::Empty, |se| {
                    let interval = Interval::normal(fit.rate.value, se, level).clamped(0.0, 1.0);
                    Cell::Interval(interval.lower, interval.upper)
                });
                (fit.rate.value.into(), interval, fit.weights.length.into())
            }
            Err(error) => (Cell::from_result(Err(error))?, Cell::Empty, Cell::Empty),
        };
        table.push([
            import.contenders.name(model).as_ref().into(),
            preferences.len().into(),
            raw.value.into(),
            raw.interval.map_or(Cell::Empty, |i| Cell::Interval(i.lower, i.upper)),
            discrete.value.into(),
            rate,
            interval,
            weight,
        ])?;
    }
    let heading = format!("Win rates against {}", import.contenders.name(baseline));
    Ok(Some(Section::new(heading).table(table.limited(ROWS)).note(
        "At equal lengths: a logistic model of the length difference, fitted to the battles and read where there is none. A \
         negative weight means that longer answers win.",
    )))
}

/// The first of the models with most battles.
fn with_most_battles(import: &BattleImport) -> Option<usize> {
    let mut battles = vec![0u64; import.contenders.len()];
    for battle in &import.battles {
        battles[battle.comparison.left as usize] += 1;
        battles[battle.comparison.right as usize] += 1;
    }
    (0..battles.len()).max_by_key(|&i| (battles[i], std::cmp::Reverse(i)))
}
