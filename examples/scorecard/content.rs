//! What the data are: coverage, items, categories.

use std::collections::BTreeMap;

use probity::agreement::{self, Options};
use probity::ratings::{Ratings, Scale};
use probity::report::{Cell, Section, Table};
use probity::tally::UnitCounts;
use probity::{Error, Result};

use crate::coefficients::{has_categories, reason, weights};

/// Rows of the longer tables.
const ROWS: usize = 15;

/// Judgments by item and by rater.
pub(crate) struct Counts {
    pub(crate) by_item: Vec<u64>,
    pub(crate) by_rater: Vec<u64>,
}

impl Counts {
    pub(crate) fn of(ratings: &Ratings) -> Result<Self> {
        let mut counts = Self { by_item: vec![0; ratings.n_items()], by_rater: vec![0; ratings.n_raters()] };
        let mut count = |item: usize, rater: usize| {
            counts.by_item[item] += 1;
            counts.by_rater[rater] += 1;
        };
        if ratings.is_categorical() {
            let view = ratings.codes()?;
            (0..ratings.n_items()).for_each(|i| view.item(i).for_each(|(rater, _)| count(i, rater)));
        } else {
            let view = ratings.values()?;
            (0..ratings.n_items()).for_each(|i| view.item(i).for_each(|(rater, _)| count(i, rater)));
        }
        Ok(counts)
    }

    pub(crate) fn pairable(&self) -> usize {
        self.by_item.iter().filter(|&&n| n > 1).count()
    }
}

fn least_median_most(counts: &[u64]) -> String {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    match [sorted.first(), sorted.get(sorted.len() / 2), sorted.last()].map(|n| n.map(|&n| Cell::Count(n))) {
        [Some(least), Some(_), Some(most)] if least == most => format!("{most} each"),
        [Some(least), Some(median), Some(most)] => format!("{least} to {most}, median {median}"),
        _ => "none".to_string(),
    }
}

/// Adds how much there is, and what is missing.
pub(crate) fn coverage(section: Section, ratings: &Ratings, counts: &Counts) -> Result<Section> {
    let mut table = Table::new(["", "number", "judgments of each"]);
    let (items, raters) = (ratings.n_items(), ratings.n_raters());
    table.push(["items".into(), items.into(), least_median_most(&counts.by_item).into()])?;
    table.push([
        "items with two judgments or more".into(),
        counts.pairable().into(),
        "only these can show agreement".into(),
    ])?;
    if ratings.has_identified_raters() {
        table.push(["raters".into(), raters.into(), least_median_most(&counts.by_rater).into()])?;
    } else {
        table.push(["raters".into(), Cell::Empty, "unknown: the data are counts".into()])?;
    }
    table.push(["judgments".into(), ratings.n_judgments().into(), Cell::Empty])?;
    if ratings.is_categorical() {
        table.push(["categories".into(), ratings.n_categories().into(), Cell::Empty])?;
    }
    let cells = items as f64 * raters as f64;
    let filled = if cells > 0.0 { ratings.n_judgments() as f64 / cells } else { 0.0 };
    let same = counts.by_item.windows(2).all(|pair| pair[0] == pair[1]);
    let pattern = if items == 0 || ratings.n_judgments() == 0 {
        "There is no judgment.".to_string()
    } else if !ratings.has_identified_raters() {
        let word = if same { "the same number" } else { "different numbers" };
        format!("The items have {word} of judgments.")
    } else if ratings.n_judgments() == items * raters {
        "Nothing is missing: every item has a judgment from every rater.".to_string()
    } else if same {
        format!(
            "Every item has the same number of judgments, from different raters; {} of all pairs of an item and a rater \
             are judged.",
            Cell::Share(filled)
        )
    } else {
        format!("{} of all pairs of an item and a rater are judged.", Cell::Share(filled))
    };
    let mut section = section.table(table).paragraph(pattern);
    if !same {
        let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
        counts.by_item.iter().for_each(|&n| *sizes.entry(n).or_default() += 1);
        let mut table = Table::new(["judgments of an item", "items", "share"]);
        for (&size, &number) in &sizes {
            table.push([size.into(), number.into(), Cell::Share(number as f64 / items as f64)])?;
        }
        section = section.table(table.limited(ROWS));
    }
    Ok(section)
}

/// Why the coefficients are what they are.
pub(crate) fn diagnosis(ratings: &Ratings) -> Result<Option<Section>> {
    // Among numbers hardly any two judgments are equal, which says nothing.
    if !has_categories(ratings) || ratings.scale().is_numeric() {
        return Ok(None);
    }
    let section = Section::new("Why the coefficients are what they are");
    let diagnosis = match agreement::diagnose(ratings) {
        Ok(diagnosis) => diagnosis,
        Err(Error::Undefined { reason, .. }) => {
            return Ok(Some(section.paragraph(format!("Nothing can be said: {reason}."))));
        }
        Err(error) => return Err(error),
    };
    let kappa = diagnosis.kappa.map_or("undefined".to_string(), |kappa| format!("{kappa:.3}"));
    let mut section = section.paragraph(format!(
        "Raters agree on {} of the pairs of judgments where {} are expected by chance: kappa {kappa}.",
        Cell::Share(diagnosis.observed),
        Cell::Share(diagnosis.expected)
    ));
    section = if diagnosis.findings.is_empty() {
        section.paragraph("Nothing in the data depresses it in particular.")
    } else {
        diagnosis.findings.iter().fold(section, |section, finding| section.paragraph(format!("• {finding}")))
    };
    if !diagnosis.robust.is_empty() {
        let robust: Vec<String> =
            diagnosis.robust.iter().map(|robust| format!("{} {:.3}", robust.name, robust.value)).collect();
        section = section.note(format!(
            "Coefficients that unequal frequencies do not depress: {}. They answer another question; report them beside \
             kappa, not instead of it.",
            robust.join(", ")
        ));
    }
    Ok(Some(section))
}

