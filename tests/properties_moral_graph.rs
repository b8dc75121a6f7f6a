//! What holds of moral graphs, whatever the votes: ranks solve their equations, filters are monotone, tallies merge.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::collections::{HashMap, HashSet};

use probity::inference::Bootstrap;
use probity::moral_graph::{
    Catalogue, Dangling, EdgeFilter, EntropyOver, Hypothesis, HypothesisMix, HypothesisOrders, MoralGraph,
    PageRank, Relationship, ReleasedGraph, WiserCounts, WiserVote, WiserVotes, bridging_triples,
    context_winners, dbscan, hypotheses_mixed, nearest_to_mean, winner, winner_certainty,
};
use probity::rng::Stream;
use probity::tally::Tally;
use proptest::collection::vec;
use proptest::prelude::*;

fn vote() -> impl Strategy<Value = WiserVote> {
    let relationship = prop_oneof![
        4 => Just(Relationship::Upgrade),
        1 => Just(Relationship::NoUpgrade),
        1 => Just(Relationship::NotSure),
    ];
    (0..12u32, 0..7u32, 0..7u32, 0..3u32, relationship).prop_map(
        |(voter, from, to, context, relationship)| WiserVote::new(voter, from, to, context, relationship),
    )
}

fn votes() -> impl Strategy<Value = Vec<WiserVote>> {
    vec(vote(), 0..150)
}

fn pairs(graph: &MoralGraph) -> HashSet<(u32, u32)> {
    graph.edges().iter().map(|e| (e.source, e.wiser)).collect()
}

fn graph(votes: &WiserVotes, filter: &EdgeFilter) -> MoralGraph {
    MoralGraph::from_votes(votes, filter).unwrap()
}

