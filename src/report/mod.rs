//! What people read: a report of sections, tables and figures, as terminal text, Markdown or JSON, and figures as SVG.
//!
//! *How do I show these figures to somebody?* Fill a [`Report`] with [`Section`]s of prose, notes, [`Table`]s and
//! [`Figure`]s, say with a [`Provenance`] what they were computed from and how, then render it with [`Report::to_text`],
//! [`Report::to_markdown`], [`Report::to_html`] or `Report::to_json` (feature `io`), which is read back.
//!
//! | picture | of |
//! |---|---|
//! | [`HeatMap`] | the agreement of every pair of raters, or who beat whom |
//! | [`ForestPlot`] | coefficients with their intervals |
//! | [`LeaderboardPlot`] | ranks with their intervals |
//! | [`Plane`] | two figures of several things against each other |
//! | [`Radar`] | many figures of a few things |
//! | [`ReliabilityPlot`] | accuracy against confidence |
//! | [`RiskCoveragePlot`] | what leaving out the least confident gains |
//! | [`MoralGraphPlot`] | values and the wiser ones |
//!
//! Conventions: a figure that is undefined is a [`Cell::Undefined`] with its reason, never a blank; a table that is
//! cut says how many rows it lost. Names come from anybody's data, so whatever is written is escaped for the place it
//! goes to: control characters for the terminal, markup for Markdown and XML. SVGs need no style sheet, script or font
//! file; they are 400 pixels wide, can be read at that width, in grey and by who does not see colours apart, and no label
//! of theirs lies on another.

mod axis;
mod cell;
mod forest;
mod heatmap;
mod html;
mod json;
mod leaderboard;
mod markdown;
mod model;
mod moral_graph;
mod moral_graph_layout;
mod places;
mod plane;
mod provenance;
mod radar;
mod reliability;
mod risk;
mod svg;
mod table;
mod terminal;
mod width;

pub use cell::Cell;
pub use forest::ForestPlot;
pub use heatmap::HeatMap;
pub use leaderboard::LeaderboardPlot;
pub use model::{Block, Figure, Report, Section};
pub use moral_graph::MoralGraphPlot;
pub use plane::Plane;
pub use provenance::{Derivation, Provenance, Source};
pub use radar::Radar;
pub use reliability::ReliabilityPlot;
pub use risk::RiskCoveragePlot;
pub use table::{Align, Column, Table};
