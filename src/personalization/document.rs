use crate::error::{Error, Result};
use crate::kernels::deviation_ratio;
use crate::num;
use crate::personalization::PersevalOptions;

/// A document, of which a model made an output for each of some users; all distances are from 0 to 1, 0 being the same.
///
/// Matrices are users × users, row by row, the row being the first of an ordered pair (they need not be symmetric) and
/// the diagonal unread; the rest is one number a user.
///
/// # Missing values
/// NaN. A pair without a distance takes no part on its side; a user of whom one side has nothing has a row and a column of
/// NaN there, and no distance to the document. DEGRESS compares the pairs that both sides have. A missing distance to the
/// user's own output counts as 1, the greatest.
#[derive(Debug, Clone, Copy)]
pub struct PersonalizedDocument<'a> {
    /// Distances between the users' own outputs.
    pub user_user: &'a [f64],
    /// Distance of each user's own output to the document.
    pub user_document: &'a [f64],
    /// Distances between the model's outputs for the users.
    pub model_model: &'a [f64],
    /// Distance of the model's output for each user to the document.
    pub model_document: &'a [f64],
    /// Distance of the model's output for each user to that user's own ("accuracy distance", lower is better).
    pub model_user: &'a [f64],
}

/// How a user's output and another's deviate on both sides. From [`PersonalizedDocument::pairs`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DeviationPair {
    /// The first user of the ordered pair.
    pub user: usize,
    /// The second.
    pub other: usize,
    /// The deviation of the users' own outputs.
    pub users: f64,
    /// The deviation of the model's.
    pub model: f64,
    /// The smaller over the greater, with 10⁻⁵ added to both.
    pub ratio: f64,
}

