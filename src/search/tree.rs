use crate::error::{Error, Result};
use crate::search::uct::{check_value, highest};
use crate::search::{Stats, Uct};

/// Names a node of a [`Tree`]. Nodes are numbered in the order in which they were added, the root is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The root of every tree.
    pub const ROOT: Self = Self(0);

    /// The node's number.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Stands where a link leads nowhere.
const NONE: u32 = u32::MAX;

/// A node of a [`Tree`].
#[derive(Debug, Clone)]
pub struct Node<T> {
    stats: Stats,
    parent: u32,
    first_child: u32,
    last_child: u32,
    next_sibling: u32,
    children: u32,
    /// Children that are not terminal.
    open: u32,
    depth: u32,
    content: T,
}

impl<T> Node<T> {
    fn new(content: T, parent: u32, depth: u32) -> Self {
        Self {
            stats: Stats::default(),
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            children: 0,
            open: 0,
            depth,
            content,
        }
    }

    /// What the search put here.
    pub fn content(&self) -> &T {
        &self.content
    }

    /// Visits, value sum and terminal flag.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// The node above; `None` at the root.
    pub fn parent(&self) -> Option<NodeId> {
        link(self.parent)
    }

    /// Steps from the root.
    pub fn depth(&self) -> usize {
        self.depth as usize
    }

    /// How many children it has.
    pub fn n_children(&self) -> usize {
        self.children as usize
    }
}

fn link(to: u32) -> Option<NodeId> {
    (to != NONE).then_some(NodeId(to))
}

/// The search tree behind every tree search of the crate: an arena of nodes with visits, value sums, terminal flags and
/// ordered children, and any content.
///
/// Nodes are never removed. A [`NodeId`] belongs to the tree that gave it: functions that return a `Result` refuse the
/// id of a node that is not there, iterators are empty for it.
///
/// # Design
/// Siblings are linked, so a node costs no allocation of its own, and children that are added together lie side by
/// side. Every node counts its children that are not terminal, so that closing a branch costs one step a level.
///
/// # Examples
/// ```
/// use probity::search::{NodeId, Tree, Uct};
/// let mut tree = Tree::new("question");
/// let a = tree.add_child(NodeId::ROOT, "a")?;
/// let b = tree.add_child(NodeId::ROOT, "b")?;
/// let a1 = tree.add_child(a, "a1")?;
/// tree.back_up(a1, 1.0)?;
/// tree.back_up(b, 0.25)?;
/// assert_eq!(tree.node(NodeId::ROOT)?.stats().visits, 2);
/// assert_eq!(tree.best_child(NodeId::ROOT, Uct::new(0.25)?), Some(a));
/// assert_eq!(tree.leaves().collect::<Vec<_>>(), [a1, b]);
/// assert_eq!(tree.path(a1), [NodeId::ROOT, a, a1]);
/// assert_eq!((tree.greedy_leaf(), tree.global_leaf()), (a1, Some(a1)));
///
/// tree.set_terminal(a1, true)?;
/// tree.close(a1)?;
/// assert!(tree.node(a)?.stats().terminal && !tree.node(NodeId::ROOT)?.stats().terminal);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tree<T> {
    nodes: Vec<Node<T>>,
}

impl<T> Tree<T> {
    /// A tree of nothing but its root.
    #[must_use]
    pub fn new(root: T) -> Self {
        Self { nodes: vec![Node::new(root, NONE, 0)] }
    }

    /// How many nodes there are, the root included.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// One node.
    ///
    /// # Errors
    /// [`Error::Index`] if the node is not there.
    #[inline]
    pub fn node(&self, id: NodeId) -> Result<&Node<T>> {
        self.nodes.get(id.index()).ok_or_else(|| self.absent(id))
    }

    /// One node's content, to be changed.
    ///
    /// # Errors
    /// As [`node`](Self::node).
    pub fn content_mut(&mut self, id: NodeId) -> Result<&mut T> {
        self.node_mut(id).map(|node| &mut node.content)
    }

