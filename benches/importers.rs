//! Reading the logs of tools, beside a memory read of the same bytes and beside finding their lines.
//!
//! The files are generated, each about 24 MB unless `PROBITY_BENCH_MB` says otherwise.
#![allow(missing_docs, clippy::expect_used, reason = "a benchmark")]

mod common;

use std::fmt::Write;
use std::hint::black_box;
use std::io::BufRead;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use probity::io::{
    AnyFormat, ArgillaRecords, BattleTable, DeepEvalRun, Dialect, Format, HelmStats, InspectLog,
    LabelStudioExport, LmEvalSamples, MtBenchScores, OpenAiEvalsLog, ProdigyAnnotations, PromptfooResults,
    Strictness,
};

/// Writes one record.
type Make = fn(&mut String, usize);
/// Reads a file; gives its judgments.
type Read = fn(&[u8]) -> u64;

const TEXT: &str = "The river rose for three days and the ferry did not run; \\\"wait\\\", said the keeper, and so they \
                    waited, \\n until the water fell and the first cart could be taken over to the other side.";

struct Kind {
    name: &'static str,
    before: &'static str,
    between: &'static str,
    after: &'static str,
    make: Make,
    read: Read,
}

const fn lines(name: &'static str, make: Make, read: Read) -> Kind {
    Kind { name, before: "", between: "\n", after: "\n", make, read }
}

const fn array(name: &'static str, make: Make, read: Read) -> Kind {
    Kind { name, before: "[", between: ",\n", after: "]", make, read }
}

const STRICT: Strictness = Strictness::Strict;

/// Writes to a string, which takes any text.
macro_rules! put {
    ($out:expr, $($part:tt)*) => { write!($out, $($part)*).expect("a string takes any text") };
}

macro_rules! judgments {
    ($reader:expr) => {
        |bytes| $reader.read_from(bytes, STRICT).expect("a file of this format").report.judgments
    };
}

/// A record of MT-bench's scores.
fn mt_bench(out: &mut String, i: usize) {
    put!(
        out,
        r#"{{"question_id": {}, "model": "model-{}", "judge": ["gpt-4", "single-v1"], "user_prompt": "{TEXT} {TEXT}", "judgment": "{TEXT} [[7]]", "score": {}, "turn": {}, "tstamp": 1687289512.5}}"#,
        i / 8,
        i / 2 % 4,
        i % 10 + 1,
        i % 2 + 1
    );
}

