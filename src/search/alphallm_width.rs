use crate::error::{Error, Result, Undefined};
use crate::num;

/// How much the choice of an option matters in a state.
///
/// ```text
/// I(s) = max over options o of |v([s, o]) − v(s)|
/// ```
///
/// # Undefined
/// Without options.
///
/// # Source
/// AlphaLLM, section 4.3.2.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::NotFinite`] for values that are not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::importance;
/// assert_eq!(importance(0.5, &[0.25, 3.5])?, 3.0);
/// assert!(importance(0.5, &[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn importance(state_value: f64, option_values: &[f64]) -> Result<f64> {
    num::check_finite("state value", &[state_value])?;
    farthest("importance", "options", state_value, option_values)
}

/// The largest distance of a child's mean value from the average of all.
///
/// # Undefined
/// Without children.
///
/// # Source
/// The published code of AlphaLLM, which has this in the place of [`importance`].
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::NotFinite`] for values that are not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::deviation;
/// assert_eq!((deviation(&[1.0, 0.0, 0.5])?, deviation(&[0.7])?), (0.5, 0.0));
/// assert!(deviation(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn deviation(child_means: &[f64]) -> Result<f64> {
    let average = num::sum(child_means.iter().copied()) / child_means.len().max(1) as f64;
    farthest("deviation of children", "children", average, child_means)
}

fn farthest(metric: &'static str, what: &'static str, centre: f64, values: &[f64]) -> Result<f64> {
    num::check_finite(what, values)?;
    let farthest = values.iter().map(|v| (v - centre).abs()).reduce(f64::max);
    let farthest = farthest.ok_or(Error::undefined(metric, Undefined::Nothing { what }))?;
    if farthest.is_finite() { Ok(farthest) } else { Err(Error::Overflow { what: metric }) }
}

/// The fewest and the most children of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The fewest, c_min.
    pub fewest: usize,
    /// The most, c_max.
    pub most: usize,
}

/// How many children a state of this importance should have.
///
/// ```text
/// n(s) = max(c_min, min(⌊α·I(s)⌋ + 1, c_max))
/// ```
///
/// # Source
/// AlphaLLM, section 4.3.2. The published code has [`released_width`] instead.
///
/// # Errors
/// [`Error::Argument`] for an importance or α that is negative or not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::{Bounds, paper_width};
/// let bounds = Bounds { fewest: 2, most: 10 };
/// let widths: Vec<_> = [0.0, 0.2, 0.5].map(|i| paper_width(i, 20.0, bounds)).into_iter().collect::<Result<_, _>>()?;
/// assert_eq!(widths, [2, 5, 10]);
/// assert!(paper_width(-1.0, 20.0, bounds).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn paper_width(importance: f64, alpha: f64, bounds: Bounds) -> Result<usize> {
    num::check_at_least_0("importance", importance)?;
    num::check_at_least_0("alpha", alpha)?;
    // The conversion to an integer saturates.
    let wanted = ((alpha * importance).floor() as usize).saturating_add(1);
    Ok(wanted.min(bounds.most).max(bounds.fewest))
}

/// How many children a node may have from now on.
///
/// ```text
/// max(current, min(trunc(factor·deviation), cap))
/// ```
///
/// # Source
/// The published code of AlphaLLM, with a cap of 10 and a factor of 2: without the "+ 1" of [`paper_width`], never
/// smaller than before.
///
/// # Errors
/// [`Error::Argument`] for a deviation or factor that is negative or not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::released_width;
/// assert_eq!((released_width(0.8, 10.0, 3, 10)?, released_width(0.1, 10.0, 3, 10)?), (8, 3));
/// assert_eq!(released_width(9.0, 10.0, 40, 10)?, 40);
/// assert!(released_width(f64::NAN, 10.0, 3, 10).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn released_width(deviation: f64, factor: f64, current: usize, cap: usize) -> Result<usize> {
    num::check_at_least_0("deviation", deviation)?;
    num::check_at_least_0("width factor", factor)?;
    Ok(current.max(((factor * deviation) as usize).min(cap)))
}

/// Two figures for the two distributions of option values that the paper looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Branching {
    /// If option values are uniform.
    pub uniform: f64,
    /// If option values are normal.
    pub gaussian: f64,
}

