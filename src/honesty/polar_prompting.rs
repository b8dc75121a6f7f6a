use crate::error::{Error, Result};
use crate::honesty::polar_scores::check_labels;
use crate::num;
use crate::rng::Stream;

/// What draws of examples have in common, apart from other uses of a seed.
const FEW_SHOT: u32 = 0x706f_6c73;

/// Labels after some were asked for again. From [`merge_reprompted`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DynamicPrompting {
    /// The labels.
    pub labels: Vec<Option<usize>>,
    /// The items that were asked again.
    pub asked: Vec<usize>,
}

/// Replaces the labels that are too risky by new ones (dynamic prompting).
///
/// An item is asked again if its score is above the threshold, strictly; ½ in the paper.
///
/// # Missing values
/// An item without a score keeps its label, or its lack of one. An abstention of the second answer leaves the first label.
///
/// # Source
/// POLAR, section 4.
///
/// # Errors
/// [`Error::Length`] if the three differ in length; [`Error::NotFinite`] for a threshold that is not finite;
/// [`Error::Argument`] for a score that is not from 0 to 1.
///
/// # Examples
/// ```
/// use probity::honesty::polar::merge_reprompted;
/// let scores = [Some(0.9), Some(0.5), None];
/// let found = merge_reprompted(&scores, &[Some(0), Some(0), None], &[Some(1), Some(1), Some(1)], 0.5)?;
/// assert_eq!((found.labels, found.asked), (vec![Some(1), Some(0), None], vec![0]));
/// assert!(merge_reprompted(&scores, &[], &[], 0.5).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn merge_reprompted(
    scores: &[Option<f64>],
    initial: &[Option<usize>],
    reprompted: &[Option<usize>],
    threshold: f64,
) -> Result<DynamicPrompting> {
    num::check_same_length("labels", scores.len(), initial.len())?;
    num::check_same_length("new labels", scores.len(), reprompted.len())?;
    num::check_finite("threshold", &[threshold])?;
    check_scores(scores)?;
    let is_asked = |score: &Option<f64>| score.is_some_and(|score| score > threshold);
    let merged = |((score, initial), new): ((&Option<f64>, &Option<usize>), &Option<usize>)| {
        if is_asked(score) { new.or(*initial) } else { *initial }
    };
    Ok(DynamicPrompting {
        labels: scores.iter().zip(initial).zip(reprompted).map(merged).collect(),
        asked: (0..scores.len()).filter(|&i| scores.get(i).is_some_and(is_asked)).collect(),
    })
}

fn check_scores(scores: &[Option<f64>]) -> Result<()> {
    match scores.iter().flatten().find(|score| !(0.0..=1.0).contains(*score)) {
        None => Ok(()),
        Some(score) => Err(Error::argument("POLAR score", "a number from 0 to 1", score)),
    }
}

/// The class probabilities that a plain vote of the sources gives each item: 1 for the class with most votes, shared equally
/// on ties, and by all classes where nobody votes.
///
/// # Source
/// POLAR, majority vote baseline.
///
/// # Errors
/// [`Error::Argument`] for no classes; [`Error::Index`] for a vote that is no class.
///
/// # Examples
/// ```
/// use probity::honesty::polar::majority_probabilities;
/// let votes = [[Some(0), Some(0), Some(1)], [Some(1), Some(0), None], [None, None, None]];
/// assert_eq!(majority_probabilities(&votes, 2)?, [[1.0, 0.0], [0.5, 0.5], [0.5, 0.5]]);
/// assert!(majority_probabilities(&[[Some(2)]], 2).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn majority_probabilities<R: AsRef<[Option<usize>]>>(
    votes: &[R],
    classes: usize,
) -> Result<Vec<Vec<f64>>> {
    if classes == 0 {
        return Err(Error::argument("classes", "at least one", 0));
    }
    let of_item = |votes: &R| {
        check_labels(votes.as_ref(), classes)?;
        let mut counts = vec![0usize; classes];
        votes.as_ref().iter().flatten().for_each(|&vote| counts[vote] += 1);
        let most = counts.iter().copied().max().unwrap_or(0);
        let winners = counts.iter().filter(|&&n| n == most).count() as f64;
        Ok(counts.iter().map(|&n| if n == most { 1.0 / winners } else { 0.0 }).collect())
    };
    votes.iter().map(of_item).collect()
}

