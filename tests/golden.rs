//! Every golden vector through one dispatcher.
//!
//! Vectors lie in `<dir>/<theme>/<stem>.json`; `PROBITY_GOLDEN` (a list separated by `:`) replaces `tests/golden`.
//! An unknown function and zero vectors are failures. The last line is `golden: N vectors, M failed`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

#[path = "golden_cases/mod.rs"]
mod cases;

use std::path::{Path, PathBuf};

use serde_json::Value;

fn directories() -> Vec<PathBuf> {
    match std::env::var("PROBITY_GOLDEN") {
        Ok(list) if !list.is_empty() => list.split(':').map(PathBuf::from).collect(),
        _ => vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")],
    }
}

/// The JSON files two levels below a directory, as (theme, stem, path), sorted.
fn files(directory: &Path) -> Vec<(String, String, PathBuf)> {
    let entries = |dir: &Path| -> Vec<PathBuf> {
        let read = std::fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
        let mut paths: Vec<_> = read.map(|entry| entry.expect("a readable directory entry").path()).collect();
        paths.sort();
        paths
    };
    let stem = |path: &Path| path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    // `data/` holds what vectors refer to, not vectors.
    let themes = entries(directory).into_iter().filter(|p| p.is_dir() && !p.ends_with("data"));
    let of_theme = |theme: PathBuf| {
        let name = stem(&theme);
        let json = entries(&theme).into_iter().filter(|p| p.extension().is_some_and(|e| e == "json"));
        json.map(move |path| (name.clone(), stem(&path), path)).collect::<Vec<_>>()
    };
    themes.flat_map(of_theme).collect()
}

/// Where `got` differs from `expected`: every key and element of `expected` must be there; numbers agree absolutely or
/// relatively within the tolerance.
fn differences(path: &str, expected: &Value, got: &Value, tolerance: f64, out: &mut Vec<String>) {
    let mut fail = |what: String| out.push(format!("{path}: {what}"));
    match (expected, got) {
        (Value::Number(e), Value::Number(g)) => {
            let (e, g) = (e.as_f64().unwrap(), g.as_f64().unwrap());
            if (e - g).abs() > tolerance * e.abs().max(1.0) {
                fail(format!("expected {e}, got {g}"));
            }
        }
        (Value::Array(e), Value::Array(g)) if e.len() == g.len() => {
            for (i, (e, g)) in e.iter().zip(g).enumerate() {
                differences(&format!("{path}[{i}]"), e, g, tolerance, out);
            }
        }
        (Value::Object(e), Value::Object(g)) => {
            for (key, e) in e {
                match g.get(key) {
                    Some(g) => differences(&format!("{path}.{key}"), e, g, tolerance, out),
                    None => out.push(format!("{path}.{key}: expected {e}, got nothing")),
                }
            }
        }
        _ if expected == got => {}
        _ => fail(format!("expected {expected}, got {got}")),
    }
}

fn check(theme: &str, stem: &str, case: &Value, directory: &Path) -> Result<(), String> {
    let function = case["function"].as_str().ok_or("the vector names no function")?;
    let mut expected = case["expected"].clone();
    for (pointer, value) in cases::corrections(theme, stem, case["name"].as_str().unwrap_or_default()) {
        *expected.pointer_mut(pointer).ok_or("a correction names what is not there")? = value;
    }
    let expected = &expected;
    let tolerance = case["tolerance"].as_f64().unwrap_or(1e-9);
    let outcome = cases::run(theme, stem, function, &case["input"], directory)
        .ok_or_else(|| format!("unknown function {function:?}"))?;
    let expects_error = expected.as_object().is_some_and(|o| o.len() == 1 && o.contains_key("error"));
    match outcome {
        Err(_) if expects_error => Ok(()),
        Err(error) => Err(format!("expected {expected}, got the error {error:?}")),
        Ok(got) if expects_error => Err(format!("expected {expected}, got {got}")),
        Ok(got) => {
            let mut found = Vec::new();
            differences("", expected, &got, tolerance, &mut found);
            if found.is_empty() { Ok(()) } else { Err(found.join("; ")) }
        }
    }
}

fn main() {
    let (mut vectors, mut failed) = (0usize, 0usize);
    for directory in directories() {
        for (theme, stem, path) in files(&directory) {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let file: Value =
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let cases = file["cases"].as_array().unwrap_or_else(|| panic!("{}: no cases", path.display()));
            for case in cases {
                vectors += 1;
                if let Err(why) = check(&theme, &stem, case, &directory) {
                    failed += 1;
                    println!("FAILED {theme}/{stem} {}: {why}", case["name"]);
                }
            }
        }
    }
    println!("golden: {vectors} vectors, {failed} failed");
    std::process::exit(i32::from(failed > 0 || vectors == 0));
}
