//! Large matrices of judgments at the speed of the machine.
//!
//! *How do hundreds of judges agree on millions of items, pair by pair, and how sure is that?* A [`Backend`] packs
//! ratings once ([`Backend::load`]) into a [`Resident`], which is then asked many things: [`Resident::pair_tables`] for
//! every pair of raters.
//!
//! Conventions: counts are exact, so a figure is the same bit for bit with any number of threads, with any
//! [`Instructions`], and on any device.

mod backend;
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
mod gpu_scores;
mod pair_tables;
mod resident;

pub use backend::{Backend, Cpu, Info, Instructions};
pub use error::{ComputeError, Result};
#[cfg(feature = "gpu")]
pub use gpu::Gpu;
#[cfg(feature = "gpu")]
pub use gpu_deviations::{Approximate, Distances};
#[cfg(feature = "gpu")]
pub use gpu_options::GpuOptions;
#[cfg(feature = "gpu")]
pub use gpu_scores::{GpuBin, GpuScores};
pub use pair_tables::{Cells, PairTables};
pub use resident::Resident;
