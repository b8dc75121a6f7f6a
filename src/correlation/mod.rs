//! Correlation of two variables: product-moment, rank, and concordance.
//!
//! *Do two scores order the same things alike?* [`pearson`] asks for a straight line, [`spearman`] and [`kendall_tau_b`]
//! for the same order, [`weighted_tau`] for the same order where it matters most, at the top;
//! [`goodman_kruskal_gamma`] and [`somers_d`] treat ties differently.
//!
//! | figure | ties | range |
//! |---|---|---|
//! | [`pearson`] | no matter | −1 to 1 |
//! | [`spearman`] | mid-ranks | −1 to 1 |
//! | [`kendall_tau_a`] | count as neither | ±1 is out of reach with ties |
//! | [`kendall_tau_b`] | corrected in both variables | ±1 if the tables are square |
//! | [`kendall_tau_c`] | corrected by the number of levels | about ±1 for any table |
//! | [`goodman_kruskal_gamma`] | ignored | −1 to 1 |
//! | [`somers_d`] | ignored if tied in the predictor | −1 to 1 |
//! | [`cosine_similarity`] | no matter | −1 to 1; not centred |
//!
//! All figures of concordance are read from one [`Concordance`], made in O(n log n) from pairs of numbers or in O(K²)
//! from a table of counts; the mergeable tally for ordinal data is [`PairCounts`](crate::tally::PairCounts).
//!
//! # Conventions
//! NaN is an error that names its position; [`complete_pairs`] drops pairs in which a value is missing. A constant
//! variable makes a figure undefined, by name. Every [`Estimate`](crate::inference::Estimate) counts the pairs as items
//! and the two variables as raters.

mod before;
mod coefficients;
mod concordance;
mod cosine;
mod null;
mod options;
mod order;
mod pairs;
mod pearson;
mod spearman;
mod table;
mod weighted;

pub use coefficients::{goodman_kruskal_gamma, kendall_tau_a, kendall_tau_b, kendall_tau_c, somers_d};
pub use concordance::Concordance;
pub use cosine::cosine_similarity;
pub(crate) use cosine::{dot, unit_vector};
pub use options::{Dependent, Options, PValue};
pub use pairs::complete_pairs;
pub use pearson::pearson;
pub use spearman::spearman;
pub use weighted::{Combination, Ranking, Weigher, WeightedTauOptions, weighted_tau};
