use crate::error::{Error, Result};
use crate::num;
use crate::search::alphallm_ask::{Answer, Ask, Candidate, Scores, Thought};
use crate::search::alphallm_critic::state_score;
use crate::search::alphallm_merge::{
    Merge, different_enough, far_enough, farthest, share, smallest_distance,
};
use crate::search::alphallm_options::Options;
use crate::search::alphallm_width::{Width, deviation, importance, paper_width, released_width};
use crate::search::uct::check_value;
use crate::search::{Ended, NodeId, Procedure, Step, Tree, Uct};

/// How a [`Search`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finished {
    /// Rounds that ran to their end.
    pub rounds: u64,
    /// Finished options found.
    pub terminals: u64,
    /// Why it ended.
    pub ended: Ended,
}

/// Draws for one child, with what each was judged by.
#[derive(Debug, Clone, Default)]
struct Drawn {
    options: Vec<Candidate>,
    distances: Vec<usize>,
    shares: Vec<f64>,
}

#[derive(Debug, Clone)]
enum State {
    /// The root's own score is wanted.
    Root,
    Draw(NodeId, Drawn),
    Compare(NodeId, Drawn),
    /// The score of an accepted option, and how many draws it took.
    Score(NodeId, Candidate, usize),
    Ended(Ended),
}

/// AlphaLLM's η-MCTS, as a procedure: it asks for options and for the critics' scores and keeps the tree.
///
/// A round goes down from the root by [`Uct`]. Each node on the way may first widen; the first that has fewer children
/// than its width gets one more, whose score is backed up. A round that ends in a terminal node backs up that node's
/// score again. After the rounds there are more, ten times as many in all at most, until enough options are finished.
///
/// # Source
/// AlphaLLM, section 4.3, and the published code, which makes one round more than ten times as many before it gives up.
/// With [`Width::Paper`] importance is taken of the critics' scores, so the root's own is asked for first; the published
/// code does not need it.
///
/// # Examples
/// ```
/// use probity::search::{NodeId, Step, alphallm::*};
/// let options = Options::new().rounds(6).min_terminals(0).max_depth(2).merge(Merge::Off).width(Width::Released {
///     factor: 2.0, cap: 10, root: 2, below: 2, max_split_depth: None,
/// });
/// let mut search = Search::new(options.weights(Weights::new(1.0, 0.0, 0.0)?))?;
/// let finished = loop {
///     match search.step() {
///         Step::Ask(Ask::Option { path, siblings, to_end, .. }) => {
///             let text = format!("{}{siblings}", path.concat());
///             let answer = to_end.then(|| text.clone());
///             search.answer(Answer::Option(Candidate { text, finished: to_end, answer }))?;
///         }
///         // The more ones in the path, the better.
///         Step::Ask(Ask::Scores { path, .. }) => {
///             let value = Some(path.concat().matches('1').count() as f64);
///             search.answer(Answer::Scores(Scores { value, ..Scores::default() }))?;
///         }
///         Step::Ask(_) => unreachable!("nothing is merged"),
///         Step::Done(finished) => break finished,
///     }
/// };
/// let best = choose(search.tree(), Choice::GreedyLeaf)?;
/// assert_eq!(search.tree().node(best)?.content().option.answer.as_deref(), Some("11"));
/// assert_eq!((finished.rounds, search.tree().node(NodeId::ROOT)?.stats().visits), (6, 6));
/// assert!(search.answer(Answer::Equal(vec![])).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Search {
    options: Options,
    rule: Uct,
    tree: Tree<Thought>,
    state: State,
    rounds: u64,
    terminals: u64,
    requests: u64,
}

impl Search {
    /// A search that has not begun.
    ///
    /// # Errors
    /// [`Error::Argument`] for options out of their range: no rounds, depth, draws or width; numbers that are negative
    /// or not finite.
    pub fn new(options: Options) -> Result<Self> {
        let rule = options.check()?;
        let root = Thought {
            option: Candidate::default(),
            scores: Scores::default(),
            score: 0.0,
            draws: 0,
            width: options.width.first(0),
            last_draws: 0,
        };
        let mut search = Self {
            options,
            rule,
            tree: Tree::new(root),
            state: State::Ended(Ended::Rounds),
            rounds: 0,
            terminals: 0,
            requests: 0,
        };
        if matches!(options.width, Width::Paper { .. }) {
            search.ask(State::Root);
        } else {
            search.next_round()?;
        }
        Ok(search)
    }

    /// The tree as it stands.
    #[must_use]
    pub fn tree(&self) -> &Tree<Thought> {
        &self.tree
    }

