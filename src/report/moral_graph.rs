use std::collections::HashMap;

use crate::moral_graph::{Catalogue, EdgeStats, MoralGraph};
use crate::report::cell::fixed;
use crate::report::moral_graph_layout::{Boxes, Item, Layout};
use crate::report::svg::{Anchor, COLOURS, FAINT, INK, MARGIN, Style, Svg, WIDTH, dashes_of, escape, xy};
use crate::report::width::{shorten_ems, wrap_ems_to};

const TITLE_SIZE: f64 = 9.5;
const LEGEND_ROW: f64 = 16.0;

/// A moral graph: values in boxes, the wiser to the right, and the edges between them.
///
/// A box is the darker the greater the value's rank, and the winner has a frame. An edge has the colour of its first
/// context and its dashes, is the wider the likelier it is, and the fainter the fewer people say so. Edges run between the boxes, never
/// over a title; a long title is cut and stands whole in the tooltip. Where there are more than three columns of boxes they
/// have numbers, and the titles stand below.
///
/// # Examples
/// ```
/// use probity::moral_graph::{Catalogue, EdgeFilter, MoralGraph, PageRank, Relationship::*, ValueCard, WiserVote, WiserVotes};
/// use probity::report::MoralGraphPlot;
/// let votes: WiserVotes = (0..5).map(|voter| WiserVote::new(voter, 1, 2, 0, Upgrade)).collect();
/// let graph = MoralGraph::from_votes(&votes, &EdgeFilter::default())?;
/// let cards = vec![ValueCard::new(1, "Strictness", vec![]), ValueCard::new(2, "Patience & calm", vec![])];
/// let catalogue = Catalogue::new(cards, vec!["When parenting".into()], vec![])?;
/// let plot = MoralGraphPlot::new("Parenting", graph.clone(), catalogue).ranks(graph.page_rank(&PageRank::default())?);
/// let svg = plot.to_svg();
/// assert!(svg.contains("Patience &amp; calm") && svg.contains("When parenting"));
/// let empty = MoralGraph::from_votes(&WiserVotes::new(), &EdgeFilter::default())?;
/// assert!(MoralGraphPlot::new("", empty, Catalogue::default()).to_svg().contains("no edge stands"));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MoralGraphPlot {
    title: String,
    subtitle: String,
    graph: MoralGraph,
    catalogue: Catalogue,
    ranks: HashMap<u32, f64>,
}

impl MoralGraphPlot {
    /// A plot of a graph with the names of its values and contexts.
    #[must_use]
    pub fn new(title: impl Into<String>, graph: MoralGraph, catalogue: Catalogue) -> Self {
        Self { title: title.into(), subtitle: String::new(), graph, catalogue, ranks: HashMap::new() }
    }

