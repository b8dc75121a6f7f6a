use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::search::alphallm_ask::Thought;
use crate::search::best::first_greatest;
use crate::search::{NodeId, Tree, majority_vote, weighted_vote};

/// How [`choose`] finds the leaf to answer with.
///
/// # Source
/// The choices of the published code of AlphaLLM. There, the last two also count the greedy and the global leaf once
/// more, each rolled out to its end; and a leaf that is not finished votes for "no answer". Here only leaves of the tree
/// count, those without an answer not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Choice {
    /// [`Tree::greedy_leaf`].
    #[default]
    GreedyLeaf,
    /// [`Tree::global_leaf`].
    GlobalLeaf,
    /// The most frequent answer of all leaves; the first leaf that has it.
    SelfConsistency,
    /// The finished leaf of the highest outcome reward.
    Rerank,
    /// The answer with the largest sum of outcome rewards of finished leaves; the first leaf that has it.
    WeightedVote,
}

/// The leaf to answer with. Ties go to the first, depth first.
///
/// # Undefined
/// If there is no leaf to choose from: none visited, none with an answer, none finished with an outcome reward.
///
/// # Source
/// AlphaLLM, as said under [`Choice`].
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::NotFinite`] for outcome rewards that were handed in although their weight is
/// 0 and that are not finite.
///
/// # Examples
/// ```
/// use probity::search::NodeId;
/// use probity::search::alphallm::{Choice, Options, Search, choose};
/// // Nothing was searched yet: the greedy leaf is the root, and there is nothing to vote on.
/// let search = Search::new(Options::new())?;
/// assert_eq!(choose(search.tree(), Choice::GreedyLeaf)?, NodeId::ROOT);
/// assert!(choose(search.tree(), Choice::SelfConsistency).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn choose(tree: &Tree<Thought>, choice: Choice) -> Result<NodeId> {
    let nothing = |what| Error::undefined("final choice", Undefined::Nothing { what });
    let leaves: Vec<(NodeId, &Thought)> =
        tree.leaves().filter_map(|id| Some((id, tree.node(id).ok()?.content()))).collect();
    let finished: Vec<(NodeId, &Thought, f64)> = leaves
        .iter()
        .filter_map(|&(id, thought)| match thought.scores.orm[..] {
            [.., reward] if thought.option.finished => Some((id, thought, reward)),
            _ => None,
        })
        .collect();
    match choice {
        Choice::GreedyLeaf => Ok(tree.greedy_leaf()),
        Choice::GlobalLeaf => tree.global_leaf().ok_or(nothing("visited leaves")),
        Choice::SelfConsistency => {
            let answers: Vec<_> = leaves.iter().map(|(_, thought)| thought.option.answer.as_ref()).collect();
            Ok(leaves[majority_vote(&answers)?.index].0)
        }
        Choice::Rerank => {
            let rewards: Vec<f64> = finished.iter().map(|leaf| leaf.2).collect();
            num::check_finite("outcome rewards", &rewards)?;
            let best = first_greatest(&rewards).ok_or(nothing("finished leaves with an outcome reward"))?;
            Ok(finished[best].0)
        }
        Choice::WeightedVote => {
            let answers: Vec<_> = finished.iter().map(|leaf| leaf.1.option.answer.as_ref()).collect();
            let rewards: Vec<f64> = finished.iter().map(|leaf| leaf.2).collect();
            Ok(finished[weighted_vote(&answers, &rewards)?.index].0)
        }
    }
}

/// Among the children of one node, those that one of them is best contrasted with. Indices of children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Siblings {
    /// The one whose score differs most; `None` below 2 children or within 0.001.
    pub most_different: Option<usize>,
    /// The one with the lowest score; `None` if the child itself is within 0.001 of it.
    pub lowest: Option<usize>,
}

/// Scores no further apart than this count as the same.
const SAME_SCORE: f64 = 1e-3;

