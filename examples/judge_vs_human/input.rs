//! From the file to labels.

use probity::judge::unique_mode;
use probity::ratings::{Labels, Ratings};
use probity::tally::Side;
use serde_json::Value;

use crate::args::Args;
use crate::common::Failure;

/// A table of texts.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// What the labels are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// a, b and tie.
    Verdicts,
    /// Numbers of a scale.
    Numbers,
    /// Words without an order.
    Words,
}

/// What a row of verdicts says besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Extra {
    pub(crate) swapped: Option<Side>,
    pub(crate) lengths: Option<(u64, u64)>,
    pub(crate) own: Option<Side>,
}

pub(crate) struct Input {
    /// Where the labels are from.
    pub(crate) source: String,
    pub(crate) kind: Kind,
    pub(crate) items: Vec<String>,
    pub(crate) humans: Vec<String>,
    /// People in the order of their names, and the judge last.
    pub(crate) ratings: Ratings,
    /// What most people say, and the judge.
    pub(crate) consensus: Ratings,
    pub(crate) extras: Vec<Extra>,
}

impl Input {
    /// The position of the judge among the raters.
    pub(crate) fn judge(&self) -> usize {
        self.humans.len()
    }

    /// The names of what most people say and of what the judge says of an item.
    pub(crate) fn labels(&self, item: usize) -> probity::Result<[Option<&str>; 2]> {
        let codes = self.consensus.codes()?;
        Ok([0, 1].map(|rater| codes.get(item, rater).and_then(|code| self.consensus.labels().name(code))))
    }

    /// The verdicts of most people and of the judge.
    pub(crate) fn sides(&self, item: usize) -> probity::Result<[Option<Side>; 2]> {
        Ok(self.labels(item)?.map(|name| name.and_then(side)))
    }
}

/// The answer that a verdict is for.
pub(crate) fn side(verdict: &str) -> Option<Side> {
    match verdict {
        "a" => Some(Side::Left),
        "b" => Some(Side::Right),
        "tie" => Some(Side::Tie),
        _ => None,
    }
}

fn csv_table(text: &str) -> Result<Table, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_string).collect::<Vec<_>>();
    let columns = cells(reader.headers()?);
    let rows = reader.records().map(|record| record.map(|record| cells(&record)));
    Ok(Table { columns, rows: rows.collect::<Result<_, _>>()? })
}

fn jsonl_table(text: &str) -> Result<Table, String> {
    let mut table = Table { columns: Vec::new(), rows: Vec::new() };
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let row: serde_json::Map<String, Value> =
            serde_json::from_str(line).map_err(|error| format!("line {number}: {error}"))?;
        let mut cells = vec![String::new(); table.columns.len()];
        for (name, value) in row {
            let cell = match value {
                Value::Null => String::new(),
                Value::String(text) => text.trim().to_string(),
                Value::Number(number) => number.to_string(),
                other => {
                    return Err(format!(
                        "line {number}: {name:?}: expected a text or a number, found {other}"
                    ));
                }
            };
            if let Some(at) = table.columns.iter().position(|column| *column == name) {
                cells[at] = cell;
            } else {
                table.columns.push(name);
                cells.push(cell);
            }
        }
        table.rows.push(cells);
    }
    let width = table.columns.len();
    table.rows.iter_mut().for_each(|row| row.resize(width, String::new()));
    Ok(table)
}

/// The labels that occur, in their order, and what they are.
fn labels(cells: &[&str]) -> probity::Result<(Kind, Labels)> {
    if cells.iter().all(|cell| side(cell).is_some()) {
        return Ok((Kind::Verdicts, Labels::from_pairs([("b", -1.0), ("tie", 0.0), ("a", 1.0)])?));
    }
    let numbers: Option<Vec<f64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
    if let Some(mut numbers) = numbers.filter(|numbers| numbers.iter().all(|n: &f64| n.is_finite())) {
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        return Ok((Kind::Numbers, Labels::from_values(numbers)?));
    }
    let mut words: Vec<&str> = cells.to_vec();
    words.sort_unstable();
    words.dedup();
    Ok((Kind::Words, Labels::from_pairs(words.into_iter().zip((0..).map(f64::from)))?))
}

impl Table {
    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    fn needed(&self, name: &str) -> Result<usize, String> {
        self.column(name)
            .ok_or_else(|| format!("expected a column {name:?}, found {}", self.columns.join(", ")))
    }

