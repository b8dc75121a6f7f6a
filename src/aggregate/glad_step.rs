//! The M-step of GLAD.

use std::cmp::Ordering;

use crate::aggregate::judgments::Judgments;

/// Rounds over the abilities and the items.
const ROUNDS: usize = 25;
/// A derivative below this is as good as 0.
const FLAT: f64 = 1e-2;
/// A step is halved at most so often, and then left out.
const HALVINGS: usize = 30;

/// A normal prior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Normal {
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

impl Normal {
    /// But for the constant.
    pub(super) fn ln_density(self, x: f64) -> f64 {
        -0.5 * ((x - self.mean) / self.deviation).powi(2)
    }

    fn slope(self, x: f64) -> f64 {
        (self.mean - x) * self.precision()
    }

    fn precision(self) -> f64 {
        (self.deviation * self.deviation).recip()
    }
}

/// The parameters.
#[derive(Debug)]
pub(super) struct Point {
    pub(super) abilities: Vec<f64>,
    /// By distinct row of judgments.
    pub(super) ln_eases: Vec<f64>,
}

/// The distinct rows with the posterior that each judgment is right.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    weights: &'a [f64],
    /// The rater of each judgment, and the posterior that it is right.
    judged: Vec<(u32, f64)>,
    /// Where each row ends.
    ends: Vec<usize>,
    ability: Normal,
    ln_ease: Normal,
}

/// The value of a part of the objective, its first derivative, and minus its expected second.
#[derive(Debug, Clone, Copy)]
struct Shape {
    value: f64,
    slope: f64,
    curvature: f64,
}

impl<'a> Cells<'a> {
    pub(super) fn new(
        judgments: &'a Judgments,
        posteriors: &[f64],
        ability: Normal,
        ln_ease: Normal,
    ) -> Self {
        let k = judgments.categories;
        let mut judged = Vec::new();
        let mut ends = Vec::with_capacity(judgments.weights.len());
        for (cells, row) in judgments.rows().zip(posteriors.chunks_exact(k)) {
            judged.extend(cells.iter().map(|&cell| (cell / k as u32, row[cell as usize % k])));
            ends.push(judged.len());
        }
        Self { weights: &judgments.weights, judged, ends, ability, ln_ease }
    }

    /// Moves the parameters to where the expected objective is greater, or leaves them where no step makes it so.
    pub(super) fn maximise(&self, point: &mut Point) {
        for _ in 0..ROUNDS {
            let steepest = self.move_abilities(point).max(self.move_eases(point));
            if steepest <= FLAT {
                break;
            }
        }
    }

    /// Weight, ease and judgments of each row.
    fn rows<'b>(&'b self, ln_eases: &'b [f64]) -> impl Iterator<Item = (f64, f64, &'b [(u32, f64)])> {
        let mut start = 0;
        self.ends.iter().zip(self.weights).zip(ln_eases).map(move |((&end, &weight), ln_ease)| {
            (weight, ln_ease.exp(), &self.judged[std::mem::replace(&mut start, end)..end])
        })
    }

    /// One step for every ability; answers with the steepest slope before it.
    fn move_abilities(&self, point: &mut Point) -> f64 {
        let old = point.abilities.clone();
        let shapes = self.ability_shapes(&old, &point.ln_eases);
        let mut steps: Vec<f64> = shapes.iter().map(|shape| shape.slope / shape.curvature).collect();
        for _ in 0..HALVINGS {
            let moved = point.abilities.iter_mut().zip(old.iter().zip(&steps));
            moved.for_each(|(new, (old, step))| *new = old + step);
            let mut falls = false;
            let values = self.ability_values(&point.abilities, &point.ln_eases);
            for ((step, value), shape) in steps.iter_mut().zip(values).zip(&shapes) {
                // A step to where the value is no number is one too far.
                if *step != 0.0 && value.partial_cmp(&shape.value).is_none_or(Ordering::is_lt) {
                    *step /= 2.0;
                    falls = true;
                }
            }
            if !falls {
                return steepest(&shapes);
            }
        }
        point.abilities = old;
        steepest(&shapes)
    }

    fn ability_shapes(&self, abilities: &[f64], ln_eases: &[f64]) -> Vec<Shape> {
        let prior = |&a: &f64| Shape {
            value: self.ability.ln_density(a),
            slope: self.ability.slope(a),
            curvature: self.ability.precision(),
        };
        let mut shapes: Vec<Shape> = abilities.iter().map(prior).collect();
        for (weight, ease, row) in self.rows(ln_eases) {
            for &(rater, right) in row {
                let (value, p) = judgment(abilities[rater as usize] * ease, right);
                let shape = &mut shapes[rater as usize];
                shape.value += weight * value;
                shape.slope += weight * (right - p) * ease;
                shape.curvature += weight * p * (1.0 - p) * ease * ease;
            }
        }
        shapes
    }

    fn ability_values(&self, abilities: &[f64], ln_eases: &[f64]) -> Vec<f64> {
        let mut values: Vec<f64> = abilities.iter().map(|&a| self.ability.ln_density(a)).collect();
        for (weight, ease, row) in self.rows(ln_eases) {
            for &(rater, right) in row {
                values[rater as usize] += weight * judgment(abilities[rater as usize] * ease, right).0;
            }
        }
        values
    }

    /// One step for every item; answers with the steepest slope before it.
    fn move_eases(&self, point: &mut Point) -> f64 {
        let mut steepest = 0.0f64;
        let mut start = 0;
        for (&end, ln_ease) in self.ends.iter().zip(&mut point.ln_eases) {
            let row = &self.judged[std::mem::replace(&mut start, end)..end];
            let shape = self.ease_shape(row, &point.abilities, *ln_ease);
            steepest = steepest.max(shape.slope.abs());
            let mut step = shape.slope / shape.curvature;
            for _ in 0..HALVINGS {
                if self.ease_shape(row, &point.abilities, *ln_ease + step).value >= shape.value {
                    *ln_ease += step;
                    break;
                }
                step /= 2.0;
            }
        }
        steepest
    }

    /// Of one item; the curvature leaves out how the slope of e^b itself grows, so that it is never below 0.
    fn ease_shape(&self, row: &[(u32, f64)], abilities: &[f64], ln_ease: f64) -> Shape {
        let ease = ln_ease.exp();
        let mut shape = Shape {
            value: self.ln_ease.ln_density(ln_ease),
            slope: self.ln_ease.slope(ln_ease),
            curvature: self.ln_ease.precision(),
        };
        for &(rater, right) in row {
            let x = abilities[rater as usize] * ease;
            let (value, p) = judgment(x, right);
            shape.value += value;
            shape.slope += (right - p) * x;
            shape.curvature += p * (1.0 - p) * x * x;
        }
        shape
    }
}

fn steepest(shapes: &[Shape]) -> f64 {
    shapes.iter().map(|shape| shape.slope.abs()).fold(0.0, f64::max)
}

/// `right·ln σ(x) + (1 − right)·ln σ(−x)`, and σ(x), with one exponential.
fn judgment(x: f64, right: f64) -> (f64, f64) {
    let u = (-x.abs()).exp();
    let large = 1.0 / (1.0 + u);
    let p = if x < 0.0 { u * large } else { large };
    (right * x - x.max(0.0) - u.ln_1p(), p)
}
