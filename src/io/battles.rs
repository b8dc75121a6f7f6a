use std::io::Read;

use crate::io::input::Input;
use crate::io::reading::table_reading;
use crate::io::records::{Problem, Records};
use crate::io::{Column, Dialect, ImportReport, Reason, Result, Strictness};
use crate::ratings::{Ids, Interner, Labels};
use crate::tally::{Comparison, Comparisons, Side};

/// By how much a preference may pass the ends of its range.
const ROUNDING: f64 = 1e-5;

/// One comparison of two models, as a file tells it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Battle {
    /// Who met whom, and who won.
    pub comparison: Comparison,
    /// What was asked, as its number in [`BattleImport::items`], where the file tells it.
    pub item: Option<u32>,
    /// Who compared, as its number in [`BattleImport::judges`], where the file tells it.
    pub judge: Option<u32>,
    /// What part of the win goes to the right one: 1, ½ or 0 unless the file has graded preferences.
    pub right_share: f64,
    /// The lengths of both answers, left and right, where the file tells them.
    pub lengths: Option<[f64; 2]>,
}

/// The comparisons of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BattleImport {
    /// The names of the models, in the order in which they first occur.
    pub contenders: Ids,
    /// What was asked, in the order in which it first occurs.
    pub items: Ids,
    /// Who compared, in the order in which they first occur.
    pub judges: Ids,
    /// The comparisons that have a verdict, in the order of the rows.
    pub battles: Vec<Battle>,
    /// What was read and left out. A row without a verdict is missing.
    pub report: ImportReport,
}

impl BattleImport {
    /// The comparisons as a tally.
    ///
    /// # Errors
    /// As [`Comparisons::new`].
    pub fn comparisons(&self) -> crate::Result<Comparisons> {
        let names = Labels::from_names(self.contenders.names().map(String::from))?;
        let comparisons: Vec<Comparison> = self.battles.iter().map(|battle| battle.comparison).collect();
        Comparisons::from_comparisons(names, &comparisons)
    }
}

/// How a tool writes comparisons of models.
#[derive(Debug, Clone)]
enum Verdict {
    /// A column that names the side.
    Winner { winner: Column, left: String, right: String, ties: Vec<String> },
    /// A number from 1 (left) to 2 (right).
    Preference { preference: Column },
    /// Two games with the sides changed in between.
    Games { games: [Column; 2], left: String, right: String, tie: String, error: String },
}

/// Comparisons of models in the shape of a tool's files, as CSV, JSON Lines or a JSON array.
///
/// | shape | left, right | verdict | item | judge |
/// |---|---|---|---|---|
/// | [`arena`](Self::arena) | `model_a`, `model_b` | `winner`: `model_a`, `model_b`, `tie`, `tie (bothbad)`, `both_bad`, `tie (inconsistent)` | `question_id` and `turn`, joined with `:` | `judge` |
/// | [`alpaca_eval`](Self::alpaca_eval) | `generator_1`, `generator_2` | `preference`: 1 to 2, 2 means the right one; 0 is a draw in old files | `instruction` | `annotator` |
/// | [`mt_bench`](Self::mt_bench) | `model_1`, `model_2` | `g1_winner`, `g2_winner`: `model_1`, `model_2`, `tie`, `error` | `question_id` and `turn`, joined with `:` | the first part of `judge`, the model |
///
/// Item, its parts and the judge need not be in the file. Other columns are not read: what was answered beyond its length, what the
/// judge wrote (`raw_completion`, `g1_judgment`), when, how long and for how much.
///
/// MT-bench plays every pair twice with the sides changed: two games that do not agree are a tie. Human judgments of
/// MT-bench have the shape of the arena. AlpacaEval's answers `output_1` and `output_2`, where they are in the file, give
/// the lengths in characters; other shapes have lengths where [`lengths`](Self::lengths) names columns.
///
/// # Missing values
/// A row without a verdict (a missing marker, or a game that ended in `error`) is missing; without a model, or with one
/// model on both sides, it cannot be used. Lengths are there if both are.
///
/// # Source
/// FastChat (`serve/monitor`, `llm_judge/common.py`), AlpacaEval (`annotations.json`, a JSON array). Preferences that pass 1 or
/// 2 by at most 10⁻⁵ are taken for rounding.
///
/// # Examples
/// ```
/// use probity::io::{BattleTable, Strictness};
/// use probity::tally::Side;
/// let file = "model_a,model_b,winner\nx,y,model_a\ny,z,tie (bothbad)\nz,x,\n";
/// let import = BattleTable::arena().read_from(file.as_bytes(), Strictness::Strict)?;
/// assert_eq!((import.battles.len(), import.report.missing), (2, 1));
/// assert_eq!(import.battles[1].comparison.winner, Side::Tie);
/// assert_eq!(import.comparisons()?.wins(0, 1), 1);
///
/// let file = "generator_1,generator_2,preference\ngpt4,x,1.75\ngpt4,x,3\n";
/// let error = BattleTable::alpaca_eval().read_from(file.as_bytes(), Strictness::Strict).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"line 3, record 2, field "preference": expected a winner (a preference from 1 to 2, or 0), found "3""#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct BattleTable {
    left: Column,
    right: Column,
    verdict: Verdict,
    /// Columns of both lengths, or of both texts.
    lengths: Option<[Column; 2]>,
    texts: Option<[Column; 2]>,
    /// Columns that name the item, and the judge's.
    item: Vec<Column>,
    judge: Column,
    dialect: Dialect,
}

