use std::io::Read;

use crate::io::Reason;
use crate::io::records::{Problem, Records};
use crate::tally::Mark;

/// The words of a file for right and wrong; ASCII letters match in either case.
#[derive(Debug, Clone)]
pub(super) struct VerdictWords {
    right: Vec<String>,
    wrong: Vec<String>,
}

impl Default for VerdictWords {
    fn default() -> Self {
        Self::new(
            ["1", "1.0", "true", "right", "correct", "yes"],
            ["0", "0.0", "false", "wrong", "incorrect", "no"],
        )
    }
}

impl VerdictWords {
    pub(super) fn new<R: Into<String>, W: Into<String>>(
        right: impl IntoIterator<Item = R>,
        wrong: impl IntoIterator<Item = W>,
    ) -> Self {
        Self {
            right: right.into_iter().map(Into::into).collect(),
            wrong: wrong.into_iter().map(Into::into).collect(),
        }
    }

    /// The verdict in a field.
    pub(super) fn mark<R: Read>(&self, records: &Records<R>, slot: usize) -> Result<Mark, Problem> {
        let Some(verdict) = records.field(slot)? else { return Ok(Mark::Unknown) };
        let is_one_of = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(verdict));
        if is_one_of(&self.right) {
            return Ok(Mark::Right);
        }
        if is_one_of(&self.wrong) {
            return Ok(Mark::Wrong);
        }
        let declared = self.right.iter().chain(&self.wrong).map(String::as_str);
        let declared = declared.collect::<Vec<_>>().join(", ");
        Err(Problem::row(Some(slot), Reason::UnknownLabel { declared, found: verdict.to_string() }))
    }
}
