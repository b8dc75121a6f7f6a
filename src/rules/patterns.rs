//! All patterns that look at one field of a record, as one automaton.
//!
//! The literals of all rules, and those that a match of a regular expression needs, are found in one pass of
//! Aho-Corasick. An expression runs only on texts that have one of its literals, from the first place where it can
//! match; expressions that need no literal run together as one set.

use aho_corasick::automaton::Automaton;
use aho_corasick::{Anchored, MatchKind, StartKind, dfa, nfa::contiguous};
use regex::{Regex, RegexSet};

use crate::rules::required::{Required, required};

/// Bytes of literals up to which the automaton is a table of all transitions: faster, but larger.
const TABLE: usize = 1 << 16;

/// A pattern that a rule looks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Pattern {
    Literals { any_of: Vec<String>, ignore_case: bool, whole_words: bool },
    Regex { pattern: String, ignore_case: bool },
}

/// What a literal that was found means.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// It is one of a leaf's literals.
    Leaf { leaf: u32, exact: bool, whole: bool },
    /// An expression may match.
    Candidate(u32),
}

#[derive(Debug)]
struct Literal {
    text: Vec<u8>,
    uses: Vec<Use>,
}

#[derive(Debug)]
struct Expression {
    leaf: u32,
    regex: Regex,
    /// How far before the end of one of its literals a match can start; `None`: anywhere.
    reach: Option<usize>,
}

#[derive(Debug)]
enum Machine {
    Table(dfa::DFA),
    Compact(contiguous::NFA),
}

/// The patterns of one field, compiled.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    machine: Option<Machine>,
    literals: Vec<Literal>,
    expressions: Vec<Expression>,
    /// Expressions without a literal to filter by, those that mind the case and those that do not.
    together: Vec<(RegexSet, Vec<u32>)>,
    /// Expressions that are too large to run together.
    alone: Vec<u32>,
}

/// Where a leaf was found, in the record of the epoch.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hit {
    epoch: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What one field's scan writes into, kept from record to record.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    epoch: u32,
    /// By state: the epoch in which nothing more can be learnt from it.
    states: Vec<u32>,
    /// By literal.
    literals: Vec<u32>,
    /// By expression: where its first literal ended.
    candidates: Vec<(u32, usize)>,
    open: Vec<u32>,
}

/// The hits of all leaves in the current record.
#[derive(Debug)]
pub(super) struct Hits {
    epoch: u32,
    of: Vec<Hit>,
    found: Vec<u32>,
}

impl Hits {
    pub(super) fn new(leaves: usize) -> Self {
        Self { epoch: 0, of: vec![Hit::default(); leaves], found: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            self.of.fill(Hit::default());
            self.epoch = 1;
        }
    }

    /// Leaves that were found, each once.
    pub(super) fn found(&self) -> &[u32] {
        &self.found
    }

    pub(super) fn get(&self, leaf: u32) -> Option<Hit> {
        self.of.get(leaf as usize).copied().filter(|hit| hit.epoch == self.epoch)
    }

    fn add(&mut self, leaf: u32, start: usize, end: usize) {
        if let Some(hit) = self.of.get_mut(leaf as usize)
            && hit.epoch != self.epoch
        {
            *hit = Hit { epoch: self.epoch, start, end };
            self.found.push(leaf);
        }
    }
}

pub(super) fn build_regex(pattern: &str, ignore_case: bool, size: usize) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .size_limit(size)
        .dfa_size_limit(size)
        .nest_limit(64)
        .build()
}

impl Patterns {
    /// Of leaves and their patterns. `size` bounds each compiled expression.
    pub(super) fn compile(leaves: &[(u32, &Pattern)], size: usize) -> Result<Self, (u32, String)> {
        let mut building = Building::default();
        for &(leaf, pattern) in leaves {
            building.add(leaf, pattern, size).map_err(|why| (leaf, why))?;
        }
        let first = leaves.first().map_or(0, |&(leaf, _)| leaf);
        building.finish(size).map_err(|why| (first, why))
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch {
            literals: vec![0; self.literals.len()],
            candidates: vec![(0, 0); self.expressions.len()],
            ..Scratch::default()
        }
    }

    /// The first place where a leaf that was found by [`RegexSet`] matches.
    pub(super) fn locate(&self, leaf: u32, text: &str) -> Option<(usize, usize)> {
        let expression = self.expressions.iter().find(|expression| expression.leaf == leaf)?;
        expression.regex.find(text).map(|found| (found.start(), found.end()))
    }

