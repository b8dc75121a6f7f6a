use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::compute::backend::Cpu;
use crate::compute::{Backend, ComputeError, Result};
use crate::error::{Error, Undefined};
use crate::inference::parallel;
use crate::kernels::{Side, degress, deviations};
use crate::num::mean;
use crate::personalization::{
    DocumentPersonalization, PersevalOptions, Personalization, PersonalizedDocument,
};

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
    personalization: Personalization,
    relative_tolerance: f64,
}

impl Deviations {
    /// The figures by user, document and system, with their uncertainty over documents.
    #[must_use]
    pub fn personalization(&self) -> &Personalization {
        &self.personalization
    }

    /// The tolerance of each DEGRESS.
    #[must_use]
    pub fn relative_tolerance(&self) -> f64 {
        self.relative_tolerance
    }

    /// Mean over the documents of the mean over their users.
    fn mean(&self, metric: &'static str, of: impl Fn(&DocumentPersonalization) -> f64) -> Result<Approx> {
        let means: Vec<f64> = self.personalization.documents().iter().flatten().map(of).collect();
        if means.is_empty() {
            let reason = Undefined::Nothing { what: "documents with two users" };
            return Err(Error::undefined(metric, reason).into());
        }
        Ok(Approx { value: mean(&means), relative_tolerance: self.relative_tolerance })
    }

    /// How much the model's outputs differ from user to user as the users' own do: 1 is in the same measure.
    ///
    /// # Undefined
    /// Without a document of two users.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn degress(&self) -> Result<Approx> {
        self.mean("DEGRESS", |document| document.degress)
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
        self.mean("PerSEval", |document| document.perseval)
    }

    /// The penalties, and with them PerSEval, from DEGRESS found on any device; NaN is none.
    fn finish(
        documents: &[PersonalizedDocument<'_>],
        options: &PersevalOptions,
        degress: Vec<Vec<f64>>,
        relative_tolerance: f64,
    ) -> Self {
        let finish = |(document, degress): (&PersonalizedDocument<'_>, Vec<f64>)| {
            let users = degress.into_iter().enumerate().filter(|(_, degress)| !degress.is_nan());
            let users = users.map(|(user, degress)| (user, document.pairs_of(user), degress));
            DocumentPersonalization::new(users, document.model_user, options)
        };
        let documents = documents.iter().zip(degress).map(finish).collect();
        Self { personalization: Personalization::new(documents), relative_tolerance }
    }
}

