//! Who agrees with whom, and who drags agreement down.

use probity::agreement::{Coefficient, LeaveOneOut, Options, Pair, PairwiseTable};
use probity::compute::{Backend, Cells, ComputeError};
use probity::inference::Level;
use probity::ratings::Ratings;
use probity::report::{Cell, Figure, HeatMap, Section, Table};
use probity::{Error, Result};

use crate::coefficients::{has_categories, reason, weights};
use crate::content::Counts;
use crate::progress::Progress;

/// Rows of the tables.
const ROWS: usize = 15;
/// Pairs are compared among so many raters, those with the most judgments.
const MOST_RATERS: usize = 120;
/// In a long list of pairs, those with fewer items in common say little.
const FEW_ITEMS: u64 = 10;
/// Counts of all pairs up to which they are counted at once: half a gigabyte.
const MOST_COUNTS: usize = 1 << 26;
/// Alpha of numbers is computed anew without each rater: raters × judgments up to which that is quick.
const MOST_WORK: usize = 500_000_000;

/// The sections about raters, or one that says why there are none.
pub(crate) fn sections(
    ratings: &Ratings,
    counts: &Counts,
    level: Level,
    backend: &Backend,
    progress: &mut Progress,
) -> std::result::Result<Vec<Section>, ComputeError> {
    let without = |why: &str| Ok(vec![Section::new("Raters").note(why)]);
    if !ratings.has_identified_raters() {
        return without(
            "The data are counts: they do not say which rater chose what. So there is no table of pairs of raters, no \
             heat map, and nobody can be left out.",
        );
    }
    let mut raters: Vec<usize> =
        (0..ratings.n_raters()).filter(|&rater| counts.by_rater[rater] > 0).collect();
    if raters.len() < 2 {
        return without(
            "Fewer than two raters judged anything, so nobody can agree: there is no table of pairs of raters and no heat map.",
        );
    }
    raters.sort_by_key(|&rater| std::cmp::Reverse(counts.by_rater[rater]));
    let cut = raters.len().saturating_sub(MOST_RATERS);
    raters.truncate(MOST_RATERS);
    progress.say(format_args!("comparing {} raters in pairs", raters.len()));
    let every_item: Vec<usize> = (0..ratings.n_items()).collect();
    let chosen = ratings.select(&every_item, &raters)?;
    let (coefficient, name) = match has_categories(ratings) {
        true if weights(ratings.scale()) == probity::agreement::Weights::Identity => {
            (Coefficient::CohenKappa, "Cohen's kappa")
        }
        true => (Coefficient::CohenKappa, "weighted Cohen's kappa"),
        false => (Coefficient::KrippendorffAlpha, "Krippendorff's alpha"),
    };
    let options = Options::new().level(level).weights(weights(ratings.scale()));
    let counts_of_pairs = (raters.len().pow(2) / 2).saturating_mul(ratings.n_categories().saturating_pow(2));
    let table = if has_categories(ratings) && counts_of_pairs <= MOST_COUNTS {
        backend.load(&chosen)?.pair_tables(Cells::Full)?.coefficient(coefficient, &options)?
    } else {
        PairwiseTable::new(&chosen, coefficient, &options)?
    };
    let pairs = pairs_section(&table, name, cut)?;
    let means = mean_values(&table);
    // Back to the numbers of all raters.
    let mean_of = |rater: usize| {
        let place = raters.iter().position(|&chosen| chosen == rater)?;
        means.get(place).copied().flatten()
    };
    progress.say(format_args!("leaving out each of {} raters", ratings.n_raters()));
    let influence = influence_section(ratings, counts, &options, name, mean_of)?;
    Ok(vec![pairs, influence])
}

fn value(pair: &Pair) -> Option<f64> {
    pair.estimate.as_ref().ok().map(|estimate| estimate.value)
}

/// The mean of the defined values of each rater with the others.
fn mean_values(table: &PairwiseTable) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0u32); table.raters().len()];
    for pair in table.pairs() {
        let Some(value) = value(pair) else { continue };
        for rater in [pair.first, pair.second] {
            sums[rater].0 += value;
            sums[rater].1 += 1;
        }
    }
    sums.into_iter().map(|(sum, n)| (n > 0).then(|| sum / f64::from(n))).collect()
}

