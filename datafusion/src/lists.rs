use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion_common::internal_err;
use probity::agreement::Options;
use probity::ratings::Scale;
use probity::tally::{Coincidences, Patterns};

use crate::arguments::Literals;
use crate::columns::column;
use crate::counting::{Counting, Rows};
use crate::error::{Place, Result, of_core};
use crate::names::{MISSING, Names};
use crate::output::Value;
use crate::tallies;

/// Which figure is read from items with lists of labels.
#[derive(Debug, Clone)]
pub(crate) enum ListFigure {
    Fleiss,
    Krippendorff(Scale, Place),
    Patterns,
    Coincidences,
}

pub(crate) const SCALES: &[&str] = &["nominal", "ordinal", "interval", "ratio", "circular", "bipolar"];

impl ListFigure {
    pub(crate) fn krippendorff(literals: &Literals) -> Result<Self> {
        let scale = match literals.choice("scale")? {
            "ordinal" => Scale::Ordinal,
            "interval" => Scale::Interval,
            "ratio" => Scale::Ratio,
            "circular" => Scale::Circular { period: None },
            "bipolar" => Scale::Bipolar { ends: None },
            _ => Scale::Nominal,
        };
        Ok(Self::Krippendorff(scale, literals.place("scale")))
    }
}

/// How often each distinct row of (code, count) pairs occurs, ascending in the codes.
type Rowed = HashMap<Vec<(u32, u32)>, u64>;

/// The distinct rows of label counts with their multiplicities, for each group.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    figure: ListFigure,
    place: Place,
    names: Names,
    groups: Vec<Rowed>,
}

impl Lists {
    pub(crate) fn new(figure: ListFigure, literals: &Literals) -> Self {
        Self { figure, place: literals.place("labels"), names: Names::default(), groups: Vec::new() }
    }

    pub(crate) fn state_types() -> Vec<(&'static str, DataType)> {
        vec![("patterns", DataType::Utf8)]
    }

    /// The core's tally of a group; `None` if no row went into it.
    fn patterns(&self, group: usize) -> Result<Option<Patterns>> {
        let Some(rowed) = self.groups.get(group).filter(|rowed| !rowed.is_empty()) else { return Ok(None) };
        let mut used: Vec<u32> = rowed.keys().flatten().map(|&(code, _)| code).collect();
        used.sort_unstable();
        used.dedup();
        let names: Vec<&str> = used.iter().map(|&code| self.names.name(code)).collect();
        let (labels, places) = tallies::in_order(self.place.function, &names)?;
        let place = |code: u32| used.binary_search(&code).ok().and_then(|at| places.get(at)).copied();
        let unit = |unit: &[(u32, u32)]| -> Vec<_> {
            unit.iter().filter_map(|&(code, n)| Some((place(code)?, n))).collect()
        };
        let rows = rowed.iter().map(|(counts, &times)| (unit(counts), times));
        Patterns::from_counted(labels, rows).map(Some).map_err(|e| of_core(self.place.function, e))
    }

    fn add(&mut self, group: usize, unit: Vec<(u32, u32)>, times: u64) -> Result<()> {
        let Some(rowed) = self.groups.get_mut(group) else { return Ok(()) };
        let count = rowed.entry(unit).or_default();
        *count = count.checked_add(times).ok_or_else(|| of_core(self.place.function, "a count overflows"))?;
        Ok(())
    }
}

impl Counting for Lists {
    fn fresh(&self) -> Box<dyn Counting> {
        Box::new(Self { groups: Vec::new(), ..self.clone() })
    }

    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), HashMap::new);
    }

    fn update(&mut self, columns: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let column = column(self.place, columns)?;
        let Some(lists) = column.as_list_opt::<i32>() else {
            return Err(self.place.value("a column of lists", column.data_type()));
        };
        let mut codes = Vec::new();
        self.names.encode(self.place, lists.values(), &mut codes)?;
        let mut unit = Vec::new();
        rows.try_for_each(|row, group| {
            if lists.is_null(row) {
                return Ok(());
            }
            let (start, end) = (lists.value_offsets()[row] as usize, lists.value_offsets()[row + 1] as usize);
            unit.clear();
            unit.extend(codes[start..end].iter().filter(|&&code| code != MISSING));
            unit.sort_unstable();
            let counts = unit.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect();
            self.add(group, counts, 1)
        })
    }

    fn merge(&mut self, states: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let Some(texts) = states.first().and_then(|state| state.as_string_opt::<i32>()) else {
            return internal_err!("{}: a state is not text", self.place.function);
        };
        for (text, &group) in texts.iter().zip(groups) {
            let Some(text) = text else { continue };
            let patterns: Patterns = tallies::read(self.place.function, text)?;
            let names = patterns.labels().names();
            let codes: Vec<u32> = names.iter().map(|name| self.names.code(name)).collect();
            for (unit, times) in patterns.iter() {
                let code = |&(c, n): &(u32, u32)| Some((codes.get(c as usize).copied()?, n));
                let mut unit: Vec<_> = unit.iter().filter_map(code).collect();
                unit.sort_unstable();
                self.add(group, unit, times)?;
            }
        }
        Ok(())
    }

    fn state(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        let text = |group| {
            let patterns = self.patterns(group)?;
            patterns.map(|patterns| tallies::write(self.place.function, &patterns)).transpose()
        };
        Ok(vec![Arc::new((0..groups).map(text).collect::<Result<StringArray>>()?)])
    }

    fn value(&self, group: usize) -> Result<Value> {
        let function = self.place.function;
        let Some(patterns) = self.patterns(group)? else { return Ok(Value::Empty) };
        let figure = match &self.figure {
            ListFigure::Fleiss => patterns.fleiss_kappa(&Options::new()),
            ListFigure::Krippendorff(scale, place) => {
                if *scale != Scale::Nominal {
                    tallies::check_numeric(patterns.labels(), *place, scale.name())?;
                }
                patterns.krippendorff_alpha(scale, &Options::new())
            }
            ListFigure::Patterns => return Ok(Value::Text(tallies::write(function, &patterns)?)),
            ListFigure::Coincidences => {
                let tally = Coincidences::from_patterns(&patterns).map_err(|e| of_core(function, e))?;
                return Ok(Value::Text(tallies::write(function, &tally)?));
            }
        };
        Value::figures(function, vec![figure])
    }

    fn drop_first(&mut self, groups: usize) {
        self.groups.drain(..groups.min(self.groups.len()));
    }

    fn size(&self) -> usize {
        let rows: usize = self.groups.iter().map(HashMap::capacity).sum();
        self.names.size() + 48 * self.groups.capacity() + 72 * rows
    }
}
