use crate::error::{Error, Result, Undefined};
use crate::ratings::Labels;
use crate::tally::Comparisons;

/// Who can be compared with whom, directly or through others.
///
/// An edge leads from each winner to the loser, and both ways between two that tied. Strengths have a finite maximum
/// of the likelihood only if every contender is reached from every other one.
///
/// # Examples
/// ```
/// use probity::preference::comparison_graph;
/// use probity::ratings::Labels;
/// use probity::tally::Comparisons;
/// // 0 beat both others and never lost.
/// let wins = vec![0, 3, 2, 0, 0, 1, 0, 1, 0];
/// let graph = comparison_graph(&Comparisons::from_counts(Labels::codes(3), wins, vec![0; 3])?);
/// assert_eq!(graph.levels, [vec![0], vec![1, 2]]);
/// assert!(graph.is_connected() && !graph.is_strongly_connected());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ComparisonGraph {
    /// The strongly connected components: nobody in a later one ever beat or tied with anybody in an earlier one.
    pub levels: Vec<Vec<usize>>,
    /// The connected components: contenders of different ones were never compared, not even through others.
    pub islands: Vec<Vec<usize>>,
}

/// The components of a tally's comparisons.
///
/// # Source
/// Ford 1957 (the condition); Tarjan 1972 (the components).
///
/// # Complexity
/// Linear in the pairs that were compared.
#[must_use]
pub fn comparison_graph(comparisons: &Comparisons) -> ComparisonGraph {
    let mut edges = Vec::new();
    for (a, b, [wins, losses, ties]) in comparisons.pairs() {
        if wins + ties > 0 {
            edges.push((a, b));
        }
        if losses + ties > 0 {
            edges.push((b, a));
        }
    }
    ComparisonGraph::from_edges(comparisons.n_contenders(), &edges)
}

/// No number yet.
const NONE: usize = usize::MAX;

impl ComparisonGraph {
    /// Of edges from winners to losers, both below `n`.
    pub(super) fn from_edges(n: usize, edges: &[(usize, usize)]) -> Self {
        let losers = Neighbours::new(n, edges.iter().copied());
        let both = edges.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
        let mut islands = strong_components(n, &Neighbours::new(n, both));
        islands.sort_unstable();
        Self { levels: strong_components(n, &losers), islands }
    }

    /// Whether every two contenders were compared, directly or through others.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.islands.len() <= 1
    }

    /// Whether a chain of wins or ties leads from every contender to every other one.
    #[must_use]
    pub fn is_strongly_connected(&self) -> bool {
        self.levels.len() <= 1
    }

    /// The undefined result that names who stands apart.
    pub(super) fn check(&self, metric: &'static str, names: &Labels) -> Result<()> {
        let (apart, relation) = match (self.levels.first(), self.levels.last()) {
            _ if !self.is_connected() => {
                (self.islands.iter().min_by_key(|island| island.len()), "were never compared with")
            }
            (Some(top), Some(bottom)) if !self.is_strongly_connected() => {
                if bottom.len() < top.len() {
                    (Some(bottom), "never beat or tied with")
                } else {
                    (Some(top), "never lost to or tied with")
                }
            }
            _ => return Ok(()),
        };
        let contenders = listed(apart.map_or(&[], Vec::as_slice), names);
        Err(Error::undefined(metric, Undefined::Apart { contenders, relation }))
    }
}

/// Names joined for reading, the first ten.
fn listed(contenders: &[usize], names: &Labels) -> String {
    const SHOWN: usize = 10;
    let name = |&i: &usize| names.names().get(i).map_or_else(|| i.to_string(), String::clone);
    let text = contenders.iter().take(SHOWN).map(name).collect::<Vec<_>>().join(", ");
    if contenders.len() > SHOWN { format!("{text} and {} more", contenders.len() - SHOWN) } else { text }
}

/// By node the ends of its edges.
struct Neighbours {
    ends: Vec<usize>,
    /// Where each node's begin, and where the last one's end.
    bounds: Vec<usize>,
}

impl Neighbours {
    fn new(n: usize, edges: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut bounds = vec![0; n + 1];
        edges.clone().for_each(|(from, _)| bounds[from + 1] += 1);
        for i in 0..n {
            bounds[i + 1] += bounds[i];
        }
        let mut next = bounds.clone();
        let mut ends = vec![0; bounds[n]];
        for (from, to) in edges {
            ends[next[from]] = to;
            next[from] += 1;
        }
        Self { ends, bounds }
    }

    fn of(&self, node: usize) -> &[usize] {
        &self.ends[self.bounds[node]..self.bounds[node + 1]]
    }
}

/// Tarjan's components without recursion, those that reach others first; nodes of a component ascend.
fn strong_components(n: usize, neighbours: &Neighbours) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let (mut number, mut low) = (vec![NONE; n], vec![0; n]);
    let (mut open, mut is_open) = (Vec::new(), vec![false; n]);
    let mut count = 0;
    // The path from the root: a node and how many of its edges were followed.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for root in 0..n {
        if number[root] != NONE {
            continue;
        }
        path.push((root, 0));
        while let Some(&(node, followed)) = path.last() {
            if followed == 0 {
                (number[node], low[node]) = (count, count);
                count += 1;
                open.push(node);
                is_open[node] = true;
            }
            if let Some(&next) = neighbours.of(node).get(followed) {
                if let Some(top) = path.last_mut() {
                    top.1 += 1;
                }
                if number[next] == NONE {
                    path.push((next, 0));
                } else if is_open[next] {
                    low[node] = low[node].min(number[next]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[node]);
            }
            if low[node] == number[node] {
                let at = open.iter().rposition(|&other| other == node).unwrap_or(0);
                let mut component = open.split_off(at);
                component.iter().for_each(|&member| is_open[member] = false);
                component.sort_unstable();
                found.push(component);
            }
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_of_a_long_chain_need_no_stack() {
        let n = 200_000;
        let chain: Vec<(usize, usize)> = (1..n).map(|i| (i - 1, i)).collect();
        let graph = ComparisonGraph::from_edges(n, &chain);
        assert_eq!((graph.levels.len(), graph.islands.len()), (n, 1));
        assert!(graph.levels.iter().enumerate().all(|(i, level)| level == &[i]));
    }

    #[test]
    fn the_smaller_side_is_named() {
        let names = Labels::from_names(["a", "b", "c", "d"]).unwrap();
        let check = |edges: &[(usize, usize)]| {
            ComparisonGraph::from_edges(4, edges).check("it", &names).unwrap_err().to_string()
        };
        assert!(check(&[(0, 1), (1, 0), (2, 3), (3, 2)]).contains("a, b were never compared with"));
        assert!(check(&[(0, 1), (1, 2), (2, 0), (0, 3)]).contains("d never beat"));
        assert!(check(&[(3, 1), (1, 2), (2, 0), (0, 1)]).contains("d never lost"));
    }
}
