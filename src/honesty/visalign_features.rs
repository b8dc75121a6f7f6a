use crate::error::{Error, Result, Undefined};
use crate::linear::{Cholesky, SINGULAR};
use crate::num;

/// Rows of numbers, all finite and of the same length, of which there are some.
fn check_features<R: AsRef<[f64]>>(features: &[R]) -> Result<usize> {
    let width = features.first().map_or(0, |row| row.as_ref().len());
    if width == 0 {
        return Err(Error::undefined("abstention score", Undefined::Nothing { what: "training features" }));
    }
    for row in features {
        num::check_same_length("a row of features", width, row.as_ref().len())?;
        num::check_finite("features", row.as_ref())?;
    }
    Ok(width)
}

/// A row of length 1.
fn normalised(row: &[f64]) -> Result<Vec<f64>> {
    num::check_finite("features", row)?;
    // Scaled first, so that no square leaves the range.
    let greatest = row.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    if greatest == 0.0 {
        return Err(Error::argument("features", "a row with an entry that is not 0", "zeros"));
    }
    let norm = num::sum(row.iter().map(|x| (x / greatest).powi(2))).sqrt();
    Ok(row.iter().map(|x| x / greatest / norm).collect())
}

/// How far an image's features are from those of the training images: the squared distance to the k-th nearest, all
/// scaled to length 1.
///
/// # Undefined
/// Without training features.
///
/// # Source
/// Sun et al. 2022; VisAlign, with k = 50. Its code adds 10⁻¹⁰ to every scaled feature, which cancels out.
///
/// # Complexity
/// A score is linear in the training features.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::Knn;
/// let knn = Knn::new(&[[1.0, 0.0], [0.0, 2.0]], 1)?;
/// assert_eq!(knn.score(&[5.0, 0.0])?, 0.0);
/// assert_eq!(knn.score(&[-1.0, 0.0])?, 2.0);
/// assert!(knn.score(&[0.0, 0.0]).is_err());
/// assert!(Knn::new(&[[1.0, 0.0]], 2).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Knn {
    training: Vec<Vec<f64>>,
    k: usize,
}

impl Knn {
    /// From training features, a row an image.
    ///
    /// # Errors
    /// [`Error::Length`] for rows that differ in length; [`Error::NotFinite`] for a feature that is not finite;
    /// [`Error::Argument`] for a row of zeros, and for a k of 0 or above the number of rows; [`Error::Undefined`] as said.
    pub fn new<R: AsRef<[f64]>>(training: &[R], k: usize) -> Result<Self> {
        check_features(training)?;
        if !(1..=training.len()).contains(&k) {
            return Err(Error::argument("k", "at least 1 and at most the number of training rows", k));
        }
        let training = training.iter().map(|row| normalised(row.as_ref())).collect::<Result<_>>()?;
        Ok(Self { training, k })
    }

    /// The score of an image.
    ///
    /// # Errors
    /// As [`Knn::new`], of the image's features.
    pub fn score(&self, features: &[f64]) -> Result<f64> {
        let width = self.training.first().map_or(0, Vec::len);
        num::check_same_length("features", width, features.len())?;
        let features = normalised(features)?;
        let distance = |row: &Vec<f64>| num::sum(row.iter().zip(&features).map(|(a, b)| (a - b).powi(2)));
        let mut distances: Vec<f64> = self.training.iter().map(distance).collect();
        let (_, &mut kth, _) = distances.select_nth_unstable_by(self.k - 1, f64::total_cmp);
        Ok(kth)
    }
}

