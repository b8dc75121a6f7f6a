//! Pair counts on the device.

use std::ops::{ControlFlow, Range};

use crate::compute::Result;
use crate::compute::gpu_device::{Device, Job, Kernel, Progress};
use crate::compute::gpu_plan::{pieces, ranges};
use crate::compute::pair_tables::place;
use crate::kernels::{PairCells, Planes};

/// Rows and columns of a workgroup's tile.
const TILE: u64 = 64;
/// Words in one step of a workgroup.
const STEP: u64 = 16;
/// Words that a workgroup should get at most: its 4,096 atomic additions are then nothing beside its counting.
const MOST_WORDS: u64 = 4096;
/// Workgroups that keep a large device busy.
const ENOUGH_JOBS: u64 = 4096;
/// Words after which the counts of 32 bits are fetched: 2³¹ items.
const FLUSH_WORDS: u64 = 1 << 26;

/// Bit planes on their way to the device: there already, or sent again for every job because they are too large to stay.
#[derive(Debug, Default)]
pub(super) struct LoadedPlanes {
    /// Words of 32 items in each piece but the last.
    step: u64,
    pieces: Option<Vec<wgpu::Buffer>>,
}

/// Words of 32 items of a plane.
fn words_of(planes: &Planes) -> u64 {
    2 * planes.words() as u64
}

/// Planes of all raters.
fn planes_of(planes: &Planes) -> u64 {
    planes.raters() as u64 * (planes.bits() as u64 + 1)
}

impl LoadedPlanes {
    pub(super) fn new(device: &Device, planes: &Planes) -> Result<Self> {
        device.check_words("64 items of all raters", 2 * planes_of(planes))?;
        let step = device.buffer_words() / planes_of(planes).max(1) / 2 * 2;
        let bytes = planes.data().len() as u64 * 8;
        let mut loaded = Self { step: step.min(words_of(planes)), pieces: None };
        if bytes <= device.options.max_resident_bytes {
            let sent = loaded.ranges(planes).map(|range| send(device, planes, &range));
            loaded.pieces = Some(sent.collect::<Result<_>>()?);
        }
        Ok(loaded)
    }

    fn ranges(&self, planes: &Planes) -> impl Iterator<Item = Range<u64>> + use<> {
        ranges(words_of(planes), self.step)
    }
}

/// Some words of all planes.
fn send(device: &Device, planes: &Planes, words: &Range<u64>) -> Result<wgpu::Buffer> {
    let length = words.end - words.start;
    device.upload("judgments", planes_of(planes) * length, |upload| {
        let data: &[u32] = bytemuck::cast_slice(planes.data());
        let all = data.chunks_exact(words_of(planes).max(1) as usize);
        for (plane, at) in all.zip((0..).step_by(length as usize)) {
            upload.put(at, &plane[words.start as usize..words.end as usize]);
        }
    })
}

/// What a job counts, in the terms of the device.
#[derive(Debug, Clone, Copy)]
struct Shape {
    cells: PairCells,
    categories: u64,
    bits: u64,
    /// Rows of the result.
    rows: u64,
}

impl Shape {
    fn new(planes: &Planes, cells: PairCells) -> Self {
        let (categories, bits, raters) =
            (planes.categories() as u64, planes.bits() as u64, planes.raters() as u64);
        let rows = match cells {
            PairCells::Full => raters * categories,
            PairCells::Agreement => raters,
        };
        Self { cells, categories, bits, rows }
    }

    fn kernel(self) -> Kernel {
        match self.cells {
            PairCells::Full => Kernel::PairCells,
            PairCells::Agreement => Kernel::PairAgreements,
        }
    }

    /// Counts where a row meets a column.
    fn width(self) -> u64 {
        match self.cells {
            PairCells::Full => 1,
            PairCells::Agreement => 2,
        }
    }

    /// Counts of all rows with all columns.
    fn size(self) -> u64 {
        self.rows * self.rows * self.width()
    }

    /// Words that a workgroup passes over in a round of its loop.
    fn words_a_trip(self) -> u64 {
        match self.cells {
            PairCells::Full => STEP,
            PairCells::Agreement => (STEP / (self.bits + 1)).max(1),
        }
    }

    /// Operations of a workgroup a word.
    fn work(self) -> u64 {
        match self.cells {
            PairCells::Full => TILE * TILE,
            PairCells::Agreement => TILE * TILE * (self.bits + 4) / 2,
        }
    }

