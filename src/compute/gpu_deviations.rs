use std::ops::{ControlFlow, Range};

use crate::compute::gpu_device::{Job, Kernel};
use crate::compute::gpu_plan::MAX_TRIPS;
use crate::compute::{ComputeError, Gpu, Result};
use crate::error::Error;
use crate::kernels::{RATIO_EPSILON, Side, degress};

/// Distances of one side: between the outputs for the users of each document, and to the document.
///
/// `between` holds a matrix users × users for each document, row by row, one document after the other; `to_document`
/// one distance for each user of each document.
#[derive(Debug, Clone, Copy)]
pub struct Distances<'a> {
    /// Between the outputs for two users.
    pub between: &'a [f64],
    /// To the document.
    pub to_document: &'a [f64],
}

/// Values of a device that computes in single precision, and how wrong they may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Approximate {
    /// The values.
    pub values: Vec<f64>,
    /// |value − exact| is at most this times the exact value, for every value.
    pub relative_tolerance: f64,
}

/// Threads of a workgroup; each takes every 64th user.
const THREADS: u64 = 64;
/// Logits up to which single precision keeps the tolerance; rows with greater ones are computed in double precision.
const MOST_LOGIT: f64 = 8.0;

/// The relative error of a row, at worst: what WGSL allows for the division (2.5 units of 2⁻²³) and the exponential
/// (3 + 2·|logit|), with the rounding of the distances, on both sides and in their sums; each further round of a thread
/// adds half a unit to each sum.
fn tolerance(users: u64) -> f64 {
    (160.0 + 4.0 * users.div_ceil(THREADS) as f64) * f64::from(f32::EPSILON)
}

impl Gpu {
    /// How alike the users' and the model's outputs deviate from user to user: for each user of each document, the mean
    /// over the other users of the smaller over the greater of the two sides' deviations (DEGRESS).
    ///
    /// ```text
    /// X_jk = d_jk · exp(d_jk / d_j) / Σ_{l≠j} exp(d_jl / d_j)     (raw: X_jk = d_jk)
    /// value_j = mean over k ≠ j of (min(X_jk, Y_jk) + 10⁻⁵) / (max(X_jk, Y_jk) + 10⁻⁵)
    /// ```
    /// with d_j the distance to the document (0: all weights are equal) and Y of the model's distances. `users` says how
    /// many each document has; documents with fewer than two have no value, and none stands in the result.
    ///
    /// # Design
    /// Single precision, with a stated tolerance; rows with logits above 8, where it would not hold, and those of
    /// more users than a workgroup can pass over are computed on the CPU in double precision.
    ///
    /// # Errors
    /// [`ComputeError::Shape`] for arrays of another length; [`Error::Argument`] for a distance that is negative or not
    /// finite, or of 2⁶⁴ and above; those of the device.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, Distances, GpuOptions};
    /// // Runs where there is an adapter.
    /// if let Ok(Backend::Gpu(gpu)) = Backend::gpu(&GpuOptions::new().allow_software(true)) {
    ///     let users = Distances { between: &[0.0, 0.4, 0.4, 0.0], to_document: &[0.5, 0.5] };
    ///     let model = Distances { between: &[0.0, 0.2, 0.2, 0.0], to_document: &[0.5, 0.5] };
    ///     let found = gpu.deviations(&[2], users, model, false)?;
    ///     assert!((found.values[0] - 0.2_f64 / 0.4).abs() < 1e-4 && found.relative_tolerance < 1e-4);
    ///     // A document with one user says nothing.
    ///     let one = Distances { between: &[0.0], to_document: &[0.5] };
    ///     assert!(gpu.deviations(&[1], one, one, false)?.values.is_empty());
    /// }
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn deviations(
        &self,
        users: &[usize],
        gold: Distances<'_>,
        model: Distances<'_>,
        raw: bool,
    ) -> Result<Approximate> {
        let rows = rows(users, [gold, model])?;
        let mut values = vec![0.0; rows.len()];
        let most_users = THREADS * MAX_TRIPS;
        let buffer_words = self.device.buffer_words();
        let mut here = Vec::new();
        let mut room = Vec::new();
        let mut worst = 0.0f64;
        for (row, value) in rows.iter().zip(&mut values) {
            let per = [gold, model].map(|side| row.logit_scale(side));
            let fits = row.users <= most_users.min(buffer_words);
            if fits && (raw || row.logits(gold, per[0]).max(row.logits(model, per[1])) <= MOST_LOGIT) {
                worst = worst.max(tolerance(row.users));
                here.push((*row, per.map(|scale| scale as f32), value));
            } else {
                room.resize(2 * row.users as usize, 0.0);
                *value = degress(row.user, row.side(gold), row.side(model), raw, &mut room);
            }
        }
        // Rows, as many a buffer as fit.
        let mut rest = here.as_mut_slice();
        while !rest.is_empty() {
            let mut words = 0;
            let fit = rest.iter().take_while(|(row, ..)| {
                words += row.users;
                words <= buffer_words
            });
            let (batch, others) = rest.split_at_mut(fit.count().max(1));
            self.deviations_of(batch, [gold, model], raw)?;
            rest = others;
        }
        Ok(Approximate { values, relative_tolerance: worst })
    }

