use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use probity::honesty::{OutcomeCounts, OutcomeTransitions};
use probity::ratings::Labels;
use probity::tally::{
    Coincidences, Comparisons, Labelled, Moments, PairCounts, PairMoments, Patterns, QuestionTransitions,
    RatioBins, ReliabilityBins, ScoreCounts, Tally, Transitions, TwoWayMoments, UnitMoments, Verdicts,
};
use serde_json::Value as Json;

use crate::arguments::Literals;
use crate::columns::Texts;
use crate::counting::{Counting, Rows};
use crate::error::{Place, Result, of_core};
use crate::output::Value;

/// A tally as JSON text.
pub(crate) fn write<T: serde::Serialize>(function: &str, tally: &T) -> Result<String> {
    serde_json::to_string(tally).map_err(|error| of_core(function, error))
}

/// A tally from JSON text.
pub(crate) fn read<T: serde::de::DeserializeOwned>(function: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| of_core(function, error))
}

/// Distinct names in their natural order, and the position there of each one given.
pub(crate) fn in_order(function: &str, names: &[&str]) -> Result<(Labels, Vec<u32>)> {
    let labels = Labels::found(names.iter().copied()).map_err(|error| of_core(function, error))?;
    let mut codes: Vec<(&str, u32)> = labels.names().iter().map(String::as_str).zip(0..).collect();
    codes.sort_unstable();
    let place = |name: &&str| match codes.binary_search_by(|(known, _)| known.cmp(name)) {
        Ok(at) => codes[at].1,
        Err(_) => 0,
    };
    let places = names.iter().map(place).collect();
    Ok((labels, places))
}

/// Labels that are numbers: text found in data has no order but that of the alphabet.
pub(crate) fn check_numeric(labels: &Labels, place: Place, choice: &str) -> Result<()> {
    if labels.values().is_some() || labels.is_empty() {
        return Ok(());
    }
    let text = labels.names().iter().find(|name| name.parse::<f64>().is_err());
    let found = text.or(labels.names().first()).map_or("", String::as_str);
    Err(place.value(format_args!("labels that are numbers for {choice:?}"), format_args!("{found:?}")))
}

/// A tally of any kind.
macro_rules! any_tally {
    (labelled: $($by_name:ident),+; plain: $($plain:ident),+) => {
        #[derive(Debug, Clone)]
        enum AnyTally { $($by_name(Box<$by_name>),)+ $($plain(Box<$plain>),)+ }

        impl AnyTally {
            /// Reads the kind that the text says it is.
            fn of(format: &str, json: Json) -> Option<std::result::Result<Self, serde_json::Error>> {
                $(if format == snake(stringify!($by_name)) {
                    return Some(serde_json::from_value(json).map(|t| Self::$by_name(Box::new(t))));
                })+
                $(if format == snake(stringify!($plain)) {
                    return Some(serde_json::from_value(json).map(|t| Self::$plain(Box::new(t))));
                })+
                None
            }

            fn merge(&mut self, other: &Self) -> std::result::Result<(), String> {
                match (self, other) {
                    $((Self::$by_name(mine), Self::$by_name(more)) => {
                        mine.merge_by_name(more).map_err(|error| error.to_string())
                    })+
                    $((Self::$plain(mine), Self::$plain(more)) => {
                        mine.merge(more).map_err(|error| error.to_string())
                    })+
                    (mine, other) => {
                        Err(format!("a tally {} cannot be added to a tally {}", other.name(), mine.name()))
                    }
                }
            }

            fn name(&self) -> String {
                match self {
                    $(Self::$by_name(_) => snake(stringify!($by_name)),)+
                    $(Self::$plain(_) => snake(stringify!($plain)),)+
                }
            }

            fn write(&self, function: &str) -> Result<String> {
                match self {
                    $(Self::$by_name(tally) => write(function, tally),)+
                    $(Self::$plain(tally) => write(function, tally),)+
                }
            }
        }
    };
}

any_tally! {
    labelled: PairCounts, Patterns, Coincidences, Comparisons;
    plain: Moments, OutcomeCounts, OutcomeTransitions, PairMoments, QuestionTransitions, RatioBins,
        ReliabilityBins, ScoreCounts, Transitions, TwoWayMoments, UnitMoments, Verdicts
}

/// The name in the file of the tally of a type.
fn snake(name: &str) -> String {
    let mut snake = String::from("probity.");
    for (i, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Tallies that were written as text, added.
#[derive(Debug, Clone)]
pub(crate) struct Merged {
    place: Place,
    groups: Vec<Option<AnyTally>>,
}

impl Merged {
    pub(crate) fn new(literals: &Literals) -> Self {
        Self { place: literals.place("tally"), groups: Vec::new() }
    }

    pub(crate) fn state_types() -> Vec<(&'static str, DataType)> {
        vec![("tally", DataType::Utf8)]
    }

    fn add(&mut self, group: usize, text: &str) -> Result<()> {
        let place = self.place;
        // A tally is long; its beginning says what it is.
        let shown = || format!("{:?}", text.chars().take(80).collect::<String>());
        let json: Json = serde_json::from_str(text)
            .map_err(|e| place.value("a tally as JSON", format_args!("{e} in {}", shown())))?;
        let format = json.get("format").and_then(Json::as_str).unwrap_or_default().to_string();
        let tally = match AnyTally::of(&format, json) {
            None => return Err(place.value("a tally that can be merged", shown())),
            Some(tally) => tally.map_err(|e| place.value("a tally", format_args!("{e} in {}", shown())))?,
        };
        match self.groups.get_mut(group) {
            Some(Some(sum)) => sum.merge(&tally).map_err(|error| place.value("tallies of one kind", error)),
            Some(none) => {
                *none = Some(tally);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn text(&self, group: usize) -> Result<Option<String>> {
        let tally = self.groups.get(group).and_then(Option::as_ref);
        tally.map(|tally| tally.write(self.place.function)).transpose()
    }
}

impl Counting for Merged {
    fn fresh(&self) -> Box<dyn Counting> {
        Box::new(Self { place: self.place, groups: Vec::new() })
    }

    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize(groups.max(self.groups.len()), None);
    }

    fn update(&mut self, columns: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let texts = Texts::new(self.place, columns)?;
        rows.try_for_each(|row, group| texts.get(row).map_or(Ok(()), |text| self.add(group, text)))
    }

    fn merge(&mut self, states: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let texts = states.first().and_then(|state| state.as_string_opt::<i32>());
        for (text, &group) in texts.into_iter().flatten().zip(groups) {
            text.map_or(Ok(()), |text| self.add(group, text))?;
        }
        Ok(())
    }

    fn state(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        let texts = (0..groups).map(|group| self.text(group)).collect::<Result<StringArray>>()?;
        Ok(vec![Arc::new(texts)])
    }

    fn value(&self, group: usize) -> Result<Value> {
        Ok(self.text(group)?.map_or(Value::Empty, Value::Text))
    }

    fn drop_first(&mut self, groups: usize) {
        self.groups.drain(..groups.min(self.groups.len()));
    }

    fn size(&self) -> usize {
        // Tallies do not say how large they are; most have a few kilobytes.
        self.groups.capacity() * 4096
    }
}
