use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::moral_graph::draw::mean_embedding;
use crate::moral_graph::{
    CardStats, Case, Draw, Hypothesis, Relationship, ValueCard, WiserVote, cosine_distance, draw_cards,
    hypotheses_voted_first, nearest_canonical,
};
use crate::search::{Procedure, Step};

/// What all participants so far have made: canonical cards with their fortunes, and hypotheses.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pool {
    cards: Vec<(ValueCard, CardStats)>,
    hypotheses: Vec<Hypothesis>,
}

impl Pool {
    /// From canonical cards in the order in which they were made, and hypotheses.
    ///
    /// # Errors
    /// [`Error::Argument`] for a card without an embedding, or whose number occurs twice, or for a hypothesis about a
    /// card that is not there; [`Error::Length`] if embeddings differ in length.
    pub fn new(cards: Vec<ValueCard>, hypotheses: Vec<Hypothesis>) -> Result<Self> {
        let mut pool = Self::default();
        for card in cards {
            pool.add(card)?;
        }
        let known: HashSet<u32> = pool.cards.iter().map(|(card, _)| card.id).collect();
        let absent = |h: &&Hypothesis| !known.contains(&h.from) || !known.contains(&h.to);
        if let Some(h) = hypotheses.iter().find(absent) {
            let found = format!("from {} to {}", h.from, h.to);
            return Err(Error::argument("hypotheses", "pairs of canonical cards", found));
        }
        pool.hypotheses = hypotheses;
        Ok(pool)
    }

    fn add(&mut self, card: ValueCard) -> Result<()> {
        self.check(&card)?;
        let stats = CardStats { id: card.id, votes: 0, impressions: 0 };
        self.cards.push((card, stats));
        Ok(())
    }

    /// Whether a card could join: its number is free, and its embedding has a direction and the length of the others'.
    fn check(&self, card: &ValueCard) -> Result<()> {
        let Some(embedding) = &card.embedding else {
            let found = format!("none on card {}", card.id);
            return Err(Error::argument("embedding", "an embedding on every card", found));
        };
        if let Some(first) = self.cards.first().and_then(|(card, _)| card.embedding.as_ref()) {
            crate::num::check_same_length("an embedding", first.len(), embedding.len())?;
        }
        cosine_distance(embedding, embedding)?;
        if self.cards.iter().any(|(known, _)| known.id == card.id) {
            return Err(Error::argument("cards", "each number once", format!("{} twice", card.id)));
        }
        Ok(())
    }

    /// The canonical cards, with how often they were chosen and shown.
    #[must_use]
    pub fn cards(&self) -> &[(ValueCard, CardStats)] {
        &self.cards
    }

    /// The hypotheses.
    #[must_use]
    pub fn hypotheses(&self) -> &[Hypothesis] {
        &self.hypotheses
    }

    /// Takes in what a participant contributed: a card that is new, choices, impressions and votes.
    ///
    /// # Errors
    /// As [`Pool::new`], for the card. The pool is then as before.
    pub fn take_in(&mut self, contribution: &Contribution) -> Result<()> {
        if let Some(card) = contribution.card.as_ref().filter(|_| contribution.same_as.is_none()) {
            self.add(card.clone())?;
        }
        for (_, stats) in &mut self.cards {
            stats.impressions += u64::from(contribution.shown.contains(&stats.id));
            stats.votes += u64::from(contribution.chosen.contains(&stats.id));
        }
        for vote in &contribution.votes {
            for h in self.hypotheses.iter_mut().filter(|h| (h.from, h.to) == (vote.from, vote.to)) {
                h.votes += 1;
                h.agrees += u64::from(vote.relationship == Relationship::Upgrade);
            }
        }
        Ok(())
    }

    fn embedded(&self) -> impl Iterator<Item = (CardStats, &[f64])> {
        self.cards.iter().map(|(card, stats)| (*stats, card.embedding.as_deref().unwrap_or_default()))
    }
}

/// How many cards and hypotheses a participant meets, and what counts as near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ElicitationOptions {
    /// Cards that are drawn.
    pub draw: Draw,
    /// Hypotheses that are shown.
    pub hypotheses: usize,
    /// Canonical cards among which the participant's own may be.
    pub same_limit: usize,
    /// How near those are at least.
    pub same_distance: f64,
}

impl Default for ElicitationOptions {
    /// 6 cards, 3 hypotheses, 5 canonical cards nearer than 0.1, as released.
    fn default() -> Self {
        Self { draw: Draw::default(), hypotheses: 3, same_limit: 5, same_distance: 0.1 }
    }
}

