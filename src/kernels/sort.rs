/// An integer that orders as the number does; −0 and 0 are the same. The number is not NaN.
#[inline]
pub(crate) fn ordered(x: f32) -> u32 {
    let bits = (x + 0.0).to_bits();
    bits ^ (((bits as i32 >> 31) as u32) | 1 << 31)
}

/// Keys from which three passes over them take less time than comparisons.
const RADIX_FROM: usize = 1 << 11;
const DIGIT: u32 = 11;
const VALUES: usize = 1 << DIGIT;

/// Sorts keys; `spare` is room of any size.
pub(crate) fn sort_keys(keys: &mut Vec<u32>, spare: &mut Vec<u32>) {
    // The places below are 32 bits wide.
    if keys.len() < RADIX_FROM || u32::try_from(keys.len()).is_err() {
        keys.sort_unstable();
        return;
    }
    let digit = |key: u32, pass: u32| (key >> (DIGIT * pass)) as usize % VALUES;
    let mut places = vec![[0u32; VALUES]; 3];
    for &key in keys.iter() {
        for (pass, places) in (0..).zip(&mut places) {
            places[digit(key, pass)] += 1;
        }
    }
    spare.resize(keys.len(), 0);
    for (pass, places) in (0..).zip(&mut places) {
        if places.iter().any(|&n| n as usize == keys.len()) {
            continue;
        }
        let mut start = 0;
        for place in places.iter_mut() {
            start += std::mem::replace(place, start);
        }
        for &key in keys.iter() {
            let place = &mut places[digit(key, pass)];
            spare[*place as usize] = key;
            *place += 1;
        }
        std::mem::swap(keys, spare);
    }
}

/// Twice the number of pairs in which the first is the greater, equal pairs counting once. Both ascending.
pub(crate) fn twice_wins(first: &[u32], second: &[u32]) -> u128 {
    let (mut below, mut twice) = (0, 0u128);
    for equal in first.chunk_by(|x, y| x == y) {
        let Some(&key) = equal.first() else { continue };
        below += second[below..].iter().take_while(|&&other| other < key).count();
        let same = second[below..].iter().take_while(|&&other| other == key).count();
        twice += equal.len() as u128 * (2 * below + same) as u128;
        below += same;
    }
    twice
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn keys_order_as_their_numbers() {
        let ascending = [f32::NEG_INFINITY, -2.5, -1e-40, 0.0, 1e-40, 1.0, 2.5, f32::INFINITY];
        assert!(ascending.map(ordered).is_sorted_by(|x, y| x < y));
        assert_eq!(ordered(-0.0), ordered(0.0));
    }

    #[test]
    fn radix_sorts() {
        let mut rng = Stream::new(12, 0, 0);
        let mut spare = Vec::new();
        for (n, below) in [(0, 1), (10, 5), (RADIX_FROM, 1), (5000, 1 << 32), (5000, 3000), (4097, 100)] {
            let mut keys: Vec<u32> = (0..n).map(|_| rng.below(below) as u32).collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            sort_keys(&mut keys, &mut spare);
            assert_eq!(keys, expected);
        }
    }

    #[test]
    fn wins_equal_all_pairs() {
        let mut rng = Stream::new(13, 0, 0);
        for (n, m, below) in [(0, 3, 5), (4, 0, 5), (30, 20, 7), (25, 40, 1000)] {
            let mut draw = |n| {
                let mut keys: Vec<u32> = (0..n).map(|_| rng.below(below) as u32).collect();
                keys.sort_unstable();
                keys
            };
            let (first, second) = (draw(n), draw(m));
            let pairs = first.iter().flat_map(|x| second.iter().map(move |y| x.cmp(y) as i8 + 1));
            assert_eq!(twice_wins(&first, &second), pairs.map(|wins| wins as u128).sum());
        }
    }
}
