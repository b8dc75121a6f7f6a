use crate::error::{Error, Result};
use crate::inference::{Kinds, Resample};
use crate::num;

/// How far the probabilities of a row may be from 1 in total: what rounding to six digits leaves.
const TOTAL_TOLERANCE: f64 = 1e-5;

/// Confidences from 0 to 1, each with whether the item was right: what most figures of calibration are computed from.
///
/// Every figure of them can be given to [`Bootstrap`](crate::inference::Bootstrap), which draws the items again.
///
/// The "confidence" may be any stated probability of the outcome "right": of a judge's verdict, of an answer, of an
/// event.
///
/// # Missing values
/// There are none: an item without a confidence or without an outcome is left out by the caller, who can then say how
/// many were.
///
/// # Examples
/// ```
/// use probity::calibration::Predictions;
/// let predictions = Predictions::new(vec![0.9, 0.6, 0.3], vec![true, false, false])?;
/// assert_eq!((predictions.len(), predictions.hits()), (3, 1));
/// let error = Predictions::new(vec![0.9, 1.2], vec![true, true]).unwrap_err();
/// assert_eq!(error.to_string(), "confidence: expected a number from 0 to 1, found 1.2 at position 1");
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predictions {
    confidences: Vec<f64>,
    right: Vec<bool>,
}

impl Predictions {
    /// Checks and keeps confidences and outcomes; both may be empty.
    ///
    /// # Errors
    /// [`Error::Length`] if the two differ in length; [`Error::Argument`] for a confidence that is not from 0 to 1.
    pub fn new(mut confidences: Vec<f64>, right: Vec<bool>) -> Result<Self> {
        num::check_same_length("outcomes", confidences.len(), right.len())?;
        check_probabilities("confidence", &mut confidences)?;
        Ok(Self { confidences, right })
    }

    /// What was computed from checked predictions and cannot have left 0 to 1.
    pub(super) fn from_checked(confidences: Vec<f64>, right: Vec<bool>) -> Self {
        Self { confidences, right }
    }

    /// The confidences, in the order given.
    #[must_use]
    pub fn confidences(&self) -> &[f64] {
        &self.confidences
    }

    /// Whether each item was right.
    #[must_use]
    pub fn right(&self) -> &[bool] {
        &self.right
    }

    /// Confidence and outcome of each item.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (f64, bool)> + '_ {
        self.confidences.iter().copied().zip(self.right.iter().copied())
    }

    /// Items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.confidences.len()
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.confidences.is_empty()
    }

    /// Items that were right.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.right.iter().filter(|&&right| right).count() as u64
    }

    /// Adds the items of others behind these.
    pub fn append(&mut self, other: &Self) {
        self.confidences.extend_from_slice(&other.confidences);
        self.right.extend_from_slice(&other.right);
    }
}

/// Probabilities of several classes, a row an item, each with the class that was true.
///
/// # Examples
/// ```
/// use probity::calibration::ClassPredictions;
/// let rows = [vec![0.7, 0.2, 0.1], vec![0.3, 0.3, 0.4]];
/// let predictions = ClassPredictions::from_rows(&rows, &[0, 1])?;
/// // The most probable class of each row, and whether it was the true one.
/// let top = predictions.top_label();
/// assert_eq!((top.confidences(), top.right()), (&[0.7, 0.4][..], &[true, false][..]));
/// assert!(ClassPredictions::from_rows(&[vec![0.7, 0.7]], &[0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ClassPredictions {
    classes: usize,
    /// Row after row.
    probabilities: Vec<f64>,
    labels: Vec<usize>,
}

impl ClassPredictions {
    /// Checks and keeps probabilities, row after row, and the true class of each row.
    ///
    /// # Errors
    /// [`Error::Argument`] for no classes, for a probability that is not from 0 to 1 and for a row whose total is not 1
    /// within 10⁻⁵; [`Error::Length`] if there is not one row a label; [`Error::Index`] for a label that is no class.
    pub fn new(classes: usize, mut probabilities: Vec<f64>, labels: Vec<usize>) -> Result<Self> {
        if classes == 0 {
            return Err(Error::argument("classes", "at least one", classes));
        }
        let expected =
            labels.len().checked_mul(classes).ok_or(Error::Overflow { what: "items times classes" })?;
        num::check_same_length("probabilities", expected, probabilities.len())?;
        check_probabilities("probability", &mut probabilities)?;
        if let Some(&index) = labels.iter().find(|&&label| label >= classes) {
            return Err(Error::Index { what: "class", index, len: classes });
        }
        for (i, row) in probabilities.chunks_exact(classes).enumerate() {
            let total = num::sum(row.iter().copied());
            if (total - 1.0).abs() > TOTAL_TOLERANCE {
                let found = format!("{total} in row {i}");
                return Err(Error::argument("total of the probabilities", "1 within 1e-5", found));
            }
        }
        Ok(Self { classes, probabilities, labels })
    }