    /// Where the planes lie, which rows meet which columns, and where their counts go.
    fn jobs(self, at: Placed, rows: Range<u64>, columns: Range<u64>) -> impl Iterator<Item = (Job, u64)> {
        let starts = |range: &Range<u64>| range.clone().step_by(TILE as usize);
        let tiles: Vec<(u64, u64)> = starts(&rows)
            .flat_map(|first| {
                starts(&columns).filter(move |&second| second >= first).map(move |second| (first, second))
            })
            .collect();
        let wanted = (tiles.len() as u64 * at.words / ENOUGH_JOBS).clamp(STEP * STEP, MOST_WORDS);
        let stride = (columns.end - columns.start) * self.width();
        let result = (at.result as u32)
            .wrapping_sub((rows.start * stride) as u32)
            .wrapping_sub((columns.start * self.width()) as u32);
        pieces(at.words, self.words_a_trip(), wanted).flat_map(move |piece| {
            let job = move |&(first, second): &(u64, u64)| {
                let (begin, end) = (piece.start as u32, piece.end as u32);
                let planes = [self.bits as u32, self.categories as u32, 0];
                let [first, second, rows] = [first as u32, second as u32, self.rows as u32];
                let [base, words] = [at.base as u32, at.words as u32];
                let [bits, categories, rest] = planes;
                let job = [
                    base,
                    words,
                    begin,
                    end,
                    first,
                    second,
                    rows,
                    result,
                    stride as u32,
                    bits,
                    categories,
                    rest,
                ];
                (job, self.work() * (piece.end - piece.start))
            };
            tiles.iter().map(job).collect::<Vec<_>>()
        })
    }
}

/// Planes inside a buffer, and their counts inside another.
#[derive(Debug, Clone, Copy)]
struct Placed {
    base: u64,
    /// Words of a plane there.
    words: u64,
    result: u64,
}

/// Hears of finished work in operations and tells of it as done of all.
fn tell(progress: Progress<'_>, total: u64) -> impl FnMut(u64) -> ControlFlow<()> {
    let mut done = 0u64;
    move |work| {
        done = done.saturating_add(work).min(total);
        progress(done, total)
    }
}

/// The counts of all pairs, as [`crate::compute::PairTables::counts`] has them.
pub(super) fn count_pairs(
    device: &Device,
    planes: &Planes,
    loaded: &LoadedPlanes,
    cells: PairCells,
    total: usize,
    progress: Progress<'_>,
) -> Result<Vec<u64>> {
    let mut counts = vec![0; total];
    if total == 0 || words_of(planes) == 0 {
        return Ok(counts);
    }
    let shape = Shape::new(planes, cells);
    // Whole tiles, so that each is in one block.
    let side = (device.buffer_words() / shape.width()).isqrt() / TILE * TILE;
    let blocks = || ranges(shape.rows, side.max(TILE));
    let tiles = shape.rows.div_ceil(TILE);
    let work = (tiles * (tiles + 1) / 2).saturating_mul(words_of(planes)).saturating_mul(shape.work());
    let mut heard = tell(progress, work);
    for (i, rows) in blocks().enumerate() {
        for columns in blocks().skip(i) {
            let size = (rows.end - rows.start) * (columns.end - columns.start) * shape.width();
            let mut open: Option<(wgpu::Buffer, u64)> = None;
            for (at, words) in loaded.ranges(planes).enumerate() {
                let length = words.end - words.start;
                if let Some((results, _)) = open.take_if(|(_, held)| *held + length > FLUSH_WORDS) {
                    add_block(
                        shape,
                        &rows,
                        &columns,
                        &device.read(&results, size)?,
                        planes.raters(),
                        &mut counts,
                    );
                }
                let (results, held) = match open.take() {
                    Some(open) => open,
                    None => (device.results("counts of pairs", size)?, 0),
                };
                let sent;
                let resident = loaded.pieces.as_ref().and_then(|pieces| pieces.get(at));
                let data = if let Some(resident) = resident {
                    resident
                } else {
                    sent = send(device, planes, &words)?;
                    &sent
                };
                let placed = Placed { base: 0, words: length, result: 0 };
                let jobs = shape.jobs(placed, rows.clone(), columns.clone());
                device.run(shape.kernel(), &[data], &results, jobs, &mut heard)?;
                open = Some((results, held + length));
            }
            if let Some((results, _)) = open {
                add_block(
                    shape,
                    &rows,
                    &columns,
                    &device.read(&results, size)?,
                    planes.raters(),
                    &mut counts,
                );
            }
        }
    }
    Ok(counts)
}

