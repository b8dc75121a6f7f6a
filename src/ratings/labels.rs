use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The categories of a rating: a label for every code, in the order of the scale, with its number where it has one.
///
/// Code `c` is the position of a label. The order matters on ordinal scales and for weights by position; the
/// number matters on interval, ratio, circular and bipolar scales and for weights by value. Labels either all
/// have a number or none has.
///
/// # Design
/// Tallies carry their labels: two shards that saw the same labels in another order would otherwise merge into a
/// wrong figure without a word.
///
/// # Examples
/// ```
/// use probity::ratings::Labels;
/// let labels = Labels::from_names(["bad", "fair", "good"])?;
/// assert_eq!(labels.code("fair"), Some(1));
/// let stars = Labels::from_values([1.0, 2.0, 5.0])?;
/// assert_eq!((stars.name(2), stars.value(2)), (Some("5"), Some(5.0)));
/// assert!(Labels::from_names(["a", "a"]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Labels {
    names: Vec<String>,
    values: Option<Vec<f64>>,
}

/// The serialised form, checked on the way in.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    names: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    values: Option<Vec<f64>>,
}

impl From<Labels> for Stored {
    fn from(labels: Labels) -> Self {
        Self { names: labels.names, values: labels.values }
    }
}

impl TryFrom<Stored> for Labels {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        Self::checked(stored.names, stored.values)
    }
}

/// Reads a label as a finite number.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|v| v.is_finite())
}

