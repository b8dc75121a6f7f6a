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
//! One thread with AVX-512 of a shared virtual machine of two AMD EPYC cores, other work halted or of lower priority,
//! medians of `benches/compute.rs` and `benches/agreement.rs`; `docs/measured.md` has the rest. A read of 200 MB of memory goes at
//! 22 to 27 GB/s there, of 20 MB that lie in the last cache at 50 to 70; 2,048 words in the first-level cache are counted
//! at 8 to 9.5·10⁹ words a second. "Memory" is the time to read the input at the first of these rates.
//!
//! | job | time | beside |
//! |---|---|---|
//! | pack 10⁶ items × 100 raters, item by item | 38 to 43 ms | 18 to 20 ms are the first touch of 50 MB |
//! | the same into memory used before ([`Resident::reload`]) | 14.8 to 18.5 ms | 0.24 to 0.3 of memory |
//! | pack rater by rater ([`Backend::load_columns`]), 65,536 items | 23 GB/s | about 1 of memory |
//! | all 25 cells of 4,950 pairs, 10⁶ items | 228 to 264 ms | 0.85 to 0.96 of the population counts |
//! | the same with two threads | 112 to 132 ms | 2.0 times as fast |
//! | agreement only of the same pairs | 59 to 62 ms | 3.9 to 4.2 times as fast |
//! | confusion of 2 × 10⁷ codes, 5 categories | 0.9 to 1.1 ms | 0.7 to 1 of memory |
//! | coincidences of 10⁶ items × 20 raters, 25 % missing | 4.4 to 5 ms | 0.17 to 0.2 of memory |
//! | patterns of 10⁵ items × 5 raters | 0.9 ms | |
//! | 1,000 bootstrap resamples of alpha, 10⁵ items × 5 raters | 8.8 ms | unit by unit: 2.76 s; drawing 10⁸ units alone: 530 ms |
//! | 1,000 arrangements of alpha of 2 × 10⁵ items, unpaired | 33 ms | drawing 10⁸ units |
//! | the same, paired | 185 ms | drawing 10⁸ bits |
//! | exact Mann-Whitney of 10⁷ scores | 119 ms | 0.76 of `sort_unstable` of the keys |
//! | 15 bins of 10⁷ confidences | 13.8 ms | 7 to 8 reads |
//! | before and after, 10⁷ answers | 0.5 ms; 7.6 ms with 2 % missing | 1.9; 0.13 of memory |
//! | checklist, 128 questions, weights −10 to 10 | 0.27 ms for 2·10⁵ | 0.45 of memory |
//! | a group of 50 × 5 among many | 4.7 µs | |
//! | deviations | 18 ns a pair of users | |
//!
//! Results larger than about 32 MB cost their page faults in addition: the system hands fresh memory out at 2 to 3 GB/s
//! there. [`Resident::reload`] packs one matrix after the other into the same memory.

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
