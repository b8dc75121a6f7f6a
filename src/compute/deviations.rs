use std::ops::ControlFlow;

use crate::compute::backend::Cpu;
use crate::compute::{Backend, ComputeError, Result};
use crate::error::{Error, Undefined};
use crate::inference::parallel;
use crate::kernels::{Side, degress};
use crate::num::sum;

/// A document, of which a model made an output for each of some users; all distances are from 0 to 1.
///
/// Matrices are users × users, row by row, the diagonal unread; the rest is one number a user.
#[derive(Debug, Clone, Copy)]
pub struct DeviationDocument<'a> {
    /// Distances between the users' own outputs.
    pub user_user: &'a [f64],
    /// Distance of each user's own output to the document.
    pub user_document: &'a [f64],
    /// Distances between the model's outputs for the users.
    pub model_model: &'a [f64],
    /// Distance of the model's output for each user to the document.
    pub model_document: &'a [f64],
    /// Distance of the model's output for each user to that user's own; NaN is missing and counts as 1.
    pub model_user: &'a [f64],
}

impl DeviationDocument<'_> {
    pub(super) fn users(&self) -> usize {
        self.model_user.len()
    }

    fn check(&self, document: usize) -> Result<()> {
        let users = self.users();
        let squares = [("user-user distances", self.user_user), ("model-model distances", self.model_model)];
        let rows = [
            ("user-document distances", self.user_document),
            ("model-document distances", self.model_document),
        ];
        let lengths =
            squares.map(|named| (named, users * users)).into_iter().chain(rows.map(|named| (named, users)));
        for ((what, distances), expected) in lengths {
            if distances.len() != expected {
                let expected = format!("{expected} for {users} users of document {document}");
                return Err(ComputeError::shape(what, expected, distances.len().to_string()));
            }
        }
        let allowed = |d: f64| (0.0..=1.0).contains(&d);
        let off_diagonal =
            |square: &[f64]| square.iter().enumerate().all(|(at, &d)| at % (users + 1) == 0 || allowed(d));
        let in_range = [
            ("user-user distances", off_diagonal(self.user_user)),
            ("model-model distances", off_diagonal(self.model_model)),
            ("user-document distances", self.user_document.iter().all(|&d| allowed(d))),
            ("model-document distances", self.model_document.iter().all(|&d| allowed(d))),
            ("model-user distances", self.model_user.iter().all(|&d| d.is_nan() || allowed(d))),
        ];
        match in_range.into_iter().find(|&(_, ok)| !ok) {
            Some((name, _)) => {
                let found = format!("another number in document {document}");
                Err(Error::argument(name, "numbers from 0 to 1", found).into())
            }
            None => Ok(()),
        }
    }
}

/// S(x) = 1/(1 + 10^alpha · exp(−10^beta · x)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid {
    /// Ten to this is the odds against at 0.
    pub alpha: f64,
    /// Ten to this is the slope.
    pub beta: f64,
}

impl Sigmoid {
    fn at(self, x: f64) -> f64 {
        1.0 / (1.0 + 10f64.powf(self.alpha) * (-(10f64.powf(self.beta)) * x).exp())
    }
}

/// What the deviations may be computed with instead of the defaults.
///
/// | option | default |
/// |---|---|
/// | [`inconsistency`](Self::inconsistency) | alpha 4, beta 1 |
/// | [`drop`](Self::drop) | alpha 4, beta 1 |
/// | [`penalty`](Self::penalty) | alpha 3, beta 1 |
/// | [`raw`](Self::raw) | false |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeviationOptions {
    inconsistency: Sigmoid,
    drop: Sigmoid,
    penalty: Sigmoid,
    pub(super) raw: bool,
}

impl Default for DeviationOptions {
    fn default() -> Self {
        let steep = Sigmoid { alpha: 4.0, beta: 1.0 };
        Self { inconsistency: steep, drop: steep, penalty: Sigmoid { alpha: 3.0, beta: 1.0 }, raw: false }
    }
}

impl DeviationOptions {
    /// The sigmoid of the accuracy-inconsistency penalty.
    #[must_use]
    pub fn inconsistency(self, inconsistency: Sigmoid) -> Self {
        Self { inconsistency, ..self }
    }

    /// The sigmoid of the accuracy-drop penalty.
    #[must_use]
    pub fn drop(self, drop: Sigmoid) -> Self {
        Self { drop, ..self }
    }

    /// The sigmoid of the effective penalty on DEGRESS.
    #[must_use]
    pub fn penalty(self, penalty: Sigmoid) -> Self {
        Self { penalty, ..self }
    }

