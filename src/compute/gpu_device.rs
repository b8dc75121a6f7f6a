//! One opened device: every failure a value, never a panic.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use crate::compute::gpu_plan::Pace;
use crate::compute::{ComputeError, GpuOptions, Result};
use crate::error::Error;

/// One workgroup's work, as the kernel of that name reads it.
pub(super) type Job = [u32; 12];
const JOB_BYTES: u64 = size_of::<Job>() as u64;

/// What long work tells of itself: how much is done of how much.
pub(super) type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// The entry points of the shader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kernel {
    PairCells,
    PairAgreements,
    DrawsOfFew,
    DrawsOfMany,
    Deviations,
    Bins,
    Levels,
    CopyWords,
    Popcounts,
}

impl Kernel {
    fn entry(self) -> &'static str {
        match self {
            Self::PairCells => "pair_cells",
            Self::PairAgreements => "pair_agreements",
            Self::DrawsOfFew => "draws_of_few",
            Self::DrawsOfMany => "draws_of_many",
            Self::Deviations => "deviations",
            Self::Bins => "bins",
            Self::Levels => "levels",
            Self::CopyWords => "copy_words",
            Self::Popcounts => "popcounts",
        }
    }
}

/// Workgroups in one dimension that every driver grants; the shader knows the number too.
const GROUPS_A_ROW: u32 = 65_535;

#[derive(Debug)]
pub(super) struct Device {
    handle: wgpu::Device,
    queue: wgpu::Queue,
    pub(super) adapter: wgpu::AdapterInfo,
    pub(super) options: GpuOptions,
    lost: Arc<OnceLock<String>>,
    /// An error that no scope caught.
    stray: Arc<Mutex<Option<String>>>,
    pipelines: Mutex<HashMap<Kernel, wgpu::ComputePipeline>>,
    pace: Pace,
}

