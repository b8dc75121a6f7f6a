//! Counting loops on packed judgments: one source, run at the best instruction set the machine has.
//!
//! A kernel takes the [`fearless_simd::Level`] it shall run at, has a plain twin in its tests, and must equal it
//! exactly at every level; where the twin uses the standard library's exponential and logarithm, the kernel states its
//! bound and has the same bits at every level.

mod bins;
mod confusion;
mod deviations;
mod pack;
mod pairs;
mod planes;
mod rows;
mod soft_label;
mod sort;
mod turn;
mod weigh;

pub(crate) use bins::{Bin, ONE, bin_of, bins, fixed};
pub(crate) use confusion::{Confusion, confusion, confusion_of_found};
#[cfg(feature = "gpu")]
pub(crate) use deviations::RATIO_EPSILON;
pub(crate) use deviations::{Side, degress, deviation_ratio, deviations};
pub(crate) use pairs::{MOST_ONE_HOT, PairCells, Tile, pair_tile};
pub(crate) use planes::Planes;
pub(crate) use rows::{MOST_RANKED, Packed, RankTerms, pack_rows, packed_width, rank_rows};
pub(crate) use soft_label::{soft_label_slopes, soft_label_values};
pub(crate) use sort::twice_wins;
pub(crate) use weigh::weigh;