    fn humans(&self, args: &Args) -> Result<Vec<usize>, String> {
        let found: Vec<usize> = match &args.humans {
            Some(names) => names.iter().map(|name| self.needed(name)).collect::<Result<_, _>>()?,
            None => (0..self.columns.len()).filter(|&at| self.columns[at].starts_with("human")).collect(),
        };
        if found.is_empty() {
            let columns = self.columns.join(", ");
            return Err(format!("expected a column whose name begins with \"human\", found {columns}"));
        }
        Ok(found)
    }

    /// The verdict in a cell, if the column is there and the cell is not empty.
    fn verdict(&self, row: usize, name: &str) -> Result<Option<Side>, String> {
        let Some(cell) = self.column(name).map(|at| self.rows[row][at].as_str()).filter(|c| !c.is_empty())
        else {
            return Ok(None);
        };
        let found = side(cell);
        found
            .map(Some)
            .ok_or_else(|| format!("row {}: {name}: expected a, b or tie, found {cell:?}", row + 1))
    }

    fn length(&self, row: usize, name: &str) -> Result<Option<u64>, String> {
        let Some(cell) = self.column(name).map(|at| self.rows[row][at].as_str()).filter(|c| !c.is_empty())
        else {
            return Ok(None);
        };
        let length = cell.parse();
        length.map(Some).map_err(|_| format!("row {}: {name}: expected a length, found {cell:?}", row + 1))
    }

    fn extra(&self, row: usize) -> Result<Extra, String> {
        let own = self.verdict(row, "own")?;
        if own == Some(Side::Tie) {
            return Err(format!("row {}: own: expected a or b, found \"tie\"", row + 1));
        }
        Ok(Extra {
            swapped: self.verdict(row, "swapped")?,
            lengths: self.length(row, "length_a")?.zip(self.length(row, "length_b")?),
            own,
        })
    }

    fn input(self, source: String, args: &Args) -> Result<Input, Failure> {
        let (judge, humans) = (self.needed(&args.judge)?, self.humans(args)?);
        let raters: Vec<usize> = humans.iter().copied().chain([judge]).collect();
        let cells = |row: &'_ Vec<String>| raters.iter().map(|&at| row[at].clone()).collect::<Vec<_>>();
        let cells: Vec<Vec<String>> = self.rows.iter().map(cells).collect();
        let said: Vec<&str> = cells.iter().flatten().map(String::as_str).filter(|c| !c.is_empty()).collect();
        let (kind, labels) = labels(&said)?;
        let code = |cell: &String| {
            let at = match (kind, cell.parse::<f64>()) {
                (Kind::Numbers, Ok(number)) => labels.values()?.iter().position(|&value| value == number),
                _ => labels.names().iter().position(|name| name == cell),
            };
            at.map(|at| at as u32)
        };
        let codes: Vec<Vec<Option<u32>>> = cells.iter().map(|row| row.iter().map(code).collect()).collect();
        let both = codes.iter().flat_map(|row| {
            let (people, judge) = row.split_at(humans.len());
            [unique_mode(people).copied(), judge[0]]
        });
        let both: Vec<Option<u32>> = both.collect();
        let extras = (0..self.rows.len()).map(|row| match kind {
            Kind::Verdicts => self.extra(row),
            _ => Ok(Extra::default()),
        });
        let named = self.column(&args.item);
        let name = |row: usize| named.map_or_else(|| (row + 1).to_string(), |at| self.rows[row][at].clone());
        Ok(Input {
            source,
            kind,
            items: (0..self.rows.len()).map(name).collect(),
            humans: humans.iter().map(|&at| self.columns[at].clone()).collect(),
            extras: extras.collect::<Result<_, _>>()?,
            ratings: Ratings::from_options(labels.clone(), raters.len(), &codes.concat())?,
            consensus: Ratings::from_options(labels, 2, &both)?,
        })
    }
}

pub(crate) fn read(args: &Args) -> Result<Input, Failure> {
    let Some(path) = &args.file else {
        let table = csv_table(include_str!("verdicts.csv"))?;
        return table.input("verdicts.csv, written for this example".to_string(), args);
    };
    let source = path.display().to_string();
    let located = |error: &dyn std::fmt::Display| -> Failure { format!("{source}: {error}").into() };
    let text = std::fs::read_to_string(path).map_err(|error| located(&error))?;
    let table = if path.extension().is_some_and(|end| end == "jsonl") {
        jsonl_table(&text).map_err(|error| located(&error))?
    } else {
        csv_table(&text).map_err(|error| located(&error))?
    };
    table.input(source.clone(), args).map_err(|error| located(&error))
}
