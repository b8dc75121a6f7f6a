//! What can be counted in a text, each in one pass.

use std::collections::HashSet;

use crate::rules::rule::{Element, Overlap};

/// How many elements of a kind a text has.
pub(super) fn count(text: &str, element: Element) -> u64 {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let n = match element {
        Element::Bytes => text.len(),
        Element::Chars => text.chars().count(),
        Element::Words => text.split_whitespace().count(),
        Element::Lines => lines().count(),
        Element::Sentences => sentences(text).0,
        Element::Questions => sentences(text).1,
        Element::Paragraphs => paragraphs(text),
        Element::Headings => lines().filter(|line| is_heading(line)).count(),
        Element::ListItems => lines().filter(|line| is_bullet(line) || is_step(line)).count(),
        Element::Steps => lines().filter(|line| is_step(line)).count(),
        Element::CodeBlocks => lines().filter(|line| line.starts_with("```")).count() / 2,
        Element::Numbers => numbers(text).count(),
    };
    n as u64
}

/// Sentences, and how many of them are questions.
fn sentences(text: &str) -> (usize, usize) {
    let (mut sentences, mut questions) = (0, 0);
    // Something to say, and a run of marks after it with a question mark among them.
    let (mut said, mut marks, mut asked) = (false, false, false);
    for c in text.chars() {
        if matches!(c, '.' | '!' | '?') {
            marks = said;
            asked |= said && c == '?';
        } else if c.is_whitespace() {
            if marks {
                sentences += 1;
                questions += usize::from(asked);
                (said, marks, asked) = (false, false, false);
            }
        } else if !matches!(c, '"' | '\'' | ')' | ']' | '”' | '’') {
            (said, marks, asked) = (true, false, false);
        }
    }
    (sentences + usize::from(said), questions + usize::from(said && marks && asked))
}

fn paragraphs(text: &str) -> usize {
    let (mut paragraphs, mut inside) = (0, false);
    for line in text.lines() {
        let blank = line.trim().is_empty();
        paragraphs += usize::from(!blank && !inside);
        inside = !blank;
    }
    paragraphs
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - rest.len())) && rest.starts_with(' ')
}

fn is_bullet(line: &str) -> bool {
    ["- ", "* ", "+ ", "• "].iter().any(|mark| line.starts_with(mark))
}

fn is_step(line: &str) -> bool {
    let number = |rest: &str| {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        (after.len() < rest.len()).then_some(after.chars().next())
    };
    let named = line.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("step "));
    let rest = if named { &line[5..] } else { line };
    match number(rest) {
        Some(next) => named || matches!(next, Some('.' | ')')),
        None => false,
    }
}

/// The numbers of a text, thousands' commas still inside.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','));
    runs.map(|run| run.trim_matches(['.', ','])).filter(|run| !run.is_empty())
}

/// Lower-cased runs of ASCII letters and digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
}

fn parts(text: &str, of: Overlap) -> HashSet<Vec<String>> {
    match of {
        Overlap::Words(n) => {
            let words: Vec<String> = words(text).collect();
            // A run of no words is refused before it gets here; an empty window would not be.
            words.windows(n.max(1)).map(<[String]>::to_vec).collect()
        }
        Overlap::Numbers => numbers(text).map(|n| vec![n.replace(',', "")]).collect(),
    }
}

/// The share of the parts of a reference that a text has, `None` if the reference has none.
pub(super) fn overlap(text: &str, reference: &str, of: Overlap) -> Option<f64> {
    let wanted = parts(reference, of);
    if wanted.is_empty() {
        return None;
    }
    let found = parts(text, of);
    let common = wanted.iter().filter(|part| found.contains(*part)).count();
    Some(common as f64 / wanted.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_an_answer() {
        let text = "# Title\n\nIs it 3.5? Yes!\n- one\n2) two\nStep 3: three\n\n```\ncode 1,000.\n```\n";
        for (element, n) in [
            (Element::Headings, 1),
            (Element::Paragraphs, 3),
            (Element::ListItems, 3),
            (Element::Steps, 2),
            (Element::CodeBlocks, 1),
            (Element::Questions, 1),
            (Element::Numbers, 4),
            (Element::Lines, 8),
            (Element::Chars, text.len() as u64),
        ] {
            assert_eq!(count(text, element), n, "{element:?}");
        }
        assert_eq!(count("One. Two?! \"Three.\" four", Element::Sentences), 4);
        assert_eq!(count("... ! ?", Element::Sentences), 0);
        assert_eq!(count("One. Two?! Three", Element::Questions), 1);
        assert_eq!(count("é step 4", Element::Steps), 0);
    }

    #[test]
    fn overlap_is_a_share_of_the_reference() {
        assert_eq!(overlap("the Cat sat", "a cat sat down", Overlap::Words(2)), Some(1.0 / 3.0));
        assert_eq!(overlap("1000 of 2", "1,000 and 3", Overlap::Numbers), Some(0.5));
        assert_eq!(overlap("x", "none here", Overlap::Numbers), None);
    }
}
