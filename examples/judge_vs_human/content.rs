//! The sections of the report.

use probity::Result;
use probity::inference::Estimate;
use probity::judge::{
    AltTest, AltTestOptions, JudgeVsHuman, alternative_annotator_test, human_ceiling, judge_vs_human,
    judges_vs_human,
};
use probity::report::{Cell, Figure, ForestPlot, Report, Section, Table};

use crate::args::Args;
use crate::biases;
use crate::common::{interval, p_value, value};
use crate::input::{Input, Kind};

/// The most disagreements that are listed.
const LISTED: usize = 30;

pub(crate) fn report(input: &Input, args: &Args) -> Result<Report> {
    let people = match input.humans.as_slice() {
        [one] => format!("{one} alone"),
        several => format!("{} people ({})", several.len(), several.join(", ")),
    };
    let mut data = Section::new("Data").paragraph(format!(
        "{}: {} items, judged by {people} and by {}.",
        input.source,
        input.items.len(),
        args.judge
    ));
    if input.humans.len() > 1 {
        data = data
            .note("People as one are what most of them say; an item without a majority has no label then.");
    }
    let mut report = Report::new("A judge against people").with(data);
    if input.ratings.n_judgments() == 0 {
        return Ok(report.with(Section::new("Agreement").paragraph("There is no judgment.")));
    }
    let found = judge_vs_human(&input.consensus, 0, 1, args.level)?;
    report.push(agreement(input, &found)?);
    report.push(person_by_person(input, args)?);
    report.push(confusion(input, &found)?);
    if input.humans.len() > 1 {
        report.push(ceiling(input, args)?);
        report.push(replacement(input, args)?);
    }
    for section in biases::sections(input, args)? {
        report.push(section);
    }
    report.push(disagreements(input)?);
    Ok(report)
}

pub(crate) fn figures(rows: &[(&str, Result<Estimate>)]) -> Result<Table> {
    let mut table = Table::new(["figure", "value", "interval", "p"]);
    for (name, estimate) in rows {
        let p = p_value(estimate.as_ref().ok().and_then(|e| e.p_value));
        table.push([(*name).into(), value(estimate)?, interval(estimate), p])?;
    }
    Ok(table)
}

fn agreement(input: &Input, found: &JudgeVsHuman) -> Result<Section> {
    let mut rows = vec![
        ("agreement", found.percent_agreement.clone()),
        ("Cohen's kappa", found.kappa.clone()),
        ("Krippendorff's alpha, nominal", found.alpha_nominal.clone()),
    ];
    if input.kind != Kind::Words {
        rows.extend([
            ("kappa, linear weights", found.kappa_linear.clone()),
            ("kappa, quadratic weights", found.kappa_quadratic.clone()),
            ("Krippendorff's alpha, ordinal", found.alpha_ordinal.clone()),
            ("Spearman's rho", found.spearman.clone()),
        ]);
    }
    if input.kind == Kind::Numbers {
        rows.extend([
            ("agreement within one", found.within_one.clone()),
            ("Krippendorff's alpha, interval", found.alpha_interval.clone()),
            ("leniency of the judge", found.leniency.clone()),
        ]);
    }
    Ok(Section::new("Agreement").table(figures(&rows)?))
}

fn person_by_person(input: &Input, args: &Args) -> Result<Section> {
    let mut table = Table::new(["who", "items", "agreement", "interval", "kappa", "interval"]);
    let mut plot = ForestPlot::new("Agreement with the judge").over(0.0, 1.0)?;
    let found = judges_vs_human(&input.ratings, input.judge(), args.level)?;
    for ((_, with), name) in found.iter().zip(&input.humans) {
        match &with.percent_agreement {
            Ok(estimate) => plot.estimate(name, estimate)?,
            Err(reason) => plot.undefined(name, reason.to_string()),
        }
        table.push([
            name.as_str().into(),
            with.confusion.total().into(),
            value(&with.percent_agreement)?,
            interval(&with.percent_agreement),
            value(&with.kappa)?,
            interval(&with.kappa),
        ])?;
    }
    let figure = Figure::new("agreement.svg", "Agreement of the judge with each person", plot.to_svg());
    Ok(Section::new("Person by person").table(table).figure(figure))
}

