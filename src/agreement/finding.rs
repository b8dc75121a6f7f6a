use std::fmt;

use serde::Serialize;

/// One reason why a chance-corrected coefficient may be low, with its figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// The raters do not agree often: the coefficient is low because agreement is.
    LowAgreement {
        /// Observed agreement; below 0.8.
        observed: f64,
    },
    /// One category takes nearly all judgments.
    DominantCategory {
        /// Which.
        category: String,
        /// Its mean share of an item's judgments; at least 0.8.
        share: f64,
    },
    /// The categories in use occur so unequally that kappas and alpha expect much agreement by chance.
    Prevalence {
        /// √((qΣπ² − 1)/(q − 1)) over the q categories in use: 0 when all are equally frequent, 1 in the limit of
        /// one, and Byrt, Bishop and Carlin's index (of the mean shares) for two; at least 0.6.
        index: f64,
        /// Σπ²: agreement expected by chance from the categories' shares.
        expected: f64,
        /// 1/q: what would be expected were they equally frequent.
        if_equal: f64,
    },
    /// The raters hardly agree on a category when one of them uses it: there a low coefficient is right.
    DisputedCategory {
        /// The least agreed-upon category that does not dominate.
        category: String,
        /// Its mean share of an item's judgments.
        share: f64,
        /// If one judgment is this category, the probability that another of the same item is, too; below 0.5.
        agreement: f64,
    },
    /// A rater uses a category more or less often than the others do on the same items.
    RaterBias {
        /// The rater furthest from the others.
        rater: String,
        /// The category that differs most.
        category: String,
        /// The rater's share of judgments in that category.
        share: f64,
        /// The others' share on the same items.
        others: f64,
        /// The share of the rater's judgments that would have to move to match the others, over all categories; at
        /// least 0.1.
        index: f64,
    },
    /// Most of the declared categories, or all but one, never occur.
    FewCategories {
        /// Categories that occur.
        used: u64,
        /// Categories declared; at least twice as many, or more than one when one occurs.
        declared: u64,
    },
    /// There are too few items to say.
    FewItems {
        /// Items with two judgments or more; below 30.
        items: u64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LowAgreement { observed } => {
                write!(f, "the raters agree on only {} of the pairs of judgments", Percent(*observed))
            }
            Self::DominantCategory { category, share } => {
                write!(f, "{} of the judgments are {category:?}", Percent(*share))
            }
            Self::Prevalence { index, expected, if_equal } => write!(
                f,
                "the categories are so unequally frequent (prevalence index {index:.2}) that {} agreement is \
                 expected by chance instead of {}",
                Percent(*expected),
                Percent(*if_equal)
            ),
            Self::DisputedCategory { category, share, agreement } => write!(
                f,
                "when one judgment is {category:?} ({} of all), another of the same item is so in only {} of the cases",
                Percent(*share),
                Percent(*agreement)
            ),
            Self::RaterBias { rater, category, share, others, index } => write!(
                f,
                "rater {rater:?} says {category:?} for {} of the items where the others say so for {}; {} of this \
                 rater's judgments would have to move to match the others",
                Percent(*share),
                Percent(*others),
                Percent(*index)
            ),
            Self::FewCategories { used, declared } => {
                write!(f, "of {declared} declared categories only {used} occur")
            }
            Self::FewItems { items } => {
                write!(f, "only {items} items have two judgments or more, so every figure is uncertain")
            }
        }
    }
}

struct Percent(f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} %", 100.0 * self.0)
    }
}

impl Finding {
    /// Whether the coefficients that count every category as equally likely, or only hard items as guessed, are
    /// not affected.
    pub(super) fn is_about_frequencies(&self) -> bool {
        matches!(
            self,
            Self::DominantCategory { .. }
                | Self::Prevalence { .. }
                | Self::RaterBias { .. }
                | Self::FewCategories { .. }
        )
    }
}
