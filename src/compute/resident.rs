use crate::compute::backend::Cpu;
#[cfg(feature = "gpu")]
use crate::compute::gpu::OnGpu;
use crate::compute::{Backend, ComputeError, Result};
use crate::error::Error;
use crate::kernels::Planes;
use crate::ratings::{Cells, Ids, Labels, Layout, Ratings, Scale};

/// Most words of bit planes: 16 GiB.
const MOST_WORDS: u64 = 1 << 31;

/// Ratings packed for a backend, to be asked many things.
///
/// Made by [`Backend::load`]; [`Resident::reload`] takes the next ratings into the same memory. Keeps log₂ categories + 1 bits a cell and nothing of the ratings themselves.
#[derive(Debug, Clone)]
pub struct Resident {
    pub(super) cpu: Cpu,
    pub(super) planes: Planes,
    pub(super) about: About,
    #[cfg(feature = "gpu")]
    pub(super) gpu: Option<OnGpu>,
}

/// What the ratings were about, for the figures and their names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct About {
    pub(super) raters: Ids,
    pub(super) labels: Labels,
    pub(super) scale: Scale,
    pub(super) identified: bool,
}

impl About {
    /// No rater, no category.
    fn nothing() -> Self {
        Self { raters: Ids::numbers(0), labels: Labels::codes(0), scale: Scale::Nominal, identified: true }
    }

    pub(super) fn of(ratings: &Ratings) -> Self {
        Self {
            raters: ratings.raters().clone(),
            labels: ratings.labels().clone(),
            scale: ratings.scale().clone(),
            identified: ratings.has_identified_raters(),
        }
    }
}

fn check_size(categories: usize, raters: usize, items: usize) -> Result<()> {
    let needed = Planes::size(categories, raters, items).map_or(u64::MAX, |words| words as u64);
    if needed > MOST_WORDS {
        return Err(ComputeError::Limit { what: "words of bit planes", needed, available: MOST_WORDS });
    }
    Ok(())
}

/// The codes of some ratings as bit planes, in the memory of others if that is large enough. After an error these hold
/// anything.
pub(super) fn pack(cpu: &Cpu, ratings: &Ratings, planes: &mut Planes) -> Result<()> {
    let view = ratings.codes()?;
    let (categories, raters, items) = (ratings.n_categories(), ratings.n_raters(), ratings.n_items());
    check_size(categories, raters, items)?;
    planes.reshape(categories, raters, items);
    if let (Layout::Dense, Cells::U8(cells)) = (ratings.layout(), ratings.cells()) {
        planes.set_rows(cpu.level, cells);
        return Ok(());
    }
    planes.clear();
    for item in 0..items {
        view.item(item).for_each(|(rater, code)| planes.set(rater, item, code));
    }
    Ok(())
}

/// The same of one vector of codes a rater.
fn pack_columns(cpu: &Cpu, categories: usize, raters: &[&[u8]], planes: &mut Planes) -> Result<()> {
    let items = raters.first().map_or(0, |codes| codes.len());
    check_size(categories, raters.len(), items)?;
    planes.reshape(categories, raters.len(), items);
    for (rater, codes) in raters.iter().enumerate() {
        crate::num::check_same_length("codes of a rater", items, codes.len())?;
        planes.set_column(cpu.level, rater, codes).map_err(|item| {
            let code = u64::from(codes[item]);
            Error::Code { item, rater, code, categories }
        })?;
    }
    Ok(())
}

impl Resident {
    /// Nobody has judged anything.
    pub(super) fn empty(backend: &Backend) -> Self {
        Self {
            #[cfg(feature = "gpu")]
            gpu: OnGpu::of(backend),
            cpu: backend.host().clone(),
            planes: Planes::default(),
            about: About::nothing(),
        }
    }

    /// Packs other ratings into the memory of these, as if by [`Backend::load`] of the same backend: for one matrix after
    /// the other, where the system would hand out fresh memory for each of them more slowly than it is packed. The memory
    /// grows with the largest matrix and never shrinks. On a GPU that of the host is used again; the device gives its own
    /// back before it takes new.
    ///
    /// # Errors
    /// As [`Backend::load`]. Nothing is then left: no rater and no item, until the next matrix is loaded.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, Cells};
    /// use probity::ratings::{Labels, Ratings, Scale};
    /// let backend = Backend::cpu();
    /// let first = Ratings::from_codes(Labels::codes(3), 2, vec![0u8, 2, 1, 1, 0, 255])?;
    /// let second = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 1, 255])?;
    /// let mut resident = backend.load(&first)?;
    /// resident.reload(&second)?;
    /// assert_eq!(resident.pair_tables(Cells::Full)?, backend.load(&second)?.pair_tables(Cells::Full)?);
    /// let numbers = Ratings::from_values(Scale::Interval, 2, vec![0.5, 0.7])?;
    /// assert!(resident.reload(&numbers).is_err());
    /// assert_eq!((resident.raters().len(), resident.n_items()), (0, 0));
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn reload(&mut self, ratings: &Ratings) -> Result<()> {
        self.refill(|cpu, planes| {
            pack(cpu, ratings, planes)?;
            Ok(About::of(ratings))
        })
    }

    /// Packs other codes that lie rater after rater into the memory of these, as if by [`Backend::load_columns`] of the same
    /// backend.
    ///
    /// # Errors
    /// As [`Backend::load_columns`]. Nothing is then left: no rater and no item, until the next matrix is loaded.
    pub fn reload_columns(&mut self, labels: Labels, raters: &[&[u8]]) -> Result<()> {
        self.refill(|cpu, planes| {
            pack_columns(cpu, labels.len(), raters, planes)?;
            let raters = Ids::numbers(raters.len());
            Ok(About { raters, labels, scale: Scale::Nominal, identified: true })
        })
    }

    /// Lets `pack` fill the planes, and sends them to the device if there is one.
    fn refill(&mut self, pack: impl FnOnce(&Cpu, &mut Planes) -> Result<About>) -> Result<()> {
        self.about = About::nothing();
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &mut self.gpu {
            gpu.clear();
        }
        let mut planes = std::mem::take(&mut self.planes);
        let packed = pack(&self.cpu, &mut planes);
        #[cfg(feature = "gpu")]
        let packed = packed.and_then(|about| {
            self.gpu.as_mut().map_or(Ok(()), |gpu| gpu.send(&planes))?;
            Ok(about)
        });
        if packed.is_err() {
            planes.reshape(0, 0, 0);
        }
        self.planes = planes;
        self.about = packed?;
        Ok(())
    }

    /// The same judgments for the CPU, without packing them again: what to go on with when a GPU was lost.
    #[must_use]
    pub fn to_cpu(&self) -> Self {
        Self {
            #[cfg(feature = "gpu")]
            gpu: None,
            ..self.clone()
        }
    }

    /// The raters.
    #[must_use]
    pub fn raters(&self) -> &Ids {
        &self.about.raters
    }

    /// The categories.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.about.labels
    }

    /// The number of items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.planes.items()
    }
}
