//! What the edges of a moral graph hang together like: paths, cycles, broken transitivity, and the graph as DOT.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write;

use crate::moral_graph::{Catalogue, MoralGraph};

impl MoralGraph {
    /// The outgoing edges of every position of the values.
    fn successors(&self) -> Vec<Vec<usize>> {
        let mut successors = vec![Vec::new(); self.values().len()];
        for (from, to, _) in self.weighted_edges() {
            successors[from as usize].push(to as usize);
        }
        successors
    }

    /// For every position that can be reached from a value by at least one edge, the position before it.
    fn reached(&self, value: u32) -> HashMap<usize, usize> {
        let successors = self.successors();
        let mut before = HashMap::new();
        let mut queue: VecDeque<usize> = self.position(value).into_iter().collect();
        while let Some(at) = queue.pop_front() {
            for &next in &successors[at] {
                before.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    at
                });
            }
        }
        before
    }

    /// Every value that is wiser than this one over one edge or several, in ascending order.
    #[must_use]
    pub fn wiser_than(&self, value: u32) -> Vec<u32> {
        let mut reached: Vec<u32> = self.reached(value).keys().map(|&v| self.values()[v]).collect();
        reached.sort_unstable();
        reached
    }

    /// A shortest way from a value to a wiser one; `None` if there is none. From a value to itself it is a cycle.
    #[must_use]
    pub fn wiser_path(&self, value: u32, wiser: u32) -> Option<Vec<u32>> {
        let (start, end) = (self.position(value)?, self.position(wiser)?);
        let before = self.reached(value);
        let mut path = vec![wiser];
        let mut at = *before.get(&end)?;
        while at != start {
            path.push(self.values()[at]);
            at = *before.get(&at)?;
        }
        path.push(value);
        path.reverse();
        Some(path)
    }

    /// The values that are wiser than each other: every strongly connected component of two values or more, ascending.
    ///
    /// *Wiser than* should have none.
    ///
    /// # Examples
    /// ```
    /// use probity::moral_graph::{EdgeFilter, MoralGraph, Relationship::*, WiserVote, WiserVotes};
    /// let cast = [(1, 2), (2, 3), (3, 1), (3, 4)];
    /// let twice = (0..2).flat_map(|voter| cast.map(|(a, b)| WiserVote::new(voter, a, b, 0, Upgrade)));
    /// let graph = MoralGraph::from_votes(&twice.collect::<WiserVotes>(), &EdgeFilter::default())?;
    /// assert_eq!(graph.cycles(), [[1, 2, 3]]);
    /// assert_eq!((graph.wiser_than(4), graph.wiser_path(1, 1)), (vec![], Some(vec![1, 2, 3, 1])));
    /// // 1 → 2 → 3 would make 3 wiser than 1; the votes say that 1 is.
    /// assert!(graph.broken_transitivity().contains(&[1, 2, 3]));
    /// # Ok::<(), probity::Error>(())
    /// ```
    #[must_use]
    pub fn cycles(&self) -> Vec<Vec<u32>> {
        let component = self.components();
        let mut members: HashMap<usize, Vec<u32>> = HashMap::new();
        for (&value, &root) in self.values().iter().zip(&component) {
            members.entry(root).or_default().push(value);
        }
        let mut cycles: Vec<Vec<u32>> = members.into_values().filter(|values| values.len() > 1).collect();
        cycles.sort_unstable();
        cycles
    }

    /// The strongly connected component of every position, by the number of one of its members (Kosaraju, without
    /// recursion).
    pub(crate) fn components(&self) -> Vec<usize> {
        let successors = self.successors();
        let n = successors.len();
        let mut finished = Vec::with_capacity(n);
        let mut visited = vec![false; n];
        for root in 0..n {
            let mut stack = vec![(root, 0)];
            while let Some((at, next)) = stack.pop() {
                if next == 0 && std::mem::replace(&mut visited[at], true) {
                    continue;
                }
                match successors[at].get(next) {
                    Some(&to) => {
                        stack.push((at, next + 1));
                        if !visited[to] {
                            stack.push((to, 0));
                        }
                    }
                    None => finished.push(at),
                }
            }
        }
        let mut predecessors = vec![Vec::new(); n];
        for (from, targets) in successors.iter().enumerate() {
            targets.iter().for_each(|&to| predecessors[to].push(from));
        }
        let mut component = vec![usize::MAX; n];
        for &root in finished.iter().rev() {
            let mut stack = vec![root];
            while let Some(at) = stack.pop() {
                if component[at] == usize::MAX {
                    component[at] = root;
                    stack.extend(&predecessors[at]);
                }
            }
        }
        component
    }

    /// Every (a, b, c) with edges a → b and b → c where more votes deny a → c than say so, ascending.
    ///
    /// The ranks of values assume that *wiser than* carries over; the votes bear witness only for one step.
    #[must_use]
    pub fn broken_transitivity(&self) -> Vec<[u32; 3]> {
        let denied = self.all_edges().iter().filter(|e| {
            let c = &e.counts;
            c.marked_not_wiser.saturating_add(c.marked_less_wise) > c.marked_wiser
        });
        let mut wiser_than: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut is_edge = std::collections::HashSet::new();
        for e in self.edges() {
            wiser_than.entry(e.source).or_default().push(e.wiser);
            is_edge.insert((e.source, e.wiser));
        }
        let mut broken: Vec<[u32; 3]> = denied
            .filter(|e| e.source != e.wiser)
            .flat_map(|e| {
                let between = wiser_than.get(&e.source).map_or(&[][..], Vec::as_slice).iter();
                between.filter(|&&b| is_edge.contains(&(b, e.wiser))).map(|&b| [e.source, b, e.wiser])
            })
            .collect();
        broken.sort_unstable();
        broken
    }

    /// The graph in the DOT language of Graphviz: values by their titles, edges with likelihood and votes.
    ///
    /// # Examples
    /// ```
    /// use probity::moral_graph::{Catalogue, EdgeFilter, MoralGraph, Relationship::*, WiserVote, WiserVotes};
    /// let votes: WiserVotes = (0..2).map(|voter| WiserVote::new(voter, 1, 2, 0, Upgrade)).collect();
    /// let dot = MoralGraph::from_votes(&votes, &EdgeFilter::default())?.to_dot(&Catalogue::default());
    /// assert!(dot.starts_with("digraph") && dot.contains("1 -> 2"));
    /// # Ok::<(), probity::Error>(())
    /// ```
    #[must_use]
    pub fn to_dot(&self, catalogue: &Catalogue) -> String {
        let quoted = |text: &str| {
            let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
            clean.collect::<String>().replace('\\', "\\\\").replace('"', "\\\"")
        };
        let mut dot =
            "digraph moral_graph {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n".to_string();
        for &value in self.values() {
            let _ = writeln!(dot, "  {value} [label=\"{}\"];", quoted(&catalogue.title(value)));
        }
        for e in self.edges() {
            let contexts: Vec<_> = e.contexts.iter().map(|&c| catalogue.context(c)).collect();
            let _ = writeln!(
                dot,
                "  {} -> {} [label=\"{:.2} ({} votes)\", tooltip=\"{}\", penwidth={:.2}];",
                e.source,
                e.wiser,
                e.counts.likelihood().unwrap_or(0.0),
                e.counts.impressions,
                quoted(&contexts.join(", ")),
                0.5 + 3.0 * e.counts.certainty().clamp(0.0, 1.0)
            );
        }
        dot.push_str("}\n");
        dot
    }
}
