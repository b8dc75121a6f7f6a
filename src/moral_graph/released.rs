use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::moral_graph::{Catalogue, EdgeCounts, EdgeFilter, EdgeStats, EntropyOver, MoralGraph, ValueCard};

/// A moral graph as the trial released it, for any `serde` format (JSON as a rule).
///
/// Reading keeps what is needed to rank, filter and draw, and passes over anything else.
///
/// # Source
/// The files of arXiv 2404.10636 (`values`; `edges` with `sourceValueId`, `wiserValueId`, `contexts`, `counts` and
/// `summary`). The policies of a card are read under `policies` or `evaluationCriteria`.
///
/// # Examples
/// ```
/// use probity::moral_graph::{EdgeFilter, ReleasedGraph};
/// let file = r#"{
///   "values": [{"id": 1, "title": "Strictness"}, {"id": 2, "title": "Patience", "policies": ["MOMENTS of calm"]}],
///   "edges": [{"sourceValueId": 1, "wiserValueId": 2, "contexts": ["When parenting"],
///     "counts": {"markedWiser": 3, "markedNotWiser": 0, "markedLessWise": 0, "markedUnsure": 1, "impressions": 4},
///     "summary": {"wiserLikelihood": 0.75, "entropy": 1.4056390622295665}}]
/// }"#;
/// let released: ReleasedGraph = serde_json::from_str(file).unwrap();
/// let (graph, catalogue) = released.to_graph(&EdgeFilter::default())?;
/// assert_eq!((graph.values(), catalogue.title(2).as_ref()), (&[1, 2][..], "Patience"));
/// assert_eq!(ReleasedGraph::new(&graph, &catalogue), released);
/// assert!(ReleasedGraph { values: vec![], ..released }.to_graph(&EdgeFilter::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleasedGraph {
    /// The cards of the values.
    pub values: Vec<ReleasedValue>,
    /// The edges that stand.
    pub edges: Vec<ReleasedEdge>,
}

/// A card in a released graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedValue {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub title: String,
    /// Its policies.
    #[serde(default, alias = "evaluationCriteria", skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
}

/// An edge in a released graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleasedEdge {
    /// The value that it starts from.
    pub source_value_id: u32,
    /// The wiser value.
    pub wiser_value_id: u32,
    /// The names of its contexts.
    pub contexts: Vec<String>,
    /// The votes.
    pub counts: EdgeCounts,
    /// What the votes come to.
    pub summary: ReleasedSummary,
}

/// Likelihood and entropy of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleasedSummary {
    /// As [`EdgeCounts::likelihood`].
    pub wiser_likelihood: Option<f64>,
    /// As [`EdgeCounts::entropy`], over answers and impressions.
    pub entropy: f64,
}

impl ReleasedGraph {
    /// The released form of a graph.
    #[must_use]
    pub fn new(graph: &MoralGraph, catalogue: &Catalogue) -> Self {
        let value = |&id: &u32| ReleasedValue {
            id,
            title: catalogue.title(id).into_owned(),
            policies: catalogue.card(id).map(|card| card.policies.clone()).unwrap_or_default(),
        };
        let edge = |e: &EdgeStats| ReleasedEdge {
            source_value_id: e.source,
            wiser_value_id: e.wiser,
            contexts: e.contexts.iter().map(|&c| catalogue.context(c).into_owned()).collect(),
            counts: e.counts,
            summary: ReleasedSummary {
                wiser_likelihood: e.counts.likelihood(),
                entropy: e.counts.entropy(EntropyOver::AnswersAndImpressions),
            },
        };
        Self {
            values: graph.values().iter().map(value).collect(),
            edges: graph.edges().iter().map(edge).collect(),
        }
    }

    /// The graph and the names of its numbers. Likelihoods and entropies are computed again from the counts; contexts are
    /// numbered as they first occur.
    ///
    /// # Errors
    /// [`Error::Argument`] for a value or an edge that occurs twice, an edge of a value that is not there, or a summary
    /// that is not that of its counts.
    pub fn to_graph(&self, filter: &EdgeFilter) -> Result<(MoralGraph, Catalogue)> {
        let cards = self.values.iter().map(|v| ValueCard::new(v.id, v.title.clone(), v.policies.clone()));
        let known = Catalogue::new(cards.clone().collect(), Vec::new(), Vec::new())?;
        let mut contexts: Vec<String> = Vec::new();
        let mut number: HashMap<&str, u32> = HashMap::new();
        let mut edges = Vec::with_capacity(self.edges.len());
        for edge in &self.edges {
            let (source, wiser) = (edge.source_value_id, edge.wiser_value_id);
            if let Some(absent) = [source, wiser].into_iter().find(|&v| known.card(v).is_none()) {
                let found = format!("{absent} in the edge from {source} to {wiser}");
                return Err(Error::argument("edges", "values that the graph holds", found));
            }
            let (found, counts) = (edge.summary, edge.counts);
            let entropy = counts.entropy(EntropyOver::AnswersAndImpressions);
            let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
            let same = match (counts.likelihood(), found.wiser_likelihood) {
                (Some(a), Some(b)) => near(a, b),
                (a, b) => a.is_none() && b.is_none(),
            };
            if !same || !near(entropy, found.entropy) {
                let found = format!("{found:?} in the edge from {source} to {wiser}");
                return Err(Error::argument("summary", "what the counts come to", found));
            }
            let contexts = edge.contexts.iter().map(|name| {
                *number.entry(name).or_insert_with(|| {
                    contexts.push(name.clone());
                    (contexts.len() - 1) as u32
                })
            });
            edges.push(EdgeStats { source, wiser, contexts: contexts.collect(), counts });
        }
        let graph = MoralGraph::from_edges(edges, filter)?;
        Ok((graph, Catalogue::new(cards.collect(), contexts, Vec::new())?))
    }
}
