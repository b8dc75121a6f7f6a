//! The linear algebra that several floors share; matrices are row after row.

use crate::num;

/// Pivots below this share of what they are left of are rounding.
pub(crate) const SINGULAR: f64 = 1e-13;

/// The factor of a symmetric positive definite matrix.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cholesky {
    n: usize,
    /// Row by row; what is above the diagonal has no meaning.
    lower: Vec<f64>,
}

impl Cholesky {
    /// Of a matrix of n × n entries whose lower triangle is given row by row; `None` unless it is positive definite: each
    /// pivot must be above the share `least` of the diagonal entry that it is left of.
    pub(crate) fn new(n: usize, mut lower: Vec<f64>, least: f64) -> Option<Self> {
        for i in 0..n {
            let (above, from_row) = lower.split_at_mut(i * n);
            let row = &mut from_row[..=i];
            for j in 0..i {
                let other = &above[j * n..=j * n + j];
                row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
            }
            let pivot = row[i] - dot(&row[..i], &row[..i]);
            // Refuses NaN too.
            if !(pivot > least * row[i] && pivot > 0.0 && pivot.is_finite()) {
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
    pub(crate) fn solve(&self, x: &mut [f64]) {
        self.forward(x, 0);
        for i in (0..self.n).rev() {
            let row = self.row(i);
            let (before, at) = x.split_at_mut(i);
            at[0] /= row[i];
            before.iter_mut().zip(row).for_each(|(x, l)| *x -= l * at[0]);
        }
    }

    /// ln det A.
    pub(crate) fn ln_determinant(&self) -> f64 {
        2.0 * num::sum((0..self.n).map(|i| self.lower[i * self.n + i].ln()))
    }

    /// bᵀA⁻¹b, which is left of b as L⁻¹b.
    pub(crate) fn inverse_form(&self, b: &mut [f64]) -> f64 {
        self.forward(b, 0);
        dot(b, b)
    }

    /// bᵀA⁻¹b, b being 0 except at some positions.
    pub(crate) fn inverse_form_at(&self, entries: &[(usize, f64)]) -> f64 {
        let mut x = vec![0.0; self.n];
        entries.iter().for_each(|&(at, value)| x[at] += value);
        let from = entries.iter().map(|&(at, _)| at).min().unwrap_or(0);
        self.forward(&mut x, from);
        dot(&x[from..], &x[from..])
    }
}

/// x of Ax = b for any square matrix of finite numbers, by elimination with the greatest pivot; `None` if it has no inverse.
pub(crate) fn solve(n: usize, matrix: &[f64], b: &[f64]) -> Option<Vec<f64>> {
    let greatest = matrix.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let mut rows: Vec<Vec<f64>> = matrix
        .chunks_exact(n.max(1))
        .zip(b)
        .map(|(row, &b)| row.iter().copied().chain([b]).collect())
        .collect();
    for i in 0..n {
        let size = |row: &usize| rows[*row][i].abs();
        let pivot = (i..n).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        if size(&pivot) <= SINGULAR * greatest {
            return None;
        }
        rows.swap(i, pivot);
        let (done, below) = rows.split_at_mut(i + 1);
        let lead = done.last()?;
        for row in below {
            let factor = row[i] / lead[i];
            row.iter_mut().zip(lead).skip(i).for_each(|(x, l)| *x -= factor * l);
        }
    }
    let mut x = vec![0.0; n];
    for (i, row) in rows.iter().enumerate().rev() {
        let rest = row[n] - row[i + 1..n].iter().zip(&x[i + 1..]).map(|(a, b)| a * b).sum::<f64>();
        x[i] = rest / row[i];
    }
    Some(x)
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
        let factor = Cholesky::new(n, matrix, 0.0).unwrap();
        let mut x: Vec<f64> = (0..n).map(|i| (0..n).map(|j| entry(i, j) * (j as f64 - 3.0)).sum()).collect();
        factor.solve(&mut x);
        assert!(x.iter().enumerate().all(|(j, x)| (x - (j as f64 - 3.0)).abs() < 1e-12), "{x:?}");
        let mut unit = vec![0.0; n];
        (unit[4], unit[9]) = (1.0, -1.0);
        let form = factor.inverse_form(&mut unit.clone());
        assert!((factor.inverse_form_at(&[(4, 1.0), (9, -1.0)]) - form).abs() < 1e-14);
        factor.solve(&mut unit);
        assert!((form - (unit[4] - unit[9])).abs() < 1e-14);
    }

    #[test]
    fn elimination_solves_the_same() {
        let a = [4.0, 2.0, 0.6, 2.0, 5.0, -1.0, 0.6, -1.0, 3.0];
        let b = [1.0, -2.0, 0.5];
        let x = solve(3, &a, &b).unwrap();
        let mut other = b;
        Cholesky::new(3, a.to_vec(), SINGULAR).unwrap().solve(&mut other);
        assert!(x.iter().zip(other).all(|(x, y)| (x - y).abs() < 1e-14));
        // A pivot of 0 that elimination has to go round.
        assert_eq!(solve(2, &[0.0, 1.0, 1.0, 0.0], &[2.0, 3.0]), Some(vec![3.0, 2.0]));
    }

    #[test]
    fn determinants_known_by_hand() {
        // 4·(15 − 1) − 2·(6 − 0) = 44; what is above the diagonal is not read.
        let lower = vec![4.0, f64::NAN, f64::NAN, 2.0, 5.0, f64::NAN, 0.0, 1.0, 3.0];
        assert!((Cholesky::new(3, lower, 0.0).unwrap().ln_determinant() - 44f64.ln()).abs() < 1e-14);
        assert_eq!(Cholesky::new(0, vec![], 0.0).unwrap().ln_determinant(), 0.0);
    }

    #[test]
    fn singular_matrices_are_found() {
        let singular = [1.0, 2.0, 2.0, 4.0];
        assert_eq!(Cholesky::new(2, singular.to_vec(), 0.0), None);
        assert_eq!(Cholesky::new(2, vec![1.0, 0.0, 1.0, 1.0 + 1e-14], SINGULAR), None);
        assert_eq!(Cholesky::new(2, vec![1.0, 2.0, 2.0, 1.0], 0.0), None);
        assert_eq!(solve(2, &singular, &[1.0, 1.0]), None);
        assert_eq!(solve(1, &[0.0], &[1.0]), None);
    }
}
