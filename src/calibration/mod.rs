//! Calibration and discernment: whether stated confidence is earned, and whether it tells right from wrong.
//!
//! *When a judge says 80 per cent, is it right in 80 of 100 cases? And is it surer where it is right?* The first is read
//! from a [`ReliabilityDiagram`], the second from a [`Ranking`]; proper scores such as [`brier`] ask for both at once. What
//! is known of confidence can be used: [`RiskCoverage`] says what leaving out the least confident items gains, and a
//! [`Recalibration`] maps confidences to better ones.
//!
//! | question | entry |
//! |---|---|
//! | accuracy beside confidence, bin by bin, with intervals | [`ReliabilityDiagram`] |
//! | one figure of miscalibration | [`expected_calibration_error`], MCE, ACE, RMSCE and the signed error of the diagram |
//! | the same of class probabilities | [`top_label_calibration_error`], [`static_calibration_error`], [`adaptive_calibration_error`] |
//! | without the bias of small bins, with an interval | [`ReliabilityDiagram::debiased_calibration_error`] |
//! | is it calibrated at all? | [`ReliabilityDiagram::calibration_test`], [`spiegelhalter_test`] |
//! | proper scores | [`brier`], [`brier_multiclass`], [`log_loss`], [`log_loss_multiclass`]; [`BrierDecomposition`] |
//! | how far confidences spread | [`sharpness`] |
//! | right above wrong | [`auroc`], [`average_precision`]; [`delong_test`] for two on the same items |
//! | answer only when sure | [`RiskCoverage`]: AURC, its excess, coverage at risk, selective accuracy |
//! | better confidences | [`TemperatureScaling`], [`PlattScaling`], [`BetaCalibration`], [`IsotonicCalibration`], [`HistogramBinning`] |
//!
//! # Conventions
//! Confidences and probabilities are from 0 to 1, [`Predictions`] and [`ClassPredictions`] check them once. Which end of a
//! bin belongs to it and where equal confidences go are options of [`Binning`]. Figures that have no standard error in the
//! literature are plain numbers; [`Bootstrap`](crate::inference::Bootstrap) takes [`Predictions`] and gives one:
//!
//! ```
//! use probity::calibration::{Binning, Predictions, RiskCoverage};
//! use probity::inference::Bootstrap;
//! let confidences: Vec<f64> = (0..200).map(|i| f64::from(i) / 200.0).collect();
//! let right = (0..200).map(|i| i * 7 % 200 < i).collect();
//! let predictions = Predictions::new(confidences, right)?;
//! let area = |p: &Predictions| Ok(RiskCoverage::new(p)?.area());
//! let found = Bootstrap::new(1).resamples(200)?.run(&predictions, &area)?;
//! assert!(found.interval().contains(found.estimate()));
//! # Ok::<(), probity::Error>(())
//! ```
//!
//! The mergeable tally behind bins of equal width is [`ReliabilityBins`](crate::tally::ReliabilityBins), which also comes
//! from [`Backend::reliability`](crate::compute::Backend::reliability) for many judges at once; a [`Ranking`] merges, too.

mod class_wise;
mod debiased;
mod delong;
mod diagram;
mod histogram;
mod isotonic;
mod logistic;
mod predictions;
mod ranking;
mod recalibration;
mod risk_coverage;
mod scores;
mod temperature;

pub use class_wise::{adaptive_calibration_error, static_calibration_error, top_label_calibration_error};
pub use debiased::spiegelhalter_test;
pub use delong::{AurocComparison, delong_test};
pub use diagram::{Binning, ReliabilityDiagram, TieRule, expected_calibration_error};
pub use histogram::HistogramBinning;
pub use isotonic::IsotonicCalibration;
pub use logistic::{BetaCalibration, PlattScaling, PlattTargets};
pub use predictions::{ClassPredictions, Predictions};
pub use ranking::{Ranking, area_under_precision_recall, auroc, average_precision};
pub(crate) use ranking::{Tied, precision_recall_trapezoids};
pub use recalibration::Recalibration;
pub use risk_coverage::RiskCoverage;
pub use scores::{
    BrierDecomposition, Grouping, brier, brier_multiclass, log_loss, log_loss_multiclass, sharpness,
};
pub use temperature::{TemperatureRange, TemperatureScaling};
