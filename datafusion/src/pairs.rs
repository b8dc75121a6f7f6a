use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, ListBuilder, StringBuilder, UInt32Builder, UInt64Builder,
};
use arrow::datatypes::{DataType, UInt32Type, UInt64Type};
use datafusion_common::internal_err;
use probity::agreement::{Options, Weights};
use probity::inference::Resample;
use probity::ratings::Labels;
use probity::tally::{PairCounts, Patterns};

use crate::arguments::Literals;
use crate::counting::{Counting, Rows};
use crate::error::{Place, Result, of_core};
use crate::names::{MISSING, Names};
use crate::output::Value;
use crate::tallies;

/// Which figure is read from a table of two raters.
#[derive(Debug, Clone)]
pub(crate) enum PairFigure {
    Agreement,
    Cohen(Weights, Place),
    Scott,
    /// Gwet's AC1, into which items of one rating enter.
    Gwet,
    Tally,
}

pub(crate) const WEIGHTS: &[&str] =
    &["identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"];

impl PairFigure {
    pub(crate) fn cohen(literals: &Literals) -> Result<Self> {
        let weights = match literals.choice("weights")? {
            "linear" => Weights::Linear,
            "quadratic" => Weights::Quadratic,
            "ordinal" => Weights::Ordinal,
            "radical" => Weights::Radical,
            "ratio" => Weights::Ratio,
            "circular" => Weights::Circular,
            "bipolar" => Weights::Bipolar,
            _ => Weights::Identity,
        };
        Ok(Self::Cohen(weights, literals.place("weights")))
    }
}

/// Most labels of a group: its table has a cell for every two.
const MOST_LABELS: usize = 1 << 12;
/// Cells of all groups up to which they lie in one array (128 MiB), however many labels there are.
const MOST_CELLS: usize = 1 << 24;
/// Codes up to which they always do: four labels and the missing one.
const FEW_CODES: usize = 5;

/// How often two raters chose each pair of labels, for many groups: one flat array of counts, in which each group has a
/// table with a row and a column for every label met so far and for the missing one.
///
/// Where there are many labels and many groups, only the cells in use are kept.
#[derive(Debug, Clone)]
pub(crate) struct PairTables {
    figure: PairFigure,
    function: &'static str,
    arguments: [Place; 2],
    names: Names,
    cells: Cells,
    groups: usize,
    codes: [Vec<u32>; 2],
}

#[derive(Debug, Clone)]
enum Cells {
    Flat { side: usize, counts: Vec<u64> },
    Sparse(BTreeMap<(usize, u32, u32), u64>),
}

impl Cells {
    /// Makes room for groups and codes.
    fn grow(&mut self, groups: usize, codes: usize) {
        let Self::Flat { side, counts } = self else { return };
        let old = *side;
        let new = if codes <= old { old } else { codes.max(2 * old - 1) };
        if new > FEW_CODES && groups.saturating_mul(new * new) > MOST_CELLS {
            let sparse = std::mem::take(counts).into_iter().enumerate().filter(|(_, n)| *n > 0);
            let key = |at: usize| {
                let cell = at % (old * old);
                (at / (old * old), (cell / old) as u32, (cell % old) as u32)
            };
            *self = Self::Sparse(sparse.map(|(at, n)| (key(at), n)).collect());
            return;
        }
        if new > old {
            let mut wider = vec![0; counts.len() / (old * old) * new * new];
            for (from, to) in counts.chunks(old).zip(0..) {
                let start = to / old * new * new + to % old * new;
                if let Some(row) = wider.get_mut(start..start + old) {
                    row.copy_from_slice(from);
                }
            }
            (*side, *counts) = (new, wider);
        }
        counts.resize(groups * *side * *side, 0);
    }

    fn add(&mut self, group: usize, first: u32, second: u32, n: u64) -> Option<()> {
        let count = match self {
            Self::Flat { side, counts } => {
                counts.get_mut((group * *side + first as usize) * *side + second as usize)?
            }
            Self::Sparse(cells) => cells.entry((group, first, second)).or_default(),
        };
        *count = count.checked_add(n)?;
        Some(())
    }

    /// The cells of a group that are not 0, in the order of the codes.
    fn of(&self, group: usize) -> Vec<(u32, u32, u64)> {
        match self {
            Self::Flat { side, counts } => {
                let table = side * side;
                let cells = counts.get(group * table..(group + 1) * table).unwrap_or(&[]);
                let used = cells.iter().enumerate().filter(|(_, n)| **n > 0);
                used.map(|(at, &n)| ((at / side) as u32, (at % side) as u32, n)).collect()
            }
            Self::Sparse(cells) => {
                let range = cells.range((group, 0, 0)..(group + 1, 0, 0));
                range.map(|(&(_, first, second), &n)| (first, second, n)).collect()
            }
        }
    }

