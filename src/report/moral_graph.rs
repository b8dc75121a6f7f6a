use std::collections::{HashMap, HashSet};

use crate::moral_graph::{Catalogue, EdgeStats, MoralGraph};
use crate::report::cell::fixed;
use crate::report::svg::{Anchor, FAINT, INK, Style, Svg, escape, xy};
use crate::report::width::{ems, shorten_ems, wrap};

const MARGIN: f64 = 20.0;
const BOX_WIDTH: f64 = 168.0;
const BOX_HEIGHT: f64 = 42.0;
/// Between two boxes of a column.
const GAP: f64 = 12.0;
/// What an edge takes up that passes through a column.
const LANE: f64 = 8.0;
/// Between two columns.
const CHANNEL: f64 = 72.0;
const TITLE_SIZE: f64 = 11.0;
const LEGEND_ROW: f64 = 18.0;
/// Sweeps that put each box near its neighbours.
const SWEEPS: usize = 8;

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

/// What stands in a column: a box, or the place where an edge passes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Item {
    Value(usize),
    Lane,
}

impl Item {
    fn height(self) -> f64 {
        match self {
            Self::Value(_) => BOX_HEIGHT,
            Self::Lane => LANE,
        }
    }
}

/// Where everything is.
#[derive(Debug)]
struct Layout {
    items: Vec<Item>,
    /// The column of each item.
    column: Vec<usize>,
    /// The items of each column from top to bottom.
    columns: Vec<Vec<usize>>,
    /// The middle of each item, from the top of the drawing.
    y: Vec<f64>,
    /// For each edge of the graph, its items from source to target.
    routes: Vec<Vec<usize>>,
    height: f64,
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
        let mut y = MARGIN + 14.0;
        let title = shorten_ems(&self.title, (width - 2.0 * MARGIN) / 16.0);
        svg.text(MARGIN, y, Style::new(16.0, Anchor::Start).bold(), &title);
        for line in wrap(&self.subtitle, ((width - 2.0 * MARGIN) / 7.2) as usize) {
            y += 17.0;
            svg.text(MARGIN, y, Style::new(12.0, Anchor::Start).fill(FAINT), &line);
        }
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

fn left_of(column: usize) -> f64 {
    MARGIN + column as f64 * (BOX_WIDTH + CHANNEL)
}

impl Layout {
    fn new(graph: &MoralGraph) -> Self {
        let ends: Vec<(usize, usize)> = graph
            .edges()
            .iter()
            .filter_map(|e| Some((graph.position(e.source)?, graph.position(e.wiser)?)))
            .collect();
        let column_of = columns_of(graph.values().len(), &ends);
        let mut layout = Self {
            items: (0..column_of.len()).map(Item::Value).collect(),
            columns: vec![Vec::new(); column_of.iter().max().map_or(0, |&last| last + 1)],
            y: Vec::new(),
            routes: Vec::new(),
            height: 0.0,
            column: column_of,
        };
        for &(from, to) in &ends {
            let (start, end) = (layout.column[from], layout.column[to]);
            let mut route = vec![from];
            // An edge backwards, of a cycle, passes the same columns the other way.
            let passed: Vec<usize> =
                if start < end { (start + 1..end).collect() } else { (end..=start).rev().collect() };
            for column in passed {
                route.push(layout.items.len());
                layout.items.push(Item::Lane);
                layout.column.push(column);
            }
            route.push(to);
            layout.routes.push(route);
        }
        for (i, &column) in layout.column.iter().enumerate() {
            layout.columns[column].push(i);
        }
        layout.arrange();
        layout
    }

    /// Puts the items of each column in the order of the middles of their neighbours, to and fro.
    fn arrange(&mut self) {
        let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); self.items.len()];
        for pair in self.routes.iter().flat_map(|route| route.windows(2)) {
            neighbours[pair[0]].push(pair[1]);
            neighbours[pair[1]].push(pair[0]);
        }
        self.place();
        for sweep in 0..SWEEPS {
            let mut order: Vec<usize> = (0..self.columns.len()).collect();
            if sweep % 2 == 1 {
                order.reverse();
            }
            for column in order {
                let middle = |&i: &usize| {
                    let near = &neighbours[i];
                    let sum: f64 = near.iter().map(|&j| self.y[j]).sum();
                    (i, if near.is_empty() { self.y[i] } else { sum / near.len() as f64 })
                };
                let mut keyed: Vec<(usize, f64)> = self.columns[column].iter().map(middle).collect();
                keyed.sort_by(|a, b| a.1.total_cmp(&b.1));
                self.columns[column] = keyed.into_iter().map(|(i, _)| i).collect();
                self.place_column(column);
            }
        }
    }

    fn tall(&self, column: usize) -> f64 {
        let items = &self.columns[column];
        items.iter().map(|&i| self.items[i].height() + GAP).sum::<f64>() - GAP
    }

    fn place(&mut self) {
        self.y = vec![0.0; self.items.len()];
        self.height = (0..self.columns.len()).map(|column| self.tall(column)).fold(0.0, f64::max);
        (0..self.columns.len()).for_each(|column| self.place_column(column));
    }

    /// Stacks a column around the middle of the drawing.
    fn place_column(&mut self, column: usize) {
        let mut at = (self.height - self.tall(column)) / 2.0;
        for &i in &self.columns[column] {
            let height = self.items[i].height();
            self.y[i] = at + height / 2.0;
            at += height + GAP;
        }
    }

    /// The way of an edge: straight through the lanes of columns, curved between columns.
    fn path(&self, route: &[usize], top: f64) -> String {
        let (Some(&source), Some(&target)) = (route.first(), route.last()) else { return String::new() };
        // Lanes are passed from right to left by an edge backwards; boxes are always left on the right.
        let backwards = self.column[target] <= self.column[source];
        let turned = |i: usize| backwards && self.items[i] == Item::Lane;
        let y = |i: usize| xy(top + self.y[i]);
        let left = |i: usize| left_of(self.column[i]);
        let mut path = format!("M{} {}", xy(left(source) + BOX_WIDTH), y(source));
        for pair in route.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            // A curve that returns to its own column must stay within the margin.
            let reach = if self.column[a] == self.column[b] { CHANNEL / 4.0 } else { CHANNEL / 2.0 };
            let out = if turned(a) { left(a) - reach } else { left(a) + BOX_WIDTH + reach };
            let (enters, into) = if turned(b) {
                (left(b) + BOX_WIDTH, left(b) + BOX_WIDTH + reach)
            } else {
                (left(b), left(b) - reach)
            };
            let curve = [out, y(a), into, y(b), enters, y(b)].map(|c| xy(c).to_string()).join(" ");
            path.push('C');
            path.push_str(&curve);
            if self.items[b] == Item::Lane {
                let end = if backwards { left(b) } else { left(b) + BOX_WIDTH };
                path.push('H');
                path.push_str(&xy(end).to_string());
            }
        }
        path
    }
}

