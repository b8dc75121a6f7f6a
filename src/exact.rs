//! Exact sums of `f64`: fixed point, wide enough for every finite value and every product of two.
//!
//! A floating-point sum depends on the order of its terms; a tally must not. [`ExactSum`] keeps the sum as an
//! integer multiple of 2⁻²¹⁷⁶ (Kulisch's long accumulator), so adding is associative and commutative without any
//! error, and merging shards in any order gives the same bits.

use serde::{Deserialize, Serialize};

/// Bits of a digit.
const DIGIT: i32 = 32;
/// The exponent of the lowest digit: below the square of the smallest subnormal number.
const LOWEST: i32 = -2176;
/// Digits, up to 2²¹⁷⁶ and a margin of 2⁶⁴ additions.
const DIGITS: usize = 138;
/// Additions after which carries are resolved: each adds less than 2³² to a digit of 63 bits.
const CARRY_AFTER: u32 = 1 << 29;

/// A sum of finite `f64` (or of products of two) without rounding.
#[derive(Clone)]
pub(crate) struct ExactSum {
    digits: Box<[i64; DIGITS]>,
    pending: u32,
}

impl Default for ExactSum {
    fn default() -> Self {
        Self { digits: Box::new([0; DIGITS]), pending: 0 }
    }
}

impl std::fmt::Debug for ExactSum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ExactSum({})", self.value())
    }
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        Canonical::from(self.clone()) == Canonical::from(other.clone())
    }
}

/// Sign, integer mantissa below 2⁵³ and binary exponent of a finite number.
fn decompose(x: f64) -> (bool, u64, i32) {
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let negative = bits >> 63 == 1;
    if exponent == 0 { (negative, fraction, -1074) } else { (negative, fraction | 1 << 52, exponent - 1075) }
}

impl ExactSum {
    /// Adds a finite value.
    #[inline]
    pub(crate) fn add(&mut self, x: f64) {
        debug_assert!(x.is_finite());
        let (negative, mantissa, exponent) = decompose(x);
        self.add_scaled(negative, mantissa, exponent);
    }

    /// Adds the exact product of two finite values.
    #[inline]
    pub(crate) fn add_product(&mut self, x: f64, y: f64) {
        let (sx, mx, ex) = decompose(x);
        let (sy, my, ey) = decompose(y);
        let product = u128::from(mx) * u128::from(my);
        self.add_scaled(sx != sy, product as u64, ex + ey);
        self.add_scaled(sx != sy, (product >> 64) as u64, ex + ey + 64);
    }

    #[inline]
    fn add_scaled(&mut self, negative: bool, mantissa: u64, exponent: i32) {
        let offset = (exponent - LOWEST) as usize;
        let (low, shift) = (offset / DIGIT as usize, offset % DIGIT as usize);
        let wide = u128::from(mantissa) << shift;
        let sign = if negative { -1 } else { 1 };
        for (k, digit) in self.digits[low..low + 3].iter_mut().enumerate() {
            *digit += sign * i64::from((wide >> (32 * k)) as u32);
        }
        self.pending += 1;
        if self.pending >= CARRY_AFTER {
            self.carry();
        }
    }

    /// Adds `factor` times another sum, exactly.
    pub(crate) fn add_multiple(&mut self, factor: u64, of: &Self) {
        let (negative, digits) = of.magnitude();
        for (exponent, digit) in digits {
            let product = u128::from(factor) * u128::from(digit);
            self.add_scaled(negative, product as u64, exponent);
            self.add_scaled(negative, (product >> 64) as u64, exponent + 64);
        }
    }

    /// Subtracts the square of a sum of values (not of products), exactly.
    pub(crate) fn subtract_square(&mut self, of: &Self) {
        let (_, digits) = of.magnitude();
        for &(left, a) in &digits {
            for &(right, b) in &digits {
                // A value is a multiple of 2⁻¹⁰⁷⁴, so the bits of the product below the lowest digit are zeros.
                let below = (LOWEST - (left + right)).max(0);
                let product = (u64::from(a) * u64::from(b)).checked_shr(below as u32).unwrap_or(0);
                self.add_scaled(true, product, left + right + below);
            }
        }
    }