/// What an [`Elicitation`] needs next.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ElicitationAsk {
    /// A conversation with the participant about the case, and the card that comes of it, embedded, under a number of its
    /// own. [`ElicitationAnswer::Card`].
    Articulate {
        /// The case.
        case: Case,
    },
    /// A judge's word: which of these canonical cards is the same value, if any? [`ElicitationAnswer::Same`].
    SameAs {
        /// The participant's card.
        card: ValueCard,
        /// Canonical cards, the nearest first.
        candidates: Vec<u32>,
    },
    /// The participant's choice: which of these would be wise in this case? [`ElicitationAnswer::Chosen`].
    Choose {
        /// The cards shown.
        cards: Vec<u32>,
    },
    /// The participant's vote: somebody went from one value to the other in this context; did they become wiser?
    /// [`ElicitationAnswer::Wiser`].
    Compare {
        /// The value that it starts from.
        from: u32,
        /// The value that may be wiser.
        to: u32,
        /// The context.
        context: u32,
    },
}

/// An answer to an [`ElicitationAsk`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ElicitationAnswer {
    /// The participant's card.
    Card(ValueCard),
    /// The canonical card that it is the same as.
    Same(Option<u32>),
    /// The cards chosen, of those shown.
    Chosen(Vec<u32>),
    /// The vote, with a story or a comment if there is one.
    Wiser(Relationship, Option<String>),
}

impl ElicitationAnswer {
    fn kind(&self) -> &'static str {
        match self {
            Self::Card(_) => "a card",
            Self::Same(_) => "a judge's word",
            Self::Chosen(_) => "a choice of cards",
            Self::Wiser(..) => "a vote",
        }
    }
}

/// What a participant contributed.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Contribution {
    /// The card that the participant articulated.
    pub card: Option<ValueCard>,
    /// The canonical card that it is the same as; `None` if it is new.
    pub same_as: Option<u32>,
    /// Cards shown.
    pub shown: Vec<u32>,
    /// Cards chosen.
    pub chosen: Vec<u32>,
    /// Votes on hypotheses.
    pub votes: Vec<WiserVote>,
}

/// Moral graph elicitation with one participant, as a procedure: articulate a value, see whether it is known, choose among
/// the values of others, vote on which values are wiser.
///
/// Nothing is asked where there is nothing to choose from. Only hypotheses in the contexts of the case are shown.
///
/// # Source
/// The trial of arXiv 2404.10636 and its released code. That only hypotheses of the case's contexts are shown is our
/// choice; a case without contexts shows all.
///
/// # Examples
/// ```
/// use probity::moral_graph::{
///     Case, Elicitation, ElicitationAnswer, ElicitationOptions, Hypothesis, Pool, Relationship, ValueCard,
/// };
/// use probity::search::replay;
/// let card = |id, embedding| ValueCard { embedding: Some(embedding), ..ValueCard::new(id, "", vec![]) };
/// let pair = Hypothesis { from: 1, to: 2, context: 0, votes: 0, agrees: 0 };
/// let mut pool = Pool::new(vec![card(1, vec![1.0, 0.0]), card(2, vec![0.0, 1.0])], vec![pair])?;
/// let case = Case { id: "parenting".into(), question: "..".into(), contexts: vec![0] };
/// let run = |pool: &Pool| Elicitation::new(pool.clone(), case.clone(), 7, ElicitationOptions::default());
/// let answers = [
///     ElicitationAnswer::Card(card(3, vec![1.0, 0.05])),
///     ElicitationAnswer::Same(Some(1)),
///     ElicitationAnswer::Chosen(vec![2]),
///     ElicitationAnswer::Wiser(Relationship::Upgrade, Some("My son ..".into())),
/// ];
/// let done = replay(&mut run(&pool), answers)?;
/// assert_eq!((done.same_as, done.shown.as_slice(), done.chosen.as_slice()), (Some(1), &[2][..], &[2][..]));
/// pool.take_in(&done)?;
/// assert_eq!((pool.cards().len(), pool.hypotheses()[0].agrees), (2, 1));
/// // The first participant ever has nobody's values to look at.
/// let alone = replay(&mut run(&Pool::default()), [ElicitationAnswer::Card(card(3, vec![1.0, 0.0]))])?;
/// assert!(alone.shown.is_empty() && alone.votes.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Elicitation {
    pool: Pool,
    case: Case,
    voter: u32,
    options: ElicitationOptions,
    state: State,
    contribution: Contribution,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Articulate,
    SameAs {
        candidates: Vec<u32>,
    },
    Choose,
    /// The hypotheses shown, by position, and how many are answered.
    Compare {
        shown: Vec<usize>,
        answered: usize,
    },
}

