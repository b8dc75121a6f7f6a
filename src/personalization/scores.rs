use std::collections::BTreeMap;

use crate::error::{Error, Result, Undefined};
use crate::inference::{Bootstrap, Difference, Estimate, Kinds, Level, mean_over_items};
use crate::num;
use crate::personalization::{PersevalOptions, PersonalizedDocument};

/// How well a model serves one user of a document.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct UserPersonalization {
    /// The user's place in the document.
    pub user: usize,
    /// How many other users the user is compared with.
    pub pairs: u64,
    /// How far the model's outputs deviate from user to user as the users' own do, from 0 to 1.
    pub degress: f64,
    /// The distance of the model's output to the user's own; 1 where it is missing.
    pub accuracy_distance: f64,
    /// ACP, the accuracy-inconsistency penalty.
    pub inconsistency_penalty: f64,
    /// DGP, the penalty of the document and of the user together, from 0 to 2.
    pub generalization_penalty: f64,
    /// EDP, what DEGRESS is multiplied by: the greater, the less is taken.
    pub effective_penalty: f64,
    /// DEGRESS · EDP.
    pub perseval: f64,
}

/// How well a model serves the users of one document.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DocumentPersonalization {
    /// The users who are in the first place of a pair that both sides have, in order.
    pub users: Vec<UserPersonalization>,
    /// The smallest distance of an output to its user's own.
    pub accuracy_min: f64,
    /// The mean of these distances.
    pub accuracy_mean: f64,
    /// ADP, the accuracy-drop penalty.
    pub drop_penalty: f64,
    /// Mean DEGRESS of the users.
    pub degress: f64,
    /// Mean PerSEval of the users.
    pub perseval: f64,
}

impl DocumentPersonalization {
    /// The penalties, and with them PerSEval, of users (place, pairs, DEGRESS); none of no users.
    pub(crate) fn new(
        degress: impl Iterator<Item = (usize, u64, f64)>,
        model_user: &[f64],
        options: &PersevalOptions,
    ) -> Option<Self> {
        let distance = |user: usize| model_user.get(user).copied().filter(|a| !a.is_nan()).unwrap_or(1.0);
        let found: Vec<_> =
            degress.map(|(user, pairs, degress)| (user, pairs, degress, distance(user))).collect();
        if found.is_empty() {
            return None;
        }
        let n = found.len() as f64;
        let accuracy_min = found.iter().fold(1.0, |least: f64, u| least.min(u.3));
        let accuracy_mean = num::sum(found.iter().map(|u| u.3)) / n;
        let epsilon = options.epsilon;
        let drop_penalty = options.drop.at(accuracy_min / (1.0 - accuracy_min + epsilon));
        let user = |(user, pairs, degress, accuracy_distance): (usize, u64, f64, f64)| {
            let beyond = (accuracy_distance - accuracy_min) / (accuracy_mean - accuracy_min + epsilon);
            let inconsistency_penalty = options.inconsistency.at(beyond);
            let generalization_penalty = inconsistency_penalty + drop_penalty;
            let effective_penalty = 1.0 - options.penalty.at(generalization_penalty) + epsilon;
            UserPersonalization {
                user,
                pairs,
                degress,
                accuracy_distance,
                inconsistency_penalty,
                generalization_penalty,
                effective_penalty,
                perseval: degress * effective_penalty,
            }
        };
        let users: Vec<UserPersonalization> = found.into_iter().map(user).collect();
        let degress = num::sum(users.iter().map(|u| u.degress)) / n;
        let perseval = num::sum(users.iter().map(|u| u.perseval)) / n;
        Some(Self { users, accuracy_min, accuracy_mean, drop_penalty, degress, perseval })
    }

    /// The mean of the users' DEGRESS, each as often as the user has pairs: the mean of all ratios.
    #[must_use]
    pub fn degress_pair_weighted(&self) -> f64 {
        let pairs: u64 = self.users.iter().map(|u| u.pairs).sum();
        num::sum(self.users.iter().map(|u| u.degress * u.pairs as f64)) / pairs as f64
    }
}

/// How well a model serves the users of documents. From [`personalization`] or
/// [`Backend::deviations`](crate::compute::Backend::deviations).
#[derive(Debug, Clone, PartialEq)]
pub struct Personalization {
    documents: Vec<Option<DocumentPersonalization>>,
}

impl Personalization {
    pub(crate) fn new(documents: Vec<Option<DocumentPersonalization>>) -> Self {
        Self { documents }
    }