impl Labels {
    fn checked(names: Vec<String>, values: Option<Vec<f64>>) -> Result<Self> {
        let mut seen = HashMap::with_capacity(names.len());
        for (code, name) in names.iter().enumerate() {
            if let Some(first) = seen.insert(name.as_str(), code) {
                return Err(Error::argument(
                    "labels",
                    "distinct labels",
                    format!("{name:?} at positions {first} and {code}"),
                ));
            }
        }
        if let Some(values) = &values {
            crate::num::check_same_length("values of labels", names.len(), values.len())?;
            crate::num::check_finite("values of labels", values)?;
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Error::argument("labels", "distinct values", format!("{} twice", pair[0])));
            }
        }
        Ok(Self { names, values })
    }

    /// Labels by name, in the order of the scale. If every name is a number (and no two are the same number), they
    /// also have values.
    ///
    /// # Errors
    /// [`Error::Argument`] if a label occurs twice.
    pub fn from_names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let values = names.iter().map(|n| parse_number(n)).collect::<Option<Vec<_>>>();
        match values {
            Some(values) if !values.is_empty() => {
                Self::checked(names.clone(), Some(values)).or_else(|_| Self::checked(names, None))
            }
            _ => Self::checked(names, None),
        }
    }

    /// Labels by name in their natural order: by number if all are numbers (and no two the same number), else by text. What
    /// was found in shards of the data comes into the same order as what was found in all of them.
    ///
    /// # Errors
    /// [`Error::Argument`] if a label occurs twice.
    ///
    /// # Examples
    /// ```
    /// use probity::ratings::Labels;
    /// assert_eq!(Labels::found(["10", "9"])?.names(), ["9", "10"]);
    /// assert_eq!(Labels::found(["10", "9", "x"])?.names(), ["10", "9", "x"]);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn found<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Result<Self> {
        let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
        names.sort_unstable();
        let labels = Self::from_names(names)?;
        let Some(values) = &labels.values else { return Ok(labels) };
        let mut codes: Vec<u32> = (0..labels.len() as u32).collect();
        codes.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
        Ok(labels.select(&codes))
    }

    /// All labels of two lists, in the order of [`Labels::found`].
    ///
    /// # Errors
    /// None: no name can occur twice in the union.
    pub fn union(&self, other: &Self) -> Result<Self> {
        let all: BTreeSet<&str> = self.names.iter().chain(&other.names).map(String::as_str).collect();
        Self::found(all)
    }

    /// Numeric labels in the order given, named by their numbers.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a value that is not finite, [`Error::Argument`] for one that occurs twice.
    pub fn from_values(values: impl IntoIterator<Item = f64>) -> Result<Self> {
        // 0.0 and -0.0 are one number.
        let values: Vec<f64> = values.into_iter().map(|v| v + 0.0).collect();
        let names = values.iter().map(ToString::to_string).collect();
        Self::checked(names, Some(values))
    }

    /// Labels with a name and a value each.
    ///
    /// # Errors
    /// [`Error::NotFinite`] or [`Error::Argument`] as in [`Labels::from_values`] and [`Labels::from_names`].
    pub fn from_pairs<S: Into<String>>(pairs: impl IntoIterator<Item = (S, f64)>) -> Result<Self> {
        let (names, values) = pairs.into_iter().map(|(n, v)| (n.into(), v)).unzip();
        Self::checked(names, Some(values))
    }

    /// The `k` codes `0..k` as numeric labels.
    #[must_use]
    pub fn codes(k: usize) -> Self {
        Self {
            names: (0..k).map(|c| c.to_string()).collect(),
            values: Some((0..k).map(|c| c as f64).collect()),
        }
    }

    /// Labels found in data, in their natural order: by number if all are numbers, else by text. Labels that are the
    /// same number (`1` and `1.0`) are one label under the first name. Returns the code of each label given.
    pub(crate) fn sorted(found: &[String]) -> (Self, Vec<u32>) {
        let numbers = found.iter().map(|n| parse_number(n)).collect::<Option<Vec<f64>>>();
        let mut order: Vec<usize> = (0..found.len()).collect();
        let mut codes = vec![0; found.len()];
        let mut names = Vec::new();
        if let Some(numbers) = numbers.filter(|n| !n.is_empty()) {
            order.sort_by(|&a, &b| (numbers[a] + 0.0).total_cmp(&(numbers[b] + 0.0)).then(a.cmp(&b)));
            let mut values: Vec<f64> = Vec::new();
            for i in order {
                if values.last() != Some(&numbers[i]) {
                    names.push(found[i].trim().to_string());
                    values.push(numbers[i] + 0.0);
                }
                codes[i] = values.len() as u32 - 1;
            }
            return (Self { names, values: Some(values) }, codes);
        }
        order.sort_by(|&a, &b| found[a].cmp(&found[b]));
        for (code, i) in order.into_iter().enumerate() {
            codes[i] = code as u32;
            names.push(found[i].clone());
        }
        (Self { names, values: None }, codes)
    }

    /// The labels of some codes that exist, each given once, in that order.
    pub(crate) fn select(&self, codes: &[u32]) -> Self {
        let names = codes.iter().map(|&c| self.names[c as usize].clone()).collect();
        let of = |values: &Vec<f64>| codes.iter().map(|&c| values[c as usize]).collect();
        Self { names, values: self.values.as_ref().map(of) }
    }

    /// The number of categories.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no category.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All names in code order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a code.
    #[must_use]
    pub fn name(&self, code: u32) -> Option<&str> {
        self.names.get(code as usize).map(String::as_str)
    }

    /// All values in code order, if the labels are numbers.
    #[must_use]
    pub fn values(&self) -> Option<&[f64]> {
        self.values.as_deref()
    }

    /// The value of a code, if it has one.
    #[must_use]
    pub fn value(&self, code: u32) -> Option<f64> {
        self.values.as_ref()?.get(code as usize).copied()
    }

    /// The code of a label, by name. Linear in the number of categories.
    #[must_use]
    pub fn code(&self, name: &str) -> Option<u32> {
        self.names.iter().position(|n| n == name).map(|c| c as u32)
    }

    /// The values if there are any, else the positions `0, 1, ..`: the coordinates that weights use.
    #[must_use]
    pub fn coordinates(&self) -> Vec<f64> {
        self.values.clone().unwrap_or_else(|| (0..self.len()).map(|c| c as f64).collect())
    }
}