/// For every child of one node, the siblings to contrast it with, from the children's scores in order. The first on ties.
///
/// # Source
/// The published code of AlphaLLM, for preference pairs (most different) and alternative thoughts (lowest).
///
/// # Errors
/// [`Error::NotFinite`] for scores that are not finite.
///
/// # Complexity
/// O(children²).
///
/// # Examples
/// ```
/// use probity::search::alphallm::{Siblings, siblings};
/// let found = siblings(&[0.5, -0.25, 0.125])?;
/// assert_eq!(found[1], Siblings { most_different: Some(0), lowest: None });
/// assert_eq!(found[2], Siblings { most_different: Some(0), lowest: Some(1) });
/// assert_eq!(siblings(&[0.6])?, [Siblings { most_different: None, lowest: None }]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn siblings(scores: &[f64]) -> Result<Vec<Siblings>> {
    num::check_finite("scores of children", scores)?;
    let negated: Vec<f64> = scores.iter().map(|s| -s).collect();
    let lowest = first_greatest(&negated);
    let of_child = |own: &f64| {
        let gaps: Vec<f64> = scores.iter().map(|score| (score - own).abs()).collect();
        let differs = |index: &usize| gaps[*index] > SAME_SCORE;
        Siblings { most_different: first_greatest(&gaps).filter(differs), lowest: lowest.filter(differs) }
    };
    Ok(scores.iter().map(of_child).collect())
}

/// A part of an [`alternative_trace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceStep {
    /// A step of the path itself.
    Own(NodeId),
    /// A weaker sibling of the step that follows, tried in thought.
    Alternative {
        /// The sibling.
        sibling: NodeId,
        /// The sibling's lowest child, the first on ties: the thought goes on to there if there is one.
        nephew: Option<NodeId>,
    },
}

/// The path to a leaf with the weaker siblings that it passed by: what a model can learn to consider and drop.
///
/// Before a step whose score exceeds that of its lowest sibling by at least `gap` that sibling is put in; never before
/// the leaf itself nor before a child of the root.
///
/// # Source
/// The published code of AlphaLLM, with a gap of 0.5. It also leaves out steps whose score is above 1, and takes the
/// last of several lowest children of a sibling.
///
/// # Errors
/// [`Error::Index`] if the leaf is not there; [`Error::Argument`] for a gap that is negative or not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::{Search, Options, alternative_trace};
/// use probity::search::NodeId;
/// let search = Search::new(Options::new())?;
/// assert!(alternative_trace(search.tree(), NodeId::ROOT, 0.5)?.is_empty());
/// assert!(alternative_trace(search.tree(), NodeId::ROOT, -0.5).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn alternative_trace(tree: &Tree<Thought>, leaf: NodeId, gap: f64) -> Result<Vec<TraceStep>> {
    num::check_at_least_0("score gap", gap)?;
    tree.node(leaf)?;
    let score = |id: NodeId| tree.node(id).map(|node| node.content().score);
    let lowest_child = |id: NodeId| -> Result<Option<NodeId>> {
        let children: Vec<NodeId> = tree.children(id).collect();
        let negated = children.iter().map(|&child| Ok(-score(child)?)).collect::<Result<Vec<f64>>>()?;
        Ok(first_greatest(&negated).map(|index| children[index]))
    };
    let mut trace = Vec::new();
    for &step in tree.path(leaf).iter().skip(1) {
        let above = tree.node(step)?.parent().filter(|&above| above != NodeId::ROOT && step != leaf);
        let lowest = above.map(lowest_child).transpose()?.flatten();
        if let Some(sibling) = lowest {
            let behind = score(step)? - score(sibling)?;
            if behind > SAME_SCORE && behind >= gap {
                trace.push(TraceStep::Alternative { sibling, nephew: lowest_child(sibling)? });
            }
        }
        trace.push(TraceStep::Own(step));
    }
    Ok(trace)
}

/// Indices of the scores above γ.
///
/// # Source
/// AlphaLLM, self-improvement: what is learnt from has a quality f above γ, strictly.
///
/// # Errors
/// [`Error::NotFinite`] for numbers that are not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::quality_filter;
/// assert_eq!(quality_filter(&[0.2, 0.8, 0.5], 0.5)?, [1]);
/// assert!(quality_filter(&[f64::NAN], 0.5).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn quality_filter(scores: &[f64], gamma: f64) -> Result<Vec<usize>> {
    num::check_finite("qualities", scores)?;
    num::check_finite("least quality", &[gamma])?;
    Ok((0..scores.len()).filter(|&i| scores[i] > gamma).collect())
}

/// A finished attempt at a prompt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trajectory {
    /// The critics' score at its leaf.
    pub score: f64,
    /// Its quality f, the outcome reward.
    pub quality: f64,
}

