use crate::correction::Segment;
use crate::error::{Error, Result};
use crate::search::agent_r_pairs::Thresholds;
use crate::search::agent_r_search::Turn;

/// What a judge says of one step of a bad attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// The step is fine.
    Good,
    /// The judge cannot tell; the step is kept like a good one.
    Uncertain,
    /// The step is an error.
    Bad,
}

impl Judgement {
    /// Reads a judge's reply: what stands after the last "Judgement:", or the whole reply without that word.
    ///
    /// # Source
    /// The published code looks for "good" and "uncertain" anywhere in that text, in any case, so that "Not good at all"
    /// is [`Good`](Self::Good); a text with neither word, an empty one included, is [`Bad`](Self::Bad).
    ///
    /// # Examples
    /// ```
    /// use probity::search::agent_r::Judgement;
    /// assert_eq!(Judgement::parse("Good start, but ... Judgement: Bad"), Judgement::Bad);
    /// assert_eq!(Judgement::parse("Judgement: Bad? No. Judgement: uncertain"), Judgement::Uncertain);
    /// assert_eq!(Judgement::parse("Not good at all"), Judgement::Good);
    /// assert_eq!(Judgement::parse(""), Judgement::Bad);
    /// ```
    #[must_use]
    pub fn parse(reply: &str) -> Self {
        let verdict = reply.rsplit_once("Judgement:").map_or(reply, |(_, after)| after).to_lowercase();
        if verdict.contains("good") {
            Self::Good
        } else if verdict.contains("uncertain") {
            Self::Uncertain
        } else {
            Self::Bad
        }
    }
}

/// Index of the first step that a judge calls [`Judgement::Bad`]; `None` if none is.
///
/// The judgements are those of the steps from the start; those after the first error need not be there.
///
/// # Errors
/// [`Error::Length`] if there are more judgements than steps, or fewer without any error among them.
///
/// # Examples
/// ```
/// use probity::search::agent_r::first_error;
/// assert_eq!(first_error(3, &["Good", "Judgement: Bad"])?, Some(1));
/// assert_eq!(first_error(2, &["Good", "Uncertain"])?, None);
/// assert!(first_error(3, &["Good", "Good"]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn first_error<S: AsRef<str>>(steps: usize, replies: &[S]) -> Result<Option<usize>> {
    let first = replies.iter().position(|reply| Judgement::parse(reply.as_ref()) == Judgement::Bad);
    if replies.len() > steps || first.is_none() && replies.len() < steps {
        return Err(Error::Length { what: "judgements", expected: steps, found: replies.len() });
    }
    Ok(first)
}

/// Who speaks in a text to learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Instructions to the model.
    System,
    /// The task, and the environment's observations.
    User,
    /// The model.
    Assistant,
}

/// One message of a text to learn from.
pub type Message = Segment<Role>;

/// A bad attempt that turns into a good one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Steps kept of the bad attempt, the first error included.
    pub kept_bad_steps: usize,
    /// Steps that both attempts begin with; the good attempt goes on after them.
    pub shared_steps: usize,
    /// The whole text.
    pub log: Vec<Message>,
}

/// Joins a bad attempt, up to and including its first error, with what a good attempt does differently.
///
/// ```text
/// initial messages · kept bad steps (read) · "Thought: …\nAction: wait" (learnt), "ok." · rest of the good attempt (learnt)
/// ```
///
/// The rest of the good attempt begins where its responses first differ from the kept bad steps, compared step by step
/// from the start. Observations are read, never learnt. Without a first error the whole bad attempt is kept.
///
/// # Source
/// Agent-R, construction of revision trajectories; the published code.
///
/// # Errors
/// [`Error::Index`] if the bad attempt has no such step.
///
/// # Examples
/// ```
/// use probity::search::agent_r::{Message, Role, Turn, splice};
/// let task = [Message::read(Role::User, "task")];
/// let bad = [Turn::new("A1", "O1"), Turn::new("A2", "O2"), Turn::new("A3", "O3")];
/// let good = [Turn::new("A1", "O1"), Turn::new("B2", "P2")];
/// let revision = splice(&task, &bad, &good, Some(1), "wrong room")?;
/// let said: Vec<_> = revision.log.iter().filter(|m| m.role == Role::Assistant).collect();
/// assert_eq!(said.iter().map(|m| m.loss).collect::<Vec<_>>(), [false, false, true, true]);
/// assert_eq!((said[2].text.as_str(), said[3].text.as_str()), ("Thought: wrong room\nAction: wait", "B2"));
/// assert!(splice(&task, &bad, &good, Some(3), "").is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn splice(
    initial: &[Message],
    bad: &[Turn],
    good: &[Turn],
    first_error: Option<usize>,
    revision_thought: &str,
) -> Result<Revision> {
    let kept = match first_error {
        None => bad,
        Some(index) => bad.get(..=index).ok_or(Error::Index {
            what: "step of the bad attempt",
            index,
            len: bad.len(),
        })?,
    };
    let shared_steps = kept.iter().zip(good).take_while(|(b, g)| b.response == g.response).count();
    let mut log = initial.to_vec();
    for turn in kept {
        log.push(Message::read(Role::Assistant, &turn.response));
        log.push(Message::read(Role::User, &turn.observation));
    }
    learn(&mut log, &Turn::new(format!("Thought: {revision_thought}\nAction: wait"), "ok."));
    good.iter().skip(shared_steps).for_each(|turn| learn(&mut log, turn));
    Ok(Revision { kept_bad_steps: kept.len(), shared_steps, log })
}

fn learn(log: &mut Vec<Message>, turn: &Turn) {
    log.push(Message::learnt(Role::Assistant, &turn.response));
    log.push(Message::read(Role::User, &turn.observation));
}

/// The baseline without a search for the first error: the whole bad attempt, then the turn to the good one.
///
/// # Source
/// "Direct revision" in the paper's tables.
///
/// # Errors
/// As [`splice`], which without a first error has none.
///
/// # Examples
/// ```
/// use probity::search::agent_r::{Turn, direct_revision};
/// let bad = [Turn::new("A1", "O1"), Turn::new("A2", "O2")];
/// assert_eq!(direct_revision(&[], &bad, &bad[..1], "wait")?.kept_bad_steps, 2);
/// assert_eq!(direct_revision(&[], &[], &[], "wait")?.log.len(), 2);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn direct_revision(
    initial: &[Message],
    bad: &[Turn],
    good: &[Turn],
    revision_thought: &str,
) -> Result<Revision> {
    splice(initial, bad, good, None, revision_thought)
}

/// A good attempt as it is, all of it learnt; `None` for an attempt whose reward is not above α.
///
/// # Source
/// "Good trajectories" in the paper, which training mixes with the revisions.
///
/// # Examples
/// ```
/// use probity::search::agent_r::{Thresholds, Turn, good_only};
/// let good = [Turn::new("A1", "O1")];
/// assert!(good_only(&[], &good, 0.9, Thresholds::default()).is_some_and(|log| log[0].loss && !log[1].loss));
/// assert_eq!(good_only(&[], &good, 0.5, Thresholds::default()), None);
/// ```
#[must_use]
pub fn good_only(
    initial: &[Message],
    good: &[Turn],
    reward: f64,
    thresholds: Thresholds,
) -> Option<Vec<Message>> {
    thresholds.is_good(reward).then(|| {
        let mut log = initial.to_vec();
        good.iter().for_each(|turn| learn(&mut log, turn));
        log
    })
}
