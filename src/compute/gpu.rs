use std::fmt;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use crate::compute::backend::Cpu;
use crate::compute::gpu_device::Device;
use crate::compute::gpu_pairs::{LoadedPlanes, count_groups, count_pairs};
use crate::compute::{Backend, GpuOptions, Result, gpu_deviations};
use crate::kernels::{PairCells, Planes};
use crate::personalization::{PersevalOptions, PersonalizedDocument};

/// An opened GPU, with the CPU for what is not computed on it.
///
/// Clones share the device; so may threads.
#[derive(Clone)]
pub struct Gpu {
    pub(super) device: Arc<Device>,
    pub(super) cpu: Cpu,
    pub(super) why: String,
}

impl fmt::Debug for Gpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gpu").field("name", &self.name()).field("why", &self.why).finish_non_exhaustive()
    }
}

impl Gpu {
    pub(super) fn open(options: &GpuOptions, cpu: Cpu, why: &str) -> Result<Self> {
        Ok(Self { device: Arc::new(Device::open(options)?), cpu, why: why.to_owned() })
    }

    /// The name of the adapter, its interface and its driver.
    #[must_use]
    pub fn name(&self) -> String {
        let info = &self.device.adapter;
        let driver = [info.driver.as_str(), info.driver_info.as_str()].join(" ");
        format!("{}, {}, {}", info.name, info.backend, driver.trim())
    }

    /// Whether the adapter is a software renderer.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.device.adapter.device_type == wgpu::DeviceType::Cpu
    }

    /// Whether the adapter is known to be hardware.
    pub(super) fn is_hardware(&self) -> bool {
        use wgpu::DeviceType::{DiscreteGpu, IntegratedGpu, VirtualGpu};
        matches!(self.device.adapter.device_type, DiscreteGpu | IntegratedGpu | VirtualGpu)
    }

    /// Gives the device back at once. Whatever is asked of it later, through any clone, is
    /// [`crate::compute::ComputeError::Lost`].
    pub fn destroy(&self) {
        self.device.destroy();
    }
}

impl Gpu {
    pub(super) fn degress_of_users(
        &self,
        documents: &[PersonalizedDocument<'_>],
        options: &PersevalOptions,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<(Vec<Vec<f64>>, f64)> {
        gpu_deviations::degress_of_users(&self.device, documents, options, &mut progress)
    }

    /// The counts of the pairs of each of some groups, in one submission where they fit.
    pub(super) fn count_groups(&self, groups: &[Planes], cells: PairCells) -> Result<Vec<Vec<u64>>> {
        count_groups(&self.device, groups, cells)
    }
}

/// Ratings on a device.
#[derive(Debug, Clone)]
pub(super) struct OnGpu {
    gpu: Gpu,
    loaded: Arc<LoadedPlanes>,
}

impl OnGpu {
    /// Nothing yet on the device of a backend, if that is one.
    pub(super) fn of(backend: &Backend) -> Option<Self> {
        match backend {
            Backend::Gpu(gpu) => Some(Self { gpu: gpu.clone(), loaded: Arc::default() }),
            Backend::Cpu(_) => None,
        }
    }

    /// Gives back what is on the device.
    pub(super) fn clear(&mut self) {
        self.loaded = Arc::default();
    }

    /// Sends planes to the device in place of those before.
    pub(super) fn send(&mut self, planes: &Planes) -> Result<()> {
        self.loaded = Arc::new(LoadedPlanes::new(&self.gpu.device, planes)?);
        Ok(())
    }

    /// How often each kind was drawn, one resample after the other.
    pub(super) fn draw(
        &self,
        kinds: usize,
        kind_of: &[u32],
        source: (u64, u32),
        resamples: Range<u32>,
    ) -> Result<Vec<u32>> {
        let mut all = Vec::new();
        self.gpu.draw_counts(kinds, kind_of, source, resamples, |_, counts| {
            all.extend_from_slice(counts);
            ControlFlow::Continue(())
        })?;
        Ok(all)
    }

    pub(super) fn count_pairs(
        &self,
        planes: &Planes,
        cells: PairCells,
        total: usize,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Vec<u64>> {
        count_pairs(&self.gpu.device, planes, &self.loaded, cells, total, &mut progress)
    }
}
