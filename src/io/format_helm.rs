use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Importer, join, text};
use crate::io::json_value::{Node, Object};
use crate::io::reading::log_reading;
use crate::io::{Import, Reason, Result, Strictness};
use crate::ratings::Scale;

/// Statistics of each instance in a run of HELM (`per_instance_stats.json`).
///
/// | | in the file |
/// |---|---|
/// | item | `instance_id` and `train_trial_index`, joined with `:`; with the name of its perturbation as a third part |
/// | rater | `stats[].name.name`; with `:` and its sub-split, where it has one |
/// | label | `stats[].mean`, or [another number](Self::number) of it, on an interval scale unless another is set |
/// | group | the name of the split, `stats[].name.split` |
///
/// All statistics of an instance are read, bookkeeping (`num_prompt_tokens`) included, unless
/// [`HelmStats::metrics`] names those wanted.
///
/// # Missing values
/// A statistic without observations (`count` 0, no `mean`) is missing; an instance without statistics is one missing
/// judgment. So is, in another sense, a statistic that an
/// instance does not list: it is an empty cell of the ratings and counted nowhere.
///
/// # Source
/// `helm/benchmark/metrics/{metric,statistic}.py`.
///
/// # Examples
/// ```
/// use probity::io::{HelmStats, Strictness};
/// let file = r#"[{"instance_id": "id1", "train_trial_index": 0, "stats": [
///     {"name": {"name": "exact_match", "split": "test"}, "count": 1, "sum": 1, "mean": 1.0},
///     {"name": {"name": "training_co2_cost", "split": "test"}, "count": 0, "sum": 0}]}]"#;
/// let import = HelmStats::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!((import.report.rows, import.report.judgments, import.report.missing), (1, 1, 1));
/// let chosen = HelmStats::new().metrics(["exact_match"]).read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!((chosen.ratings.n_raters(), chosen.report.missing), (1, 0));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct HelmStats {
    target: Target,
    metrics: Option<Vec<String>>,
    number: String,
}

impl Default for HelmStats {
    fn default() -> Self {
        let target = Target { scale: Scale::Interval, ..Target::default() };
        Self { target, metrics: None, number: "mean".to_string() }
    }
}

impl HelmStats {
    /// All statistics.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads only the statistics of these names.
    #[must_use]
    pub fn metrics<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.metrics = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Reads another number of the statistics: `sum`, `sum_squared`, `min`, `max`, `variance`, `stddev` or `count`.
    #[must_use]
    pub fn number(mut self, key: impl Into<String>) -> Self {
        self.number = key.into();
        self
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        let mut importer = Importer::new(&self.target, true, strictness);
        importer.each(source, |importer, instance| self.take(importer, instance))?;
        importer.finish()
    }

    fn take(&self, importer: &mut Importer, instance: &Object<'_>) -> Result<()> {
        let Some(id) = importer.name(instance, "instance_id", "an item")? else { return Ok(()) };
        let trial = importer.optional(instance, "train_trial_index")?.unwrap_or("0".into());
        let perturbation = match instance.get("perturbation") {
            None => None,
            Some(node) => {
                let name = node.object().and_then(|perturbation| text(perturbation.get("name")));
                let name = name.and_then(|name| name.ok_or(Reason::NoValue { what: "a perturbation" }));
                let Some(name) = importer.ok("perturbation.name", name)? else { return Ok(()) };
                Some(name)
            }
        };
        let item = join([id.as_ref(), trial.as_ref()].into_iter().chain(perturbation.as_deref()));
        let stats = importer.elements(instance, "stats")?;
        if stats.is_empty() {
            importer.report.missing += 1;
        }
        for (i, stat) in stats.into_iter().enumerate() {
            let field = format!("stats[{i}]");
            let Some(stat) = importer.ok(&field, stat.object())? else { continue };
            let name = stat.get("name").ok_or(Reason::NoValue { what: "a metric" });
            let name = name.and_then(Node::object);
            let Some(name) = importer.ok(&format!("{field}.name"), name)? else { continue };
            let Some(metric) = importer.name(&name, "name", "a metric")? else { continue };
            if self.metrics.as_ref().is_some_and(|wanted| wanted.iter().all(|name| *name != metric)) {
                continue;
            }
            let sub_split = importer.optional(&name, "sub_split")?;
            let rater = sub_split.as_deref().map(|split| join([&*metric, split]));
            let rater = rater.as_deref().unwrap_or(&metric);
            let empty = importer.optional(&stat, "count")?.is_some_and(|count| count.parse() == Ok(0.0));
            let number = stat.get(&self.number).filter(|_| !empty);
            let split = importer.optional(&name, "split")?.unwrap_or_default();
            importer.judge_node(&split, &item, rater, number, &format!("{field}.{}", self.number))?;
        }
        Ok(())
    }
}