/// How far an image's features are from the nearest class, in units of the scatter within classes: half the squared
/// Mahalanobis distance.
///
/// ```text
/// min over classes c of ½ (x − μ_c)ᵀ S⁻¹ (x − μ_c)      S = (1/n) Σ_i (x_i − μ_c(i))(x_i − μ_c(i))ᵀ
/// ```
///
/// # Undefined
/// Without training features, and where S has no inverse (more features than images, or features that depend on each
/// other).
///
/// # Source
/// Lee et al. 2018; VisAlign, whose confidence is minus this.
///
/// # Complexity
/// The fit takes n·d² + d³ steps for d features, a score d² for each class.
///
/// # Examples
/// ```
/// use probity::honesty::visalign::Mahalanobis;
/// let training = [[1.0, 0.0], [-1.0, 0.0], [10.0, 2.0], [10.0, -2.0]];
/// let fitted = Mahalanobis::fit(&training, &[0, 0, 1, 1])?;
/// // Scatter: 2/4 along the first feature, 8/4 along the second.
/// assert!((fitted.score(&[1.0, 2.0])? - (1.0 / 0.5 + 4.0 / 2.0) / 2.0).abs() < 1e-12);
/// let flat = Mahalanobis::fit(&[[1.0, 1.0], [2.0, 2.0]], &[0, 0]);
/// assert!(flat.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mahalanobis {
    means: Vec<Vec<f64>>,
    /// Of S.
    factor: Cholesky,
}

impl Mahalanobis {
    /// From training features, a row an image, and the class of each. A number without images is no class.
    ///
    /// # Errors
    /// [`Error::Length`] for rows that differ in length or another number of labels; [`Error::NotFinite`] for a feature
    /// that is not finite; [`Error::Undefined`] as said.
    pub fn fit<R: AsRef<[f64]>>(training: &[R], labels: &[usize]) -> Result<Self> {
        let width = check_features(training)?;
        num::check_same_length("labels of training features", training.len(), labels.len())?;
        let mut classes: Vec<usize> = labels.to_vec();
        classes.sort_unstable();
        classes.dedup();
        // Every label is among them.
        let class_of = |label: &usize| classes.partition_point(|class| class < label);
        let mut means = vec![vec![0.0; width]; classes.len()];
        let mut counts = vec![0.0; classes.len()];
        for (row, class) in training.iter().zip(labels.iter().map(class_of)) {
            means[class].iter_mut().zip(row.as_ref()).for_each(|(mean, x)| *mean += x);
            counts[class] += 1.0;
        }
        means.iter_mut().zip(counts).for_each(|(mean, n)| mean.iter_mut().for_each(|m| *m /= n));
        let mut scatter = vec![0.0; width * width];
        for (row, class) in training.iter().zip(labels.iter().map(class_of)) {
            let centred: Vec<f64> = row.as_ref().iter().zip(&means[class]).map(|(x, m)| x - m).collect();
            for (line, a) in scatter.chunks_exact_mut(width).zip(&centred) {
                line.iter_mut().zip(&centred).for_each(|(s, b)| *s += a * b);
            }
        }
        scatter.iter_mut().for_each(|s| *s /= training.len() as f64);
        let factor = Cholesky::new(width, scatter, SINGULAR).ok_or_else(|| {
            let what = "the determinant of the scatter within classes";
            Error::undefined("Mahalanobis distance", Undefined::ZeroDenominator { what })
        })?;
        Ok(Self { means, factor })
    }

    /// The score of an image.
    ///
    /// # Errors
    /// [`Error::Length`] for another number of features; [`Error::NotFinite`] for a feature that is not finite;
    /// [`Error::Overflow`] for a distance out of range.
    pub fn score(&self, features: &[f64]) -> Result<f64> {
        let width = self.means.first().map_or(0, Vec::len);
        num::check_same_length("features", width, features.len())?;
        num::check_finite("features", features)?;
        let distance = |mean: &Vec<f64>| {
            let mut centred: Vec<f64> = features.iter().zip(mean).map(|(x, m)| x - m).collect();
            self.factor.inverse_form(&mut centred)
        };
        let nearest = self.means.iter().map(distance).fold(f64::INFINITY, f64::min);
        if nearest.is_finite() {
            Ok(nearest / 2.0)
        } else {
            Err(Error::Overflow { what: "the Mahalanobis distance" })
        }
    }
}
