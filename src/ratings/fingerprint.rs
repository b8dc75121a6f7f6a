use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ratings::{Cells, Ratings};
use crate::rng::philox4x32_10;
use crate::sha256::sha256;

/// A short name for data by their content: 128 bits, the same for the same judgments in any order of their rows.
///
/// ```text
/// n(x)  = the first 128 bits of SHA-256(x)
/// j     = Philox(Philox(n(item), first half of n(rater)) ⊕ n(label), second half of n(rater))
/// print = n(header, labels in order, Σ n(item), Σ n(rater), Σ j)        sums modulo 2¹²⁸
/// ```
///
/// # Design
/// Sums need no order, so nothing is sorted and no judgment is copied. Names go through SHA-256 once each. Judgments are
/// far more, and go through two blocks of the generator of [`crate::rng`], which has published known answers: some ten
/// nanoseconds instead of the hundreds of a hash function. It tells data apart that differ by accident; whoever forges
/// judgments on purpose may find two sets with one name.
///
/// The value is part of the crate's promise of stable values: it changes in no patch release.
///
/// # Examples
/// ```
/// use probity::ratings::{Fingerprint, RatingsBuilder};
/// let of = |rows: [(&str, &str, &str); 3]| {
///     let mut builder = RatingsBuilder::new();
///     rows.iter().try_for_each(|(item, rater, label)| builder.push(item, rater, Some(label)))?;
///     builder.build().map(|ratings| ratings.fingerprint())
/// };
/// let print = of([("q1", "ann", "yes"), ("q1", "bob", "no"), ("q2", "bob", "no")])?;
/// assert_eq!(print, of([("q2", "bob", "no"), ("q1", "bob", "no"), ("q1", "ann", "yes")])?);
/// assert_ne!(print, of([("q1", "ann", "yes"), ("q1", "bob", "no"), ("q2", "bob", "yes")])?);
/// assert_eq!(print.to_string().len(), 32);
/// assert_eq!(print.to_string().parse::<Fingerprint>()?, print);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// The name of rows of any kind, in any order: lines of a file, or texts that say all there is about a record.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::Fingerprint;
    /// assert_eq!(Fingerprint::of_rows(["a beat b", "b beat c"]), Fingerprint::of_rows(["b beat c", "a beat b"]));
    /// assert_ne!(Fingerprint::of_rows(["a", "a"]), Fingerprint::of_rows(["a"]));
    /// ```
    #[must_use]
    pub fn of_rows<R: AsRef<[u8]>>(rows: impl IntoIterator<Item = R>) -> Self {
        let (mut sum, mut count) = (0u128, 0u64);
        for row in rows {
            sum = sum.wrapping_add(digest(b'R', row.as_ref()));
            count += 1;
        }
        let mut header = Header::new("probity.rows.1");
        header.push(u128::from(count));
        header.push(sum);
        header.close()
    }
}

/// The first 128 bits of a digest; a letter keeps names of different kinds apart.
fn digest(kind: u8, bytes: &[u8]) -> u128 {
    let mut text = Vec::with_capacity(bytes.len() + 1);
    text.push(kind);
    text.extend_from_slice(bytes);
    sha256(&text).iter().take(16).fold(0, |bits, &byte| bits << 8 | u128::from(byte))
}

/// Four words, the lowest first.
fn words(value: u128) -> [u32; 4] {
    [value as u32, (value >> 32) as u32, (value >> 64) as u32, (value >> 96) as u32]
}

fn value([a, b, c, d]: [u32; 4]) -> u128 {
    u128::from(a) | u128::from(b) << 32 | u128::from(c) << 64 | u128::from(d) << 96
}

/// One judgment.
fn judgment(item: u128, rater: u128, label: u128) -> u128 {
    let [k0, k1, k2, k3] = words(rater);
    let mixed = value(philox4x32_10(words(item), [k0, k1])) ^ label;
    value(philox4x32_10(words(mixed), [k2, k3]))
}

struct Header(Vec<u8>);

impl Header {
    fn new(name: &str) -> Self {
        Self(name.as_bytes().to_vec())
    }

    fn push(&mut self, value: u128) {
        self.0.extend_from_slice(&value.to_be_bytes());
    }

    fn close(self) -> Fingerprint {
        Fingerprint(digest(b'H', &self.0))
    }
}

