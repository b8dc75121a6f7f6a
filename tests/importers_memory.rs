//! How much memory an importer takes at its peak: nothing of the texts that it passes over, and a small multiple of what it
//! gives back.
//!
//! The result is packed into one or two bytes a judgment beside the names; while judgments may still come in any order,
//! each needs 5 to 8 bytes (`RatingsBuilder::build`) and each name a place in a hash table. Hence the multiple.
//!
//! The peak is the kernel's own (`VmHWM`), of a process that does nothing else: this program starts itself once for each
//! measurement. Streams are generated while they are read. Where there is no `/proc`, nothing can be measured and
//! nothing is claimed. The last line is `memory: N measured, M failed`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a test program")]

use std::fmt::Write;
use std::io::Read;
use std::process::{Command, ExitCode};

use probity::io::{
    Import, LmEvalSamples, LongTable, MtBenchScores, OpenAiEvalsLog, ProdigyAnnotations, Result, Strictness,
};

/// Lines made one at a time.
struct Lines {
    make: fn(&mut String, usize, &str),
    text: String,
    next: usize,
    n: usize,
    line: String,
    at: usize,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.line.len() {
            if self.next == self.n {
                return Ok(0);
            }
            self.line.clear();
            (self.make)(&mut self.line, self.next, &self.text);
            self.line.push('\n');
            (self.next, self.at) = (self.next + 1, 0);
        }
        let n = buffer.len().min(self.line.len() - self.at);
        buffer[..n].copy_from_slice(&self.line.as_bytes()[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

type Make = fn(&mut String, usize, &str);
type Load = fn(Lines) -> Result<Import>;

const RATERS: usize = 4;

const STREAMS: [(&str, Make, Load); 5] = [
    (
        "lm-eval samples",
        |out, i, text| {
            write!(out, r#"{{"doc_id": {i}, "doc": "{text}", "filter": "none", "metrics": ["a", "b", "c", "d"], "a": 1, "b": 0, "c": 0.5, "d": 0.25}}"#)
                .unwrap();
        },
        |lines| LmEvalSamples::new().read_from(lines, Strictness::Strict),
    ),
    (
        "mt-bench scores",
        |out, i, text| {
            let (question, judge) = (i / RATERS, i % RATERS);
            write!(out, r#"{{"question_id": {question}, "model": "m", "judge": ["j{judge}"], "judgment": "{text}", "score": {}, "turn": 1}}"#, i % 10)
                .unwrap();
        },
        |lines| MtBenchScores::new().read_from(lines, Strictness::Strict),
    ),
    (
        "prodigy",
        |out, i, text| {
            let (task, ann) = (i / RATERS, i % RATERS);
            write!(out, r#"{{"_task_hash": {task}, "text": "{text}", "_annotator_id": "ann{ann}", "answer": "accept"}}"#)
                .unwrap();
        },
        |lines| ProdigyAnnotations::new().read_from(lines, Strictness::Strict),
    ),
    (
        "openai evals",
        |out, i, text| {
            write!(out, r#"{{"sample_id": "s.{i}", "type": "match", "data": {{"correct": true, "picked": "{text}"}}}}"#)
                .unwrap();
        },
        |lines| OpenAiEvalsLog::new().read_from(lines, Strictness::Strict),
    ),
    (
        "long table",
        |out, i, text| {
            if i == 0 {
                out.push_str("item,rater,label,text");
            } else {
                write!(out, "item{},rater{},{},{text}", i / RATERS, i % RATERS, i % 5).unwrap();
            }
        },
        |lines| LongTable::new("item", "rater", "label").read_from(lines, Strictness::Strict),
    ),
];

/// A line of `/proc/self/status`, in kibibytes.
fn status(key: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim_start_matches(':').trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// Reads a stream; prints by how much the peak rose and the size of the result, in kibibytes.
fn measure(stream: usize, records: usize, letters: usize) {
    let (_, make, load) = STREAMS[stream];
    let lines = Lines { make, text: "x".repeat(letters), next: 0, n: records, line: String::new(), at: 0 };
    let before = status("VmRSS").unwrap();
    let import = load(lines).unwrap();
    let peak = status("VmHWM").unwrap() - before;
    // What is cut loose is given back to the kernel only by chance: the result is measured by copies of it.
    let held = status("VmRSS").unwrap();
    let copies: Vec<Import> = (0..COPIES).map(|_| import.clone()).collect();
    let result = (status("VmRSS").unwrap() - held) / copies.len() as f64;
    println!("{peak} {result} {}", import.report.judgments);
}

const COPIES: usize = 12;

/// The peak may be so many times the result. Measured: 4 to 7 times.
const MULTIPLE: f64 = 10.0;

fn child(arguments: [usize; 3]) -> (f64, f64) {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this).arg("measure").args(arguments.map(|n| n.to_string())).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<f64> = text.split_whitespace().map(|n| n.parse().unwrap()).collect();
    (numbers[0], numbers[1])
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "measure") {
        let numbers: Vec<usize> = arguments[1..].iter().map(|n| n.parse().unwrap()).collect();
        measure(numbers[0], numbers[1], numbers[2]);
        return ExitCode::SUCCESS;
    }
    if status("VmHWM").is_none() {
        println!("memory: 0 measured, 0 failed (no /proc)");
        return ExitCode::SUCCESS;
    }
    let records = 400_000;
    let mut failed = 0;
    for (stream, (name, ..)) in STREAMS.iter().enumerate() {
        let (short, result) = child([stream, records, 10]);
        let (long, _) = child([stream, records, 1_000]);
        let within = short <= MULTIPLE * result;
        // The texts that are passed over, 400 MB of them, leave no trace.
        let flat = long <= short + 4096.0;
        failed += u32::from(!within) + u32::from(!flat);
        let word = if within && flat { "ok" } else { "FAILED" };
        println!(
            "{word} {name}: peak {short} KiB, {long} KiB with longer lines, result {result:.0} KiB, {:.2} of it",
            short / result
        );
    }
    println!("memory: {} measured, {failed} failed", STREAMS.len());
    ExitCode::from(u8::from(failed > 0))
}