/// The documents, by the users' side that they have: of several systems, a document of each.
///
/// The same distances lie at the same place; distances that are equal elsewhere are not looked for.
fn with_the_same_users(documents: &[PersonalizedDocument<'_>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known = HashMap::new();
    for (at, document) in documents.iter().enumerate() {
        let PersonalizedDocument { user_user, user_document, .. } = document;
        let key = (user_user.as_ptr(), user_document.as_ptr(), document.users());
        let group = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// DEGRESS of every user of every document, in f64; NaN where no other user has a pair on both sides.
pub(super) fn degress_of_users(
    cpu: &Cpu,
    documents: &[PersonalizedDocument<'_>],
    options: &PersevalOptions,
    mut progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
) -> Result<Vec<Vec<f64>>> {
    let groups = with_the_same_users(documents);
    let done = AtomicU64::new(0);
    let in_documents = |_, _| progress(done.load(Ordering::Relaxed), documents.len() as u64);
    let of_groups = parallel::map_blocks(groups.len(), 1, cpu.threads, in_documents, |group| {
        let group: Vec<&PersonalizedDocument<'_>> = groups[group].iter().map(|&at| &documents[at]).collect();
        let mut found = vec![Vec::new(); group.len()];
        // All of them have its users.
        if let Some(first) = group.first().filter(|document| document.users() >= 2) {
            let users = first.users();
            let mut room = vec![0.0; 2 * users];
            let (of_users, of_model) = room.split_at_mut(users);
            for user in 0..users {
                let row = user * users..(user + 1) * users;
                let side = |between, to_document: &[f64]| Side { between, to_document: to_document[user] };
                let own = side(&first.user_user[row.clone()], first.user_document);
                deviations(user, own, options.raw, of_users);
                for (document, found) in group.iter().zip(&mut found) {
                    let own = side(&document.model_model[row.clone()], document.model_document);
                    deviations(user, own, options.raw, of_model);
                    found.push(degress(of_users, of_model));
                }
            }
        }
        done.fetch_add(group.len() as u64, Ordering::Relaxed);
        Ok(found)
    })?;
    let mut found = vec![Vec::new(); documents.len()];
    for (group, of_group) in groups.into_iter().zip(of_groups) {
        group.into_iter().zip(of_group).for_each(|(at, degress)| found[at] = degress);
    }
    Ok(found)
}

impl Backend {
    /// How far a model's outputs follow its users, document by document: EGISES and PerSEval.
    ///
    /// The figures are those of [`personalization`](fn@crate::personalization::personalization), to the rounding of f64
    /// on the CPU. On a GPU DEGRESS is computed in f32: [`Deviations::relative_tolerance`] is what it may be off by.
    ///
    /// # Undefined
    /// A document with fewer than two users has no figures and enters no mean.
    ///
    /// # Missing values
    /// As [`PersonalizedDocument`] says. A GPU leaves the rows of users with missing distances to the CPU.
    ///
    /// # Source
    /// As [`personalization`](fn@crate::personalization::personalization).
    ///
    /// # Errors
    /// [`ComputeError::Shape`] for matrices that do not fit; [`Error::Argument`] for a distance that is not from 0 to 1.
    ///
    /// # Complexity
    /// Two exponentials a pair of users of a document; one where the users' side stands in another document too.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::Backend;
    /// use probity::personalization::{PersevalOptions, PersonalizedDocument};
    /// let between = [0.0, 0.5, 0.5, 0.0];
    /// let document = PersonalizedDocument {
    ///     user_user: &between,
    ///     user_document: &[0.5, 0.4],
    ///     model_model: &between,
    ///     model_document: &[0.5, 0.4],
    ///     model_user: &[0.0, 0.0],
    /// };
    /// let found = Backend::cpu().deviations(&[document], &PersevalOptions::default())?;
    /// // The model does just what the users do, without an error: the ceiling of PerSEval.
    /// assert_eq!(found.egises()?, 0.0);
    /// assert!((found.perseval()?.value - 0.9989991).abs() < 1e-6);
    /// let none = Backend::cpu().deviations(&[], &PersevalOptions::default())?;
    /// assert!(none.degress().unwrap_err().is_undefined());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn deviations(
        &self,
        documents: &[PersonalizedDocument<'_>],
        options: &PersevalOptions,
    ) -> Result<Deviations> {
        self.deviations_with(documents, options, |_, _| ControlFlow::Continue(()))
    }

    /// As [`deviations`](Self::deviations); `progress` hears how many documents are done of how many.
    ///
    /// # Errors
    /// As [`deviations`](Self::deviations); [`Error::Cancelled`] when `progress` says `Break`.
    pub fn deviations_with(
        &self,
        documents: &[PersonalizedDocument<'_>],
        options: &PersevalOptions,
        progress: impl FnMut(u64, u64) -> ControlFlow<()> + Send,
    ) -> Result<Deviations> {
        for (at, document) in documents.iter().enumerate() {
            if let Some((what, expected, found)) = document.wrong_length() {
                let expected = format!("{expected} for {} users of document {at}", document.users());
                return Err(ComputeError::shape(what, expected, found.to_string()));
            }
            document.check_distances(at)?;
        }
        #[cfg(feature = "gpu")]
        if let Self::Gpu(gpu) = self {
            let (degress, tolerance) = gpu.degress_of_users(documents, options, progress)?;
            return Ok(Deviations::finish(documents, options, degress, tolerance));
        }
        let degress = degress_of_users(self.host(), documents, options, progress)?;
        Ok(Deviations::finish(documents, options, degress, 0.0))
    }

    /// [`deviations`](Self::deviations) of many systems in one job, in their order: a device is filled once, and threads
    /// wait for each other once.
    ///
    /// The systems need not have the same documents. Where documents of several systems borrow the same distances of users,
    /// their weights are computed once.
    ///
    /// # Errors
    /// As [`deviations`](Self::deviations); documents are counted over all systems.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::Backend;
    /// use probity::personalization::{PersevalOptions, PersonalizedDocument};
    /// let (users, same) = ([0.0, 0.5, 0.5, 0.0], [0.0; 4]);
    /// let to = [0.5, 0.4];
    /// let responsive = PersonalizedDocument {
    ///     user_user: &users,
    ///     user_document: &to,
    ///     model_model: &users,
    ///     model_document: &to,
    ///     model_user: &[0.1, 0.1],
    /// };
    /// let deaf = PersonalizedDocument { model_model: &same, ..responsive };
    /// let found = Backend::cpu()
    ///     .deviations_of_systems(&[vec![responsive], vec![deaf], vec![]], &PersevalOptions::default())?;
    /// assert!(found[0].perseval()?.value > found[1].perseval()?.value);
    /// assert!(found[2].perseval().unwrap_err().is_undefined());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn deviations_of_systems<'a, D: AsRef<[PersonalizedDocument<'a>]>>(
        &self,
        systems: &[D],
        options: &PersevalOptions,
    ) -> Result<Vec<Deviations>> {
        let all: Vec<PersonalizedDocument<'a>> =
            systems.iter().flat_map(|system| system.as_ref().iter().copied()).collect();
        let Deviations { personalization, relative_tolerance } = self.deviations(&all, options)?;
        let mut documents = personalization.into_documents().into_iter();
        let split = systems.iter().map(|system| {
            let of_system = documents.by_ref().take(system.as_ref().len()).collect();
            Deviations { personalization: Personalization::new(of_system), relative_tolerance }
        });
        Ok(split.collect())
    }
}
