use crate::agreement::conger::{self, CongerVariance};
use crate::agreement::credit::Credit;
use crate::agreement::difference::restricted_scale;
use crate::agreement::framework::ChanceModel;
use crate::agreement::table::Table;
use crate::agreement::{self as of, Options};
use crate::error::Result;
use crate::inference::Estimate;
use crate::ratings::{Labels, Ratings, Scale};
use crate::tally::Patterns;

/// A coefficient of agreement by name, to be chosen at run time.
///
/// | coefficient | raters | corrects for |
/// |---|---|---|
/// | percent agreement | any | nothing |
/// | Cohen's kappa | two | each rater's own category shares |
/// | Scott's pi | two | pooled category shares |
/// | Fleiss' kappa | any | pooled category shares |
/// | Gwet's AC1, AC2 | any | guessing at hard items |
/// | Brennan-Prediger, Randolph | any | uniform choice |
/// | Conger's kappa | any | each rater's own category shares |
/// | Light's kappa | any | as Cohen's, pair by pair |
/// | Krippendorff's alpha | any | pooled category shares, small samples; on the ratings' own scale |
///
/// # Examples
/// ```
/// use probity::agreement::{Coefficient, Options};
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 0, 0, 1, 1, 1, 0, 1, 1])?;
/// for coefficient in Coefficient::ALL {
///     match coefficient.estimate(&ratings, &Options::new()) {
///         Ok(estimate) => assert!(estimate.value > 0.0 && estimate.value < 1.0),
///         // Cohen's kappa and Scott's pi are for two raters.
///         Err(error) => assert!(coefficient.needs_two_raters(), "{error}"),
///     }
/// }
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Coefficient {
    /// [`crate::agreement::percent_agreement`].
    PercentAgreement,
    /// [`crate::agreement::cohen_kappa`].
    CohenKappa,
    /// [`crate::agreement::scott_pi`].
    ScottPi,
    /// [`crate::agreement::fleiss_kappa`].
    FleissKappa,
    /// [`crate::agreement::gwet_ac`].
    GwetAc,
    /// [`crate::agreement::brennan_prediger`].
    BrennanPrediger,
    /// [`crate::agreement::randolph_kappa`].
    RandolphKappa,
    /// [`crate::agreement::conger_kappa`].
    CongerKappa,
    /// [`crate::agreement::light_kappa`].
    LightKappa,
    /// [`crate::agreement::krippendorff_alpha`], on the scale of the ratings; weights do not matter to it.
    KrippendorffAlpha,
}

impl Coefficient {
    /// Every coefficient.
    pub const ALL: [Self; 10] = [
        Self::PercentAgreement,
        Self::CohenKappa,
        Self::ScottPi,
        Self::FleissKappa,
        Self::GwetAc,
        Self::BrennanPrediger,
        Self::RandolphKappa,
        Self::CongerKappa,
        Self::LightKappa,
        Self::KrippendorffAlpha,
    ];