/// The ranks by elimination with pivots: (I − dM) r = (1 − d)/n.
fn dense(n: usize, edges: &[(u32, u32, f64)], damping: f64, dangling: Dangling) -> Vec<f64> {
    let mut out = vec![0.0; n];
    edges.iter().for_each(|&(from, _, w)| out[from as usize] += w);
    let mut rows = vec![vec![0.0; n + 1]; n];
    for (i, row) in rows.iter_mut().enumerate() {
        row[i] = 1.0;
        row[n] = (1.0 - damping) / n as f64;
        if dangling == Dangling::Uniform {
            (0..n).filter(|&u| out[u] == 0.0).for_each(|u| row[u] -= damping / n as f64);
        }
    }
    for &(from, to, w) in edges.iter().filter(|e| e.2 > 0.0) {
        rows[to as usize][from as usize] -= damping * w / out[from as usize];
    }
    for column in 0..n {
        let pivot =
            (column..n).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs())).unwrap();
        rows.swap(column, pivot);
        for row in 0..n {
            if row != column {
                let factor = rows[row][column] / rows[column][column];
                let pivot = rows[column].clone();
                rows[row].iter_mut().zip(pivot).skip(column).for_each(|(x, p)| *x -= factor * p);
            }
        }
    }
    (0..n).map(|i| rows[i][n] / rows[i][i]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn ranks_solve_their_equations_under_any_numbering(
        n in 1usize..25,
        edges in vec((0u32..25, 0u32..25, 0.0f64..4.0), 0..80),
        damping in 0.0f64..0.95,
        seed in any::<u64>(),
    ) {
        let edges: Vec<(u32, u32, f64)> =
            edges.into_iter().map(|(a, b, w)| (a % n as u32, b % n as u32, w)).collect();
        let standard = PageRank::default().damping(damping).unwrap();
        for (dangling, page_rank) in [(Dangling::Uniform, standard), (Dangling::Lost, standard.dangling(Dangling::Lost))] {
            let ranks = page_rank.run(n, &edges).unwrap().ranks;
            for (rank, exact) in ranks.iter().zip(dense(n, &edges, damping, dangling)) {
                prop_assert!((rank - exact).abs() < 1e-12, "{rank} {exact}");
            }
            let sum: f64 = ranks.iter().sum();
            let least = if dangling == Dangling::Uniform { 1.0 - 1e-12 } else { 0.0 };
            prop_assert!((least..1.0 + 1e-12).contains(&sum), "{sum}");
            let mut number: Vec<u32> = (0..n as u32).collect();
            Stream::new(seed, 0, 0).shuffle(&mut number);
            let renumbered: Vec<(u32, u32, f64)> =
                edges.iter().rev().map(|&(a, b, w)| (number[a as usize], number[b as usize], w)).collect();
            let again = page_rank.run(n, &renumbered).unwrap().ranks;
            prop_assert!((0..n).all(|v| (again[number[v] as usize] - ranks[v]).abs() < 1e-12));
        }
        // Unweighted is the same as equal weights.
        let equal: Vec<_> = edges.iter().map(|&(a, b, _)| (a, b, 2.5)).collect();
        let unweighted = standard.weighted(false).run(n, &edges).unwrap().ranks;
        let weighted = standard.run(n, &equal).unwrap().ranks;
        prop_assert!(unweighted.iter().zip(&weighted).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn stricter_filters_only_take_edges_away(
        all in votes(),
        (low, more) in (0u64..4, 0u64..4),
        (loose, tight) in (-1.0f64..1.0, 0.0f64..1.0),
        (high, less) in (0.0f64..2.4, 0.0f64..1.0),
        answers in any::<bool>(),
    ) {
        let all: WiserVotes = all.into_iter().collect();
        let over = if answers { EntropyOver::Answers } else { EntropyOver::AnswersAndImpressions };
        let filter = EdgeFilter::default().min_wiser(low).entropy_over(over);
        let filter = filter.min_likelihood(loose).unwrap().max_entropy(high).unwrap();
        let kept = pairs(&graph(&all, &filter));
        for stricter in [
            filter.min_wiser(low + more),
            filter.min_likelihood(loose + tight).unwrap(),
            filter.max_entropy(high - less).unwrap(),
        ] {
            prop_assert!(pairs(&graph(&all, &stricter)).is_subset(&kept));
        }
        // What is kept never goes both ways, and is likelier than not to be no downgrade.
        prop_assert!(kept.iter().all(|&(a, b)| a != b && !kept.contains(&(b, a))));
    }

    #[test]
    fn tallies_of_any_split_merge_to_the_whole(all in votes(), at in any::<prop::sample::Index>()) {
        let tally = |votes: &[WiserVote]| {
            let mut counts = WiserCounts::default();
            votes.iter().for_each(|vote| counts.record(vote).unwrap());
            counts
        };
        let whole = tally(&all);
        let (left, right) = all.split_at(at.index(all.len() + 1));
        for (first, second) in [(left, right), (right, left)] {
            let file = serde_json::to_string(&tally(first)).unwrap();
            let mut merged: WiserCounts = serde_json::from_str(&file).unwrap();
            merged.merge(&tally(second)).unwrap();
            prop_assert_eq!(&merged, &whole);
        }
        prop_assert_eq!(whole.records(), all.len() as u64);
    }

    #[test]
    fn votes_and_their_tally_make_the_same_graph(all in votes(), seed in any::<u64>()) {
        let all: WiserVotes = all.into_iter().collect();
        let filter = EdgeFilter::default();
        let from_votes = graph(&all, &filter);
        let from_counts = MoralGraph::from_counts(&all.counts().unwrap(), &filter).unwrap();
        let mut shuffled: Vec<WiserVote> = all.iter().cloned().collect();
        Stream::new(seed, 0, 0).shuffle(&mut shuffled);
        let shuffled = graph(&shuffled.into_iter().collect(), &filter);
        let counts = |graph: &MoralGraph| -> HashMap<_, _> {
            graph.all_edges().iter().map(|e| ((e.source, e.wiser), e.counts)).collect()
        };
        prop_assert_eq!(counts(&from_votes), counts(&from_counts));
        prop_assert_eq!(counts(&from_votes), counts(&shuffled));
        prop_assert_eq!(from_votes.values(), from_counts.values());
        // Definition of the counts.
        for e in from_votes.all_edges() {
            let on = |from, to| all.iter().filter(move |v| (v.from, v.to) == (from, to));
            let upgrades = |from, to| on(from, to).filter(|v| v.relationship == Relationship::Upgrade).count() as u64;
            prop_assert_eq!(e.counts.marked_wiser, upgrades(e.source, e.wiser));
            prop_assert_eq!(e.counts.marked_less_wise, upgrades(e.wiser, e.source));
            let impressions = on(e.source, e.wiser).count() + on(e.wiser, e.source).count();
            prop_assert_eq!(e.counts.impressions, impressions as u64);
        }
        // The contexts apart are all votes together.
        let apart = context_winners(&all, &filter, &PageRank::default()).unwrap();
        prop_assert_eq!(apart.len(), all.contexts().len());
        // There and back.
        let released = ReleasedGraph::new(&from_votes, &Catalogue::default());
        let file = serde_json::to_string(&released).unwrap();
        let (again, _) = serde_json::from_str::<ReleasedGraph>(&file).unwrap().to_graph(&filter).unwrap();
        prop_assert_eq!(pairs(&again), pairs(&from_votes));
    }

    #[test]
    fn paths_and_cycles_are_those_of_the_transitive_closure(all in votes()) {
        let graph = graph(&all.into_iter().collect(), &EdgeFilter::default().min_wiser(1));
        let edges = pairs(&graph);
        let mut reach = edges.clone();
        for &k in graph.values() {
            for &i in graph.values() {
                for &j in graph.values() {
                    if reach.contains(&(i, k)) && reach.contains(&(k, j)) {
                        reach.insert((i, j));
                    }
                }
            }
        }
        for &a in graph.values() {
            let wiser: Vec<u32> = graph.values().iter().copied().filter(|&b| reach.contains(&(a, b))).collect();
            prop_assert_eq!(graph.wiser_than(a), wiser);
            for &b in graph.values() {
                let path = graph.wiser_path(a, b);
                prop_assert_eq!(path.is_some(), reach.contains(&(a, b)));
                if let Some(path) = path {
                    prop_assert!((path[0], path[path.len() - 1]) == (a, b) && path.len() > 1);
                    prop_assert!(path.windows(2).all(|step| edges.contains(&(step[0], step[1]))));
                }
                let together = graph.cycles().iter().any(|cycle| cycle.contains(&a) && cycle.contains(&b));
                prop_assert_eq!(together, reach.contains(&(a, b)) && reach.contains(&(b, a)));
            }
        }
    }

    #[test]
    fn a_bootstrap_is_the_graph_of_whom_it_draws(all in votes(), threads in 1usize..4, seed in any::<u64>()) {
        let all: WiserVotes = all.into_iter().collect();
        let (filter, page_rank) = (EdgeFilter::default(), PageRank::default());
        let whole = graph(&all, &filter);
        prop_assume!(!whole.edges().is_empty());
        let n = all.participants().len();
        let ones = Bootstrap::new(1).threads(threads).unwrap().indices(vec![(0..n).collect(); 2]).unwrap();
        let found = winner_certainty(&all, &filter, &page_rank, &ones).unwrap();
        prop_assert_eq!((found.certainty(), found.without_winner), (1.0, 0));
        prop_assert!(found.edges.iter().all(|&share| share == 1.0) && found.edges.len() == whole.edges().len());
        let ranks: HashMap<u32, f64> = whole.page_rank(&page_rank).unwrap().into_iter().collect();
        prop_assert_eq!(found.candidates.len(), ranks.len());
        for candidate in &found.candidates {
            prop_assert!((candidate.rank.value - ranks[&candidate.value]).abs() < 1e-12);
            prop_assert_eq!(candidate.rank.standard_error, Some(0.0));
        }
        // A resample is the graph of those drawn, each time as somebody else.
        let mut stream = Stream::new(seed, 0, 0);
        let drawn: Vec<usize> = (0..n).map(|_| stream.below(n as u64) as usize).collect();
        let participants = all.participants();
        let mut others = WiserVotes::new();
        for (new, &old) in (0..).zip(&drawn) {
            let own = all.iter().filter(|v| v.voter == participants[old]);
            others.extend(own.map(|v| WiserVote { voter: new, ..v.clone() }));
        }
        let others = graph(&others, &filter);
        let resampled = Bootstrap::new(1).indices(vec![drawn; 2]).unwrap();
        let found = winner_certainty(&all, &filter, &page_rank, &resampled);
        if let Ok((first, _)) = winner(&others, &page_rank) {
            let found = found.unwrap();
            let winning: Vec<u32> = found.candidates.iter().filter(|c| c.wins == 1.0).map(|c| c.value).collect();
            let standing = pairs(&others);
            let stands = whole.edges().iter().map(|e| f64::from(u8::from(standing.contains(&(e.source, e.wiser)))));
            prop_assert_eq!(winning, [first]);
            prop_assert_eq!(found.edges, stands.collect::<Vec<_>>());
        } else {
            prop_assert!(found.unwrap_err().is_undefined());
        }
    }

    #[test]
    fn orders_are_permutations_and_draws_repeat_nothing(
        found in vec((0u32..5, 0u32..5, 0u64..9, 0u64..9), 0..25),
        size in 0usize..12,
        seed in any::<u64>(),
    ) {
        let found: Vec<Hypothesis> = found
            .into_iter()
            .map(|(from, to, votes, agrees)| Hypothesis { from, to, context: 0, votes: votes + agrees, agrees })
            .collect();
        let orders = HypothesisOrders::new(&found);
        for mut order in [orders.popular, orders.convergent, orders.sparse] {
            order.sort_unstable();
            prop_assert!(order.into_iter().eq(0..found.len()));
        }
        prop_assert!(orders.scores.iter().all(|score| (0.0..=1.0).contains(score)));
        let drawn = hypotheses_mixed(&found, &HypothesisMix::default(), size, &mut Stream::new(seed, 0, 0)).unwrap();
        let distinct: HashSet<(u32, u32)> = drawn.iter().map(|&i| (found[i].from, found[i].to)).collect();
        prop_assert!(drawn.len() <= size && distinct.len() == drawn.len());
    }

    #[test]
    fn clusters_are_apart_and_hold_their_cores(
        points in vec((-1.0f64..1.0, -1.0f64..1.0), 0..30),
        epsilon in 0.001f64..0.3,
        min_points in 1usize..5,
    ) {
        let points: Vec<[f64; 2]> =
            points.into_iter().filter(|p| p.0.abs() + p.1.abs() > 1e-3).map(|(x, y)| [x, y]).collect();
        let embeddings: Vec<&[f64]> = points.iter().map(|p| &p[..]).collect();
        let found = dbscan(&embeddings, epsilon, min_points).unwrap();
        let mut all: Vec<usize> = found.clusters.iter().flatten().copied().chain(found.noise()).collect();
        all.sort_unstable();
        prop_assert!(all.into_iter().eq(0..points.len()));
        let cosine = |a: &[f64; 2], b: &[f64; 2]| {
            1.0 - (a[0] * b[0] + a[1] * b[1]) / (a[0].hypot(a[1]) * b[0].hypot(b[1]))
        };
        let n = points.len();
        let near = |i: usize| -> Vec<usize> {
            (0..n).filter(|&j| cosine(&points[i], &points[j]) < epsilon).collect()
        };
        // A point with enough neighbours, but for rounding, is in a cluster with all that do not border another one.
        for i in (0..n).filter(|&i| near(i).len() >= min_points) {
            let clear = near(i).into_iter().all(|j| (cosine(&points[i], &points[j]) - epsilon).abs() > 1e-12);
            prop_assert!(!clear || found.clusters.iter().any(|cluster| cluster.contains(&i)));
        }
        if let Some(own) = embeddings.first() {
            let candidates: Vec<(u32, &[f64])> = (0..).zip(embeddings.iter().copied()).collect();
            let nearest = nearest_to_mean(&[own], &candidates, 5).unwrap();
            prop_assert!(nearest.is_sorted_by(|a, b| a.1 <= b.1) && nearest[0].1 < 1e-12);
        }
    }

    #[test]
    fn bridges_are_what_the_definition_says(
        votes in vec((0u32..6, 0u32..5), 0..20),
        links in vec((0u32..6, 0u32..5, 0u32..5), 0..30),
    ) {
        let groups: [&[u32]; 2] = [&[0, 1, 2], &[3, 4]];
        let of = |group: &[u32], value: u32, bridge: u32| {
            group.iter().any(|&v| votes.contains(&(v, value)) && links.contains(&(v, value, bridge)))
        };
        let mut expected = Vec::new();
        for a in 0..5 {
            for b in (0..5).filter(|&b| b != a) {
                for c in (0..5).filter(|&c| of(groups[0], a, c) && of(groups[1], b, c)) {
                    expected.push([a, b, c]);
                }
            }
        }
        prop_assert_eq!(bridging_triples(&votes, &links, groups), expected);
    }
}
