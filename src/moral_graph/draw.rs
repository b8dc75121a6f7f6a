use std::collections::HashSet;

use crate::error::{Error, Result, Undefined};
use crate::num::{self, sum};

/// How a card fared with participants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardStats {
    /// The card.
    pub id: u32,
    /// How often it was chosen.
    pub votes: u64,
    /// How often it was shown.
    pub impressions: u64,
}

/// Votes per impression; 0 for a card that was never shown, as in the released code: it is a key to sort by, not a rate.
///
/// # Examples
/// ```
/// use probity::moral_graph::{CardStats, hotness};
/// assert_eq!(hotness(&CardStats { id: 1, votes: 3, impressions: 12 }), 0.25);
/// assert_eq!(hotness(&CardStats { id: 1, votes: 0, impressions: 0 }), 0.0);
/// ```
#[must_use]
pub fn hotness(card: &CardStats) -> f64 {
    if card.impressions == 0 { 0.0 } else { card.votes as f64 / card.impressions as f64 }
}

/// The positions of cards, the hottest first; equals in their order.
#[must_use]
pub fn hotness_order(cards: &[CardStats]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..cards.len()).collect();
    order.sort_by(|&a, &b| hotness(&cards[b]).total_cmp(&hotness(&cards[a])));
    order
}

/// A vector of length 1, or an error for one without a direction.
pub(super) fn unit(what: &'static str, vector: &[f64]) -> Result<Vec<f64>> {
    num::check_finite(what, vector)?;
    // Scaled first, so that the squares stay in range.
    let greatest = vector.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    if greatest == 0.0 {
        return Err(Error::argument(what, "a vector that is not zero", "zeros only"));
    }
    let length = sum(vector.iter().map(|x| (x / greatest).powi(2))).sqrt();
    Ok(vector.iter().map(|x| x / greatest / length).collect())
}

/// One minus the dot product of two vectors of length 1.
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    1.0 - a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>()
}

/// The cosine distance of two embeddings, from 0 (the same direction) to 2.
///
/// ```text
/// 1 − Σ x y/√(Σ x² Σ y²)
/// ```
///
/// # Errors
/// [`Error::Length`] if they differ in length; [`Error::NotFinite`]; [`Error::Argument`] for a vector of zeros.
///
/// # Examples
/// ```
/// use probity::moral_graph::cosine_distance;
/// assert_eq!(cosine_distance(&[3.0, 0.0], &[0.0, 1.0])?, 1.0);
/// assert!(cosine_distance(&[0.0], &[1.0]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn cosine_distance(a: &[f64], b: &[f64]) -> Result<f64> {
    num::check_same_length("embeddings", a.len(), b.len())?;
    Ok(distance(&unit("an embedding", a)?, &unit("an embedding", b)?))
}

/// The mean of some embeddings.
///
/// # Undefined
/// Without embeddings.
pub(super) fn mean_embedding(own: &[&[f64]]) -> Result<Vec<f64>> {
    let Some(first) = own.first() else {
        return Err(Error::undefined("mean embedding", Undefined::Nothing { what: "embeddings" }));
    };
    for embedding in own {
        num::check_same_length("embeddings", first.len(), embedding.len())?;
        num::check_finite("an embedding", embedding)?;
    }
    Ok((0..first.len()).map(|i| sum(own.iter().map(|e| e[i])) / own.len() as f64).collect())
}

/// The candidates nearest to the mean of a participant's embeddings by cosine distance, with their distances, the nearest
/// first; equals in their order.
///
/// # Undefined
/// Without embeddings of the participant.
///
/// # Source
/// The released code of arXiv 2404.10636, which draws 6.
///
/// # Errors
/// As [`cosine_distance`], if the mean is a vector of zeros too.
///
/// # Examples
/// ```
/// use probity::moral_graph::nearest_to_mean;
/// let candidates = [(7, &[0.0, 1.0][..]), (8, &[1.0, 1.0]), (9, &[2.0, 2.0])];
/// let found = nearest_to_mean(&[&[1.0, 0.0], &[0.0, 1.0]], &candidates, 2)?;
/// assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [8, 9]);
/// assert!(nearest_to_mean(&[], &candidates, 2).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn nearest_to_mean(own: &[&[f64]], candidates: &[(u32, &[f64])], size: usize) -> Result<Vec<(u32, f64)>> {
    let mean = mean_embedding(own)?;
    let mut found = candidates
        .iter()
        .map(|&(id, embedding)| Ok((id, cosine_distance(&mean, embedding)?)))
        .collect::<Result<Vec<_>>>()?;
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    found.truncate(size);
    Ok(found)
}

/// How many cards a participant is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// The newest that are looked at.
    pub newest: usize,
    /// The hottest that are looked at.
    pub hottest: usize,
    /// Those that are shown.
    pub size: usize,
}

impl Default for Draw {
    /// 12 of the newest, 12 of the hottest, 6 shown, as released.
    fn default() -> Self {
        Self { newest: 12, hottest: 12, size: 6 }
    }
}

/// The cards to show a participant: of the newest (fewest impressions first, then the latest) and the hottest of those not
/// met before, the nearest to the participant's own cards.
///
/// `cards` are in the order in which they were made. A participant without embeddings is shown the first of them, newest
/// before hottest.
///
/// # Source
/// The released code of arXiv 2404.10636.
///
/// # Errors
/// As [`nearest_to_mean`].
///
/// # Examples
/// ```
/// use probity::moral_graph::{CardStats, Draw, draw_cards};
/// let card = |id, votes, impressions| CardStats { id, votes, impressions };
/// let cards: [(CardStats, &[f64]); 3] =
///     [(card(1, 9, 9), &[1.0, 0.0]), (card(2, 0, 5), &[0.0, 1.0]), (card(3, 0, 5), &[1.0, 1.0])];
/// let draw = Draw { newest: 1, hottest: 1, size: 1 };
/// // The newest is 3 (the later of two shown 5 times), the hottest 1.
/// assert_eq!(draw_cards(&cards, &[], &[&[1.0, 0.1]], &draw)?, [1]);
/// assert_eq!(draw_cards(&cards, &[1], &[], &draw)?, [3]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn draw_cards(
    cards: &[(CardStats, &[f64])],
    met: &[u32],
    own: &[&[f64]],
    draw: &Draw,
) -> Result<Vec<u32>> {
    let met: HashSet<u32> = met.iter().copied().collect();
    let fresh: Vec<(CardStats, &[f64])> =
        cards.iter().filter(|(card, _)| !met.contains(&card.id)).copied().collect();
    let stats: Vec<CardStats> = fresh.iter().map(|(card, _)| *card).collect();
    let mut newest: Vec<usize> = (0..fresh.len()).rev().collect();
    newest.sort_by_key(|&i| stats[i].impressions);
    let hottest = hotness_order(&stats);
    let mut taken = HashSet::new();
    let drawn = newest.into_iter().take(draw.newest).chain(hottest.into_iter().take(draw.hottest));
    let drawn: Vec<(u32, &[f64])> =
        drawn.filter(|&i| taken.insert(i)).map(|i| (fresh[i].0.id, fresh[i].1)).collect();
    if own.is_empty() {
        return Ok(drawn.into_iter().map(|(id, _)| id).take(draw.size).collect());
    }
    Ok(nearest_to_mean(own, &drawn, draw.size)?.into_iter().map(|(id, _)| id).collect())
}
