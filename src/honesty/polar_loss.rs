use crate::error::{Error, Result, Undefined};
use crate::honesty::polar_scores::Harmonizer;
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;

/// Probabilities below this count as this in a loss: that of a label which the harmonizer rules out would be infinite.
const LEAST_PROBABILITY: f64 = 1e-12;

/// How the losses of several sources at an item become one, each times its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Scalariser {
    /// Their sum.
    Linear,
    /// The square of their sum; the paper's choice.
    #[default]
    Quadratic,
    /// The root of the sum of their squares.
    Euclidean,
    /// The greatest.
    Chebyshev,
}

/// The loss with which a harmonizer learns from all sources at once, averaged over items.
///
/// ```text
/// l_j = −ln max(h(x)[vote_j], 10⁻¹²)        of the sources that vote; w_j = 1/m unless given, m counting all sources
/// linear Σ w_j l_j     quadratic (Σ w_j l_j)²     Euclidean √(Σ (w_j l_j)²)     Chebyshev max w_j l_j
/// ```
///
/// With a single source it is the plain sum of the losses, whatever the scalariser, and has no standard error; else the mean
/// over the items with a vote, with a Student t interval over them.
///
/// # Undefined
/// Without votes.
///
/// # Missing values
/// An abstention has no loss, but its source keeps its weight: the others are not scaled up.
///
/// # Source
/// POLAR, section 3, and pareto_learning.py, which does not clip.
///
/// # Errors
/// [`Error::Length`] for votes that are not a row of as many sources an item, or another number of weights;
/// [`Error::Index`] for a vote that is no class; [`Error::Argument`] for a weight that is negative or not finite;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::honesty::polar::{Harmonizer, Scalariser::{Chebyshev, Linear}, pareto_loss};
/// use probity::inference::Level;
/// let h = Harmonizer::from_rows(&[[0.5, 0.5], [0.5, 0.5]])?;
/// let votes = [[Some(0), Some(1)], [Some(1), None]];
/// let ln2 = std::f64::consts::LN_2;
/// let linear = pareto_loss(&h, &votes, None, Linear, Level::default())?;
/// assert!((linear.value - (ln2 + ln2 / 2.0) / 2.0).abs() < 1e-15);
/// let greatest = pareto_loss(&h, &votes, Some(&[0.5, 1.0]), Chebyshev, Level::default())?;
/// assert!((greatest.value - (ln2 + ln2 / 2.0) / 2.0).abs() < 1e-15);
/// let silent = pareto_loss(&h, &[[None, None]; 2], None, Linear, Level::default());
/// assert!(silent.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pareto_loss<R: AsRef<[Option<usize>]>>(
    harmonizer: &Harmonizer,
    votes: &[R],
    weights: Option<&[f64]>,
    scalariser: Scalariser,
    level: Level,
) -> Result<Estimate> {
    const METRIC: &str = "Pareto loss";
    let sources = harmonizer.check_votes(votes)?;
    let equal = vec![1.0 / sources as f64; sources];
    let weights = weights.unwrap_or(&equal);
    num::check_same_length("weights of the sources", sources, weights.len())?;
    if let Some(weight) = weights.iter().find(|w| !(**w >= 0.0 && w.is_finite())) {
        return Err(Error::argument("weight of a source", "a finite number of at least 0", weight));
    }
    let loss = |row: &[f64], vote: usize| {
        // Every vote is a class.
        -row.get(vote).copied().unwrap_or(0.0).max(LEAST_PROBABILITY).ln()
    };
    let items: Vec<Vec<f64>> = harmonizer
        .rows()
        .zip(votes)
        .map(|(row, votes)| {
            let weighted = votes.as_ref().iter().zip(weights);
            // A single source is not weighted.
            weighted
                .filter_map(|(vote, w)| {
                    vote.map(|v| if sources == 1 { loss(row, v) } else { w * loss(row, v) })
                })
                .collect()
        })
        .filter(|losses: &Vec<f64>| !losses.is_empty())
        .collect();
    if items.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "votes" }));
    }
    if sources == 1 {
        let n = items.len() as u64;
        return Ok(Estimate::new(METRIC, num::sum(items.into_iter().flatten())).counted(n, 1, n));
    }
    let scalar = |losses: &Vec<f64>| {
        let losses = losses.iter().copied();
        match scalariser {
            Scalariser::Linear => num::sum(losses),
            Scalariser::Quadratic => num::sum(losses).powi(2),
            Scalariser::Euclidean => num::sum(losses.map(|l| l * l)).sqrt(),
            Scalariser::Chebyshev => losses.fold(0.0, f64::max),
        }
    };
    let losses: Vec<f64> = items.iter().map(scalar).collect();
    mean_over_items(METRIC, "items with a vote", &losses, (0.0, f64::INFINITY), level)
}

