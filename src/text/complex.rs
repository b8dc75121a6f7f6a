//! Complex numbers, as far as expressions are evaluated at points of the complex plane. All functions are principal
//! values.

use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Complex {
    pub(super) re: f64,
    pub(super) im: f64,
}

const I: Complex = Complex { re: 0.0, im: 1.0 };
/// Whole powers up to this size are products: exact for small numbers and on the negative axis.
const LARGEST_PRODUCT: f64 = 64.0;

impl Complex {
    pub(super) const fn real(re: f64) -> Self {
        Self { re, im: 0.0 }
    }

    pub(super) fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    pub(super) fn abs(self) -> f64 {
        self.re.hypot(self.im)
    }

    pub(super) fn exp(self) -> Self {
        let scale = self.re.exp();
        if self.im == 0.0 {
            return Self::real(scale);
        }
        Self { re: scale * self.im.cos(), im: scale * self.im.sin() }
    }

    pub(super) fn ln(self) -> Self {
        Self { re: self.abs().ln(), im: self.im.atan2(self.re) }
    }

    pub(super) fn pow(self, exponent: Self) -> Self {
        let e = exponent.re;
        if exponent.im == 0.0 && e.fract() == 0.0 && e.abs() <= LARGEST_PRODUCT {
            let product = (0..e.abs() as u32).fold(Self::real(1.0), |product, _| product * self);
            return if e < 0.0 { Self::real(1.0) / product } else { product };
        }
        if self.im == 0.0 && exponent.im == 0.0 && (self.re >= 0.0 || e.fract() == 0.0) {
            return Self::real(self.re.powf(e));
        }
        if self.abs() == 0.0 {
            return Self::real(if e > 0.0 { 0.0 } else { f64::NAN });
        }
        (exponent * self.ln()).exp()
    }

    pub(super) fn sqrt(self) -> Self {
        self.pow(Self::real(0.5))
    }

    pub(super) fn sin(self) -> Self {
        Self { re: self.re.sin() * self.im.cosh(), im: self.re.cos() * self.im.sinh() }
    }

    pub(super) fn cos(self) -> Self {
        Self { re: self.re.cos() * self.im.cosh(), im: -self.re.sin() * self.im.sinh() }
    }

    pub(super) fn sinh(self) -> Self {
        -I * (I * self).sin()
    }

    pub(super) fn cosh(self) -> Self {
        (I * self).cos()
    }

    pub(super) fn arcsin(self) -> Self {
        -I * (I * self + (Self::real(1.0) - self * self).sqrt()).ln()
    }

    pub(super) fn arctan(self) -> Self {
        let one = Self::real(1.0);
        I * Self::real(0.5) * ((one - I * self).ln() - (one + I * self).ln())
    }
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Complex {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Neg for Complex {
    type Output = Self;
    fn neg(self) -> Self {
        Self { re: -self.re, im: -self.im }
    }
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

impl Div for Complex {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        if other.im == 0.0 {
            return Self { re: self.re / other.re, im: self.im / other.re };
        }
        let norm = other.re * other.re + other.im * other.im;
        let product = self * Self { re: other.re, im: -other.im };
        Self { re: product.re / norm, im: product.im / norm }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Complex, b: Complex) {
        assert!((a - b).abs() < 1e-12, "{a:?} and {b:?}");
    }

    #[test]
    fn identities() {
        let (z, one) = (Complex { re: -0.7, im: 1.3 }, Complex::real(1.0));
        close(z.sin() * z.sin() + z.cos() * z.cos(), one);
        close(z.cosh() * z.cosh() - z.sinh() * z.sinh(), one);
        close(z.arcsin().sin(), z);
        close(z.arctan().sin() / z.arctan().cos(), z);
        close(z.sqrt() * z.sqrt(), z);
        close(z.ln().exp(), z);
        close(z / z, one);
        close(z.pow(Complex::real(-3.0)) * z * z * z, one);
        close(Complex::real(-1.0).sqrt(), I);
        assert_eq!(Complex::real(-2.0).pow(Complex::real(3.0)), Complex::real(-8.0));
        assert_eq!(Complex::real(0.0).sqrt(), Complex::real(0.0));
    }
}