    /// Distances themselves instead of their shares by softmax (the "simplified" variant of the published code).
    #[must_use]
    pub fn raw(self, raw: bool) -> Self {
        Self { raw, ..self }
    }
}

/// Keeps the divisions of the penalties from 0, and is added to the effective penalty, as the published code has it.
const EPSILON: f64 = 1e-7;

/// The deviations of one document.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DocumentDeviation {
    /// DEGRESS of each user; empty for fewer than two users.
    pub degress: Vec<f64>,
    /// PerSEval of each user.
    pub perseval: Vec<f64>,
    /// The smallest distance of a model's output to its user's own.
    pub accuracy_min: f64,
    /// The mean of these distances.
    pub accuracy_mean: f64,
    /// The accuracy-drop penalty.
    pub drop_penalty: f64,
}

/// A figure with the relative tolerance of the device that computed it; 0 on the CPU.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Approx {
    /// The figure.
    pub value: f64,
    /// How far it may be from the figure in f64, as a share of it.
    pub relative_tolerance: f64,
}

/// The deviations of a model over documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Deviations {
    documents: Vec<DocumentDeviation>,
    relative_tolerance: f64,
}

impl Deviations {
    /// The documents, in order.
    #[must_use]
    pub fn documents(&self) -> &[DocumentDeviation] {
        &self.documents
    }

    /// The tolerance of each DEGRESS.
    #[must_use]
    pub fn relative_tolerance(&self) -> f64 {
        self.relative_tolerance
    }

    /// Mean over the documents of the mean over their users.
    fn mean(&self, metric: &'static str, of: impl Fn(&DocumentDeviation) -> &[f64]) -> Result<Approx> {
        let figures = self.documents.iter().map(of).filter(|users| !users.is_empty());
        let means: Vec<f64> = figures.map(|users| sum(users.iter().copied()) / users.len() as f64).collect();
        if means.is_empty() {
            let reason = Undefined::Nothing { what: "documents with two users" };
            return Err(Error::undefined(metric, reason).into());
        }
        let value = sum(means.iter().copied()) / means.len() as f64;
        Ok(Approx { value, relative_tolerance: self.relative_tolerance })
    }

    /// How much the model's outputs differ from user to user as the users' own do: 1 is in the same measure.
    ///
    /// # Undefined
    /// Without a document of two users.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn degress(&self) -> Result<Approx> {
        self.mean("DEGRESS", |document| &document.degress)
    }

    /// 1 − DEGRESS: lower is more responsive to the users. The tolerance is one of DEGRESS.
    ///
    /// # Undefined
    /// As [`Deviations::degress`].
    ///
    /// # Errors
    /// As [`Deviations::degress`].
    pub fn egises(&self) -> Result<f64> {
        Ok(1.0 - self.degress()?.value)
    }

    /// DEGRESS with penalties for outputs far from what the users want: higher is better.
    ///
    /// # Undefined
    /// As [`Deviations::degress`].
    ///
    /// # Errors
    /// As [`Deviations::degress`].
    pub fn perseval(&self) -> Result<Approx> {
        self.mean("PerSEval", |document| &document.perseval)
    }

    /// The penalties, and with them PerSEval, from DEGRESS found on any device.
    pub(super) fn finish(
        documents: &[DeviationDocument<'_>],
        options: &DeviationOptions,
        degress: Vec<Vec<f64>>,
        relative_tolerance: f64,
    ) -> Self {
        let finish = |(document, degress): (&DeviationDocument<'_>, Vec<f64>)| {
            let accuracy: Vec<f64> =
                document.model_user.iter().map(|&a| if a.is_nan() { 1.0 } else { a }).collect();
            let accuracy_min = accuracy.iter().copied().fold(1.0, f64::min);
            let accuracy_mean = sum(accuracy.iter().copied()) / accuracy.len().max(1) as f64;
            let drop_penalty = options.drop.at(accuracy_min / (1.0 - accuracy_min + EPSILON));
            let perseval = degress.iter().zip(&accuracy).map(|(degress, a)| {
                let beyond = (a - accuracy_min) / (accuracy_mean - accuracy_min + EPSILON);
                let generalisation = options.inconsistency.at(beyond) + drop_penalty;
                degress * (1.0 - options.penalty.at(generalisation) + EPSILON)
            });
            let perseval = perseval.collect();
            DocumentDeviation { degress, perseval, accuracy_min, accuracy_mean, drop_penalty }
        };
        Self { documents: documents.iter().zip(degress).map(finish).collect(), relative_tolerance }
    }
}