fn number(value: f64) -> u128 {
    // 0.0 and -0.0 are one number. The highest bit says that it is one.
    1 << 127 | u128::from((value + 0.0).to_bits())
}

impl Ratings {
    /// A name for the judgments by their content, the same in any order of items, raters and rows; see [`Fingerprint`].
    ///
    /// It tells apart: names of items and raters, labels with their order (the numbers of labels that are numbers: `1` and
    /// `1.0` are one), who judged what how, items that nobody rated and raters who rated nothing. The scale is no part of
    /// it: it says how the same judgments are read. Of a table of counts, it takes no names of raters.
    ///
    /// # Complexity
    /// Linear in items, raters and judgments.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let labels: Vec<u128> = match self.labels().values() {
            Some(values) => values.iter().copied().map(number).collect(),
            None => self.labels().names().iter().map(|name| digest(b'L', name.as_bytes())).collect(),
        };
        let raters: Vec<u128> = if self.has_identified_raters() {
            self.raters().names().map(|name| digest(b'P', name.as_bytes())).collect()
        } else {
            vec![0; self.n_raters()]
        };
        let (mut of_items, mut of_judgments) = (0u128, 0u128);
        for (item, name) in self.items().names().enumerate() {
            let item_digest = digest(b'I', name.as_bytes());
            of_items = of_items.wrapping_add(item_digest);
            for (rater, cell) in self.slots(item) {
                let label = match self.cells() {
                    Cells::F64(values) => {
                        values.get(cell).filter(|value| !value.is_nan()).copied().map(number)
                    }
                    cells => cells.code(cell).and_then(|code| labels.get(code as usize)).copied(),
                };
                if let (Some(label), Some(&rater)) = (label, raters.get(rater)) {
                    of_judgments = of_judgments.wrapping_add(judgment(item_digest, rater, label));
                }
            }
        }
        let mut header = Header::new("probity.ratings.1");
        for count in [self.n_items(), self.n_raters(), self.n_judgments(), labels.len()] {
            header.push(count as u128);
        }
        labels.into_iter().for_each(|label| header.push(label));
        let of_raters = raters.into_iter().fold(0u128, u128::wrapping_add);
        [of_items, of_raters, of_judgments].into_iter().for_each(|sum| header.push(sum));
        header.close()
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl From<Fingerprint> for String {
    fn from(print: Fingerprint) -> Self {
        print.to_string()
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = Error;

    /// # Errors
    /// [`Error::Argument`] unless it is 32 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u128::from_str_radix(text, 16) {
            Ok(bits) if digits => Ok(Self(bits)),
            _ => Err(Error::argument("fingerprint", "32 hexadecimal digits", format!("{text:?}"))),
        }
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::{Ids, Labels, Scale};

    #[test]
    fn what_differs_has_another_name() {
        let ratings = |codes: [u8; 4]| Ratings::from_codes(Labels::codes(2), 2, codes.to_vec()).unwrap();
        let plain = ratings([0, 1, 1, 255]);
        let all = [
            plain.clone(),
            ratings([0, 1, 255, 1]),
            ratings([1, 0, 1, 255]),
            ratings([0, 1, 1, 1]),
            Ratings::from_codes(Labels::codes(3), 2, vec![0u8, 1, 1, 255]).unwrap(),
            Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 1, 1, 255, 255, 255]).unwrap(),
            plain.clone().with_raters(Ids::from_names(["a", "b"]).unwrap()).unwrap(),
            Ratings::from_counts(Labels::codes(2), &[1, 1, 0, 1]).unwrap(),
        ];
        let mut prints: Vec<String> = all.iter().map(|r| r.fingerprint().to_string()).collect();
        prints.sort();
        prints.dedup();
        assert_eq!(prints.len(), all.len());
        // The width of the cells, the scale, and numbers instead of codes change nothing that was judged.
        let wide = Ratings::from_codes(Labels::codes(2), 2, vec![0u32, 1, 1, u32::MAX]).unwrap();
        assert_eq!(wide.with_scale(Scale::Ordinal).unwrap().fingerprint(), plain.fingerprint());
    }

    #[test]
    fn only_digits_are_read() {
        for wrong in ["", "12", "+2345678901234567890123456789012", "g2345678901234567890123456789012"] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }
}