/// The column of each of `n` values: one more than that of the values it is wiser than, edges backwards left out.
fn columns_of(n: usize, ends: &[(usize, usize)]) -> Vec<usize> {
    let mut successors = vec![Vec::new(); n];
    ends.iter().for_each(|&(from, to)| successors[from].push(to));
    // Depth first; an edge to a value that is still being visited closes a cycle.
    let (mut open, mut done) = (vec![false; n], vec![false; n]);
    let mut backwards: HashSet<(usize, usize)> = HashSet::new();
    let mut finished = Vec::with_capacity(n);
    for root in 0..n {
        let mut stack = if done[root] { Vec::new() } else { vec![(root, 0)] };
        while let Some((at, next)) = stack.pop() {
            open[at] = true;
            let Some(&to) = successors[at].get(next) else {
                (open[at], done[at]) = (false, true);
                finished.push(at);
                continue;
            };
            stack.push((at, next + 1));
            if open[to] {
                backwards.insert((at, to));
            } else if !done[to] {
                stack.push((to, 0));
            }
        }
    }
    let mut column = vec![0usize; n];
    for &at in finished.iter().rev() {
        for &to in successors[at].iter().filter(|&&to| !backwards.contains(&(at, to))) {
            column[to] = column[to].max(column[at] + 1);
        }
    }
    // A value without predecessors stands next to its first successor, not at the far left.
    let has_predecessor: HashSet<usize> =
        ends.iter().filter(|e| !backwards.contains(e)).map(|e| e.1).collect();
    for at in (0..n).filter(|at| !has_predecessor.contains(at)) {
        let forward = successors[at].iter().filter(|&&to| !backwards.contains(&(at, to)));
        if let Some(nearest) = forward.map(|&to| column[to]).min() {
            column[at] = nearest.saturating_sub(1);
        }
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moral_graph::{EdgeFilter, Relationship, ValueCard, WiserVote, WiserVotes};
    use crate::rng::Stream;

    fn graph(pairs: impl IntoIterator<Item = (u32, u32)>) -> MoralGraph {
        let pairs: Vec<(u32, u32)> = pairs.into_iter().collect();
        let vote = |voter, (from, to)| WiserVote::new(voter, from, to, from % 9, Relationship::Upgrade);
        let votes: WiserVotes =
            (0..3).flat_map(|voter| pairs.iter().map(move |&pair| vote(voter, pair))).collect();
        MoralGraph::from_votes(&votes, &EdgeFilter::default()).unwrap()
    }

    #[test]
    fn nothing_overlaps_or_runs_off_whatever_the_graph() {
        let mut stream = Stream::new(3, 0, 0);
        for n in 2..40 {
            let graph = graph((0..2 * n).map(|_| (stream.below(n) as u32, stream.below(n) as u32)));
            let layout = Layout::new(&graph);
            for column in &layout.columns {
                for pair in column.windows(2) {
                    let room = f64::midpoint(layout.items[pair[0]].height(), layout.items[pair[1]].height());
                    assert!(layout.y[pair[1]] - layout.y[pair[0]] >= room);
                }
                for &i in column {
                    let half = layout.items[i].height() / 2.0;
                    assert!(layout.y[i] >= half && layout.y[i] + half <= layout.height + 1e-9);
                }
            }
            // Every step of a route goes to a neighbouring column, or turns in its own.
            for route in &layout.routes {
                let columns = route.iter().map(|&i| layout.column[i]);
                assert!(columns.clone().zip(columns.skip(1)).all(|(a, b)| a.abs_diff(b) <= 1));
            }
        }
    }

    #[test]
    fn the_wiser_is_to_the_right_unless_there_is_a_cycle() {
        assert_eq!(columns_of(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]), [0, 1, 2, 1]);
        assert_eq!(columns_of(3, &[(0, 1), (1, 2), (2, 0)]), [0, 1, 2]);
        assert!(columns_of(0, &[]).is_empty());
    }

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
        let svg =
            MoralGraphPlot::new("<t>", graph([(1, 2)]), catalogue).ranks([(1, f64::NAN), (2, 1.0)]).to_svg();
        assert!(
            !svg.contains("<b>")
                && !svg.contains('\u{1}')
                && !svg.contains("NaN")
                && svg.contains("B &amp; C")
        );
    }
}
