//! Deviations on the device, in single precision with a stated tolerance.

use std::ops::ControlFlow;

use crate::compute::Result;
use crate::compute::gpu_device::{Device, Job, Kernel};
use crate::compute::gpu_plan::MAX_TRIPS;
use crate::error::Error;
use crate::kernels::{RATIO_EPSILON, Side, degress, deviations};
use crate::personalization::{PersevalOptions, PersonalizedDocument};

/// Threads of a workgroup; each takes every 64th user.
const THREADS: u64 = 64;
/// Logits up to which single precision keeps the tolerance; rows with greater ones are computed in double precision.
const MOST_LOGIT: f64 = 8.0;
/// Operations a pair of users, in the unit of the pair counts.
const WORK: u64 = 64;

/// The relative error of a row, at worst: what WGSL allows for the division (2.5 units of 2⁻²³) and the exponential
/// (3 + 2·|logit|), with the rounding of the distances, on both sides and in their sums; each further round of a thread
/// adds half a unit to each sum.
fn tolerance(users: usize) -> f64 {
    (160.0 + 4.0 * (users as u64).div_ceil(THREADS) as f64) * f64::from(f32::EPSILON)
}

/// A user of a document.
#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    user: usize,
    sides: [Side<'a>; 2],
}

impl<'a> Row<'a> {
    fn new(document: &PersonalizedDocument<'a>, user: usize) -> Self {
        let row = user * document.users()..(user + 1) * document.users();
        let side = |between: &'a [f64], to_document: &'a [f64]| Side {
            between: between.get(row.clone()).unwrap_or(&[]),
            to_document: to_document.get(user).copied().unwrap_or(0.0),
        };
        let users = side(document.user_user, document.user_document);
        Self { user, sides: [users, side(document.model_model, document.model_document)] }
    }

    fn users(&self) -> usize {
        self.sides[0].between.len()
    }

    /// What each side's distances are multiplied by to be logits.
    fn scales(&self) -> [f64; 2] {
        self.sides.map(|side| if side.to_document == 0.0 { 0.0 } else { 1.0 / side.to_document })
    }

    /// Whether the device keeps the tolerance. It knows no missing distances.
    fn fits(&self, buffer_words: u64, raw: bool) -> bool {
        let complete =
            |side: &Side<'_>| side.between.iter().enumerate().all(|(k, d)| k == self.user || !d.is_nan());
        let logits = |(side, scale): (&Side<'_>, f64)| {
            let others = side.between.iter().enumerate().filter(|&(k, _)| k != self.user);
            others.fold(0.0f64, |most, (_, &d)| most.max(d)) * scale
        };
        self.users() as u64 <= (THREADS * MAX_TRIPS).min(buffer_words)
            && self.sides.iter().all(complete)
            && (raw || self.sides.iter().zip(self.scales()).map(logits).all(|logit| logit <= MOST_LOGIT))
    }
}

/// DEGRESS of every user of every document, and the relative tolerance of each. Rows with logits above 8, where single
/// precision would not hold it, and rows with missing distances, are computed on the CPU in double precision; NaN where no other
/// user has a pair on both sides.
pub(super) fn degress_of_users(
    device: &Device,
    documents: &[PersonalizedDocument<'_>],
    options: &PersevalOptions,
    progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<(Vec<Vec<f64>>, f64)> {
    let has_pairs =
        |document: &PersonalizedDocument<'_>| if document.users() < 2 { 0 } else { document.users() };
    let mut found: Vec<Vec<f64>> = documents.iter().map(|document| vec![0.0; has_pairs(document)]).collect();
    let total = documents.len() as u64;
    let mut worst = 0.0f64;
    let mut room = Vec::new();
    let mut batch: Vec<(Row<'_>, &mut f64)> = Vec::new();
    let mut words = 0;
    for ((done, document), values) in (0..).zip(documents).zip(&mut found) {
        for (user, value) in values.iter_mut().enumerate() {
            let row = Row::new(document, user);
            if !row.fits(device.buffer_words(), options.raw) {
                room.resize(2 * row.users(), 0.0);
                let (x, y) = room.split_at_mut(row.users());
                deviations(user, row.sides[0], options.raw, x);
                deviations(user, row.sides[1], options.raw, y);
                *value = degress(x, y);
                continue;
            }
            if words + row.users() as u64 > device.buffer_words() {
                run(device, &mut batch, options.raw)?;
                (words, batch) = (0, Vec::new());
                if progress(done, total).is_break() {
                    return Err(Error::Cancelled.into());
                }
            }
            worst = worst.max(tolerance(row.users()));
            words += row.users() as u64;
            batch.push((row, value));
        }
    }
    run(device, &mut batch, options.raw)?;
    if progress(total, total).is_break() {
        return Err(Error::Cancelled.into());
    }
    Ok((found, worst))
}

/// Rows whose distances fit into a buffer.
fn run(device: &Device, batch: &mut [(Row<'_>, &mut f64)], raw: bool) -> Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    let bases = batch.iter().scan(0u64, |sum, (row, _)| {
        let base = *sum;
        *sum += row.users() as u64;
        Some(base)
    });
    let bases: Vec<u64> = bases.collect();
    let words = batch.iter().map(|(row, _)| row.users() as u64).sum();
    let send = |side: usize| {
        device.upload("distances", words, |upload| {
            let mut bits = Vec::new();
            for ((row, _), &base) in batch.iter().zip(&bases) {
                bits.clear();
                bits.extend(row.sides[side].between.iter().map(|&d| (d as f32).to_bits()));
                upload.put(base, &bits);
            }
        })
    };
    let (users, model) = (send(0)?, send(1)?);
    let results = device.results("deviations", batch.len() as u64)?;
    let jobs = batch.iter().zip(&bases).zip(0..).map(|(((row, _), &base), i)| {
        let [of_users, of_model] = row.scales().map(|scale| (scale as f32).to_bits());
        let (n, user, epsilon) = (row.users() as u32, row.user as u32, (RATIO_EPSILON as f32).to_bits());
        let job: Job = [base as u32, n, user, i, of_users, of_model, epsilon, u32::from(!raw), 0, 0, 0, 0];
        (job, u64::from(n) * WORK)
    });
    device.run(Kernel::Deviations, &[&users, &model], &results, jobs, &mut |_| ControlFlow::Continue(()))?;
    let sums = device.read(&results, batch.len() as u64)?;
    for ((row, value), bits) in batch.iter_mut().zip(sums) {
        **value = f64::from(f32::from_bits(bits)) / (row.users() - 1) as f64;
    }
    Ok(())
}
