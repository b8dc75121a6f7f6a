use std::collections::{HashMap, HashSet};

use crate::error::Result;
use crate::num;
use crate::text::{rouge_l, rouge_words};

/// What became of a candidate for the pool.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SelfAlignSimilarity {
    /// ROUGE-L with the most similar text of the pool; 0 where the pool is empty.
    pub max: f64,
    /// Mean ROUGE-L with all texts of the pool; `None` where the pool is empty.
    pub mean: Option<f64>,
    /// Whether it is now one of them.
    pub kept: bool,
}

/// A pool of instructions that differ from each other.
///
/// A candidate whose [`rouge_l`] with any text of the pool is above the threshold is rejected; another joins the pool.
///
/// # Source
/// Sun et al. 2023 (SELF-ALIGN, arXiv 2305.03047), `generate_vanilla_instruction.py`, threshold 0.7, after Wang et al. 2022
/// (Self-Instruct).
///
/// # Examples
/// ```
/// use probity::rules::SelfAlignPool;
/// let mut pool = SelfAlignPool::new(0.7)?;
/// let first = pool.offer("Write a poem about the sea");
/// assert_eq!((first.max, first.mean, first.kept), (0.0, None, true));
/// assert!(!pool.offer("Write a story about the sea").kept);
/// assert_eq!(pool.len(), 1);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SelfAlignPool {
    threshold: f64,
    pool: Vec<Vec<String>>,
}

impl SelfAlignPool {
    /// An empty pool.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a threshold outside 0..1.
    pub fn new(threshold: f64) -> Result<Self> {
        num::check_probability("threshold", threshold)?;
        Ok(Self { threshold, pool: Vec::new() })
    }

    /// Puts a text in without asking (a seed).
    pub fn add(&mut self, text: &str) {
        self.pool.push(rouge_words(text));
    }

    /// Texts in the pool.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pool.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pool.is_empty()
    }

    /// Compares a candidate with the pool, which it joins if it is new enough.
    ///
    /// # Complexity
    /// O(texts · words² / 64).
    pub fn offer(&mut self, text: &str) -> SelfAlignSimilarity {
        let words = rouge_words(text);
        let (mut max, mut sum) = (0f64, num::Sum::default());
        for known in &self.pool {
            let rouge = rouge_l(&words, known);
            // Two texts without a word share nothing, as in the package `rouge_score`.
            let f = if rouge.shared == 0 {
                0.0
            } else {
                2.0 * rouge.shared as f64 / (rouge.candidate + rouge.reference) as f64
            };
            max = max.max(f);
            sum.add(f);
        }
        let mean = (!self.pool.is_empty()).then(|| sum.value() / self.pool.len() as f64);
        let kept = max <= self.threshold;
        if kept {
            self.pool.push(words);
        }
        SelfAlignSimilarity { max, mean, kept }
    }
}

/// Which instructions stay when shards are merged, as (shard, index): those that no *earlier* shard has, by letters and
/// digits alone. What a shard has twice stays twice.
///
/// # Source
/// Sun et al. 2023 (SELF-ALIGN, arXiv 2305.03047), `merge_self_instruct.py`.
///
/// # Examples
/// ```
/// use probity::rules::self_align_merge_shards;
/// let kept = self_align_merge_shards(&[vec!["A b", "a-B"], vec!["a B", "new"]]);
/// assert_eq!(kept, [(0, 0), (0, 1), (1, 1)]);
/// ```
#[must_use]
pub fn self_align_merge_shards<S: AsRef<str>>(shards: &[Vec<S>]) -> Vec<(usize, usize)> {
    let plain = |text: &S| -> String {
        let blank = |c: char| if c.is_alphanumeric() { c } else { ' ' };
        text.as_ref().chars().map(blank).collect::<String>().to_lowercase()
    };
    let (mut seen, mut kept) = (HashSet::new(), Vec::new());
    for (s, shard) in shards.iter().enumerate() {
        let texts: Vec<String> = shard.iter().map(plain).collect();
        kept.extend((0..texts.len()).filter(|&i| !seen.contains(&texts[i])).map(|i| (s, i)));
        seen.extend(texts);
    }
    kept
}

/// Lines of an answer that are looked at for topics.
const TOPIC_LINES: usize = 20;

/// The topics in the lines of an answer.
///
/// Of each of the first 20 lines what follows the first `". "` (all of it if there is none) is a topic if it has one to
/// three words, starts with A to Z, and does not end with punctuation of ASCII.
///
/// # Source
/// Sun et al. 2023 (SELF-ALIGN, arXiv 2305.03047), `generate_tgrt_topic.py`.
///
/// # Examples
/// ```
/// use probity::rules::self_align_topics;
/// let topics = self_align_topics(["1. Great Barrier Reef", "2. the ocean", "3. Ocean.", "4. "]);
/// assert_eq!(topics, ["Great Barrier Reef"]);
/// ```
pub fn self_align_topics<'t>(lines: impl IntoIterator<Item = &'t str>) -> Vec<&'t str> {
    let topic = |line: &'t str| line.split_once(". ").map_or(line, |(_, topic)| topic);
    let is_topic = |topic: &&str| {
        (1..=3).contains(&topic.split_whitespace().count())
            && topic.starts_with(|c: char| c.is_ascii_uppercase())
            && !topic.ends_with(|c: char| c.is_ascii_punctuation())
    };
    lines.into_iter().take(TOPIC_LINES).map(topic).filter(is_topic).collect()
}

/// The topics of each type of question without those that differ only in case (the first spelling stays), each type cut
/// to the size of the smallest. Types come in the order of their first topic.
///
/// # Source
/// Sun et al. 2023 (SELF-ALIGN, arXiv 2305.03047), `deduplicate_tgrt_topic.py`.
///
/// # Examples
/// ```
/// use probity::rules::self_align_balance_topics;
/// let balanced = self_align_balance_topics([("A", "Wedding"), ("A", "wedding"), ("B", "Fire"), ("A", "Feast")]);
/// assert_eq!(balanced, [("A", vec!["Wedding"]), ("B", vec!["Fire"])]);
/// ```
pub fn self_align_balance_topics<'t>(
    topics: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Vec<(&'t str, Vec<&'t str>)> {
    let mut types: Vec<(&str, Vec<&str>)> = Vec::new();
    let (mut places, mut seen) = (HashMap::new(), HashSet::new());
    for (kind, topic) in topics {
        let place = *places.entry(kind).or_insert_with(|| {
            types.push((kind, Vec::new()));
            types.len() - 1
        });
        if seen.insert((kind, topic.to_lowercase())) {
            types[place].1.push(topic);
        }
    }
    let smallest = types.iter().map(|(_, topics)| topics.len()).min().unwrap_or(0);
    types.iter_mut().for_each(|(_, topics)| topics.truncate(smallest));
    types
}

/// Places of the questions that are the first of their topic and type.
///
/// # Source
/// Sun et al. 2023 (SELF-ALIGN, arXiv 2305.03047), `merge_tgrt_question.py`.
///
/// # Examples
/// ```
/// use probity::rules::self_align_unique_questions;
/// assert_eq!(self_align_unique_questions([("Sea", "A"), ("Sea", "A"), ("sea", "A")]), [0, 2]);
/// ```
pub fn self_align_unique_questions<'t>(
    questions: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Vec<usize> {
    let mut seen = HashSet::new();
    let first = |(i, question)| seen.insert(question).then_some(i);
    questions.into_iter().enumerate().filter_map(first).collect()
}