    /// The same of rows; the first says how many classes there are.
    ///
    /// # Errors
    /// As [`ClassPredictions::new`]; [`Error::Length`] for a row of another length.
    pub fn from_rows(rows: &[Vec<f64>], labels: &[usize]) -> Result<Self> {
        let classes = rows.first().map_or(1, Vec::len);
        rows.iter()
            .try_for_each(|row| num::check_same_length("a row of probabilities", classes, row.len()))?;
        num::check_same_length("labels", rows.len(), labels.len())?;
        Self::new(classes, rows.concat(), labels.to_vec())
    }

    /// What was computed from checked predictions: rows that are still distributions.
    pub(super) fn with_probabilities(&self, probabilities: Vec<f64>) -> Self {
        Self { classes: self.classes, probabilities, labels: self.labels.clone() }
    }

    /// Classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The probabilities of each item.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + '_ {
        self.probabilities.chunks_exact(self.classes)
    }

    /// The true class of each item.
    #[must_use]
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The most probable class of each item, the first of equals, and whether it was the true one.
    #[must_use]
    pub fn top_label(&self) -> Predictions {
        let top = |row: &[f64]| {
            let first = (0, row.first().copied().unwrap_or(0.0));
            let better = |best: (usize, f64), (k, &p): (usize, &f64)| if p > best.1 { (k, p) } else { best };
            row.iter().enumerate().fold(first, better)
        };
        let tops: Vec<(usize, f64)> = self.rows().map(top).collect();
        let right = tops.iter().zip(&self.labels).map(|(&(k, _), &label)| k == label).collect();
        Predictions::from_checked(tops.into_iter().map(|(_, p)| p).collect(), right)
    }

    /// The probability of one class as the confidence that it is the true one.
    ///
    /// # Errors
    /// [`Error::Index`] for a class that does not exist.
    pub fn of_class(&self, class: usize) -> Result<Predictions> {
        if class >= self.classes {
            return Err(Error::Index { what: "class", index: class, len: self.classes });
        }
        let confidences = self.rows().filter_map(|row| row.get(class).copied()).collect();
        let right = self.labels.iter().map(|&label| label == class).collect();
        Ok(Predictions::from_checked(confidences, right))
    }
}

/// Checks that numbers are from 0 to 1, and makes 0 of −0, which sorts differently.
fn check_probabilities(name: &'static str, values: &mut [f64]) -> Result<()> {
    for (i, p) in values.iter_mut().enumerate() {
        if !(0.0..=1.0).contains(p) {
            return Err(Error::argument(name, "a number from 0 to 1", format!("{p} at position {i}")));
        }
        *p += 0.0;
    }
    Ok(())
}

impl Resample for Predictions {
    fn kinds(&self) -> Result<Kinds> {
        Ok(Kinds::singles(self.len()))
    }

    fn reweighted(&self, items: &[u64], raters: Option<&[u64]>) -> Result<Self> {
        num::check_same_length("the weights of the items", self.len(), items.len())?;
        if raters.is_some() {
            return Err(Error::argument("unit", "items (predictions do not say who judged)", "raters"));
        }
        let mut drawn = Self::default();
        for ((confidence, right), &times) in self.iter().zip(items) {
            let times = usize::try_from(times).map_err(|_| Error::Overflow { what: "the items drawn" })?;
            drawn.confidences.extend(std::iter::repeat_n(confidence, times));
            drawn.right.extend(std::iter::repeat_n(right, times));
        }
        Ok(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_input_is_named() {
        let error = Predictions::new(vec![0.5], vec![]).unwrap_err();
        assert_eq!(error.to_string(), "outcomes: expected length 1, found 0");
        assert!(Predictions::new(vec![f64::NAN], vec![true]).is_err());
        assert!(ClassPredictions::new(0, vec![], vec![]).is_err());
        assert!(ClassPredictions::new(2, vec![0.5, 0.5], vec![2]).is_err());
        assert!(ClassPredictions::from_rows(&[vec![1.0], vec![0.5, 0.5]], &[0, 0]).is_err());
    }

    #[test]
    fn classes_become_predictions() {
        let both = ClassPredictions::from_rows(&[vec![0.5, 0.5], vec![0.2, 0.8]], &[1, 1]).unwrap();
        // Of equals the first is taken.
        assert_eq!(both.top_label().right(), [false, true]);
        let second = both.of_class(1).unwrap();
        assert_eq!((second.confidences(), second.hits()), (&[0.5, 0.8][..], 2));
        assert!(both.of_class(2).is_err());
        let mut shards = Predictions::default();
        shards.append(&second);
        assert_eq!(shards, second);
    }
}
