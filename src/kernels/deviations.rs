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
    let (least, most) = if x < y { (x, y) } else { (y, x) };
    (least + RATIO_EPSILON) / (most + RATIO_EPSILON)
}

/// Sums that are carried side by side, so that one addition need not wait for the last.
const LANES: usize = 4;

/// DEGRESS of a user of a document: the mean over the other users of min/max of the two sides' deviations, where both
/// sides have one; NaN if there is no such user. The user's own place is NaN on either side.
pub(crate) fn degress(x: &[f64], y: &[f64]) -> f64 {
    let (mut sums, mut pairs) = ([0.0; LANES], [0.0; LANES]);
    for (x, y) in x.chunks(LANES).zip(y.chunks(LANES)) {
        for ((&x, &y), (sum, pairs)) in x.iter().zip(y).zip(sums.iter_mut().zip(&mut pairs)) {
            let there = !(x + y).is_nan();
            *sum += if there { deviation_ratio(x, y) } else { 0.0 };
            *pairs += if there { 1.0 } else { 0.0 };
        }
    }
    sums.iter().sum::<f64>() / pairs.iter().sum::<f64>()
}

/// A side's deviations of user `own` from all users; NaN where there is none, and at the user's own place. `raw`: they
/// are the distances themselves, unweighted.
///
/// `out` is as long as there are users.
pub(crate) fn deviations(own: usize, side: Side<'_>, raw: bool, out: &mut [f64]) {
    out.copy_from_slice(side.between);
    let unread = |out: &mut [f64]| out.iter_mut().skip(own).take(1).for_each(|d| *d = f64::NAN);
    unread(out);
    if !raw {
        weigh(side, out);
        unread(out);
    }
}

/// Each distance times its softmax weight, the logits being distances over that to the document, or 0 where the output is
/// the document itself. `out` holds the distances of which there is a weight.
fn weigh(side: Side<'_>, out: &mut [f64]) {
    // No comparison with NaN holds.
    let greater = |most: f64, d: f64| if d > most { d } else { most };
    let mut peaks = [0.0; LANES];
    for chunk in out.chunks(LANES) {
        peaks.iter_mut().zip(chunk).for_each(|(most, &d)| *most = greater(*most, d));
    }
    let peak = peaks.into_iter().fold(0.0, greater);
    let mut sum = 0.0;
    for place in out.iter_mut() {
        // Differences before the division: a tiny divisor then gives −∞ at worst, whose exponential is 0.
        let distance = *place;
        *place = if side.to_document == 0.0 { 1.0 } else { ((distance - peak) / side.to_document).exp() };
        sum += if distance.is_nan() { 0.0 } else { *place };
    }
    out.iter_mut().zip(side.between).for_each(|(weight, distance)| *weight *= distance / sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DEGRESS of two sides.
    fn of(own: usize, users: Side<'_>, model: Side<'_>, raw: bool) -> f64 {
        let of_side = |side: Side<'_>| {
            let mut out = vec![0.0; side.between.len()];
            deviations(own, side, raw, &mut out);
            out
        };
        degress(&of_side(users), &of_side(model))
    }

    #[test]
    fn two_users_and_three() {
        let side = |between: &'static [f64], to_document| Side { between, to_document };
        // One other user: its weight is 1.
        let (x, y) = (side(&[0.0, 0.4], 0.5), side(&[0.0, 0.2], 0.25));
        let expected = (0.2 + 1e-5) / (0.4 + 1e-5);
        assert!((of(0, x, y, false) - expected).abs() < 1e-15);
        assert!((of(0, x, y, true) - expected).abs() < 1e-15);
        // Two others, logits 1 and 2 on one side, none on the other; a tiny divisor is no accident.
        let (x, y) = (side(&[0.5, 9.0, 1.0], 0.5), side(&[0.5, 9.0, 1.0], 0.0));
        let e = 1f64.exp();
        let ratio = |a: f64, b: f64| (a.min(b) + 1e-5) / (a.max(b) + 1e-5);
        let expected = f64::midpoint(ratio(0.5 / (1.0 + e), 0.25), ratio(e / (1.0 + e), 0.5));
        assert!((of(1, x, y, false) - expected).abs() < 1e-15);
        assert!(of(1, side(&[0.5, 0.0, 1.0], 1e-310), y, false).is_finite());
    }

    #[test]
    fn pairs_that_one_side_lacks_take_weight_on_the_other() {
        let nan = f64::NAN;
        let full = Side { between: &[nan, 0.5, 0.5], to_document: 0.5 };
        let partial = Side { between: &[nan, 0.5, nan], to_document: 0.5 };
        // One of two equal weights on the one side, the only one on the other.
        let expected = (0.25 + 1e-5) / (0.5 + 1e-5);
        assert!((of(0, full, partial, false) - expected).abs() < 1e-15);
        assert_eq!(of(0, full, partial, true), 1.0);
        let nothing = Side { between: &[nan; 3], to_document: nan };
        assert!(of(0, full, nothing, false).is_nan());
    }
}
