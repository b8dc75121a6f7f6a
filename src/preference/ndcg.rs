use crate::error::{Error, Result, Undefined};
use crate::num;

/// What an item of some relevance is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Gain {
    /// Its relevance.
    #[default]
    Linear,
    /// 2^relevance − 1.
    Exponential,
}

/// Where items of the same score stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TiedRanks {
    /// Each counts the mean of what they would over all their orders.
    #[default]
    Average,
    /// In the order in which they are given.
    First,
}

/// What [`ndcg`] may be asked differently from its defaults.
///
/// | option | default |
/// |---|---|
/// | [`cutoff`](Self::cutoff) | none |
/// | [`gain`](Self::gain) | linear |
/// | [`ties`](Self::ties) | averaged |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NdcgOptions {
    cutoff: Option<usize>,
    gain: Gain,
    ties: TiedRanks,
}

impl NdcgOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the first so many ranks count.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn cutoff(mut self, ranks: usize) -> Result<Self> {
        if ranks == 0 {
            return Err(Error::argument("cutoff", "at least 1", ranks));
        }
        self.cutoff = Some(ranks);
        Ok(self)
    }

    /// What an item is worth.
    #[must_use]
    pub fn gain(mut self, gain: Gain) -> Self {
        self.gain = gain;
        self
    }

    /// Where items of the same score stand.
    #[must_use]
    pub fn ties(mut self, ties: TiedRanks) -> Self {
        self.ties = ties;
        self
    }
}

/// Cumulative gain of a ranking and of the best one; see [`ndcg`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Ndcg {
    /// Discounted cumulative gain of the ranking.
    pub dcg: f64,
    /// That of the ranking by relevance.
    pub ideal: f64,
}

impl Ndcg {
    /// dcg/ideal.
    ///
    /// # Errors
    /// [`Error::Undefined`] if the ideal is 0: nothing is relevant.
    pub fn value(&self) -> Result<f64> {
        num::ratio("NDCG", self.dcg, self.ideal, Undefined::ZeroDenominator { what: "the ideal gain" })
    }
}

/// Normalised discounted cumulative gain of a ranking by scores, higher first.
///
/// ```text
/// DCG = Σ over ranks k ≤ cutoff of gain(k)/log₂(k + 1)        NDCG = DCG/DCG of the ranking by relevance
/// ```
///
/// # Undefined
/// Without items; its value if nothing is relevant.
///
/// # Missing values
/// NaN is an error. Items of the same score share the mean of their gains ([`TiedRanks`]).
///
/// # Source
/// Järvelin and Kekäläinen 2002; ties: McSherry and Najork 2008. The defaults equal scikit-learn's `ndcg_score`.
///
/// # Errors
/// [`Error::Length`] if there is not one score an item, [`Error::NotFinite`] for scores, relevances or gains that are not
/// finite, [`Error::Argument`] for a relevance below 0.
///
/// # Complexity
/// Two sorts.
///
/// # Examples
/// ```
/// use probity::preference::{NdcgOptions, ndcg};
/// let found = ndcg(&[3.0, 0.0, 1.0], &[0.9, 0.8, 0.1], &NdcgOptions::new())?;
/// assert!((found.dcg - 3.5).abs() < 1e-12);
/// assert!((found.value()? - 3.5 / (3.0 + 1.0 / 3f64.log2())).abs() < 1e-12);
/// assert!(ndcg(&[0.0, 0.0], &[1.0, 2.0], &NdcgOptions::new())?.value().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ndcg(relevance: &[f64], scores: &[f64], options: &NdcgOptions) -> Result<Ndcg> {
    num::check_same_length("scores", relevance.len(), scores.len())?;
    num::check_finite("relevance", relevance)?;
    num::check_finite("scores", scores)?;
    if relevance.is_empty() {
        return Err(Error::undefined("NDCG", Undefined::Nothing { what: "items" }));
    }
    if let Some(at) = relevance.iter().position(|&r| r < 0.0) {
        let found = format!("{} at position {at}", relevance[at]);
        return Err(Error::argument("relevance", "numbers of at least 0", found));
    }
    let gain = |r: &f64| match options.gain {
        Gain::Linear => *r,
        Gain::Exponential => r.exp2() - 1.0,
    };
    let mut gains: Vec<f64> = relevance.iter().map(gain).collect();
    num::check_finite("gains", &gains)?;
    let order = num::descending(scores);
    let mut ranked: Vec<f64> = order.iter().map(|&i| gains[i]).collect();
    if options.ties == TiedRanks::Average {
        let mut start = 0;
        for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
            let own = &mut ranked[start..start + tied.len()];
            let mean = num::sum(own.iter().copied()) / own.len() as f64;
            own.fill(mean);
            start += tied.len();
        }
    }
    // Equal relevance is equal gain: ties do not matter to the ideal.
    gains.sort_unstable_by(|a, b| b.total_cmp(a));
    Ok(Ndcg { dcg: discounted(&ranked, options.cutoff), ideal: discounted(&gains, options.cutoff) })
}

fn discounted(gains: &[f64], cutoff: Option<usize>) -> f64 {
    let discounted = gains.iter().enumerate().map(|(k, gain)| gain / (k as f64 + 2.0).log2());
    num::sum(discounted.take(cutoff.unwrap_or(usize::MAX)))
}
