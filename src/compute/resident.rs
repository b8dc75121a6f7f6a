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
/// Made by [`Backend::load`]. Keeps log₂ categories + 1 bits a cell and nothing of the ratings themselves.
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

/// The codes of some ratings as bit planes.
pub(super) fn pack(cpu: &Cpu, ratings: &Ratings) -> Result<Planes> {
    let view = ratings.codes()?;
    let (categories, raters, items) = (ratings.n_categories(), ratings.n_raters(), ratings.n_items());
    check_size(categories, raters, items)?;
    if let (Layout::Dense, Cells::U8(cells)) = (ratings.layout(), ratings.cells()) {
        return Ok(Planes::from_rows(cpu.level, categories, raters, cells));
    }
    let mut planes = Planes::empty(categories, raters, items);
    for item in 0..items {
        view.item(item).for_each(|(rater, code)| planes.set(rater, item, code));
    }
    Ok(planes)
}

impl Resident {
    pub(super) fn new(backend: &Backend, ratings: &Ratings) -> Result<Self> {
        let planes = pack(backend.host(), ratings)?;
        Self::of_planes(backend, planes, About::of(ratings))
    }

    #[cfg_attr(
        not(feature = "gpu"),
        allow(clippy::unnecessary_wraps, reason = "only a device can refuse the planes")
    )]
    fn of_planes(backend: &Backend, planes: Planes, about: About) -> Result<Self> {
        Ok(Self {
            #[cfg(feature = "gpu")]
            gpu: OnGpu::of(backend, &planes)?,
            cpu: backend.host().clone(),
            planes,
            about,
        })
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

    pub(super) fn of_columns(backend: &Backend, labels: Labels, raters: &[&[u8]]) -> Result<Self> {
        let cpu = backend.host();
        let (categories, items) = (labels.len(), raters.first().map_or(0, |codes| codes.len()));
        check_size(categories, raters.len(), items)?;
        let mut planes = Planes::empty(categories, raters.len(), items);
        for (rater, codes) in raters.iter().enumerate() {
            crate::num::check_same_length("codes of a rater", items, codes.len())?;
            planes.set_column(cpu.level, rater, codes).map_err(|item| {
                let code = u64::from(codes[item]);
                Error::Code { item, rater, code, categories }
            })?;
        }
        let raters = Ids::numbers(raters.len());
        Self::of_planes(backend, planes, About { raters, labels, scale: Scale::Nominal, identified: true })
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