/// DEGRESS of every user of every document, in f64.
pub(super) fn degress_of_users(
    cpu: &Cpu,
    documents: &[DeviationDocument<'_>],
    options: &DeviationOptions,
    progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
) -> Result<Vec<Vec<f64>>> {
    Ok(parallel::map_blocks(documents.len(), 1, cpu.threads, progress, |at| {
        let document = documents[at];
        let users = document.users();
        if users < 2 {
            return Ok(Vec::new());
        }
        let mut room = vec![0.0; 2 * users];
        let own = |user: usize| {
            let row = user * users..(user + 1) * users;
            let side = |between, to_document: &[f64]| Side { between, to_document: to_document[user] };
            let of_users = side(&document.user_user[row.clone()], document.user_document);
            let of_model = side(&document.model_model[row], document.model_document);
            degress(user, of_users, of_model, options.raw, &mut room)
        };
        Ok((0..users).map(own).collect())
    })?)
}

impl Backend {
    /// How far a model's outputs follow its users, document by document: EGISES and PerSEval.
    ///
    /// ```text
    /// w_jk = d(u_j, u_k)/d(u_j, document)       s_jk = softmax of w_jk over k ≠ j
    /// X_jk = s_jk · d(u_j, u_k), of the users' outputs; Y_jk of the model's
    /// DEGRESS_j = mean over k of (min(X, Y) + 10⁻⁵)/(max(X, Y) + 10⁻⁵)
    /// PerSEval_j = DEGRESS_j · (1 − S(S(a_j beyond the best) + S(best)) + 10⁻⁷)
    /// ```
    ///
    /// with a_j the distance of the model's output to the user's own. In f64 on the CPU, in f32 on a GPU: there
    /// [`Deviations::relative_tolerance`] is what DEGRESS may be off by.
    ///
    /// # Undefined
    /// A document with fewer than two users has no figures and enters no mean.
    ///
    /// # Missing values
    /// A missing distance to the user's own output counts as 1; no other may be missing.
    ///
    /// # Source
    /// Dasgupta et al., "PerSEval: Assessing Personalization in Text Summarizers" (2407.00453), and EGISES before it, as
    /// in the authors' package. The package does not subtract the greatest logit, which changes no value.
    ///
    /// # Errors
    /// [`ComputeError::Shape`] for matrices that do not fit; [`Error::Argument`] for a distance that is not from 0 to 1.
    ///
    /// # Complexity
    /// Two exponentials a pair of users of a document.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, DeviationDocument, DeviationOptions};
    /// let between = [0.0, 0.5, 0.5, 0.0];
    /// let document = DeviationDocument {
    ///     user_user: &between,
    ///     user_document: &[0.5, 0.4],
    ///     model_model: &between,
    ///     model_document: &[0.5, 0.4],
    ///     model_user: &[0.0, 0.0],
    /// };
    /// let found = Backend::cpu().deviations(&[document], &DeviationOptions::default())?;
    /// // The model does just what the users do, without an error: the ceiling of PerSEval.
    /// assert_eq!(found.egises()?, 0.0);
    /// assert!((found.perseval()?.value - 0.9989991).abs() < 1e-6);
    /// let none = Backend::cpu().deviations(&[], &DeviationOptions::default())?;
    /// assert!(none.degress().unwrap_err().is_undefined());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn deviations(
        &self,
        documents: &[DeviationDocument<'_>],
        options: &DeviationOptions,
    ) -> Result<Deviations> {
        self.deviations_with(documents, options, |_, _| ControlFlow::Continue(()))
    }

    /// As [`deviations`](Self::deviations); `progress` hears how many documents are done of how many.
    ///
    /// # Errors
    /// As [`deviations`](Self::deviations); [`Error::Cancelled`] when `progress` says `Break`.
    pub fn deviations_with(
        &self,
        documents: &[DeviationDocument<'_>],
        options: &DeviationOptions,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<Deviations> {
        for (at, document) in documents.iter().enumerate() {
            document.check(at)?;
        }
        #[cfg(feature = "gpu")]
        if let Self::Gpu(gpu) = self {
            let (degress, tolerance) = gpu.degress_of_users(documents, options, progress)?;
            return Ok(Deviations::finish(documents, options, degress, tolerance));
        }
        let degress = degress_of_users(self.host(), documents, options, progress)?;
        Ok(Deviations::finish(documents, options, degress, 0.0))
    }
}
