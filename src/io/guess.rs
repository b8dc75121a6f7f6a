use std::io::Read;

#[cfg(feature = "arrow")]
use crate::io::Error;
#[cfg(feature = "arrow")]
use crate::io::arrow::Batches;
#[cfg(feature = "arrow")]
use crate::io::arrow_parquet::Source;
use crate::io::input::Input;
use crate::io::records::Records;
use crate::io::{Dialect, Format, Origin, Result};

/// Names under which tables have what was judged, the more telling first.
const ITEM: [&str; 15] = [
    "item",
    "item_id",
    "task",
    "task_id",
    "question",
    "question_id",
    "unit",
    "units",
    "doc_id",
    "sample_id",
    "example_id",
    "instance_id",
    "prompt_id",
    "id",
    "row",
];
/// Who judged.
const RATER: [&str; 10] = [
    "rater",
    "rater_id",
    "worker",
    "worker_id",
    "performer",
    "annotator",
    "annotator_id",
    "judge",
    "coder",
    "user_id",
];
/// The judgment.
const LABEL: [&str; 9] =
    ["label", "answer", "rating", "score", "verdict", "judgment", "annotation", "value", "label1"];
const WINNER: [&str; 2] = ["winner", "label"];

/// What a table is, as far as its names and its first rows tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Long {
        item: String,
        rater: String,
        label: String,
    },
    Pairs {
        left: String,
        right: String,
        winner: String,
        rater: Option<String>,
        item: Option<String>,
        by_name: bool,
    },
    /// A row an item; all other columns are raters.
    Wide {
        item: String,
    },
    /// Numbers without names.
    Headless {
        items_across: bool,
    },
}

impl Shape {
    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::Long { .. } => Origin::LongTable,
            Self::Pairs { .. } => Origin::PairTable,
            Self::Wide { .. } | Self::Headless { .. } => Origin::WideTable,
        }
    }
}

impl std::fmt::Display for Shape {
    /// The columns and what they are taken for.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Long { item, rater, label } => write!(f, "item {item}, rater {rater}, label {label}"),
            Self::Pairs { left, right, winner, rater, item, by_name } => {
                let by = if *by_name { "by name" } else { "by side" };
                write!(f, "contenders {left} and {right}, winner {winner} {by}")?;
                match (rater, item) {
                    (Some(rater), Some(item)) => write!(f, ", item {item}, rater {rater}"),
                    (Some(rater), None) => write!(f, ", rater {rater}"),
                    (None, _) => Ok(()),
                }
            }
            Self::Wide { item } => write!(f, "item {item}, all other columns raters"),
            Self::Headless { items_across: true } => f.write_str("no header, a row a rater"),
            Self::Headless { items_across: false } => f.write_str("no header, a row an item"),
        }
    }
}

/// How a text seems to be laid out; `None` for what is no text.
pub(super) fn format(start: &[u8]) -> Option<Format> {
    match start.trim_ascii_start().first()? {
        b'{' => return Some(Format::JsonLines),
        b'[' => return Some(Format::JsonArray),
        _ => {}
    }
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    if line.iter().any(|&byte| byte < b' ' && !byte.is_ascii_whitespace()) {
        return None;
    }
    let count = |delimiter: u8| line.split(|&byte| byte == delimiter).count();
    // The comma wins where there are as many of each.
    let delimiter = [b';', b'\t', b','].into_iter().max_by_key(|&delimiter| count(delimiter))?;
    Some(Format::Delimited(delimiter))
}

/// The names of the columns of a table that starts so.
pub(super) fn names(start: &[u8], format: Format, dialect: &Dialect) -> Vec<String> {
    names_of(Input::Stream(start, format), format, dialect)
}

fn names_of<R: Read>(table: Input<R>, format: Format, dialect: &Dialect) -> Vec<String> {
    let Ok(mut records) = Records::open(table, dialect, true) else {
        return Vec::new();
    };
    // The keys of JSON come with the first record.
    if matches!(format, Format::JsonLines | Format::JsonArray) {
        let _ = records.advance();
    }
    (0..records.width()).map(|slot| records.name(slot).to_string()).collect()
}

/// The shape of a table that starts so.
pub(super) fn shape(start: &[u8], format: Format, dialect: &Dialect) -> Option<Shape> {
    let open = || Ok(Input::Stream(start, format));
    let of_numbers = |names: &[String]| {
        let is_value = |field: &String| dialect.is_missing(field) || field.parse::<f64>().is_ok();
        let lines = start.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        (names.len() > 1 && names.iter().all(is_value))
            .then(|| Shape::Headless { items_across: lines.count() < names.len() })
    };
    let names = names(start, format, dialect);
    if matches!(format, Format::Delimited(_))
        && let Some(shape) = of_numbers(&names)
    {
        return Some(shape);
    }
    of_columns(&names, open, format, dialect)
}

/// The columns of a Parquet file, and what they make.
#[cfg(feature = "arrow")]
pub(super) fn parquet_shape(source: &Source, dialect: &Dialect) -> Result<(Vec<String>, Option<Shape>)> {
    let open = || {
        let again = source.again().map_err(Error::of_file)?;
        Ok(Input::<std::io::Empty>::Batches(Batches::of_parquet(again)?))
    };
    let names = names_of(open()?, Format::Parquet, dialect);
    let shape = of_columns(&names, open, Format::Parquet, dialect);
    Ok((names, shape))
}

fn of_columns<R: Read>(
    names: &[String],
    open: impl Fn() -> Result<Input<R>>,
    format: Format,
    dialect: &Dialect,
) -> Option<Shape> {
    let find = |known: &[&str]| {
        known.iter().find_map(|known| names.iter().find(|name| name.eq_ignore_ascii_case(known))).cloned()
    };
    let (item, rater, label) = (find(&ITEM), find(&RATER), find(&LABEL));
    if let (Some(left), Some(right), Some(winner)) = (find(&["left"]), find(&["right"]), find(&WINNER)) {
        let by_name = !names_a_side(open, dialect, &winner);
        return Some(Shape::Pairs { left, right, winner, rater, item, by_name });
    }
    if let (Some(item), Some(rater), Some(label)) = (&item, &rater, &label) {
        return Some(Shape::Long { item: item.clone(), rater: rater.clone(), label: label.clone() });
    }
    // An object of JSON has keys of any kind.
    if matches!(format, Format::JsonLines | Format::JsonArray) {
        return None;
    }
    let first = names.first()?;
    (names.len() > 2 && item.as_ref() == Some(first) && rater.is_none() && label.is_none())
        .then(|| Shape::Wide { item: first.clone() })
}

/// Whether the first row says `left`, `right` or `tie`, not who won.
fn names_a_side<R: Read>(open: impl Fn() -> Result<Input<R>>, dialect: &Dialect, winner: &str) -> bool {
    let Ok(mut records) = open().and_then(|table| Records::open(table, dialect, false)) else { return true };
    let Ok(slot) = records.slot(&winner.into()) else { return true };
    while matches!(records.advance(), Ok(crate::io::records::Step::Record)) {
        match records.field(slot) {
            Ok(Some("left" | "right")) => return true,
            Ok(Some("tie" | "draw") | None) => {}
            _ => return false,
        }
    }
    true
}
