//! The sections of the report.

use probity::Result;
use probity::checklist::{
    AgreementWeight, ChecklistCounts, pass_rate, pass_rate_error, preference_agreement, question_accuracy,
    question_counts, stick_best_of_n, weighted_pairwise_agreement,
};
use probity::inference::Estimate;
use probity::report::{Cell, Report, Section, Table};
use probity::search::Ties;
use probity::tally::{Side, Tally};

use crate::args::Args;
use crate::common::{interval, value};
use crate::input::Input;

pub(crate) fn report(input: &Input, args: &Args) -> Result<Report> {
    let data = Section::new("Data").paragraph(format!(
        "{} instructions, {} responses of {}.",
        input.instructions.len(),
        input.responses().count(),
        input.source
    ));
    let mut report = Report::new("Checklists").with(data);
    if input.instructions.is_empty() {
        return Ok(report.with(Section::new("Scores").paragraph("There is no answer.")));
    }
    report.push(scores(input, args)?);
    if input.has_people() {
        report.push(best_of_n(input, args)?);
        report.push(agreement(input, args)?);
    }
    report.push(questions(input, args)?);
    Ok(report)
}

/// Every response over all instructions, in the order in which they first occur.
fn scores(input: &Input, args: &Args) -> Result<Section> {
    let mut names: Vec<(&str, ChecklistCounts)> = Vec::new();
    for response in input.responses() {
        let at = names.iter().position(|(name, _)| *name == response.name).unwrap_or_else(|| {
            names.push((&response.name, ChecklistCounts::default()));
            names.len() - 1
        });
        names[at].1.record(&response.judge)?;
    }
    let mut table = Table::new([
        "response",
        "instructions",
        "questions",
        "unanswered",
        "DRFR",
        "interval of DRFR",
        "mean pass rate",
        "interval of the mean",
        "all passed",
    ]);
    for (name, counts) in &names {
        let drfr = counts.drfr(args.unanswered, args.level);
        let mean = counts.mean_pass_rate(args.unanswered, args.level);
        table.push([
            (*name).into(),
            counts.records().into(),
            counts.questions().into(),
            counts.unanswered().into(),
            value(&drfr)?,
            interval(&drfr),
            value(&mean)?,
            interval(&mean),
            value(&counts.all_passed(args.unanswered, args.level))?,
        ])?;
    }
    Ok(Section::new("Scores")
        .table(table)
        .note("DRFR weighs every question alike, the mean pass rate every instruction."))
}

/// The pass rates of each instruction's responses by the judge and by people, where all of them have both.
fn rates(input: &Input, args: &Args) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let both = input.instructions.iter().filter_map(|instruction| {
        let rate = |answers: &[Option<bool>]| pass_rate(answers, args.unanswered).ok();
        let judge = instruction.responses.iter().map(|response| rate(&response.judge));
        let human = instruction.responses.iter().map(|response| rate(&response.human));
        Some((judge.collect::<Option<Vec<_>>>()?, human.collect::<Option<Vec<_>>>()?))
    });
    both.unzip()
}

fn figures(rows: Vec<(&str, Result<Estimate>)>) -> Result<Table> {
    let mut table = Table::new(["figure", "value", "interval"]);
    for (name, estimate) in rows {
        table.push([name.into(), value(&estimate)?, interval(&estimate)])?;
    }
    Ok(table)
}

fn best_of_n(input: &Input, args: &Args) -> Result<Section> {
    let section = Section::new("Best of N");
    let (scores, quality) = rates(input, args);
    let found = match stick_best_of_n(&scores, &quality, Ties::First, args.level) {
        Err(error) if error.is_undefined() => return Ok(section.paragraph(format!("{error}."))),
        found => found?,
    };
    let table = figures(vec![
        ("chosen by the judge", Ok(found.quality_selected)),
        ("first", Ok(found.quality_first)),
        ("at random", Ok(found.quality_mean)),
        ("chosen by people", Ok(found.quality_oracle)),
        ("precision of the judge", Ok(found.precision)),
    ])?;
    Ok(section.table(table).note("Quality is the pass rate by people, the mean over instructions."))
}

fn agreement(input: &Input, args: &Args) -> Result<Section> {
    let level = args.level;
    let judge: Vec<Option<bool>> = input.responses().flat_map(|response| response.judge.clone()).collect();
    let human: Vec<[Option<bool>; 1]> =
        input.responses().flat_map(|response| response.human.iter().map(|&answer| [answer])).collect();
    let (by_judge, by_people) = rates(input, args);
    let gaps = |rates: &[Vec<f64>]| -> Vec<f64> {
        let of = |rates: &Vec<f64>| {
            let pairs = (0..rates.len()).flat_map(|i| (i + 1..rates.len()).map(move |j| (i, j)));
            pairs.map(|(i, j)| rates[i] - rates[j]).collect::<Vec<_>>()
        };
        rates.iter().flat_map(of).collect()
    };
    let (judge_gaps, human_gaps) = (gaps(&by_judge), gaps(&by_people));
    let sides = |gaps: &[f64]| -> Vec<Side> { gaps.iter().filter_map(|&gap| Side::of(gap)).collect() };
    let preferences = preference_agreement(&sides(&human_gaps), &sides(&judge_gaps), level);
    let weight = AgreementWeight::HumanStrength;
    let table = figures(vec![
        ("accuracy by question", question_accuracy(&human, &judge, level).map(|found| found.accuracy)),
        ("error of pass rates", pass_rate_error(&by_judge.concat(), &by_people.concat(), level)),
        ("preferences, exact", preferences.clone().map(|found| found.exact)),
        ("preferences, without human ties", preferences.and_then(|found| found.without_human_ties)),
        ("preferences, weighted", weighted_pairwise_agreement(&human_gaps, &judge_gaps, weight, level)),
    ])?;
    Ok(Section::new("Agreement with people")
        .table(table)
        .note("Preferences are those that pass rates give for every two responses to an instruction."))
}

fn questions(input: &Input, args: &Args) -> Result<Section> {
    let mut table =
        Table::new(["instruction", "question", "passed", "failed", "unanswered", "pass rate", "tells apart"]);
    for instruction in &input.instructions {
        let answers: Vec<&[Option<bool>]> =
            instruction.responses.iter().map(|response| response.judge.as_slice()).collect();
        for (question, counts) in instruction.questions.iter().zip(question_counts(&answers)?) {
            table.push([
                instruction.name.as_str().into(),
                question.as_str().into(),
                counts.passed.into(),
                counts.failed.into(),
                counts.unanswered.into(),
                Cell::from_result(counts.pass_rate(args.unanswered))?,
                if counts.discriminates() { "yes" } else { "no" }.into(),
            ])?;
        }
    }
    Ok(Section::new("Questions").table(table.limited(60)))
}
