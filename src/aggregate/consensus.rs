use crate::aggregate::judgments::Judgments;

/// What the raters together say about every item: a probability for each category.
///
/// Of a vote these are the shares of the votes, of a model its posteriors. They sum to 1.
///
/// # Missing values
/// An item without a judgment has neither probabilities nor a label. Ties: [`label`](Self::label) takes the lowest code,
/// [`untied_label`](Self::untied_label) takes none, [`leading`](Self::leading) tells them all; tied are probabilities that
/// are equal as numbers of the machine.
///
/// # Examples
/// ```
/// use probity::aggregate::majority_labels;
/// use probity::ratings::{Labels, Ratings};
/// let ratings = Ratings::from_codes(Labels::codes(3), 2, vec![2u8, 2, 1, 0, 255, 255])?;
/// let vote = majority_labels(&ratings)?;
/// assert_eq!((vote.label(0), vote.leading(0)), (Some(2), vec![2]));
/// assert_eq!((vote.label(1), vote.untied_label(1), vote.leading(1)), (Some(0), None, vec![0, 1]));
/// assert_eq!((vote.label(2), vote.leading(2)), (None, vec![]));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Consensus {
    categories: usize,
    /// A row of probabilities for every distinct row of judgments.
    rows: Vec<f64>,
    row_of: Vec<Option<u32>>,
}

impl Consensus {
    pub(super) fn new(judgments: Judgments, rows: Vec<f64>) -> Self {
        Self { categories: judgments.categories, rows, row_of: judgments.row_of }
    }

    /// The number of items, those without a judgment included.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.row_of.len()
    }

    /// The number of categories.
    #[must_use]
    pub fn n_categories(&self) -> usize {
        self.categories
    }

    /// The probability of each category for an item; `None` without a judgment of it.
    #[must_use]
    pub fn probabilities(&self, item: usize) -> Option<&[f64]> {
        let row = self.row(item)?;
        self.rows.get(row * self.categories..(row + 1) * self.categories)
    }

    /// The distinct row of judgments that an item has.
    pub(super) fn row(&self, item: usize) -> Option<usize> {
        self.row_of.get(item).copied().flatten().map(|row| row as usize)
    }

    /// The most probable category of an item, the one with the lowest code on ties; `None` without a judgment of it.
    #[must_use]
    pub fn label(&self, item: usize) -> Option<u32> {
        let row = self.probabilities(item)?;
        let most = greatest(row);
        row.iter().position(|&p| p == most).map(|code| code as u32)
    }

    /// The most probable category of an item; `None` on ties and without a judgment of it.
    #[must_use]
    pub fn untied_label(&self, item: usize) -> Option<u32> {
        match self.leading(item)[..] {
            [label] => Some(label),
            _ => None,
        }
    }

    /// All categories of an item that share the greatest probability, ascending; none without a judgment of it.
    #[must_use]
    pub fn leading(&self, item: usize) -> Vec<u32> {
        let Some(row) = self.probabilities(item) else { return Vec::new() };
        let most = greatest(row);
        row.iter().zip(0..).filter(|&(&p, _)| p == most).map(|(_, code)| code).collect()
    }

    /// The greatest probability of an item; `None` without a judgment of it.
    #[must_use]
    pub fn confidence(&self, item: usize) -> Option<f64> {
        self.probabilities(item).map(greatest)
    }

    /// [`label`](Self::label) of every item.
    #[must_use]
    pub fn labels(&self) -> Vec<Option<u32>> {
        (0..self.n_items()).map(|item| self.label(item)).collect()
    }
}

fn greatest(row: &[f64]) -> f64 {
    row.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