impl PersonalizedDocument<'_> {
    /// How many users the document has.
    #[must_use]
    pub fn users(&self) -> usize {
        self.model_user.len()
    }

    /// What the lengths should be and are, the first that differ.
    pub(crate) fn wrong_length(&self) -> Option<(&'static str, usize, usize)> {
        let users = self.users();
        let lengths = [
            ("user-user distances", self.user_user.len(), users * users),
            ("model-model distances", self.model_model.len(), users * users),
            ("user-document distances", self.user_document.len(), users),
            ("model-document distances", self.model_document.len(), users),
        ];
        let wrong = lengths.into_iter().find(|&(_, found, expected)| found != expected);
        wrong.map(|(what, found, expected)| (what, expected, found))
    }

    /// Distances of matrices whose lengths are right.
    pub(crate) fn check_distances(&self, document: usize) -> Result<()> {
        let users = self.users();
        let allowed = |d: f64| d.is_nan() || (0.0..=1.0).contains(&d);
        // Without an early end the numbers are compared many at a time; the diagonal is looked for only if it matters.
        let all_allowed = |square: &[f64]| square.iter().map(|&d| u64::from(!allowed(d))).sum::<u64>() == 0;
        let off_diagonal = |square: &[f64]| {
            all_allowed(square)
                || square.iter().enumerate().all(|(at, &d)| at % (users + 1) == 0 || allowed(d))
        };
        // NaN to the document only where there is no pair that it would weigh.
        let to_document = |square: &[f64], to: &[f64]| {
            let mut rows = square.chunks(users.max(1)).zip(to).enumerate();
            rows.all(|(own, (row, &to))| {
                allowed(to) && (!to.is_nan() || row.iter().enumerate().all(|(k, d)| k == own || d.is_nan()))
            })
        };
        let in_range = [
            ("user-user distances", off_diagonal(self.user_user)),
            ("model-model distances", off_diagonal(self.model_model)),
            ("user-document distances", to_document(self.user_user, self.user_document)),
            ("model-document distances", to_document(self.model_model, self.model_document)),
            ("model-user distances", self.model_user.iter().all(|&d| allowed(d))),
        ];
        match in_range.into_iter().find(|&(_, ok)| !ok) {
            Some((name, _)) => {
                let found = format!("another number in document {document}");
                Err(Error::argument(name, "numbers from 0 to 1", found))
            }
            None => Ok(()),
        }
    }

    pub(super) fn check(&self, document: usize) -> Result<()> {
        match self.wrong_length() {
            Some((what, expected, found)) => Err(Error::Length { what, expected, found }),
            None => self.check_distances(document),
        }
    }

    /// Whether both sides have a distance of a user to another.
    fn has(&self, user: usize, other: usize) -> bool {
        let there = |square: &[f64]| square.get(user * self.users() + other).is_some_and(|d| !d.is_nan());
        user != other && there(self.user_user) && there(self.model_model)
    }

    /// The pairs that both sides have, of a user in the first place.
    pub(crate) fn pairs_of(&self, user: usize) -> u64 {
        let row = user * self.users()..(user + 1) * self.users();
        let (Some(x), Some(y)) = (self.user_user.get(row.clone()), self.model_model.get(row)) else {
            return 0;
        };
        let pairs = x.iter().zip(y).filter(|(x, y)| !(*x + *y).is_nan()).count() as u64;
        pairs - u64::from(x.get(user).zip(y.get(user)).is_some_and(|(x, y)| !(x + y).is_nan()))
    }

    /// Every ordered pair of users that both sides have, in order, with its deviations.
    ///
    /// ```text
    /// w_jk = d(u_j, u_k)/d(u_j, document), 0 if the divisor is      s_jk = softmax of w_jk over all k ≠ j of the side
    /// X_jk = s_jk · d(u_j, u_k), of the users' outputs; Y_jk of the model's
    /// ratio = (min(X, Y) + 10⁻⁵)/(max(X, Y) + 10⁻⁵)
    /// ```
    ///
    /// With [`PersevalOptions::raw`] X and Y are the distances themselves.
    ///
    /// # Missing values
    /// As the type says. A pair that only one side has takes its share of that side's softmax.
    ///
    /// # Source
    /// As [`personalization`](fn@super::personalization). The published code does not subtract the greatest logit, which
    /// changes no value; the oldest release rounds X and Y to four places, which is not done here.
    ///
    /// # Errors
    /// [`Error::Length`] for matrices that do not fit; [`Error::Argument`] for a distance that is not from 0 to 1.
    ///
    /// # Complexity
    /// Two exponentials a pair.
    ///
    /// # Examples
    /// ```
    /// use probity::personalization::{PersevalOptions, PersonalizedDocument};
    /// let document = PersonalizedDocument {
    ///     user_user: &[0.0, 0.4, 0.4, 0.0],
    ///     user_document: &[0.5, 0.5],
    ///     model_model: &[0.0, 0.2, f64::NAN, 0.0],
    ///     model_document: &[0.5, 0.5],
    ///     model_user: &[0.1, 0.1],
    /// };
    /// // The model has no distance of the second user to the first.
    /// let pairs = document.pairs(&PersevalOptions::default())?;
    /// assert_eq!((pairs.len(), pairs[0].users, pairs[0].model), (1, 0.4, 0.2));
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn pairs(&self, options: &PersevalOptions) -> Result<Vec<DeviationPair>> {
        self.check(0)?;
        Ok(self.checked_pairs(options))
    }

    /// [`pairs`](Self::pairs) of distances that were checked.
    pub(super) fn checked_pairs(&self, options: &PersevalOptions) -> Vec<DeviationPair> {
        let users = self.users();
        let mut pairs = Vec::new();
        for user in 0..users {
            let row = user * users..(user + 1) * users;
            let x = deviations(user, &self.user_user[row.clone()], self.user_document[user], options.raw);
            let y = deviations(user, &self.model_model[row], self.model_document[user], options.raw);
            let of_both = (0..).zip(x.into_iter().zip(y)).filter(|&(other, _)| self.has(user, other));
            pairs.extend(of_both.map(|(other, (users, model))| {
                let ratio = deviation_ratio(users, model);
                DeviationPair { user, other, users, model, ratio }
            }));
        }
        pairs
    }
}

/// A side's deviations of a user from all, by the definition; NaN where there is no distance.
fn deviations(own: usize, distances: &[f64], to_document: f64, raw: bool) -> Vec<f64> {
    if raw {
        return distances.to_vec();
    }
    let others = || distances.iter().enumerate().filter(|&(k, d)| k != own && !d.is_nan()).map(|(_, &d)| d);
    let most = others().fold(0.0, f64::max);
    let weight = |d: f64| if to_document == 0.0 { 1.0 } else { ((d - most) / to_document).exp() };
    let total = num::sum(others().map(weight));
    distances.iter().map(|&d| weight(d) / total * d).collect()
}
