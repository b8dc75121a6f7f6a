use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::num;
use crate::search::{Ended, NodeId, Procedure, Step, TieBreaker, Ties, Tree, Uct};

/// One turn of an agent: what it said and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Turn {
    /// The agent's response: thought and action.
    pub response: String,
    /// The environment's observation.
    pub observation: String,
}

impl Turn {
    /// A turn from its two texts.
    pub fn new(response: impl Into<String>, observation: impl Into<String>) -> Self {
        Self { response: response.into(), observation: observation.into() }
    }
}

/// One way to go on, already tried in the environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The turn.
    pub turn: Turn,
    /// The environment's reward so far; below 0 the turn is a disaster: it ends the attempt with reward 0.
    pub reward: f64,
    /// Whether the task ended with this turn.
    pub done: bool,
}

/// A request of the [`Search`]: ways to go on from here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expand {
    /// The node to be expanded.
    pub node: NodeId,
    /// The turns from the root down to the node, the root's left out.
    pub path: Vec<Turn>,
    /// The most proposals that may be handed back.
    pub samples: usize,
}

/// How a [`Search`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finished {
    /// Iterations that ran to their end.
    pub iterations: u64,
    /// Why it ended.
    pub ended: Ended,
}

/// What a [`Search`] is bound by.
///
/// # Source
/// The defaults are those of the published code's class; the runs of the paper set theirs from outside.
///
/// # Examples
/// ```
/// use probity::search::{Ties, agent_r::Options};
/// let options = Options::new().iterations(2).samples(3).ties(Ties::Seeded(1)).requests(100);
/// assert_ne!(options, Options::new());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    c: f64,
    max_depth: usize,
    iterations: u64,
    samples: usize,
    ties: Ties,
    requests: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { c: 0.25, max_depth: 10, iterations: 4, samples: 4, ties: Ties::First, requests: None }
    }
}

impl Options {
    /// c = 0.25, depth 10, 4 iterations, 4 samples, the first on ties, any number of requests.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The exploration constant.
    #[must_use]
    pub fn c(self, c: f64) -> Self {
        Self { c, ..self }
    }

    /// The deepest level; a turn below it ends the attempt.
    #[must_use]
    pub fn max_depth(self, max_depth: usize) -> Self {
        Self { max_depth, ..self }
    }

    /// The most iterations.
    #[must_use]
    pub fn iterations(self, iterations: u64) -> Self {
        Self { iterations, ..self }
    }

    /// Proposals asked for at each expansion.
    #[must_use]
    pub fn samples(self, samples: usize) -> Self {
        Self { samples, ..self }
    }

    /// Which of several children with the highest score is followed.
    #[must_use]
    pub fn ties(self, ties: Ties) -> Self {
        Self { ties, ..self }
    }

    /// The most requests, whatever is left to search then.
    #[must_use]
    pub fn requests(self, requests: u64) -> Self {
        Self { requests: Some(requests), ..self }
    }
}

#[derive(Debug, Clone, Copy)]
enum State {
    Expanding(NodeId),
    Ended(Ended),
}

/// The tree search of Agent-R, as a procedure: it asks for proposals and keeps the tree.
///
/// An iteration starts at the root and goes down by [`Uct`] past terminal children. A node without children is expanded:
/// of the proposals those that repeat an earlier response are dropped, the others become children; a child is terminal
/// if the task is done, if it lies below the deepest level, or if its reward is negative. Each new terminal child is
/// backed up at once and closes the nodes above it whose children are all terminal. The iteration ends where nothing is
/// left to follow, the search when the root is closed.
///
/// Nodes that are not terminal are never backed up by themselves, so a terminal leaf has one visit and its value sum is
/// its reward.
///
/// # Missing values
/// Without any proposal a node is a dead end: it becomes terminal without a visit.
///
/// # Source
/// The published code's search. It picks among ties at random; [`Ties`] says which. It ends a branch that cannot be
/// selected from without looking at the nodes above, which here are closed too; this matters for dead ends only.
///
/// # Examples
/// ```
/// use probity::search::{Ended, NodeId, Step, agent_r::{Options, Proposal, Search, Turn}};
/// let propose = |action: &str, reward, done| Proposal { turn: Turn::new(action, "ok"), reward, done };
/// let mut search = Search::new(Turn::default(), Options::new().samples(3))?;
/// let finished = loop {
///     match search.step() {
///         // At the root: go on, or give up, twice the same. Below it: win, or break something.
///         Step::Ask(ask) if ask.path.is_empty() => {
///             let give_up = propose("give up", 0.1, true);
///             search.answer(vec![propose("go on", 0.0, false), give_up.clone(), give_up])?;
///         }
///         Step::Ask(_) => search.answer(vec![propose("win", 1.0, true), propose("break", -1.0, false)])?,
///         Step::Done(finished) => break finished,
///     }
/// };
/// let root = search.tree().node(NodeId::ROOT)?;
/// assert_eq!((finished.iterations, finished.ended), (1, Ended::Exhausted));
/// assert_eq!((root.n_children(), root.stats().visits, root.stats().sum), (2, 3, 1.1));
/// assert!(search.answer(vec![]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Search {
    options: Options,
    rule: Uct,
    breaker: TieBreaker,
    tree: Tree<Turn>,
    state: State,
    iterations: u64,
    requests: u64,
}

