use crate::kernels::{MOST_RANKED, Packed, RankTerms, rank_rows};

/// A cell for every row that can be: as many as there are multisets.
///
/// # Design
/// With s_j the judgments of a row in the categories 0 to j, the row has rank Σ_j C(s_j + j, j + 1) among all rows of
/// up to `most` judgments: the combinatorial number system. All s_j come of one multiplication of the packed row.
#[derive(Debug)]
pub(crate) struct Ranked {
    width: u32,
    most: usize,
    /// 1 in every count of a packed row.
    ones: Packed,
    /// For every category j: C(s + j, j + 1) by s.
    terms: Vec<Vec<u32>>,
    /// The same for the kernel that ranks rows of few codes.
    bytes: Vec<RankTerms>,
    times: Vec<u32>,
}

/// Cells up to which the table stays in the caches.
const MOST_CELLS: u64 = 1 << 20;

impl Ranked {
    /// `None` if the rows that can be are not much fewer than `rows`.
    pub(super) fn new(categories: usize, width: u32, most: usize, rows: usize) -> Option<Self> {
        let limit = MOST_CELLS.min(rows as u64 / 4);
        // C(most + j, j) for j to `categories`: each step is exact, and small as long as it is within the limit.
        let mut cells = 1u64;
        for j in 1..=categories as u64 {
            cells = cells.checked_mul(most as u64 + j)? / j;
            if cells > limit {
                return None;
            }
        }
        u32::try_from(rows).ok()?;
        // C(s + j, j + 1) = Σ_{t ≤ s} C(t − 1 + j, j), from 0 at s = 0.
        let mut terms: Vec<Vec<u32>> = Vec::with_capacity(categories);
        for j in 0..categories {
            let row = match j.checked_sub(1).map(|before| &terms[before]) {
                None => (0..=most as u32).collect(),
                Some(before) => {
                    // C(s + j, j + 1) − C(s − 1 + j, j + 1) = C(s + j − 1, j): the term before.
                    let mut sum = 0;
                    before
                        .iter()
                        .map(|&term| {
                            sum += term;
                            sum
                        })
                        .collect()
                }
            };
            terms.push(row);
        }
        let ones = (0..categories as u32).map(|c| 1 << (width * c)).sum();
        let bytes_of = |row: &Vec<u32>| {
            let mut bytes = [[0; 64]; 3];
            for (s, term) in row.iter().enumerate().take(MOST_RANKED + 1) {
                bytes.iter_mut().zip(term.to_le_bytes()).for_each(|(bytes, byte)| bytes[s] = byte);
            }
            bytes
        };
        let bytes = terms.iter().map(bytes_of).collect();
        Some(Self { width, most, ones, terms, bytes, times: vec![0; cells as usize] })
    }

    pub(super) fn add(&mut self, rows: &[Packed]) {
        for &row in rows {
            let rank = self.rank(row);
            self.times[rank] += 1;
        }
    }

    /// Adds rows of `raters` codes that follow each other, and says whether it could.
    pub(super) fn add_cells(&mut self, raters: usize, cells: &[u8]) -> bool {
        if raters > MOST_RANKED {
            return false;
        }
        let times = &mut self.times;
        rank_rows(&self.bytes, raters, cells, |ranks| {
            ranks.iter().for_each(|&rank| times[rank as usize] += 1);
        });
        true
    }

    #[inline]
    fn rank(&self, row: Packed) -> usize {
        let mask = (1 << self.width) - 1;
        let mut sums = row.wrapping_mul(self.ones);
        let mut rank = 0;
        for terms in &self.terms {
            rank += terms[(sums & mask) as usize];
            sums >>= self.width;
        }
        rank as usize
    }

    /// Adds what another of the same kind counted. The rows of both together must be of one table's number.
    pub(super) fn merge(&mut self, other: &Self) {
        self.times.iter_mut().zip(&other.times).for_each(|(sum, &times)| *sum += times);
    }

    pub(super) fn try_for_each<E>(
        &self,
        mut use_row: impl FnMut(Packed, u64) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut sums = vec![0; self.terms.len()];
        for &times in &self.times {
            if times > 0 {
                let mut before = 0;
                let row = (0..).zip(&sums).map(|(j, &sum)| {
                    let count = sum - before;
                    before = sum;
                    count << (self.width * j)
                });
                use_row(row.sum(), times.into())?;
            }
            // The next rank: the first sum that may grow does, and those before it start anew.
            let most = self.most as Packed;
            let grows = (0..sums.len()).find(|&j| sums[j] < sums.get(j + 1).copied().unwrap_or(most));
            if let Some(j) = grows {
                sums[j] += 1;
                sums[..j].fill(0);
            }
        }
        Ok(())
    }
}