    fn drop_first(&mut self, groups: usize) {
        match self {
            Self::Flat { side, counts } => drop(counts.drain(..(groups * *side * *side).min(counts.len()))),
            Self::Sparse(cells) => {
                let kept = cells.split_off(&(groups, 0, 0));
                *cells = kept.into_iter().map(|((group, a, b), n)| ((group - groups, a, b), n)).collect();
            }
        }
    }
}

/// Labels in use, and the cells in terms of their positions; 0 is missing, label i is i + 1.
struct Table {
    labels: Vec<u32>,
    cells: Vec<(u32, u32, u64)>,
}

impl PairTables {
    pub(crate) fn new(figure: PairFigure, literals: &Literals) -> Self {
        Self {
            figure,
            function: literals.function(),
            arguments: ["a", "b"].map(|name| literals.place(name)),
            names: Names::default(),
            cells: Cells::Flat { side: 3, counts: Vec::new() },
            groups: 0,
            codes: [Vec::new(), Vec::new()],
        }
    }

    pub(crate) fn state_types() -> Vec<(&'static str, DataType)> {
        let list = |item| DataType::new_list(item, true);
        vec![
            ("labels", list(DataType::Utf8)),
            ("first", list(DataType::UInt32)),
            ("second", list(DataType::UInt32)),
            ("count", list(DataType::UInt64)),
        ]
    }

    fn table(&self, group: usize) -> Table {
        let cells = self.cells.of(group);
        let mut labels: Vec<u32> = cells.iter().flat_map(|&(a, b, _)| [a, b]).collect();
        labels.sort_unstable();
        labels.dedup();
        labels.retain(|&code| code != MISSING);
        let place = |code: u32| labels.binary_search(&code).map_or(0, |at| at as u32 + 1);
        let cells = cells.iter().map(|&(a, b, n)| (place(a), place(b), n)).collect();
        Table { labels, cells }
    }

    fn figure(&self, labels: Labels, cells: &[(u32, u32, u64)]) -> Result<Value> {
        if let PairFigure::Gwet = self.figure {
            let unit = |a: u32, b: u32| match (a.checked_sub(1), b.checked_sub(1)) {
                (None, None) => Vec::new(),
                (Some(c), None) | (None, Some(c)) => vec![(c, 1)],
                (Some(c), Some(d)) if c == d => vec![(c, 2)],
                (Some(c), Some(d)) => vec![(c, 1), (d, 1)],
            };
            let units = cells.iter().map(|&(a, b, n)| (unit(a, b), n));
            let patterns = Patterns::from_counted(labels, units).map_err(|e| of_core(self.function, e))?;
            return Value::figures(self.function, vec![patterns.gwet_ac(&Options::new())]);
        }
        let k = labels.len();
        let mut counts = vec![0; k * k + 3];
        for &(a, b, n) in cells {
            let at = match (a as usize, b as usize) {
                (0, 0) => k * k + 2,
                (_, 0) => k * k,
                (0, _) => k * k + 1,
                (a, b) => (a - 1) * k + b - 1,
            };
            if let Some(count) = counts.get_mut(at) {
                *count += n;
            }
        }
        if let PairFigure::Cohen(weights, place) = &self.figure
            && *weights != Weights::Identity
        {
            tallies::check_numeric(&labels, *place, weights.name())?;
        }
        let pairs = PairCounts::new(labels).reweighted(&counts, None);
        let pairs = pairs.map_err(|error| of_core(self.function, error))?;
        let options = Options::new();
        let figure = match &self.figure {
            PairFigure::Agreement => pairs.percent_agreement(&options),
            PairFigure::Cohen(weights, _) => pairs.cohen_kappa(&options.weights(weights.clone())),
            PairFigure::Scott => pairs.scott_pi(&options),
            PairFigure::Gwet | PairFigure::Tally => {
                return Ok(Value::Text(tallies::write(self.function, &pairs)?));
            }
        };
        Value::figures(self.function, vec![figure])
    }
}

impl Counting for PairTables {
    fn fresh(&self) -> Box<dyn Counting> {
        let cells = Cells::Flat { side: 3, counts: Vec::new() };
        Box::new(Self { cells, groups: 0, ..self.clone() })
    }

    fn groups(&self) -> usize {
        self.groups
    }

    fn grow(&mut self, groups: usize) {
        self.groups = groups;
        self.cells.grow(groups, self.names.len() + 1);
    }

