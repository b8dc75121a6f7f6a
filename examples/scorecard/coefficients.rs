//! The coefficients that suit the scale, and how good they are.

use probity::agreement::{self, IccForm, Landmarks, Options, Weights};
use probity::inference::{Chance, Estimate, Level};
use probity::ratings::{Ratings, Scale};
use probity::report::{Cell, Derivation, Figure, ForestPlot, Section, Table};
use probity::tally::PairCounts;
use probity::{Error, Result};

use crate::common::p_value;
use crate::progress::Progress;

/// Coefficients with a matrix of weights are left out beyond so many categories.
const MOST_CATEGORIES: usize = 200;
/// Light's kappa needs every pair of raters.
const MOST_RATERS_IN_PAIRS: usize = 200;

/// A coefficient, or why there is none.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    /// The table of words that was made for it.
    landmarks: Option<Landmarks>,
    pub(crate) result: Result<Estimate, String>,
}

/// What a difference of two categories costs on a scale.
pub(crate) fn weights(scale: &Scale) -> Weights {
    match scale {
        Scale::Ordinal => Weights::Ordinal,
        Scale::Interval => Weights::Quadratic,
        Scale::Ratio => Weights::Ratio,
        Scale::Circular { .. } => Weights::Circular,
        Scale::Bipolar { .. } => Weights::Bipolar,
        _ => Weights::Identity,
    }
}

/// Whether coefficients by category make sense: there are categories, and not too many for a matrix of them.
pub(crate) fn has_categories(ratings: &Ratings) -> bool {
    ratings.is_categorical() && ratings.n_categories() <= MOST_CATEGORIES
}

/// The reason in words; an undefined figure's name stands beside it already.
pub(crate) fn reason(error: &Error) -> String {
    match error {
        Error::Undefined { reason, .. } => reason.to_string(),
        other => other.to_string(),
    }
}

fn options(ratings: &Ratings, level: Level) -> Options {
    Options::new().level(level).weights(weights(ratings.scale()))
}

/// How each coefficient came about.
pub(crate) fn derivations(entries: &[Entry], ratings: &Ratings, level: Level) -> Result<Vec<Derivation>> {
    let derivation = |entry: &Entry| match &entry.result {
        Ok(estimate) => Ok(Derivation::new(entry.name, estimate)?.agreement(&options(ratings, level))),
        Err(reason) => Ok(Derivation::undefined(entry.name, reason.as_str())),
    };
    entries.iter().map(derivation).collect()
}

/// All coefficients that suit the scale.
pub(crate) fn all(ratings: &Ratings, level: Level, progress: &mut Progress) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add = |name, landmarks, compute: &mut dyn FnMut() -> Result<Estimate>| {
        progress.say(format_args!("computing {name}"));
        let result = compute().map_err(|error| reason(&error));
        entries.push(Entry { name, landmarks, result });
    };
    let options = options(ratings, level);
    let nominal = *ratings.scale() == Scale::Nominal;
    let named = |plain, weighted| if nominal { plain } else { weighted };
    let kappa_words = Some(Landmarks::LandisKoch);

    add("Krippendorff's alpha", Some(Landmarks::Krippendorff), &mut || {
        agreement::krippendorff_alpha(ratings, &options)
    });
    if has_categories(ratings) {
        add(named("percent agreement", "weighted percent agreement"), None, &mut || {
            agreement::percent_agreement(ratings, &options)
        });
        add(named("Gwet's AC1", "Gwet's AC2"), kappa_words, &mut || agreement::gwet_ac(ratings, &options));
        add(named("Fleiss' kappa", "weighted Fleiss' kappa"), kappa_words, &mut || {
            agreement::fleiss_kappa(ratings, &options)
        });
        add(named("Conger's kappa", "weighted Conger's kappa"), kappa_words, &mut || {
            agreement::conger_kappa(ratings, &options)
        });
        if ratings.n_raters() == 2 && ratings.has_identified_raters() {
            add(named("Cohen's kappa", "weighted Cohen's kappa"), kappa_words, &mut || {
                PairCounts::from_ratings(ratings, 0, 1)?.cohen_kappa(&options)
            });
            add(named("Scott's pi", "weighted Scott's pi"), kappa_words, &mut || {
                agreement::scott_pi(ratings, &options)
            });
        } else if ratings.n_raters() <= MOST_RATERS_IN_PAIRS && ratings.has_identified_raters() {
            add(named("Light's kappa", "weighted Light's kappa"), kappa_words, &mut || {
                agreement::light_kappa(ratings, &options)
            });
        }
        add(named("Brennan-Prediger", "weighted Brennan-Prediger"), kappa_words, &mut || {
            agreement::brennan_prediger(ratings, &options)
        });
    }
    if !nominal {
        add("Kendall's W", None, &mut || agreement::kendall_w(ratings).map(|w| w.estimate));
    }
    if ratings.scale().is_numeric() && ratings.has_identified_raters() {
        for form in IccForm::SHROUT_FLEISS {
            add(form.name(), Some(Landmarks::KooLi), &mut || agreement::icc(ratings, form, level));
        }
    }
    entries
}

