use fearless_simd::{Level, Simd, dispatch};

/// Below this the exponential is taken for 0: it is less than 4e-308, and the power of two would leave the range.
const LEAST: f64 = -707.0;

/// ln 2 in two parts, the first with trailing zeros so that small multiples of it are exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Adding it moves the integer part of a number to the low bits of the sum.
const ROUND: f64 = 1.5 * (1u64 << 52) as f64;

/// The logistic loss of each margin z under its soft label p, `−p·ln σ(z) − (1 − p)·ln σ(−z)`.
///
/// Within 8 ulp of what the standard library's functions give, and 1e-307; the same bits at every level. A margin that
/// is not finite gives a value that is not finite.
pub(crate) fn soft_label_values(level: Level, margins: &[f64], labels: &[f64], values: &mut [f64]) {
    dispatch!(level, s => value_loop(s, margins, labels, values));
}

/// The same with the derivatives by the margin, `(1 − p)·σ(z) − p·σ(−z)`.
pub(crate) fn soft_label_slopes(
    level: Level,
    margins: &[f64],
    labels: &[f64],
    values: &mut [f64],
    slopes: &mut [f64],
) {
    dispatch!(level, s => slope_loop(s, margins, labels, values, slopes));
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn value_loop<S: Simd>(_: S, margins: &[f64], labels: &[f64], values: &mut [f64]) {
    for ((&z, &p), value) in margins.iter().zip(labels).zip(values) {
        *value = value_of(z, p, exp(-z.abs()));
    }
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction set reaches only what is inlined into the dispatch")]
fn slope_loop<S: Simd>(_: S, margins: &[f64], labels: &[f64], values: &mut [f64], slopes: &mut [f64]) {
    for (((&z, &p), value), slope) in margins.iter().zip(labels).zip(values).zip(slopes) {
        let u = exp(-z.abs());
        *value = value_of(z, p, u);
        let (large, small) = (1.0 / (1.0 + u), u / (1.0 + u));
        let (up, down) = if z < 0.0 { (small, large) } else { (large, small) };
        *slope = (1.0 - p) * up - p * down;
    }
}

/// All three terms have the sign of what they stand for, so nothing cancels.
#[inline(always)]
#[allow(clippy::inline_always, reason = "in the innermost loop")]
fn value_of(z: f64, p: f64, u: f64) -> f64 {
    let (below, above) = if z < 0.0 { (-z, 0.0) } else { (0.0, z) };
    ln_1p(u) + p * below + (1.0 - p) * above
}

/// eʸ for y ≤ 0: y = k·ln 2 + r, and Taylor's polynomial of r, whose remainder is below 5e-18.
#[inline(always)]
#[allow(clippy::inline_always, reason = "in the innermost loop")]
fn exp(y: f64) -> f64 {
    let shifted = y * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (y - k * LN_2_HIGH) - k * LN_2_LOW;
    let mut sum = 1.0 / 6_227_020_800.0;
    for factorial in
        [479_001_600.0, 39_916_800.0, 3_628_800.0, 362_880.0, 40_320.0, 5_040.0, 720.0, 120.0, 24.0, 6.0, 2.0]
    {
        sum = sum * r + 1.0 / factorial;
    }
    // 1 + (r + r²·…) loses less than multiplying out to the end.
    let value = 1.0 + (r + r * r * sum);
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    if y < LEAST { 0.0 } else { value * power }
}

/// ln(1 + u) for u from 0 to 1: ln(1 + f) = 2·artanh(f/(2 + f)) with 1 + f = 1 + u or (1 + u)/2, whichever is nearer 1.
/// The series' remainder is below 1e-18 of the value.
#[inline(always)]
#[allow(clippy::inline_always, reason = "in the innermost loop")]
fn ln_1p(u: f64) -> f64 {
    let halve = u > std::f64::consts::SQRT_2 - 1.0;
    let f = if halve { 0.5 * (u - 1.0) } else { u };
    let base = if halve { std::f64::consts::LN_2 } else { 0.0 };
    let s = f / (2.0 + f);
    let square = s * s;
    let mut sum = 1.0 / 23.0;
    for odd in [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = sum * square + 1.0 / odd;
    }
    base + (2.0 * s + 2.0 * s * square * sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{ln_sigmoid, sigmoid};
    use crate::rng::Stream;

    #[test]
    fn equals_the_standard_library_to_the_bound_and_itself_at_every_level() {
        let mut rng = Stream::new(61, 0, 0);
        let mut margins = vec![0.0, -0.0, 1.0, -1.0, 707.0, 708.0, -745.2, 746.0, 1e4, -1e4, 1e300, 5e-324];
        // Where the exponential and the logarithm change pieces.
        let (ln_2, halved) = (std::f64::consts::LN_2, -(std::f64::consts::SQRT_2 - 1.0).ln());
        margins.extend([ln_2, 0.5 * ln_2, halved, halved.next_up(), halved.next_down()]);
        for scale in [1e-12, 1e-3, 1.0, 10.0, 40.0, 800.0] {
            margins.extend((0..3000).map(|_| scale * (2.0 * rng.uniform() - 1.0)));
        }
        // −0.25 and 1.25 are the labels of a robust loss.
        for p in [0.0, 0.1, 0.5, 1.0, 1.25, -0.25] {
            let labels = vec![p; margins.len()];
            let of_level = |level: Level| {
                let (mut values, mut slopes) = (labels.clone(), labels.clone());
                let mut alone = labels.clone();
                soft_label_slopes(level, &margins, &labels, &mut values, &mut slopes);
                soft_label_values(level, &margins, &labels, &mut alone);
                assert_eq!(alone, values);
                (values, slopes)
            };
            let (values, slopes) = of_level(Level::new());
            assert_eq!(of_level(Level::baseline()), (values.clone(), slopes.clone()));
            for ((&z, value), slope) in margins.iter().zip(values).zip(slopes) {
                // Labels outside 0..1 subtract: the bound is then on the two parts.
                let (won, lost) = (p * ln_sigmoid(z), (1.0 - p) * ln_sigmoid(-z));
                let size = (won.abs() + lost.abs()) * 8.0 * f64::EPSILON + 1e-307;
                assert!((value + won + lost).abs() <= size, "{z} {p}: {value}");
                let (up, down) = ((1.0 - p) * sigmoid(z), p * sigmoid(-z));
                let size = (up.abs() + down.abs()) * 8.0 * f64::EPSILON + 1e-307;
                assert!((slope - up + down).abs() <= size, "{z} {p}: {slope}");
            }
        }
    }

    #[test]
    fn a_margin_that_is_not_finite_shows() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for p in [0.0, 0.5, 1.0] {
                let mut value = [0.0];
                soft_label_values(Level::new(), &[bad], &[p], &mut value);
                assert!(!value[0].is_finite(), "{bad} {p}");
            }
        }
    }
}