    /// The sign, and the digits that are not zero with their exponents.
    fn magnitude(&self) -> (bool, Vec<(i32, u32)>) {
        let Canonical { negative, start, digits } = self.clone().into();
        let places = (start..).map(|k| LOWEST + DIGIT * k as i32);
        (negative, places.zip(digits.iter().map(|&d| d as u32)).filter(|&(_, d)| d > 0).collect())
    }

    /// Brings every digit but the highest into `0..2³²`.
    fn carry(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits[..DIGITS - 1] {
            let total = *digit + carry;
            *digit = total & 0xffff_ffff;
            carry = total >> DIGIT;
        }
        self.digits[DIGITS - 1] += carry;
        self.pending = 1;
    }

    /// Adds another sum, exactly.
    pub(crate) fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        other.carry();
        self.carry();
        for (a, b) in self.digits.iter_mut().zip(other.digits.iter()) {
            *a += b;
        }
        self.carry();
    }

    fn negate(&mut self) {
        self.digits.iter_mut().for_each(|d| *d = -*d);
    }

    /// Reads the digits from the top; right to a few units in the last place.
    fn approximate(&self) -> f64 {
        let mut copy = self.clone();
        copy.carry();
        let negative = copy.digits[DIGITS - 1] < 0;
        if negative {
            copy.negate();
            copy.carry();
        }
        let Some(top) = copy.digits.iter().rposition(|&d| d != 0) else { return 0.0 };
        let mut total = 0.0;
        // Four digits hold at least 97 significant bits.
        for k in (top.saturating_sub(3)..=top).rev() {
            total += scale(copy.digits[k] as f64, LOWEST + DIGIT * k as i32);
        }
        if negative { -total } else { total }
    }

    /// The sum as an unevaluated pair `high + low`, good to about 2⁻¹⁰⁰ of its size.
    pub(crate) fn double(&self) -> Double {
        let high = self.approximate();
        if !high.is_finite() {
            return Double { high, low: 0.0 };
        }
        let mut rest = self.clone();
        rest.carry();
        rest.add(-high);
        Double::sum(high, rest.approximate())
    }

    /// The sum, rounded; infinite when it leaves the range of `f64`.
    pub(crate) fn value(&self) -> f64 {
        self.double().high
    }
}

/// `x · 2^exponent` without overflow on the way.
fn scale(x: f64, exponent: i32) -> f64 {
    let mut value = x;
    let mut left = exponent;
    while left != 0 {
        let step = left.clamp(-1000, 1000);
        value *= 2f64.powi(step);
        left -= step;
    }
    value
}

/// An unevaluated sum of two `f64`: about 32 decimal digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Double {
    pub(crate) high: f64,
    pub(crate) low: f64,
}

impl Double {
    /// The exact sum of two numbers (Knuth).
    pub(crate) fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let t = high - a;
        Self { high, low: (a - (high - t)) + (b - t) }
    }

    /// The exact product of two numbers.
    pub(crate) fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let s = Self::sum(self.high, other.high);
        let t = Self::sum(self.low, other.low);
        let u = Self::sum(s.high, s.low + t.high);
        Self::sum(u.high, u.low + t.low)
    }

    pub(crate) fn negated(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }

    pub(crate) fn times(self, other: Self) -> Self {
        let p = Self::product(self.high, other.high);
        Self::sum(p.high, p.low + (self.high * other.low + self.low * other.high))
    }

    pub(crate) fn scaled(self, factor: f64) -> Self {
        let p = Self::product(self.high, factor);
        Self::sum(p.high, p.low + self.low * factor)
    }

    pub(crate) fn value(self) -> f64 {
        self.high + self.low
    }
}

/// The one way to write a sum down: sign, and digits of 32 bits from the lowest that is not zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Canonical {
    negative: bool,
    start: usize,
    digits: Vec<u64>,
}

