//! Moral graphs: values on cards, and what people say which of two is the wiser one.
//!
//! *Which values should a model live by in this context, and how sure is that?* [`WiserVotes`] holds the raw votes,
//! [`WiserCounts`] is their tally, [`MoralGraph`] what is left after the [`EdgeFilter`]. [`PageRank`] ranks the values,
//! [`context_winners`] names the winner of each context, [`winner_certainty`] draws the participants again.
//!
//! | paper | entry |
//! |---|---|
//! | What are human values, and how do we align AI to them? (Moral Graph Elicitation, 2404.10636) | [`MoralGraph`] |
//!
//! | step of the paper | here |
//! |---|---|
//! | values cards, contexts, cases | [`ValueCard`], [`Catalogue`], [`Case`] |
//! | deduplication | [`dbscan`], [`nearest_canonical`], [`WiserVotes::merge_values`] |
//! | drawing cards and hypotheses | [`hotness_order`], [`draw_cards`], [`nearest_to_mean`], [`HypothesisOrders`], [`hypotheses_voted_first`], [`hypotheses_mixed`] |
//! | the conversation with one participant | [`Elicitation`] |
//! | edges, graph, winners | [`EdgeStats`], [`MoralGraph`], [`PageRank`], [`context_winners`] |
//! | bridging between groups | [`bridging_triples`], [`majority_affiliation`] |
//! | fine-grained | [`fine_grained`] |
//! | generalisable | [`transfer_between_contexts`] |
//! | scalable | [`growth`] |
//! | robust | [`winner_certainty`], [`attack`], [`ideological_votes`] |
//! | legitimate | [`top_box`] |
//! | auditable | [`WiserVotes::behind`], [`auditable`] |
//!
//! Conventions: values, voters and contexts are numbers; a [`Catalogue`] names them. An edge goes from a value to the one
//! marked wiser. Sorts are stable: what came first stays first. Where the released code departs from its own
//! description both are there, each under a name of its own ([`EntropyOver`], [`Dangling`], [`Clusters`]).

mod affiliation;
mod card;
mod criteria;
mod dedup;
mod draw;
mod edge;
mod elicitation;
mod graph;
mod hypotheses;
mod page_rank;
mod released;
mod robust;
mod structure;
mod survey;
mod votes;
mod winners;

pub use affiliation::{Majority, bridging_triples, majority_affiliation};
pub use card::{Case, Catalogue, ValueCard};
pub use criteria::{FineGrained, GrowthPoint, auditable, fine_grained, growth, transfer_between_contexts};
pub use dedup::{Clusters, dbscan, nearest_canonical};
pub use draw::{CardStats, Draw, cosine_distance, draw_cards, hotness, hotness_order, nearest_to_mean};
pub use edge::{EdgeCounts, EdgeFilter, EdgeStats, EntropyOver};
pub use elicitation::{
    Contribution, Elicitation, ElicitationAnswer, ElicitationAsk, ElicitationOptions, Pool,
};
pub use graph::{MoralGraph, Neighbours};
pub use hypotheses::{Hypothesis, HypothesisMix, HypothesisOrders, hypotheses_mixed, hypotheses_voted_first};
pub use page_rank::{Dangling, PageRank, Ranking};
pub use released::{ReleasedEdge, ReleasedGraph, ReleasedSummary, ReleasedValue};
pub use robust::{Attack, Candidate, WinnerCertainty, attack, ideological_votes, winner_certainty};
pub use survey::{TopBox, top_box};
pub use votes::{Relationship, WiserCounts, WiserVote, WiserVotes};
pub use winners::{ContextWinner, context_winners, winner};
