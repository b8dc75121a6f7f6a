use std::borrow::Cow;
use std::io::Read;

use crate::io::collect::{Target, target_options};
use crate::io::importer::{Importer, join, text};
use crate::io::json_value::{Node, Object};
use crate::io::reading::log_reading;
use crate::io::{Import, Reason, Result, Strictness};
use crate::ratings::Scale;

/// Scores that a model gave to single answers in MT-bench (`model_judgment/<judge>_single.jsonl`).
///
/// | | in the file |
/// |---|---|
/// | item | `question_id`, `turn` and `model`, joined with `:` |
/// | rater | the first part of `judge`, the model; with [`MtBenchScores::templates`] both parts, joined with `:` |
/// | label | `score`, on an interval scale unless another is set |
/// | group | `model`: [`Import::groups`](crate::io::Import::groups) has the scores of each |
///
/// Not read: `judgment` and `user_prompt` (what the judge wrote and was asked), `tstamp`. Pairwise judgments are read by [`BattleTable::mt_bench`](crate::io::BattleTable::mt_bench).
///
/// # Missing values
/// The score −1 says that no rating was found in what the judge wrote: missing.
///
/// # Source
/// `fastchat/llm_judge/common.py`.
///
/// # Examples
/// ```
/// use probity::io::{MtBenchScores, Strictness};
/// let file = r#"{"question_id": 81, "model": "m", "judge": ["gpt-4", "single-v1"], "score": 9, "turn": 1}
/// {"question_id": 81, "model": "m", "judge": ["gpt-4", "single-v1-multi-turn"], "score": -1, "turn": 2}
/// "#;
/// let import = MtBenchScores::new().read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!((import.ratings.n_raters(), import.report.judgments, import.report.missing), (1, 1, 1));
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MtBenchScores {
    target: Target,
    templates: bool,
}

impl Default for MtBenchScores {
    fn default() -> Self {
        Self { target: Target { scale: Scale::Interval, ..Target::default() }, templates: false }
    }
}

impl MtBenchScores {
    /// Labels are numbers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A judge with another prompt is another rater; otherwise its prompts count as one judge.
    #[must_use]
    pub fn templates(mut self) -> Self {
        self.templates = true;
        self
    }

    target_options!();
    log_reading!(Import);

    fn load(&self, source: impl Read, strictness: Strictness) -> Result<Import> {
        let mut importer = Importer::new(&self.target, true, strictness);
        importer.each(source, |importer, judgment| take(importer, judgment, self.templates))?;
        importer.finish()
    }
}

fn take(importer: &mut Importer, judgment: &Object<'_>, templates: bool) -> Result<()> {
    let Some(question) = importer.name(judgment, "question_id", "a question")? else { return Ok(()) };
    let Some(turn) = importer.name(judgment, "turn", "a turn")? else { return Ok(()) };
    let Some(model) = importer.name(judgment, "model", "a model")? else { return Ok(()) };
    let judge = match judgment.get("judge") {
        Some(node) if node.kind() == "an array" => {
            node.array().and_then(|parts| if templates { name(&parts) } else { text(parts.first().copied()) })
        }
        node => text(node),
    };
    let judge = judge.and_then(|judge| judge.ok_or(Reason::NoValue { what: "a judge" }));
    let Some(judge) = importer.ok("judge", judge)? else { return Ok(()) };
    let item = join([&*question, &*turn, &*model]);
    let score = judgment.get("score").filter(|score| score.text().parse() != Ok(-1.0));
    importer.judge_node(&model, &item, &judge, score, "score")
}

/// A judge's model and prompt as one name.
fn name<'a>(parts: &[Node<'a>]) -> Result<Option<Cow<'a, str>>, Reason> {
    let parts: Result<Vec<_>, Reason> = parts.iter().map(|part| text(Some(*part))).collect();
    let parts: Vec<_> = parts?.into_iter().flatten().collect();
    Ok((!parts.is_empty()).then(|| Cow::Owned(join(parts.iter().map(AsRef::as_ref)))))
}