impl BattleTable {
    fn new(left: &str, right: &str, verdict: Verdict) -> Self {
        let dialect = Dialect::new();
        let (left, right) = (left.into(), right.into());
        let item = vec!["question_id".into(), "turn".into()];
        Self { left, right, verdict, lengths: None, texts: None, item, judge: "judge".into(), dialect }
    }

    /// The shape of Chatbot Arena's battles and of MT-bench's human judgments.
    #[must_use]
    pub fn arena() -> Self {
        let verdict = Verdict::Winner {
            winner: "winner".into(),
            left: "model_a".to_string(),
            right: "model_b".to_string(),
            ties: ["tie", "tie (bothbad)", "both_bad", "tie (inconsistent)"].map(String::from).to_vec(),
        };
        Self::new("model_a", "model_b", verdict)
    }

    /// The shape of AlpacaEval's annotations.
    #[must_use]
    pub fn alpaca_eval() -> Self {
        let verdict = Verdict::Preference { preference: "preference".into() };
        let mut table = Self::new("generator_1", "generator_2", verdict);
        (table.item, table.judge) = (vec!["instruction".into()], "annotator".into());
        table.texts = Some(["output_1".into(), "output_2".into()]);
        // Blanks count in a length.
        table.dialect = Dialect::new().trim(false);
        table
    }

    /// The shape of MT-bench's pairwise judgments by a model.
    #[must_use]
    pub fn mt_bench() -> Self {
        let verdict = Verdict::Games {
            games: ["g1_winner".into(), "g2_winner".into()],
            left: "model_1".to_string(),
            right: "model_2".to_string(),
            tie: "tie".to_string(),
            error: "error".to_string(),
        };
        Self::new("model_1", "model_2", verdict)
    }

    /// Names the columns that hold the lengths of the left and the right answer.
    #[must_use]
    pub fn lengths(mut self, left: impl Into<Column>, right: impl Into<Column>) -> Self {
        self.lengths = Some([left.into(), right.into()]);
        self
    }

    table_reading!(BattleImport);

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(BattleImport);

    fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<BattleImport> {
        let mut records = Records::open(input, &self.dialect, false)?;
        let left_slot = records.slot(&self.left)?;
        let right_slot = records.slot(&self.right)?;
        let verdict_slots = match &self.verdict {
            Verdict::Winner { winner: column, .. } | Verdict::Preference { preference: column } => {
                vec![records.slot(column)?]
            }
            Verdict::Games { games, .. } => {
                games.iter().map(|column| records.slot(column)).collect::<Result<_>>()?
            }
        };
        let length_slots = match &self.lengths {
            Some([left, right]) => Some([records.slot(left)?, records.slot(right)?]),
            None => None,
        };
        let text_slots = match &self.texts {
            Some([left, right]) => records.optional_slot(left).zip(records.optional_slot(right)),
            None => None,
        };
        let item_slots: Vec<usize> =
            self.item.iter().filter_map(|column| records.optional_slot(column)).collect();
        let judge_slot = records.optional_slot(&self.judge);
        judge_slot.into_iter().for_each(|slot| records.first_of_arrays(slot));
        let (mut contenders, mut items, mut judges) =
            (Interner::default(), Interner::default(), Interner::default());
        let mut battles = Vec::new();
        let mut scratch = [const { String::new() }; 3];
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            let [left_text, right_text, item_text] = &mut scratch;
            let left = records.key(&[left_slot], "a model", left_text)?;
            let right = records.key(&[right_slot], "a model", right_text)?;
            if left == right {
                let reason = Reason::OneContender { name: left.to_string() };
                return Err(Problem::row(Some(right_slot), reason));
            }
            let share = self.right_share(records, &verdict_slots)?;
            let lengths = match (length_slots, text_slots) {
                (Some([left, right]), _) => length(records, left)?.zip(length(records, right)?),
                (None, Some((left, right))) => characters(records, left)?.zip(characters(records, right)?),
                (None, None) => None,
            };
            let mut contender = |name| contenders.intern(name).map_err(|e| Problem::Fatal(e.into()));
            let (left, right) = (contender(left)?, contender(right)?);
            let item = records.optional_key(&item_slots, item_text)?.map(|item| items.intern(item));
            let judge = match judge_slot {
                Some(slot) => records.field(slot)?.map(|judge| judges.intern(judge)),
                None => None,
            };
            let number = |number: Option<crate::Result<u32>>| {
                number.transpose().map_err(|error| Problem::Fatal(error.into()))
            };
            let (item, judge) = (number(item)?, number(judge)?);
            report.missing += u64::from(share.is_none());
            report.judgments += u64::from(share.is_some());
            battles.extend(share.map(|right_share| Battle {
                comparison: Comparison { left, right, winner: winner(right_share) },
                item,
                judge,
                right_share,
                lengths: lengths.map(|(left, right)| [left, right]),
            }));
            Ok(())
        })?;
        let [contenders, items, judges] = [contenders, items, judges].map(Interner::into_ids);
        Ok(BattleImport { contenders, items, judges, battles, report })
    }

    /// What part of the win goes to the right; `None` for a missing verdict.
    fn right_share<R: Read>(&self, records: &Records<R>, slots: &[usize]) -> Result<Option<f64>, Problem> {
        let mut shares = [0.5; 2];
        for (&slot, share) in slots.iter().zip(&mut shares) {
            let Some(found) = records.field(slot)? else { return Ok(None) };
            match self.verdict.says(found) {
                Says::Share(own) => *share = own,
                Says::Nothing => return Ok(None),
                Says::Nonsense => {
                    let (expected, found) = (self.verdict.expected(), found.to_string());
                    return Err(Problem::row(Some(slot), Reason::UnknownWinner { expected, found }));
                }
            }
        }
        let [first, second] = shares;
        // Games that do not agree are a tie.
        Ok(Some(if slots.len() < 2 || first == second { first } else { 0.5 }))
    }
}

/// What a field says about the winner.
enum Says {
    /// This part of the win goes to the right.
    Share(f64),
    /// That there is no verdict.
    Nothing,
    /// What no verdict looks like.
    Nonsense,
}

impl Verdict {
    fn says(&self, field: &str) -> Says {
        let side = |left: &str, right: &str| {
            if field == left {
                Says::Share(0.0)
            } else if field == right {
                Says::Share(1.0)
            } else {
                Says::Nonsense
            }
        };
        match self {
            Self::Winner { ties, .. } if ties.iter().any(|tie| tie == field) => Says::Share(0.5),
            Self::Games { tie, .. } if field == tie => Says::Share(0.5),
            Self::Games { error, .. } if field == error => Says::Nothing,
            Self::Winner { left, right, .. } | Self::Games { left, right, .. } => side(left, right),
            Self::Preference { .. } => match field.trim().parse::<f64>() {
                Ok(0.0) => Says::Share(0.5),
                // Preferences from log-probabilities pass the ends by rounding.
                Ok(p) if (1.0 - ROUNDING..=2.0 + ROUNDING).contains(&p) => {
                    Says::Share((p - 1.0).clamp(0.0, 1.0))
                }
                _ => Says::Nonsense,
            },
        }
    }

    fn expected(&self) -> String {
        let quoted =
            |words: &[&str]| words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        match self {
            Self::Winner { left, right, ties, .. } => {
                let words: Vec<&str> = [left, right].into_iter().chain(ties).map(String::as_str).collect();
                quoted(&words)
            }
            Self::Preference { .. } => "a preference from 1 to 2, or 0".to_string(),
            Self::Games { left, right, tie, error, .. } => quoted(&[left, right, tie, error]),
        }
    }
}

fn winner(right_share: f64) -> Side {
    if right_share > 0.5 {
        Side::Right
    } else if right_share < 0.5 {
        Side::Left
    } else {
        Side::Tie
    }
}

/// A length that is a number of at least 0.
fn length<R: Read>(records: &Records<R>, slot: usize) -> Result<Option<f64>, Problem> {
    let Some(found) = records.field(slot)? else { return Ok(None) };
    match found.trim().parse::<f64>() {
        Ok(length) if length >= 0.0 && length.is_finite() => Ok(Some(length)),
        _ => {
            let reason = Reason::NotANumber { scale: "a ratio", found: found.to_string() };
            Err(Problem::row(Some(slot), reason))
        }
    }
}

/// The characters of a text.
fn characters<R: Read>(records: &Records<R>, slot: usize) -> Result<Option<f64>, Problem> {
    Ok(records.field(slot)?.map(|text| text.chars().count() as f64))
}
