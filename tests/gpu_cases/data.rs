//! Made-up judgments and what plain loops count in them.

use probity::compute::Cells;
use probity::ratings::{Labels, Ratings};
use probity::rng::Stream;

const MISSING: u8 = u8::MAX;

/// Codes, item after item.
#[derive(Debug, Clone)]
pub(super) struct Judgments {
    pub(super) categories: usize,
    pub(super) raters: usize,
    pub(super) codes: Vec<u8>,
}

impl Judgments {
    /// About one code in `missing_of` is missing; 1 leaves none.
    pub(super) fn drawn(
        seed: u64,
        (categories, raters, items): (usize, usize, usize),
        missing_of: u64,
    ) -> Self {
        let mut stream = Stream::new(seed, 0, 0);
        let draw = |_| {
            if missing_of > 0 && stream.below(missing_of) == 0 {
                MISSING
            } else {
                stream.below(categories as u64) as u8
            }
        };
        Self { categories, raters, codes: (0..raters * items).map(draw).collect() }
    }

    pub(super) fn ratings(&self) -> Ratings {
        Ratings::from_codes(Labels::codes(self.categories), self.raters, self.codes.clone()).unwrap()
    }

    /// What the pair tables hold, counted item by item.
    pub(super) fn counts(&self, cells: Cells) -> Vec<u64> {
        let k = self.categories;
        let width = if cells == Cells::Full { k * k } else { 2 };
        let mut counts = Vec::new();
        for i in 0..self.raters {
            for j in i + 1..self.raters {
                let mut pair = vec![0; width];
                for item in self.codes.chunks_exact(self.raters) {
                    let (a, b) = (item[i], item[j]);
                    if a == MISSING || b == MISSING {
                        continue;
                    }
                    if cells == Cells::Full {
                        pair[usize::from(a) * k + usize::from(b)] += 1;
                    } else {
                        pair[0] += u64::from(a == b);
                        pair[1] += 1;
                    }
                }
                counts.extend(pair);
            }
        }
        counts
    }
}
