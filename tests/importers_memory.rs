//! How much memory an importer takes at its peak: nothing of the texts that it passes over, and not much more than what
//! it gives back.
//!
//! The result is packed into one or two bytes a judgment beside the names. While rows come item by item, as logs are
//! written, the builder holds them as tightly; what is left is a hash table of the names of the items where these do not ascend
//! (5 to 7 bytes a name). Where an earlier item comes again, each judgment takes its place as well
//! (`RatingsBuilder::build`): 4 bytes and more against the one of the result.
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
use probity::ratings::{Ids, Ratings};

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

struct Stream {
    name: &'static str,
    /// The peak may be so many times the result.
    multiple: f64,
    make: Make,
    load: Load,
}

const RECORDS: usize = 800_000;
const RATERS: usize = 4;

/// A number that looks like chance, another one for each.
fn scattered(i: usize) -> u32 {
    (i as u32).wrapping_mul(2_654_435_761)
}

const STREAMS: [Stream; 9] = [
    Stream {
        name: "lm-eval samples",
        multiple: 1.5,
        make: |out, i, text| {
            write!(out, r#"{{"doc_id": {i}, "doc": "{text}", "filter": "none", "metrics": ["a", "b", "c", "d"], "a": 1, "b": 0, "c": 0.5, "d": 0.25}}"#)
                .unwrap();
        },
        load: |lines| LmEvalSamples::new().read_from(lines, Strictness::Strict),
    },
    Stream {
        name: "mt-bench scores",
        multiple: 1.5,
        make: |out, i, text| {
            let (question, judge) = (i / RATERS, i % RATERS);
            write!(out, r#"{{"question_id": {question}, "model": "m", "judge": ["j{judge}"], "judgment": "{text}", "score": {}, "turn": 1}}"#, i % 10)
                .unwrap();
        },
        load: |lines| MtBenchScores::new().read_from(lines, Strictness::Strict),
    },
    Stream {
        name: "prodigy",
        multiple: 1.5,
        make: |out, i, text| {
            let (task, ann) = (scattered(i / RATERS), i % RATERS);
            write!(out, r#"{{"_task_hash": {task}, "text": "{text}", "_annotator_id": "ann{ann}", "answer": "accept"}}"#)
                .unwrap();
        },
        load: |lines| ProdigyAnnotations::new().read_from(lines, Strictness::Strict),
    },
    Stream {
        name: "openai evals",
        multiple: 1.5,
        make: |out, i, text| {
            write!(out, r#"{{"sample_id": "s.{i}", "type": "match", "data": {{"correct": true, "picked": "{text}"}}}}"#)
                .unwrap();
        },
        load: |lines| OpenAiEvalsLog::new().read_from(lines, Strictness::Strict),
    },
    Stream {
        name: "openai evals, in the order of the answers",
        multiple: 1.5,
        make: |out, i, text| {
            let sample = scattered(i);
            let event = if i.count_ones() % 2 == 0 {
                format!(r#""match", "data": {{"correct": true, "picked": "{text}"}}"#)
            } else {
                format!(r#""sampling", "data": {{"prompt": "{text}"}}"#)
            };
            write!(out, r#"{{"sample_id": "task.dev.{sample}", "type": {event}}}"#).unwrap();
        },
        load: |lines| OpenAiEvalsLog::new().read_from(lines, Strictness::Strict),
    },
    Stream {
        name: "long table",
        multiple: 1.5,
        make: |out, i, text| table(out, i, text, i / RATERS, i % RATERS),
        load: |lines| LongTable::new("item", "rater", "label").read_from(lines, Strictness::Strict),
    },
    Stream {
        name: "long table, other raters each time",
        multiple: 1.5,
        make: |out, i, text| {
            let item = i / RATERS;
            table(out, i, text, item, (scattered(item) >> 24) as usize / 2 + i % RATERS * 31);
        },
        load: |lines| LongTable::new("item", "rater", "label").read_from(lines, Strictness::Strict),
    },
    Stream {
        name: "long table with gold",
        multiple: 1.5,
        make: |out, i, text| table(out, i, text, i / RATERS, i % RATERS),
        load: |lines| {
            LongTable::new("item", "rater", "label").gold("gold").read_from(lines, Strictness::Strict)
        },
    },
    Stream {
        name: "long table, rater by rater",
        multiple: 3.0,
        make: |out, i, text| {
            table(out, i, text, i % (RECORDS / RATERS), i / (RECORDS / RATERS));
        },
        load: |lines| LongTable::new("item", "rater", "label").read_from(lines, Strictness::Strict),
    },
];

fn table(out: &mut String, i: usize, text: &str, item: usize, rater: usize) {
    if i == 0 {
        out.push_str("item,rater,label,gold,text\n");
    }
    write!(out, "item{item},rater{rater},{},{},{text}", i % 5, item % 5).unwrap();
}

/// A line of `/proc/self/status`, in kibibytes.
fn status(key: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim_start_matches(':').trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// Bytes that a result needs.
fn bytes(import: &Import) -> usize {
    let names = |ids: &Ids| ids.names().map(|name| name.len() + size_of::<u32>()).sum::<usize>();
    // Gold labels and groups share the names of the items.
    let all = import.gold.iter().chain(import.groups.iter().map(|(_, group)| group));
    let judgments = |ratings: &Ratings| ratings.bytes() + names(ratings.raters());
    let skipped = import.report.skipped.len() * size_of::<probity::io::Skipped>();
    let all = std::iter::once(&import.ratings).chain(all);
    names(import.ratings.items()) + all.map(judgments).sum::<usize>() + skipped
}

/// Reads a stream; prints by how much the peak rose and the size of the result, in kibibytes.
fn measure(stream: usize, letters: usize) {
    let Stream { make, load, .. } = STREAMS[stream];
    let lines = |n| Lines { make, text: "x".repeat(letters), next: 0, n, line: String::new(), at: 0 };
    // The code, and what is set up once, are no part of it.
    load(lines(100)).unwrap();
    let before = status("VmRSS").unwrap();
    let import = load(lines(RECORDS)).unwrap();
    let peak = status("VmHWM").unwrap() - before;
    println!("{peak} {}", bytes(&import) as f64 / 1024.0);
}

fn child(arguments: [usize; 2]) -> (f64, f64) {
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
        measure(numbers[0], numbers[1]);
        return ExitCode::SUCCESS;
    }
    if status("VmHWM").is_none() {
        println!("memory: 0 measured, 0 failed (no /proc)");
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    for (stream, &Stream { name, multiple, .. }) in STREAMS.iter().enumerate() {
        let (short, result) = child([stream, 10]);
        let (long, _) = child([stream, 400]);
        // Both read the same judgments; what they differ by is the allocator's luck.
        let within = short.min(long) <= multiple * result;
        // The texts that are passed over, 300 MB of them, leave no trace.
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