impl Elicitation {
    /// A run with a participant, on what the pool holds now.
    #[must_use]
    pub fn new(pool: Pool, case: Case, voter: u32, options: ElicitationOptions) -> Self {
        Self { pool, case, voter, options, state: State::Articulate, contribution: Contribution::default() }
    }

    fn own_embedding(&self) -> &[f64] {
        self.contribution.card.as_ref().and_then(|card| card.embedding.as_deref()).unwrap_or_default()
    }

    /// The cards to choose from, none of them the participant's own.
    fn drawn(&self, own: &ValueCard, embedding: &[f64], same_as: Option<u32>) -> Result<Vec<u32>> {
        let cards: Vec<(CardStats, &[f64])> = self.pool.embedded().collect();
        let met: Vec<u32> = same_as.into_iter().chain([own.id]).collect();
        draw_cards(&cards, &met, &[embedding], &self.options.draw)
    }

    fn choose(&mut self, same_as: Option<u32>) -> Result<()> {
        let Some(card) = &self.contribution.card else { return Ok(()) };
        let shown = self.drawn(card, self.own_embedding(), same_as)?;
        self.contribution.same_as = same_as;
        let nothing = shown.is_empty();
        self.contribution.shown = shown;
        self.state = State::Choose;
        if nothing { self.compare() } else { Ok(()) }
    }

    fn compare(&mut self) -> Result<()> {
        let mean = mean_embedding(&[self.own_embedding()])?;
        let here = |h: &Hypothesis| self.case.contexts.is_empty() || self.case.contexts.contains(&h.context);
        let (places, asked): (Vec<usize>, Vec<Hypothesis>) =
            self.pool.hypotheses.iter().copied().enumerate().filter(|(_, h)| here(h)).unzip();
        let distance = |value| {
            let (_, embedding) = self.pool.embedded().find(|(stats, _)| stats.id == value)?;
            cosine_distance(&mean, embedding).ok()
        };
        let shown =
            hypotheses_voted_first(&asked, &[], &self.contribution.chosen, distance, self.options.hypotheses);
        let shown = shown.into_iter().map(|i| places[i]).collect();
        self.state = State::Compare { shown, answered: 0 };
        Ok(())
    }

    fn misfit(&self, found: &'static str) -> Error {
        let expected = match &self.state {
            State::Articulate => "a card",
            State::SameAs { .. } => "a judge's word on one of the candidates, or on none",
            State::Choose => "a choice of cards among those shown, each once",
            State::Compare { shown, answered } if *answered < shown.len() => "a vote",
            State::Compare { .. } => "nothing more",
        };
        Error::argument("answer", expected, found)
    }
}

impl Procedure for Elicitation {
    type Ask = ElicitationAsk;
    type Answer = ElicitationAnswer;
    type Done = Contribution;

    fn step(&self) -> Step<ElicitationAsk, Contribution> {
        match &self.state {
            State::Articulate => Step::Ask(ElicitationAsk::Articulate { case: self.case.clone() }),
            State::SameAs { candidates } => match &self.contribution.card {
                Some(card) => {
                    Step::Ask(ElicitationAsk::SameAs { card: card.clone(), candidates: candidates.clone() })
                }
                None => Step::Done(self.contribution.clone()),
            },
            State::Choose => Step::Ask(ElicitationAsk::Choose { cards: self.contribution.shown.clone() }),
            State::Compare { shown, answered } => {
                match shown.get(*answered).and_then(|&i| self.pool.hypotheses.get(i)) {
                    Some(&Hypothesis { from, to, context, .. }) => {
                        Step::Ask(ElicitationAsk::Compare { from, to, context })
                    }
                    None => Step::Done(self.contribution.clone()),
                }
            }
        }
    }

