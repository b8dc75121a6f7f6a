use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::agreement::{Options, WeightBasis};
use crate::error::Result;
use crate::inference::{Bootstrap, Estimate, Interval};
use crate::ratings::{Fingerprint, Ratings};
use crate::report::{Cell, Section, Table};

/// Where the figures of a report come from: the version of the crate, the data by their [`Fingerprint`], settings, and how
/// each figure was computed. With the data at hand, a reader can compute every figure again.
///
/// # Examples
/// ```
/// use probity::agreement::{Options, fleiss_kappa};
/// use probity::ratings::{Labels, Ratings};
/// use probity::report::{Derivation, Provenance, Report};
/// let ratings = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 0, 1, 1, 0, 1, 1, 1])?;
/// let options = Options::new();
/// let kappa = fleiss_kappa(&ratings, &options)?;
/// let provenance = Provenance::new()
///     .ratings("verdicts", &ratings)
///     .setting("scale", ratings.scale().name())
///     .with(Derivation::new("Fleiss' kappa", &kappa)?.agreement(&options));
/// let report = Report::new("Agreement").provenance(provenance);
/// assert!(report.to_markdown().contains(&ratings.fingerprint().to_string()));
/// assert!(report.to_html().contains("weights: identity"));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Provenance {
    /// The version of the crate that computed the figures.
    pub version: String,
    /// What the figures were computed from.
    pub data: Vec<Source>,
    /// What was chosen for the report as a whole, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// How each figure came about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Derivation>,
}

/// Data that figures were computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    /// What they are.
    pub name: String,
    /// Records: judgments of ratings, rows of anything else.
    pub records: u64,
    /// Their name by their content.
    pub fingerprint: Fingerprint,
}

/// How a figure came about: the figure in full precision with its uncertainty, method, options, and the seed if it was
/// resampled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Derivation {
    /// What the report calls the figure.
    pub name: String,
    /// What was computed, with the variant; empty for a figure that does not exist.
    pub method: String,
    /// The figure.
    pub value: Option<f64>,
    /// Why there is no figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Its interval.
    pub interval: Option<Interval>,
    /// The p-value of its usual null hypothesis.
    pub p_value: Option<f64>,
    /// Items that entered.
    pub items: u64,
    /// Raters that entered.
    pub raters: u64,
    /// Judgments that entered.
    pub judgments: u64,
    /// What was chosen, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The seed of the resamples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Resamples drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resamples: Option<u64>,
}

impl Default for Provenance {
    fn default() -> Self {
        Self::new()
    }
}

impl Provenance {
    /// The version of this crate, and nothing yet of data and figures.
    #[must_use]
    pub fn new() -> Self {
        let version = env!("CARGO_PKG_VERSION").to_string();
        Self { version, data: Vec::new(), settings: BTreeMap::new(), figures: Vec::new() }
    }

    /// Adds ratings as data.
    #[must_use]
    pub fn ratings(self, name: impl Into<String>, ratings: &Ratings) -> Self {
        self.data(name, ratings.n_judgments() as u64, ratings.fingerprint())
    }

    /// Adds data of any kind, by their name and number of records; [`Fingerprint::of_rows`] names rows.
    #[must_use]
    pub fn data(mut self, name: impl Into<String>, records: u64, fingerprint: Fingerprint) -> Self {
        self.data.push(Source { name: name.into(), records, fingerprint });
        self
    }

