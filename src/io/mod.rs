//! Files of judgments: long and wide tables, pairwise comparisons, two-turn results and predictions, from
//! CSV, TSV, JSON Lines, JSON arrays, Arrow, Parquet and the logs of tools.
//!
//! *How do I get from the file I have to [`Ratings`](crate::ratings::Ratings), and what was left out on the way?* A
//! [`LongTable`] has a row a judgment, a [`WideTable`] a row an item (or a row a rater), a [`PairTable`] a row a
//! comparison of two contenders, a [`TwoTurnTable`] a row an answer before and after its correction, a
//! [`PredictionTable`] a row a confidence with its outcome, an [`ObservationTable`] a row an observation of a model in a
//! scenario of honesty, a [`WiserVoteTable`] a row a vote on which of two values is wiser; a [`BattleTable`] knows how
//! Chatbot Arena, AlpacaEval and MT-bench write comparisons of models. A table is told which columns mean what. The logs
//! of tools have readers that know: [`ArgillaRecords`], [`DeepEvalRun`], [`HelmStats`], [`InspectLog`],
//! [`LabelStudioExport`], [`LmEvalSamples`], [`LmEvalResults`], [`MtBenchScores`], [`OpenAiEvalsLog`],
//! [`ProdigyAnnotations`] and [`PromptfooResults`]. [`detect`] tells which of them a file needs, and [`read_any`] (with
//! options: [`AnyFormat`]) finds it out and reads the file. Each reads a path or any [`std::io::Read`], and
//! gives the checked data with an [`ImportReport`].
//!
//! Conventions: nothing is dropped without a word. What to do with a row that cannot be read is an argument
//! ([`Strictness`]): the first one is an [`Error`] with path, line, record and field, or all of them are in the report.
//! Lines, and records (a header is none), count from 1; columns given by position from 0. How a file is written (format,
//! delimiter, header, which words mean *missing*) is its [`Dialect`]. Rows are read one at a time: while the
//! judgments of an item follow each other, as logs have them, memory peaks at 1.1 to 1.5 times the result; in any other
//! order a judgment takes 3 to 8 bytes more until all are read. Of a log that is one JSON object, the text is held. A
//! record of more than 128 MiB is none: of JSON it is skipped without being held, of a table it ends the reading (an open
//! quote may have swallowed the rest).
//!
//! # Arrow and Parquet
//! With the feature `arrow` every table also reads Apache Arrow: a slice of record batches (`read_batches`), a stream of
//! them (`read_stream`), and Parquet files by their extension or [`Dialect::format`] like any other format (`read`,
//! `read_from`). The result is that of a CSV file with the same data, except that places are a batch or a row group and a
//! record instead of lines. The arrays are those of `arrow-array` 59, which DataFusion 55 uses too.
//!
//! | column | is read as |
//! |---|---|
//! | `Utf8`, `LargeUtf8`, `Utf8View` | its text, in place; the markers of the [`Dialect`] mean missing, as in CSV |
//! | integers, `Float16` to `Float64` | the shortest decimal digits that give the number back: `1` is the same label in a column of integers and of floats; NaN is missing |
//! | `Boolean` | `true` and `false` |
//! | dictionaries of these, with any keys | what the entry is read as |
//! | `Null`, nulls in the above | missing |
//! | anything else | an error with the column and its type, unless the column is not asked for |
//!
//! Nothing is copied but what ends up in the result. A [`LongTable`] also takes shortcuts: an entry of a dictionary is
//! looked up by name once a dictionary, and from then on its key is the code; a number met lately is neither written out
//! nor looked up again. Confidences that are `Float64` are taken as they are; `Float32` as the decimal number that it is
//! short for (0.9, not 0.8999999762).
//!
//! Of a Parquet file only the columns asked for are read, a row group at a time (from a source that is no path, the
//! file is held in memory). Text that the file keeps as a dictionary stays one. Readable are columns without compression
//! and those with snappy, gzip or LZ4; zstd needs the feature `arrow-zstd`, because it compiles C, and Brotli is not
//! read. The bytes are decoded by the crate `parquet`. A file that is cut off is an error, but that crate allocates what a
//! file states, and nothing here keeps one made with intent from making it allocate much memory or panic. Files from
//! strangers belong in a process of their own.
//!
//! ```
//! # #[cfg(feature = "arrow")] {
//! use std::sync::Arc;
//!
//! use arrow_array::types::Int8Type;
//! use arrow_array::{ArrayRef, DictionaryArray, Int64Array, RecordBatch};
//! use probity::io::{LongTable, Strictness};
//!
//! let rater: DictionaryArray<Int8Type> = ["ann", "bob", "ann"].into_iter().collect();
//! let batch = RecordBatch::try_from_iter([
//!     ("item", Arc::new(Int64Array::from(vec![7, 7, 8])) as ArrayRef),
//!     ("rater", Arc::new(rater)),
//!     ("label", Arc::new(Int64Array::from(vec![Some(1), Some(2), None]))),
//! ])?;
//! let import = LongTable::new("item", "rater", "label").read_batches(&[batch.clone()], Strictness::Strict)?;
//! assert_eq!((import.ratings.n_items(), import.ratings.n_raters()), (2, 2));
//! assert_eq!((import.report.judgments, import.report.missing), (2, 1));
//!
//! // Whatever cannot be used says where it is.
//! let error = LongTable::new("label", "rater", "item").read_batches(&[batch], Strictness::Strict).unwrap_err();
//! assert_eq!(error.to_string(), r#"batch 1, record 3, field "label": expected an item, found a missing value"#);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod any_format;
#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "arrow")]
mod arrow_cells;
#[cfg(feature = "arrow")]
mod arrow_parquet;
mod battles;
mod collect;
mod delimited;
mod detect;
mod dialect;
mod error;
mod format_argilla;
mod format_deepeval;
mod format_helm;
mod format_inspect;
mod format_label_studio;
mod format_lm_eval;
mod format_lm_eval_results;
mod format_mt_bench;
mod format_openai_evals;
mod format_prodigy;
mod format_promptfoo;
mod guess;
mod importer;
mod input;
#[cfg(feature = "zip")]
mod inspect_archive;
mod json_lines;
mod json_records;
mod json_value;
mod long;
mod memo;
mod observations;
mod pairwise;
mod places;
mod predictions;
mod reading;
mod records;
mod report;
mod two_turn;
mod wide;
mod wiser_votes;
mod words;

