/// Added to both sides of the ratio of two deviations.
pub(crate) const RATIO_EPSILON: f64 = 1e-5;

/// How far the outputs for one user deviate from those for the others, on the users' side or on the model's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    /// Distances of the user's output to those of all users, the own one among them.
    pub(crate) between: &'a [f64],
    /// Distance of the user's output to the document.
    pub(crate) to_document: f64,
}

/// DEGRESS of user `own` of a document: the mean over the other users of min/max of the two sides' deviations. There is
/// another user. `raw`: the deviations are the distances themselves, unweighted.
///
/// `room` is twice as long as there are users.
pub(crate) fn degress(own: usize, users: Side<'_>, model: Side<'_>, raw: bool, room: &mut [f64]) -> f64 {
    let ratio = |(&x, &y): (&f64, &f64)| (x.min(y) + RATIO_EPSILON) / (x.max(y) + RATIO_EPSILON);
    let mean = |x: &[f64], y: &[f64]| {
        let others = x.iter().zip(y).enumerate().filter(|&(k, _)| k != own);
        others.map(|(_, pair)| ratio(pair)).sum::<f64>() / (x.len() - 1) as f64
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
/// where the output is the document itself.
fn weighted(own: usize, side: Side<'_>, out: &mut [f64]) {
    let peak =
        side.between.iter().enumerate().filter(|&(k, _)| k != own).fold(0.0f64, |most, (_, &d)| most.max(d));
    let mut sum = 0.0;
    for (k, (weight, &distance)) in out.iter_mut().zip(side.between).enumerate() {
        // Differences before the division: a tiny divisor then gives −∞ at worst, whose exponential is 0.
        *weight = if side.to_document == 0.0 { 1.0 } else { ((distance - peak) / side.to_document).exp() };
        sum += if k == own { 0.0 } else { *weight };
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
}
