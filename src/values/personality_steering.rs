use crate::error::{Error, Result, Undefined};
use crate::num;

/// What to do to the activations of an attention head. From [`steering_direction`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SteeringDirection {
    /// From the mean of the negative samples to that of the positive ones, of length 1.
    pub direction: Vec<f64>,
    /// The distance of the two means.
    pub separation: f64,
    /// Standard deviation of all samples along the direction, over the population.
    pub deviation: f64,
}

impl SteeringDirection {
    /// What is added to the activations at a strength α: α · deviation · direction.
    #[must_use]
    pub fn displacement(&self, strength: f64) -> Vec<f64> {
        self.direction.iter().map(|x| strength * self.deviation * x).collect()
    }
}

/// The side that a subject's answer puts a sample on: above 3 positive, below negative, 3 and missing (0) neither.
///
/// # Examples
/// ```
/// use probity::values::steering_label;
/// assert_eq!([4, 1, 3, 0].map(steering_label), [Some(true), Some(false), None, None]);
/// ```
#[must_use]
pub fn steering_label(value: u8) -> Option<bool> {
    (value != 0 && value != 3).then_some(value > 3)
}

/// The direction in which a head's activations differ between positive and negative samples.
///
/// ```text
/// d = (mean of positive − mean of negative)/|..|        deviation = sd of x·d over all samples
/// ```
///
/// # Undefined
/// If a class is empty or both have the same mean.
///
/// # Source
/// Zhu et al. 2024 (arXiv 2408.11779), `pas.py`: mass-mean shift. The released code then carries the displacement through
/// the head's output projection and adds it as a bias, which is left to the model's host.
///
/// # Errors
/// [`Error::Length`] for activations of different width or not one label a sample; [`Error::NotFinite`];
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::values::steering_direction;
/// let found = steering_direction(&[vec![3.0, 1.0], vec![-1.0, 1.0]], &[true, false])?;
/// assert_eq!((found.direction.clone(), found.separation, found.deviation), (vec![1.0, 0.0], 4.0, 2.0));
/// assert_eq!(found.displacement(4.0), [8.0, 0.0]);
/// assert!(steering_direction(&[vec![3.0]], &[true]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn steering_direction(activations: &[Vec<f64>], labels: &[bool]) -> Result<SteeringDirection> {
    const METRIC: &str = "steering direction";
    num::check_same_length("labels", activations.len(), labels.len())?;
    let width = activations.first().map_or(0, Vec::len);
    for sample in activations {
        num::check_same_length("activations of a sample", width, sample.len())?;
        num::check_finite("activations", sample)?;
    }
    let mean = |class: bool| {
        let of_class = || activations.iter().zip(labels).filter(move |(_, l)| **l == class).map(|(a, _)| a);
        let n = of_class().count() as f64;
        if n == 0.0 {
            let what = if class { "positive samples" } else { "negative samples" };
            return Err(Error::undefined(METRIC, Undefined::Nothing { what }));
        }
        Ok((0..width).map(|i| num::sum(of_class().map(|a| a[i] / n))).collect::<Vec<f64>>())
    };
    let (positive, negative) = (mean(true)?, mean(false)?);
    let shift: Vec<f64> = positive.iter().zip(&negative).map(|(p, n)| p - n).collect();
    let separation = num::sum(shift.iter().map(|x| x * x)).sqrt();
    let reason = || Undefined::ZeroDenominator { what: "the distance of the means" };
    let unit = shift.iter().map(|x| num::ratio(METRIC, *x, separation, reason()));
    let direction = unit.collect::<Result<Vec<f64>>>()?;
    if direction.is_empty() {
        return Err(Error::undefined(METRIC, reason()));
    }
    let along = |sample: &Vec<f64>| num::sum(sample.iter().zip(&direction).map(|(a, d)| a * d));
    let projections: Vec<f64> = activations.iter().map(along).collect();
    let deviation = num::population_deviation(&projections);
    if !(deviation.is_finite() && separation.is_finite()) {
        return Err(Error::Overflow { what: "the spread of the activations" });
    }
    Ok(SteeringDirection { direction, separation, deviation })
}

/// The heads whose probes tell the two sides apart best, as (layer, head), best first.
///
/// Accuracies come as (validation, training) by layer and head, their mean decides; the later of equals comes first.
///
/// # Source
/// Zhu et al. 2024 (arXiv 2408.11779): the top 24 heads; the code's own default is 48.
///
/// # Errors
/// [`Error::Argument`] for layers without heads; [`Error::Length`] if the accuracies do not fill the layers;
/// [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use probity::values::top_heads;
/// let accuracies = [(0.5, 0.5), (0.75, 0.75), (1.0, 0.5), (0.25, 0.5)];
/// assert_eq!(top_heads(&accuracies, 2, 3)?, [(1, 0), (0, 1), (0, 0)]);
/// assert!(top_heads(&accuracies, 3, 1).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn top_heads(accuracies: &[(f64, f64)], heads: usize, k: usize) -> Result<Vec<(usize, usize)>> {
    if heads == 0 {
        return Err(Error::argument("heads", "at least 1 a layer", heads));
    }
    let expected = accuracies.len().next_multiple_of(heads);
    num::check_same_length("accuracies", expected, accuracies.len())?;
    let means: Vec<f64> = accuracies.iter().map(|(v, t)| f64::midpoint(*v, *t)).collect();
    num::check_finite("accuracies", &means)?;
    let mut order: Vec<usize> = (0..means.len()).rev().collect();
    order.sort_by(|&a, &b| f64::total_cmp(&(means[b] + 0.0), &(means[a] + 0.0)));
    Ok(order.into_iter().take(k).map(|head| (head / heads, head % heads)).collect())
}

/// For each centre in turn the nearest point that no earlier centre has taken; the first of equals.
///
/// So subjects who stand for clusters are chosen without repetition.
///
/// # Source
/// Zhu et al. 2024 (arXiv 2408.11779): answers as z-scores, 300 centres of k-means, Euclidean distance. The centres come
/// from the caller: a k-means that is not the published one would choose other subjects.
///
/// # Errors
/// [`Error::Argument`] for more centres than points; [`Error::Length`] for coordinates of different number;
/// [`Error::NotFinite`].
///
/// # Complexity
/// O(centres · points · coordinates).
///
/// # Examples
/// ```
/// use probity::values::closest_unused;
/// let points = [vec![0.0], vec![1.0], vec![5.0]];
/// assert_eq!(closest_unused(&points, &[vec![0.25], vec![0.25]])?, [0, 1]);
/// assert!(closest_unused(&points[..1], &[vec![0.0], vec![0.0]]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn closest_unused(points: &[Vec<f64>], centres: &[Vec<f64>]) -> Result<Vec<usize>> {
    if centres.len() > points.len() {
        let found = format!("{} centres for {} points", centres.len(), points.len());
        return Err(Error::argument("centres", "no more centres than points", found));
    }
    let width = points.first().map_or(0, Vec::len);
    for point in points.iter().chain(centres) {
        num::check_same_length("coordinates", width, point.len())?;
        num::check_finite("coordinates", point)?;
    }
    let mut taken = vec![false; points.len()];
    let mut chosen = Vec::with_capacity(centres.len());
    for centre in centres {
        let distance = |point: &[f64]| num::sum(point.iter().zip(centre).map(|(p, c)| (p - c).powi(2)));
        let free = points.iter().enumerate().filter(|(i, _)| !taken[*i]);
        let nearest = free.map(|(i, point)| (i, distance(point))).min_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((i, _)) = nearest {
            taken[i] = true;
            chosen.push(i);
        }
    }
    Ok(chosen)
}