const KINDS: [Kind; 14] = [
    lines(
        "lm-eval samples",
        |out, i| {
            put!(
                out,
                r#"{{"doc_id": {i}, "doc": {{"question": "{TEXT}", "choices": ["a", "b"]}}, "target": "4", "arguments": {{"gen_args_0": {{"arg_0": "{TEXT} {TEXT}"}}}}, "resps": [["{TEXT}"]], "filtered_resps": ["4"], "filter": "none", "metrics": ["exact_match", "f1"], "doc_hash": "a1", "exact_match": {}.0, "f1": 0.5}}"#,
                i % 2
            );
        },
        judgments!(LmEvalSamples::new()),
    ),
    lines("mt-bench scores", mt_bench, judgments!(MtBenchScores::new())),
    lines(
        "mt-bench pairs",
        |out, i| {
            put!(
                out,
                r#"{{"question_id": {i}, "model_1": "a", "model_2": "b", "g1_winner": "model_1", "g2_winner": "tie", "judge": ["gpt-4", "pair-v2"], "g1_user_prompt": "{TEXT}", "g1_judgment": "{TEXT}", "g2_user_prompt": "{TEXT}", "g2_judgment": "{TEXT}", "turn": 1, "tstamp": 1.5}}"#
            );
        },
        |bytes| {
            let table = BattleTable::mt_bench().dialect(Dialect::new().format(Format::JsonLines));
            table.read_from(bytes, STRICT).expect("pairs").report.judgments
        },
    ),
    lines(
        "arena battles",
        |out, i| {
            put!(
                out,
                r#"{{"question_id": "{i:032x}", "model_a": "m{}", "model_b": "n{}", "winner": "model_a", "judge": "arena_user_{}", "conversation_a": [{{"role": "user", "content": "{TEXT}"}}], "conversation_b": [{{"role": "user", "content": "{TEXT}"}}], "turn": 1, "language": "English"}}"#,
                i % 20,
                i % 19,
                i % 1000
            );
        },
        |bytes| {
            let table = BattleTable::arena().dialect(Dialect::new().format(Format::JsonLines));
            table.read_from(bytes, STRICT).expect("battles").report.judgments
        },
    ),
    lines(
        "prodigy",
        |out, i| {
            put!(
                out,
                r#"{{"text": "{TEXT}", "_input_hash": {}, "_task_hash": {}, "options": [{{"id": "calm", "text": "calm"}}, {{"id": "angry", "text": "angry"}}], "_view_id": "choice", "config": {{"choice_style": "single"}}, "accept": ["{}"], "answer": "accept", "_timestamp": 1654000000, "_annotator_id": "ann{}", "_session_id": "s-ann{}"}}"#,
                i / 3,
                i / 3,
                if i % 4 == 0 { "angry" } else { "calm" },
                i % 3,
                i % 3
            );
        },
        judgments!(ProdigyAnnotations::new()),
    ),
    lines(
        "openai evals",
        |out, i| {
            put!(
                out,
                r#"{{"run_id": "230101", "event_id": {}, "sample_id": "task.dev.{i}", "type": "sampling", "data": {{"prompt": "{TEXT}", "sampled": ["4"]}}, "created_by": "", "created_at": "2023-01-01"}}
{{"run_id": "230101", "event_id": {}, "sample_id": "task.dev.{i}", "type": "match", "data": {{"correct": true, "expected": "4", "picked": "4"}}, "created_by": "", "created_at": "2023-01-01"}}"#,
                2 * i,
                2 * i + 1
            );
        },
        judgments!(OpenAiEvalsLog::new()),
    ),
    lines("any format: mt-bench scores", mt_bench, |bytes| {
        AnyFormat::new().read_from(bytes, STRICT).expect("scores").report().judgments
    }),
    array(
        "alpaca eval",
        |out, i| {
            put!(
                out,
                r#"{{"instruction": "{i} {TEXT}", "output_1": "{TEXT}", "generator_1": "base", "dataset": "d", "output_2": "{TEXT}", "generator_2": "new", "annotator": "judge", "preference": 1.25, "price_per_example": 0.01}}"#
            );
        },
        |bytes| {
            let table =
                BattleTable::alpaca_eval().dialect(Dialect::new().format(Format::JsonArray).trim(false));
            table.read_from(bytes, STRICT).expect("annotations").report.judgments
        },
    ),
    array(
        "argilla",
        |out, i| {
            put!(
                out,
                r#"{{"id": "{i}", "status": "completed", "text": "{TEXT}", "tone.responses": ["good", "bad"], "tone.responses.users": ["u", "v"], "tone.responses.status": ["submitted", "submitted"], "tone.suggestion": null}}"#
            );
        },
        judgments!(ArgillaRecords::new()),
    ),
    array(
        "label studio",
        |out, i| {
            put!(
                out,
                r#"{{"id": {i}, "data": {{"text": "{TEXT}"}}, "annotations": [{{"id": 1, "completed_by": 5, "was_cancelled": false, "ground_truth": false, "lead_time": 4.5, "result": [{{"id": "r", "from_name": "tone", "to_name": "text", "type": "choices", "value": {{"choices": ["Warm"]}}}}]}}], "predictions": []}}"#
            );
        },
        judgments!(LabelStudioExport::new()),
    ),
    array(
        "helm",
        |out, i| {
            put!(out, r#"{{"instance_id": "id{i}", "train_trial_index": 0, "stats": ["#);
            for (k, name) in
                ["exact_match", "quasi_exact_match", "num_prompt_tokens", "logprob"].iter().enumerate()
            {
                let comma = if k > 0 { ", " } else { "" };
                put!(
                    out,
                    r#"{comma}{{"name": {{"name": "{name}", "split": "test"}}, "count": 1, "sum": 1, "sum_squared": 1, "min": 1, "max": 1, "mean": 1.0}}"#
                );
            }
            out.push_str("]}");
        },
        judgments!(HelmStats::new()),
    ),
    Kind {
        name: "inspect",
        before: r#"{"version": 2, "status": "success", "eval": {"task": "t", "model": "m"}, "samples": ["#,
        between: ",\n",
        after: "]}",
        make: |out, i| {
            put!(
                out,
                r#"{{"id": {i}, "epoch": 1, "input": "{TEXT}", "target": "4", "messages": [{{"role": "user", "content": "{TEXT}"}}], "scores": {{"match": {{"value": "C", "answer": "4", "explanation": "{TEXT}"}}}}, "metadata": {{}}}}"#
            );
        },
        read: judgments!(InspectLog::new()),
    },
    Kind {
        name: "promptfoo",
        before: r#"{"evalId": "e", "results": {"version": 3, "results": ["#,
        between: ",\n",
        after: "]}}",
        make: |out, i| {
            put!(
                out,
                r#"{{"testIdx": {i}, "promptIdx": 0, "provider": {{"id": "p"}}, "success": true, "score": 1, "failureReason": 0, "response": {{"output": "{TEXT} {TEXT}"}}, "gradingResult": {{"pass": true, "score": 1, "componentResults": [{{"pass": true, "score": 1, "assertion": {{"type": "contains", "metric": "Greets"}}}}]}}}}"#
            );
        },
        read: judgments!(PromptfooResults::new().assertions()),
    },
    Kind {
        name: "deepeval",
        before: r#"{"testRunData": {"testCases": ["#,
        between: ",\n",
        after: "]}}",
        make: |out, i| {
            put!(
                out,
                r#"{{"name": "case {i}", "order": {i}, "input": "{TEXT}", "actualOutput": "{TEXT}", "success": true, "metricsData": [{{"name": "Tone", "score": 0.75, "threshold": 0.5, "success": true, "reason": "{TEXT}", "evaluationModel": "j"}}]}}"#
            );
        },
        read: judgments!(DeepEvalRun::new()),
    },
];

impl Kind {
    fn file(&self, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes + 4096);
        text.push_str(self.before);
        for i in 0.. {
            if i > 0 {
                text.push_str(self.between);
            }
            (self.make)(&mut text, i);
            if text.len() >= bytes {
                break;
            }
        }
        text.push_str(self.after);
        text
    }
}

/// Lines found by their ends, in a reused buffer.
fn split(text: &[u8]) -> usize {
    let mut reader = std::io::BufReader::with_capacity(1 << 16, text);
    let (mut line, mut sum) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line).expect("bytes in memory") > 0 {
        sum += line.len();
        line.clear();
    }
    sum
}

fn read(c: &mut Criterion) {
    let megabytes = std::env::var("PROBITY_BENCH_MB").ok().and_then(|n| n.parse().ok()).unwrap_or(24usize);
    for kind in &KINDS {
        let text = kind.file(megabytes * 1_000_000);
        let mut group = c.benchmark_group(kind.name);
        group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("read the bytes", |b| {
            b.iter(|| common::read_bytes(black_box(text.as_bytes())));
        });
        group.bench_function("find the lines", |b| b.iter(|| split(black_box(text.as_bytes()))));
        group.bench_function("import", |b| b.iter(|| (kind.read)(black_box(text.as_bytes()))));
        group.finish();
    }
}

criterion_group!(benches, read);
criterion_main!(benches);