    /// Adds something that was chosen for the report as a whole.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.insert(name.into(), value.into());
        self
    }

    /// Adds how a figure came about.
    #[must_use]
    pub fn with(mut self, figure: Derivation) -> Self {
        self.figures.push(figure);
        self
    }

    /// In one sentence.
    pub(super) fn sentence(&self) -> String {
        let prints = self.data.iter().map(|source| format!("{} {}", source.name, source.fingerprint));
        let prints: Vec<String> = prints.collect();
        if prints.is_empty() {
            format!("Computed by probity {}.", self.version)
        } else {
            format!("Computed by probity {} from {}.", self.version, prints.join(", "))
        }
    }

    /// In full.
    pub(super) fn section(&self) -> Section {
        let mut data = Table::new(["data", "records", "fingerprint"]);
        for source in &self.data {
            data.add([
                source.name.as_str().into(),
                source.records.into(),
                source.fingerprint.to_string().into(),
            ]);
        }
        let mut settings = Table::new(["setting", "value"]);
        for (name, value) in &self.settings {
            settings.add([name.as_str().into(), value.as_str().into()]);
        }
        let mut figures = Table::new(["figure", "value", "method", "interval", "options"]);
        for figure in &self.figures {
            let value = match (figure.value, &figure.undefined) {
                (Some(value), _) => Cell::Number { value, decimals: 6 },
                (None, Some(reason)) => Cell::Undefined(reason.clone()),
                (None, None) => Cell::Empty,
            };
            figures.add([
                figure.name.as_str().into(),
                value,
                figure.method.as_str().into(),
                figure.interval.map_or(Cell::Empty, |interval| interval.method.name().into()),
                figure.choices().into(),
            ]);
        }
        let section = Section::new("Provenance").paragraph(format!("Computed by probity {}.", self.version));
        let tables = [data, settings, figures].into_iter().filter(|table| !table.rows().is_empty());
        tables.fold(section, Section::table)
    }
}

impl Derivation {
    /// A figure that exists.
    ///
    /// # Errors
    /// [`Error::NotFinite`](crate::Error::NotFinite) if it, its standard error, p-value or interval is not finite.
    pub fn new(name: impl Into<String>, estimate: &Estimate) -> Result<Self> {
        let ends = estimate.interval.map_or([0.0; 2], |interval| [interval.lower, interval.upper]);
        let others = [estimate.standard_error, estimate.p_value].map(Option::unwrap_or_default);
        let all = [estimate.value, ends[0], ends[1], others[0], others[1]];
        crate::num::check_finite("a figure, its interval, standard error and p-value", &all)?;
        Ok(Self {
            name: name.into(),
            method: estimate.method.to_string(),
            value: Some(estimate.value),
            undefined: None,
            standard_error: estimate.standard_error,
            interval: estimate.interval,
            p_value: estimate.p_value,
            items: estimate.items,
            raters: estimate.raters,
            judgments: estimate.judgments,
            options: BTreeMap::new(),
            seed: None,
            resamples: None,
        })
    }

    /// A figure that does not exist for the data, with the reason.
    #[must_use]
    pub fn undefined(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            method: String::new(),
            value: None,
            undefined: Some(reason.into()),
            standard_error: None,
            interval: None,
            p_value: None,
            items: 0,
            raters: 0,
            judgments: 0,
            options: BTreeMap::new(),
            seed: None,
            resamples: None,
        }
    }

    /// Adds something that was chosen.
    #[must_use]
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.insert(name.into(), value.into());
        self
    }

    /// Adds the options of a coefficient of agreement.
    #[must_use]
    pub fn agreement(self, options: &Options) -> Self {
        let basis = match options.chosen_basis() {
            WeightBasis::Value => "value",
            WeightBasis::Position => "position",
        };
        let with = self
            .option("weights", options.chosen_weights().name())
            .option("weight basis", basis)
            .option("level", options.chosen_level().get().to_string());
        match options.chosen_population() {
            Some(items) => with.option("population", items.to_string()),
            None => with,
        }
    }

    /// Adds the bootstrap that its uncertainty comes from. Resamples that were handed in have no seed.
    #[must_use]
    pub fn bootstrap(mut self, bootstrap: &Bootstrap) -> Self {
        self.seed = (!bootstrap.has_indices()).then(|| bootstrap.seed());
        self.resamples = Some(bootstrap.drawn_resamples() as u64);
        self.option("resampled", bootstrap.drawn_unit().name())
            .option("level", bootstrap.confidence().get().to_string())
    }

    /// Options, seed and resamples in one line.
    fn choices(&self) -> String {
        let mut parts: Vec<String> =
            self.options.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        parts.extend(self.seed.map(|seed| format!("seed: {seed}")));
        parts.extend(self.resamples.map(|resamples| format!("resamples: {resamples}")));
        parts.join(", ")
    }
}
