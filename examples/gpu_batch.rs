//! What a GPU gains over all processors of the same machine. Needs nothing but the driver.
//!
//! Measures the device first (popcounts, copies, uploads), then every job on the device and on all processors, checks that
//! both give the same, and prints the job as a share of what the device can do at best.
//!
//! ```text
//! gpu_batch [--allow-software] [--adapter NAME] [--raters N] [--items N]
//! ```
#![allow(clippy::print_stdout, reason = "a program reports to its user")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use probity::agreement::PatternCoefficient;
use probity::compute::{Backend, Cells, ComputeError, GpuOptions, GpuRates, PairTables, Resident};
use probity::inference::Bootstrap;
use probity::personalization::{PersevalOptions, PersonalizedDocument};
use probity::ratings::{Labels, Ratings, Scale};
use probity::rng::Stream;

const CATEGORIES: usize = 5;

struct Arguments {
    options: GpuOptions,
    raters: usize,
    items: usize,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut found = Arguments { options: GpuOptions::new(), raters: 1000, items: 1_000_000 };
    let mut rest = std::env::args().skip(1);
    while let Some(name) = rest.next() {
        if name == "--allow-software" {
            found.options = found.options.allow_software(true);
            continue;
        }
        let value = rest.next().ok_or_else(|| format!("{name}: a value is missing"))?;
        match name.as_str() {
            "--adapter" => found.options = found.options.adapter_name(value),
            "--raters" => found.raters = value.parse()?,
            "--items" => found.items = value.parse()?,
            _ => return Err(format!("unknown argument {name}").into()),
        }
    }
    Ok(found)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let began = Instant::now();
    let value = work();
    (value, began.elapsed().as_secs_f64())
}

/// A line of the report: seconds on both, and the share of a yardstick.
fn line(job: &str, gpu: f64, cpu: f64, share: &str) {
    println!("{job:<44} {:>10.1} ms {:>10.1} ms {:>7.2} x  {share}", gpu * 1e3, cpu * 1e3, cpu / gpu);
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { options, raters, items } = arguments()?;
    let backend = Backend::gpu(&options)?;
    let Backend::Gpu(gpu) = &backend else { return Err("not a GPU".into()) };
    let cpu = Backend::cpu();
    println!("device  {}\nbeside  {}", backend.info(), cpu.info());
    let rates = gpu.rates()?;
    let GpuRates { popcounts, copied_bytes, uploaded_bytes, .. } = rates;
    println!(
        "popcount {:.3e} words/s, copy {:.1} GB/s, upload {:.1} GB/s\n",
        popcounts,
        copied_bytes / 1e9,
        uploaded_bytes / 1e9
    );
    println!("{:<44} {:>13} {:>13} {:>9}  share of the device's best", "job", "GPU", "CPU", "gain");
    pairs(&backend, &cpu, &rates, (raters, items))?;
    bootstrap(&backend, &cpu)?;
    deviations(&backend, &cpu, &rates)?;
    Ok(())
}

/// Judgments rater after rater, a tenth of them missing.
fn columns(raters: usize, items: usize) -> Vec<Vec<u8>> {
    let column = |rater| {
        let mut stream = Stream::new(1, 0, rater);
        let code = |_| match stream.next_u32() % 50 {
            0..5 => u8::MAX,
            other => (other % CATEGORIES as u32) as u8,
        };
        (0..items).map(code).collect()
    };
    (0..raters as u32).map(column).collect()
}

fn same(gpu: &PairTables, cpu: &PairTables) -> Result<(), Box<dyn Error>> {
    if gpu == cpu { Ok(()) } else { Err("GPU and CPU differ".into()) }
}

