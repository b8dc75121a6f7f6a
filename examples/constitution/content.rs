//! The verdicts, and the sections of the report.

use probity::Result;
use probity::inference::{ProportionMethod, proportion};
use probity::report::{Cell, Report, Section, Table};
use probity::rules::{CompiledRules, Decision, Finding, RulePairs, Verdict};
use probity::tally::Tally;

use crate::args::Args;
use crate::common::{interval, value};
use crate::input::Input;

/// What came of all records.
pub(crate) struct Judged {
    pub(crate) verdicts: Vec<Verdict>,
    pairs: RulePairs,
}

pub(crate) fn judge(rules: &CompiledRules, input: &Input, args: &Args) -> Result<Judged> {
    let mut judged = Judged { verdicts: Vec::new(), pairs: RulePairs::new(rules) };
    let mut evaluator = rules.evaluator();
    for line in &input.lines {
        let record = line.record();
        let outcomes = evaluator.evaluate(&record);
        judged.pairs.record(&outcomes)?;
        judged.verdicts.push(outcomes.verdict(&args.policy));
    }
    Ok(judged)
}

const DECISIONS: [(Decision, &str); 4] = [
    (Decision::Pass, "pass"),
    (Decision::Fail, "fail"),
    (Decision::Undecided, "undecided"),
    (Decision::NotApplicable, "not applicable"),
];

fn of_findings(findings: &[Finding]) -> String {
    findings.iter().map(|f| format!("{}: {}", f.rule, f.what)).collect::<Vec<_>>().join("; ")
}

pub(crate) fn report(input: &Input, judged: &Judged, args: &Args) -> Result<Report> {
    let set = &input.set;
    let title = if set.title.is_empty() { &set.id } else { &set.title };
    let data = Section::new("Data")
        .paragraph(format!("{} records of {}, {} rules.", input.lines.len(), input.source, set.rules.len()))
        .note(format!("Rules {} in revision {}, SHA-256 {}.", set.id, set.revision, set.fingerprint()));
    let report = Report::new(title.as_str()).with(data);
    if input.lines.is_empty() {
        return Ok(report.with(Section::new("Verdicts").paragraph("There is no record.")));
    }
    Ok(report
        .with(verdicts(judged, args)?)
        .with(failures(input, judged, args)?)
        .with(rules(input, judged, args)?)
        .with(conflicts(judged, args)?))
}

fn verdicts(judged: &Judged, args: &Args) -> Result<Section> {
    let mut table = Table::new(["verdict", "records", "share", "interval"]);
    let all = judged.verdicts.len() as u64;
    for (decision, name) in DECISIONS {
        let n = judged.verdicts.iter().filter(|verdict| verdict.decision == decision).count() as u64;
        let share = proportion(n, all, ProportionMethod::Wilson, args.level);
        table.push([name.into(), n.into(), value(&share)?, interval(&share)])?;
    }
    Ok(Section::new("Verdicts").table(table).note(format!("Policy: {:?}.", args.policy)))
}

fn failures(input: &Input, judged: &Judged, args: &Args) -> Result<Section> {
    let mut table = Table::new(["record", "score", "why", "undecided"]);
    let failing =
        || input.lines.iter().zip(&judged.verdicts).filter(|(_, verdict)| verdict.decision == Decision::Fail);
    for (line, verdict) in failing().take(args.show) {
        let lacking = [verdict.undecided.as_slice(), verdict.errors.as_slice()].concat();
        table.push([
            line.id.as_str().into(),
            verdict.score.into(),
            of_findings(&verdict.reasons).into(),
            of_findings(&lacking).into(),
        ])?;
    }
    let section = Section::new("Failing records").table(table);
    let more = failing().count().saturating_sub(args.show);
    Ok(if more > 0 { section.note(format!("{more} more are in verdicts.jsonl.")) } else { section })
}

fn rules(input: &Input, judged: &Judged, args: &Args) -> Result<Section> {
    let counts = judged.pairs.counts();
    let mut table = Table::new([
        "rule",
        "says",
        "pass",
        "fail",
        "undecided",
        "not applicable",
        "pass rate",
        "interval",
        "coverage",
    ]);
    for rule in &input.set.rules {
        let n = |decision| counts.get(&rule.id, decision).unwrap_or_default();
        let rate = counts.pass_rate(&rule.id, args.level);
        let [pass, fail, undecided, not_applicable] = DECISIONS.map(|(decision, _)| Cell::from(n(decision)));
        table.push([
            rule.id.as_str().into(),
            rule.text.as_str().into(),
            pass,
            fail,
            undecided,
            not_applicable,
            value(&rate)?,
            interval(&rate),
            value(&counts.coverage(&rule.id, args.level))?,
        ])?;
    }
    let unfired: Vec<&str> = counts.unfired().collect();
    let section = Section::new("Rules").table(table).note(
        "Coverage: the share of the records that a rule decides in which it finds what it looks for. Records that it does \
         not decide count nowhere.",
    );
    Ok(if unfired.is_empty() {
        section
    } else {
        section.note(format!("Never fired: {}.", unfired.join(", ")))
    })
}

fn conflicts(judged: &Judged, args: &Args) -> Result<Section> {
    let mut table = Table::new(["rule", "other rule", "opposed", "share", "interval"]);
    for conflict in judged.pairs.conflicts(args.show, args.level)? {
        let share = Ok(conflict.share);
        table.push([
            conflict.left.into(),
            conflict.right.into(),
            conflict.opposed.into(),
            value(&share)?,
            interval(&share),
        ])?;
    }
    Ok(Section::new("Conflicts")
        .table(table)
        .note("Records in which one rule passes and the other fails, of those that both decide."))
}
