//! The cookbook: twenty-one questions that people ask, each with a complete program that answers it.
//!
//! *Where do I start?* With the question that is nearest to yours. Each program is a file of `examples/cookbook/`; run one
//! by its name, `cargo run --example cookbook -- trust_judge`, or all of them without a name. Their answers are checked
//! against figures that were worked out by hand (`tests/cookbook.rs`).
//!
//! | question | program |
//! |---|---|
//! | Can I trust this judge? | `trust_judge` |
//! | Do my two annotators agree, and where not? | `where_disagree` |
//! | Which annotator drags agreement down? | `drags_down` |
//! | Why is kappa low although we nearly always agree? | `low_kappa` |
//! | Is one label per item enough? | `one_label` |
//! | How many items do I need for an interval of ±0.05? | `how_many_items` |
//! | Is the second judge better than the first? | `second_judge` |
//! | Which judge prefers long answers? | `long_answers` |
//! | Does the winner change when length is controlled? | `length_controlled` |
//! | Which model is best, and how sure is the ranking? | `best_model` |
//! | Is my model's confidence to be believed, and how do I mend it? | `mend_confidence` |
//! | When should the model abstain? | `abstain` |
//! | Does the model contradict itself? | `contradicts` |
//! | How many samples until one of them passes? | `pass_at_k` |
//! | Did self-correction help, or was it luck? | `self_correction` |
//! | Does the text keep my rules? | `keeps_rules` |
//! | Which value do people find wiser here? | `wiser_value` |
//! | What is the loss of these pairs? | `pair_loss` |
//! | How do I count on many machines? | `many_machines` |
//! | How does my task-by-task report get one call? | `task_report` |
//! | How do I read my tool's log? | `read_log` |
//!
//! # Can I trust this judge?
//!
//! Kappa of the judge and a person, beside that of two people, which is the ceiling.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/trust_judge.rs"), "```")]
//!
//! # Do my two annotators agree, and where not?
//!
//! Kappa for the whole, the contributions to the disagreement for the items.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/where_disagree.rs"), "```")]
//!
//! # Which annotator drags agreement down?
//!
//! The coefficient again without each of them.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/drags_down.rs"), "```")]
//!
//! # Why is kappa low although we nearly always agree?
//!
//! A diagnosis with figures: which category dominates, on which one nobody agrees, what a coefficient says that does not suffer from it.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/low_kappa.rs"), "```")]
//!
//! # Is one label per item enough?
//!
//! Majority votes, and how often a single vote is another one.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/one_label.rs"), "```")]
//!
//! # How many items do I need for an interval of ±0.05?
//!
//! Plans for shares, win rates, kappas and tests, each with what it achieves.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/how_many_items.rs"), "```")]
//!
//! # Is the second judge better than the first?
//!
//! Two kappas on the same items, compared by a paired bootstrap; accuracies by McNemar's test.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/second_judge.rs"), "```")]
//!
//! # Which judge prefers long answers?
//!
//! The share of choices that fall on the longer answer, against one half.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/long_answers.rs"), "```")]
//!
//! # Does the winner change when length is controlled?
//!
//! The raw win rate beside the one at equal length.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/length_controlled.rs"), "```")]
//!
//! # Which model is best, and how sure is the ranking?
//!
//! Strengths from battles, and the ranks that a bootstrap gives.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/best_model.rs"), "```")]
//!
//! # Is my model's confidence to be believed, and how do I mend it?
//!
//! The calibration error, and the same after a repair that was learnt on other answers.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/mend_confidence.rs"), "```")]
//!
//! # When should the model abstain?
//!
//! The threshold that keeps the share of wrong answers below a limit.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/abstain.rs"), "```")]
//!
//! # Does the model contradict itself?
//!
//! How far repeated answers to the same question agree.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/contradicts.rs"), "```")]
//!
//! # How many samples until one of them passes?
//!
//! pass@k, without bias, for k from one.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/pass_at_k.rs"), "```")]
//!
//! # Did self-correction help, or was it luck?
//!
//! Only the answers that changed can tell.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/self_correction.rs"), "```")]
//!
//! # Does the text keep my rules?
//!
//! A verdict with its reasons and where they stand in the text.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/keeps_rules.rs"), "```")]
//!
//! # Which value do people find wiser here?
//!
//! Votes between values, and the winner of their graph.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/wiser_value.rs"), "```")]
//!
//! # What is the loss of these pairs?
//!
//! A preference objective, pair by pair.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/pair_loss.rs"), "```")]
//!
//! # How do I count on many machines?
//!
//! Tallies that are written, merged in any order and scored once.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/many_machines.rs"), "```")]
//!
//! # How does my task-by-task report get one call?
//!
//! All tasks in one batch.
//!
#![doc = concat!("```\n", include_str!("../examples/cookbook/task_report.rs"), "```")]
//!
//! # How do I read my tool's log?
//!
//! Lines of JSON to ratings, with a report of what was read.
//!
#![cfg_attr(feature = "io", doc = concat!("```\n", include_str!("../examples/cookbook/read_log.rs"), "```"))]