/// Which items the raters disagree about most.
pub(crate) fn disputed(ratings: &Ratings) -> Result<Option<Section>> {
    let (ranked, heading) = if has_categories(ratings) {
        let counts = UnitCounts::from_ratings(ratings)?;
        let Ok(agreement) = counts.item_agreement(&Options::new().weights(weights(ratings.scale()))) else {
            return Ok(None);
        };
        let open = |(item, value): (usize, Option<f64>)| Some((item, value.filter(|&v| v < 1.0)?));
        (agreement.into_iter().enumerate().filter_map(open).collect::<Vec<_>>(), "agreement")
    } else {
        let view = ratings.values()?;
        let spread = |item| {
            let values: Vec<f64> = view.item(item).map(|(_, value)| value).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
            (values.len() > 1 && squares > 0.0)
                .then(|| (item, -(squares / (values.len() as f64 - 1.0)).sqrt()))
        };
        ((0..ratings.n_items()).filter_map(spread).collect(), "standard deviation")
    };
    let number = ranked.len();
    let mut ranked = ranked;
    // Only the first rows need an order.
    if number > ROWS {
        ranked.select_nth_unstable_by(ROWS, |a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        ranked.truncate(ROWS);
    }
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut table = Table::new(["item", heading, "judgments"]);
    for (item, value) in ranked {
        table.push([
            ratings.items().name(item).as_ref().into(),
            value.abs().into(),
            votes(ratings, item)?.into(),
        ])?;
    }
    let section = Section::new("The most disputed items");
    if number == 0 {
        return Ok(Some(section.paragraph("Raters disagree about no item.")));
    }
    Ok(Some(section.table(table.omitting(number.saturating_sub(ROWS) as u64))))
}

/// The judgments of an item, the most frequent first.
fn votes(ratings: &Ratings, item: usize) -> Result<String> {
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    if ratings.is_categorical() {
        for (_, code) in ratings.codes()?.item(item) {
            *found.entry(ratings.labels().name(code).unwrap_or_default().to_string()).or_default() += 1;
        }
    } else {
        for (_, value) in ratings.values()?.item(item) {
            *found.entry(value.to_string()).or_default() += 1;
        }
    }
    let mut votes: Vec<(String, u64)> = found.into_iter().collect();
    votes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown: Vec<String> = votes.iter().take(6).map(|(label, n)| format!("{n} × {label}")).collect();
    Ok(shown.join(", ") + if votes.len() > 6 { ", …" } else { "" })
}

/// How well raters agree on each category.
pub(crate) fn categories(ratings: &Ratings) -> Result<Option<Section>> {
    if !has_categories(ratings) {
        return Ok(None);
    }
    let counts = UnitCounts::from_ratings(ratings)?;
    let totals = counts.category_totals();
    let all: u64 = totals.iter().sum();
    // Ordered pairs of judgments of one item: those whose first is the category, and those where both are.
    let mut pairs = vec![(0u64, 0u64); totals.len()];
    for unit in counts.units() {
        let judgments: u64 = unit.iter().map(|&(_, n)| u64::from(n)).sum();
        for &(category, n) in unit {
            let (first, both) = &mut pairs[category as usize];
            *first += u64::from(n) * (judgments - 1);
            *both += u64::from(n) * (u64::from(n) - 1);
        }
    }
    // Only undefined for lack of items with two judgments; the rest of the table is there all the same.
    let kappas = counts.patterns().fleiss_kappa_detail(&Options::new()).map(|detail| detail.categories);
    let mut table = Table::new(["category", "judgments", "share", "agreement", "Fleiss' kappa"]);
    let mut order: Vec<usize> = (0..totals.len()).collect();
    if *ratings.scale() == Scale::Nominal {
        order.sort_by_key(|&category| std::cmp::Reverse(totals[category]));
    }
    for category in order {
        let (first, both) = pairs[category];
        let agreement = match first {
            0 if totals[category] == 0 => Cell::Undefined("nobody chose it".to_string()),
            0 => Cell::Undefined("nobody else judged these items".to_string()),
            _ => Cell::Share(both as f64 / first as f64),
        };
        let share = if all > 0 { Cell::Share(totals[category] as f64 / all as f64) } else { Cell::Empty };
        let kappa = match kappas.as_ref().ok().and_then(|kappas| kappas.get(category)) {
            Some(Ok(kappa)) => kappa.value.into(),
            Some(Err(error)) => Cell::Undefined(reason(error)),
            None => Cell::Empty,
        };
        let name = ratings.labels().name(category as u32).unwrap_or_default();
        table.push([name.into(), totals[category].into(), share, agreement, kappa])?;
    }
    let section = Section::new("Categories")
        .table(table.limited(4 * ROWS))
        .note(
            "Agreement: where one rater chose the category, how often another rater of the same item chose it too. \
             Kappa: the same beyond chance, the category against all others.",
        );
    Ok(Some(section))
}