/// How far the best of m children falls short of the best option, at most.
///
/// ```text
/// uniform: I/(m − 1);  normal: I/√(m·ln m)
/// ```
///
/// # Undefined
/// For fewer than 2 children.
///
/// # Source
/// AlphaLLM, appendices A.3 and A.4.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Argument`] for an importance that is negative or not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::branching_error;
/// assert_eq!(branching_error(0.8, 9)?.uniform, 0.1);
/// assert!(branching_error(0.8, 1).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn branching_error(importance: f64, children: usize) -> Result<Branching> {
    num::check_at_least_0("importance", importance)?;
    if children < 2 {
        let reason = Undefined::TooFew { what: "children", needed: 2, found: children as u64 };
        return Err(Error::undefined("branching error", reason));
    }
    let m = children as f64;
    Ok(Branching { uniform: importance / (m - 1.0), gaussian: importance / (m * m.ln()).sqrt() })
}

/// The smallest number of children (not rounded) that keeps [`branching_error`] at `error`.
///
/// ```text
/// uniform: m = I/ε + 1;  normal: m·ln m = (I/ε)², m ≥ 1
/// ```
///
/// # Source
/// AlphaLLM, appendices A.3 and A.4. The second is solved by bisection to the last bit.
///
/// # Errors
/// [`Error::Argument`] for an importance that is negative or not finite or an error that is not above 0;
/// [`Error::Overflow`] if (I/ε)² leaves the range.
///
/// # Examples
/// ```
/// use probity::search::alphallm::optimal_branching;
/// let m = optimal_branching(0.8, 0.1)?;
/// assert_eq!(m.uniform, 9.0);
/// assert!((m.gaussian * m.gaussian.ln() - 64.0).abs() < 1e-12);
/// assert_eq!(optimal_branching(0.0, 0.1)?.gaussian, 1.0);
/// assert!(optimal_branching(0.8, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn optimal_branching(importance: f64, error: f64) -> Result<Branching> {
    num::check_at_least_0("importance", importance)?;
    num::check_positive("branching error", error)?;
    let ratio = importance / error;
    let square = ratio * ratio;
    if !square.is_finite() {
        return Err(Error::Overflow { what: "branching factor" });
    }
    // m·ln m grows from 0 at 1, and at square + 2 it is above the square.
    let (mut low, mut high) = (1.0, square + 2.0);
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if middle * middle.ln() <= square {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Branching { uniform: ratio + 1.0, gaussian: low })
}

/// How wide a [`Search`](super::alphallm::Search) is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Width {
    /// As in the paper: [`paper_width`] of the [`importance`] among the critics' scores of a node and of its children.
    Paper {
        /// α.
        alpha: f64,
        /// Children of the root.
        root: Bounds,
        /// Children of every other node.
        below: Bounds,
    },
    /// As in the published code: [`released_width`] of the [`deviation`] of the children's mean values.
    Released {
        /// What the deviation is multiplied by.
        factor: f64,
        /// The most children that a deviation can ask for.
        cap: usize,
        /// Children of the root to begin with.
        root: usize,
        /// Children of every other node to begin with.
        below: usize,
        /// The deepest level at which a node starts with more than one child; `None` for all.
        max_split_depth: Option<usize>,
    },
}

impl Default for Width {
    /// [`Width::released`].
    fn default() -> Self {
        Self::released()
    }
}

impl Width {
    /// The paper's settings for GSM8K with a small budget: α = 1, 10 to 60 children at the root, 2 to 10 below.
    #[must_use]
    pub fn paper() -> Self {
        let bounds = |fewest, most| Bounds { fewest, most };
        Self::Paper { alpha: 1.0, root: bounds(10, 60), below: bounds(2, 10) }
    }

    /// The settings of the published script: factor 2, cap 10, 40 children at the root and 3 below to begin with.
    #[must_use]
    pub fn released() -> Self {
        Self::Released { factor: 2.0, cap: 10, root: 40, below: 3, max_split_depth: None }
    }

    /// The width of a node at this depth before it has children.
    pub(super) fn first(&self, depth: usize) -> usize {
        match *self {
            Self::Paper { root, below, .. } => (if depth == 0 { root } else { below }).fewest,
            Self::Released { root, .. } if depth == 0 => root,
            Self::Released { max_split_depth: Some(deepest), .. } if depth > deepest => 1,
            Self::Released { below, .. } => below,
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        let factor = match *self {
            Self::Paper { alpha, .. } => alpha,
            Self::Released { factor, .. } => factor,
        };
        num::check_at_least_0("width factor", factor)?;
        if self.first(0) == 0 || self.first(1) == 0 {
            return Err(Error::argument("width", "at least 1 child of every node", 0));
        }
        Ok(())
    }
}