    /// The name in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PercentAgreement => "percent agreement",
            Self::CohenKappa => "Cohen's kappa",
            Self::ScottPi => "Scott's pi",
            Self::FleissKappa => "Fleiss' kappa",
            Self::GwetAc => "Gwet's AC",
            Self::BrennanPrediger => "Brennan-Prediger kappa",
            Self::RandolphKappa => "Randolph's kappa",
            Self::CongerKappa => "Conger's kappa",
            Self::LightKappa => "Light's kappa",
            Self::KrippendorffAlpha => "Krippendorff's alpha",
        }
    }

    /// Whether it is defined for exactly two raters.
    #[must_use]
    pub fn needs_two_raters(self) -> bool {
        matches!(self, Self::CohenKappa | Self::ScottPi)
    }

    /// The coefficient of some ratings.
    ///
    /// # Errors
    /// As the function of the same name; [`crate::Error::Argument`] for Cohen's kappa or Scott's pi unless there are two
    /// raters.
    pub fn estimate(self, ratings: &Ratings, options: &Options) -> Result<Estimate> {
        match self {
            Self::PercentAgreement => of::percent_agreement(ratings, options),
            Self::CohenKappa => of::two_raters(ratings, self.name())?.cohen_kappa(options),
            Self::ScottPi => of::scott_pi(ratings, options),
            Self::FleissKappa => of::fleiss_kappa(ratings, options),
            Self::GwetAc => of::gwet_ac(ratings, options),
            Self::BrennanPrediger => of::brennan_prediger(ratings, options),
            Self::RandolphKappa => of::randolph_kappa(ratings, options),
            Self::CongerKappa => of::conger_kappa(ratings, options),
            Self::LightKappa => of::light_kappa(ratings, options),
            Self::KrippendorffAlpha => of::krippendorff_alpha(ratings, options),
        }
    }

    /// The member of Gwet's family whose chance model needs no rater's name, and its name.
    pub(crate) fn in_framework(self, credit: &Credit) -> Option<(Option<ChanceModel>, &'static str)> {
        match self {
            Self::PercentAgreement => Some((None, of::percent::METHOD)),
            Self::ScottPi => Some((Some(ChanceModel::Fleiss), of::scott::method(credit))),
            Self::FleissKappa => Some((Some(ChanceModel::Fleiss), of::fleiss::method(credit))),
            Self::GwetAc => Some((Some(ChanceModel::Gwet), of::gwet::method(credit))),
            Self::BrennanPrediger => Some((Some(ChanceModel::Uniform), of::brennan_prediger::method(credit))),
            Self::RandolphKappa => Some((Some(ChanceModel::Uniform), of::brennan_prediger::RANDOLPH)),
            _ => None,
        }
    }
}

/// A coefficient that is computed for many pairs of raters of the same ratings.
#[derive(Debug)]
pub(crate) struct PairScorer<'a> {
    coefficient: Coefficient,
    options: &'a Options,
    labels: &'a Labels,
    scale: &'a Scale,
    credit: Credit,
}

impl<'a> PairScorer<'a> {
    pub(crate) fn new(
        coefficient: Coefficient,
        labels: &'a Labels,
        scale: &'a Scale,
        options: &'a Options,
    ) -> Result<Self> {
        let credit = match coefficient {
            // It has differences instead of weights.
            Coefficient::KrippendorffAlpha => Credit::identity(labels.len()),
            Coefficient::RandolphKappa => of::brennan_prediger::unweighted(labels, options)?,
            _ => Credit::new(labels, options)?,
        };
        Ok(Self { coefficient, options, labels, scale, credit })
    }

    /// The coefficient of the items that two raters both judged. `codes` are the categories of the table's numbers; `None`
    /// if they are all the categories.
    pub(crate) fn score(&self, table: &Table, codes: Option<&[u32]>) -> Result<Estimate> {
        if self.coefficient == Coefficient::KrippendorffAlpha {
            let (labels, scale) = match codes {
                None => (self.labels.clone(), self.scale.clone()),
                Some(codes) => (self.labels.select(codes), restricted_scale(self.scale, self.labels, codes)?),
            };
            let alpha = Patterns::of_cells(labels, table.cells.iter().copied());
            return alpha.krippendorff_alpha(&scale, self.options);
        }
        let restricted = codes.map(|codes| self.credit.restricted(codes));
        let credit = restricted.as_ref().unwrap_or(&self.credit);
        if let Some((model, method)) = self.coefficient.in_framework(credit) {
            return table.framework(credit, model, method, self.options);
        }
        if self.coefficient == Coefficient::CongerKappa {
            let rows = |visit: &mut conger::Visit<'_>| {
                table.cells.iter().for_each(|&(i, j, n)| visit(&[(0, i), (1, j)], n));
            };
            return conger::estimate(rows, 2, credit, CongerVariance::Gwet, self.options);
        }
        // Light's kappa of two raters is Cohen's.
        table.cohen(credit, self.options).map(|(estimate, _)| estimate)
    }

    pub(crate) fn into_credit(self) -> Credit {
        self.credit
    }
}