pub use any_format::{AnyFormat, Content, Imported, read_any};
pub use battles::{Battle, BattleImport, BattleTable};
pub use collect::Import;
pub use detect::{Origin, detect, detect_in};
pub use dialect::{Column, Columns, Dialect, Format};
pub use error::{Error, ErrorKind, Location, Part, Place, Reason, Result};
pub use format_argilla::ArgillaRecords;
pub use format_deepeval::DeepEvalRun;
pub use format_helm::HelmStats;
pub use format_inspect::InspectLog;
pub use format_label_studio::LabelStudioExport;
pub use format_lm_eval::LmEvalSamples;
pub use format_lm_eval_results::{LmEvalResults, ScoreImport, TaskScore};
pub use format_mt_bench::MtBenchScores;
pub use format_openai_evals::OpenAiEvalsLog;
pub use format_prodigy::ProdigyAnnotations;
pub use format_promptfoo::PromptfooResults;
pub use long::LongTable;
pub use observations::{ObservationImport, ObservationTable};
pub use pairwise::{PairImport, PairTable, Winner};
pub use predictions::{PredictionGroup, PredictionImport, PredictionTable};
pub use report::{ImportReport, Skipped, Strictness};
pub use two_turn::{TwoTurnImport, TwoTurnTable};
pub use wide::WideTable;
pub use wiser_votes::{WiserImport, WiserVoteTable};