impl From<ExactSum> for Canonical {
    fn from(mut sum: ExactSum) -> Self {
        sum.carry();
        let negative = sum.digits[DIGITS - 1] < 0;
        if negative {
            sum.negate();
            sum.carry();
        }
        let start = sum.digits.iter().position(|&d| d != 0).unwrap_or(0);
        let end = sum.digits.iter().rposition(|&d| d != 0).map_or(0, |top| top + 1);
        Self { negative, start, digits: sum.digits[start.min(end)..end].iter().map(|&d| d as u64).collect() }
    }
}

impl TryFrom<Canonical> for ExactSum {
    type Error = String;

    fn try_from(canonical: Canonical) -> Result<Self, String> {
        let end = canonical.start.checked_add(canonical.digits.len()).filter(|&end| end <= DIGITS);
        if end.is_none() || canonical.digits.iter().any(|&d| d > u64::from(u32::MAX)) {
            return Err(format!(
                "expected at most {DIGITS} digits of 32 bits, found {} digits from {}",
                canonical.digits.len(),
                canonical.start
            ));
        }
        let mut sum = Self::default();
        for (to, &from) in sum.digits[canonical.start..].iter_mut().zip(&canonical.digits) {
            *to = from as i64;
        }
        if canonical.negative {
            sum.negate();
        }
        Ok(sum)
    }
}

impl Serialize for ExactSum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Canonical::from(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ExactSum {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Canonical::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        values.iter().for_each(|&x| sum.add(x));
        sum.value()
    }

    #[test]
    fn cancellation_loses_nothing() {
        assert_eq!(total(&[1e308, 1.0, -1e308]), 1.0);
        assert_eq!(total(&[5e-324, 1e300, -1e300, -5e-324]), 0.0);
        assert_eq!(total(&[0.1, 0.2, 0.3]), 0.6);
        assert_eq!(total(&[]), 0.0);
    }

    #[test]
    fn products_are_exact() {
        let mut sum = ExactSum::default();
        sum.add_product(1e200, 1e-200);
        sum.add_product(-1e200, 1e-200);
        sum.add_product(3e-200, 1e-160);
        sum.add_product(0.1, -0.1);
        sum.add_product(0.1, 0.1);
        assert_eq!(sum.value(), 0.0); // below the smallest f64
        sum.add_product(1.0 + f64::EPSILON, 1.0 - f64::EPSILON);
        sum.add(-1.0);
        assert_eq!(sum.value(), -f64::EPSILON * f64::EPSILON);
    }

    #[test]
    fn squares_and_multiples_are_exact() {
        // n·Σx² − (Σx)² of equal numbers is 0, of two neighbours the square of their distance.
        let spread = |values: &[f64]| {
            let (mut sum, mut squares, mut out) =
                (ExactSum::default(), ExactSum::default(), ExactSum::default());
            values.iter().for_each(|&x| {
                sum.add(x);
                squares.add_product(x, x);
            });
            out.add_multiple(values.len() as u64, &squares);
            out.subtract_square(&sum);
            out.value()
        };
        for x in [0.1, -3e140, 7e-300, 5e-324, 1e10 + 0.3] {
            assert_eq!(spread(&[x; 7]), 0.0, "{x}");
        }
        assert_eq!(spread(&[1.0, 1.0 + f64::EPSILON]), f64::EPSILON * f64::EPSILON);
        assert_eq!(spread(&[-2.0, 3.0]), 25.0);
        assert_eq!(spread(&[1e140, -1e140]), 4e280);
    }

    proptest! {
        #[test]
        fn order_and_split_do_not_matter(values in prop::collection::vec(-1e9f64..1e9, 0..40), cut in 0usize..40) {
            let cut = cut.min(values.len());
            let (mut left, mut right, mut whole) =
                (ExactSum::default(), ExactSum::default(), ExactSum::default());
            values[..cut].iter().for_each(|&x| left.add(x));
            values[cut..].iter().for_each(|&x| right.add(x));
            values.iter().rev().for_each(|&x| whole.add(x));
            right.merge(&left);
            prop_assert_eq!(serde_json::to_string(&right).unwrap(), serde_json::to_string(&whole).unwrap());
            let back: ExactSum = serde_json::from_str(&serde_json::to_string(&whole).unwrap()).unwrap();
            prop_assert_eq!(back.value().to_bits(), whole.value().to_bits());
        }
    }
}