    pub(crate) fn into_documents(self) -> Vec<Option<DocumentPersonalization>> {
        self.documents
    }

    /// The documents, in order; none without two users who have outputs on both sides.
    #[must_use]
    pub fn documents(&self) -> &[Option<DocumentPersonalization>] {
        &self.documents
    }

    fn mean(
        &self,
        metric: &'static str,
        of: impl Fn(&DocumentPersonalization) -> f64,
        level: Level,
    ) -> Result<Estimate> {
        let values: Vec<f64> = self.documents.iter().flatten().map(of).collect();
        let users: u64 = self.documents.iter().flatten().map(|d| d.users.len() as u64).sum();
        let items = values.len() as u64;
        let mean = mean_over_items(metric, "documents with two users", &values, (0.0, 1.0), level)?;
        Ok(mean.counted(items, 1, users))
    }

    /// How far the model's outputs deviate from user to user as the users' own do: 1 is in the same measure.
    ///
    /// Every document counts once, with the mean of its users; the interval is Student's over documents, cut to 0..1.
    ///
    /// # Undefined
    /// Without a document of two users.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn degress(&self, level: Level) -> Result<Estimate> {
        self.mean("DEGRESS", |document| document.degress, level)
    }

    /// As [`degress`](Self::degress), a document's value being the mean of its pairs instead of its users.
    ///
    /// # Source
    /// What the published code computes EGISES from; it differs where some pairs are missing.
    ///
    /// # Errors
    /// As [`degress`](Self::degress).
    pub fn degress_pair_weighted(&self, level: Level) -> Result<Estimate> {
        self.mean("DEGRESS, pair-weighted", DocumentPersonalization::degress_pair_weighted, level)
    }

    /// EGISES = 1 − DEGRESS: lower is more responsive to the users.
    ///
    /// # Errors
    /// As [`degress`](Self::degress).
    pub fn egises(&self, level: Level) -> Result<Estimate> {
        self.mean("EGISES", |document| 1.0 - document.degress, level)
    }

    /// DEGRESS with penalties for outputs far from what the users want: higher is better, and never above DEGRESS.
    ///
    /// # Errors
    /// As [`degress`](Self::degress).
    pub fn perseval(&self, level: Level) -> Result<Estimate> {
        self.mean("PerSEval", |document| document.perseval, level)
    }

    /// The mean distance of the model's outputs to the users' own, over all users of all documents: lower is better.
    ///
    /// The standard error is over users of documents as if they were independent.
    ///
    /// # Errors
    /// As [`degress`](Self::degress).
    pub fn accuracy_distance(&self, level: Level) -> Result<Estimate> {
        let users = self.documents.iter().flatten().flat_map(|document| &document.users);
        let distances: Vec<f64> = users.map(|user| user.accuracy_distance).collect();
        mean_over_items("accuracy distance", "documents with two users", &distances, (0.0, 1.0), level)
    }

    /// PerSEval of each user, over the documents where the user has one: whom does the model fail?
    ///
    /// `names` holds a name for every user of every document, in the order of the distances.
    ///
    /// # Errors
    /// [`Error::Length`] if the names are not one list a document; [`Error::Index`] if a user has no name.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Level;
    /// use probity::personalization::{PersevalOptions, PersonalizedDocument, personalization};
    /// let between = [0.0, 0.5, 0.5, 0.0];
    /// let document = PersonalizedDocument {
    ///     user_user: &between,
    ///     user_document: &[0.5, 0.4],
    ///     model_model: &between,
    ///     model_document: &[0.5, 0.4],
    ///     model_user: &[0.1, 0.6],
    /// };
    /// let found = personalization(&[document], &PersevalOptions::default())?;
    /// let by_user = found.by_user(&[["ann", "bob"]], Level::default())?;
    /// assert!(by_user["ann"].value > 0.9 && by_user["bob"].value < 0.1);
    /// assert!(found.by_user::<&str, [&str; 2]>(&[], Level::default()).is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn by_user<U: Ord + Clone, L: AsRef<[U]>>(
        &self,
        names: &[L],
        level: Level,
    ) -> Result<BTreeMap<U, Estimate>> {
        num::check_same_length("names of users", self.documents.len(), names.len())?;
        let mut values: BTreeMap<U, Vec<f64>> = BTreeMap::new();
        for (document, names) in self.documents.iter().zip(names) {
            for user in document.iter().flat_map(|document| &document.users) {
                let names = names.as_ref();
                let unnamed = Error::Index { what: "name of user", index: user.user, len: names.len() };
                let name = names.get(user.user).ok_or(unnamed)?;
                values.entry(name.clone()).or_default().push(user.perseval);
            }
        }
        let mean = |(name, values): (U, Vec<f64>)| {
            Ok((name, mean_over_items("PerSEval", "documents of the user", &values, (0.0, 1.0), level)?))
        };
        values.into_iter().map(mean).collect()
    }

    /// PerSEval here and of another model, of every document that both have.
    fn paired(&self, other: &Self) -> Result<Vec<(f64, f64)>> {
        num::check_same_length("documents of the other model", self.documents.len(), other.documents.len())?;
        let both = self.documents.iter().zip(&other.documents);
        Ok(both.filter_map(|(a, b)| Some((a.as_ref()?.perseval, b.as_ref()?.perseval))).collect())
    }

    /// How much higher PerSEval is than another model's on the same documents, with a Student t interval over the
    /// documents that both have.
    ///
    /// # Undefined
    /// Without a document that both have.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said; [`Error::Length`] for another number of documents.
    pub fn perseval_difference(&self, other: &Self, level: Level) -> Result<Estimate> {
        let differences: Vec<f64> = self.paired(other)?.into_iter().map(|(a, b)| a - b).collect();
        mean_over_items(
            "difference of PerSEval",
            "documents of both models",
            &differences,
            (-1.0, 1.0),
            level,
        )
    }

    /// As [`perseval_difference`](Self::perseval_difference), by a bootstrap over the documents that both models have: a
    /// document is drawn with both figures.
    ///
    /// # Undefined
    /// Without a document that both have; and as the interval asked for says.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said; [`Error::Length`] for another number of documents; [`Error::Argument`] for a bootstrap
    /// of raters or a studentised interval.
    ///
    /// # Examples
    /// ```
    /// use probity::inference::Bootstrap;
    /// use probity::personalization::{PersevalOptions, PersonalizedDocument, personalization};
    /// let (users, same) = ([0.0, 0.5, 0.5, 0.0], [0.0; 4]);
    /// let responsive = PersonalizedDocument {
    ///     user_user: &users,
    ///     user_document: &[0.5, 0.4],
    ///     model_model: &users,
    ///     model_document: &[0.5, 0.4],
    ///     model_user: &[0.1, 0.1],
    /// };
    /// let deaf = PersonalizedDocument { model_model: &same, ..responsive };
    /// let options = PersevalOptions::default();
    /// let (one, other) = (personalization(&[responsive; 8], &options)?, personalization(&[deaf; 8], &options)?);
    /// let found = one.perseval_bootstrap_difference(&other, &Bootstrap::new(1).resamples(200)?)?;
    /// assert!(found.first > found.second && found.replicates.interval().lower > 0.0 && found.p_value() < 0.05);
    /// let nothing = personalization(&[], &options)?;
    /// assert!(nothing.perseval_bootstrap_difference(&nothing, &Bootstrap::new(1)).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn perseval_bootstrap_difference(&self, other: &Self, bootstrap: &Bootstrap) -> Result<Difference> {
        const METRIC: &str = "difference of PerSEval";
        let both = self.paired(other)?;
        let mean = |counts: &[u64], of: fn(&(f64, f64)) -> f64| {
            let documents = counts.iter().sum::<u64>() as f64;
            let sum = num::sum(both.iter().zip(counts).map(|(pair, &n)| of(pair) * n as f64));
            num::ratio(METRIC, sum, documents, Undefined::Nothing { what: "documents of both models" })
        };
        let once = vec![1; both.len()];
        let (first, second) = (mean(&once, |pair| pair.0)?, mean(&once, |pair| pair.1)?);
        let difference = |counts: &[u64]| vec![mean(counts, |pair| pair.0 - pair.1)];
        let mut found = bootstrap.run_joint(Kinds::singles(both.len()), difference)?;
        let nothing = || Err(Error::undefined(METRIC, Undefined::Nothing { what: "resamples" }));
        let replicates = found.pop().unwrap_or_else(nothing)?;
        Ok(Difference { first, second, replicates })
    }
}

