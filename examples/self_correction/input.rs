//! From the command line to tallies, or published tallies.

use probity::io::{Dialect, Strictness, TwoTurnTable};
use probity::report::Cell;
use probity::tally::{QuestionTransitions, Transitions};

use crate::args::Args;
use crate::common::Failure;

/// What is shown.
pub(crate) struct Input {
    /// Where the results are from, in a sentence.
    pub(crate) subject: String,
    /// What is worth saying about them.
    pub(crate) notes: Vec<String>,
    pub(crate) models: Vec<(String, QuestionTransitions)>,
    /// Whether a question of one model is the question of the same number of another.
    pub(crate) same_questions: bool,
}

const SOURCE: &str = "Kumar et al., Training Language Models to Self-Correct via Reinforcement Learning (2024, arXiv \
                      2409.12917), tables 1 to 3: on 500 problems of MATH and on the 164 of HumanEval.";

/// Right and right again, right then wrong, wrong then right, wrong and wrong again: the only counts whose percentages
/// are the printed ones.
const PUBLISHED: [(&str, [u64; 4]); 6] = [
    ("base model, MATH", [184, 79, 23, 214]),
    ("Self-Refine, MATH", [243, 21, 16, 220]),
    ("STaR, MATH", [257, 11, 13, 219]),
    ("SCoRe, MATH", [293, 7, 29, 171]),
    ("base model, HumanEval", [80, 8, 13, 63]),
    ("Pair-SFT, HumanEval", [82, 10, 7, 65]),
];

fn published() -> probity::Result<Input> {
    let one_each = |[kept, broken, fixed, stuck]: [u64; 4]| {
        let kinds =
            [(kept, [1, 0, 0, 0]), (broken, [0, 1, 0, 0]), (fixed, [0, 0, 1, 0]), (stuck, [0, 0, 0, 1])];
        let answers = kinds.into_iter().flat_map(|(n, one)| std::iter::repeat_n(one, n as usize));
        let tables = answers.map(|[a, b, c, d]| Transitions::from_counts(a, b, c, d));
        QuestionTransitions::from_tables(tables.collect::<probity::Result<Vec<_>>>()?)
    };
    let models = PUBLISHED.into_iter().map(|(name, counts)| Ok((name.to_string(), one_each(counts)?)));
    Ok(Input {
        subject: SOURCE.to_string(),
        notes: vec![
            "The paper prints percentages; the counts are those that round to them. They do not say which problem a \
             model solved, so models are not compared problem by problem."
                .to_string(),
        ],
        models: models.collect::<probity::Result<_>>()?,
        same_questions: false,
    })
}

pub(crate) fn read(args: &Args) -> Result<Input, Failure> {
    let Some(path) = &args.file else { return Ok(published()?) };
    let mut dialect = Dialect::new();
    if let Some(format) = args.format {
        dialect = dialect.format(format);
    }
    if !args.missing.is_empty() {
        dialect = dialect.missing(args.missing.iter().map(String::as_str).chain([""]));
    }
    let columns = (args.model.clone(), args.question.clone());
    let mut table = TwoTurnTable::new(columns.0, columns.1, args.before.as_str(), args.after.as_str());
    if let Some(sample) = &args.sample {
        table = table.sample(sample.as_str());
    }
    if let (Some(right), Some(wrong)) = (&args.right, &args.wrong) {
        table = table.verdicts(right.clone(), wrong.clone());
    }
    let strictness = if args.lenient { Strictness::Lenient } else { Strictness::Strict };
    let import = table.dialect(dialect).read(path, strictness)?;
    let report = &import.report;
    let skipped = report.skipped.iter().take(10).map(|skipped| format!("Left out: {skipped}."));
    Ok(Input {
        subject: format!(
            "{}: {} samples of {} questions by {} models; {} lack a verdict, {} rows left out.",
            path.display(),
            Cell::from(report.judgments + report.missing),
            Cell::from(import.questions.len()),
            Cell::from(import.models.len()),
            Cell::from(report.missing),
            Cell::from(report.skipped.len())
        ),
        notes: skipped.collect(),
        models: import.models,
        same_questions: true,
    })
}
