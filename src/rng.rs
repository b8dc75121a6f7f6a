//! Random numbers by counter: the same stream for any number of threads and on any device.
//!
//! [`philox4x32_10`] is a keyed bijection of 128-bit counters (Salmon, Moraes, Dror and Shaw 2011,
//! "Parallel random numbers: as easy as 1, 2, 3"). A number is a function of *where* it is used, not of what
//! was drawn before, so [`draw_index`] gives the `i`-th draw of the `r`-th resample directly, and [`Stream`]
//! walks one stream where the number of draws is not known beforehand (rejection samplers).
//!
//! Entry points: [`Stream`], [`draw_index`], [`philox4x32_10`].

const MUL: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Ten rounds of Philox 4×32.
///
/// ```
/// // The second known answer published with the algorithm.
/// let out = probity::rng::philox4x32_10([u32::MAX; 4], [u32::MAX; 2]);
/// assert_eq!(out, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
/// ```
#[inline(always)]
#[allow(clippy::inline_always, reason = "only what is inlined into a loop over blocks runs side by side")]
#[must_use]
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let p0 = MUL[0] * u64::from(c0);
        let p1 = MUL[1] * u64::from(c2);
        (c0, c1, c2, c3) = ((p1 >> 32) as u32 ^ c1 ^ k0, p1 as u32, (p0 >> 32) as u32 ^ c3 ^ k1, p0 as u32);
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    [c0, c1, c2, c3]
}

pub(crate) fn split_seed(seed: u64) -> [u32; 2] {
    [seed as u32, (seed >> 32) as u32]
}

/// The `i`-th index below `n` of resample `resample` in stream `stream`: exactly uniform, random access.
///
/// Word `i mod 4` of the block with counter `(i / 4, resample, attempt, stream)`, mapped to `0..n` by Lemire's
/// multiplication; the `attempt` counter advances on the rare rejection, so one draw never shifts another.
/// `n = 0` gives 0.
///
/// ```
/// use probity::rng::draw_index;
/// assert!(draw_index(7, 0, 3, 1_000_000, 10) < 10);
/// assert_eq!(draw_index(7, 0, 3, 41, 10), draw_index(7, 0, 3, 41, 10));
/// ```
#[inline]
#[must_use]
pub fn draw_index(seed: u64, stream: u32, resample: u32, i: u64, n: u32) -> u32 {
    let key = split_seed(seed);
    let threshold = if n == 0 { 0 } else { n.wrapping_neg() % n };
    let mut attempt = 0u32;
    loop {
        let word = philox4x32_10([(i / 4) as u32, resample, attempt, stream], key)[(i % 4) as usize];
        let wide = u64::from(word) * u64::from(n);
        if wide as u32 >= threshold {
            return (wide >> 32) as u32;
        }
        attempt = attempt.wrapping_add(1);
    }
}

/// The first `draws` indices that [`draw_index`] gives for a resample, a quarter of the work of asking for each.
#[inline]
pub(crate) fn for_each_index(
    seed: u64,
    stream: u32,
    resample: u32,
    draws: u64,
    n: u32,
    mut use_index: impl FnMut(u32),
) {
    let key = split_seed(seed);
    let threshold = if n == 0 { 0 } else { n.wrapping_neg() % n };
    for block in 0..draws.div_ceil(4) {
        let words = philox4x32_10([block as u32, resample, 0, stream], key);
        for (i, word) in (4 * block..draws).zip(words) {
            let wide = u64::from(word) * u64::from(n);
            let accepted = wide as u32 >= threshold;
            use_index(if accepted { (wide >> 32) as u32 } else { draw_index(seed, stream, resample, i, n) });
        }
    }
}

/// A sequential walk over one Philox stream.
///
/// # Examples
/// ```
/// use probity::rng::Stream;
/// let mut a = Stream::new(42, 0, 0);
/// let mut b = Stream::new(42, 0, 1);
/// assert_ne!(a.next_u64(), b.next_u64());
/// assert!((0.0..1.0).contains(&a.uniform()));
/// assert!(a.below(3) < 3);
/// ```
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    counter: [u32; 4],
    /// Word w of block i is `words[w][i]`.
    words: [[u32; BLOCKS]; 4],
    used: usize,
}

/// Blocks made at a time: side by side they take hardly longer than one, whose rounds wait for each other.
const BLOCKS: usize = 16;
const AHEAD: usize = 4 * BLOCKS;

impl Stream {
    /// The stream `(purpose, index)` of a seed: `purpose` keeps uses apart, `index` is the resample, item or thread
    /// that the numbers belong to.
    #[must_use]
    pub fn new(seed: u64, purpose: u32, index: u32) -> Self {
        Self {
            key: split_seed(seed),
            counter: [0, index, u32::MAX, purpose],
            words: [[0; BLOCKS]; 4],
            used: AHEAD,
        }
    }

    /// The next 32 random bits. The stream is 2³⁴ words long and then starts over.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.used == AHEAD {
            self.refill();
        }
        let word = self.words[self.used % 4][self.used / 4];
        self.used += 1;
        word
    }

    fn refill(&mut self) {
        let [first, index, mark, purpose] = self.counter;
        let [w0, w1, w2, w3] = &mut self.words;
        for (i, (((a, b), c), d)) in w0.iter_mut().zip(w1).zip(w2).zip(w3).enumerate() {
            [*a, *b, *c, *d] = philox4x32_10([first.wrapping_add(i as u32), index, mark, purpose], self.key);
        }
        self.counter[0] = first.wrapping_add(BLOCKS as u32);
        self.used = 0;
    }

    /// The next 64 random bits, the low word first.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let low = u64::from(self.next_u32());
        u64::from(self.next_u32()) << 32 | low
    }

    /// Uniform on `[0, 1)` with 53 random bits.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform on `0..n`, exactly; 0 when `n` is 0.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        let threshold = if n == 0 { 0 } else { n.wrapping_neg() % n };
        loop {
            let wide = u128::from(self.next_u64()) * u128::from(n);
            if wide as u64 >= threshold {
                return (wide >> 64) as u64;
            }
        }
    }

    /// Puts a slice into random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_known_answers() {
        assert_eq!(philox4x32_10([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox4x32_10([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32_10([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn indices_in_a_row_are_the_indices_one_by_one() {
        // 2³¹ + 1 rejects almost every second word.
        for n in [1, 7, (1 << 31) + 1] {
            let mut i = 0;
            for_each_index(5, 6, 7, 1001, n, |index| {
                assert_eq!(index, draw_index(5, 6, 7, i, n));
                i += 1;
            });
            assert_eq!(i, 1001);
        }
    }

    #[test]
    fn indices_are_uniform() {
        // 60,000 draws below 6: each cell has mean 10,000 and standard deviation 91.
        let mut cells = [0u32; 6];
        for i in 0..60_000 {
            cells[draw_index(1, 2, 3, i, 6) as usize] += 1;
        }
        assert!(cells.iter().all(|&c| c.abs_diff(10_000) < 500), "{cells:?}");
    }
}