    fn node_mut(&mut self, id: NodeId) -> Result<&mut Node<T>> {
        let absent = self.absent(id);
        self.nodes.get_mut(id.index()).ok_or(absent)
    }

    fn absent(&self, id: NodeId) -> Error {
        Error::Index { what: "node", index: id.index(), len: self.nodes.len() }
    }

    /// Adds a child behind its siblings: not terminal, without visits.
    ///
    /// # Errors
    /// [`Error::Index`] if the parent is not there; [`Error::Overflow`] beyond 2³² − 1 nodes.
    pub fn add_child(&mut self, parent: NodeId, content: T) -> Result<NodeId> {
        let depth = self.node(parent)?.depth + 1;
        let id = u32::try_from(self.nodes.len()).ok().filter(|&id| id != NONE);
        let id = id.ok_or(Error::Overflow { what: "number of nodes" })?;
        self.nodes.push(Node::new(content, parent.0, depth));
        let above = &mut self.nodes[parent.index()];
        let previous = std::mem::replace(&mut above.last_child, id);
        above.children += 1;
        above.open += 1;
        if previous == NONE {
            above.first_child = id;
        } else {
            self.nodes[previous as usize].next_sibling = id;
        }
        Ok(NodeId(id))
    }

    /// Sets what is known of a node: to restore a recorded tree.
    ///
    /// # Errors
    /// [`Error::Index`] if the node is not there; [`Error::NotFinite`] and [`Error::Argument`] if the mean that this
    /// gives could not have been backed up.
    pub fn restore(&mut self, id: NodeId, stats: Stats) -> Result<()> {
        check_value(stats.sum / stats.visits.max(1) as f64)?;
        self.set_terminal(id, stats.terminal)?;
        self.nodes[id.index()].stats = stats;
        Ok(())
    }

    /// Counts a visit with its value in a node and in all above it.
    ///
    /// # Errors
    /// [`Error::Index`] if the node is not there; [`Error::NotFinite`] for a value that is not finite, and
    /// [`Error::Argument`] for one beyond ±10¹⁵⁰, whose sums might not be.
    pub fn back_up(&mut self, id: NodeId, value: f64) -> Result<()> {
        check_value(value)?;
        self.node(id)?;
        let mut at = id.0;
        while let Some(node) = self.nodes.get_mut(at as usize) {
            node.stats.visits = node.stats.visits.saturating_add(1);
            node.stats.sum += value;
            at = node.parent;
        }
        Ok(())
    }

    /// Marks a node, and nothing but it, as terminal or not.
    ///
    /// # Errors
    /// [`Error::Index`] if the node is not there.
    pub fn set_terminal(&mut self, id: NodeId, terminal: bool) -> Result<()> {
        let node = self.node_mut(id)?;
        let before = std::mem::replace(&mut node.stats.terminal, terminal);
        let parent = node.parent;
        if let Some(above) = self.nodes.get_mut(parent as usize) {
            match (before, terminal) {
                (false, true) => above.open -= 1,
                (true, false) => above.open += 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// Marks every node above this one as terminal exactly if all of its children are.
    ///
    /// # Errors
    /// [`Error::Index`] if the node is not there.
    pub fn close(&mut self, id: NodeId) -> Result<()> {
        let mut above = self.node(id)?.parent();
        while let Some(id) = above {
            let node = self.node(id)?;
            above = node.parent();
            self.set_terminal(id, node.open == 0)?;
        }
        Ok(())
    }

    /// The children of a node in the order in which they were added.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let first = self.nodes.get(id.index()).and_then(|node| link(node.first_child));
        std::iter::successors(first, |id| link(self.nodes[id.index()].next_sibling))
    }

    /// The nodes from the root down to this one.
    #[must_use]
    pub fn path(&self, id: NodeId) -> Vec<NodeId> {
        let start = self.nodes.get(id.index()).map(|_| id);
        let mut path: Vec<_> =
            std::iter::successors(start, |id| link(self.nodes[id.index()].parent)).collect();
        path.reverse();
        path
    }

    /// All nodes depth first: each before its children, children in their order.
    pub fn depth_first(&self) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(NodeId::ROOT), |id| {
            let mut node = &self.nodes[id.index()];
            if node.first_child != NONE {
                return link(node.first_child);
            }
            while node.next_sibling == NONE {
                node = self.nodes.get(node.parent as usize)?;
            }
            link(node.next_sibling)
        })
    }

