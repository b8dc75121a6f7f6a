use std::collections::BTreeSet;

use crate::agreement::cohen_kappa;
use crate::error::Result;
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;

/// How far two coders agree on sets of labels. From [`label_set_agreement`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LabelSetAgreement {
    /// The Jaccard index of each item.
    pub per_item: Vec<f64>,
    /// Its mean, with Student's interval over items, cut to 0..1.
    pub mean: Estimate,
}

/// How far two coders agree on the sets of labels that they gave to the same items: the mean Jaccard index.
///
/// ```text
/// J(A, B) = |A ∩ B| / |A ∪ B|, 1 for two empty sets
/// ```
///
/// It does not correct for chance; [`kappa_by_code`] does, code by code.
///
/// # Undefined
/// Without items.
///
/// # Missing values
/// An item that a coder did not see must be left out of both lists; an empty set is a statement. A label given twice
/// counts once.
///
/// # Source
/// Jaccard 1912. Used for the review of Shen et al. 2024 (arXiv 2406.09264) by our choice.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) if the coders did not label the same number of items.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::taxonomy::label_set_agreement;
/// let (a, b) = ([vec!["x", "y"], vec![]], [vec!["y"], vec![]]);
/// let found = label_set_agreement(&a, &b, Level::default())?;
/// assert_eq!((found.per_item, found.mean.value), (vec![0.5, 1.0], 0.75));
/// assert!(label_set_agreement::<&str>(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn label_set_agreement<S: AsRef<str>>(
    a: &[Vec<S>],
    b: &[Vec<S>],
    level: Level,
) -> Result<LabelSetAgreement> {
    num::check_same_length("items of the second coder", a.len(), b.len())?;
    let jaccard = |(a, b): (&Vec<S>, &Vec<S>)| {
        let (a, b) = (set(a), set(b));
        let (common, all) = (a.intersection(&b).count(), a.union(&b).count());
        if all == 0 { 1.0 } else { common as f64 / all as f64 }
    };
    let per_item: Vec<f64> = a.iter().zip(b).map(jaccard).collect();
    let mean = mean_over_items("mean Jaccard index", "items", &per_item, (0.0, 1.0), level)?;
    Ok(LabelSetAgreement { per_item, mean })
}

/// Cohen's kappa of each code: does the item carry it, says the one coder and says the other.
///
/// The result has one entry a code, in the order given; it is undefined where both coders give the code to all items, or
/// both to none.
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) as [`label_set_agreement`].
///
/// # Examples
/// ```
/// use probity::taxonomy::kappa_by_code;
/// let (a, b) = ([vec!["x"], vec!["x"], vec![], vec![]], [vec!["x"], vec![], vec![], vec![]]);
/// let found = kappa_by_code(&["x", "y"], &a, &b)?;
/// assert_eq!(found[0].as_ref().unwrap().value, 0.5);
/// assert!(found[1].as_ref().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn kappa_by_code<S: AsRef<str>>(
    codes: &[S],
    a: &[Vec<S>],
    b: &[Vec<S>],
) -> Result<Vec<Result<Estimate>>> {
    num::check_same_length("items of the second coder", a.len(), b.len())?;
    let carries = |items: &[Vec<S>], code: &S| -> Vec<u8> {
        items.iter().map(|item| u8::from(set(item).contains(code.as_ref()))).collect()
    };
    Ok(codes.iter().map(|code| cohen_kappa(&carries(a, code), &carries(b, code))).collect())
}

fn set<S: AsRef<str>>(labels: &[S]) -> BTreeSet<&str> {
    labels.iter().map(AsRef::as_ref).collect()
}
