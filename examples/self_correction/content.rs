//! The sections of the report.

use probity::correction::{
    ConfidenceCritique, ModelComparison, SelfCorrection, common_questions, compare_models, delta_bootstrap,
};
use probity::inference::{Adjustment, Bootstrap, Difference, Level, adjust_p_values};
use probity::report::{Cell, Report, Section, Table};
use probity::tally::{QuestionTransitions, Tally, Transitions};
use probity::{Error, Result};

use crate::common::{interval, p_value, value};
use crate::input::Input;
use crate::planes;

/// Differences in the table.
const ROWS: usize = 60;

pub(crate) fn report(input: &Input, level: Level, bootstrap: &Bootstrap) -> Result<Report> {
    let mut data = Section::new("Data").paragraph(&input.subject);
    for note in &input.notes {
        data = data.note(note);
    }
    let mut report = Report::new("Self-correction").with(data);
    if input.models.is_empty() {
        return Ok(report.with(Section::new("Two turns").paragraph("There is no sample.")));
    }
    report.push(two_turns(input, level, bootstrap)?);
    let found: Vec<(&str, ConfidenceCritique)> = input
        .models
        .iter()
        .map(|(name, samples)| Ok((name.as_str(), samples.confidence_critique(level)?)))
        .collect::<Result<_>>()?;
    report.push(decomposition(&found)?);
    if input.same_questions && input.models.len() > 1 {
        report.push(comparison(&input.models, bootstrap)?);
    }
    Ok(report)
}

/// Every sample as an answer of its own; only the gain knows of questions.
fn two_turns(input: &Input, level: Level, bootstrap: &Bootstrap) -> Result<Section> {
    let mut table = Table::new([
        "model",
        "answers",
        "right at t1",
        "right at t2",
        "gain",
        "interval",
        "p",
        "wrong → right",
        "right → wrong",
        "fixed of wrong",
        "broken of right",
    ]);
    let mut repeated = false;
    for (name, samples) in &input.models {
        let pooled = samples.pooled().missing_as_wrong();
        let run = SelfCorrection::new(&pooled, level)?;
        let mut gain = run.delta.clone();
        if samples.records() > samples.len() as u64 {
            repeated = true;
            let questions: Vec<Transitions> = samples.iter().map(|(_, t)| t.missing_as_wrong()).collect();
            gain.p_value = None;
            gain.interval = match delta_bootstrap(&questions, bootstrap) {
                Ok(found) => Some(found.interval()),
                Err(error) if error.is_undefined() => None,
                Err(error) => return Err(error),
            };
        }
        let p = gain.p_value;
        let gain = Ok(gain);
        table.push([
            name.as_str().into(),
            pooled.records().into(),
            run.accuracy_t1.value.into(),
            run.accuracy_t2.value.into(),
            value(&gain)?,
            interval(&gain),
            p_value(p),
            run.delta_i_to_c.value.into(),
            run.delta_c_to_i.value.into(),
            value(&run.fix_rate)?,
            value(&run.break_rate)?,
        ])?;
    }
    let section = Section::new("Two turns").table(table).note(
        "Changes from wrong to right and back are shares of all answers; fixed and broken are shares of those that could \
         change. p: McNemar's mid-p test.",
    );
    Ok(if repeated {
        section.note(
            "Where questions have several samples the interval is a bootstrap over questions and there is no test: samples \
             of one question are alike.",
        )
    } else {
        section
    })
}

fn decomposition(found: &[(&str, ConfidenceCritique)]) -> Result<Section> {
    let mut table = Table::new([
        "model",
        "questions",
        "Acc1",
        "Acc2",
        "CL",
        "interval of CL",
        "CS",
        "interval of CS",
        "RSS",
        "interval of RSS",
        "CS ≤ Acc1 ≤ CL",
    ]);
    for (name, model) in found {
        table.push([
            (*name).into(),
            model.questions.len().into(),
            model.acc1.value.into(),
            model.acc2.value.into(),
            value(&model.cl)?,
            interval(&model.cl),
            value(&model.cs)?,
            interval(&model.cs),
            value(&model.rss)?,
            interval(&model.rss),
            if model.assumption_holds { "holds" } else { "fails" }.into(),
        ])?;
    }
    let section = Section::new("Confidence and critique").table(table).note(
        "CL: how often a right answer stays right. CS: how often a wrong one becomes right. RSS above 0.5 means that the \
         second answers are better; every question weighs the same.",
    );
    Ok(section.figure(planes::confidence_critique(found)?).figure(planes::accuracies(found)?))
}

/// Every two models on the questions that all of them answered.
fn comparison(models: &[(String, QuestionTransitions)], bootstrap: &Bootstrap) -> Result<Section> {
    let section = Section::new("Differences between models");
    let questions = common_questions(&models.iter().map(|(_, samples)| samples).collect::<Vec<_>>())?;
    let shared = questions.first().map_or(0, Vec::len);
    if shared < 2 {
        return Ok(section.paragraph("Fewer than two questions were answered by every model."));
    }
    let ModelComparison { pairs, .. } = compare_models(questions, bootstrap)?;
    let mut rows: Vec<(String, &str, &Difference)> = Vec::new();
    let mut undefined = 0u64;
    for pair in &pairs {
        let both = format!("{} − {}", models[pair.first].0, models[pair.second].0);
        for (figure, difference) in
            [("Acc2", &pair.acc2), ("CL", &pair.cl), ("CS", &pair.cs), ("RSS", &pair.rss)]
        {
            match difference {
                Ok(difference) => rows.push((both.clone(), figure, difference)),
                Err(Error::Undefined { .. }) => undefined += 1,
                Err(error) => return Err(error.clone()),
            }
        }
    }
    let p_values: Vec<f64> = rows.iter().map(|(_, _, difference)| difference.p_value()).collect();
    let adjusted = adjust_p_values(&p_values, Adjustment::Holm)?;
    let mut table = Table::new(["models", "figure", "difference", "interval", "p", "p (Holm)"]);
    for ((both, figure, difference), (&p, adjusted)) in rows.into_iter().zip(p_values.iter().zip(adjusted)) {
        let interval = difference.replicates.interval();
        table.push([
            both.into(),
            figure.into(),
            (difference.first - difference.second).into(),
            Cell::Interval(interval.lower, interval.upper),
            p_value(Some(p)),
            p_value(Some(adjusted)),
        ])?;
    }
    let section = section.table(table.limited(ROWS)).note(format!(
        "On the {} questions that every model answered, drawn together by the bootstrap.",
        Cell::from(shared)
    ));
    Ok(if undefined > 0 {
        section.note(format!("{undefined} differences are undefined: a figure is so for one of the models."))
    } else {
        section
    })
}