    /// Sets the lines under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = subtitle.into();
        self
    }

    /// Sets the ranks of values, such as [`MoralGraph::page_rank`] gives them. Values without one stay white.
    #[must_use]
    pub fn ranks(mut self, ranks: impl IntoIterator<Item = (u32, f64)>) -> Self {
        self.ranks = ranks.into_iter().filter(|(_, rank)| rank.is_finite()).collect();
        self
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let layout = Layout::new(&self.graph);
        let boxes = layout.boxes;
        let right = boxes.left_of(layout.columns.len().saturating_sub(1)) + boxes.width;
        let width = (right + MARGIN).max(WIDTH);
        let mut svg = Svg::new();
        let mut y = svg.heading(width, &self.title, &[&self.subtitle]);
        let colours = self.colours();
        y = self.draw_legend(&mut svg, y + 10.0, width, &colours);
        if self.graph.edges().is_empty() {
            y += 24.0;
            svg.text(MARGIN, y, Style::new(13.0, Anchor::Start), "no edge stands");
            return svg.finish(width, y + MARGIN, &self.title);
        }
        let top = y + 18.0;
        for (edge, route) in self.graph.edges().iter().zip(&layout.routes) {
            self.draw_edge(&mut svg, edge, &layout, route, (top, &colours));
        }
        let greatest = self.ranks.values().copied().fold(0.0, f64::max);
        for (i, item) in layout.items.iter().enumerate() {
            if let Item::Value(at) = *item {
                let place = (boxes.left_of(layout.column[i]), top + layout.y[i]);
                self.draw_value(&mut svg, at, place, greatest, boxes);
            }
        }
        let mut end = top + layout.height;
        if boxes.numbered {
            end = self.draw_list(&mut svg, end + 10.0, width);
        }
        svg.finish(width, end + MARGIN, &self.title)
    }

    /// Each context's colour: those of the most edges come first.
    fn colours(&self) -> Vec<Context> {
        let mut edges: HashMap<u32, usize> = HashMap::new();
        for context in self.graph.edges().iter().filter_map(|e| e.contexts.first()) {
            *edges.entry(*context).or_default() += 1;
        }
        let mut contexts: Vec<(u32, usize)> = edges.into_iter().collect();
        contexts.sort_by_key(|&(context, n)| (std::cmp::Reverse(n), context));
        let of =
            |(i, (context, edges)): (usize, (u32, usize))| Context { id: context, edges, style: i.min(LAST) };
        contexts.into_iter().enumerate().map(of).collect()
    }

    /// The colours with their contexts, in rows; returns where they end.
    fn draw_legend(&self, svg: &mut Svg, top: f64, width: f64, contexts: &[Context]) -> f64 {
        let named = contexts.iter().take(LAST);
        let mut entries: Vec<(usize, String)> = named
            .map(|c| (c.style, format!("{} ({})", shorten_ems(&self.catalogue.context(c.id), 24.0), c.edges)))
            .collect();
        let further = contexts.iter().skip(LAST);
        if further.len() > 0 {
            let n: usize = further.clone().map(|c| c.edges).sum();
            entries.push((LAST, format!("{} more contexts ({n})", further.len())));
        }
        let style = Style::new(10.0, Anchor::Start).fill(FAINT);
        let (mut x, mut y) = (MARGIN, top + LEGEND_ROW - 6.0);
        for (number, text) in entries {
            let room = 30.0 + style.width_of(&text) + 12.0;
            if x > MARGIN && x + room > width - MARGIN {
                (x, y) = (MARGIN, y + LEGEND_ROW);
            }
            svg.line(format_args!(
                "<path d=\"M{} {}h26\" stroke=\"{}\" stroke-width=\"2.5\" stroke-dasharray=\"{}\"/>",
                xy(x),
                xy(y - 3.5),
                COLOURS[number],
                dashes_of(number)
            ));
            svg.text(x + 30.0, y, style, &text);
            x += room;
        }
        y
    }

    fn draw_edge(
        &self,
        svg: &mut Svg,
        edge: &EdgeStats,
        layout: &Layout,
        route: &[usize],
        (top, contexts): (f64, &[Context]),
    ) {
        let context = edge.contexts.first();
        let style = contexts.iter().find(|c| Some(&c.id) == context).map(|c| c.style);
        let (colour, dashes) = style.map_or((INK, "none"), |style| (COLOURS[style], dashes_of(style)));
        let likelihood = edge.counts.likelihood().unwrap_or(0.0);
        let stroke = xy(0.8 + 2.0 * likelihood);
        let opacity = xy(0.35 + 0.6 * edge.counts.certainty().clamp(0.0, 1.0).sqrt());
        let names: Vec<_> = edge.contexts.iter().map(|&c| self.catalogue.context(c)).collect();
        let title = format!(
            "{} → {}: {} of {} answers, likelihood {}; {}",
            self.catalogue.title(edge.source),
            self.catalogue.title(edge.wiser),
            edge.counts.marked_wiser,
            edge.counts.impressions,
            fixed(likelihood, 2),
            names.join(", ")
        );
        svg.line(format_args!("<g><title>{}</title>", escape(&title)));
        svg.line(format_args!(
            "<path d=\"{}\" stroke=\"{colour}\" stroke-width=\"{stroke}\" stroke-dasharray=\"{dashes}\" \
             stroke-opacity=\"{opacity}\" fill=\"none\"/>",
            layout.path(route, top)
        ));
        if let Some(&target) = route.last() {
            let (x, y) = (xy(layout.boxes.left_of(layout.column[target])), xy(top + layout.y[target]));
            svg.line(format_args!(
                "<path d=\"M{x} {y}l-6 -3.5v7z\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/></g>"
            ));
        }
    }

    /// The titles of numbered boxes; returns where they end.
    fn draw_list(&self, svg: &mut Svg, mut y: f64, width: f64) -> f64 {
        for (at, &value) in self.graph.values().iter().enumerate() {
            y += 3.0;
            svg.text(
                MARGIN + 22.0,
                y + 13.0,
                Style::new(10.0, Anchor::End).fill(FAINT),
                &(at + 1).to_string(),
            );
            let lines = wrap_ems_to(&self.catalogue.title(value), (width - 2.0 * MARGIN - 30.0) / 10.0, 2);
            for line in &lines {
                y += 13.0;
                svg.text(MARGIN + 30.0, y, Style::new(10.0, Anchor::Start), line);
            }
            y += if lines.is_empty() { 13.0 } else { 0.0 };
        }
        y
    }

    fn draw_value(&self, svg: &mut Svg, at: usize, (x, middle): (f64, f64), greatest: f64, boxes: Boxes) {
        let Some(&value) = self.graph.values().get(at) else { return };
        let name = self.catalogue.title(value);
        let rank = self.ranks.get(&value).copied();
        let share = rank.filter(|_| greatest > 0.0).map_or(0.0, |rank| (rank / greatest).clamp(0.0, 1.0));
        let wins = rank == Some(greatest) && greatest > 0.0;
        // Never so dark that black letters on it are hard to read.
        let tint = |from: f64, to: f64| (from + (to - from) * share).round() as u8;
        let (red, green, blue) = (tint(255.0, 170.0), tint(255.0, 205.0), tint(255.0, 240.0));
        let (frame, stroke) = if wins { ("#0b5cad", 2.5) } else { ("#8c959f", 1.0) };
        let described = rank.map_or(String::new(), |rank| format!(", rank {}", fixed(rank, 4)));
        svg.line(format_args!("<g><title>{}</title>", escape(&format!("{name}{described}"))));
        svg.line(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\" \
             fill=\"rgb({red},{green},{blue})\" stroke=\"{frame}\" stroke-width=\"{stroke}\"/>",
            xy(x),
            xy(middle - boxes.height / 2.0),
            boxes.width,
            boxes.height
        ));
        let lines = if boxes.numbered {
            vec![(at + 1).to_string()]
        } else {
            wrap_ems_to(&name, (boxes.width - 8.0) / TITLE_SIZE, 3)
        };
        let first = middle + 3.3 - 5.75 * (lines.len() as f64 - 1.0);
        for (i, line) in lines.iter().enumerate() {
            let style = Style::new(TITLE_SIZE, Anchor::Middle);
            svg.text(x + boxes.width / 2.0, first + 11.5 * i as f64, style, line);
        }
        svg.line(format_args!("</g>"));
    }
}

/// The style that all further contexts share.
const LAST: usize = COLOURS.len() - 1;

/// A context with the number of its edges, and which colour and dashes they have.
struct Context {
    id: u32,
    edges: usize,
    style: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moral_graph::{EdgeFilter, Relationship, ValueCard, WiserVote, WiserVotes};

    #[test]
    fn names_are_escaped() {
        let cards = vec![ValueCard::new(1, "<b>\u{1}", vec![]), ValueCard::new(2, "B & C", vec![])];
        let catalogue = Catalogue::new(cards, vec![], vec![]).unwrap();
        let votes: WiserVotes =
            (0..3).map(|voter| WiserVote::new(voter, 1, 2, 0, Relationship::Upgrade)).collect();
        let graph = MoralGraph::from_votes(&votes, &EdgeFilter::default()).unwrap();
        let svg = MoralGraphPlot::new("<t>", graph, catalogue).ranks([(1, f64::NAN), (2, 1.0)]).to_svg();
        assert!(
            !svg.contains("<b>")
                && !svg.contains('\u{1}')
                && !svg.contains("NaN")
                && svg.contains("B &amp; C")
        );
    }
}
