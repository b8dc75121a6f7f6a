//! Files of judgments: long and wide tables, pairwise comparisons, two-turn results and predictions, from
//! CSV, TSV, JSON Lines, JSON arrays and the logs of tools.
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
//! delimiter, header, which words mean *missing*) is its [`Dialect`]. Rows are read one at a time: memory is that of
//! the result, except where a log is one JSON object, whose text is held. A record of more than 128 MiB is none:
//! of JSON it is skipped without being held, of a table it ends the reading (an open quote may have swallowed the rest).

mod any_format;
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
#[cfg(feature = "zip")]
mod inspect_archive;
mod json_lines;
mod json_records;
mod json_value;
mod long;
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
pub use error::{Error, ErrorKind, Location, Reason, Result};
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
