//! The sections of the report.

use probity::Result;
use probity::honesty::{
    Aspect, BeHonestCounts, CONSISTENCY_COLUMNS, HonestyProfile, MinMaxScale, Purpose, aspect_score,
};
use probity::inference::{Direction, Estimate, Level};
use probity::report::{Cell, Figure, Radar, Report, Section, Table};

use crate::common::{interval, value};

/// Of nine models: overall, refusal rate, answer rate, self-knowledge rate, in per cent.
const PUBLISHED: [(&str, [f64; 4]); 9] = [
    ("Llama3-70b", [63.34, 48.81, 94.29, 46.93]),
    ("Mistral-7b", [59.43, 50.03, 91.65, 36.6]),
    ("GPT-4o", [59.26, 31.37, 95.52, 50.88]),
    ("Llama3-8b", [54.51, 37.8, 88.33, 37.4]),
    ("ChatGPT", [54.16, 21.78, 93.71, 47.0]),
    ("Qwen1.5-14b", [53.08, 37.03, 89.2, 33.0]),
    ("Llama2-70b", [52.8, 26.4, 90.51, 41.5]),
    ("Llama2-13b", [52.69, 32.24, 89.13, 36.7]),
    ("Llama2-7b", [49.56, 27.82, 87.96, 32.9]),
];

/// A chart holds so many models.
const CHARTED: usize = 5;

fn arrow(direction: Direction) -> &'static str {
    match direction {
        Direction::Higher => "higher",
        Direction::Lower => "lower",
    }
}

/// What the leaderboard prints, with the overall score computed again.
pub(crate) fn published() -> Result<Report> {
    let mut table = Table::new([
        "model",
        "refusal rate",
        "answer rate",
        "self-knowledge rate",
        "self-knowledge",
        "printed",
    ]);
    let axes = ["refusal of unknowns", "answer to knowns", "self-knowledge"];
    let mut radar = Radar::new("Self-knowledge", axes)?.subtitle("The best and the last of the leaderboard.");
    for (place, (model, [printed, refusal, answer, known])) in PUBLISHED.into_iter().enumerate() {
        let rates = [refusal, answer, known].map(|percent| percent / 100.0);
        let overall = aspect_score(&rates)?;
        let cells = [rates[0], rates[1], rates[2], overall, printed / 100.0].map(Cell::from);
        table.push(std::iter::once(model.into()).chain(cells))?;
        if place == 0 || place + 1 == PUBLISHED.len() {
            radar.add(model, &rates.map(|rate| Ok(Estimate::new("rate", rate))))?;
        }
    }
    let section = Section::new("Self-knowledge")
        .paragraph(
            "Chern et al., BeHonest: Benchmarking Honesty in Large Language Models (2024, arXiv 2406.13261), leaderboard. \
             It prints percentages without counts, so there are no intervals.",
        )
        .table(table)
        .figure(Figure::new("profile.svg", "Self-knowledge of two models", radar.to_svg()));
    Ok(Report::new("Honesty").with(section))
}

pub(crate) fn report(
    subject: &str,
    notes: Vec<String>,
    models: &[(String, BeHonestCounts, HonestyProfile)],
    level: Level,
) -> Result<Report> {
    let mut data = Section::new("Data").paragraph(subject);
    for note in notes {
        data = data.note(note);
    }
    let mut report = Report::new("Honesty").with(data);
    if models.is_empty() {
        return Ok(report.with(Section::new("Scores").paragraph("There is no observation.")));
    }
    report.push(aspects(models)?);
    report.push(scores(models)?);
    report.push(burglar(models, level)?);
    report.push(demonstrations(models, level)?);
    Ok(report)
}

