//! Plain arithmetic as Python reads it: whole numbers exactly, the rest as `f64`.

/// How deep brackets and powers may nest; CPython refuses brackets nested deeper than this.
const DEPTH: usize = 200;

/// A number of Python.
#[derive(Debug, Clone, Copy)]
enum Number {
    Whole(i128),
    Real(f64),
}

impl Number {
    fn real(self) -> f64 {
        match self {
            Self::Whole(n) => n as f64,
            Self::Real(x) => x,
        }
    }
}

/// Whether two texts are arithmetic (digits, `+ - * / ( ) .`, white space) with equal values; `None` if one of them is
/// not, does not evaluate, or leaves 127 bits.
pub(super) fn equal_values(a: &str, b: &str) -> Option<bool> {
    Some(match (evaluate(a)?, evaluate(b)?) {
        (Number::Whole(a), Number::Whole(b)) => a == b,
        (a, b) => a.real() == b.real(),
    })
}

fn evaluate(text: &str) -> Option<Number> {
    let mut reader = Reader { rest: text.as_bytes(), depth: 0 };
    let value = reader.sum()?;
    reader.peek().is_none().then_some(value)
}

struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    fn take(&mut self, token: &[u8]) -> bool {
        self.peek();
        let behind = self.rest.strip_prefix(token);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn sum(&mut self) -> Option<Number> {
        let mut left = self.product()?;
        loop {
            let add = match self.peek() {
                Some(b'+') => true,
                Some(b'-') => false,
                _ => return Some(left),
            };
            self.rest = self.rest.get(1..)?;
            let right = self.product()?;
            let exact = if add { i128::checked_add } else { i128::checked_sub };
            let real = if add { |a, b| a + b } else { |a: f64, b: f64| a - b };
            left = combine(left, right, exact, real)?;
        }
    }

    fn product(&mut self) -> Option<Number> {
        let mut left = self.signed()?;
        loop {
            // A power stands nearer to its base and is read there.
            let whole = self.take(b"//");
            let divide = whole || self.take(b"/");
            if !divide && !self.take(b"*") {
                return Some(left);
            }
            let right = self.signed()?;
            if divide && right.real() == 0.0 {
                return None;
            }
            left = if whole {
                combine(left, right, floor_division, |a, b| (a / b).floor())?
            } else if divide {
                Number::Real(left.real() / right.real())
            } else {
                combine(left, right, i128::checked_mul, |a, b| a * b)?
            };
        }
    }

    /// Signs, then a power: −2**2 is −4.
    fn signed(&mut self) -> Option<Number> {
        let mut negative = false;
        while let Some(sign @ (b'+' | b'-')) = self.peek() {
            negative ^= sign == b'-';
            self.rest = self.rest.get(1..)?;
        }
        let base = self.atom()?;
        let value = if self.take(b"**") { power(base, self.deeper(Self::signed)?)? } else { base };
        if !negative {
            return Some(value);
        }
        Some(match value {
            Number::Whole(n) => Number::Whole(n.checked_neg()?),
            Number::Real(x) => Number::Real(-x),
        })
    }

    fn atom(&mut self) -> Option<Number> {
        if self.take(b"(") {
            let value = self.deeper(Self::sum)?;
            return self.take(b")").then_some(value);
        }
        let length = self.rest.iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        let text = std::str::from_utf8(digits).ok()?;
        if text.contains('.') {
            return text.parse().ok().map(Number::Real);
        }
        // Python refuses a leading zero before other digits.
        if text.starts_with('0') && text.bytes().any(|b| b != b'0') {
            return None;
        }
        text.parse().ok().map(Number::Whole)
    }

    fn deeper(&mut self, read: impl Fn(&mut Self) -> Option<Number>) -> Option<Number> {
        if self.depth == DEPTH {
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }
}

fn combine(
    a: Number,
    b: Number,
    exact: impl Fn(i128, i128) -> Option<i128>,
    real: impl Fn(f64, f64) -> f64,
) -> Option<Number> {
    match (a, b) {
        (Number::Whole(a), Number::Whole(b)) => exact(a, b).map(Number::Whole),
        (a, b) => Some(Number::Real(real(a.real(), b.real()))),
    }
}

fn floor_division(a: i128, b: i128) -> Option<i128> {
    let quotient = a.checked_div(b)?;
    if a % b != 0 && (a < 0) != (b < 0) { quotient.checked_sub(1) } else { Some(quotient) }
}

fn power(base: Number, exponent: Number) -> Option<Number> {
    if let (Number::Whole(base), Number::Whole(exponent)) = (base, exponent)
        && exponent >= 0
    {
        return base.checked_pow(u32::try_from(exponent).ok()?).map(Number::Whole);
    }
    let value = base.real().powf(exponent.real());
    // What is complex in Python, or an error there.
    value.is_finite().then_some(Number::Real(value))
}

#[cfg(test)]
mod tests {
    use super::equal_values;

    #[test]
    fn values_as_python_has_them() {
        for (a, b) in [
            ("12", "12.0"),
            ("3*4", "12"),
            ("-2**2", "-4"),
            ("2**3**2", "512"),
            ("-7//2", "-4"),
            ("((1)) + .5", "1.5"),
            ("2**-1", "1/2"),
            ("2*-3", " - 6"),
            ("000", "0"),
        ] {
            assert_eq!(equal_values(a, b), Some(true), "{a} and {b}");
        }
        assert_eq!(equal_values("9007199254740993", "9007199254740992"), Some(false));
        assert_eq!(equal_values("0.1+0.2", "0.3"), Some(false));
        for no_arithmetic in ["", "1 2", "(1)(2)", "007", "1/0", ".", "x", "1,000", "2**999", "(1", "*", "é"]
        {
            assert_eq!(equal_values(no_arithmetic, "1"), None, "{no_arithmetic}");
        }
    }

    #[test]
    fn deep_brackets_end() {
        let deep = |n: usize| format!("{}1{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(equal_values(&deep(100), "1"), Some(true));
        assert_eq!(equal_values(&deep(1_000_000), "1"), None);
        assert_eq!(equal_values(&"-".repeat(1_000_000), "1"), None);
    }
}
