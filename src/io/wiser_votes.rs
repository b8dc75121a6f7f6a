use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Read;

use crate::io::input::Input;
use crate::io::reading::table_reading;
use crate::io::records::{Problem, Records};
use crate::io::{Column, Columns, Dialect, ImportReport, Place, Reason, Result, Strictness};
use crate::moral_graph::{Relationship, WiserVote, WiserVotes};
use crate::ratings::{Ids, Interner};

/// The wiser-than votes of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WiserImport {
    /// The votes.
    pub votes: WiserVotes,
    /// The names of the participants, by their numbers.
    pub voters: Ids,
    /// The names of the values.
    pub values: Ids,
    /// The names of the contexts.
    pub contexts: Ids,
    /// What was read and left out.
    pub report: ImportReport,
}

/// A table with a row a vote: who voted, from which value to which, in which context, and how.
///
/// Names are numbered as they first occur.
///
/// # Missing values
/// A row without a voter, value or context cannot be used. A missing answer is a missing judgment: the row is counted
/// and is no vote.
///
/// # Examples
/// ```
/// use probity::io::{Strictness, WiserVoteTable};
/// let file = "voter,from,to,context,relationship\nann,strict,calm,parenting,upgrade\nbob,strict,calm,parenting,\n\
///             ann,strict,calm,parenting,no_upgrade\nbob,calm,strict,parenting,Not_Sure\n";
/// let table = WiserVoteTable::new("voter", "from", "to", "context", "relationship");
/// let import = table.read_from(file.as_bytes(), Strictness::Lenient)?;
/// assert_eq!((import.votes.len(), import.values.name(1).as_ref()), (2, "calm"));
/// assert_eq!((import.report.judgments, import.report.missing), (2, 1));
/// assert_eq!(
///     import.report.skipped[0].to_string(),
///     r#"line 4, record 3, field "voter": expected each participant's vote on a pair once, found it in line 2 too"#
/// );
/// # Ok::<(), probity::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct WiserVoteTable {
    voter: Columns,
    from: Columns,
    to: Columns,
    context: Columns,
    relationship: Column,
    story: Option<Column>,
    words: [Vec<String>; 3],
    dialect: Dialect,
}

const RELATIONSHIPS: [Relationship; 3] =
    [Relationship::Upgrade, Relationship::NoUpgrade, Relationship::NotSure];

impl WiserVoteTable {
    /// A table with these columns. Answers are `upgrade`, `no_upgrade` and `not_sure`, also `1`, `0` and `-1`, in any
    /// case.
    #[must_use]
    pub fn new(
        voter: impl Into<Columns>,
        from: impl Into<Columns>,
        to: impl Into<Columns>,
        context: impl Into<Columns>,
        relationship: impl Into<Column>,
    ) -> Self {
        let table = Self {
            voter: voter.into(),
            from: from.into(),
            to: to.into(),
            context: context.into(),
            relationship: relationship.into(),
            story: None,
            words: [const { Vec::new() }; 3],
            dialect: Dialect::new(),
        };
        table.words([&["upgrade", "1"], &["no_upgrade", "0"], &["not_sure", "-1"]])
    }

    /// Names the column of stories.
    #[must_use]
    pub fn story(mut self, column: impl Into<Column>) -> Self {
        self.story = Some(column.into());
        self
    }

    /// Sets the words for an upgrade, for none, and for not sure; ASCII letters match in either case.
    #[must_use]
    pub fn words(mut self, words: [&[&str]; 3]) -> Self {
        self.words = words.map(|words| words.iter().map(ToString::to_string).collect());
        self
    }

    table_reading!(WiserImport);

    #[cfg(feature = "arrow")]
    crate::io::arrow::arrow_methods!(WiserImport);

    fn load(&self, input: Input<impl Read>, strictness: Strictness) -> Result<WiserImport> {
        let mut records = Records::open(input, &self.dialect, false)?;
        let keys = [&self.voter, &self.from, &self.to, &self.context];
        let [voter_slots, from_slots, to_slots, context_slots] = keys.map(|columns| records.slots(columns));
        let (voter_slots, from_slots, to_slots, context_slots) =
            (voter_slots?, from_slots?, to_slots?, context_slots?);
        let relationship_slot = records.slot(&self.relationship)?;
        let story_slot = self.story.as_ref().map(|column| records.slot(column)).transpose()?;

        let (mut voters, mut values, mut contexts) =
            (Interner::default(), Interner::default(), Interner::default());
        let mut votes = WiserVotes::new();
        // The place of each (voter, from, to).
        let mut places: HashMap<(u32, u32, u32), Place> = HashMap::new();
        let mut scratch = [const { String::new() }; 4];
        let mut report = ImportReport::default();
        records.each(strictness, &mut report, |records, report| {
            let [voter_text, from_text, to_text, context_text] = &mut scratch;
            let voter = records.key(&voter_slots, "a voter", voter_text)?;
            let from = records.key(&from_slots, "a value", from_text)?;
            let to = records.key(&to_slots, "a value", to_text)?;
            let context = records.key(&context_slots, "a context", context_text)?;
            let Some(relationship) = self.relationship(records, relationship_slot)? else {
                report.missing += 1;
                return Ok(());
            };
            let story = match story_slot {
                Some(slot) => records.field(slot)?.map(ToString::to_string),
                None => None,
            };
            let fatal = |error: crate::Error| Problem::Fatal(error.into());
            let voter = voters.intern(voter).map_err(fatal)?;
            let from = values.intern(from).map_err(fatal)?;
            let to = values.intern(to).map_err(fatal)?;
            match places.entry((voter, from, to)) {
                Entry::Occupied(first) => {
                    let reason = Reason::VoteTwice { first: *first.get() };
                    return Err(Problem::row(voter_slots.first().copied(), reason));
                }
                Entry::Vacant(place) => drop(place.insert(records.spot().place())),
            }
            let context = contexts.intern(context).map_err(fatal)?;
            let vote = WiserVote::new(voter, from, to, context, relationship);
            votes.push(WiserVote { story, ..vote });
            report.judgments += 1;
            Ok(())
        })?;
        let [voters, values, contexts] = [voters, values, contexts].map(Interner::into_ids);
        Ok(WiserImport { votes, voters, values, contexts, report })
    }

    fn relationship<R: Read>(
        &self,
        records: &Records<R>,
        slot: usize,
    ) -> Result<Option<Relationship>, Problem> {
        let Some(answer) = records.field(slot)? else { return Ok(None) };
        let is_one_of = |words: &Vec<String>| words.iter().any(|word| word.eq_ignore_ascii_case(answer));
        if let Some(found) = self.words.iter().position(is_one_of) {
            return Ok(RELATIONSHIPS.get(found).copied());
        }
        let declared = self.words.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
        Err(Problem::row(Some(slot), Reason::UnknownLabel { declared, found: answer.to_string() }))
    }
}