    /// Finds all leaves that occur in a text.
    pub(super) fn scan(&self, text: &str, scratch: &mut Scratch, hits: &mut Hits) {
        scratch.epoch = scratch.epoch.wrapping_add(1);
        if scratch.epoch == 0 {
            scratch.states.fill(0);
            scratch.literals.fill(0);
            scratch.candidates.fill((0, 0));
            scratch.epoch = 1;
        }
        scratch.open.clear();
        match &self.machine {
            Some(Machine::Table(dfa)) => self.walk(dfa, text, scratch, hits),
            Some(Machine::Compact(nfa)) => self.walk(nfa, text, scratch, hits),
            None => {}
        }
        for &index in scratch.open.iter().chain(&self.alone) {
            let Some(expression) = self.expressions.get(index as usize) else { continue };
            let end = scratch.candidates.get(index as usize).map_or(0, |&(_, end)| end);
            let mut from = expression.reach.map_or(0, |reach| end.saturating_sub(reach));
            while !text.is_char_boundary(from) {
                from -= 1;
            }
            if let Some(found) = expression.regex.find_at(text, from) {
                hits.add(expression.leaf, found.start(), found.end());
            }
        }
        for (set, of) in &self.together {
            for index in set.matches(text) {
                if let Some(expression) = of.get(index).and_then(|&e| self.expressions.get(e as usize)) {
                    // Where it is, is asked for only where a verdict is written out.
                    hits.add(expression.leaf, usize::MAX, usize::MAX);
                }
            }
        }
    }

    /// One pass over the text. A state that has told all it can is passed over the next time, so that the work is one
    /// step a byte, and once a record what there is to learn from each state.
    fn walk<A: Automaton>(&self, automaton: &A, text: &str, scratch: &mut Scratch, hits: &mut Hits) {
        // The automaton is built for this kind of search.
        let Ok(mut state) = automaton.start_state(Anchored::No) else { return };
        for (i, &byte) in text.as_bytes().iter().enumerate() {
            state = automaton.next_state(Anchored::No, state, byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                let at = state.as_usize();
                if scratch.states.get(at) == Some(&scratch.epoch) {
                    continue;
                }
                let mut settled = true;
                for k in 0..automaton.match_len(state) {
                    let literal = automaton.match_pattern(state, k).as_usize();
                    settled &= self.settle(literal, text, i + 1, scratch, hits);
                }
                if settled {
                    if scratch.states.len() <= at {
                        scratch.states.resize(at + 1, 0);
                    }
                    scratch.states[at] = scratch.epoch;
                }
            }
        }
    }

    /// Notes a literal that ends here; whether nothing more can be learnt from it in this record.
    fn settle(&self, index: usize, text: &str, end: usize, scratch: &mut Scratch, hits: &mut Hits) -> bool {
        let (Some(literal), Some(stamp)) = (self.literals.get(index), scratch.literals.get_mut(index)) else {
            return true;
        };
        if *stamp == scratch.epoch {
            return true;
        }
        let start = end - literal.text.len();
        let mut settled = true;
        for &what in &literal.uses {
            match what {
                Use::Leaf { leaf, exact, whole } => {
                    if hits.get(leaf).is_some() {
                        continue;
                    }
                    let here = (!exact || text.as_bytes().get(start..end) == Some(&literal.text))
                        && (!whole || is_whole(text, start, end));
                    if here {
                        hits.add(leaf, start, end);
                    }
                    settled &= here;
                }
                Use::Candidate(expression) => {
                    if let Some(candidate) = scratch.candidates.get_mut(expression as usize)
                        && candidate.0 != scratch.epoch
                    {
                        *candidate = (scratch.epoch, end);
                        scratch.open.push(expression);
                    }
                }
            }
        }
        if settled {
            *stamp = scratch.epoch;
        }
        settled
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether no letter, digit or `_` stands next to an end of the match that is one itself.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(inside), Some(after)) =
        (text.get(..start), text.get(start..end), text.get(end..))
    else {
        return false;
    };
    let joined =
        |left: Option<char>, right: Option<char>| left.is_some_and(is_word) && right.is_some_and(is_word);
    !joined(before.chars().next_back(), inside.chars().next())
        && !joined(inside.chars().next_back(), after.chars().next())
}