    /// The tree, taken out of the search.
    #[must_use]
    pub fn into_tree(self) -> Tree<Thought> {
        self.tree
    }

    /// What is needed next, or how the search ended.
    #[must_use]
    pub fn step(&self) -> Step<Ask, Finished> {
        Step::Ask(match &self.state {
            State::Root => Ask::Scores { path: Vec::new(), finished: false },
            State::Draw(node, drawn) => Ask::Option {
                node: *node,
                path: self.path(*node),
                drawn: drawn.options.len(),
                siblings: self.tree.children(*node).count(),
                to_end: self.to_end(*node),
            },
            State::Compare(node, drawn) => Ask::Equal {
                node: *node,
                path: self.path(*node),
                option: drawn.options.last().map(|option| option.text.clone()).unwrap_or_default(),
                siblings: self.siblings(*node),
            },
            State::Score(node, option, _) => {
                let mut path = self.path(*node);
                path.push(option.text.clone());
                Ask::Scores { path, finished: option.finished }
            }
            State::Ended(ended) => {
                let Self { rounds, terminals, .. } = *self;
                return Step::Done(Finished { rounds, terminals, ended: *ended });
            }
        })
    }

    /// Hands back what was asked for.
    ///
    /// # Errors
    /// [`Error::Argument`] if the answer is of another kind than the request, the search has ended, or a critic that
    /// counts is missing; [`Error::Length`] for too few or too many verdicts; [`Error::NotFinite`] for a score that is
    /// not finite. The search then stands as before.
    pub fn answer(&mut self, answer: Answer) -> Result<()> {
        match (self.state.clone(), answer) {
            (State::Draw(node, drawn), Answer::Option(option)) => self.drawn(node, drawn, option),
            (State::Compare(node, drawn), Answer::Equal(equal)) => self.compared(node, drawn, &equal)?,
            (State::Score(node, option, draws), Answer::Scores(scores)) => {
                self.scored(node, option, draws, scores)?;
            }
            (State::Root, Answer::Scores(scores)) => {
                let score = self.score(NodeId::ROOT, &scores)?;
                let root = self.tree.content_mut(NodeId::ROOT)?;
                (root.scores, root.score) = (scores, score);
                self.requests += 1;
                self.next_round()?;
            }
            (State::Ended(_), _) => {
                return Err(Error::argument("answer", "an open request", "a search that has ended"));
            }
            _ => return Err(Error::argument("answer", "the kind that was asked for", "another kind")),
        }
        Ok(())
    }

    fn drawn(&mut self, node: NodeId, mut drawn: Drawn, option: Candidate) {
        self.requests += 1;
        let siblings = self.siblings(node);
        drawn.options.push(option);
        let last = drawn.options.last().map_or("", |option| option.text.as_str());
        match self.options.merge {
            Merge::EditDistance { threshold, draws } => {
                drawn.distances.push(smallest_distance(last, &siblings));
                if far_enough(&drawn.distances, last, threshold, draws) {
                    let index = farthest(&drawn.distances).unwrap_or(0);
                    self.accept(node, drawn, index);
                } else {
                    self.ask(State::Draw(node, drawn));
                }
            }
            Merge::Model { .. } if !siblings.is_empty() => self.ask(State::Compare(node, drawn)),
            Merge::Model { .. } | Merge::Off => self.accept(node, drawn, 0),
        }
    }

    fn compared(&mut self, node: NodeId, mut drawn: Drawn, equal: &[bool]) -> Result<()> {
        num::check_same_length("verdicts on siblings", self.tree.children(node).count(), equal.len())?;
        self.requests += 1;
        drawn.shares.push(share(equal));
        let last = drawn.options.last().map_or("", |option| option.text.as_str());
        match self.options.merge {
            Merge::Model { threshold, draws } if !different_enough(&drawn.shares, last, threshold, draws) => {
                self.ask(State::Draw(node, drawn));
            }
            _ => {
                let index = drawn.options.len() - 1;
                self.accept(node, drawn, index);
            }
        }
        Ok(())
    }

    fn accept(&mut self, node: NodeId, mut drawn: Drawn, index: usize) {
        let draws = drawn.options.len();
        let option = drawn.options.swap_remove(index);
        self.ask(State::Score(node, option, draws));
    }

    fn scored(&mut self, node: NodeId, option: Candidate, draws: usize, scores: Scores) -> Result<()> {
        let score = self.score(node, &scores)?;
        check_value(score)?;
        let terminal = option.finished || self.to_end(node);
        let finished = option.finished;
        let width = self.options.width.first(self.tree.node(node)?.depth() + 1);
        let thought = Thought { option, scores, score, draws, width, last_draws: 0 };
        let child = self.tree.add_child(node, thought)?;
        self.tree.set_terminal(child, terminal)?;
        self.tree.content_mut(node)?.last_draws = draws;
        self.tree.back_up(child, score)?;
        self.requests += 1;
        self.rounds += 1;
        self.terminals += u64::from(finished);
        self.next_round()
    }

