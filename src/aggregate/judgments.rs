use std::collections::HashMap;

use crate::error::{Error, Result, Undefined};
use crate::ratings::Ratings;
use crate::rng::Stream;
use crate::tally::check_identified;

/// Keeps the starts apart from other uses of a seed.
const STARTS_STREAM: u32 = 0x5354_4152;

/// Cells of the largest table that a fit may allocate: 2 GiB of numbers.
const MOST_CELLS: usize = 1 << 28;

/// The judgments as the models read them: every distinct row of judgments once, with how many items have it.
///
/// Items with the same judgments have the same posterior, so a row is worked on once however many items share it. The
/// rows are in the order of their contents; no figure depends on the order of the items.
#[derive(Debug)]
pub(super) struct Judgments {
    pub(super) categories: usize,
    pub(super) raters: usize,
    /// All cells, row after row: rater · categories + code.
    cells: Vec<u32>,
    /// Where each row ends.
    ends: Vec<usize>,
    /// How many items have each row.
    pub(super) weights: Vec<f64>,
    /// The row of each item; `None` without a judgment.
    pub(super) row_of: Vec<Option<u32>>,
    /// All judgments.
    pub(super) total: usize,
}

impl Judgments {
    pub(super) fn new(metric: &'static str, ratings: &Ratings) -> Result<Self> {
        check_identified(metric, ratings)?;
        let view = ratings.codes()?;
        let (categories, raters) = (ratings.n_categories(), ratings.n_raters());
        if u32::try_from(categories as u128 * raters as u128).is_err() {
            return Err(Error::Overflow { what: "raters times categories" });
        }
        let mut all = Vec::with_capacity(ratings.n_judgments());
        let mut starts = Vec::with_capacity(ratings.n_items() + 1);
        starts.push(0);
        for item in 0..ratings.n_items() {
            all.extend(view.item(item).map(|(rater, code)| (rater * categories) as u32 + code));
            starts.push(all.len());
        }
        if all.is_empty() {
            return Err(Error::undefined(metric, Undefined::Nothing { what: "judgments" }));
        }
        // The distinct rows, numbered as they come and then in the order of their contents.
        let mut numbers: HashMap<&[u32], u32> = HashMap::new();
        let mut distinct: Vec<(&[u32], u64)> = Vec::new();
        let mut row_of = Vec::with_capacity(ratings.n_items());
        for range in starts.windows(2) {
            let row = &all[range[0]..range[1]];
            row_of.push((!row.is_empty()).then(|| {
                let number = *numbers.entry(row).or_insert_with(|| {
                    distinct.push((row, 0));
                    distinct.len() as u32 - 1
                });
                distinct[number as usize].1 += 1;
                number
            }));
        }
        let mut order: Vec<u32> = (0..distinct.len() as u32).collect();
        order.sort_unstable_by_key(|&number| distinct[number as usize].0);
        let mut rank = vec![0; order.len()];
        order.iter().enumerate().for_each(|(at, &number)| rank[number as usize] = at as u32);
        row_of.iter_mut().flatten().for_each(|number| *number = rank[*number as usize]);
        let (mut cells, mut ends, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for number in order {
            let (row, items) = distinct[number as usize];
            cells.extend_from_slice(row);
            ends.push(cells.len());
            weights.push(items as f64);
        }
        let total = all.len();
        Ok(Self { categories, raters, cells, ends, weights, row_of, total })
    }

    /// The judgments for a model, which needs two categories and a table of raters × categories².
    pub(super) fn for_model(metric: &'static str, ratings: &Ratings) -> Result<Self> {
        let judgments = Self::new(metric, ratings)?;
        let (k, raters) = (judgments.categories, judgments.raters);
        if k < 2 {
            let reason = Undefined::TooFew { what: "categories", needed: 2, found: k as u64 };
            return Err(Error::undefined(metric, reason));
        }
        if k.checked_mul(k).and_then(|cells| cells.checked_mul(raters)).is_none_or(|cells| cells > MOST_CELLS)
        {
            return Err(Error::Overflow { what: "raters times squared categories" });
        }
        Ok(judgments)
    }

    /// Items with a judgment.
    pub(super) fn items(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// The cells of each row, in order.
    #[inline]
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u32]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| &self.cells[std::mem::replace(&mut start, end)..end])
    }

    /// The shares of the votes in each row, each vote weighing what `weight` says of its rater.
    ///
    /// A row whose weights sum to 0 has the same share everywhere.
    pub(super) fn vote_shares(&self, weight: impl Fn(usize) -> f64) -> Vec<f64> {
        let k = self.categories;
        let mut shares = vec![0.0; k * self.weights.len()];
        for (cells, shares) in self.rows().zip(shares.chunks_exact_mut(k)) {
            for &cell in cells {
                shares[cell as usize % k] += weight(cell as usize / k);
            }
            let total: f64 = shares.iter().sum();
            let share = |x: f64| if total > 0.0 { x / total } else { 1.0 / k as f64 };
            shares.iter_mut().for_each(|x| *x = share(*x));
        }
        shares
    }

    /// What start number `start` begins with: the shares of the votes, from the second start on mixed half and half
    /// with a uniform draw from the simplex.
    pub(super) fn start(&self, shares: &[f64], seed: u64, start: u32) -> Vec<f64> {
        let mut posteriors = shares.to_vec();
        if start > 0 {
            let mut stream = Stream::new(seed, STARTS_STREAM, start);
            let mut draw = vec![0.0; self.categories];
            for row in posteriors.chunks_exact_mut(self.categories) {
                draw.iter_mut().for_each(|x| *x = -(1.0 - stream.uniform()).ln());
                let total: f64 = draw.iter().sum();
                // All draws being 0 has probability 2⁻⁵³ᵏ.
                let scale = if total > 0.0 { 0.5 / total } else { 0.0 };
                row.iter_mut().zip(&draw).for_each(|(p, x)| *p = 0.5 * *p + scale * x);
                let total: f64 = row.iter().sum();
                row.iter_mut().for_each(|p| *p /= total);
            }
        }
        posteriors
    }

    /// For every cell and true category the sum over the items of `of` of the posterior, in the order
    /// (rater · categories + code) · categories + truth.
    pub(super) fn sums(&self, posteriors: &[f64], of: impl Fn(f64) -> f64) -> Vec<f64> {
        let k = self.categories;
        let mut sums = vec![0.0; self.raters * k * k];
        let mut terms = vec![0.0; k];
        for ((cells, weight), row) in self.rows().zip(&self.weights).zip(posteriors.chunks_exact(k)) {
            terms.iter_mut().zip(row).for_each(|(term, &q)| *term = weight * of(q));
            for &cell in cells {
                let at = cell as usize * k;
                sums[at..at + k].iter_mut().zip(&terms).for_each(|(sum, term)| *sum += term);
            }
        }
        sums
    }

    /// How many items are expected in each true category.
    pub(super) fn class_sums(&self, posteriors: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.categories];
        for (weight, row) in self.weights.iter().zip(posteriors.chunks_exact(self.categories)) {
            sums.iter_mut().zip(row).for_each(|(sum, q)| *sum += weight * q);
        }
        sums
    }
}