/// The counts of all pairs of each group: as many groups a buffer as fit, and one dispatch for all of them.
pub(super) fn count_groups(device: &Device, groups: &[Planes], cells: PairCells) -> Result<Vec<Vec<u64>>> {
    let mut out: Vec<Vec<u64>> = groups.iter().map(|planes| vec![0; totals(planes, cells)]).collect();
    let mut held = Vec::new();
    let (mut data, mut results) = (0, 0);
    for (at, planes) in groups.iter().enumerate() {
        let shape = Shape::new(planes, cells);
        let own_data = 2 * planes.data().len() as u64;
        let own_results = shape.size();
        if own_data.max(own_results) > device.buffer_words() {
            let loaded = LoadedPlanes::new(device, planes)?;
            let total = out[at].len();
            out[at] =
                count_pairs(device, planes, &loaded, cells, total, &mut |_, _| ControlFlow::Continue(()))?;
            continue;
        }
        if data + own_data > device.buffer_words() || results + own_results > device.buffer_words() {
            count_held(device, groups, cells, &std::mem::take(&mut held), &mut out)?;
            (data, results) = (0, 0);
        }
        held.push((at, Placed { base: data, words: words_of(planes), result: results }));
        data += own_data;
        results += own_results;
    }
    count_held(device, groups, cells, &held, &mut out)?;
    Ok(out)
}

/// Counts of all pairs of a group.
fn totals(planes: &Planes, cells: PairCells) -> usize {
    let pairs = planes.raters() * planes.raters().saturating_sub(1) / 2;
    pairs * cells.width(planes.categories()).unwrap_or(0)
}

/// Some groups that fit into one buffer.
fn count_held(
    device: &Device,
    groups: &[Planes],
    cells: PairCells,
    held: &[(usize, Placed)],
    out: &mut [Vec<u64>],
) -> Result<()> {
    let of = |&(at, placed): &(usize, Placed)| (&groups[at], Shape::new(&groups[at], cells), placed);
    let sizes = held.iter().map(of).map(|(planes, shape, _)| (2 * planes.data().len() as u64, shape.size()));
    let (data, words) = sizes.fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    let Some((_, shape, _)) = held.first().map(of).filter(|_| data > 0 && words > 0) else { return Ok(()) };
    let kernel = shape.kernel();
    let sent = device.upload("judgments", data, |upload| {
        held.iter()
            .map(of)
            .for_each(|(planes, _, at)| upload.put(at.base, bytemuck::cast_slice(planes.data())));
    })?;
    let results = device.results("counts of pairs", words)?;
    let jobs = held.iter().map(of).flat_map(|(_, shape, at)| shape.jobs(at, 0..shape.rows, 0..shape.rows));
    device.run(kernel, &[&sent], &results, jobs, &mut |_| ControlFlow::Continue(()))?;
    let found = device.read(&results, words)?;
    for entry in held {
        let (planes, shape, at) = of(entry);
        let own = found.get(at.result as usize..(at.result + shape.size()) as usize).unwrap_or(&[]);
        if !out[entry.0].is_empty() {
            add_block(shape, &(0..shape.rows), &(0..shape.rows), own, planes.raters(), &mut out[entry.0]);
        }
    }
    Ok(())
}

/// Adds the counts of a block of rows and columns to those of the pairs.
fn add_block(
    shape: Shape,
    rows: &Range<u64>,
    columns: &Range<u64>,
    found: &[u32],
    raters: usize,
    counts: &mut [u64],
) {
    let across = ((columns.end - columns.start) * shape.width()) as usize;
    let k = match shape.cells {
        PairCells::Full => shape.categories as usize,
        PairCells::Agreement => 1,
    };
    for (row, found) in (rows.start as usize..).zip(found.chunks_exact(across)) {
        let (i, a) = (row / k, row % k);
        for (column, cell) in (columns.start as usize..).zip(found.chunks_exact(shape.width() as usize)) {
            let (j, b) = (column / k, column % k);
            if j <= i {
                continue;
            }
            let at = match shape.cells {
                PairCells::Full => (place(raters, i, j) * k + a) * k + b,
                PairCells::Agreement => 2 * place(raters, i, j),
            };
            for (count, &found) in counts[at..].iter_mut().zip(cell) {
                *count += u64::from(found);
            }
        }
    }
}
