//! Better confidences: a map learnt from all items, and what such maps do to items that they have not seen.

use probity::calibration::{
    BetaCalibration, HistogramBinning, IsotonicCalibration, PlattScaling, PlattTargets, Predictions,
    Recalibration, TemperatureRange, TemperatureScaling,
};
use probity::rng::Stream;
use probity::{Error, Result, Undefined};

use crate::args::{Args, Method};

/// A map and what it is, in words.
pub(crate) struct Map {
    pub(crate) map: Box<dyn Recalibration>,
    pub(crate) words: String,
}

pub(crate) fn fit(args: &Args, predictions: &Predictions) -> Result<Map> {
    let (map, words): (Box<dyn Recalibration>, String) = match args.method {
        Method::Temperature => {
            let map = TemperatureScaling::fit(predictions, TemperatureRange::default())?;
            let words = format!("temperature {:.4}", map.temperature());
            (Box::new(map), words)
        }
        Method::Platt => {
            let map = PlattScaling::fit(predictions, PlattTargets::Smoothed)?;
            let (slope, intercept) = map.parameters();
            (Box::new(map), format!("Platt, slope {slope:.4} and intercept {intercept:.4} on the logits"))
        }
        Method::Beta => {
            let map = BetaCalibration::fit(predictions)?;
            let (a, b, m) = map.parameters();
            (Box::new(map), format!("beta, a {a:.4}, b {b:.4}, m {m:.4}"))
        }
        Method::Isotonic => {
            let map = IsotonicCalibration::fit(predictions)?;
            let words = format!("isotonic, {} knots", map.knots().len());
            (Box::new(map), words)
        }
        Method::Histogram => {
            let map = HistogramBinning::fit(predictions, args.binning())?;
            let words = format!("histogram, {} bins", map.bins().len());
            (Box::new(map), words)
        }
    };
    Ok(Map { map, words })
}

/// Every item with the confidence that a map gives it which was learnt from the other parts of the data.
pub(crate) fn held_out(args: &Args, predictions: &Predictions) -> Result<Predictions> {
    let n = predictions.len();
    if n < args.folds {
        let reason = Undefined::TooFew { what: "items", needed: args.folds as u64, found: n as u64 };
        return Err(Error::Undefined { metric: "held-out recalibration", reason });
    }
    let mut fold: Vec<usize> = (0..n).map(|i| i % args.folds).collect();
    Stream::new(args.seed, 1, 0).shuffle(&mut fold);
    let mut confidences = predictions.confidences().to_vec();
    for part in 0..args.folds {
        let others = predictions.iter().zip(&fold).filter(|(_, of)| **of != part).map(|(item, _)| item);
        let (others, right) = others.unzip();
        let map = fit(args, &Predictions::new(others, right)?)?.map;
        for (confidence, _) in confidences.iter_mut().zip(&fold).filter(|(_, of)| **of == part) {
            *confidence = map.apply(*confidence)?;
        }
    }
    Predictions::new(confidences, predictions.right().to_vec())
}
