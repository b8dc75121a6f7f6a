use super::latex::run;

/// Which of the two extractions of SCL's code: they differ in when the fallback is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SclVariant {
    /// When a model is evaluated: all patterns between `##` first, the fallback last.
    Inference,
    /// When preference pairs are made: the fallback comes right after the first pattern.
    Construction,
}

/// The answer that a response marks in the manner of SCL, `## B ##`.
///
/// ```text
/// 1  ## A–D ##      spaces and line breaks allowed
/// 2  ##anything##   the shortest, on one line
/// 3  ## 0–3 ##      spaces and line breaks allowed
/// f  the first A–D that a full stop follows
///
/// inference: 1, 2, 3, f        construction: 1, f, 2, 3
/// ```
///
/// The first that is found counts, without surrounding white space. `None` if none is: the paper's inference script
/// then takes the whole response for the answer.
///
/// # Source
/// He et al. 2024, "Self-Correction is More than Refinement: A Learning Framework for Visual and Language Reasoning
/// Tasks" (arXiv 2410.04055), released code.
///
/// # Examples
/// ```
/// use probity::text::{SclVariant, scl_extract_answer};
/// let text = "See B. It is ## dog ##";
/// assert_eq!(scl_extract_answer(text, SclVariant::Inference), Some("dog"));
/// assert_eq!(scl_extract_answer(text, SclVariant::Construction), Some("B"));
/// assert_eq!(scl_extract_answer("nothing here", SclVariant::Inference), None);
/// ```
#[must_use]
pub fn scl_extract_answer(text: &str, variant: SclVariant) -> Option<&str> {
    let letter = || marked(text, |c| ('A'..='D').contains(&c));
    let digit = || marked(text, |c| ('0'..='3').contains(&c));
    match variant {
        SclVariant::Inference => {
            letter().or_else(|| on_one_line(text)).or_else(digit).or_else(|| before_full_stop(text))
        }
        SclVariant::Construction => {
            letter().or_else(|| before_full_stop(text)).or_else(|| on_one_line(text)).or_else(digit)
        }
    }
}

/// The first single character of a kind between two `##`.
fn marked(text: &str, kind: impl Fn(char) -> bool) -> Option<&str> {
    let open = |i: &usize| text.get(*i..*i + 2) == Some("##");
    (0..text.len()).filter(open).find_map(|i| {
        let inside = text.get(i + 2..)?.trim_start();
        let answer = inside.get(..1).filter(|s| s.chars().all(&kind))?;
        inside.get(1..)?.trim_start().starts_with("##").then_some(answer)
    })
}

/// What stands between two `##` with no line break between them.
fn on_one_line(text: &str) -> Option<&str> {
    text.split('\n').find_map(|line| {
        let (_, behind) = line.split_once("##")?;
        behind.split_once("##").map(|(answer, _)| answer.trim())
    })
}

fn before_full_stop(text: &str) -> Option<&str> {
    text.match_indices('.').find_map(|(i, _)| {
        let letter = text.get(i.checked_sub(1)?..i)?;
        (run(letter, |c| ('A'..='D').contains(&c)) == 1).then_some(letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_may_overlap() {
        let both = |text| {
            let extract = |variant| scl_extract_answer(text, variant);
            (extract(SclVariant::Inference), extract(SclVariant::Construction))
        };
        assert_eq!(both("### A ##"), (Some("A"), Some("A")));
        assert_eq!(both("## é\n## 2\n##"), (Some("2"), Some("2")));
        assert_eq!(both("####"), (Some(""), Some("")));
        assert_eq!(both("éA."), (Some("A"), Some("A")));
    }
}