    fn deviations_of(&self, batch: &mut [Taken<'_>], sides: [Distances<'_>; 2], raw: bool) -> Result<()> {
        let bases = batch.iter().scan(0u64, |sum, (row, ..)| {
            let base = *sum;
            *sum += row.users;
            Some(base)
        });
        let bases: Vec<u64> = bases.collect();
        let words = batch.iter().map(|(row, ..)| row.users).sum();
        let send = |side: Distances<'_>| {
            self.device.upload("distances", words, |upload| {
                for ((row, ..), &base) in batch.iter().zip(&bases) {
                    let bits: Vec<u32> = row.between(side).iter().map(|&d| (d as f32).to_bits()).collect();
                    upload.put(base, &bits);
                }
            })
        };
        let [gold, model] = [send(sides[0])?, send(sides[1])?];
        let results = self.device.results("deviations", batch.len() as u64)?;
        let jobs = batch.iter().zip(&bases).enumerate().map(|(i, ((row, per, _), &base))| {
            let [gold, model, epsilon] =
                [per[0].to_bits(), per[1].to_bits(), (RATIO_EPSILON as f32).to_bits()];
            let (users, user) = (row.users as u32, row.user as u32);
            let job: Job =
                [base as u32, users, user, i as u32, gold, model, epsilon, u32::from(!raw), 0, 0, 0, 0];
            (job, row.users * 64)
        });
        self.device
            .run(Kernel::Deviations, &[&gold, &model], &results, jobs, &mut |_| ControlFlow::Continue(()))?;
        let found = self.device.read(&results, batch.len() as u64)?;
        for ((row, _, value), bits) in batch.iter_mut().zip(found) {
            **value = f64::from(f32::from_bits(bits)) / (row.users - 1) as f64;
        }
        Ok(())
    }
}

/// A row, the scales of its logits, and where its value goes.
type Taken<'a> = (Row, [f32; 2], &'a mut f64);

/// A user of a document.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Its first distance in `between`, and its own in `to_document`.
    start: usize,
    to_document: usize,
    users: u64,
    user: usize,
}

impl Row {
    fn between(self, side: Distances<'_>) -> &[f64] {
        side.between.get(self.start..self.start + self.users as usize).unwrap_or(&[])
    }

    fn side(self, side: Distances<'_>) -> Side<'_> {
        Side {
            between: self.between(side),
            to_document: side.to_document.get(self.to_document).copied().unwrap_or(0.0),
        }
    }

    /// What a distance is multiplied by to be a logit.
    fn logit_scale(self, side: Distances<'_>) -> f64 {
        let to_document = self.side(side).to_document;
        if to_document == 0.0 { 0.0 } else { 1.0 / to_document }
    }

    /// The greatest logit.
    fn logits(self, side: Distances<'_>, scale: f64) -> f64 {
        self.between(side).iter().fold(0.0f64, |most, &d| most.max(d)) * scale
    }
}

/// The users that have a value.
fn rows(users: &[usize], sides: [Distances<'_>; 2]) -> Result<Vec<Row>> {
    let overflow = || ComputeError::from(Error::Overflow { what: "users² of all documents" });
    let mut rows = Vec::new();
    let (mut pairs, mut all) = (0usize, 0usize);
    for &n in users {
        let (first, first_user) = (pairs, all);
        pairs = n.checked_mul(n).and_then(|cells| pairs.checked_add(cells)).ok_or_else(overflow)?;
        all = all.checked_add(n).ok_or_else(overflow)?;
        if sides.iter().all(|side| side.between.len() >= pairs) {
            let row =
                |user| Row { start: first + user * n, to_document: first_user + user, users: n as u64, user };
            rows.extend((0..n).filter(|_| n >= 2).map(row));
        }
    }
    for Distances { between, to_document } in sides {
        if between.len() != pairs {
            return Err(ComputeError::shape("distances between users", pairs, between.len()));
        }
        if to_document.len() != all {
            return Err(ComputeError::shape("distances to documents", all, to_document.len()));
        }
        let bad =
            |range: &Range<f64>, values: &[f64]| values.iter().copied().find(|value| !range.contains(value));
        let allowed = 0.0..2f64.powi(64);
        if let Some(found) = bad(&allowed, between).or(bad(&allowed, to_document)) {
            return Err(Error::argument("distance", "from 0 to below 2⁶⁴", found).into());
        }
    }
    Ok(rows)
}
