//! The sections of the report.

use probity::inference::Bootstrap;
use probity::moral_graph::{
    EdgeFilter, EntropyOver, MoralGraph, PageRank, WinnerCertainty, context_winners, winner_certainty,
};
use probity::report::{Cell, Figure, MoralGraphPlot, Report, Section, Table};
use probity::{Error, Result};

use crate::input::Input;

/// Values and edges in the tables.
const ROWS: usize = 60;

pub(crate) fn report(
    input: &Input,
    graph: &MoralGraph,
    filter: &EdgeFilter,
    page_rank: &PageRank,
    bootstrap: &Bootstrap,
) -> Result<Report> {
    let mut data = Section::new("Data").paragraph(&input.subject);
    for note in &input.notes {
        data = data.note(note);
    }
    let report = Report::new("Moral graph").with(data);
    let sure = match winner_certainty(&input.votes, filter, page_rank, bootstrap) {
        Err(Error::Undefined { reason, .. }) if graph.edges().is_empty() => {
            let text = format!("No edge stands, so there is no winner: {reason}.");
            return Ok(report.with(Section::new("Winner").paragraph(text)));
        }
        // There is a graph, but many resamples have none.
        Err(error) if error.is_undefined() => None,
        sure => Some(sure?),
    };
    Ok(report
        .with(values(input, graph, page_rank, sure.as_ref())?)
        .with(contexts(input, filter, page_rank, bootstrap)?)
        .with(edges(input, graph, sure.as_ref())?)
        .with(structure(input, graph)))
}

/// Every value with its rank and the picture.
fn values(
    input: &Input,
    graph: &MoralGraph,
    page_rank: &PageRank,
    sure: Option<&WinnerCertainty>,
) -> Result<Section> {
    let ranks = graph.page_rank(page_rank)?;
    let mut ordered = ranks.clone();
    ordered.sort_by(|a, b| b.1.total_cmp(&a.1));
    let scores = graph.wisdom_scores();
    let mut table = Table::new(["value", "PageRank", "interval", "wins", "wisdom score", "wiser in"]);
    for (value, rank) in ordered {
        let candidate = sure.and_then(|sure| sure.candidates.iter().find(|c| c.value == value));
        let interval = candidate.and_then(|c| c.rank.interval);
        let contexts = graph.value_contexts(value);
        let contexts: Vec<_> = contexts.iter().map(|&c| input.catalogue.context(c)).collect();
        table.push([
            input.catalogue.title(value).into_owned().into(),
            Cell::Number { value: rank, decimals: 4 },
            interval.map_or(Cell::Empty, |i| Cell::Interval(i.lower, i.upper)),
            candidate.map_or(Cell::Empty, |c| Cell::Share(c.wins)),
            scores.iter().find(|s| s.0 == value).map(|s| s.1).into(),
            contexts.join(", ").into(),
        ])?;
    }
    let plot = MoralGraphPlot::new("Moral graph", graph.clone(), input.catalogue.clone())
        .subtitle("Wiser values stand to the right; the darker a box, the greater its PageRank; colours are contexts.")
        .ranks(ranks);
    let section = Section::new("Values").table(table.limited(ROWS)).figure(Figure::new(
        "graph.svg",
        "Values and the edges to wiser ones",
        plot.to_svg(),
    ));
    Ok(match sure {
        Some(sure) => section.note(format!(
            "Wins: how often a value is first when the {} participants are drawn again; the winner is {}, in {} of the \
             resamples.",
            Cell::from(sure.participants),
            input.catalogue.title(sure.winner),
            Cell::Share(sure.certainty())
        )),
        None => section.note("In too many resamples of the participants no edge stands, so nothing is said of certainty."),
    })
}

/// The winner of every context, with its certainty.
fn contexts(
    input: &Input,
    filter: &EdgeFilter,
    page_rank: &PageRank,
    bootstrap: &Bootstrap,
) -> Result<Section> {
    let mut table = Table::new(["context", "votes", "edges", "winner", "wins", "second"]);
    for found in context_winners(&input.votes, filter, page_rank)? {
        let votes = input.votes.filtered(|vote| vote.context == found.context);
        let title = |place: usize| {
            found.ranks.get(place).map_or(Cell::Empty, |r| input.catalogue.title(r.0).into_owned().into())
        };
        let wins = match winner_certainty(&votes, filter, page_rank, bootstrap) {
            Err(Error::Undefined { reason, .. }) => Cell::Undefined(reason.to_string()),
            sure => Cell::Share(sure?.certainty()),
        };
        table.push([
            input.catalogue.context(found.context).into_owned().into(),
            votes.len().into(),
            found.graph.edges().len().into(),
            title(0),
            wins,
            title(1),
        ])?;
    }
    Ok(Section::new("Contexts").table(table).note("Each context is ranked by the votes cast in it alone."))
}

fn edges(input: &Input, graph: &MoralGraph, sure: Option<&WinnerCertainty>) -> Result<Section> {
    let mut table = Table::new(["from", "wiser", "upgrades", "votes", "likelihood", "entropy", "stands"]);
    for (i, e) in graph.edges().iter().enumerate() {
        table.push([
            input.catalogue.title(e.source).into_owned().into(),
            input.catalogue.title(e.wiser).into_owned().into(),
            e.counts.marked_wiser.into(),
            e.counts.impressions.into(),
            e.counts.likelihood().into(),
            e.counts.entropy(EntropyOver::AnswersAndImpressions).into(),
            sure.and_then(|sure| sure.edges.get(i)).map_or(Cell::Empty, |&share| Cell::Share(share)),
        ])?;
    }
    Ok(Section::new("Edges")
        .table(table.limited(ROWS))
        .note("Stands: in how many resamples of the participants the edge passes the filter."))
}

/// What speaks against ranking at all.
fn structure(input: &Input, graph: &MoralGraph) -> Section {
    let titles =
        |values: &[u32]| values.iter().map(|&v| input.catalogue.title(v)).collect::<Vec<_>>().join(" → ");
    let (cycles, broken) = (graph.cycles(), graph.broken_transitivity());
    let mut section = Section::new("Is it an order?").paragraph(format!(
        "Groups of values that are wiser than each other: {}. Paths of two edges whose ends are denied: {}.",
        cycles.len(),
        broken.len()
    ));
    for values in cycles.iter().map(Vec::as_slice).chain(broken.iter().map(|triple| &triple[..])).take(ROWS) {
        section = section.note(titles(values));
    }
    section
}
