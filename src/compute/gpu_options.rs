use std::time::Duration;

use crate::compute::Result;
use crate::error::Error;

/// How a GPU is chosen and how it may be used.
///
/// | option | default |
/// |---|---|
/// | [`allow_software`](Self::allow_software) | no |
/// | [`adapter_name`](Self::adapter_name) | any, hardware first |
/// | [`max_resident_bytes`](Self::max_resident_bytes) | 4 GiB |
/// | [`max_buffer_bytes`](Self::max_buffer_bytes) | 128 MiB |
/// | [`max_submit_ms`](Self::max_submit_ms) | 100 ms |
/// | [`timeout`](Self::timeout) | 60 s |
///
/// # Examples
/// ```
/// use probity::compute::GpuOptions;
/// let options = GpuOptions::new().adapter_name("nvidia").max_resident_bytes(8 << 30)?;
/// assert_ne!(options, GpuOptions::new());
/// assert!(GpuOptions::new().max_submit_ms(0).is_err());
/// # Ok::<(), probity::compute::ComputeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpuOptions {
    pub(super) allow_software: bool,
    pub(super) adapter_name: Option<String>,
    pub(super) max_resident_bytes: u64,
    pub(super) max_buffer_bytes: u64,
    pub(super) max_submit: Duration,
    pub(super) timeout: Duration,
}

/// What every driver grants for one buffer of a kernel.
pub(super) const GRANTED_BYTES: u64 = 128 << 20;
/// The smallest buffer that holds any kernel's result for one tile.
const LEAST_BYTES: u64 = 64 << 10;

impl Default for GpuOptions {
    fn default() -> Self {
        Self {
            allow_software: false,
            adapter_name: None,
            max_resident_bytes: 4 << 30,
            max_buffer_bytes: GRANTED_BYTES,
            max_submit: Duration::from_millis(100),
            timeout: Duration::from_secs(60),
        }
    }
}

impl GpuOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a software renderer will do: right for tests, slower than the CPU path for anything else.
    #[must_use]
    pub fn allow_software(mut self, allow: bool) -> Self {
        self.allow_software = allow;
        self
    }

    /// Only adapters whose name contains this, in any case of letters.
    #[must_use]
    pub fn adapter_name(mut self, part: impl Into<String>) -> Self {
        self.adapter_name = Some(part.into());
        self
    }

    /// The most that loaded data may occupy on the device. What is larger is sent again, piece by piece, for each job.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn max_resident_bytes(mut self, bytes: u64) -> Result<Self> {
        self.max_resident_bytes = at_least("max_resident_bytes", 1, "at least 1", bytes)?;
        Ok(self)
    }

    /// The greatest single buffer; larger jobs are cut. Values above 128 MiB count as 128 MiB, which every driver grants.
    ///
    /// # Errors
    /// [`Error::Argument`] below 64 KiB.
    pub fn max_buffer_bytes(mut self, bytes: u64) -> Result<Self> {
        let bytes = at_least("max_buffer_bytes", LEAST_BYTES, "at least 65,536", bytes)?;
        self.max_buffer_bytes = bytes.min(GRANTED_BYTES);
        Ok(self)
    }

    /// How long one submission should keep the device busy: a desktop shares it, and drivers give up on long ones. An
    /// aim, reached from what earlier submissions took.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn max_submit_ms(mut self, milliseconds: u64) -> Result<Self> {
        self.max_submit = Duration::from_millis(at_least("max_submit_ms", 1, "at least 1", milliseconds)?);
        Ok(self)
    }

    /// How long to wait for one submission before giving up with [`crate::compute::ComputeError::Timeout`].
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

fn at_least(name: &'static str, least: u64, expected: &'static str, found: u64) -> Result<u64> {
    if found < least { Err(Error::argument(name, expected, found).into()) } else { Ok(found) }
}