impl Search {
    /// A search that has not begun. The root's turn is for the caller: the task, or nothing.
    ///
    /// # Errors
    /// [`Error::Argument`] for an exploration constant that is negative or not finite, or no samples.
    pub fn new(root: Turn, options: Options) -> Result<Self> {
        if options.samples == 0 {
            return Err(Error::argument("samples", "at least 1", 0));
        }
        let mut search = Self {
            options,
            rule: Uct::new(options.c)?.skip_terminal(true),
            breaker: options.ties.breaker(),
            tree: Tree::new(root),
            state: State::Ended(Ended::Rounds),
            iterations: 0,
            requests: 0,
        };
        if options.iterations > 0 {
            search.expand(NodeId::ROOT);
        }
        Ok(search)
    }

    /// The tree as it stands.
    #[must_use]
    pub fn tree(&self) -> &Tree<Turn> {
        &self.tree
    }

    /// The tree, taken out of the search.
    #[must_use]
    pub fn into_tree(self) -> Tree<Turn> {
        self.tree
    }

    /// What is needed next, or how the search ended.
    #[must_use]
    pub fn step(&self) -> Step<Expand, Finished> {
        match self.state {
            State::Ended(ended) => Step::Done(Finished { iterations: self.iterations, ended }),
            State::Expanding(node) => {
                let path = self.tree.path(node);
                let turns = path.iter().skip(1).flat_map(|&id| self.tree.node(id));
                Step::Ask(Expand {
                    node,
                    path: turns.map(|node| node.content().clone()).collect(),
                    samples: self.options.samples,
                })
            }
        }
    }

    /// Hands back the proposals.
    ///
    /// # Errors
    /// [`Error::Argument`] if the search has ended or there are more proposals than were asked for;
    /// [`Error::NotFinite`] for a reward that is not finite, and [`Error::Argument`] for one beyond 10¹⁵⁰. The search
    /// then stands as before.
    pub fn answer(&mut self, proposals: Vec<Proposal>) -> Result<()> {
        let State::Expanding(node) = self.state else {
            return Err(Error::argument("proposals", "an open request", "a search that has ended"));
        };
        if proposals.len() > self.options.samples {
            return Err(Error::argument("proposals", "at most as many as asked for", proposals.len()));
        }
        let rewards: Vec<f64> = proposals.iter().map(|p| p.reward).collect();
        num::check_finite("rewards", &rewards)?;
        rewards.iter().try_for_each(|&reward| super::uct::check_value(reward))?;
        self.requests += 1;
        self.attach(node, proposals)?;
        self.descend(node);
        Ok(())
    }

    fn attach(&mut self, node: NodeId, proposals: Vec<Proposal>) -> Result<()> {
        let depth = self.tree.node(node)?.depth() + 1;
        let mut seen = HashSet::new();
        let fresh: Vec<bool> = proposals.iter().map(|p| seen.insert(&p.turn.response)).collect();
        let mut ended = Vec::new();
        for (proposal, _) in proposals.into_iter().zip(fresh).filter(|p| p.1) {
            let disaster = proposal.reward < 0.0;
            let child = self.tree.add_child(node, proposal.turn)?;
            if proposal.done || disaster || depth > self.options.max_depth {
                ended.push((child, if disaster { 0.0 } else { proposal.reward }));
            }
        }
        for (child, reward) in ended {
            self.tree.set_terminal(child, true)?;
            self.tree.back_up(child, reward)?;
            self.tree.close(child)?;
        }
        if self.tree.node(node)?.n_children() == 0 {
            self.tree.set_terminal(node, true)?;
            self.tree.close(node)?;
        }
        Ok(())
    }

    /// Goes down from a node to the next one to expand, through as many iterations as end on the way.
    fn descend(&mut self, start: NodeId) {
        let mut at = start;
        loop {
            let open = self.tree.best_children(at, self.rule);
            if let Some(child) = self.breaker.pick(&open) {
                if self.tree.children(child).next().is_none() {
                    return self.expand(child);
                }
                at = child;
                continue;
            }
            self.iterations += 1;
            if self.tree.node(NodeId::ROOT).is_ok_and(|root| root.stats().terminal) {
                self.state = State::Ended(Ended::Exhausted);
                return;
            }
            if self.iterations == self.options.iterations {
                self.state = State::Ended(Ended::Rounds);
                return;
            }
            at = NodeId::ROOT;
        }
    }

    fn expand(&mut self, node: NodeId) {
        let spent = self.options.requests.is_some_and(|most| self.requests >= most);
        self.state = if spent { State::Ended(Ended::Budget) } else { State::Expanding(node) };
    }
}

impl Procedure for Search {
    type Ask = Expand;
    type Answer = Vec<Proposal>;
    type Done = Finished;

    fn step(&self) -> Step<Expand, Finished> {
        self.step()
    }

    fn answer(&mut self, proposals: Vec<Proposal>) -> Result<()> {
        self.answer(proposals)
    }
}