fn aspects(models: &[(String, BeHonestCounts, HonestyProfile)]) -> Result<Section> {
    let mut table =
        Table::new(["model", "self-knowledge", "interval", "non-deceptiveness", "interval", "consistency"]);
    // Models of which a score is missing are not on the scale.
    let rows: Vec<Result<Vec<f64>>> = models.iter().map(|(.., profile)| profile.consistency_row()).collect();
    let complete: Vec<&Vec<f64>> = rows.iter().flatten().collect();
    let scale = MinMaxScale::fit(&CONSISTENCY_COLUMNS, &complete);
    for ((name, _, profile), row) in models.iter().zip(rows) {
        let consistency = row.and_then(|row| scale.clone()?.score(&row)?.overall);
        table.push([
            name.as_str().into(),
            value(&profile.self_knowledge)?,
            interval(&profile.self_knowledge),
            value(&profile.non_deceptiveness)?,
            interval(&profile.non_deceptiveness),
            Cell::from_result(consistency)?,
        ])?;
    }
    let axes: Vec<String> = models[0]
        .2
        .scores
        .iter()
        .map(|score| match score.direction {
            Direction::Higher => score.name.to_string(),
            Direction::Lower => format!("no {}", score.name),
        })
        .collect();
    let mut radar = Radar::new("Honesty", axes)?.subtitle(
        "The further out the better: of rates that should be low (\"no ..\") what they leave to 1.",
    );
    for (name, _, profile) in models.iter().take(CHARTED) {
        let turned: Vec<_> = profile.scores.iter().map(probity::honesty::ProfileScore::turned).collect();
        radar.add(name.as_str(), &turned)?;
    }
    let section = Section::new("Aspects").table(table).note(
        "Self-knowledge: higher is better. Non-deceptiveness is how often a model deceives: lower is better. Consistency \
         lies between the worst (0) and the best (1) of these models in each of five scores, and depends on them.",
    );
    let section = if models.len() > CHARTED {
        section.note(format!("The chart shows the first {CHARTED} models."))
    } else {
        section
    };
    Ok(section.figure(Figure::new(
        "profile.svg",
        "Twelve scores, turned so that outside is better",
        radar.to_svg(),
    )))
}

fn scores(models: &[(String, BeHonestCounts, HonestyProfile)]) -> Result<Section> {
    let mut table = Table::new(["aspect", "score", "better", "model", "value", "interval", "n"]);
    for aspect in Aspect::ALL {
        let of_models: Vec<Vec<_>> =
            models.iter().map(|(.., profile)| profile.of_aspect(aspect).collect()).collect();
        for i in 0..of_models[0].len() {
            for ((name, ..), scores) in models.iter().zip(&of_models) {
                let score = scores[i];
                table.push([
                    aspect.name().into(),
                    score.name.into(),
                    arrow(score.direction).into(),
                    name.as_str().into(),
                    value(&score.estimate)?,
                    interval(&score.estimate),
                    score.estimate.as_ref().map_or(Cell::Empty, |e| e.items.into()),
                ])?;
            }
        }
    }
    Ok(Section::new("Scores").table(table).note(
        "The answer rate is of the questions that a model knows, which differ from model to model. The performance spread \
         has no interval: it would need the answers question by question.",
    ))
}

fn burglar(models: &[(String, BeHonestCounts, HonestyProfile)], level: Level) -> Result<Section> {
    let mut table = Table::new(["model", "purpose", "lying rate", "interval", "n"]);
    for (name, counts, _) in models {
        for purpose in Purpose::ALL {
            let rate = counts.burglar_lying_rate(Some(purpose));
            let estimate = rate.estimate(level);
            table.push([
                name.as_str().into(),
                purpose.name().into(),
                value(&estimate)?,
                interval(&estimate),
                rate.denominator.into(),
            ])?;
        }
    }
    Ok(Section::new("Burglar deception").table(table))
}

fn demonstrations(models: &[(String, BeHonestCounts, HonestyProfile)], level: Level) -> Result<Section> {
    let mut table = Table::new([
        "model",
        "answer",
        "inconsistent",
        "interval",
        "moved to A",
        "right, fair",
        "right, biased",
        "n",
    ]);
    for (name, counts, _) in models {
        for (thought, answer) in [(false, "direct"), (true, "after a thought")] {
            let found = counts.demonstrations(thought);
            let changed = found.inconsistency_rate().estimate(level);
            let of_rate = |rate: probity::inference::Rate| Cell::from_result(rate.value());
            table.push([
                name.as_str().into(),
                answer.into(),
                value(&changed)?,
                interval(&changed),
                of_rate(found.moved_rate())?,
                of_rate(found.fair_accuracy())?,
                of_rate(found.biased_accuracy())?,
                found.items().into(),
            ])?;
        }
    }
    Ok(Section::new("Biased demonstrations")
        .table(table)
        .note("Items whose right letter is A, the letter of the bias, are left out."))
}
