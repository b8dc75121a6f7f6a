//! Large matrices of judgments at the speed of the machine.
//!
//! *How do hundreds of judges agree on millions of items, pair by pair, and how sure is that?* A [`Backend`] packs
//! ratings once ([`Backend::load`]) into a [`Resident`], which is then asked many things:
//!
//! | question | call |
//! |---|---|
//! | how does every pair of raters agree? | [`Resident::pair_tables`], [`PairTables::coefficient`] |
//! | how sure is a coefficient of all raters? | [`Resident::bootstrap`] |
//! | the same for ten thousand small matrices | [`Backend::pair_tables_of_groups`] |
//! | how far do a model's outputs follow its users? | [`Backend::deviations`] |
//! | what do responses score on a checklist? | [`Backend::checklist`] |
//! | what did a second attempt change, model by model? | [`Backend::transitions`] |
//! | how calibrated, how discerning is each judge? | [`Backend::reliability`], [`Backend::mann_whitney`] |
//!
//! Conventions: counts are exact integers, so a figure is the same bit for bit with any number of threads, with any
//! [`Instructions`], and on any device. Long jobs have a form that ends in `_with` and takes a progress callback;
//! `ControlFlow::Break` ends them with [`crate::Error::Cancelled`].

mod backend;
mod batches;
mod checklist;
mod deviations;
mod error;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(feature = "gpu")]
mod gpu_deviations;
#[cfg(feature = "gpu")]
mod gpu_device;
#[cfg(feature = "gpu")]
mod gpu_draws;
#[cfg(feature = "gpu")]
mod gpu_options;
#[cfg(feature = "gpu")]
mod gpu_pairs;
#[cfg(feature = "gpu")]
mod gpu_plan;
#[cfg(feature = "gpu")]
mod gpu_rates;
#[cfg(feature = "gpu")]
mod gpu_scores;
mod pair_tables;
mod resample;
mod resident;

pub use backend::{Backend, Cpu, Info, Instructions};
pub use checklist::{Bitmaps, ChecklistScores};
pub use deviations::{Approx, DeviationDocument, DeviationOptions, Deviations, DocumentDeviation, Sigmoid};
pub use error::{ComputeError, Result};
#[cfg(feature = "gpu")]
pub use gpu::Gpu;
#[cfg(feature = "gpu")]
pub use gpu_options::GpuOptions;
#[cfg(feature = "gpu")]
pub use gpu_rates::GpuRates;
#[cfg(feature = "gpu")]
pub use gpu_scores::GpuScores;
pub use pair_tables::{Cells, PairTables};
pub use resample::ItemRatio;
pub use resident::Resident;
