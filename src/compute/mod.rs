//! Large matrices of judgments at the speed of the machine.
//!
//! *How do hundreds of judges agree on millions of items, pair by pair, and how sure is that?* A [`Backend`] packs
//! ratings once ([`Backend::load`]) into a [`Resident`], which is then asked many things:
//!
//! | question | call |
//! |---|---|
//! | how does every pair of raters agree? | [`Resident::pair_tables`], [`PairTables::coefficient`] |
//! | how sure is a coefficient of all raters, or any [`ItemRatio`]? | [`Resident::bootstrap`] |
//! | do two panels, or two groups of items, differ in it? | [`Resident::permutation`] |
//! | is there more agreement than by chance? | [`Resident::permutation_of_raters`] |
//! | the same for ten thousand small matrices | [`Backend::pair_tables_of_groups`] |
//! | how far do a model's outputs follow its users? | [`Backend::deviations`] |
//! | what do responses score on a checklist? | [`Backend::checklist`] |
//! | what did a second attempt change, model by model? | [`Backend::transitions`] |
//! | how calibrated, how discerning is each judge? | [`Backend::reliability`], [`Backend::mann_whitney`] |
//!
//! Conventions: counts are exact integers, so a figure is the same bit for bit with any number of threads, with any
//! [`Instructions`], and on any device. Long jobs have a form that ends in `_with` and takes a progress callback;
//! `ControlFlow::Break` ends them with [`crate::Error::Cancelled`].
//!
//! # Measured
//! One thread with AVX-512 of a shared virtual machine of two AMD Zen 4 cores whose load was 6 to 10, the best of many
//! short runs; `benches/compute.rs` measures the same with its yardsticks. There, 2,048 words in the first-level cache
//! are counted at 9.5·10⁹ words a second, and memory is read at 21 GB/s (a vector that fits the shared cache at 60).
//!
//! | job | time or rate | beside |
//! |---|---|---|
//! | pack 65,536 items × 64 raters, item by item | 7.0 GB/s | 0.34 of a memory read; 0.04 for 5 raters |
//! | the same by [`Backend::load_columns`] | 23 GB/s | 1.1 |
//! | all 25 cells of 496 pairs, 65,536 items | 1.34 ms | 0.98 to 1.0 of the population counts |
//! | all cells of 4,950 pairs, 10⁶ items | 232 ms of CPU time | 0.87 of the population counts |
//! | agreement only | 0.41 ms | 3.3 times as fast |
//! | confusion of 2 × 10⁷ codes, 2, 5, 8, 12 categories | 0.5, 0.9, 2.0, 4.2 ms | memory read: 0.95 ms |
//! | the same with 20, 100 categories | 4.2, 5.4 ms | |
//! | exact Mann-Whitney of 10⁷ scores | 195 ms | 0.88 of `sort_unstable` of the keys |
//! | 15 bins of 10⁷ confidences | 29 ms | 11 to 12 memory reads |
//! | before and after, 10⁷ answers | 0.5 ms; 7.6 ms with 2 % missing | 1.9; 0.13 of a memory read |
//! | checklist, 128 questions, weights 1; −10 to 10 | | 2.1; 0.45 of a memory read |
//! | a group of 50 × 5 among many | 3.6 µs | |
//! | deviations | 18 ns a pair of users | |
//!
//! Jobs of more than a few milliseconds shared the processor with others, so their times are upper bounds. How much a
//! second thread helps is not known from there: two threads that only spin got no more processor time than one. Of two
//! threads counting pairs, each took about half of the tasks, and the CPU time of the job did not grow.
//!
//! Results larger than about 32 MB cost their page faults in addition, which on that machine took longer than the job.

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
pub use deviations::{Approx, Deviations};
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