/// How alike two sources pull at a harmonizer: the correlation of the gradients of their losses, for each pair.
///
/// ```text
/// g_ji = onehot(vote of source j at item i) − h(x_i), a row of zeros for an abstention
/// cov(a, b) = (1/n) Σ_i (g_ai − ḡ_a)·(g_bi − ḡ_b)     corr = cov(a, b)/√(cov(a, a) cov(b, b))
/// ```
///
/// The matrix is symmetric; row j is that of source j. Pairs of a source whose gradient does not vary are `None`.
///
/// # Undefined
/// Without votes.
///
/// # Source
/// POLAR, harmonizer_analysis.py. It runs over all items, also those without a vote.
///
/// # Errors
/// As [`pareto_loss`].
///
/// # Complexity
/// Items · classes · sources².
///
/// # Examples
/// ```
/// use probity::honesty::polar::{Harmonizer, gradient_correlation};
/// let h = Harmonizer::from_rows(&[[0.5, 0.5], [0.5, 0.5]])?;
/// let votes = [[Some(0), Some(1), None], [Some(1), Some(0), None]];
/// let found = gradient_correlation(&h, &votes)?;
/// assert_eq!((found[0][0], found[0][1], found[0][2]), (Some(1.0), Some(-1.0), None));
/// assert!(gradient_correlation(&h, &[[], []]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn gradient_correlation<R: AsRef<[Option<usize>]>>(
    harmonizer: &Harmonizer,
    votes: &[R],
) -> Result<Vec<Vec<Option<f64>>>> {
    let sources = harmonizer.check_votes(votes)?;
    let n = harmonizer.len() as f64;
    let centred = |source: usize| -> Vec<f64> {
        let mut gradients: Vec<f64> = Vec::with_capacity(harmonizer.len() * harmonizer.classes());
        for (row, votes) in harmonizer.rows().zip(votes) {
            let vote = votes.as_ref().get(source).copied().flatten();
            let entry = |(k, h): (usize, &f64)| vote.map_or(0.0, |v| f64::from(u8::from(v == k)) - h);
            gradients.extend(row.iter().enumerate().map(entry));
        }
        for k in 0..harmonizer.classes() {
            let column = || gradients.iter().skip(k).step_by(harmonizer.classes()).copied();
            let mean = num::sum(column()) / n;
            gradients.iter_mut().skip(k).step_by(harmonizer.classes()).for_each(|g| *g -= mean);
        }
        gradients
    };
    let gradients: Vec<Vec<f64>> = (0..sources).map(centred).collect();
    let product = |a: &[f64], b: &[f64]| num::sum(a.iter().zip(b).map(|(a, b)| a * b));
    let sizes: Vec<f64> = gradients.iter().map(|g| product(g, g)).collect();
    let entry = |a: usize, b: usize| {
        if a == b {
            return (sizes[a] > 0.0).then_some(1.0);
        }
        let correlation = product(&gradients[a], &gradients[b]) / (sizes[a].sqrt() * sizes[b].sqrt());
        correlation.is_finite().then(|| correlation.clamp(-1.0, 1.0))
    };
    Ok((0..sources).map(|a| (0..sources).map(|b| entry(a, b)).collect()).collect())
}
