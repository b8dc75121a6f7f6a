//! The two pictures.

use probity::Result;
use probity::correction::ConfidenceCritique;
use probity::report::{Figure, Plane};

/// Confidence against critique: each model in front of the bounds that its first accuracy sets.
pub(crate) fn confidence_critique(models: &[(&str, ConfidenceCritique)]) -> Result<Figure> {
    let mut plane = Plane::new("Confidence and critique", "confidence level CL", "critique score CS").subtitle(
        "Shaded: where CS ≤ Acc1 ≤ CL, the bounds that a model's first accuracy sets. Above its dashed line (RSS = 0.5) a \
         model's second answers are better than its first.",
    );
    for (name, model) in models {
        match (&model.cl, &model.cs) {
            (Ok(cl), Ok(cs)) => {
                let acc1 = model.acc1.value;
                let point = Some(plane.point(*name, cl, cs)?);
                plane.area(point, &[(acc1, 0.0), (1.0, 0.0), (1.0, acc1), (acc1, acc1)])?;
                plane.line(point, (acc1, acc1), (1.0, 0.0))?;
            }
            (Err(error), _) | (_, Err(error)) => plane.undefined(*name, error.to_string()),
        }
    }
    let caption = "Confidence level and critique score with their intervals";
    Ok(Figure::new("plane.svg", caption, plane.to_svg()))
}

/// Steps of the curves that bound the second accuracy.
const STEPS: u32 = 50;

/// Accuracy before against after: the bounds are the same for every model.
pub(crate) fn accuracies(models: &[(&str, ConfidenceCritique)]) -> Result<Figure> {
    let mut plane = Plane::new("Accuracy before and after", "accuracy of the first answer", "accuracy of the second answer").subtitle(
        "Shaded: what the second accuracy can be if CS ≤ Acc1 ≤ CL. On the dashed line nothing is gained (RSS = 0.5).",
    );
    for (name, model) in models {
        plane.point(*name, &model.acc1, &model.acc2)?;
    }
    let curve = (0..=STEPS).map(|step| f64::from(step) / f64::from(STEPS));
    let lower = curve.clone().map(|acc1| (acc1, acc1 * acc1));
    let upper = curve.rev().map(|acc1| (acc1, 2.0 * acc1 - acc1 * acc1));
    plane.area(None, &lower.chain(upper).collect::<Vec<_>>())?;
    plane.line(None, (0.0, 0.0), (1.0, 1.0))?;
    let caption = "Accuracy of first and second answers with their intervals";
    Ok(Figure::new("accuracy.svg", caption, plane.to_svg()))
}
