use std::process::{Command, ExitCode};
use std::time::Duration;

use probity::compute::{Backend, Cells, ComputeError, Gpu, GpuOptions};

use super::data::Judgments;
use super::{CHILD, Test, options};

pub(super) const TESTS: &[Test] = &[
    ("a software adapter must be allowed", software),
    ("a name that no adapter has", name),
    ("a destroyed device", destroyed),
    ("a device that is too slow", slow),
    ("an absent driver", absent),
];

/// The device of the shared backend.
pub(super) fn gpu(backend: &Backend) -> &Gpu {
    match backend {
        Backend::Gpu(gpu) => gpu,
        other => panic!("{}", other.info()),
    }
}

fn software(backend: &Backend) {
    let gpu = gpu(backend);
    let found = Backend::gpu(&GpuOptions::new());
    if gpu.is_software() {
        // Hardware is preferred, so there is none.
        assert!(
            matches!(found, Err(ComputeError::SoftwareAdapter { name }) if gpu.name().starts_with(&name))
        );
        let auto = Backend::auto().info();
        assert!(auto.kind == "cpu" && auto.reason.contains("software"), "{auto}");
    } else {
        assert!(found.is_ok());
    }
    assert_eq!((backend.info().kind, backend.info().reason.as_str()), ("gpu", "asked for"));
}

fn name(backend: &Backend) {
    let whole = gpu(backend).name();
    let own = whole.split(',').next().unwrap();
    assert!(Backend::gpu(&options().adapter_name(own.to_uppercase())).is_ok());
    let Err(ComputeError::NoAdapter { reason }) = Backend::gpu(&options().adapter_name("abacus")) else {
        panic!("there is no such adapter")
    };
    assert!(reason.contains("abacus") && reason.contains(own), "{reason}");
}

fn destroyed(_: &Backend) {
    let backend = Backend::gpu(&options()).unwrap();
    let judgments = Judgments::drawn(1, (3, 4, 100), 5);
    let resident = backend.load(&judgments.ratings()).unwrap();
    assert_eq!(resident.pair_tables(Cells::Full).unwrap().counts(), judgments.counts(Cells::Full));
    gpu(&backend).destroy();
    for _ in 0..2 {
        let lost = resident.pair_tables(Cells::Full).unwrap_err();
        assert!(matches!(lost, ComputeError::Lost { .. }), "{lost}");
        let lost = backend.load(&judgments.ratings()).unwrap_err();
        assert!(matches!(lost, ComputeError::Lost { .. }), "{lost}");
        let mut other = resident.clone();
        let lost = other.reload(&judgments.ratings()).unwrap_err();
        assert!(matches!(lost, ComputeError::Lost { .. }) && other.n_items() == 0, "{lost}");
    }
    assert_eq!(resident.to_cpu().pair_tables(Cells::Full).unwrap().counts(), judgments.counts(Cells::Full));
}

fn slow(_: &Backend) {
    let backend = Backend::gpu(&options().timeout(Duration::ZERO)).unwrap();
    let judgments = Judgments::drawn(2, (8, 30, 20_000), 5);
    let slow = backend.load(&judgments.ratings()).unwrap().pair_tables(Cells::Full).unwrap_err();
    assert_eq!(slow, ComputeError::Timeout { milliseconds: 0 });
}

/// In a process of its own, since the driver is found once a process.
fn absent(_: &Backend) {
    // Elsewhere the driver belongs to the system and cannot be hidden.
    if cfg!(not(target_os = "linux")) {
        return;
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    let nowhere = "/nonexistent/icd.json";
    child.env(CHILD, "1").env("VK_DRIVER_FILES", nowhere).env("VK_ICD_FILENAMES", nowhere);
    let output = child.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// What a process without a driver finds.
pub(super) fn child() -> ExitCode {
    let Err(ComputeError::NoAdapter { reason }) = Backend::gpu(&options()) else {
        return ExitCode::from(2);
    };
    let auto = Backend::auto().info();
    println!("{reason}\n{auto}");
    let clear = !reason.is_empty() && auto.kind == "cpu" && auto.reason.contains(&reason);
    if clear { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
