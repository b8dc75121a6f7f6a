//! Texts: distances between them, and the named profiles that read an answer out of one.
//!
//! *How far apart are these two texts?* [`levenshtein`], and its two normalisations, which are not the same:
//! [`edit_similarity`] divides by the longer text, [`edit_ratio`] by both together.
//!
//! *Does the model say that it does not know?* A [`RefusalDetector`] says by which phrase of which published list;
//! a [`PhraseSet`] finds any phrases, all in one pass.
//! *What do two texts share?* [`word_tokens`], [`rouge_words`] and [`sentences`] cut a text up; [`ngram_counts`],
//! [`longest_common_subsequence`], [`rouge_n`] and [`rouge_l`] work on tokens of any kind.
//! [`rouge_su`], [`bleu`], [`meteor`] and [`jensen_shannon`] are the other measures of overlap.
//!
//! *What did the model answer, and is it the right answer?* Every paper reads answers in its own way, and its figures
//! hold for that way only. So there is one profile a paper, and none is a default:
//!
//! | profile | answer of a response | equality |
//! |---|---|---|
//! | RealCritic (2501.14492) | [`realcritic_extract_answer`], [`realcritic_normalize`], [`qualified_verdict`] | [`math_equal`] |
//! | AutoMathCritique (2411.16579) | [`mathcritique_extract_response`], [`mathcritique_extract_gold`] | [`mathcritique_compare`] |
//! | SCL (2410.04055) | [`scl_extract_answer`] | the same string |
//! | Alignment for Honesty (2312.07000) | [`alignment_choice`], [`alignment_judge_score`] | [`alignment_has_match`] |
//! | BeHonest (2406.13261) | [`behonest_letter`], [`behonest_judge_disagrees`] | [`behonest_find_answer`] |
//! | Self-Agreement (2311.08154) | [`trigger_answer`] | the same string, or a judge's classes |
//!
//! All of them take time linear in the text, whatever it is.

mod alignment_for_honesty;
mod arithmetic;
mod behonest;
mod bleu;
mod complex;
mod distance;
mod divergence;
mod equality;
mod expression;
mod latex;
mod lcs;
mod math_equal;
mod mathcritique;
mod meteor;
mod ngrams;
mod number_words;
mod phrases;
mod porter;
mod realcritic_extract;
mod realcritic_normalize;
mod refusal;
mod rouge;
mod sacre_bleu;
mod scl;
mod skip_bigrams;
mod tokens;
mod trigger;

pub use alignment_for_honesty::{
    ScoreReading, alignment_choice, alignment_has_match, alignment_judge_score, alignment_normalize,
};
pub use behonest::{LetterForm, behonest_find_answer, behonest_judge_disagrees, behonest_letter};
pub use bleu::bleu;
pub(crate) use distance::edit_parts;
pub use distance::{edit_ratio, edit_similarity, levenshtein, levenshtein_by};
pub use divergence::jensen_shannon;
pub use equality::Equality;
pub use lcs::longest_common_subsequence;
pub use math_equal::math_equal;
pub(crate) use mathcritique::boxed;
pub use mathcritique::{
    MathCritiqueComparison, MathCritiqueDataset, mathcritique_compare, mathcritique_extract_gold,
    mathcritique_extract_response,
};
pub use meteor::meteor;
pub use ngrams::ngram_counts;
pub use phrases::{PhraseMatch, PhraseSet};
pub use porter::porter_stem;
pub use realcritic_extract::{qualified_verdict, realcritic_extract_answer};
pub use realcritic_normalize::realcritic_normalize;
pub use refusal::{Refusal, RefusalDetector, RefusalPatterns};
pub use rouge::{Rouge, rouge_l, rouge_n, rouge_stems, rouge_words};
pub use sacre_bleu::{mteval_13a_tokens, sacre_bleu};
pub use scl::{SclVariant, scl_extract_answer};
pub use skip_bigrams::rouge_su;
pub use tokens::{sentences, word_tokens};
pub use trigger::trigger_answer;
