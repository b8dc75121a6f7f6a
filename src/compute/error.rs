use thiserror::Error;

use crate::error::Error as InputError;

/// The result of everything in [`crate::compute`].
pub type Result<T, E = ComputeError> = std::result::Result<T, E>;

/// What can go wrong on the way to a device and back.
///
/// Wrong input and figures that are undefined are the crate's own [`crate::Error`], inside [`ComputeError::Input`].
///
/// # Examples
/// ```
/// use probity::compute::ComputeError;
/// let error = ComputeError::from(probity::Error::Cancelled);
/// assert_eq!(error.to_string(), "stopped by the progress callback");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ComputeError {
    /// There is no device that could be used.
    #[error("no GPU: {reason}")]
    NoAdapter {
        /// What was looked for and what was found.
        reason: String,
    },
    /// The only device is software, which is slower than the CPU path, and was not allowed.
    #[error("the only adapter, {name}, is a software renderer")]
    SoftwareAdapter {
        /// Its name.
        name: String,
    },
    /// The device was found and could not be opened.
    #[error("the GPU could not be opened: {reason}")]
    Device {
        /// The driver's words.
        reason: String,
    },
    /// The job is larger than a limit and cannot be cut smaller.
    #[error("{what}: {needed} needed, at most {available} available")]
    Limit {
        /// What is limited.
        what: &'static str,
        /// What the job needs.
        needed: u64,
        /// What there is.
        available: u64,
    },
    /// There is not enough memory.
    #[error("out of memory for {what}")]
    OutOfMemory {
        /// What did not fit.
        what: &'static str,
    },
    /// The device went away; its resident data are gone with it.
    #[error("the GPU was lost: {reason}")]
    Lost {
        /// The driver's words.
        reason: String,
    },
    /// The device did not answer in time.
    #[error("the GPU did not answer within {milliseconds} ms")]
    Timeout {
        /// How long was waited.
        milliseconds: u64,
    },
    /// A shader was refused: a bug of this crate or of the driver.
    #[error("a shader was refused: {reason}")]
    Shader {
        /// The validator's words.
        reason: String,
    },
    /// Data whose shape does not fit the job.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// Which data.
        what: &'static str,
        /// The shape that is needed.
        expected: String,
        /// The shape there is.
        found: String,
    },
    /// Wrong input, an undefined figure, or a cancelled job.
    #[error(transparent)]
    Input(#[from] InputError),
}

impl ComputeError {
    pub(crate) fn shape(what: &'static str, expected: impl ToString, found: impl ToString) -> Self {
        Self::Shape { what, expected: expected.to_string(), found: found.to_string() }
    }

    /// Whether the job was right and a figure just does not exist for the data.
    #[must_use]
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Input(error) if error.is_undefined())
    }
}
