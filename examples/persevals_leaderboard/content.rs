//! The sections of the report.

use std::collections::BTreeSet;

use probity::compute::{Backend, Deviations};
use probity::correlation::Options;
use probity::inference::Level;
use probity::personalization::{
    Personalization, PersonalizedDocument, Subsamples, SummaryDistance, leaderboard_correlation,
    perseval_stability,
};
use probity::report::{Cell, Figure, ForestPlot, Report, Section, Table};

use crate::args::Args;
use crate::common::{Failure, interval, value};
use crate::input::{Document, Input};

/// The distances of a document for one model, users in the order of their names.
struct Distances {
    user_user: Vec<f64>,
    user_document: Vec<f64>,
    model_model: Vec<f64>,
    model_document: Vec<f64>,
    model_user: Vec<f64>,
}

impl Distances {
    fn new(document: &Document, model: &str, distance: SummaryDistance) -> probity::Result<Self> {
        // An undefined distance (of texts without words) is a missing one.
        let between = |a: Option<&String>, b: Option<&String>| match (a, b) {
            (Some(a), Some(b)) => match distance.between(a, b) {
                Err(error) if !error.is_undefined() => Err(error),
                found => Ok(found.unwrap_or(f64::NAN)),
            },
            _ => Ok(f64::NAN),
        };
        let own: Vec<Option<&String>> = document.users.values().map(Some).collect();
        let of_model = document.models.get(model);
        let written: Vec<Option<&String>> =
            document.users.keys().map(|user| of_model.and_then(|texts| texts.get(user))).collect();
        let square = |texts: &[Option<&String>]| -> probity::Result<Vec<f64>> {
            texts.iter().flat_map(|&a| texts.iter().map(move |&b| between(a, b))).collect()
        };
        let to_document = |texts: &[Option<&String>]| -> probity::Result<Vec<f64>> {
            texts.iter().map(|&text| between(text, Some(&document.text))).collect()
        };
        Ok(Self {
            user_user: square(&own)?,
            user_document: to_document(&own)?,
            model_model: square(&written)?,
            model_document: to_document(&written)?,
            model_user: written
                .iter()
                .zip(&own)
                .map(|(&a, &b)| between(a, b))
                .collect::<probity::Result<_>>()?,
        })
    }

    fn view(&self) -> PersonalizedDocument<'_> {
        PersonalizedDocument {
            user_user: &self.user_user,
            user_document: &self.user_document,
            model_model: &self.model_model,
            model_document: &self.model_document,
            model_user: &self.model_user,
        }
    }
}

/// Each model's distances of every document.
fn distances(
    input: &Input,
    models: &[&str],
    distance: SummaryDistance,
) -> probity::Result<Vec<Vec<Distances>>> {
    let of_model = |model: &&str| {
        input.documents.iter().map(|document| Distances::new(document, model, distance)).collect()
    };
    models.iter().map(of_model).collect()
}

fn scored(systems: &[Vec<Distances>], args: &Args) -> Result<Vec<Deviations>, Failure> {
    let views: Vec<Vec<_>> =
        systems.iter().map(|system| system.iter().map(Distances::view).collect()).collect();
    Ok(Backend::cpu().deviations_of_systems(&views, &args.options)?)
}

pub(crate) fn report(input: &Input, args: &Args) -> Result<Report, Failure> {
    let data = Section::new("Data").paragraph(&input.subject).note(format!(
        "Distances: {}. A model's text for a user who wrote none is not used.",
        args.distance.name()
    ));
    let mut report = Report::new("Personalization").with(data);
    let names: BTreeSet<&str> =
        input.documents.iter().flat_map(|document| document.models.keys().map(String::as_str)).collect();
    let models: Vec<&str> = names.into_iter().collect();
    if models.is_empty() {
        return Ok(report.with(Section::new("Leaderboard").paragraph("There is no model.")));
    }
    let systems = distances(input, &models, args.distance)?;
    let scores = scored(&systems, args)?;
    let perseval = |at: &usize| scores[*at].perseval().map_or(-1.0, |found| found.value);
    let mut ranked: Vec<usize> = (0..models.len()).collect();
    ranked.sort_by(|a, b| perseval(b).total_cmp(&perseval(a)));
    let found: Vec<(&str, &Personalization)> =
        ranked.iter().map(|&at| (models[at], scores[at].personalization())).collect();
    report.push(leaderboard(&found, args.level)?);
    report.push(users(input, &found, args.level)?);
    report.push(documents(input, &found)?);
    report.push(stability(&ranked, &models, &systems, args)?);
    report.push(measures(input, &models, args)?);
    Ok(report)
}