/// The level in per cent, without what binary fractions add.
fn in_per_cent(level: Level) -> f64 {
    (level.get() * 1e6).round() / 1e4
}

pub(crate) fn per_cent(level: Level) -> String {
    format!("{} % interval", in_per_cent(level))
}

/// The table of coefficients and the forest plot.
pub(crate) fn section(entries: &[Entry], ratings: &Ratings, level: Level, subject: &str) -> Result<Section> {
    let interval = per_cent(level);
    let mut table = Table::new([
        "coefficient",
        "value",
        &interval,
        "SE",
        "observed",
        "by chance",
        "p",
        "items",
        "judgments",
    ]);
    let mut undefined = Table::new(["coefficient", "why there is none"]);
    let mut plot = ForestPlot::new("Agreement")
        .subtitle(format!("{subject} Points with {interval}; bands: {}", Landmarks::LandisKoch.name()));
    for band in Landmarks::LandisKoch.bands() {
        plot.band(band.lower, band.upper, band.words)?;
    }
    for entry in entries {
        match &entry.result {
            Ok(estimate) => {
                let (observed, expected) = match estimate.chance {
                    Some(chance @ Chance::Agreement { .. }) => (chance.observed(), chance.expected()).into(),
                    // As agreement, so that the column can be read down.
                    Some(chance) => Some((1.0 - chance.observed(), 1.0 - chance.expected())),
                    None => None,
                }
                .filter(|(observed, expected)| {
                    (0.0..=1.0).contains(observed) && (0.0..=1.0).contains(expected)
                })
                .unzip();
                table.push([
                    entry.name.into(),
                    estimate.value.into(),
                    estimate.interval.map_or(Cell::Empty, |i| Cell::Interval(i.lower, i.upper)),
                    estimate.standard_error.into(),
                    observed.into(),
                    expected.into(),
                    p_value(estimate.p_value),
                    estimate.items.into(),
                    estimate.judgments.into(),
                ])?;
                plot.estimate(entry.name, estimate)?;
            }
            Err(why) => {
                undefined.push([entry.name.into(), why.as_str().into()])?;
                plot.undefined(entry.name, why);
            }
        }
    }
    let mut section = Section::new("Coefficients").paragraph(format!(
        "Judgments are on the {} scale{}.",
        ratings.scale().name(),
        match weights(ratings.scale()) {
            Weights::Identity => String::new(),
            weights if has_categories(ratings) =>
                format!("; coefficients by category have {} weights", weights.name()),
            _ => "; there are too many different values for coefficients by category".to_string(),
        }
    ));
    if !table.rows().is_empty() {
        section = section.table(table);
    }
    if !undefined.rows().is_empty() {
        section = section.table(undefined);
    }
    Ok(section.figure(Figure::new("forest.svg", "The coefficients with their intervals", plot.to_svg())))
}

/// Which words the coefficients deserve, at face value and surely.
pub(crate) fn landmarks(entries: &[Entry], level: Level) -> Result<Option<Section>> {
    let mut table =
        Table::new(["coefficient", "at face value", "surely at least", "probability", "words of"]);
    for entry in entries {
        let (Ok(estimate), Some(words)) = (&entry.result, entry.landmarks) else { continue };
        let face = words.band(estimate.value)?.words;
        let (surely, probability) = match words.benchmark_estimate(estimate, level.get()) {
            Ok(benchmark) => {
                let held = benchmark.memberships.iter().find(|m| m.band == benchmark.reached);
                (benchmark.reached.words.into(), held.map_or(Cell::Empty, |m| Cell::Share(m.cumulative)))
            }
            Err(_) => ("no standard error".into(), Cell::Empty),
        };
        table.push([entry.name.into(), face.into(), surely, probability, words.name().into()])?;
    }
    if table.rows().is_empty() {
        return Ok(None);
    }
    let section = Section::new("How good is that").table(table).note(format!(
        "\"Surely\" is the best word that a coefficient reaches with a probability of at least {} %, given its standard \
         error (Gwet 2014). The words are conventions; what is good enough depends on what the judgments are for.",
        in_per_cent(level)
    ));
    Ok(Some(section))
}