fn pairs(
    backend: &Backend,
    cpu: &Backend,
    rates: &GpuRates,
    (raters, items): (usize, usize),
) -> Result<(), Box<dyn Error>> {
    let columns = columns(raters, items);
    let views: Vec<&[u8]> = columns.iter().map(Vec::as_slice).collect();
    let load = |backend: &Backend| backend.load_columns(Labels::codes(CATEGORIES), &views);
    let tables = |resident: Result<Resident, ComputeError>, cells| resident?.pair_tables(cells);
    // The first job compiles the kernels.
    for cells in [Cells::Full, Cells::Agreement] {
        backend.load_columns(Labels::codes(2), &[&[0, 1], &[1, 1]])?.pair_tables(cells)?;
    }
    let words = items.div_ceil(32) as f64;
    let all_pairs = raters as f64 * (raters as f64 - 1.0) / 2.0;
    let resident = load(backend)?;
    for (cells, name, counts) in
        [(Cells::Full, "all cells", (CATEGORIES * CATEGORIES) as f64), (Cells::Agreement, "agreement", 2.0)]
    {
        let (found, seconds) = timed(|| resident.pair_tables(cells));
        let (with_load, whole) = timed(|| tables(load(backend), cells));
        let (expected, cpu_seconds) = timed(|| tables(load(cpu), cells));
        let expected = expected?;
        same(&found?, &expected)?;
        same(&with_load?, &expected)?;
        let rate = all_pairs * words * counts / seconds;
        let job = format!("{name}, {raters} raters x {items} items");
        line(&job, seconds, cpu_seconds, &format!("{:.2} of the popcount rate", rate / rates.popcounts));
        line("  with packing and upload", whole, cpu_seconds, "");
    }
    Ok(())
}

fn bootstrap(backend: &Backend, cpu: &Backend) -> Result<(), Box<dyn Error>> {
    // Twenty raters: nearly every item is a pattern of its own, so that items are drawn.
    let (raters, items) = (20, 100_000);
    let mut stream = Stream::new(2, 0, 0);
    let codes: Vec<u8> = (0..raters * items).map(|_| stream.below(CATEGORIES as u64) as u8).collect();
    let ratings = Ratings::from_codes(Labels::codes(CATEGORIES), raters, codes)?;
    let (alpha, plan) =
        (PatternCoefficient::KrippendorffAlpha(Scale::Nominal), Bootstrap::new(3).resamples(1000)?);
    let (here, there) = (backend.load(&ratings)?, cpu.load(&ratings)?);
    let (found, seconds) = timed(|| here.bootstrap(&plan, &alpha));
    let (expected, cpu_seconds) = timed(|| there.bootstrap(&plan, &alpha));
    if found? != expected? {
        return Err("GPU and CPU differ".into());
    }
    let rate = 1e3 * items as f64 / seconds;
    line(
        "1,000 resamples of alpha, 100,000 x 20",
        seconds,
        cpu_seconds,
        &format!("{rate:.2e} draws/s with the rest"),
    );
    Ok(())
}

fn deviations(backend: &Backend, cpu: &Backend, rates: &GpuRates) -> Result<(), Box<dyn Error>> {
    let (documents, users) = (500, 100);
    let mut stream = Stream::new(4, 0, 0);
    let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| 0.2 + 0.8 * stream.uniform()).collect() };
    let (between, other, to) =
        (draw(documents * users * users), draw(documents * users * users), draw(documents * users));
    let square = users * users;
    let document = |i: usize| PersonalizedDocument {
        user_user: &between[i * square..(i + 1) * square],
        user_document: &to[i * users..(i + 1) * users],
        model_model: &other[i * square..(i + 1) * square],
        model_document: &to[i * users..(i + 1) * users],
        model_user: &to[i * users..(i + 1) * users],
    };
    let data: Vec<_> = (0..documents).map(document).collect();
    let options = PersevalOptions::default();
    black_box(backend.deviations(&data[..1], &options)?);
    let (found, seconds) = timed(|| backend.deviations(&data, &options));
    let (expected, cpu_seconds) = timed(|| cpu.deviations(&data, &options));
    let (found, expected) = (found?.degress()?, expected?.degress()?);
    if (found.value - expected.value).abs() > found.relative_tolerance * expected.value {
        return Err("GPU and CPU differ by more than the tolerance".into());
    }
    let rate = 8.0 * (documents * square) as f64 / seconds;
    let share = format!("{:.2} of the upload rate", rate / rates.uploaded_bytes);
    line("deviations, 500 documents x 100 users", seconds, cpu_seconds, &share);
    Ok(())
}
