//! Every kernel of the GPU against plain loops and against the CPU, on any adapter, software included.
//!
//! PROBITY_GPU_TESTS says what a missing adapter means: `require` fails, `skip` skips everything and says so. Unset is
//! `require` where CI is `true`; elsewhere the tests run if there is an adapter, and say so if there is none.
//! An argument runs only the tests whose name contains it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test program tells what it does"
)]

#[cfg(feature = "gpu")]
mod gpu_cases;

#[cfg(feature = "gpu")]
fn main() -> std::process::ExitCode {
    gpu_cases::main()
}

#[cfg(not(feature = "gpu"))]
fn main() {
    println!("gpu: nothing to test without the feature `gpu`");
}