/// For every prompt the index of the attempt to learn from: the one with the highest score, the first on ties, if its
/// quality is above γ; else `None`.
///
/// # Source
/// AlphaLLM, self-improvement.
///
/// # Errors
/// [`Error::NotFinite`] for numbers that are not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::{Trajectory, best_trajectories};
/// let attempt = |score, quality| Trajectory { score, quality };
/// let prompts = [vec![attempt(0.1, 0.9), attempt(0.7, 0.8)], vec![attempt(0.9, 0.3)], vec![]];
/// assert_eq!(best_trajectories(&prompts, 0.5)?, [Some(1), None, None]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn best_trajectories<P: AsRef<[Trajectory]>>(prompts: &[P], gamma: f64) -> Result<Vec<Option<usize>>> {
    let best_of = |prompt: &P| {
        let (scores, qualities): (Vec<f64>, Vec<f64>) =
            prompt.as_ref().iter().map(|t| (t.score, t.quality)).unzip();
        num::check_finite("scores", &scores)?;
        let kept = quality_filter(&qualities, gamma)?;
        Ok(first_greatest(&scores).filter(|best| kept.contains(best)))
    };
    prompts.iter().map(best_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::alphallm_ask::{Candidate, Scores};

    /// A tree from (parent, score, answer) in order; nodes with an answer are finished, their score the outcome reward.
    fn tree(nodes: &[(usize, f64, Option<&str>)]) -> (Tree<Thought>, Vec<NodeId>) {
        let thought = |score: f64, answer: Option<&str>| Thought {
            option: Candidate {
                text: String::new(),
                finished: answer.is_some(),
                answer: answer.map(str::to_string),
            },
            scores: Scores { value: None, prm: None, orm: vec![score] },
            score,
            draws: 1,
            width: 3,
            last_draws: 1,
        };
        let mut tree = Tree::new(thought(0.0, None));
        let mut ids = vec![NodeId::ROOT];
        for &(parent, score, answer) in nodes {
            let id = tree.add_child(ids[parent], thought(score, answer)).unwrap();
            tree.set_terminal(id, answer.is_some()).unwrap();
            tree.back_up(id, score).unwrap();
            ids.push(id);
        }
        (tree, ids)
    }

    #[test]
    fn weaker_siblings_are_put_before_steps() {
        // 0 ─ 1 ─ 3 ─ 5 (the leaf), 2 beside 1, 4 beside 3 with the children 6 and 7.
        let nodes = [(0, 0.9), (0, 0.1), (1, 0.8), (1, 0.2), (3, 1.0), (4, 0.5), (4, 0.3)];
        let nodes: Vec<_> = nodes.iter().map(|&(parent, score)| (parent, score, None)).collect();
        let (tree, ids) = tree(&nodes);
        let own = |i: usize| TraceStep::Own(ids[i]);
        let alternative = TraceStep::Alternative { sibling: ids[4], nephew: Some(ids[7]) };
        let trace = |leaf: usize, gap| alternative_trace(&tree, ids[leaf], gap).unwrap();
        assert_eq!(trace(5, 0.5), [own(1), alternative, own(3), own(5)]);
        assert_eq!(trace(5, 0.7), [own(1), own(3), own(5)]);
        assert_eq!(trace(3, 0.5), [own(1), own(3)]);
    }

    #[test]
    fn choices_differ() {
        let nodes = [
            (0, 0.6, None),
            (0, 0.5, Some("a")),
            (1, 0.2, Some("b")),
            (1, 0.7, Some("c")),
            (0, 0.3, Some("b")),
            (0, 0.35, Some("b")),
        ];
        let (tree, ids) = tree(&nodes);
        let chosen = |choice| choose(&tree, choice).map(|id| ids.iter().position(|&i| i == id).unwrap());
        // Node 1 has the mean (0.6 + 0.2 + 0.7)/3 = 0.5, which is that of node 2, and comes first.
        assert_eq!(chosen(Choice::GreedyLeaf), Ok(4));
        assert_eq!(chosen(Choice::GlobalLeaf), Ok(4));
        assert_eq!(chosen(Choice::SelfConsistency), Ok(3));
        assert_eq!(chosen(Choice::Rerank), Ok(4));
        assert_eq!(chosen(Choice::WeightedVote), Ok(3));
        let (empty, _) = super::tests::tree(&[]);
        assert_eq!(choose(&empty, Choice::GreedyLeaf), Ok(NodeId::ROOT));
        assert!(choose(&empty, Choice::Rerank).unwrap_err().is_undefined());
    }
}
