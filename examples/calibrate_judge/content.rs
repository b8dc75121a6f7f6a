//! The sections of the report.

use probity::calibration::{
    Predictions, Ranking, ReliabilityDiagram, RiskCoverage, brier, log_loss, sharpness, spiegelhalter_test,
};
use probity::inference::{Estimate, Interval, ProportionMethod, proportion};
use probity::io::{PredictionGroup, PredictionImport};
use probity::report::{Cell, Figure, ReliabilityPlot, Report, RiskCoveragePlot, Section, Table};
use probity::{Error, Result};

use crate::args::Args;
use crate::better::{self, Map};
use crate::common::p_value;

/// Probabilities below this count as this in the log loss.
const EPSILON: f64 = 1e-15;

/// The report, and the map of each judge if it has one.
pub(crate) fn report(args: &Args, import: &PredictionImport) -> Result<(Report, Vec<Option<Map>>)> {
    let found = &import.report;
    let mut data = Section::new("Data").paragraph(format!(
        "{}: {} predictions of {} judges; {} rows lack a confidence or an outcome, {} were left out.",
        args.file.display(),
        Cell::from(found.judgments),
        Cell::from(import.groups.len()),
        Cell::from(found.missing),
        Cell::from(found.skipped.len())
    ));
    for skipped in found.skipped.iter().take(10) {
        data = data.note(format!("Left out: {skipped}."));
    }
    let mut report = Report::new("Calibration").with(data);
    let judges: Vec<(String, &PredictionGroup)> = import
        .groups
        .iter()
        .map(|group| (if args.judge.is_some() { group.name.clone() } else { "all".to_string() }, group))
        .collect();
    report.push(discernment(args, &judges)?);
    for (number, (name, group)) in (1..).zip(&judges) {
        report.push(reliability(args, number, name, &group.predictions)?);
    }
    let (section, maps) = recalibration(args, &judges)?;
    report.push(section);
    Ok((report, maps))
}

fn interval(interval: Option<Interval>) -> Cell {
    interval.map_or(Cell::Empty, |i| Cell::Interval(i.lower, i.upper))
}

/// A figure and its interval.
fn cells(estimate: Result<Estimate>) -> Result<[Cell; 2]> {
    let ends = interval(estimate.as_ref().ok().and_then(|e| e.interval));
    Ok([Cell::from_result(estimate.map(|e| e.value))?, ends])
}

