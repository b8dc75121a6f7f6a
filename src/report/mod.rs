//! What people read: a report of sections, tables and figures, as terminal text, Markdown or JSON, and figures as SVG.
//!
//! *How do I show these figures to somebody?* Fill a [`Report`] with [`Section`]s of prose, notes, [`Table`]s and
//! [`Figure`]s, then render it with [`Report::to_text`], [`Report::to_markdown`] or `Report::to_json` (feature `io`).
//! A [`HeatMap`] draws the agreement of every pair of raters, a [`ForestPlot`] draws coefficients with their intervals,
//! a [`Plane`] two figures of several things against each other, a [`Radar`] many figures of a few things, a
//! [`ReliabilityPlot`] accuracy against confidence, a [`RiskCoveragePlot`] what leaving out the least confident gains,
//! and a [`MoralGraphPlot`] values and the wiser ones.
//!
//! Conventions: a figure that is undefined is a [`Cell::Undefined`] with its reason, never a blank; a table that is
//! cut says how many rows it lost. Names come from anybody's data, so whatever is written is escaped for the place it
//! goes to: control characters for the terminal, markup for Markdown and XML. SVGs need no style sheet, script or font
//! file.

mod axis;
mod cell;
mod forest;
mod heatmap;
mod html;
mod json;
mod markdown;
mod model;
mod moral_graph;
mod moral_graph_layout;
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
pub use model::{Block, Figure, Report, Section};
pub use moral_graph::MoralGraphPlot;
pub use plane::Plane;
pub use provenance::{Derivation, Provenance, Source};
pub use radar::Radar;
pub use reliability::ReliabilityPlot;
pub use risk::RiskCoveragePlot;
pub use table::{Align, Column, Table};