    /// The nodes without children, depth first.
    pub fn leaves(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.depth_first().filter(|id| self.nodes[id.index()].children == 0)
    }

    /// The child to follow; the first on ties, `None` if there is none or all are left out.
    #[must_use]
    pub fn best_child(&self, parent: NodeId, rule: Uct) -> Option<NodeId> {
        first_greatest(self.scored(parent, rule).filter_map(|(id, score)| Some((id, score?))))
    }

    /// All children that share the highest score, in their order.
    #[must_use]
    pub fn best_children(&self, parent: NodeId, rule: Uct) -> Vec<NodeId> {
        highest(self.scored(parent, rule))
    }

    fn scored(&self, parent: NodeId, rule: Uct) -> impl Iterator<Item = (NodeId, Option<f64>)> {
        let visits = self.nodes.get(parent.index()).map_or(0, |node| node.stats.visits);
        let score = rule.scorer(visits);
        self.children(parent).map(move |id| (id, score(&self.nodes[id.index()].stats)))
    }

    /// The leaf reached from the root by the child of the highest mean, level after level, until a node is terminal or
    /// has no visited child. The first child on ties.
    #[must_use]
    pub fn greedy_leaf(&self) -> NodeId {
        let mut at = NodeId::ROOT;
        while !self.nodes[at.index()].stats.terminal {
            match first_greatest(self.means(self.children(at))) {
                Some(child) => at = child,
                None => break,
            }
        }
        at
    }

    /// The leaf of the highest mean in the whole tree, the first depth first on ties; `None` if no leaf was visited.
    #[must_use]
    pub fn global_leaf(&self) -> Option<NodeId> {
        first_greatest(self.means(self.leaves()))
    }

    fn means(&self, ids: impl Iterator<Item = NodeId>) -> impl Iterator<Item = (NodeId, f64)> {
        ids.filter_map(|id| Some((id, self.nodes[id.index()].stats.mean()?)))
    }
}

/// The first id with the greatest score.
fn first_greatest(scored: impl Iterator<Item = (NodeId, f64)>) -> Option<NodeId> {
    let greater = |best: (NodeId, f64), next: (NodeId, f64)| if next.1 > best.1 { next } else { best };
    scored.reduce(greater).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_another_tree() {
        let mut large = Tree::new(());
        let stranger = large.add_child(NodeId::ROOT, ()).unwrap();
        let mut tree = Tree::new(());
        assert_eq!(
            tree.back_up(stranger, 1.0).unwrap_err().to_string(),
            "node 1 does not exist: there are 1"
        );
        assert!(tree.node(stranger).is_err() && tree.close(stranger).is_err());
        assert!(tree.add_child(stranger, ()).is_err() && tree.set_terminal(stranger, true).is_err());
        assert!(tree.path(stranger).is_empty() && tree.children(stranger).next().is_none());
        assert_eq!(tree.node(NodeId::ROOT).unwrap().stats(), Stats::default());
        assert_eq!((tree.greedy_leaf(), tree.global_leaf()), (NodeId::ROOT, None));
    }

    #[test]
    fn values_that_could_leave_the_range() {
        let mut tree = Tree::new(());
        for value in [f64::NAN, f64::INFINITY, -1e151] {
            assert!(tree.back_up(NodeId::ROOT, value).is_err());
            assert!(tree.restore(NodeId::ROOT, Stats { visits: 1, sum: value, terminal: false }).is_err());
        }
    }
}