/// How far a model's outputs follow its users, by user and document: DEGRESS, EGISES and PerSEval.
///
/// ```text
/// DEGRESS_ij  = mean over k of the ratio of the deviations (j, k), as in PersonalizedDocument::pairs
/// ACP_ij      = S((a_j − min a)/(mean a − min a + ε); 4, 1)      a_j: distance of the output for j to j's own
/// ADP_i       = S(min a/(1 − min a + ε); 4, 1)
/// DGP_ij      = ACP_ij + ADP_i
/// EDP_ij      = 1 − S(DGP_ij; 3, 1) + ε
/// PerSEval_ij = DEGRESS_ij · EDP_ij;   a document is the mean of its users, a system the mean of its documents
/// S(x; α, β)  = 1/(1 + 10^α · exp(−10^β · x))
/// ```
///
/// This is the plain form, pair by pair; [`Backend::deviations`](crate::compute::Backend::deviations) gives the same
/// figures faster, on many threads or a GPU, and for many systems at once.
///
/// # Undefined
/// A document with fewer than two users whom both sides have has no figures and enters no mean.
///
/// # Missing values
/// As [`PersonalizedDocument`] says. The accuracy terms are over the users who have a DEGRESS.
///
/// # Source
/// Dasgupta et al., "PerSEval: Assessing Personalization in Text Summarizers" (2407.00453), and EGISES before it
/// ("Accuracy is not enough", EMNLP 2023), with the constants of the authors' package `egises`.
///
/// # Errors
/// As [`PersonalizedDocument::pairs`].
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::personalization::{PersevalOptions, PersonalizedDocument, personalization};
/// let (users, same) = ([0.0, 0.5, 0.5, 0.0], [0.0; 4]);
/// let document = PersonalizedDocument {
///     user_user: &users,
///     user_document: &[0.5, 0.4],
///     model_model: &users,
///     model_document: &[0.5, 0.4],
///     model_user: &[0.0, 0.0],
/// };
/// let options = PersevalOptions::default();
/// let perfect = personalization(&[document], &options)?;
/// assert_eq!(perfect.egises(Level::default())?.value, 0.0);
/// // The ceiling of PerSEval.
/// assert!((perfect.perseval(Level::default())?.value - 0.9989991).abs() < 1e-6);
/// // One output for everybody: the least DEGRESS that users so far apart allow.
/// let deaf = personalization(&[PersonalizedDocument { model_model: &same, ..document }], &options)?;
/// assert!((deaf.degress(Level::default())?.value - 1e-5 / (0.5 + 1e-5)).abs() < 1e-15);
/// assert!(personalization(&[], &options)?.perseval(Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn personalization(
    documents: &[PersonalizedDocument<'_>],
    options: &PersevalOptions,
) -> Result<Personalization> {
    let of_document = |(at, document): (usize, &PersonalizedDocument<'_>)| {
        document.check(at)?;
        let pairs = document.checked_pairs(options);
        let of_users = pairs.chunk_by(|a, b| a.user == b.user).map(|pairs| {
            let sum = num::sum(pairs.iter().map(|pair| pair.ratio));
            (pairs[0].user, pairs.len() as u64, sum / pairs.len() as f64)
        });
        Ok(DocumentPersonalization::new(of_users, document.model_user, options))
    };
    Ok(Personalization::new(documents.iter().enumerate().map(of_document).collect::<Result<_>>()?))
}

