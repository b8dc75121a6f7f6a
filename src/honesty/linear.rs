//! The little linear algebra that the papers need; matrices are row after row.

/// Pivots below this share of what they are left over from are rounding.
const SINGULAR: f64 = 1e-13;

/// The lower factor L of a symmetric positive definite n × n matrix LLᵀ; `None` if it is not that.
pub(super) fn cholesky(n: usize, matrix: &[f64]) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let (row_i, row_j) = (&factor[i * n..i * n + j], &factor[j * n..j * n + j]);
            let entry = *matrix.get(i * n + j)?;
            let rest = entry - row_i.iter().zip(row_j).map(|(a, b)| a * b).sum::<f64>();
            factor[i * n + j] = if i == j {
                if !(rest > SINGULAR * entry && rest.is_finite()) {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / factor[j * n + j]
            };
        }
    }
    Some(factor)
}

/// z of Lz = x.
pub(super) fn forward(factor: &[f64], mut x: Vec<f64>) -> Vec<f64> {
    let n = x.len();
    for (i, row) in factor.chunks_exact(n.max(1)).enumerate() {
        let rest = x[i] - row[..i].iter().zip(&x).map(|(a, b)| a * b).sum::<f64>();
        x[i] = rest / row[i];
    }
    x
}

/// x of Ax = b for any square matrix of finite numbers, by elimination with the greatest pivot; `None` if it has no inverse.
pub(super) fn solve(n: usize, matrix: &[f64], b: &[f64]) -> Option<Vec<f64>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_solved() {
        let a = [4.0, 2.0, 0.6, 2.0, 5.0, -1.0, 0.6, -1.0, 3.0];
        let b = [1.0, -2.0, 0.5];
        let x = solve(3, &a, &b).unwrap();
        for (row, b) in a.chunks_exact(3).zip(b) {
            assert!((row.iter().zip(&x).map(|(a, x)| a * x).sum::<f64>() - b).abs() < 1e-12);
        }
        // bᵀA⁻¹b by both ways.
        let z = forward(&cholesky(3, &a).unwrap(), b.to_vec());
        let (left, right): (f64, f64) =
            (z.iter().map(|z| z * z).sum(), b.iter().zip(&x).map(|(b, x)| b * x).sum());
        assert!((left - right).abs() < 1e-12);
        // A pivot of 0 that elimination has to go round.
        assert_eq!(solve(2, &[0.0, 1.0, 1.0, 0.0], &[2.0, 3.0]), Some(vec![3.0, 2.0]));
    }

    #[test]
    fn singular_matrices_are_found() {
        let singular = [1.0, 2.0, 2.0, 4.0];
        assert_eq!(cholesky(2, &singular), None);
        assert_eq!(solve(2, &singular, &[1.0, 1.0]), None);
        assert_eq!(cholesky(2, &[1.0, 2.0, 2.0, 1.0]), None);
        assert_eq!(solve(1, &[0.0], &[1.0]), None);
    }
}