    /// # Errors
    /// [`Error::Argument`] for an answer to another request, a card whose number is taken or without an embedding, a
    /// card that was not offered; [`Error::Length`] for an embedding of another length.
    fn answer(&mut self, answer: ElicitationAnswer) -> Result<()> {
        let misfit = self.misfit(answer.kind());
        match (self.state.clone(), answer) {
            (State::Articulate, ElicitationAnswer::Card(card)) => {
                // What the pool would refuse later is refused now.
                self.pool.check(&card)?;
                let canonical: Vec<(u32, &[f64])> =
                    self.pool.embedded().map(|(stats, embedding)| (stats.id, embedding)).collect();
                let embedding = card.embedding.as_deref().unwrap_or_default();
                let (limit, distance) = (self.options.same_limit, self.options.same_distance);
                let near = nearest_canonical(embedding, &canonical, limit, distance)?;
                self.contribution.card = Some(card);
                if near.is_empty() {
                    return self.choose(None);
                }
                self.state = State::SameAs { candidates: near.into_iter().map(|(id, _)| id).collect() };
                Ok(())
            }
            (State::SameAs { candidates }, ElicitationAnswer::Same(same))
                if same.is_none_or(|id| candidates.contains(&id)) =>
            {
                self.choose(same)
            }
            (State::Choose, ElicitationAnswer::Chosen(chosen))
                if chosen.iter().collect::<HashSet<_>>().len() == chosen.len()
                    && chosen.iter().all(|id| self.contribution.shown.contains(id)) =>
            {
                self.contribution.chosen = chosen;
                self.compare()
            }
            (State::Compare { shown, answered }, ElicitationAnswer::Wiser(relationship, story)) => {
                let Some(h) = shown.get(answered).and_then(|&i| self.pool.hypotheses.get(i)) else {
                    return Err(misfit);
                };
                let vote = WiserVote::new(self.voter, h.from, h.to, h.context, relationship);
                self.contribution.votes.push(WiserVote { story, ..vote });
                self.state = State::Compare { shown, answered: answered + 1 };
                Ok(())
            }
            _ => Err(misfit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: u32, embedding: [f64; 2]) -> ValueCard {
        ValueCard { embedding: Some(embedding.to_vec()), ..ValueCard::new(id, "", vec![]) }
    }

    fn run() -> Elicitation {
        let pair = |from, to, context| Hypothesis { from, to, context, votes: 0, agrees: 0 };
        let cards = vec![card(1, [1.0, 0.0]), card(2, [0.0, 1.0]), card(4, [1.0, 1.0])];
        let pool = Pool::new(cards, vec![pair(1, 2, 0), pair(2, 4, 0), pair(1, 4, 9)]).unwrap();
        let case = Case { id: "c".into(), question: String::new(), contexts: vec![0] };
        Elicitation::new(pool, case, 3, ElicitationOptions::default())
    }

    #[test]
    fn an_answer_that_does_not_fit_changes_nothing() {
        let mut run = run();
        let refused = |run: &mut Elicitation, answer| {
            let before = run.clone();
            assert!(run.answer(answer).is_err());
            assert_eq!(*run, before);
        };
        refused(&mut run, ElicitationAnswer::Same(None));
        refused(&mut run, ElicitationAnswer::Card(card(1, [1.0, 0.0])));
        refused(&mut run, ElicitationAnswer::Card(card(5, [0.0, 0.0])));
        refused(&mut run, ElicitationAnswer::Card(ValueCard::new(5, "", vec![])));
        run.answer(ElicitationAnswer::Card(card(5, [0.1, 1.0]))).unwrap();
        let Step::Ask(ElicitationAsk::SameAs { candidates, .. }) = run.step() else {
            panic!("{:?}", run.step())
        };
        assert_eq!(candidates, [2]);
        refused(&mut run, ElicitationAnswer::Same(Some(1)));
        run.answer(ElicitationAnswer::Same(None)).unwrap();
        assert_eq!(run.step(), Step::Ask(ElicitationAsk::Choose { cards: vec![2, 4, 1] }));
        refused(&mut run, ElicitationAnswer::Chosen(vec![2, 2]));
        run.answer(ElicitationAnswer::Chosen(vec![1])).unwrap();
        // 1 was chosen, so the pair that starts from it comes first although 2 is nearer; context 9 is not of this case.
        let asked = |from, to| Step::Ask(ElicitationAsk::Compare { from, to, context: 0 });
        assert_eq!(run.step(), asked(1, 2));
        run.answer(ElicitationAnswer::Wiser(Relationship::NotSure, None)).unwrap();
        assert_eq!(run.step(), asked(2, 4));
        run.answer(ElicitationAnswer::Wiser(Relationship::Upgrade, None)).unwrap();
        let Step::Done(done) = run.step() else { panic!("{:?}", run.step()) };
        assert_eq!((done.votes.len(), done.votes[0].voter, done.same_as), (2, 3, None));
        refused(&mut run, ElicitationAnswer::Wiser(Relationship::Upgrade, None));
        let mut pool = run.pool.clone();
        pool.take_in(&done).unwrap();
        assert_eq!((pool.cards().len(), pool.hypotheses()[0].votes, pool.hypotheses()[1].agrees), (4, 1, 1));
    }
}
