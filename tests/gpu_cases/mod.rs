//! Which tests there are, and whether they must run.

mod data;
mod deviations;
mod device;
mod draws;
mod pairs;
mod scores;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use probity::compute::{Backend, GpuOptions};
use proptest::test_runner::{Config, TestRunner};

/// The name of a test and what it does with the shared backend.
type Test = (&'static str, fn(&Backend));

/// Set for the child process of the test of an absent driver.
const CHILD: &str = "PROBITY_GPU_CHILD";

/// Software will do: what counts here is that the figures are right.
fn options() -> GpuOptions {
    GpuOptions::new().allow_software(true)
}

/// Properties are tried on fewer data than on the CPU.
fn few() -> TestRunner {
    TestRunner::new(Config { cases: 32, failure_persistence: None, ..Config::default() })
}

/// What a missing adapter means.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Require,
    Skip,
    IfPresent,
}

fn mode() -> Result<Mode, String> {
    match std::env::var("PROBITY_GPU_TESTS").as_deref() {
        Ok("require") => Ok(Mode::Require),
        Ok("skip") => Ok(Mode::Skip),
        Ok(other) => Err(format!("PROBITY_GPU_TESTS: expected require or skip, found {other:?}")),
        Err(_) if std::env::var("CI").as_deref() == Ok("true") => Ok(Mode::Require),
        Err(_) => Ok(Mode::IfPresent),
    }
}

fn tests() -> Vec<Test> {
    [device::TESTS, pairs::TESTS, draws::TESTS, deviations::TESTS, scores::TESTS].concat()
}

/// A runner of its own: the tests share one device, and how many of them ran is itself checked.
pub(crate) fn main() -> ExitCode {
    if std::env::var_os(CHILD).is_some() {
        return device::child();
    }
    let fail = |why: String| {
        println!("gpu: FAILED: {why}");
        ExitCode::FAILURE
    };
    let mode = match mode() {
        Ok(Mode::Skip) => {
            println!("gpu: {} tests skipped, as PROBITY_GPU_TESTS=skip says", tests().len());
            return ExitCode::SUCCESS;
        }
        Ok(mode) => mode,
        Err(why) => return fail(why),
    };
    let backend = match Backend::gpu(&options()) {
        Ok(backend) => backend,
        Err(error) if mode == Mode::Require => return fail(error.to_string()),
        Err(error) => {
            println!(
                "gpu: {} tests NOT RUN: {error} (PROBITY_GPU_TESTS=require makes this a failure)",
                tests().len()
            );
            return ExitCode::SUCCESS;
        }
    };
    println!("gpu: {}", backend.info());
    let filters: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let (mut ran, mut failed) = (0, 0);
    for (name, test) in tests() {
        if !filters.is_empty() && !filters.iter().any(|filter| name.contains(filter.as_str())) {
            continue;
        }
        let began = Instant::now();
        let ok = catch_unwind(AssertUnwindSafe(|| test(&backend))).is_ok();
        println!("gpu: {name} {} ({:.1} s)", if ok { "ok" } else { "FAILED" }, began.elapsed().as_secs_f64());
        ran += 1;
        failed += usize::from(!ok);
    }
    println!("gpu: {ran} tests, {failed} failed");
    if failed > 0 || (ran == 0 && filters.is_empty()) {
        return fail(format!("{failed} of {ran} tests"));
    }
    ExitCode::SUCCESS
}
