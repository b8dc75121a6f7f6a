//! What was judged: items × raters of categories or numbers, with missing ratings.
//!
//! *Which judgment did which rater give to which item, and on what scale?* [`Ratings`] is the checked answer that all
//! of [`crate::agreement`] starts from. Build it from rows with [`RatingsBuilder`], from dense arrays with
//! [`Ratings::from_codes`] and [`Ratings::from_values`], from a table of counts with [`Ratings::from_counts`], or from
//! two vectors with [`Ratings::from_pairs`]. Read it through [`Ratings::codes`] (categories) or [`Ratings::values`]
//! (numbers). [`Labels`] name the categories, [`Scale`] says what a difference between two of them means.
//!
//! Conventions: items are rows, raters are columns, codes count from 0 in the order of the labels. A missing rating is
//! the greatest code of its integer type ([`Code::MISSING`]) or a NaN in a dense array of numbers, and never becomes a
//! category.

mod any_order;
mod build;
mod by_item;
mod cells;
mod columns;
mod dense;
mod fingerprint;
mod group;
mod ids;
mod labels;
mod rows;
mod scale;
mod store;
mod view;

#[cfg(feature = "io")]
pub(crate) use build::Built;
pub use build::{DroppedRow, Duplicates, RatingsBuilder};
#[cfg(feature = "io")]
pub(crate) use build::{Name, RowNumbers};
pub(crate) use cells::Cells;
use cells::{Cell, over_cells};
#[cfg(feature = "io")]
pub(crate) use columns::Narrow;
pub use fingerprint::Fingerprint;
pub use ids::Ids;
#[cfg(feature = "io")]
pub(crate) use ids::Interner;
pub use labels::Labels;
pub(crate) use labels::parse_number;
pub use scale::{Disagreement, Scale};
pub(crate) use store::Layout;
pub use store::{Code, Ratings};
pub use view::{CodeView, ValueView};
