//! Literals of which a text must have one for a regular expression to match it.

use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Hir, HirKind};

/// More literals than this are no filter, only a larger automaton.
const MANY: usize = 64;
/// Longer ones filter no better.
const LONG: usize = 16;

/// Literals of which every match has one.
#[derive(Debug, Clone)]
pub(super) struct Required {
    /// The literals, none of them empty.
    pub(super) literals: Vec<Vec<u8>>,
    /// Whether every match starts with one of them.
    pub(super) prefix: bool,
}

/// The literals that a match of an expression needs, if there are such that most texts lack.
pub(super) fn required(hir: &Hir) -> Option<Required> {
    let mut found = inner(hir, 0);
    if let Some(literals) = prefixes(hir) {
        // Where both will do the prefixes also say where to start.
        if found.as_ref().is_none_or(|inner| shortest(&literals) + 2 >= shortest(inner)) {
            return Some(Required { literals, prefix: true });
        }
    }
    found.take().map(|literals| Required { literals, prefix: false })
}

fn shortest(literals: &[Vec<u8>]) -> usize {
    literals.iter().map(Vec::len).min().unwrap_or(0)
}

/// Whether a list of literals tells texts apart: long ones, or ones with a byte that is rare in prose.
fn selective(literals: &[Vec<u8>]) -> bool {
    let common = |b: &u8| b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || b".,-'\"()".contains(b);
    let rare = |literal: &Vec<u8>| literal.iter().any(|b| !common(b));
    !literals.is_empty()
        && literals.len() <= MANY
        && (shortest(literals) >= 3 || literals.iter().all(|literal| !literal.is_empty() && rare(literal)))
}

fn prefixes(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut extractor = Extractor::new();
    extractor.limit_total(MANY).limit_literal_len(LONG);
    let mut literals: Vec<Vec<u8>> =
        extractor.extract(hir).literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect();
    literals.sort_unstable();
    literals.dedup();
    selective(&literals).then_some(literals)
}

/// The best list of any part that every match must have.
fn inner(hir: &Hir, depth: usize) -> Option<Vec<Vec<u8>>> {
    // The parser bounds the nesting; this bounds the stack whatever it allows.
    if depth > 64 {
        return None;
    }
    match hir.kind() {
        HirKind::Literal(literal) => {
            let literals = vec![literal.0[..literal.0.len().min(LONG)].to_vec()];
            selective(&literals).then_some(literals)
        }
        HirKind::Capture(capture) => inner(&capture.sub, depth + 1),
        HirKind::Repetition(repetition) if repetition.min > 0 => inner(&repetition.sub, depth + 1),
        HirKind::Concat(parts) => parts
            .iter()
            .filter_map(|part| inner(part, depth + 1).or_else(|| prefixes(part)))
            .max_by_key(|literals| (shortest(literals), MANY - literals.len())),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(inner(part, depth + 1)?);
            }
            all.sort_unstable();
            all.dedup();
            selective(&all).then_some(all)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Option<(Vec<String>, bool)> {
        let found = required(&regex_syntax::parse(pattern).unwrap())?;
        let text = |literal: &Vec<u8>| String::from_utf8_lossy(literal).into_owned();
        Some((found.literals.iter().map(text).collect(), found.prefix))
    }

    #[test]
    fn literals_that_a_match_needs() {
        assert_eq!(of("hello +world"), Some((vec!["hello ".to_string()], true)));
        assert_eq!(of(r"[\w.]+@[\w.]+"), Some((vec!["@".to_string()], false)));
        assert_eq!(
            of(r"\d+ (dollars|euros)"),
            Some((vec!["dollars".to_string(), "euros".to_string()], false))
        );
        for without in ["a|b", "x*", r"\d{3}-\d{4}", "", "(password)?"] {
            assert_eq!(of(without), None, "{without}");
        }
    }
}