fn leaderboard(found: &[(&str, &Personalization)], level: Level) -> Result<Section, Failure> {
    let mut table = Table::new([
        "model",
        "PerSEval",
        "interval",
        "ahead of the next",
        "interval",
        "DEGRESS",
        "EGISES",
        "distance to the users",
    ]);
    let mut plot = ForestPlot::new("PerSEval").over(0.0, 1.0)?;
    for (at, (name, model)) in found.iter().enumerate() {
        let perseval = model.perseval(level);
        match &perseval {
            Ok(estimate) => plot.estimate(*name, estimate)?,
            Err(reason) => plot.undefined(*name, reason.to_string()),
        }
        let ahead = found.get(at + 1).map(|(_, next)| model.perseval_difference(next, level));
        table.push([
            (*name).into(),
            value(&perseval)?,
            interval(&perseval),
            ahead.as_ref().map_or(Ok(Cell::Empty), value)?,
            ahead.as_ref().map_or(Cell::Empty, interval),
            value(&model.degress(level))?,
            value(&model.egises(level))?,
            value(&model.accuracy_distance(level))?,
        ])?;
    }
    let section = Section::new("Leaderboard").table(table).note(
        "PerSEval and DEGRESS: higher is better; EGISES and the distance: lower is. Intervals are Student's over documents.",
    );
    Ok(section.figure(Figure::new("perseval.svg", "PerSEval with its intervals", plot.to_svg())))
}

fn users(input: &Input, found: &[(&str, &Personalization)], level: Level) -> Result<Section, Failure> {
    let names: Vec<Vec<&str>> =
        input.documents.iter().map(|document| document.users.keys().map(String::as_str).collect()).collect();
    let everybody: BTreeSet<&str> = names.iter().flatten().copied().collect();
    let columns = std::iter::once("user").chain(found.iter().map(|(name, _)| *name));
    let mut table = Table::new(columns);
    let by_user: Vec<_> =
        found.iter().map(|(_, model)| model.by_user(&names, level)).collect::<probity::Result<_>>()?;
    for user in everybody {
        let of_model = by_user.iter().map(|users| users.get(user).map_or(Cell::Empty, |e| e.value.into()));
        table.push(std::iter::once(user.into()).chain(of_model))?;
    }
    Ok(Section::new("Users").table(table).note("Mean PerSEval over the documents: whom does a model fail?"))
}

/// Why a document costs a model its score.
fn documents(input: &Input, found: &[(&str, &Personalization)]) -> Result<Section, Failure> {
    let mut table = Table::new([
        "model · document",
        "users",
        "PerSEval",
        "DEGRESS",
        "least distance",
        "mean distance",
        "drop penalty",
    ]);
    for (name, model) in found {
        for (document, found) in input.documents.iter().zip(model.documents()) {
            let Some(found) = found else { continue };
            table.push([
                format!("{name} · {}", document.name).into(),
                found.users.len().into(),
                found.perseval.into(),
                found.degress.into(),
                found.accuracy_min.into(),
                found.accuracy_mean.into(),
                found.drop_penalty.into(),
            ])?;
        }
    }
    Ok(Section::new("Documents")
        .table(table.limited(60))
        .note("Distances are those to the users' own texts."))
}

fn stability(
    ranked: &[usize],
    models: &[&str],
    systems: &[Vec<Distances>],
    args: &Args,
) -> Result<Section, Failure> {
    let mut table = Table::new(["model", "100 %", "80 %", "60 %", "40 %", "20 %", "bias", "variance"]);
    let subsamples = Subsamples { seed: args.seed, ..Subsamples::default() };
    for &at in ranked {
        let views: Vec<_> = systems[at].iter().map(Distances::view).collect();
        let mut row: Vec<Cell> = vec![models[at].into()];
        match perseval_stability(&views, &args.options, &subsamples) {
            Ok(found) => {
                row.extend(found.scores.iter().map(|&score| Cell::from(score)));
                row.extend([found.stability.standard_deviation.into(), found.stability.variance.into()]);
            }
            Err(error) if error.is_undefined() => row.resize_with(8, || Cell::Empty),
            Err(error) => return Err(error.into()),
        }
        table.push(row)?;
    }
    Ok(Section::new("Stability")
        .table(table)
        .note("PerSEval of ever fewer pairs of users, the mean of ten samples."))
}

/// Whether the models would be ranked so by other distances.
fn measures(input: &Input, models: &[&str], args: &Args) -> Result<Section, Failure> {
    let section = Section::new("Other distances");
    let values = |distance| -> Result<Vec<Option<f64>>, Failure> {
        let scores = scored(&distances(input, models, distance)?, args)?;
        Ok(scores.iter().map(|score| score.perseval().ok().map(|found| found.value)).collect())
    };
    let chosen = values(args.distance)?;
    let mut table = Table::new(["distance", "models", "Pearson", "Spearman", "Kendall's tau-b"]);
    for distance in SummaryDistance::ALL.into_iter().filter(|&distance| distance != args.distance) {
        let both = chosen.iter().copied().zip(values(distance)?);
        let (a, b): (Vec<f64>, Vec<f64>) = both.filter_map(|(a, b)| a.zip(b)).unzip();
        let agreement = leaderboard_correlation(&a, &b, &Options::new())?;
        table.push([
            distance.name().into(),
            a.len().into(),
            value(&agreement.pearson)?,
            value(&agreement.spearman)?,
            value(&agreement.kendall_tau_b)?,
        ])?;
    }
    let note = format!("How PerSEval by another distance agrees with that by {}.", args.distance.name());
    Ok(section.table(table).note(note))
}
