use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::error::{Error, Result, Undefined};
use crate::text::ngrams::shared_ngrams;

/// What the tokenizer of mteval-v13a puts blanks into, in this order.
static RULES: LazyLock<Option<[(Regex, &str); 4]>> = LazyLock::new(|| {
    let rule = |pattern, replacement| Some((Regex::new(pattern).ok()?, replacement));
    Some([
        rule(r"([{-~\[-` -&(-+:-@/])", " $1 ")?,
        rule(r"([^0-9])([.,])", "$1 $2 ")?,
        rule(r"([.,])([^0-9])", " $1 $2")?,
        rule(r"([0-9])(-)", "$1 $2 ")?,
    ])
});

/// Tokens as the BLEU of machine translation counts them: punctuation apart, but not within numbers; case is kept.
///
/// # Source
/// `mteval-v13a.pl`, in the form of sacrebleu's `13a`.
///
/// # Complexity
/// Linear in the text.
///
/// # Examples
/// ```
/// use probity::text::mteval_13a_tokens;
/// assert_eq!(mteval_13a_tokens("It costs $1,000.50, or so."), ["It", "costs", "$", "1,000.50", ",", "or", "so", "."]);
/// assert!(mteval_13a_tokens(" \n").is_empty());
/// ```
#[must_use]
pub fn mteval_13a_tokens(text: &str) -> Vec<String> {
    let mut text = text.trim_end().replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    if text.contains('&') {
        for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
            text = text.replace(entity, character);
        }
    }
    // The patterns look at neighbours, which the first and the last character would not have.
    let mut text = format!(" {text} ");
    for (pattern, replacement) in RULES.iter().flatten() {
        if let Cow::Owned(replaced) = pattern.replace_all(&text, *replacement) {
            text = replaced;
        }
    }
    text.split_whitespace().map(str::to_string).collect()
}

/// BLEU of one candidate against one reference, from 0 to 100.
///
/// ```text
/// BLEU = 100·min(1, e^(1 − r/c))·(Π pₙ)^(1/N)        N = min(4, c)
/// pₙ = shared n-grams / n-grams of the candidate; the k-th that is 0 becomes 1/(2ᵏ·n-grams)
/// c, r: tokens of the candidate and of the reference
/// ```
///
/// 0 if no token is shared, also for an empty candidate.
///
/// # Undefined
/// If both are empty.
///
/// # Source
/// Papineni et al. 2002; Post 2018: `sentence_bleu` of sacrebleu 2 with its defaults (13a tokens, exponential smoothing,
/// effective order). BLEU without smoothing, or over other tokens, is another number.
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::text::sacre_bleu;
/// assert!((sacre_bleu("The cat sat.", "The cat sat.")? - 100.0).abs() < 1e-12);
/// // 2 of 3 words, 1 of 2 pairs, no triple: one shorter than the reference.
/// let expected = 100.0 * (-1.0_f64 / 3.0).exp() * (2.0 / 3.0 * 0.5 * 0.5_f64).cbrt();
/// assert!((sacre_bleu("a cat sat", "the cat sat down")? - expected).abs() < 1e-12);
/// assert_eq!(sacre_bleu("", "something")?, 0.0);
/// assert!(sacre_bleu("", " ").unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn sacre_bleu(candidate: &str, reference: &str) -> Result<f64> {
    const ORDER: usize = 4;
    let (candidate, reference) = (mteval_13a_tokens(candidate), mteval_13a_tokens(reference));
    if candidate.is_empty() && reference.is_empty() {
        return Err(Error::undefined("BLEU", Undefined::Nothing { what: "tokens" }));
    }
    if shared_ngrams(&candidate, &reference, 1)? == 0 {
        return Ok(0.0);
    }
    let order = ORDER.min(candidate.len());
    let (mut smooth, mut ln_precisions) = (1.0, 0.0);
    for n in 1..=order {
        let ngrams = (candidate.len() + 1 - n) as f64;
        let shared = shared_ngrams(&candidate, &reference, n)? as f64;
        let shared = if shared > 0.0 {
            shared
        } else {
            smooth *= 2.0;
            1.0 / smooth
        };
        ln_precisions += (shared / ngrams).ln();
    }
    let ln_brevity = (1.0 - reference.len() as f64 / candidate.len() as f64).min(0.0);
    Ok(100.0 * (ln_brevity + ln_precisions / order as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::sacre_bleu;

    /// By sacrebleu 2.6.0.
    #[test]
    fn as_sacrebleu() {
        for (candidate, reference, bleu) in [
            (
                "The quick, brown fox costs $1,000.50 &amp; more.",
                "A quick brown fox costs $1,000.50, no more.",
                42.969_435_238_201_48,
            ),
            ("state-of-the-art 3-4 runs", "state of the art 3 - 4 runs", 36.701_246_089_612_82),
            ("a b", "a c", 50.0),
            ("It is <skipped> over-\nlined", "It is overlined today", 71.653_131_057_378_96),
        ] {
            let found = sacre_bleu(candidate, reference).unwrap();
            assert!((found - bleu).abs() < 1e-9, "{candidate}: expected {bleu}, found {found}");
        }
    }
}
