use crate::error::{Error, Result};
use crate::honesty::sayself_parse::SCALE;
use crate::num;

/// Which reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RewardForm {
    /// 1 − 2(c − f)², from −1 to 1, as in the released code.
    #[default]
    Released,
    /// c − (c − f)², as the paper is remembered to print it, where c is 1 for a right answer and 0 for a wrong one: a wrong
    /// answer is worth at most 0.
    Printed,
}

/// The reward of an answer with a stated confidence, both from 0 to 10; c and f are the tenths.
///
/// ```text
/// released: 2·(0.5 − (c − f)²) = 1 − 2(c − f)²     printed: c − (c − f)²     without a confidence: −1
/// ```
///
/// # Missing values
/// A response that states no confidence gets −1.
///
/// # Source
/// SaySelf, rlhf_train.py; in training the correctness is 10 or 0, see [`correctness_by_containment`]. See [`RewardForm`].
///
/// # Errors
/// [`Error::Argument`] for a number that is not from 0 to 10: bring a stated one onto the scale by
/// [`on_scale`](crate::honesty::sayself::on_scale).
///
/// # Examples
/// ```
/// use probity::honesty::sayself::{RewardForm::{Printed, Released}, reward};
/// assert_eq!(reward(10.0, Some(5.0), Released)?, 0.5);
/// assert_eq!(reward(10.0, Some(5.0), Printed)?, 0.75);
/// assert_eq!((reward(0.0, Some(0.0), Released)?, reward(0.0, Some(0.0), Printed)?), (1.0, 0.0));
/// assert_eq!(reward(10.0, None, Released)?, -1.0);
/// assert!(reward(10.0, Some(85.0), Released).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn reward(correctness: f64, confidence: Option<f64>, form: RewardForm) -> Result<f64> {
    let part = |name: &'static str, value: f64| {
        if (0.0..=SCALE).contains(&value) {
            Ok(value / SCALE)
        } else {
            Err(Error::argument(name, "a number from 0 to 10", value))
        }
    };
    let c = part("correctness", correctness)?;
    let Some(confidence) = confidence else { return Ok(-1.0) };
    let square = (c - part("confidence", confidence)?).powi(2);
    Ok(match form {
        RewardForm::Released => 1.0 - 2.0 * square,
        RewardForm::Printed => c - square,
    })
}

/// The correctness that training uses: 10 if the reference answer stands in the answer, whatever the case, else 0.
///
/// An empty reference answer stands nowhere.
///
/// # Source
/// SaySelf, rlhf_train.py. It is lenient: "12" stands in "112".
///
/// # Examples
/// ```
/// use probity::honesty::sayself::correctness_by_containment;
/// assert_eq!(correctness_by_containment("It is PARIS.", " Paris "), 10.0);
/// assert_eq!(correctness_by_containment("It is Lyon.", "Paris"), 0.0);
/// assert_eq!(correctness_by_containment("It is Lyon.", " "), 0.0);
/// ```
#[must_use]
pub fn correctness_by_containment(answer: &str, gold: &str) -> f64 {
    let gold = gold.trim().to_lowercase();
    if !gold.is_empty() && answer.to_lowercase().contains(&gold) { SCALE } else { 0.0 }
}

/// The confidence to train on: the share of samples in the cluster of the answer, times 10, rounded, halves up.
///
/// # Source
/// SaySelf; 100 samples and the rounding are remembered.
///
/// # Errors
/// [`Error::Argument`] for no samples, or a cluster of more than there are.
///
/// # Examples
/// ```
/// use probity::honesty::sayself::confidence_from_cluster;
/// assert_eq!((confidence_from_cluster(73, 100)?, confidence_from_cluster(5, 100)?), (7, 1));
/// assert!(confidence_from_cluster(0, 0).is_err() && confidence_from_cluster(2, 1).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn confidence_from_cluster(cluster: u64, samples: u64) -> Result<u8> {
    if samples == 0 || cluster > samples {
        let found = format!("{cluster} of {samples}");
        return Err(Error::argument(
            "samples in the cluster",
            "at most the samples, of which there are some",
            found,
        ));
    }
    Ok(((20 * u128::from(cluster) + u128::from(samples)) / (2 * u128::from(samples))) as u8)
}

/// Samples that say the same. From [`greedy_clusters`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cluster {
    /// The sample that the others are similar to.
    pub head: usize,
    /// All of its samples in ascending order, the head among them.
    pub members: Vec<usize>,
}

/// Clusters samples by their similarity: the first sample that is left is a head, and all others left whose similarity to it
/// is above the threshold join it, until none is left.
///
/// # Source
/// SaySelf, evaluate_reason.py, with cosines of an instruction-tuned encoder and a threshold of 0.9. Clusters of one are
/// dropped there: [`without_singletons`].
///
/// # Errors
/// [`Error::Length`] unless the matrix is square; [`Error::NotFinite`] for a number that is not finite.
///
/// # Complexity
/// Samples times clusters.
///
/// # Examples
/// ```
/// use probity::honesty::sayself::{greedy_clusters, without_singletons};
/// let similarity = [vec![1.0, 0.2, 0.95], vec![0.2, 1.0, 0.9], vec![0.95, 0.9, 1.0]];
/// let clusters = greedy_clusters(&similarity, 0.9)?;
/// assert_eq!((clusters[0].members.as_slice(), clusters[1].members.as_slice()), (&[0, 2][..], &[1][..]));
/// assert_eq!(without_singletons(clusters).len(), 1);
/// assert!(greedy_clusters(&[vec![1.0, 0.5]], 0.9).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn greedy_clusters<R: AsRef<[f64]>>(similarity: &[R], threshold: f64) -> Result<Vec<Cluster>> {
    for row in similarity {
        num::check_same_length("a row of similarities", similarity.len(), row.as_ref().len())?;
        num::check_finite("similarities", row.as_ref())?;
    }
    num::check_finite("similarity threshold", &[threshold])?;
    let mut left: Vec<usize> = (0..similarity.len()).collect();
    let mut clusters = Vec::new();
    while let Some(&head) = left.first() {
        let row = similarity.get(head).map_or(&[][..], AsRef::as_ref);
        let joins = |&i: &usize| i == head || row.get(i).is_some_and(|&s| s > threshold);
        let (members, others) = left.into_iter().partition(joins);
        clusters.push(Cluster { head, members });
        left = others;
    }
    Ok(clusters)
}

/// The clusters with more than one sample.
///
/// # Source
/// SaySelf, evaluate_reason.py.
///
/// # Examples
/// ```
/// assert!(probity::honesty::sayself::without_singletons(Vec::new()).is_empty());
/// ```
#[must_use]
pub fn without_singletons(clusters: Vec<Cluster>) -> Vec<Cluster> {
    clusters.into_iter().filter(|cluster| cluster.members.len() > 1).collect()
}
