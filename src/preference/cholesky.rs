/// The factor of a symmetric positive definite matrix.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cholesky {
    n: usize,
    /// Row by row; what is above the diagonal has no meaning.
    lower: Vec<f64>,
}

impl Cholesky {
    /// Of a matrix whose lower triangle is given row by row; `None` unless it is positive definite to working precision.
    pub(super) fn new(n: usize, mut lower: Vec<f64>) -> Option<Self> {
        for i in 0..n {
            let (above, from_row) = lower.split_at_mut(i * n);
            let row = &mut from_row[..=i];
            for j in 0..i {
                let other = &above[j * n..=j * n + j];
                row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
            }
            let pivot = row[i] - dot(&row[..i], &row[..i]);
            // Refuses NaN too.
            if !(pivot > 0.0 && pivot.is_finite()) {
                return None;
            }
            row[i] = pivot.sqrt();
        }
        Some(Self { n, lower })
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.lower[i * self.n..=i * self.n + i]
    }

    /// L⁻¹x in place; what is before `from` must be 0 and stays so.
    fn forward(&self, x: &mut [f64], from: usize) {
        for i in from..self.n {
            let row = self.row(i);
            x[i] = (x[i] - dot(&row[from..i], &x[from..i])) / row[i];
        }
    }

    /// The solution of Ax = b in place of b.
    pub(super) fn solve(&self, x: &mut [f64]) {
        self.forward(x, 0);
        for i in (0..self.n).rev() {
            let row = self.row(i);
            let (before, at) = x.split_at_mut(i);
            at[0] /= row[i];
            before.iter_mut().zip(row).for_each(|(x, l)| *x -= l * at[0]);
        }
    }

    /// bᵀA⁻¹b, b being 0 except at some positions.
    pub(super) fn inverse_form(&self, entries: &[(usize, f64)]) -> f64 {
        let mut x = vec![0.0; self.n];
        entries.iter().for_each(|&(at, value)| x[at] += value);
        let from = entries.iter().map(|&(at, _)| at).min().unwrap_or(0);
        self.forward(&mut x, from);
        dot(&x[from..], &x[from..])
    }
}

/// Eight running sums, so that the additions need not wait for each other.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a8, a_rest), (b8, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a8.iter().zip(b8) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    let [s0, s1, s2, s3, s4, s5, s6, s7] = sums;
    ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7)) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_what_it_factored() {
        let n = 19;
        let entry = |i: usize, j: usize| 1.0 / (1.0 + i.abs_diff(j) as f64) + if i == j { 1.0 } else { 0.0 };
        let matrix: Vec<f64> = (0..n * n).map(|at| entry(at / n, at % n)).collect();
        let factor = Cholesky::new(n, matrix).unwrap();
        let mut x: Vec<f64> = (0..n).map(|i| (0..n).map(|j| entry(i, j) * (j as f64 - 3.0)).sum()).collect();
        factor.solve(&mut x);
        assert!(x.iter().enumerate().all(|(j, x)| (x - (j as f64 - 3.0)).abs() < 1e-12), "{x:?}");
        let mut unit = vec![0.0; n];
        (unit[4], unit[9]) = (1.0, -1.0);
        factor.solve(&mut unit);
        assert!((factor.inverse_form(&[(4, 1.0), (9, -1.0)]) - (unit[4] - unit[9])).abs() < 1e-14);
        assert!(Cholesky::new(2, vec![1.0, 0.0, 2.0, 1.0]).is_none());
    }
}