    /// The score of a state below `node` (or of the root), its process reward aggregated over the path.
    fn score(&self, node: NodeId, scores: &Scores) -> Result<f64> {
        let weights = self.options.weights;
        let prm = match scores.prm {
            Some(last) if weights.needs_prm() => {
                let path = self.tree.path(node);
                let above = path.iter().skip(1).flat_map(|&id| self.tree.node(id));
                let mut steps: Vec<f64> = above.filter_map(|node| node.content().scores.prm).collect();
                steps.push(last);
                Some(self.options.steps.of(&steps)?)
            }
            prm => prm,
        };
        state_score(scores.value, prm, &scores.orm, weights)
    }

    /// Runs rounds up to the next request.
    fn next_round(&mut self) -> Result<()> {
        let Options { rounds, min_terminals, .. } = self.options;
        loop {
            let enough = self.rounds >= rounds && self.terminals >= min_terminals;
            if enough || self.rounds >= rounds.saturating_mul(10) {
                self.state = State::Ended(Ended::Rounds);
                return Ok(());
            }
            let mut at = NodeId::ROOT;
            loop {
                if self.tree.node(at)?.stats().terminal {
                    let score = self.tree.node(at)?.content().score;
                    self.tree.back_up(at, score)?;
                    self.rounds += 1;
                    break;
                }
                self.widen(at)?;
                let node = self.tree.node(at)?;
                match self.tree.best_child(at, self.rule) {
                    Some(child) if node.n_children() >= node.content().width => at = child,
                    _ => {
                        self.ask(State::Draw(at, Drawn::default()));
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Sets how many children a node may have, from those that it has.
    fn widen(&mut self, id: NodeId) -> Result<()> {
        let node = self.tree.node(id)?;
        let (thought, children) = (node.content(), node.n_children());
        if children == 0 {
            return Ok(());
        }
        let of_children = self.tree.children(id).flat_map(|child| self.tree.node(child));
        let mut width = match self.options.width {
            Width::Released { factor, cap, .. } => {
                let means: Vec<f64> = of_children.filter_map(|child| child.stats().mean()).collect();
                released_width(deviation(&means)?, factor, thought.width, cap)?
            }
            Width::Paper { alpha, root, below } => {
                let scores: Vec<f64> = of_children.map(|child| child.content().score).collect();
                let bounds = if node.depth() == 0 { root } else { below };
                paper_width(importance(thought.score, &scores)?, alpha, bounds)?
            }
        };
        let tired = self.options.stop_draws.is_some_and(|most| thought.last_draws >= most);
        let settled = self
            .options
            .stop_variance
            .is_some_and(|least| variance(&thought.scores.orm).is_some_and(|variance| variance < least));
        if tired || settled {
            width = children;
        }
        self.tree.content_mut(id)?.width = width;
        Ok(())
    }

    fn ask(&mut self, state: State) {
        let spent = self.options.requests.is_some_and(|most| self.requests >= most);
        self.state = if spent { State::Ended(Ended::Budget) } else { state };
    }

    /// Whether what follows a node must go on to the end.
    fn to_end(&self, node: NodeId) -> bool {
        self.tree.node(node).is_ok_and(|node| node.depth() + 1 >= self.options.max_depth)
    }

    /// The options from the root to a node; the root has none.
    fn path(&self, node: NodeId) -> Vec<String> {
        self.texts(self.tree.path(node).into_iter().skip(1))
    }

    fn siblings(&self, node: NodeId) -> Vec<String> {
        self.texts(self.tree.children(node))
    }

    fn texts(&self, ids: impl Iterator<Item = NodeId>) -> Vec<String> {
        ids.flat_map(|id| self.tree.node(id)).map(|node| node.content().option.text.clone()).collect()
    }
}

/// The variance of a population; `None` for none.
fn variance(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let mean = num::sum(values.iter().copied()) / n;
    (n > 0.0).then(|| num::sum(values.iter().map(|v| (v - mean).powi(2))) / n)
}

impl Procedure for Search {
    type Ask = Ask;
    type Answer = Answer;
    type Done = Finished;

    fn step(&self) -> Step<Ask, Finished> {
        self.step()
    }

    fn answer(&mut self, answer: Answer) -> Result<()> {
        self.answer(answer)
    }
}