/// What people say, by row, against what the judge says.
fn confusion(input: &Input, found: &JudgeVsHuman) -> Result<Section> {
    let names = input.consensus.labels().names();
    let columns = ["people"].into_iter().chain(names.iter().map(String::as_str)).chain(["share"]);
    let mut table = Table::new(columns);
    let shares = found.prevalence().unwrap_or_default();
    for (human, name) in names.iter().enumerate() {
        let cells = (0..names.len()).map(|judge| Cell::from(found.confusion.get(human, judge)));
        let share = shares.get(human).map(|share| share.0).into();
        table.push(std::iter::once(name.as_str().into()).chain(cells).chain([share]))?;
    }
    Ok(Section::new("People by row, the judge by column")
        .table(table)
        .note("A kappa near 0 next to a high agreement: most items bear one label."))
}

fn ceiling(input: &Input, args: &Args) -> Result<Section> {
    let section = Section::new("The human ceiling");
    let found = match human_ceiling(&input.ratings, input.judge(), args.level) {
        Err(error) if error.is_undefined() => return Ok(section.paragraph(format!("{error}."))),
        found => found?,
    };
    let rows = [
        ("the judge with a person", Ok(found.judge)),
        ("two people", Ok(found.humans)),
        ("gap", Ok(found.gap)),
        ("ratio", found.ratio),
    ];
    Ok(section
        .table(figures(&rows)?)
        .note("A judge cannot be asked to agree with people more than people do."))
}

fn replacement(input: &Input, args: &Args) -> Result<Section> {
    let section = Section::new("May the judge replace a person?");
    let options = AltTestOptions::new().epsilon(args.epsilon)?.min_items(args.min_items).level(args.level);
    let found = match alternative_annotator_test(&input.ratings, input.judge(), &options) {
        Err(error) if error.is_undefined() => return Ok(section.paragraph(format!("{error}."))),
        found => found?,
    };
    let mut table = Table::new([
        "person",
        "items",
        "judge as good",
        "person as good",
        "p",
        "adjusted p",
        "the judge wins",
    ]);
    for test in &found.annotators {
        table.push([
            input.humans[test.annotator].as_str().into(),
            test.difference.items.into(),
            test.judge_advantage.value.into(),
            test.annotator_advantage.value.into(),
            p_value(test.difference.p_value),
            p_value(Some(test.adjusted_p_value)),
            if test.judge_wins { "yes" } else { "no" }.into(),
        ])?;
    }
    Ok(section.paragraph(verdict(&found)).table(table).note(format!(
        "Alternative annotator test (Calderon et al. 2025), epsilon {}: who fits the other people better, item by item.",
        args.epsilon
    )))
}

fn verdict(found: &AltTest) -> String {
    format!(
        "{}: it wins against {} of {} people, and is as good as a person on {:.0} % of the items.",
        if found.passes() { "It may" } else { "That it may is not shown" },
        found.annotators.iter().filter(|test| test.judge_wins).count(),
        found.annotators.len(),
        100.0 * found.advantage
    )
}

fn disagreements(input: &Input) -> Result<Section> {
    let values = input.consensus.values()?;
    let mut apart = Vec::new();
    for item in 0..input.items.len() {
        if let (Some(people), Some(judge)) = (values.get(item, 0), values.get(item, 1))
            && people != judge
        {
            let distance = if input.kind == Kind::Words { 1.0 } else { (people - judge).abs() };
            apart.push((item, distance));
        }
    }
    apart.sort_by(|a, b| b.1.total_cmp(&a.1));
    let columns = ["item", "people", "the judge"].into_iter().chain(input.humans.iter().map(String::as_str));
    let mut table = Table::new(columns);
    let codes = input.ratings.codes()?;
    let cell = |name: Option<&str>| name.map_or(Cell::Empty, Cell::from);
    for &(item, _) in &apart {
        let each = (0..input.humans.len())
            .map(|person| cell(codes.get(item, person).and_then(|code| input.ratings.labels().name(code))));
        let [people, judge] = input.labels(item)?;
        table.push([input.items[item].as_str().into(), cell(people), cell(judge)].into_iter().chain(each))?;
    }
    let section = Section::new("Disagreements");
    if apart.is_empty() {
        return Ok(section.paragraph("The judge says what most people say, wherever there is a majority."));
    }
    Ok(section.table(table.limited(LISTED)).note("The farthest apart first."))
}
