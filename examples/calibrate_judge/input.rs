//! From the command line to predictions.

use probity::io::{Dialect, PredictionImport, PredictionTable, Result, Strictness};

use crate::args::Args;

pub(crate) fn read(args: &Args) -> Result<PredictionImport> {
    let mut dialect = Dialect::new();
    if let Some(format) = args.format {
        dialect = dialect.format(format);
    }
    if !args.missing.is_empty() {
        dialect = dialect.missing(args.missing.iter().map(String::as_str).chain([""]));
    }
    let mut table = PredictionTable::new(args.confidence.as_str(), args.outcome.as_str());
    if let Some(columns) = &args.judge {
        table = table.group(columns.clone());
    }
    if let Some(columns) = &args.item {
        table = table.item(columns.clone());
    }
    if let Some((right, wrong)) = &args.words {
        table = table.verdicts(right.clone(), wrong.clone());
    }
    let strictness = if args.lenient { Strictness::Lenient } else { Strictness::Strict };
    table.full(args.full)?.dialect(dialect).read(&args.file, strictness)
}
