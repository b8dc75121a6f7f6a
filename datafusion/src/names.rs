use std::collections::HashMap;

use arrow::array::{Array, ArrayAccessor, ArrayRef, AsArray};
use arrow::datatypes::{Float64Type, Int64Type};

use crate::error::{Place, Result};

/// The labels met so far, numbered in the order in which they came. Figures see them only in their natural order, so
/// that the order of the rows does not matter.
///
/// A label is its text: the integer 1, the number 1.0 and the text `1` are the same one, the text `1.0` is another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    known: Vec<String>,
    codes: HashMap<String, u32>,
    integers: HashMap<i64, u32>,
    numbers: HashMap<u64, u32>,
    recent: Recent,
}

/// Short texts met lately with their codes. Few labels make most of the rows, and comparing one number is several times
/// faster than finding a text.
#[derive(Debug, Clone)]
struct Recent([(u128, u32); 64]);

impl Default for Recent {
    fn default() -> Self {
        // No text has this key.
        Self([(u128::MAX, MISSING); 64])
    }
}

/// The most bytes of a text that a view of Arrow holds itself.
const SHORT: usize = 12;

/// A short text as a number: its bytes, of which others may follow, and its length.
fn key(bytes: u128, len: usize) -> u128 {
    bytes & ((1 << (8 * len)) - 1) | (len as u128) << 120
}

/// So few names are found faster by looking at each.
const FEW: usize = 12;

/// The code of a missing label; label `i` has the code `i + 1`.
pub(crate) const MISSING: u32 = 0;

impl Names {
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    /// The name of a code that is not [`MISSING`].
    pub(crate) fn name(&self, code: u32) -> &str {
        self.known.get((code as usize).wrapping_sub(1)).map_or("", String::as_str)
    }

    /// The code of a name, which is new or known.
    pub(crate) fn code(&mut self, name: &str) -> u32 {
        let known = if self.known.len() <= FEW {
            self.known.iter().position(|other| other == name).map(|at| at as u32 + 1)
        } else {
            self.codes.get(name).copied()
        };
        known.unwrap_or_else(|| {
            self.known.push(name.to_string());
            let code = self.known.len() as u32;
            self.codes.insert(name.to_string(), code);
            code
        })
    }

    fn integer(&mut self, value: i64) -> u32 {
        if let Some(&code) = self.integers.get(&value) {
            return code;
        }
        let code = self.code(&value.to_string());
        self.integers.insert(value, code);
        code
    }

    fn number(&mut self, place: Place, value: f64) -> Result<u32> {
        if !value.is_finite() {
            return Err(place.value("a finite number", value));
        }
        // 0.0 and -0.0 are one number.
        let value = value + 0.0;
        if let Some(&code) = self.numbers.get(&value.to_bits()) {
            return Ok(code);
        }
        let code = self.code(&value.to_string());
        self.numbers.insert(value.to_bits(), code);
        Ok(code)
    }

    /// Writes the code of each row.
    pub(crate) fn encode(&mut self, place: Place, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        codes.clear();
        codes.reserve(column.len());
        if let Some(array) = column.as_string_opt::<i32>() {
            let (offsets, data) = (array.value_offsets(), array.value_data());
            self.encode_texts(array, codes, |row| {
                let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
                let bytes = data.get(start..)?.first_chunk().filter(|_| end - start <= SHORT)?;
                Some(key(u128::from_le_bytes(*bytes), end - start))
            });
        } else if let Some(array) = column.as_string_view_opt() {
            let views = array.views();
            self.encode_texts(array, codes, |row| {
                let len = views[row] as u32 as usize;
                (len <= SHORT).then(|| key(views[row] >> 32, len))
            });
        } else if let Some(array) = column.as_primitive_opt::<Int64Type>() {
            // Neighbours are often alike, and small integers need no hashing.
            let mut small = [MISSING; 256];
            for value in array {
                codes.push(match value {
                    None => MISSING,
                    Some(value @ 0..256) => {
                        let code = &mut small[value as usize];
                        if *code == MISSING {
                            *code = self.integer(value);
                        }
                        *code
                    }
                    Some(value) => self.integer(value),
                });
            }
        } else if let Some(array) = column.as_primitive_opt::<Float64Type>() {
            for value in array {
                codes.push(value.map_or(Ok(MISSING), |value| self.number(place, value))?);
            }
        } else if let Some(array) = column.as_boolean_opt() {
            let mut seen = [MISSING; 2];
            for value in array {
                codes.push(value.map_or(MISSING, |value| {
                    let code = &mut seen[usize::from(value)];
                    if *code == MISSING {
                        *code = self.code(if value { "true" } else { "false" });
                    }
                    *code
                }));
            }
        } else {
            return Err(place.value("a column of labels", column.data_type()));
        }
        Ok(())
    }

    fn encode_texts<'a>(
        &mut self,
        texts: impl ArrayAccessor<Item = &'a str> + Copy,
        codes: &mut Vec<u32>,
        key: impl Fn(usize) -> Option<u128>,
    ) {
        codes.extend((0..texts.len()).map(|row| match key(row) {
            _ if texts.is_null(row) => MISSING,
            None => self.code(texts.value(row)),
            Some(key) => {
                let mixed = (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let slot = (mixed >> 58) as usize;
                let (met, code) = self.recent.0[slot];
                if met == key {
                    return code;
                }
                let code = self.code(texts.value(row));
                self.recent.0[slot] = (key, code);
                code
            }
        }));
    }

    pub(crate) fn size(&self) -> usize {
        let text: usize = self.known.iter().map(String::capacity).sum();
        2 * text + (self.known.capacity() + self.codes.capacity()) * 32 + self.integers.capacity() * 16
    }
}
