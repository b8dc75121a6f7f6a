//! Why a rule decided as it did, in words.

use crate::rules::evaluate::{Look, Outcomes};
use crate::rules::measure;
use crate::rules::node::{Node, combine};
use crate::rules::patterns::Pattern;
use crate::rules::record::Answer;
use crate::rules::rule::Element;
use crate::rules::verdict::{Decision, Finding};

/// Why a rule has this decision: its first leaf that points the same way, and where that was found.
pub(super) fn explain(outcomes: &Outcomes<'_>, rule: usize, decision: Decision) -> Finding {
    let compiled = &outcomes.rules.rules[rule];
    let look = Words { look: outcomes.look(), field: compiled.field };
    let of_scope = compiled.when.as_ref().filter(|when| look.decide(when) == Decision::Undecided);
    let (what, span) = match of_scope {
        Some(when) => look.why(when, Decision::Undecided),
        None => look.why(&compiled.check, compiled.with_polarity(decision)),
    };
    Finding { rule: compiled.rule.id.clone(), what, span }
}

type Why = (String, Option<(usize, usize)>);

struct Words<'e> {
    look: Look<'e>,
    field: u32,
}

impl Words<'_> {
    fn text(&self) -> Option<&str> {
        self.look.text(self.field)
    }

    fn decide(&self, node: &Node) -> Decision {
        combine(node, &mut |leaf| self.look.leaf(leaf, self.text()).unwrap_or(Decision::Undecided))
    }

    fn why(&self, node: &Node, decision: Decision) -> Why {
        match node {
            Node::Not(inner) => self.why(inner, decision.negated()),
            Node::All(of) | Node::Any(of) => self.first(of, decision),
            Node::None(of) => self.first(of, decision.negated()),
            Node::AtLeast { k, of } => {
                let holds = of.iter().filter(|node| self.decide(node) == Decision::Pass).count();
                (format!("{holds} of {} conditions hold, {k} are needed", of.len()), None)
            }
            Node::WeightedSum { threshold, of } => {
                let holds = of.iter().filter(|(_, node)| self.decide(node) == Decision::Pass);
                let sum = crate::num::sum(holds.map(|(weight, _)| *weight));
                (format!("the weights of the conditions that hold sum to {sum}, {threshold} is needed"), None)
            }
            leaf => self.leaf(leaf, decision),
        }
    }

    /// The first that decides as the whole does.
    fn first(&self, of: &[Node], decision: Decision) -> Why {
        let found = of.iter().find(|node| self.decide(node) == decision).or(of.first());
        found.map_or_else(|| (String::new(), None), |node| self.why(node, decision))
    }

    fn leaf(&self, node: &Node, decision: Decision) -> Why {
        let Some(text) = self.text() else {
            if !matches!(node, Node::Judge { .. } | Node::Same { .. } | Node::Rule(_) | Node::Host(_)) {
                let name = self.look.rules.fields.get(self.field as usize).map_or("", |field| &field.name);
                return (format!("no field {name:?}"), None);
            }
            return (self.without_text(node, decision), None);
        };
        let holds = if decision == Decision::Pass { "" } else { "not " };
        let what = match node {
            Node::Leaf(leaf) => return self.pattern(*leaf, text),
            Node::StartsWith(start) => format!("does {holds}start with {start:?}"),
            Node::EndsWith(end) => format!("does {holds}end with {end:?}"),
            Node::Order { first, then } => format!("{first:?} does {holds}stand before {then:?}"),
            Node::Count { of, min, max } => {
                let n = measure::count(text, *of);
                format!("{n} {}, expected {}", name(*of), ends(*min, *max))
            }
            Node::Overlap { reference, of, min, max } => match self.look.record.field(reference) {
                None => format!("no field {reference:?}"),
                Some(given) => match measure::overlap(text, given, *of) {
                    None => format!("nothing to compare in {reference:?}"),
                    Some(share) => {
                        format!("has a share of {share:.3} of {reference:?}, expected {}", ends(*min, *max))
                    }
                },
            },
            other => self.without_text(other, decision),
        };
        (what, None)
    }

    fn without_text(&self, node: &Node, decision: Decision) -> String {
        let said = match decision {
            Decision::Pass => "holds",
            Decision::Fail => "does not hold",
            Decision::Undecided => "is undecided",
            Decision::NotApplicable => "does not apply",
        };
        match node {
            Node::Judge { judge, .. } => match self.look.record.answer(judge) {
                None => format!("no answer of {judge:?}"),
                Some(answer) => format!("{judge:?} answered {}", written(answer)),
            },
            Node::Same { left, right } => {
                let missing = [left, right].into_iter().find(|name| self.look.record.answer(name).is_none());
                match missing {
                    Some(name) => format!("no answer of {name:?}"),
                    None => format!("that {left:?} and {right:?} are the same {said}"),
                }
            }
            Node::Rule(index) => {
                let id = self.look.rules.rules.get(*index as usize).map_or("", |c| &c.rule.id);
                format!("rule {id:?} {said}")
            }
            Node::Host(index) => {
                let name = self.look.rules.hosts.get(*index as usize).map_or("", |host| &host.name);
                format!("check {name:?} {said}")
            }
            _ => said.to_string(),
        }
    }

    fn pattern(&self, leaf: u32, text: &str) -> Why {
        let Some(known) = self.look.rules.leaves.get(leaf as usize) else { return (String::new(), None) };
        let Some(hit) = self.look.hits.get(leaf) else {
            return match &known.pattern {
                Pattern::Literals { any_of, .. } => (format!("has none of {}", listed(any_of)), None),
                Pattern::Regex { pattern, .. } => (format!("nothing matches {pattern:?}"), None),
            };
        };
        let located = if text.get(hit.start..hit.end).is_some() {
            Some((hit.start, hit.end))
        } else {
            let field = self.look.rules.fields.get(known.field as usize);
            field.and_then(|field| field.patterns.locate(leaf, text))
        };
        let found = located.and_then(|(start, end)| text.get(start..end)).unwrap_or_default();
        let found: String = found.chars().take(LONGEST).collect();
        let what = match &known.pattern {
            Pattern::Literals { .. } => format!("has {found:?}"),
            Pattern::Regex { pattern, .. } => format!("{found:?} matches {pattern:?}"),
        };
        (what, located)
    }
}

/// Characters of what was found that are written out.
const LONGEST: usize = 80;
/// Literals that are written out.
const LISTED: usize = 5;

fn listed(literals: &[String]) -> String {
    let some: Vec<String> = literals.iter().take(LISTED).map(|literal| format!("{literal:?}")).collect();
    let more = literals.len().saturating_sub(LISTED);
    if more > 0 { format!("{} and {more} more", some.join(", ")) } else { some.join(", ") }
}

fn written(answer: Answer<'_>) -> String {
    match answer {
        Answer::Label(label) => format!("{label:?}"),
        Answer::Score(score) => score.to_string(),
    }
}

fn name(element: Element) -> String {
    // The name in the file, without its underscore.
    let camel = format!("{element:?}");
    let mut words = String::new();
    for c in camel.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

fn ends<T: std::fmt::Display>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or fewer"),
        (None, None) => "anything".to_string(),
    }
}
