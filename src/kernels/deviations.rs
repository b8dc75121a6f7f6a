/// Added to both sides of the ratio of two deviations.
pub(crate) const RATIO_EPSILON: f64 = 1e-5;

/// How far the outputs for one user deviate from those for the others, on the users' side or on the model's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    /// Distances of the user's output to those of all users, the own one among them; NaN where there is none.
    pub(crate) between: &'a [f64],
    /// Distance of the user's output to the document; anything if there is no distance to another.
    pub(crate) to_document: f64,
}

/// The ratio of two deviations: 1 if they are equal, also at 0.
pub(crate) fn deviation_ratio(x: f64, y: f64) -> f64 {
    (x.min(y) + RATIO_EPSILON) / (x.max(y) + RATIO_EPSILON)
}

/// DEGRESS of user `own` of a document: the mean over the other users of min/max of the two sides' deviations, where
/// both sides have one; NaN if there is no such user. `raw`: the deviations are the distances themselves, unweighted.
///
/// `room` is twice as long as there are users.
pub(crate) fn degress(own: usize, users: Side<'_>, model: Side<'_>, raw: bool, room: &mut [f64]) -> f64 {
    let mean = |x: &[f64], y: &[f64]| {
        let (mut sum, mut pairs) = (0.0, 0u32);
        for (k, (&x, &y)) in x.iter().zip(y).enumerate() {
            // Not min and max alone: they would take the one that is there for the pair.
            let there = k != own && !(x + y).is_nan();
            sum += if there { deviation_ratio(x, y) } else { 0.0 };
            pairs += u32::from(there);
        }
        sum / f64::from(pairs)
    };
    if raw {
        return mean(users.between, model.between);
    }
    let (x, y) = room.split_at_mut(users.between.len());
    weighted(own, users, x);
    weighted(own, model, y);
    mean(x, y)
}

/// Each distance times its softmax weight among the others, the logits being distances over that to the document, or 0
/// where the output is the document itself. NaN stays NaN and has no weight.
fn weighted(own: usize, side: Side<'_>, out: &mut [f64]) {
    let peak =
        side.between.iter().enumerate().filter(|&(k, _)| k != own).fold(0.0f64, |most, (_, &d)| most.max(d));
    let mut sum = 0.0;
    for (k, (weight, &distance)) in out.iter_mut().zip(side.between).enumerate() {
        // Differences before the division: a tiny divisor then gives −∞ at worst, whose exponential is 0.
        *weight = if side.to_document == 0.0 { 1.0 } else { ((distance - peak) / side.to_document).exp() };
        sum += if k == own || distance.is_nan() { 0.0 } else { *weight };
    }
    out.iter_mut().zip(side.between).for_each(|(weight, distance)| *weight *= distance / sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_users_and_three() {
        let side = |between: &'static [f64], to_document| Side { between, to_document };
        let mut room = [0.0; 6];
        // One other user: its weight is 1.
        let (x, y) = (side(&[0.0, 0.4], 0.5), side(&[0.0, 0.2], 0.25));
        let expected = (0.2 + 1e-5) / (0.4 + 1e-5);
        assert!((degress(0, x, y, false, &mut room[..4]) - expected).abs() < 1e-15);
        assert!((degress(0, x, y, true, &mut room[..4]) - expected).abs() < 1e-15);
        // Two others, logits 1 and 2 on one side, none on the other; a tiny divisor is no accident.
        let (x, y) = (side(&[0.5, 9.0, 1.0], 0.5), side(&[0.5, 9.0, 1.0], 0.0));
        let e = 1f64.exp();
        let ratio = |a: f64, b: f64| (a.min(b) + 1e-5) / (a.max(b) + 1e-5);
        let expected = f64::midpoint(ratio(0.5 / (1.0 + e), 0.25), ratio(e / (1.0 + e), 0.5));
        assert!((degress(1, x, y, false, &mut room) - expected).abs() < 1e-15);
        assert!(degress(1, side(&[0.5, 0.0, 1.0], 1e-310), y, false, &mut room).is_finite());
    }

    #[test]
    fn pairs_that_one_side_lacks_take_weight_on_the_other() {
        let nan = f64::NAN;
        let mut room = [0.0; 6];
        let full = Side { between: &[nan, 0.5, 0.5], to_document: 0.5 };
        let partial = Side { between: &[nan, 0.5, nan], to_document: 0.5 };
        // One of two equal weights on the one side, the only one on the other.
        let expected = (0.25 + 1e-5) / (0.5 + 1e-5);
        assert!((degress(0, full, partial, false, &mut room) - expected).abs() < 1e-15);
        assert_eq!(degress(0, full, partial, true, &mut room), 1.0);
        let nothing = Side { between: &[nan; 3], to_document: nan };
        assert!(degress(0, full, nothing, false, &mut room).is_nan());
    }
}
