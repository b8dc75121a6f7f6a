use std::collections::HashMap;

use crate::moral_graph::{Catalogue, EdgeStats, MoralGraph};
use crate::report::cell::fixed;
use crate::report::moral_graph_layout::{BOX_HEIGHT, BOX_WIDTH, CHANNEL, Item, Layout, MARGIN, left_of};
use crate::report::svg::{Anchor, FAINT, INK, Style, Svg, escape, xy};
use crate::report::width::{ems, shorten_ems};

const TITLE_SIZE: f64 = 11.0;
const LEGEND_ROW: f64 = 18.0;

/// Colours that stay apart on white, also for those who do not see red and green apart; the last is for all further
/// contexts.
const COLOURS: [&str; 8] =
    ["#0b5cad", "#c4501b", "#1a7f5a", "#8a3ea8", "#a8740a", "#3b7d94", "#b0305c", "#8c959f"];

/// A moral graph: values in boxes, the wiser to the right, and the edges between them.
///
/// A box is the darker the greater the value's rank, and the winner has a frame. An edge has the colour of its first
/// context, is the wider the likelier it is, and the fainter the fewer people say so. Edges run between the boxes, never
/// over a title; a long title is cut in its middle and stands whole in the tooltip.
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
        let columns = layout.columns.len().max(3) as f64;
        let width = 2.0 * MARGIN + columns * BOX_WIDTH + (columns - 1.0) * CHANNEL;
        let mut svg = Svg::new();
        let mut y = svg.heading(MARGIN, width, &self.title, &[&self.subtitle]);
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
                self.draw_value(&mut svg, at, (left_of(layout.column[i]), top + layout.y[i]), greatest);
            }
        }
        svg.finish(width, top + layout.height + MARGIN, &self.title)
    }

    /// Each context's colour: those of the most edges come first.
    fn colours(&self) -> Vec<(u32, usize, &'static str)> {
        let mut edges: HashMap<u32, usize> = HashMap::new();
        for context in self.graph.edges().iter().filter_map(|e| e.contexts.first()) {
            *edges.entry(*context).or_default() += 1;
        }
        let mut contexts: Vec<(u32, usize)> = edges.into_iter().collect();
        contexts.sort_by_key(|&(context, n)| (std::cmp::Reverse(n), context));
        let last = COLOURS.len() - 1;
        contexts.into_iter().enumerate().map(|(i, (context, n))| (context, n, COLOURS[i.min(last)])).collect()
    }

    /// The colours with their contexts, in rows; returns where they end.
    fn draw_legend(
        &self,
        svg: &mut Svg,
        top: f64,
        width: f64,
        colours: &[(u32, usize, &'static str)],
    ) -> f64 {
        let last = COLOURS.len() - 1;
        let mut entries: Vec<(&str, String)> = Vec::new();
        for &(context, n, colour) in colours.iter().take(last) {
            entries.push((colour, format!("{} ({n})", shorten_ems(&self.catalogue.context(context), 24.0))));
        }
        let further = colours.iter().skip(last);
        if further.len() > 0 {
            let n: usize = further.clone().map(|(_, n, _)| n).sum();
            entries.push((COLOURS[last], format!("{} more contexts ({n})", further.len())));
        }
        let (mut x, mut y) = (MARGIN, top + LEGEND_ROW - 6.0);
        for (colour, text) in entries {
            let room = 24.0 + 11.0 * ems(&text) + 16.0;
            if x > MARGIN && x + room > width - MARGIN {
                (x, y) = (MARGIN, y + LEGEND_ROW);
            }
            svg.line(format_args!(
                "<path d=\"M{} {}h16\" stroke=\"{colour}\" stroke-width=\"3\"/>",
                xy(x),
                xy(y - 4.0)
            ));
            svg.text(x + 22.0, y, Style::new(11.0, Anchor::Start).fill(FAINT), &text);
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
        (top, colours): (f64, &[(u32, usize, &'static str)]),
    ) {
        let context = edge.contexts.first();
        let colour =
            colours.iter().find(|(c, _, _)| Some(c) == context).map_or(INK, |&(_, _, colour)| colour);
        let likelihood = edge.counts.likelihood().unwrap_or(0.0);
        let stroke = xy(0.8 + 2.6 * likelihood);
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
            "<path d=\"{}\" stroke=\"{colour}\" stroke-width=\"{stroke}\" stroke-opacity=\"{opacity}\" fill=\"none\"/>",
            layout.path(route, top)
        ));
        if let Some(&target) = route.last() {
            let (x, y) = (xy(left_of(layout.column[target])), xy(top + layout.y[target]));
            svg.line(format_args!(
                "<path d=\"M{x} {y}l-7 -4v8z\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/></g>"
            ));
        }
    }

    fn draw_value(&self, svg: &mut Svg, at: usize, (x, middle): (f64, f64), greatest: f64) {
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
            "<rect x=\"{}\" y=\"{}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"6\" \
             fill=\"rgb({red},{green},{blue})\" stroke=\"{frame}\" stroke-width=\"{stroke}\"/>",
            xy(x),
            xy(middle - BOX_HEIGHT / 2.0)
        ));
        let lines = two_lines(&name, (BOX_WIDTH - 14.0) / TITLE_SIZE);
        let first = middle + 4.0 - 6.5 * (lines.len() as f64 - 1.0);
        for (i, line) in lines.iter().enumerate() {
            let style = Style::new(TITLE_SIZE, Anchor::Middle);
            svg.text(x + BOX_WIDTH / 2.0, first + 13.0 * i as f64, style, line);
        }
        svg.line(format_args!("</g>"));
    }
}

/// A name in one line or two, each within `limit` em.
fn two_lines(name: &str, limit: f64) -> Vec<String> {
    if ems(name) <= limit {
        return vec![name.to_string()];
    }
    let mut breaks = name.match_indices(' ').map(|(i, _)| name.split_at(i));
    let fits = breaks.rfind(|(head, _)| ems(head) <= limit);
    match fits {
        Some((head, rest)) => vec![head.to_string(), shorten_ems(rest.trim_start(), limit)],
        None => vec![shorten_ems(name, limit)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moral_graph::{EdgeFilter, Relationship, ValueCard, WiserVote, WiserVotes};

    #[test]
    fn titles_keep_their_boxes() {
        let limit = (BOX_WIDTH - 14.0) / TITLE_SIZE;
        for name in [
            "Short",
            "Respecting Boundaries and Guiding Support",
            "Unbreakable".repeat(9).as_str(),
            "",
            "a b c",
        ] {
            let lines = two_lines(name, limit);
            assert!(
                (1..=2).contains(&lines.len()) && lines.iter().all(|line| ems(line) <= limit),
                "{lines:?}"
            );
        }
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
