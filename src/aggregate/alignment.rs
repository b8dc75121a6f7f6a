//! Which label each true category of a fit stands for.

/// The assignment of rows to columns with the greatest sum, of a square matrix of finite numbers, by rows.
///
/// Jonker and Volgenant's shortest augmenting paths. The identity if no assignment is better by more than rounding.
pub(super) fn best_assignment(matrix: &[f64], n: usize) -> Vec<usize> {
    let identity: Vec<usize> = (0..n).collect();
    let leads = |(i, row): (usize, &[f64])| row.iter().all(|x| *x <= row[i]);
    if matrix.chunks_exact(n.max(1)).enumerate().all(leads) {
        return identity;
    }
    let found = assignment(matrix, n);
    let sum = |columns: &[usize]| columns.iter().enumerate().map(|(i, &j)| matrix[i * n + j]).sum::<f64>();
    let (kept, best) = (sum(&identity), sum(&found));
    if best > kept + 1e-9 * best.abs() { found } else { identity }
}

fn assignment(matrix: &[f64], n: usize) -> Vec<usize> {
    // Row n is the one being placed, so that every column has an owner or is free.
    let (mut of_row, mut of_column) = (vec![0.0; n], vec![0.0; n]);
    let mut owner: Vec<Option<usize>> = vec![None; n];
    for first in 0..n {
        let mut distance = vec![f64::INFINITY; n];
        let mut before: Vec<Option<usize>> = vec![None; n];
        let mut done = vec![false; n];
        let mut tree: Vec<(usize, Option<usize>)> = vec![(first, None)];
        let (mut row, mut from) = (first, None);
        let end = loop {
            let mut nearest: Option<usize> = None;
            for column in (0..n).filter(|&column| !done[column]) {
                let slack = -matrix[row * n + column] - of_row[row] - of_column[column];
                if slack < distance[column] {
                    (distance[column], before[column]) = (slack, from);
                }
                if nearest.is_none_or(|best| distance[column] < distance[best]) {
                    nearest = Some(column);
                }
            }
            let Some(column) = nearest else { break from };
            let step = distance[column];
            // Every row of the tree moves up and its column down, so that the nearest edge becomes tight.
            for &(member, through) in &tree {
                of_row[member] += step;
                if let Some(column) = through {
                    of_column[column] -= step;
                }
            }
            (0..n).filter(|&c| !done[c]).for_each(|c| distance[c] -= step);
            done[column] = true;
            match owner[column] {
                None => break Some(column),
                Some(next) => {
                    tree.push((next, Some(column)));
                    (row, from) = (next, Some(column));
                }
            }
        };
        // Shift the owners along the path.
        let mut column = end;
        while let Some(at) = column {
            column = before[at];
            owner[at] = column.map_or(Some(first), |earlier| owner[earlier]);
        }
    }
    let mut columns = vec![0; n];
    owner.iter().enumerate().for_each(|(column, row)| {
        if let Some(row) = row {
            columns[*row] = column;
        }
    });
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    fn best_by_trial(matrix: &[f64], n: usize, row: usize, used: &mut Vec<usize>) -> f64 {
        if row == n {
            return 0.0;
        }
        let mut best = f64::NEG_INFINITY;
        for column in 0..n {
            if !used.contains(&column) {
                used.push(column);
                best = best.max(matrix[row * n + column] + best_by_trial(matrix, n, row + 1, used));
                used.pop();
            }
        }
        best
    }

    #[test]
    fn no_permutation_is_better() {
        let mut stream = Stream::new(5, 0, 0);
        for n in 1..7 {
            for _ in 0..50 {
                let matrix: Vec<f64> = (0..n * n).map(|_| stream.below(9) as f64).collect();
                let found = best_assignment(&matrix, n);
                let mut columns = found.clone();
                columns.sort_unstable();
                assert_eq!(columns, (0..n).collect::<Vec<_>>());
                let sum: f64 = found.iter().enumerate().map(|(i, &j)| matrix[i * n + j]).sum();
                assert_eq!(sum, best_by_trial(&matrix, n, 0, &mut Vec::new()));
            }
        }
    }

    #[test]
    fn what_is_as_good_stays_where_it_is() {
        assert_eq!(best_assignment(&[1.0, 1.0, 1.0, 1.0], 2), [0, 1]);
        assert_eq!(best_assignment(&[1.0, 2.0, 2.0, 1.0], 2), [1, 0]);
        assert!(best_assignment(&[], 0).is_empty());
    }
}
