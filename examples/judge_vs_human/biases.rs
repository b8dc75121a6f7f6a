//! Where the judge leans: sections that need verdicts on two answers, and more than the verdicts.

use probity::Result;
use probity::judge::{
    JudgedLengths, LengthVerdict, OwnAnswer, position_bias, self_preference, verbosity_bias,
    verbosity_bias_conditional,
};
use probity::report::Section;
use probity::tally::{Side, Tally};

use crate::args::Args;
use crate::content::figures;
use crate::input::{Extra, Input, Kind};

/// A row with the verdicts of most people and of the judge.
struct Row<'a> {
    extra: &'a Extra,
    people: Option<Side>,
    judge: Side,
}

pub(crate) fn sections(input: &Input, args: &Args) -> Result<Vec<Section>> {
    let mut found = Vec::new();
    if input.kind != Kind::Verdicts {
        return Ok(found);
    }
    let mut rows = Vec::new();
    for (item, extra) in input.extras.iter().enumerate() {
        if let [people, Some(judge)] = input.sides(item)? {
            rows.push(Row { extra, people, judge });
        }
    }
    found.extend(position(&rows, args)?);
    found.extend(verbosity(&rows, args)?);
    found.extend(own(&rows, args)?);
    Ok(found)
}

fn position(rows: &[Row<'_>], args: &Args) -> Result<Option<Section>> {
    // a is shown first; when b is, a verdict for b is one for the first place.
    let orders: Vec<(Side, Side)> =
        rows.iter().filter_map(|row| Some((row.judge, row.extra.swapped?.swapped()))).collect();
    if orders.is_empty() {
        return Ok(None);
    }
    let (found, level) = (position_bias(&orders)?, args.level);
    let table = figures(&[
        ("the same answer in both orders", found.consistency(level)),
        ("the first place twice", found.bias_toward_first(level)),
        ("the second place twice", found.bias_toward_second(level)),
        ("a tie in one order only", found.other_inconsistent(level)),
    ])?;
    Ok(Some(Section::new("Position bias").table(table).note(format!(
        "{} pairs judged in both orders; p: that both places win twice equally often.",
        found.records()
    ))))
}

fn verbosity(rows: &[Row<'_>], args: &Args) -> Result<Option<Section>> {
    let with_lengths: Vec<(&Row<'_>, (u64, u64))> =
        rows.iter().filter_map(|row| Some((row, row.extra.lengths?))).collect();
    if with_lengths.is_empty() {
        return Ok(None);
    }
    let of = |verdict: &dyn Fn(&Row<'_>) -> Option<Side>| {
        let pairs = with_lengths.iter().filter_map(|(row, (length_a, length_b))| {
            Some(LengthVerdict { length_a: *length_a, length_b: *length_b, verdict: verdict(row)? })
        });
        verbosity_bias(&pairs.collect::<Vec<_>>(), args.level)
    };
    let (judge, people) = (of(&|row| Some(row.judge)), of(&|row| row.people));
    let both = with_lengths.iter().filter_map(|(row, (length_a, length_b))| {
        Some(JudgedLengths { length_a: *length_a, length_b: *length_b, human: row.people?, judge: row.judge })
    });
    let conditional = verbosity_bias_conditional(&both.collect::<Vec<_>>(), args.level);
    let table = figures(&[
        ("the judge prefers the longer", judge.longer_preferred),
        ("people prefer the longer", people.longer_preferred),
        ("length against the judge's verdict, r", judge.point_biserial),
        ("right where people prefer the longer", conditional.when_longer),
        ("right where people prefer the shorter", conditional.when_shorter),
        ("gap", conditional.gap),
    ])?;
    Ok(Some(
        Section::new("Verbosity bias").table(table).note("A gap above 0: the judge leans to longer answers."),
    ))
}

fn own(rows: &[Row<'_>], args: &Args) -> Result<Option<Section>> {
    // Turned so that the judge's own answer is on the left.
    let items: Vec<OwnAnswer> = rows
        .iter()
        .filter_map(|row| {
            let turned = |side: Side| if row.extra.own == Some(Side::Right) { side.swapped() } else { side };
            row.extra.own?;
            Some(OwnAnswer { judge: turned(row.judge), reference: turned(row.people?) })
        })
        .collect();
    if items.is_empty() {
        return Ok(None);
    }
    let found = self_preference(&items, args.level)?;
    let table = figures(&[
        ("its own answers win by the judge", Ok(found.by_judge)),
        ("they win by people", Ok(found.by_reference)),
        ("bias", Ok(found.bias)),
        ("conditional bias", found.conditional),
    ])?;
    Ok(Some(Section::new("Self-preference").table(table).note("Above 0: the judge favours its own answers.")))
}
