use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items};

/// Whether answers still have to be turned round at negatively worded items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keying {
    /// Answers as given: an answer x to a reversed item counts as lowest + highest − x.
    Raw,
    /// Answers that were turned round before.
    AlreadyKeyed,
}

impl Keying {
    /// The keyed value of an answer.
    pub(super) fn keyed(self, answer: u8, reversed: bool, (low, high): (u8, u8)) -> u8 {
        if reversed && self == Self::Raw { low + high - answer } else { answer }
    }
}

/// A questionnaire: which items make up which scale, and which of them are turned round.
///
/// An item may belong to several scales (a facet and its domain) and then has the same sign in all of them.
///
/// # Examples
/// ```
/// use probity::values::{Inventory, Keying};
/// // Items are numbered from 1; a minus turns an item round.
/// let inventory = Inventory::new((1, 5))?.scale("calm", &[1, -3])?.scale("open", &[2])?;
/// let answers = [Some(4), None, Some(2)];
/// let scores = inventory.score(&answers, Keying::Raw)?;
/// assert_eq!((scores[0].sum(), scores[0].mean()), (8, Some(4.0)));
/// assert_eq!((scores[1].answered(), scores[1].mean()), (0, None));
/// assert_eq!(inventory.score(&answers, Keying::AlreadyKeyed)?[0].mean(), Some(3.0));
/// assert!(inventory.score(&[Some(6), None, None], Keying::Raw).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    range: (u8, u8),
    items: usize,
    scales: Vec<(String, Vec<i32>)>,
}

impl Inventory {
    /// Without scales, for answers from `low` to `high`.
    ///
    /// # Errors
    /// [`Error::Argument`] unless low < high < 128.
    pub fn new((low, high): (u8, u8)) -> Result<Self> {
        if low >= high || high > 127 {
            return Err(Error::argument("range", "low < high < 128", format!("{low}..={high}")));
        }
        Ok(Self { range: (low, high), items: 0, scales: Vec::new() })
    }

    /// Adds a scale: the numbers of its items, from 1, negative for those that are turned round.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that is taken, for item 0, and for an item that occurs twice in the scale.
    pub fn scale(mut self, name: impl Into<String>, items: &[i32]) -> Result<Self> {
        let name = name.into();
        if self.scales.iter().any(|(taken, _)| *taken == name) {
            return Err(Error::argument("name", "scales of different names", format!("{name:?} twice")));
        }
        let mut numbers: Vec<u32> = items.iter().map(|item| item.unsigned_abs()).collect();
        numbers.sort_unstable();
        if numbers.first() == Some(&0) || numbers.windows(2).any(|pair| pair[0] == pair[1]) {
            let expected = "distinct items numbered from 1";
            return Err(Error::argument("items", expected, format!("{items:?}")));
        }
        self.items = self.items.max(numbers.last().map_or(0, |&last| last as usize));
        self.scales.push((name, items.to_vec()));
        Ok(self)
    }

    /// Lowest and highest answer.
    #[must_use]
    pub fn range(&self) -> (u8, u8) {
        self.range
    }

    /// The highest number of an item.
    #[must_use]
    pub fn items(&self) -> usize {
        self.items
    }

    /// The names of the scales.
    #[must_use]
    pub fn scales(&self) -> impl ExactSizeIterator<Item = &str> {
        self.scales.iter().map(|(name, _)| name.as_str())
    }

    /// One person's score on every scale, in their order; `answers[i]` answers item i + 1.
    ///
    /// ```text
    /// mean = Σ keyed answers / answered items of the scale
    /// ```
    ///
    /// # Missing values
    /// `None` is left out; a scale without an answer has no mean. Answers beyond the last item of a scale are checked and
    /// have no part.
    ///
    /// # Errors
    /// [`Error::Length`] for fewer answers than items; [`Error::Argument`] for an answer outside the range.
    pub fn score(&self, answers: &[Option<u8>], keying: Keying) -> Result<Vec<ScaleScore>> {
        if answers.len() < self.items {
            return Err(Error::Length { what: "answers", expected: self.items, found: answers.len() });
        }
        self.check(answers)?;
        let score = |(name, items): &(String, Vec<i32>)| {
            let keyed = items.iter().filter_map(|&item| {
                let answer = *answers.get(item.unsigned_abs() as usize - 1)?;
                Some(keying.keyed(answer?, item < 0, self.range))
            });
            ScaleScore { name: name.clone(), range: self.range, keyed: keyed.collect(), items: items.len() }
        };
        Ok(self.scales.iter().map(score).collect())
    }

    /// Every answer lies in the range.
    fn check(&self, answers: &[Option<u8>]) -> Result<()> {
        let (low, high) = self.range;
        for (i, answer) in answers.iter().enumerate() {
            if let Some(answer) = answer.filter(|a| !(low..=high).contains(a)) {
                let found = format!("{answer} outside {low}..={high} for item {}", i + 1);
                return Err(Error::argument("answers", "answers in the range of the inventory", found));
            }
        }
        Ok(())
    }
}

/// One person's answers to a scale, keyed. From [`Inventory::score`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleScore {
    name: String,
    range: (u8, u8),
    keyed: Vec<u8>,
    items: usize,
}

impl ScaleScore {
    /// The scale.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sum of the keyed answers.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.keyed.iter().map(|&x| u64::from(x)).sum()
    }

    /// Items that were answered.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.keyed.len() as u64
    }

    /// Items of the scale.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.items as u64
    }

    /// Mean of the keyed answers; `None` without any.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (!self.keyed.is_empty()).then(|| self.sum() as f64 / self.keyed.len() as f64)
    }

    /// The mean with Student's interval over the scale's items, cut to the range of answers.
    ///
    /// # Errors
    /// [`Error::Undefined`] if no item is answered.
    pub fn estimate(&self, level: Level) -> Result<Estimate> {
        let answers: Vec<f64> = self.keyed.iter().map(|&x| f64::from(x)).collect();
        let (low, high) = self.range;
        mean_over_items("scale score", "answers", &answers, (f64::from(low), f64::from(high)), level)
    }
}

/// The share of a norm sample below a score, in 0..1; ties count half.
///
/// # Undefined
/// Without a norm sample.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::values::norm_percentile;
/// assert_eq!(norm_percentile(3.0, &[1.0, 2.0, 3.0, 4.0])?, 0.625);
/// assert!(norm_percentile(3.0, &[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn norm_percentile(score: f64, norm: &[f64]) -> Result<f64> {
    crate::num::check_finite("score", &[score])?;
    crate::num::check_finite("norm sample", norm)?;
    if norm.is_empty() {
        return Err(Error::undefined("percentile", Undefined::Nothing { what: "scores of a norm sample" }));
    }
    let below: usize = norm.iter().map(|&x| 2 * usize::from(x < score) + usize::from(x == score)).sum();
    Ok(below as f64 / (2 * norm.len()) as f64)
}