/// Accuracy less what a model loses by not following its users.
///
/// ```text
/// P-Accuracy = accuracy − alpha · σ(beta · EGISES)
/// ```
///
/// # Undefined
/// Never.
///
/// # Source
/// The EGISES paper (EMNLP 2023) as remembered: its text was not at hand. `alpha` is from 0 to 1, `beta` above 0 and at
/// most 1.
///
/// # Errors
/// [`Error::Argument`] for an `alpha` or `beta` out of range or an EGISES that is not from 0 to 1;
/// [`Error::NotFinite`] for an accuracy that is no number.
///
/// # Examples
/// ```
/// use probity::personalization::p_accuracy;
/// assert_eq!(p_accuracy(0.75, 0.0, 0.5, 1.0)?, 0.5);
/// assert!(p_accuracy(0.75, 1.5, 0.5, 1.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn p_accuracy(accuracy: f64, egises: f64, alpha: f64, beta: f64) -> Result<f64> {
    num::check_finite("accuracy", &[accuracy])?;
    for (name, value) in [("EGISES", egises), ("alpha", alpha)] {
        num::check_probability(name, value)?;
    }
    if !(beta > 0.0 && beta <= 1.0) {
        return Err(Error::argument("beta", "a number above 0 and at most 1", beta));
    }
    Ok(accuracy - alpha * num::sigmoid(beta * egises))
}