#[derive(Default)]
struct Building {
    /// Literals with what they mean; those that differ only in case are one in the automaton.
    literals: std::collections::BTreeMap<Vec<u8>, Vec<Use>>,
    any_case: bool,
    expressions: Vec<Expression>,
    rest: Vec<(u32, String, bool)>,
}

impl Building {
    fn add(&mut self, leaf: u32, pattern: &Pattern, size: usize) -> Result<(), String> {
        match pattern {
            Pattern::Literals { any_of, ignore_case, whole_words } => {
                self.any_case |= ignore_case;
                for literal in any_of {
                    let what = Use::Leaf { leaf, exact: !ignore_case, whole: *whole_words };
                    self.literals.entry(literal.as_bytes().to_vec()).or_default().push(what);
                }
            }
            Pattern::Regex { pattern, ignore_case } => {
                let regex = build_regex(pattern, *ignore_case, size).map_err(|e| e.to_string())?;
                let parsed = regex_syntax::ParserBuilder::new()
                    .case_insensitive(*ignore_case)
                    .nest_limit(64)
                    .build()
                    .parse(pattern)
                    .map_err(|e| e.to_string())?;
                let index = self.expressions.len() as u32;
                let mut reach = None;
                match required(&parsed) {
                    Some(Required { literals, prefix }) => {
                        // One entry for the spellings of a literal whose case does not matter.
                        self.any_case = true;
                        if prefix {
                            reach = literals.iter().map(Vec::len).max();
                        }
                        for literal in literals {
                            self.literals.entry(literal).or_default().push(Use::Candidate(index));
                        }
                    }
                    None => self.rest.push((index, pattern.clone(), *ignore_case)),
                }
                self.expressions.push(Expression { leaf, regex, reach });
            }
        }
        Ok(())
    }

    fn finish(self, size: usize) -> Result<Patterns, String> {
        let mut literals: Vec<Literal> = Vec::with_capacity(self.literals.len());
        if self.any_case {
            // A literal that minds the case keeps its spelling; the others may share.
            let mut shared: std::collections::BTreeMap<Vec<u8>, Vec<Use>> = std::collections::BTreeMap::new();
            for (text, uses) in self.literals {
                let (exact, free): (Vec<Use>, Vec<Use>) =
                    uses.into_iter().partition(|what| matches!(what, Use::Leaf { exact: true, .. }));
                if !free.is_empty() {
                    shared.entry(text.to_ascii_lowercase()).or_default().extend(free);
                }
                if !exact.is_empty() {
                    literals.push(Literal { text, uses: exact });
                }
            }
            literals.extend(shared.into_iter().map(|(text, uses)| Literal { text, uses }));
        } else {
            literals.extend(self.literals.into_iter().map(|(text, uses)| Literal { text, uses }));
        }
        let machine = if literals.is_empty() {
            None
        } else {
            Some(machine(literals.iter().map(|literal| &literal.text), self.any_case)?)
        };
        let (mut together, mut alone) = (Vec::new(), Vec::new());
        for ignoring in [false, true] {
            let rest = || self.rest.iter().filter(|(_, _, ignore_case)| *ignore_case == ignoring);
            let of: Vec<u32> = rest().map(|(index, ..)| *index).collect();
            if of.is_empty() {
                continue;
            }
            let set = regex::RegexSetBuilder::new(rest().map(|(_, pattern, _)| pattern))
                .case_insensitive(ignoring)
                .size_limit(size.saturating_mul(of.len()).min(1 << 28))
                .dfa_size_limit(1 << 23)
                .nest_limit(64)
                .build();
            match set {
                Ok(set) => together.push((set, of)),
                Err(_) => alone.extend(of),
            }
        }
        Ok(Patterns { machine, literals, expressions: self.expressions, together, alone })
    }
}

fn machine<'a>(
    literals: impl Iterator<Item = &'a Vec<u8>> + Clone,
    any_case: bool,
) -> Result<Machine, String> {
    let bytes: usize = literals.clone().map(Vec::len).sum();
    if bytes <= TABLE {
        let table = dfa::Builder::new()
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Unanchored)
            .ascii_case_insensitive(any_case)
            .prefilter(false)
            .build(literals);
        return table.map(Machine::Table).map_err(|e| e.to_string());
    }
    let compact = contiguous::Builder::new()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(any_case)
        .prefilter(false)
        .build(literals);
    compact.map(Machine::Compact).map_err(|e| e.to_string())
}