/// How examples are drawn by [`few_shot`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FewShotOptions {
    /// Examples of each kind and class.
    pub examples: usize,
    /// How strongly scores decide; the smaller, the more.
    pub temperature: f64,
    /// The seed of the draws.
    pub seed: u64,
}

impl Default for FewShotOptions {
    /// Two examples at a temperature of 0.1, those of the paper, with seed 0.
    fn default() -> Self {
        Self { examples: 2, temperature: 0.1, seed: 0 }
    }
}

/// Examples of one predicted class. From [`few_shot`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FewShot {
    /// Likely wrong ones, by item, in the order of the draws.
    pub hard: Vec<usize>,
    /// Likely right ones, by item, in the order of the draws.
    pub confirmed: Vec<usize>,
}

/// Draws examples for a prompt, for each class that is predicted: hard ones with weights exp(score/T), confirmed ones with
/// exp((1 − score)/T), each without replacement.
///
/// A class with fewer scored items than asked for gives all of them. An item can be drawn as both. The draws of a class do
/// not depend on other classes.
///
/// # Missing values
/// An item without a score is not drawn.
///
/// # Source
/// POLAR, automatic few-shot examples. Here a weighted draw without replacement takes the greatest of ln weight + a Gumbel
/// number, which has the same law as drawing one by one.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::Argument`] for a score that is not from 0 to 1, no classes or a
/// temperature that is not above 0; [`Error::Index`] for a prediction that is no class.
///
/// # Examples
/// ```
/// use probity::honesty::polar::{FewShotOptions, few_shot};
/// let scores = [Some(0.99), Some(0.01), None, Some(0.5)];
/// let options = FewShotOptions { examples: 1, temperature: 0.01, seed: 7 };
/// let found = few_shot(&scores, &[0, 0, 0, 1], 3, &options)?;
/// assert_eq!((found[0].hard.as_slice(), found[0].confirmed.as_slice()), (&[0][..], &[1][..]));
/// assert_eq!((found[1].hard.as_slice(), found[2].hard.as_slice()), (&[3][..], &[][..]));
/// assert!(few_shot(&scores, &[0, 0, 0, 3], 3, &options).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn few_shot(
    scores: &[Option<f64>],
    predictions: &[usize],
    classes: usize,
    options: &FewShotOptions,
) -> Result<Vec<FewShot>> {
    num::check_same_length("predictions", scores.len(), predictions.len())?;
    check_scores(scores)?;
    if classes == 0 {
        return Err(Error::argument("classes", "at least one", 0));
    }
    num::check_positive("temperature", options.temperature)?;
    let mut of_class: Vec<Vec<(usize, f64)>> = vec![Vec::new(); classes];
    for (item, (score, &class)) in scores.iter().zip(predictions).enumerate() {
        let items =
            of_class.get_mut(class).ok_or(Error::Index { what: "class", index: class, len: classes })?;
        items.extend(score.map(|score| (item, score)));
    }
    let drawn = |(class, items): (usize, &Vec<(usize, f64)>)| {
        let mut stream = Stream::new(options.seed, FEW_SHOT, class as u32);
        let mut draw = |risk: fn(f64) -> f64| {
            let mut keyed: Vec<(f64, usize)> = items
                .iter()
                // 1 − u is never 0.
                .map(|&(item, score)| {
                    let gumbel = -(-(1.0 - stream.uniform()).ln()).ln();
                    (risk(score) / options.temperature + gumbel, item)
                })
                .collect();
            keyed.sort_by(|a, b| b.0.total_cmp(&a.0));
            keyed.into_iter().take(options.examples).map(|(_, item)| item).collect()
        };
        FewShot { hard: draw(|score| score), confirmed: draw(|score| 1.0 - score) }
    };
    Ok(of_class.iter().enumerate().map(drawn).collect())
}
