use crate::search::NodeId;

/// A way to go on: a few sentences, up to wherever an option ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Candidate {
    /// The option's text.
    pub text: String,
    /// Whether it ends the solution.
    pub finished: bool,
    /// The answer that the solution comes to, if one can be read.
    pub answer: Option<String>,
}

/// What the critics say of a state. Those of weight 0 are not read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scores {
    /// The value function.
    pub value: Option<f64>,
    /// The process reward of the state's last option.
    pub prm: Option<f64>,
    /// The outcome rewards of fast roll-outs from the state; of a finished state, its own alone.
    pub orm: Vec<f64>,
}

/// What a node of the [`Search`](super::alphallm::Search)'s tree holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Thought {
    /// The option that led here; empty at the root.
    pub option: Candidate,
    /// What the critics said.
    pub scores: Scores,
    /// What they said together, [`state_score`](super::alphallm::state_score); 0 at a root that was not asked about.
    pub score: f64,
    /// How many draws the option took.
    pub draws: usize,
    /// How many children the node may have.
    pub width: usize,
    /// How many draws its latest child took.
    pub last_draws: usize,
}

/// A request of the [`Search`](super::alphallm::Search).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask {
    /// An option to go on with: answer with [`Answer::Option`].
    Option {
        /// The node to go on from.
        node: NodeId,
        /// The options from the root to the node.
        path: Vec<String>,
        /// Options drawn before for the same child.
        drawn: usize,
        /// Children that the node has.
        siblings: usize,
        /// Whether the option must go on to the end of the solution.
        to_end: bool,
    },
    /// Which siblings say the same as a drawn option: answer with [`Answer::Equal`].
    Equal {
        /// The node that both go on from.
        node: NodeId,
        /// The options from the root to the node.
        path: Vec<String>,
        /// The drawn option.
        option: String,
        /// The siblings, one verdict each.
        siblings: Vec<String>,
    },
    /// What the critics say of a state: answer with [`Answer::Scores`].
    Scores {
        /// The options from the root to the state.
        path: Vec<String>,
        /// Whether the state is finished, so that its own outcome reward is wanted in the place of roll-outs.
        finished: bool,
    },
}

/// An answer to an [`Ask`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// The next option.
    Option(Candidate),
    /// For every sibling whether it says the same.
    Equal(Vec<bool>),
    /// What the critics say.
    Scores(Scores),
}