/// A figure that only a bootstrap gives an interval, and that.
fn resampled(
    args: &Args,
    predictions: &Predictions,
    figure: impl Fn(&Predictions) -> Result<f64> + Sync,
) -> Result<[Cell; 2]> {
    let value = Cell::from_result(figure(predictions))?;
    if matches!(value, Cell::Undefined(_)) {
        return Ok([value, Cell::Empty]);
    }
    let ends = match args.bootstrap()?.run(predictions, &figure) {
        Ok(found) => Some(found.interval()),
        Err(Error::Undefined { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok([value, interval(ends)])
}

fn discernment(args: &Args, judges: &[(String, &PredictionGroup)]) -> Result<Section> {
    let level = args.level;
    let mut table = Table::new(["judge", "figure", "value", "interval"]);
    let mut plot = RiskCoveragePlot::new("Risk and coverage").subtitle(
        "The share of errors among the predictions that are kept when the least confident are left out.",
    );
    for (name, group) in judges {
        let predictions = &group.predictions;
        let n = predictions.len() as u64;
        let mean = predictions.confidences().iter().sum::<f64>() / n as f64;
        let rows: [(&str, [Cell; 2]); 8] = [
            ("accuracy", cells(proportion(predictions.hits(), n, ProportionMethod::Wilson, level))?),
            ("mean confidence", [(n > 0).then_some(mean).into(), Cell::Empty]),
            ("sharpness", [Cell::from_result(sharpness(predictions))?, Cell::Empty]),
            ("Brier score", cells(brier(predictions, level))?),
            ("log loss", cells(log_loss(predictions, EPSILON, level))?),
            ("AUROC", cells(Ranking::of_predictions(predictions).auroc(level))?),
            ("AURC", resampled(args, predictions, |p| Ok(RiskCoverage::new(p)?.area()))?),
            ("excess AURC", resampled(args, predictions, |p| Ok(RiskCoverage::new(p)?.excess_area()))?),
        ];
        for (figure, [value, ends]) in rows {
            table.push([name.as_str().into(), figure.into(), value, ends])?;
        }
        match RiskCoverage::new(predictions) {
            Ok(curve) => plot.curve(name, &curve),
            Err(error) if error.is_undefined() => {}
            Err(error) => return Err(error),
        }
    }
    let caption = "Risk against coverage of each judge";
    Ok(Section::new("Discernment and proper scores")
        .table(table)
        .note("Accuracy: Wilson. Scores: Student t. AUROC: DeLong. AURC: bootstrap percentile.")
        .figure(Figure::new("risk_coverage.svg", caption, plot.to_svg())))
}

fn reliability(args: &Args, number: usize, name: &str, predictions: &Predictions) -> Result<Section> {
    let level = args.level;
    let diagram = ReliabilityDiagram::new(predictions, args.binning())?;
    let mut table = Table::new(["figure", "value", "interval", "p"]);
    let squared = diagram.debiased_calibration_error(level);
    let p = squared.as_ref().ok().and_then(|e| e.p_value);
    let [value, ends] = cells(squared)?;
    for (what, figure) in [
        ("expected calibration error", diagram.expected_calibration_error()),
        ("maximum calibration error", diagram.maximum_calibration_error()),
        ("signed calibration error", diagram.signed_calibration_error()),
    ] {
        table.push([what.into(), Cell::from_result(figure)?, Cell::Empty, Cell::Empty])?;
    }
    table.push(["squared calibration error, debiased".into(), value, ends, p_value(p)])?;
    for (what, test) in [
        ("test of calibration in bins", diagram.calibration_test()),
        ("Spiegelhalter's test", spiegelhalter_test(predictions)),
    ] {
        let p = test.as_ref().ok().map(|test| test.p_value);
        let statistic = Cell::from_result(test.map(|test| test.statistic))?;
        table.push([what.into(), statistic, Cell::Empty, p_value(p)])?;
    }
    let plot = ReliabilityPlot::new(format!("Reliability: {name}"), &diagram, level)
        .subtitle("Below the diagonal a judge is surer than it should be. Whiskers are Wilson intervals.");
    let caption = format!("Accuracy against confidence of {name}");
    let file = format!("reliability-{number}.svg");
    Ok(Section::new(format!("Calibration: {name}"))
        .table(table)
        .note("A signed error above 0 is overconfidence. The expected error is above 0 for a calibrated judge, too; the debiased one is 0 on average.")
        .figure(Figure::new(file, caption, plot.to_svg())))
}

fn recalibration(args: &Args, judges: &[(String, &PredictionGroup)]) -> Result<(Section, Vec<Option<Map>>)> {
    let level = args.level;
    let mut table = Table::new([
        "judge",
        "map",
        "log loss before",
        "after",
        "Brier before",
        "after",
        "ECE before",
        "after",
    ]);
    let mut maps = Vec::new();
    for (name, group) in judges {
        let given = &group.predictions;
        let (map, held_out) = match (better::fit(args, given), better::held_out(args, given)) {
            (Ok(map), held_out) => (Some(map), held_out),
            (Err(error), _) if error.is_undefined() => (None, Err(error)),
            (Err(error), _) => return Err(error),
        };
        let pair = |figure: &dyn Fn(&Predictions) -> Result<f64>| -> Result<[Cell; 2]> {
            let after = held_out.as_ref().map_err(Clone::clone).and_then(figure);
            Ok([Cell::from_result(figure(given))?, Cell::from_result(after)?])
        };
        let mut row = vec![name.as_str().into(), map.as_ref().map_or("none", |map| &map.words).into()];
        row.extend(pair(&|p| Ok(log_loss(p, EPSILON, level)?.value))?);
        row.extend(pair(&|p| Ok(brier(p, level)?.value))?);
        row.extend(pair(&|p| ReliabilityDiagram::new(p, args.binning())?.expected_calibration_error())?);
        table.push(row)?;
        maps.push(map);
    }
    let section = Section::new("Recalibration").table(table).note(format!(
        "After: each of {} parts with a map learnt from the others. The map named is learnt from all items; it is what \
         recalibrated.csv holds.",
        args.folds
    ));
    Ok((section, maps))
}
