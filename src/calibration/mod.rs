//! Calibration: whether stated confidence is earned, and whether it tells right from wrong.

mod predictions;

pub use predictions::{ClassPredictions, Predictions};
