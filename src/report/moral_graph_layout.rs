//! Where the boxes and edges of a moral graph stand: columns of boxes, and lanes between them for edges that pass.

use std::collections::HashSet;

use crate::moral_graph::MoralGraph;
use crate::report::svg::{INSIDE, MARGIN, xy};

/// Between two boxes of a column.
const GAP: f64 = 12.0;
/// What an edge takes up that passes through a column.
const LANE: f64 = 8.0;
/// Columns of boxes with titles that a picture of the usual width holds.
const TITLED: usize = 3;
/// Sweeps that put each box near its neighbours.
const SWEEPS: usize = 8;

/// What stands in a column: a box, or the place where an edge passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Item {
    Value(usize),
    Lane,
}

/// How large the boxes are, and how far their columns are apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boxes {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) channel: f64,
    /// Whether a box has a number only, because titles would make too wide a picture.
    pub(super) numbered: bool,
}

impl Boxes {
    /// For so many columns. From 14 on even numbers make a picture wider than usual.
    fn new(columns: usize) -> Self {
        if columns <= TITLED {
            return Self { width: 104.0, height: 40.0, channel: 32.0, numbered: false };
        }
        let gaps = columns as f64 - 1.0;
        let channel = ((INSIDE - 20.0 * columns as f64) / gaps).clamp(9.0, 60.0);
        Self { width: 20.0, height: 18.0, channel, numbered: true }
    }

    /// Where the boxes of a column start.
    pub(super) fn left_of(self, column: usize) -> f64 {
        MARGIN + column as f64 * (self.width + self.channel)
    }

    fn height_of(self, item: Item) -> f64 {
        match item {
            Item::Value(_) => self.height,
            Item::Lane => LANE,
        }
    }
}

/// Where everything is.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) boxes: Boxes,
    pub(super) items: Vec<Item>,
    /// The column of each item.
    pub(super) column: Vec<usize>,
    /// The items of each column from top to bottom.
    pub(super) columns: Vec<Vec<usize>>,
    /// The middle of each item, from the top of the drawing.
    pub(super) y: Vec<f64>,
    /// For each edge of the graph, its items from source to target.
    pub(super) routes: Vec<Vec<usize>>,
    pub(super) height: f64,
}

impl Layout {
    pub(super) fn new(graph: &MoralGraph) -> Self {
        let ends: Vec<(usize, usize)> = graph
            .edges()
            .iter()
            .filter_map(|e| Some((graph.position(e.source)?, graph.position(e.wiser)?)))
            .collect();
        let column_of = columns_of(graph.values().len(), &ends);
        let columns = column_of.iter().max().map_or(0, |&last| last + 1);
        let mut layout = Self {
            boxes: Boxes::new(columns),
            items: (0..column_of.len()).map(Item::Value).collect(),
            columns: vec![Vec::new(); columns],
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
        items.iter().map(|&i| self.boxes.height_of(self.items[i]) + GAP).sum::<f64>() - GAP
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
            let height = self.boxes.height_of(self.items[i]);
            self.y[i] = at + height / 2.0;
            at += height + GAP;
        }
    }

    /// The way of an edge: straight through the lanes of columns, curved between columns.
    pub(super) fn path(&self, route: &[usize], top: f64) -> String {
        let (Some(&source), Some(&target)) = (route.first(), route.last()) else { return String::new() };
        let (wide, channel) = (self.boxes.width, self.boxes.channel);
        // Lanes are passed from right to left by an edge backwards; boxes are always left on the right.
        let backwards = self.column[target] <= self.column[source];
        let turned = |i: usize| backwards && self.items[i] == Item::Lane;
        let y = |i: usize| xy(top + self.y[i]);
        let left = |i: usize| self.boxes.left_of(self.column[i]);
        let mut path = format!("M{} {}", xy(left(source) + wide), y(source));
        for pair in route.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            // A curve that returns to its own column must stay within the margin.
            let reach = if self.column[a] == self.column[b] { channel / 4.0 } else { channel / 2.0 };
            let out = if turned(a) { left(a) - reach } else { left(a) + wide + reach };
            let (enters, into) =
                if turned(b) { (left(b) + wide, left(b) + wide + reach) } else { (left(b), left(b) - reach) };
            let curve = [out, y(a), into, y(b), enters, y(b)].map(|c| xy(c).to_string()).join(" ");
            path.push('C');
            path.push_str(&curve);
            if self.items[b] == Item::Lane {
                let end = if backwards { left(b) } else { left(b) + wide };
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
    use crate::moral_graph::{EdgeFilter, Relationship, WiserVote, WiserVotes};
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
            let tall = |i: usize| layout.boxes.height_of(layout.items[i]);
            for column in &layout.columns {
                for pair in column.windows(2) {
                    let room = f64::midpoint(tall(pair[0]), tall(pair[1]));
                    assert!(layout.y[pair[1]] - layout.y[pair[0]] >= room);
                }
                for &i in column {
                    let half = tall(i) / 2.0;
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
}