    fn update(&mut self, columns: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        for (place, codes) in self.arguments.into_iter().zip(&mut self.codes) {
            self.names.encode(place, crate::columns::column(place, columns)?, codes)?;
        }
        self.cells.grow(self.groups, self.names.len() + 1);
        let [first, second] = &self.codes;
        match &mut self.cells {
            Cells::Flat { side, counts } => rows.try_for_each(|row, group| {
                let at = (group * *side + first[row] as usize) * *side + second[row] as usize;
                // One by one, 64 bits last for centuries.
                counts[at] += 1;
                Ok(())
            }),
            Cells::Sparse(cells) => rows.try_for_each(|row, group| {
                *cells.entry((group, first[row], second[row])).or_default() += 1;
                Ok(())
            }),
        }
    }

    fn merge(&mut self, states: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let lists = states.iter().map(|state| state.as_list_opt::<i32>()).collect::<Option<Vec<_>>>();
        let Some([labels, first, second, counts]) = lists.as_deref() else {
            return internal_err!("{}: a state is not four lists", self.function);
        };
        // All rows lie one after the other: a slice a row would be an allocation a group.
        let (names, times) =
            (labels.values().as_string::<i32>(), counts.values().as_primitive::<UInt64Type>());
        let [a, b] = [first, second].map(|list| list.values().as_primitive::<UInt32Type>().values());
        let span = |list: &ListArray, row: usize| {
            let offsets = list.value_offsets();
            offsets[row] as usize..offsets[row + 1] as usize
        };
        let mut codes = Vec::new();
        for (row, &group) in groups.iter().enumerate().filter(|&(row, _)| labels.is_valid(row)) {
            codes.clear();
            codes.push(MISSING);
            codes.extend(span(labels, row).map(|at| self.names.code(names.value(at))));
            self.cells.grow(self.groups, self.names.len() + 1);
            let places = a[span(first, row)].iter().zip(&b[span(second, row)]);
            for ((&a, &b), &n) in places.zip(&times.values()[span(counts, row)]) {
                let code = |place: u32| codes.get(place as usize).copied();
                let added = code(a).zip(code(b)).and_then(|(a, b)| self.cells.add(group, a, b, n));
                if added.is_none() {
                    return Err(of_core(self.function, "a state does not fit, or a count overflows"));
                }
            }
        }
        Ok(())
    }

    fn state(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        let mut labels = ListBuilder::new(StringBuilder::new());
        let mut positions = [0; 2].map(|_| ListBuilder::new(UInt32Builder::new()));
        let mut counts = ListBuilder::new(UInt64Builder::new());
        for group in 0..groups {
            let table = self.table(group);
            table.labels.iter().for_each(|&code| labels.values().append_value(self.names.name(code)));
            for &(a, b, n) in &table.cells {
                let [first, second] = &mut positions;
                first.values().append_value(a);
                second.values().append_value(b);
                counts.values().append_value(n);
            }
            labels.append(true);
            for list in &mut positions {
                list.append(true);
            }
            counts.append(true);
        }
        let [mut first, mut second] = positions;
        Ok(vec![
            Arc::new(labels.finish()),
            Arc::new(first.finish()),
            Arc::new(second.finish()),
            Arc::new(counts.finish()),
        ])
    }

    fn value(&self, group: usize) -> Result<Value> {
        let Table { labels, cells } = self.table(group);
        if cells.is_empty() {
            return Ok(Value::Empty);
        }
        if labels.len() > MOST_LABELS {
            let message = format!("at most {MOST_LABELS} labels in a group, found {}", labels.len());
            return Err(of_core(self.function, message));
        }
        let names: Vec<&str> = labels.iter().map(|&code| self.names.name(code)).collect();
        let (labels, places) = tallies::in_order(self.function, &names)?;
        let place = |at: u32| at.checked_sub(1).and_then(|at| places.get(at as usize)).map_or(0, |p| p + 1);
        let cells: Vec<_> = cells.iter().map(|&(a, b, n)| (place(a), place(b), n)).collect();
        self.figure(labels, &cells)
    }

    fn drop_first(&mut self, groups: usize) {
        self.cells.drop_first(groups);
        self.groups -= groups.min(self.groups);
    }

    fn size(&self) -> usize {
        let cells = match &self.cells {
            Cells::Flat { counts, .. } => 8 * counts.capacity(),
            Cells::Sparse(cells) => 40 * cells.len(),
        };
        let codes: usize = self.codes.iter().map(Vec::capacity).sum();
        cells + self.names.size() + 4 * codes
    }
}
