//! Checks with their names looked up, and what their combinations mean.

use crate::num;
use crate::rules::rule::{Element, Overlap};
use crate::rules::verdict::Decision;

/// A check with its names looked up.
#[derive(Debug)]
pub(super) enum Node {
    Leaf(u32),
    StartsWith(String),
    EndsWith(String),
    Order { first: String, then: String },
    Count { of: Element, min: Option<u64>, max: Option<u64> },
    Overlap { reference: String, of: Overlap, min: Option<f64>, max: Option<f64> },
    Judge { judge: String, is: Vec<String>, min: Option<f64>, max: Option<f64> },
    Same { left: String, right: String },
    Rule(u32),
    Host(u32),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    None(Vec<Self>),
    AtLeast { k: usize, of: Vec<Self> },
    WeightedSum { threshold: f64, of: Vec<(f64, Self)> },
}

/// A check's decision where no pattern is found, of a check of patterns alone.
pub(super) fn quiet(node: &Node) -> Decision {
    combine(node, &mut |node| match node {
        Node::Leaf(_) => Decision::Fail,
        _ => Decision::Undecided,
    })
}

/// A node's decision from those of the leaves below it: the one place that knows what the combinations mean.
pub(super) fn combine(node: &Node, leaf: &mut dyn FnMut(&Node) -> Decision) -> Decision {
    match node {
        Node::Not(inner) => combine(inner, leaf).negated(),
        Node::All(of) => all(of, false, leaf),
        Node::Any(of) => all(of, true, leaf).negated(),
        Node::None(of) => all(of, true, leaf),
        Node::AtLeast { k, of } => {
            let (mut holds, mut open, mut decided) = (0, 0, 0);
            for node in of {
                match combine(node, leaf) {
                    Decision::Pass => holds += 1,
                    Decision::Undecided => open += 1,
                    Decision::Fail => decided += 1,
                    Decision::NotApplicable => {}
                }
            }
            if holds + open + decided == 0 {
                return Decision::NotApplicable;
            }
            between(holds >= *k, holds + open >= *k)
        }
        Node::WeightedSum { threshold, of } => {
            let (mut holds, mut possible) = (num::Sum::default(), num::Sum::default());
            let mut applicable = false;
            for (weight, node) in of {
                let decision = combine(node, leaf);
                applicable |= decision != Decision::NotApplicable;
                if decision == Decision::Pass {
                    holds.add(*weight);
                }
                if matches!(decision, Decision::Pass | Decision::Undecided) {
                    possible.add(*weight);
                }
            }
            if !applicable {
                return Decision::NotApplicable;
            }
            between(holds.value() >= *threshold, possible.value() >= *threshold)
        }
        other => leaf(other),
    }
}

/// All of them hold, or all of their opposites: stops at the first that does not, whatever the others are.
fn all(of: &[Node], negated: bool, leaf: &mut dyn FnMut(&Node) -> Decision) -> Decision {
    let mut so_far = Decision::NotApplicable;
    for node in of {
        let decision = combine(node, leaf);
        so_far = Decision::all([so_far, if negated { decision.negated() } else { decision }]);
        if so_far == Decision::Fail {
            break;
        }
    }
    so_far
}

/// What is reached in any case, what only with what is undecided.
pub(super) fn between(certain: bool, possible: bool) -> Decision {
    match (certain, possible) {
        (true, _) => Decision::Pass,
        (_, false) => Decision::Fail,
        _ => Decision::Undecided,
    }
}