fn pairs_section(table: &PairwiseTable, name: &'static str, cut: usize) -> Result<Section> {
    let raters = table.raters();
    let all = raters.len() * (raters.len() - 1) / 2;
    let mut section = Section::new("Pairs of raters").paragraph(format!(
        "{} of {} pairs of raters judged an item in common. The figure is {name}; the lowest come first.",
        Cell::from(table.pairs().len()),
        Cell::from(all)
    ));
    if cut > 0 {
        section = section.note(format!(
            "Only the {} raters with the most judgments are compared in pairs; {} others are not.",
            raters.len(),
            Cell::from(cut)
        ));
    }
    let mut listed: Vec<&Pair> = table.pairs().iter().collect();
    let known = listed.iter().filter(|pair| pair.items >= FEW_ITEMS).count();
    if listed.len() > ROWS && known > 0 && known < listed.len() {
        listed.retain(|pair| pair.items >= FEW_ITEMS);
        section = section.note(format!(
            "{} pairs have fewer than {FEW_ITEMS} items in common and are not listed.",
            Cell::from(table.pairs().len() - known)
        ));
    }
    if listed.len() > ROWS && known == 0 {
        section = section.note(format!(
            "No pair has {FEW_ITEMS} items in common or more, so the figures of pairs say little."
        ));
    }
    // Undefined pairs stand last.
    let key = |pair: &Pair| value(pair).unwrap_or(f64::INFINITY);
    listed.sort_by(|a, b| key(a).total_cmp(&key(b)));
    let mut rows = Table::new(["rater", "rater", "items in common", "value", "interval"]);
    for pair in listed.iter().take(ROWS) {
        let (figure, interval) = match &pair.estimate {
            Ok(estimate) => (
                estimate.value.into(),
                estimate.interval.map_or(Cell::Empty, |i| Cell::Interval(i.lower, i.upper)),
            ),
            Err(error) => (Cell::Undefined(reason(error)), Cell::Empty),
        };
        let [first, second] = [pair.first, pair.second].map(|rater| raters.name(rater).as_ref().into());
        rows.push([first, second, pair.items.into(), figure, interval])?;
    }
    if !rows.rows().is_empty() {
        section = section.table(rows.omitting(listed.len().saturating_sub(ROWS) as u64));
    }
    Ok(section.figure(heat_map(table, name)?))
}

/// Raters who agree most with the others stand first, so that the odd ones gather at the end.
fn heat_map(table: &PairwiseTable, name: &'static str) -> Result<Figure> {
    let means = mean_values(table);
    let mut order: Vec<usize> = (0..means.len()).collect();
    let key = |rater: usize| means[rater].map_or(f64::INFINITY, |mean| -mean);
    order.sort_by(|&a, &b| key(a).total_cmp(&key(b)));
    let n = order.len();
    let mut place = vec![0; n];
    order.iter().enumerate().for_each(|(at, &rater)| place[rater] = at);
    let mut values = vec![None; n * n];
    for pair in table.pairs() {
        // A coefficient of few items may lie below the picture's scale.
        let value = value(pair).map(|value| value.max(-1.0));
        let (row, column) = (place[pair.first], place[pair.second]);
        values[row * n + column] = value;
        values[column * n + row] = value;
    }
    let names = order.iter().map(|&rater| table.raters().name(rater).into_owned()).collect();
    let map = HeatMap::new(format!("Agreement of pairs of raters: {name}"), names, values)?
        .subtitle("raters in the order of their mean agreement with the others");
    Ok(Figure::new("heatmap.svg", format!("{name} of every pair of raters"), map.to_svg()))
}

fn influence_section(
    ratings: &Ratings,
    counts: &Counts,
    options: &Options,
    name: &'static str,
    mean_of: impl Fn(usize) -> Option<f64>,
) -> Result<Section> {
    let section = Section::new("Raters");
    if !has_categories(ratings) && ratings.n_raters().saturating_mul(ratings.n_judgments()) > MOST_WORK {
        return Ok(section.note(
            "There are too many raters and judgments to compute Krippendorff's alpha without each rater in turn.",
        ));
    }
    let without = match LeaveOneOut::new(ratings, Coefficient::KrippendorffAlpha, options) {
        Ok(without) => without,
        Err(error @ Error::Undefined { .. }) => {
            return Ok(section.note(format!("Krippendorff's alpha without each rater in turn: {error}.")));
        }
        Err(error) => return Err(error),
    };
    let mean = format!("mean {name}");
    let mut table = Table::new(["rater", "judgments", &mean, "alpha without", "change"]);
    let ranked = without.ranked();
    for &rater in ranked.iter().take(ROWS) {
        let left_out = &without.raters()[rater];
        table.push([
            ratings.raters().name(rater).as_ref().into(),
            counts.by_rater[rater].into(),
            mean_of(rater).into(),
            left_out.value.as_ref().map_or(Cell::Empty, |&value| value.into()),
            left_out.change.map_or(Cell::Empty, |change| Cell::Number { value: change, decimals: 4 }),
        ])?;
    }
    if ranked.is_empty() {
        let why = without.whole().err().map_or("nothing is left without a rater".to_string(), |e| reason(&e));
        return Ok(
            section.note(format!("Krippendorff's alpha without each rater in turn does not exist: {why}."))
        );
    }
    let helped = ranked.iter().filter(|&&rater| without.raters()[rater].change > Some(0.0)).count();
    Ok(section
        .paragraph(format!(
            "Krippendorff's alpha without each rater in turn. It rises without {} of {} raters; those without whom it \
             rises most drag agreement down and come first.",
            Cell::from(helped),
            Cell::from(ranked.len())
        ))
        .table(table.omitting(ranked.len().saturating_sub(ROWS) as u64)))
}