impl Device {
    pub(super) fn open(options: &GpuOptions) -> Result<Self> {
        let adapter = choose(options)?;
        // The least that WebGPU promises: what runs here runs everywhere.
        let limits = wgpu::Limits::downlevel_defaults();
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("probity"),
            required_limits: limits,
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) = block_on(adapter.request_device(&descriptor))
            .map_err(|e| ComputeError::Device { reason: e.to_string() })?;
        let lost = Arc::new(OnceLock::new());
        let heard = Arc::clone(&lost);
        device.set_device_lost_callback(move |reason, message| {
            // Only the first reason counts.
            let _ = heard.set(format!("{reason:?}: {message}"));
        });
        let stray = Arc::new(Mutex::new(None));
        let heard = Arc::clone(&stray);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            lock(&heard).get_or_insert_with(|| error.to_string());
        }));
        Ok(Self {
            handle: device,
            queue,
            adapter: adapter.get_info(),
            options: options.clone(),
            lost,
            stray,
            pipelines: Mutex::new(HashMap::new()),
            pace: Pace::new(),
        })
    }

    /// Gives the device up; everything afterwards is [`ComputeError::Lost`].
    pub(super) fn destroy(&self) {
        self.handle.destroy();
    }

    /// Words of the greatest buffer.
    pub(super) fn buffer_words(&self) -> u64 {
        self.options.max_buffer_bytes / 4
    }

    /// Fails where one buffer cannot hold what cannot be cut.
    pub(super) fn check_words(&self, what: &'static str, words: u64) -> Result<()> {
        if words > self.buffer_words() {
            return Err(ComputeError::Limit {
                what,
                needed: words.saturating_mul(4),
                available: self.options.max_buffer_bytes,
            });
        }
        Ok(())
    }

    /// Runs calls that report their errors to the device; the first error comes back as a value.
    fn scoped<T>(&self, what: &'static str, calls: impl FnOnce() -> T) -> Result<T> {
        let internal = self.handle.push_error_scope(wgpu::ErrorFilter::Internal);
        let memory = self.handle.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let validation = self.handle.push_error_scope(wgpu::ErrorFilter::Validation);
        let value = calls();
        let errors = [block_on(validation.pop()), block_on(memory.pop()), block_on(internal.pop())];
        let Some(error) = errors.into_iter().flatten().next() else { return Ok(value) };
        Err(self.unless_lost(match error {
            wgpu::Error::OutOfMemory { .. } => ComputeError::OutOfMemory { what },
            wgpu::Error::Validation { description, .. } | wgpu::Error::Internal { description, .. } => {
                ComputeError::Device { reason: format!("{what}: {description}") }
            }
        }))
    }

    /// The error, or that the device is lost: that shows up as invalid objects first, and is told when asked.
    fn unless_lost(&self, error: ComputeError) -> ComputeError {
        let _ = self.handle.poll(wgpu::PollType::Poll);
        self.lost.get().map_or(error, |reason| ComputeError::Lost { reason: reason.clone() })
    }

    /// The same for an error of the driver.
    fn failed(&self, what: &str, error: impl Display) -> ComputeError {
        self.unless_lost(ComputeError::Device { reason: format!("{what}: {error}") })
    }

    /// Compiled at first use, then kept.
    fn pipeline(&self, kernel: Kernel) -> Result<wgpu::ComputePipeline> {
        let mut known = lock(&self.pipelines);
        if let Some(pipeline) = known.get(&kernel) {
            return Ok(pipeline.clone());
        }
        let pipeline = self.scoped("a compute pipeline", || {
            let module = self.handle.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some("probity kernels"),
                source: wgpu::ShaderSource::Wgsl(Cow::Borrowed(include_str!("kernels.wgsl"))),
            });
            self.handle.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(kernel.entry()),
                layout: None,
                module: &module,
                entry_point: Some(kernel.entry()),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            })
        });
        let pipeline = pipeline.map_err(|error| match error {
            ComputeError::Device { reason } => ComputeError::Shader { reason },
            other => other,
        })?;
        known.insert(kernel, pipeline.clone());
        Ok(pipeline)
    }

    /// A buffer of `words` that `fill` writes through [`Upload::put`]; the rest is 0.
    pub(super) fn upload(
        &self,
        what: &'static str,
        words: u64,
        fill: impl FnOnce(&mut Upload<'_>),
    ) -> Result<wgpu::Buffer> {
        self.check_words(what, words)?;
        let buffer = self.scoped(what, || {
            self.handle.create_buffer(&wgpu::BufferDescriptor {
                label: Some(what),
                size: words.max(4) * 4,
                usage: wgpu::BufferUsages::STORAGE,
                mapped_at_creation: true,
            })
        })?;
        let mut view = buffer.get_mapped_range_mut(..).map_err(|e| self.failed(what, e))?;
        fill(&mut Upload { view: &mut view });
        drop(view);
        self.scoped(what, || buffer.unmap())?;
        Ok(buffer)
    }

    /// A buffer of zeros for results.
    pub(super) fn results(&self, what: &'static str, words: u64) -> Result<wgpu::Buffer> {
        self.check_words(what, words)?;
        self.scoped(what, || {
            self.handle.create_buffer(&wgpu::BufferDescriptor {
                label: Some(what),
                size: words.max(4) * 4,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: false,
            })
        })
    }

    /// Runs one workgroup a job, in as few submissions as the pace of the device allows. `inputs` are the buffers at
    /// bindings 0 and, where the kernel has one, 3; a job's second member is its work in operations.
    pub(super) fn run(
        &self,
        kernel: Kernel,
        inputs: &[&wgpu::Buffer],
        results: &wgpu::Buffer,
        jobs: impl IntoIterator<Item = (Job, u64)>,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<()> {
        let pipeline = self.pipeline(kernel)?;
        let most_jobs =
            (self.options.max_buffer_bytes / JOB_BYTES).min(u64::from(GROUPS_A_ROW) * 64) as usize;
        let mut jobs = jobs.into_iter().peekable();
        let mut flying: Option<Flight> = None;
        let mut finished = Instant::now();
        let mut land = |flight: Flight| {
            self.wait(flight.index)?;
            self.pace.learn(flight.work, finished.max(flight.began).elapsed());
            finished = Instant::now();
            match progress(flight.work) {
                ControlFlow::Continue(()) => Ok(()),
                ControlFlow::Break(()) => Err(ComputeError::from(Error::Cancelled)),
            }
        };
        while jobs.peek().is_some() {
            let budget = self.pace.budget(self.options.max_submit);
            let (mut list, mut work) = (Vec::new(), 0u64);
            while let Some((job, cost)) = jobs.next_if(|(_, cost)| {
                list.is_empty() || list.len() < most_jobs && work.saturating_add(*cost) <= budget
            }) {
                list.push(job);
                work = work.saturating_add(cost);
            }
            let began = Instant::now();
            let index = self.submit(&pipeline, inputs, results, &list)?;
            // The next list is made and sent while this one runs.
            if let Some(earlier) = flying.replace(Flight { index, work, began }) {
                land(earlier)?;
            }
        }
        flying.map_or(Ok(()), land)
    }

    fn submit(
        &self,
        pipeline: &wgpu::ComputePipeline,
        inputs: &[&wgpu::Buffer],
        results: &wgpu::Buffer,
        jobs: &[Job],
    ) -> Result<wgpu::SubmissionIndex> {
        let list = self.upload("the job list", jobs.len() as u64 * JOB_BYTES / 4, |upload| {
            upload.put(0, bytemuck::cast_slice(jobs));
        })?;
        let count = jobs.len() as u32;
        let groups = (count.min(GROUPS_A_ROW), count.div_ceil(GROUPS_A_ROW));
        let bound = inputs.iter().zip([0, 3]).map(|(buffer, binding)| (binding, *buffer));
        let entries: Vec<_> = bound
            .chain([(1, &list), (2, results)])
            .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        self.scoped("a submission", || {
            let group = self.handle.create_bind_group(&wgpu::BindGroupDescriptor {
                label: None,
                layout: &pipeline.get_bind_group_layout(0),
                entries: &entries,
            });
            let mut encoder = self.handle.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.dispatch_workgroups(groups.0, groups.1, 1);
            drop(pass);
            self.queue.submit([encoder.finish()])
        })
    }

    fn wait(&self, index: wgpu::SubmissionIndex) -> Result<()> {
        let timeout = self.options.timeout;
        let polled =
            self.handle.poll(wgpu::PollType::Wait { submission_index: Some(index), timeout: Some(timeout) });
        match polled {
            Ok(_) => {}
            Err(wgpu::PollError::Timeout) => return Err(self.unless_lost(timed_out(timeout))),
            Err(error) => return Err(self.failed("waiting", error)),
        }
        if let Some(reason) = self.lost.get() {
            return Err(ComputeError::Lost { reason: reason.clone() });
        }
        lock(&self.stray).take().map_or(Ok(()), |stray| Err(self.failed("outside of a call", stray)))
    }

    /// The first words of a result buffer.
    pub(super) fn read(&self, results: &wgpu::Buffer, words: u64) -> Result<Vec<u32>> {
        if words == 0 {
            return Ok(Vec::new());
        }
        let bytes = words * 4;
        let (sender, receiver) = std::sync::mpsc::channel();
        let (staging, index) = self.scoped("a result to read", || {
            let staging = self.handle.create_buffer(&wgpu::BufferDescriptor {
                label: Some("results"),
                size: bytes,
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            let mut encoder = self.handle.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            encoder.copy_buffer_to_buffer(results, 0, &staging, 0, bytes);
            let index = self.queue.submit([encoder.finish()]);
            staging.map_async(wgpu::MapMode::Read, .., move |mapped| {
                // Nobody listens any more after a failure.
                let _ = sender.send(mapped);
            });
            (staging, index)
        })?;
        self.wait(index)?;
        let mapped = receiver.recv_timeout(self.options.timeout);
        let mapped = mapped.map_err(|_| self.unless_lost(timed_out(self.options.timeout)))?;
        mapped.map_err(|e| self.failed("reading", e))?;
        let view = staging.get_mapped_range(..).map_err(|e| self.failed("reading", e))?;
        Ok(bytemuck::pod_collect_to_vec(&view))
    }
}

struct Flight {
    index: wgpu::SubmissionIndex,
    work: u64,
    began: Instant,
}

/// The mapped memory of a new buffer.
pub(super) struct Upload<'a> {
    view: &'a mut wgpu::BufferViewMut,
}

impl Upload<'_> {
    /// Writes words from position `at` on; what does not fit is left out.
    pub(super) fn put(&mut self, at: u64, words: &[u32]) {
        let bytes: &[u8] = bytemuck::cast_slice(words);
        let from = at as usize * 4;
        let to = (from + bytes.len()).min(self.view.len());
        if let Some(bytes) = bytes.get(..to.saturating_sub(from)).filter(|bytes| !bytes.is_empty()) {
            self.view.slice(from..to).copy_from_slice(bytes);
        }
    }
}

fn timed_out(timeout: Duration) -> ComputeError {
    ComputeError::Timeout { milliseconds: timeout.as_millis() as u64 }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The adapter that the options ask for: hardware before software, a card of its own first.
fn choose(options: &GpuOptions) -> Result<wgpu::Adapter> {
    let nothing = |reason: String| ComputeError::NoAdapter { reason };
    if wgpu::Instance::enabled_backend_features().is_empty() {
        return Err(nothing("this build has no graphics interface for this system".to_owned()));
    }
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: wgpu::Backends::PRIMARY,
        // The same in debug and release builds: debugging layers are for those who write shaders.
        flags: wgpu::InstanceFlags::empty(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let mut found = block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    if found.is_empty() {
        // Only this question is answered with the reasons.
        return match block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default())) {
            Ok(_) => Err(nothing("no adapter is listed".to_owned())),
            Err(error) => Err(nothing(error.to_string())),
        };
    }
    if let Some(part) = &options.adapter_name {
        let names: Vec<String> = found.iter().map(|adapter| adapter.get_info().name).collect();
        found.retain(|adapter| adapter.get_info().name.to_lowercase().contains(&part.to_lowercase()));
        if found.is_empty() {
            let names = names.join(", ");
            return Err(nothing(format!("no adapter has {part:?} in its name; there are {names}")));
        }
    }
    found.sort_by_key(|adapter| match adapter.get_info().device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    });
    let Some(best) = found.into_iter().next() else {
        return Err(nothing("no adapter is left".to_owned()));
    };
    let info = best.get_info();
    if info.device_type == wgpu::DeviceType::Cpu && !options.allow_software {
        return Err(ComputeError::SoftwareAdapter { name: info.name });
    }
    Ok(best)
}

/// Wakes the thread that waits for a future.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future. Outside of browsers those of wgpu are ready at once.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
