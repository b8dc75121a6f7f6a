use std::fmt;
use std::thread::available_parallelism;

use fearless_simd::Level;

#[cfg(feature = "gpu")]
use crate::compute::{Gpu, GpuOptions};
use crate::compute::{Resident, Result};
use crate::error::Error;
use crate::ratings::{Labels, Ratings};

/// Which instructions the CPU path uses. The figures are the same with any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Instructions {
    /// The widest that the machine has, found when the backend is made.
    #[default]
    Best,
    /// Those that every machine of the architecture has.
    Portable,
}

impl Instructions {
    fn level(self) -> Level {
        match self {
            Self::Best => Level::new(),
            Self::Portable => Level::baseline(),
        }
    }
}

/// The processor: how many threads, which instructions.
#[derive(Debug, Clone)]
pub struct Cpu {
    pub(super) threads: usize,
    pub(super) level: Level,
    why: String,
}

impl Cpu {
    pub(super) fn new(threads: usize, instructions: Instructions, why: impl Into<String>) -> Self {
        Self { threads: threads.max(1), level: instructions.level(), why: why.into() }
    }

    /// All processors at the best instruction set.
    pub(super) fn whole(why: impl Into<String>) -> Self {
        Self::new(available_parallelism().map_or(1, usize::from), Instructions::Best, why)
    }
}

/// Where matrices of judgments are scored.
///
/// Chosen once: a backend never switches to another on its own. A GPU backend computes pair tables, drawn resamples
/// and deviations on the device and everything else on the CPU, where it takes less time than the upload.
///
/// # Examples
/// ```
/// use probity::agreement::{Coefficient, Options};
/// use probity::compute::{Backend, Cells, Instructions};
/// use probity::ratings::{Labels, Ratings};
///
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, vec![0u8, 0, 1, 1, 1, 1, 0, 0, 255, 1, 0, 0])?;
/// let best = Backend::cpu().load(&ratings)?.pair_tables(Cells::Full)?;
/// let portable = Backend::cpu_with(1, Instructions::Portable)?.load(&ratings)?.pair_tables(Cells::Full)?;
/// assert_eq!(best, portable);
/// let kappa = best.coefficient(Coefficient::CohenKappa, &Options::new())?;
/// assert!((kappa.get(0, 1)?.value - 0.5).abs() < 1e-12);
/// # Ok::<(), probity::compute::ComputeError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Backend {
    /// The CPU.
    Cpu(Cpu),
    /// A GPU.
    #[cfg(feature = "gpu")]
    Gpu(Gpu),
}

/// What a backend is and why it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// `cpu` or `gpu`.
    pub kind: &'static str,
    /// The device: the instruction set, or the GPU with its driver.
    pub name: String,
    /// Threads of the CPU part.
    pub threads: usize,
    /// Why this one.
    pub reason: String,
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {} threads): {}", self.kind, self.name, self.threads, self.reason)
    }
}

impl Backend {
    /// The CPU with all its processors, at the best instruction set.
    #[must_use]
    pub fn cpu() -> Self {
        Self::Cpu(Cpu::whole("asked for"))
    }

    /// The CPU with so many threads and these instructions.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0 threads.
    pub fn cpu_with(threads: usize, instructions: Instructions) -> Result<Self> {
        if threads == 0 {
            return Err(Error::argument("threads", "at least 1", threads).into());
        }
        Ok(Self::Cpu(Cpu::new(threads, instructions, "asked for")))
    }

    /// A GPU, or the reason why there is none.
    ///
    /// # Errors
    /// [`crate::compute::ComputeError::NoAdapter`] if there is no driver, no device, or none of the name asked for;
    /// [`crate::compute::ComputeError::SoftwareAdapter`] if the only one is software and that was not allowed;
    /// [`crate::compute::ComputeError::Device`] if it cannot be opened.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, ComputeError, GpuOptions};
    /// let options = GpuOptions::new().adapter_name("no such device");
    /// assert!(matches!(Backend::gpu(&options), Err(ComputeError::NoAdapter { .. })));
    /// ```
    #[cfg(feature = "gpu")]
    pub fn gpu(options: &GpuOptions) -> Result<Self> {
        Ok(Self::Gpu(Gpu::open(options, Cpu::whole("beside the GPU"), "asked for")?))
    }

    /// A GPU if there is one that is not software, else the CPU; [`Backend::info`] says why.
    #[cfg(feature = "gpu")]
    #[must_use]
    pub fn auto() -> Self {
        match Gpu::open(
            &GpuOptions::new(),
            Cpu::whole("beside the GPU"),
            "the first GPU that is not software",
        ) {
            Ok(gpu) if gpu.is_hardware() => Self::Gpu(gpu),
            Ok(gpu) => Self::Cpu(Cpu::whole(format!("{} is not known to be hardware", gpu.name()))),
            Err(error) => Self::Cpu(Cpu::whole(error.to_string())),
        }
    }

    /// A GPU if there is one that is not software, else the CPU; [`Backend::info`] says why.
    #[cfg(not(feature = "gpu"))]
    #[must_use]
    pub fn auto() -> Self {
        Self::Cpu(Cpu::whole("this build is without the feature `gpu`"))
    }

    /// What this backend is, and why.
    #[must_use]
    pub fn info(&self) -> Info {
        match self {
            Self::Cpu(cpu) => Info {
                kind: "cpu",
                name: format!("{:?}", cpu.level).split('(').next().unwrap_or_default().to_lowercase(),
                threads: cpu.threads,
                reason: cpu.why.clone(),
            },
            #[cfg(feature = "gpu")]
            Self::Gpu(gpu) => {
                Info { kind: "gpu", name: gpu.name(), threads: gpu.cpu.threads, reason: gpu.why.clone() }
            }
        }
    }

    /// The CPU part of the backend.
    pub(super) fn host(&self) -> &Cpu {
        match self {
            Self::Cpu(cpu) => cpu,
            #[cfg(feature = "gpu")]
            Self::Gpu(gpu) => &gpu.cpu,
        }
    }

    /// Packs categorical ratings into bit planes, once for all that is asked of them.
    ///
    /// # Errors
    /// [`Error::Scale`] if the ratings are plain numbers (see [`Ratings::categorize`]).
    ///
    /// # Complexity
    /// One pass over the judgments; log₂ categories + 1 bits each stay resident.
    pub fn load(&self, ratings: &Ratings) -> Result<Resident> {
        let mut resident = Resident::empty(self);
        resident.reload(ratings)?;
        Ok(resident)
    }

    /// Packs codes of one byte that lie rater after rater, without gathering them into ratings first: one vector a
    /// rater, [`u8::MAX`] missing. The scale is nominal.
    ///
    /// # Errors
    /// [`Error::Length`] unless all vectors are of one length; [`Error::Code`] for a code outside the labels.
    ///
    /// # Complexity
    /// As [`Backend::load`], several times faster.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, Cells};
    /// use probity::ratings::{Labels, Ratings};
    /// let backend = Backend::cpu();
    /// let by_rater = backend.load_columns(Labels::codes(2), &[&[0u8, 1, 255], &[0, 0, 1]])?;
    /// let ratings = Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 0, 1, 0, 255, 1])?;
    /// assert_eq!(by_rater.pair_tables(Cells::Full)?, backend.load(&ratings)?.pair_tables(Cells::Full)?);
    /// assert!(backend.load_columns(Labels::codes(2), &[&[0u8, 2]]).is_err());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn load_columns(&self, labels: Labels, raters: &[&[u8]]) -> Result<Resident> {
        let mut resident = Resident::empty(self);
        resident.reload_columns(labels, raters)?;
        Ok(resident)
    }
}
