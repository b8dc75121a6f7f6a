use crate::error::{Error, Result};
use crate::moral_graph::draw::{cosine_distance, distance, unit};
use crate::num;

/// Groups of near-identical cards.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clusters {
    /// Positions of each cluster's cards, in the order in which they joined.
    pub clusters: Vec<Vec<usize>>,
    /// What the released code calls noise: every card that had too few neighbours when it was first met, also if a later
    /// cluster took it in.
    pub first_noise: Vec<usize>,
}

impl Clusters {
    /// The cards of no cluster, ascending.
    #[must_use]
    pub fn noise(&self) -> Vec<usize> {
        let clustered: std::collections::HashSet<usize> = self.clusters.iter().flatten().copied().collect();
        self.first_noise.iter().copied().filter(|i| !clustered.contains(i)).collect()
    }
}

/// DBSCAN over embeddings: cards that are each within `epsilon` of enough others, and what is near them.
///
/// The distance is that of [`cosine_distance`](super::cosine_distance); a neighbour is strictly nearer than `epsilon`, and a card is its own neighbour. A
/// card belongs to the first cluster that reaches it.
///
/// # Source
/// Ester, Kriegel, Sander and Xu 1996. Arxiv 2404.10636 released `epsilon` 0.11 with `min_points` 3, and one card of each
/// cluster, chosen by a judge, stands for it.
///
/// # Errors
/// As [`cosine_distance`](super::cosine_distance); [`Error::Argument`] if `epsilon` is NaN.
///
/// # Complexity
/// O(n²) distances.
///
/// # Examples
/// ```
/// use probity::moral_graph::dbscan;
/// let cards: [&[f64]; 4] = [&[1.0, 0.0], &[1.0, 0.1], &[1.0, 0.2], &[0.0, 1.0]];
/// let found = dbscan(&cards, 0.11, 3)?;
/// assert_eq!((found.clusters.as_slice(), found.noise()), (&[vec![0, 1, 2]][..], vec![3]));
/// assert!(dbscan(&[], 0.11, 3)?.clusters.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn dbscan(embeddings: &[&[f64]], epsilon: f64, min_points: usize) -> Result<Clusters> {
    if epsilon.is_nan() {
        return Err(Error::argument("epsilon", "a number", epsilon));
    }
    let mut units = Vec::with_capacity(embeddings.len());
    for embedding in embeddings {
        num::check_same_length("embeddings", embeddings[0].len(), embedding.len())?;
        units.push(unit("an embedding", embedding)?);
    }
    let n = units.len();
    let near =
        |i: usize| (0..n).filter(|&j| distance(&units[i], &units[j]) < epsilon).collect::<Vec<usize>>();
    let (mut visited, mut assigned) = (vec![false; n], vec![false; n]);
    let (mut clusters, mut first_noise) = (Vec::new(), Vec::new());
    for i in 0..n {
        if std::mem::replace(&mut visited[i], true) {
            continue;
        }
        let mut reached = near(i);
        if reached.len() < min_points {
            first_noise.push(i);
            continue;
        }
        let mut queued = vec![false; n];
        reached.iter().for_each(|&j| queued[j] = true);
        assigned[i] = true;
        let mut cluster = vec![i];
        let mut next = 0;
        while let Some(&j) = reached.get(next) {
            next += 1;
            if !std::mem::replace(&mut visited[j], true) {
                let around = near(j);
                if around.len() >= min_points {
                    reached.extend(around.into_iter().filter(|&k| !std::mem::replace(&mut queued[k], true)));
                }
            }
            if !std::mem::replace(&mut assigned[j], true) {
                cluster.push(j);
            }
        }
        clusters.push(cluster);
    }
    Ok(Clusters { clusters, first_noise })
}

/// The canonical cards that a new card may be the same as: at most `limit`, strictly nearer than `max_distance`, the
/// nearest first. A judge says which one it is, if any; otherwise the card becomes canonical itself.
///
/// # Source
/// The released code of arXiv 2404.10636: 5 cards nearer than 0.1.
///
/// # Errors
/// As [`cosine_distance`].
///
/// # Examples
/// ```
/// use probity::moral_graph::nearest_canonical;
/// let canonical: [(u32, &[f64]); 3] = [(1, &[0.0, 1.0]), (2, &[1.0, 0.2]), (3, &[1.0, 0.1])];
/// let found = nearest_canonical(&[1.0, 0.0], &canonical, 5, 0.1)?;
/// assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [3, 2]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn nearest_canonical(
    embedding: &[f64],
    canonical: &[(u32, &[f64])],
    limit: usize,
    max_distance: f64,
) -> Result<Vec<(u32, f64)>> {
    let mut found = canonical
        .iter()
        .map(|&(id, other)| Ok((id, cosine_distance(embedding, other)?)))
        .collect::<Result<Vec<_>>>()?;
    found.retain(|&(_, distance)| distance < max_distance);
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    found.truncate(limit);
    Ok(found)
}
