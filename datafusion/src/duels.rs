use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion_common::internal_err;
use probity::preference::{BradleyTerry, BradleyTerryOptions};
use probity::tally::Comparisons;

use crate::arguments::Literals;
use crate::columns::{Texts, column};
use crate::counting::{Counting, Rows};
use crate::error::{Place, Result, of_core};
use crate::names::{MISSING, Names};
use crate::output::Value;
use crate::tallies;

/// How often contenders beat each other or tied, for each group.
#[derive(Debug, Clone)]
pub(crate) struct Duels {
    arguments: [Place; 3],
    /// Whether the strengths are wanted or the tally.
    fit: bool,
    names: Names,
    groups: Vec<Games>,
}

/// Wins by (winner, loser) and ties by (one, the other), each ascending.
type Games = BTreeMap<(bool, u32, u32), u64>;

impl Duels {
    pub(crate) fn new(fit: bool, literals: &Literals) -> Self {
        let arguments = ["a", "b", "outcome"].map(|name| literals.place(name));
        Self { arguments, fit, names: Names::default(), groups: Vec::new() }
    }

    pub(crate) fn state_types() -> Vec<(&'static str, DataType)> {
        vec![("comparisons", DataType::Utf8)]
    }

    fn function(&self) -> &'static str {
        self.arguments[0].function
    }

    fn comparisons(&self, group: usize) -> Result<Option<Comparisons>> {
        let Some(games) = self.groups.get(group).filter(|games| !games.is_empty()) else { return Ok(None) };
        let mut used: Vec<u32> = games.keys().flat_map(|&(_, a, b)| [a, b]).collect();
        used.sort_unstable();
        used.dedup();
        let names: Vec<&str> = used.iter().map(|&code| self.names.name(code)).collect();
        let (labels, places) = tallies::in_order(self.function(), &names)?;
        let n = labels.len();
        // Refuses too many before anything is made of them.
        Comparisons::new(labels.clone()).map_err(|error| of_core(self.function(), error))?;
        let place = |code: u32| used.binary_search(&code).map_or(0, |at| places[at] as usize);
        let (mut wins, mut ties) = (vec![0; n * n], vec![0; n * n.saturating_sub(1) / 2]);
        for (&(tie, a, b), &times) in games {
            let (a, b) = (place(a), place(b));
            let (low, high) = (a.min(b), a.max(b));
            let cell = if tie {
                ties.get_mut(high * high.saturating_sub(1) / 2 + low)
            } else {
                wins.get_mut(a * n + b)
            };
            if let Some(cell) = cell {
                *cell += times;
            }
        }
        let tally = Comparisons::from_counts(labels, wins, ties);
        tally.map(Some).map_err(|error| of_core(self.function(), error))
    }

    fn add(&mut self, group: usize, game: (bool, u32, u32), times: u64) -> Result<()> {
        let function = self.function();
        let Some(games) = self.groups.get_mut(group) else { return Ok(()) };
        let count = games.entry(game).or_default();
        *count = count.checked_add(times).ok_or_else(|| of_core(function, "a count overflows"))?;
        Ok(())
    }
}

impl Counting for Duels {
    fn fresh(&self) -> Box<dyn Counting> {
        Box::new(Self { groups: Vec::new(), ..self.clone() })
    }

    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), BTreeMap::new);
    }

    fn update(&mut self, columns: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let [first, second, outcome] = self.arguments;
        let mut codes = [Vec::new(), Vec::new()];
        for (place, codes) in [first, second].into_iter().zip(&mut codes) {
            self.names.encode(place, column(place, columns)?, codes)?;
        }
        let [a, b] = &codes;
        let outcomes = Texts::new(outcome, columns)?;
        rows.try_for_each(|row, group| {
            let Some(text) = outcomes.get(row) else { return Ok(()) };
            let game = match text {
                "left" | "a" => (false, a[row], b[row]),
                "right" | "b" => (false, b[row], a[row]),
                "tie" => (true, a[row].min(b[row]), a[row].max(b[row])),
                other => {
                    return Err(outcome.value("left, right or tie (or a, b)", format_args!("{other:?}")));
                }
            };
            if game.1 == MISSING || game.2 == MISSING {
                return Ok(());
            }
            if game.1 == game.2 {
                let name = self.names.name(game.1);
                return Err(second.value("another contender", format_args!("{name:?} twice")));
            }
            self.add(group, game, 1)
        })
    }

    fn merge(&mut self, states: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let Some(texts) = states.first().and_then(|state| state.as_string_opt::<i32>()) else {
            return internal_err!("{}: a state is not text", self.function());
        };
        for (text, &group) in texts.iter().zip(groups) {
            let Some(text) = text else { continue };
            let tally: Comparisons = tallies::read(self.function(), text)?;
            let names = tally.contenders().names();
            let codes: Vec<u32> = names.iter().map(|name| self.names.code(name)).collect();
            for (a, b, [of_a, of_b, tied]) in tally.pairs() {
                let (a, b) = (codes[a], codes[b]);
                let games =
                    [((false, a, b), of_a), ((false, b, a), of_b), ((true, a.min(b), a.max(b)), tied)];
                for (game, times) in games.into_iter().filter(|&(_, times)| times > 0) {
                    self.add(group, game, times)?;
                }
            }
        }
        Ok(())
    }

    fn state(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        let text = |group| {
            let tally = self.comparisons(group)?;
            tally.map(|tally| tallies::write(self.function(), &tally)).transpose()
        };
        Ok(vec![Arc::new((0..groups).map(text).collect::<Result<StringArray>>()?)])
    }

    fn value(&self, group: usize) -> Result<Value> {
        let Some(tally) = self.comparisons(group)? else { return Ok(Value::Empty) };
        if !self.fit {
            return Ok(Value::Text(tallies::write(self.function(), &tally)?));
        }
        let names = tally.contenders().names().iter().cloned();
        match BradleyTerry::fit(&tally, &BradleyTerryOptions::new()) {
            Err(error) if !error.is_undefined() => Err(of_core(self.function(), error)),
            fit => Ok(Value::Contenders(fit.map(|fit| names.zip(fit.estimates()).collect()))),
        }
    }

    fn drop_first(&mut self, groups: usize) {
        self.groups.drain(..groups.min(self.groups.len()));
    }

    fn size(&self) -> usize {
        let games: usize = self.groups.iter().map(BTreeMap::len).sum();
        self.names.size() + 24 * self.groups.capacity() + 32 * games
    }
}
