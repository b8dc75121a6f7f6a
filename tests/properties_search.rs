//! What holds of trees, votes and searches, whatever the data.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

use std::ops::ControlFlow;

use probity::rng::Stream;
use probity::search::agent_r::{Judgement, Proposal, Thresholds, Turn, pairs, repeated_actions, splice};
use probity::search::alphallm::{Answer, Ask, Candidate, Choice, Merge, Scores, Width, choose, final_answer};
use probity::search::{
    Deepening, Ended, NodeId, Procedure, Schedule, Stats, Ties, Tree, Uct, agent_r, alphallm, drive,
    majority_vote, pass_at_k, replay, weighted_vote,
};
use probity::{Error, Result};
use proptest::prelude::*;

/// A tree from numbers that choose each node's parent among the nodes before it.
fn tree_of(parents: &[usize]) -> (Tree<()>, Vec<NodeId>) {
    let mut tree = Tree::new(());
    let mut ids = vec![NodeId::ROOT];
    for parent in parents {
        ids.push(tree.add_child(ids[parent % ids.len()], ()).unwrap());
    }
    (tree, ids)
}

fn stats<T>(tree: &Tree<T>, id: NodeId) -> Stats {
    tree.node(id).unwrap().stats()
}

/// Depth first by recursion.
fn naive_order<T>(tree: &Tree<T>, id: NodeId, out: &mut Vec<NodeId>) {
    out.push(id);
    for child in tree.children(id) {
        naive_order(tree, child, out);
    }
}

/// All of a tree: what a node holds, its numbers, and where it stands.
fn dump<T: std::fmt::Debug>(tree: &Tree<T>) -> Vec<String> {
    let line = |id| {
        let node = tree.node(id).unwrap();
        format!("{id:?} {:?} {:?} {:?}", node.parent(), node.stats(), node.content())
    };
    tree.depth_first().map(line).collect()
}

/// A stream that belongs to a path, so that a synthetic model answers the same question alike.
fn of_path(seed: u64, path: &[String], purpose: u32) -> Stream {
    let hash = path
        .join("/")
        .bytes()
        .fold(14_695_981_039_346_656_037u64, |h, b| (h ^ u64::from(b)).wrapping_mul(1_099_511_628_211));
    Stream::new(seed ^ hash, purpose, path.len() as u32)
}

fn environment(seed: u64) -> impl FnMut(agent_r::Expand) -> Result<Vec<Proposal>> {
    move |ask| {
        let path: Vec<String> = ask.path.into_iter().map(|turn| turn.response).collect();
        let mut stream = of_path(seed, &path, 1);
        let proposal = |_| Proposal {
            turn: Turn::new(stream.below(4).to_string(), "seen"),
            reward: stream.uniform() * 1.2 - 0.2,
            done: stream.below(3) == 0,
        };
        Ok((0..ask.samples).map(proposal).collect())
    }
}

fn model(seed: u64) -> impl FnMut(Ask) -> Result<Answer> {
    move |ask| {
        Ok(match ask {
            Ask::Option { path, siblings, drawn, to_end, .. } => {
                let mut stream = of_path(seed, &path, (siblings * 100 + drawn) as u32);
                let finished = to_end || stream.below(4) == 0;
                let text = format!("step {}", stream.below(1_000));
                let answer = finished.then(|| stream.below(3).to_string());
                Answer::Option(Candidate { text, finished, answer })
            }
            Ask::Equal { siblings, option, .. } => {
                Answer::Equal(siblings.iter().map(|s| s.chars().last() == option.chars().last()).collect())
            }
            Ask::Scores { path, finished } => {
                let mut stream = of_path(seed, &path, 7);
                let rolled = if finished { 1 } else { 3 };
                Answer::Scores(Scores {
                    value: Some(stream.uniform() * 2.0 - 1.0),
                    prm: Some(stream.uniform()),
                    orm: (0..rolled).map(|_| stream.uniform()).collect(),
                })
            }
            other => panic!("{other:?}"),
        })
    }
}

/// Runs a procedure and keeps what it was handed.
fn recorded<P: Procedure>(
    procedure: &mut P,
    mut respond: impl FnMut(P::Ask) -> Result<P::Answer>,
) -> (Result<P::Done>, Vec<P::Answer>)
where
    P::Answer: Clone,
{
    let mut answers = Vec::new();
    let respond = |ask| {
        let answer = respond(ask)?;
        answers.push(answer.clone());
        Ok::<_, Error>(answer)
    };
    (drive(procedure, respond, |_| ControlFlow::Continue(())), answers)
}

fn stop_after(n: usize) -> impl FnMut() -> ControlFlow<()> {
    let mut left = n;
    move || {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn width() -> impl Strategy<Value = Width> {
    prop_oneof![
        (0usize..4).prop_map(|deepest| Width::Released {
            factor: 6.0,
            cap: 5,
            root: 3,
            below: 2,
            max_split_depth: Some(deepest),
        }),
        Just(Width::paper()),
    ]
}

fn merge() -> impl Strategy<Value = Merge> {
    prop_oneof![
        Just(Merge::Off),
        Just(Merge::EditDistance { threshold: 2, draws: 3 }),
        Just(Merge::Model { threshold: 0.3, draws: 3 }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn back_up_conserves_visits(
        parents in prop::collection::vec(any::<usize>(), 0..60),
        values in prop::collection::vec((any::<usize>(), -1.0f64..1.0), 0..80),
    ) {
        let (mut tree, ids) = tree_of(&parents);
        let mut own = vec![(0u64, 0.0); ids.len()];
        for (at, value) in &values {
            let at = at % ids.len();
            tree.back_up(ids[at], *value).unwrap();
            own[at].0 += 1;
            own[at].1 += value;
        }
        prop_assert_eq!(stats(&tree, NodeId::ROOT).visits, values.len() as u64);
        for &id in &ids {
            let children: Vec<Stats> = tree.children(id).map(|child| stats(&tree, child)).collect();
            let visits: u64 = children.iter().map(|c| c.visits).sum();
            let sum: f64 = children.iter().map(|c| c.sum).sum();
            let found = stats(&tree, id);
            prop_assert_eq!(found.visits, visits + own[id.index()].0);
            prop_assert!((found.sum - sum - own[id.index()].1).abs() < 1e-12);
            prop_assert_eq!(tree.node(id).unwrap().depth() + 1, tree.path(id).len());
            prop_assert_eq!(tree.node(id).unwrap().n_children(), children.len());
        }
    }

    #[test]
    fn walks_and_choices_are_the_plain_ones(
        parents in prop::collection::vec(any::<usize>(), 0..60),
        values in prop::collection::vec((any::<usize>(), 0u8..4), 0..80),
        ended in prop::collection::vec(any::<usize>(), 0..10),
        c in 0.0f64..2.0,
        skip in any::<bool>(),
    ) {
        let (mut tree, ids) = tree_of(&parents);
        for (at, value) in &values {
            tree.back_up(ids[at % ids.len()], f64::from(*value)).unwrap();
        }
        for at in &ended {
            tree.set_terminal(ids[at % ids.len()], true).unwrap();
        }
        let mut order = Vec::new();
        naive_order(&tree, NodeId::ROOT, &mut order);
        prop_assert_eq!(tree.depth_first().collect::<Vec<_>>(), order.clone());
        let leaves: Vec<NodeId> =
            order.into_iter().filter(|&id| tree.node(id).unwrap().n_children() == 0).collect();
        prop_assert_eq!(tree.leaves().collect::<Vec<_>>(), leaves.clone());

        let mean = |id: NodeId| stats(&tree, id).mean();
        let best = leaves.iter().filter_map(|&id| mean(id)).reduce(f64::max);
        prop_assert_eq!(tree.global_leaf(), leaves.iter().copied().find(|&id| mean(id).is_some() && mean(id) == best));
        let mut greedy = NodeId::ROOT;
        while !stats(&tree, greedy).terminal {
            let best = tree.children(greedy).filter_map(mean).reduce(f64::max);
            let Some(child) = tree.children(greedy).find(|&id| mean(id).is_some() && mean(id) == best) else { break };
            greedy = child;
        }
        prop_assert_eq!(tree.greedy_leaf(), greedy);

        let rule = Uct::new(c).unwrap().skip_terminal(skip);
        for &id in &ids {
            let children: Vec<NodeId> = tree.children(id).collect();
            let parent = stats(&tree, id).visits;
            let score = |&id: &NodeId| match stats(&tree, id) {
                Stats { terminal: true, .. } if skip => f64::NEG_INFINITY,
                Stats { visits: 0, .. } => f64::INFINITY,
                s => s.sum / s.visits as f64 + c * ((parent as f64).ln() / s.visits as f64).sqrt(),
            };
            let best = children.iter().map(score).fold(f64::NEG_INFINITY, f64::max);
            let expected: Vec<NodeId> =
                children.iter().copied().filter(|id| score(id) == best && best > f64::NEG_INFINITY).collect();
            let of_children: Vec<Stats> = children.iter().map(|&id| stats(&tree, id)).collect();
            let found = rule.select(parent, &of_children).unwrap();
            prop_assert_eq!(found.candidates.iter().map(|&i| children[i]).collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(tree.best_child(id, rule), expected.first().copied());
            prop_assert_eq!(tree.best_children(id, rule), expected);
        }
    }

    #[test]
    fn closing_leaves_closes_what_has_nothing_open(
        parents in prop::collection::vec(any::<usize>(), 1..40),
        closed in prop::collection::vec(any::<bool>(), 40),
    ) {
        let (mut tree, _) = tree_of(&parents);
        let leaves: Vec<NodeId> = tree.leaves().collect();
        for (leaf, closed) in leaves.iter().zip(closed) {
            tree.set_terminal(*leaf, closed).unwrap();
            tree.close(*leaf).unwrap();
        }
        for id in tree.depth_first() {
            let children: Vec<bool> = tree.children(id).map(|child| stats(&tree, child).terminal).collect();
            prop_assert!(children.is_empty() || stats(&tree, id).terminal == children.iter().all(|&t| t));
        }
    }

    #[test]
    fn votes_do_not_depend_on_names(
        answers in prop::collection::vec((prop::option::of(0usize..6), 0.0f64..1.0), 1..30),
        seed in any::<u64>(),
    ) {
        let mut names: Vec<String> = ('a'..='f').map(String::from).collect();
        Stream::new(seed, 0, 0).shuffle(&mut names);
        let (codes, weights): (Vec<_>, Vec<f64>) = answers.into_iter().unzip();
        let renamed: Vec<Option<String>> = codes.iter().map(|c| c.map(|c| names[c].clone())).collect();
        if codes.iter().flatten().next().is_none() {
            prop_assert!(majority_vote(&codes).unwrap_err().is_undefined());
            return Ok(());
        }
        let (a, b) = (majority_vote(&codes).unwrap(), majority_vote(&renamed).unwrap());
        prop_assert_eq!((&names[*a.winner], a.index, a.share()), (b.winner, b.index, b.share()));
        let (a, b) = (weighted_vote(&codes, &weights).unwrap(), weighted_vote(&renamed, &weights).unwrap());
        prop_assert_eq!((&names[*a.winner], a.index, a.winning()), (b.winner, b.index, b.winning()));
    }

    #[test]
    fn pass_at_k_grows_with_k((n, c) in (1u64..200).prop_flat_map(|n| (Just(n), 0..=n))) {
        let rates: Vec<f64> = (1..=n).map(|k| pass_at_k(n, c, k).unwrap()).collect();
        prop_assert!((rates[0] - c as f64 / n as f64).abs() < 1e-12);
        prop_assert!(rates.windows(2).all(|w| w[0] <= w[1] + 1e-12));
        prop_assert!(rates.iter().all(|rate| (0.0..=1.0).contains(rate)));
        prop_assert_eq!(rates[n as usize - 1], f64::from(u8::from(c > 0)));
    }

    #[test]
    fn budgets_grow_to_the_maximum_and_bind(
        initial in 1u64..5_000,
        factor in 1.05f64..4.0,
        maximum in 1u64..50_000,
        natural in prop::collection::vec(0u64..9_000, 200),
        trigger in 0u64..40,
    ) {
        let schedule = Schedule::new(initial, factor, maximum).unwrap();
        let budgets = schedule.budgets();
        prop_assert!(budgets.windows(2).all(|w| w[0] <= w[1] && w[0] < maximum));
        prop_assert_eq!(budgets.last(), Some(&maximum));
        let fresh = || Deepening::new(schedule.clone(), trigger);
        let respond = |ask: probity::search::Generate| Ok(natural[ask.round % natural.len()]);
        let (live, answers) = recorded(&mut fresh(), respond);
        let live = live.unwrap();
        prop_assert_eq!(&replay(&mut fresh(), answers).unwrap(), &live);
        for segment in &live.segments {
            prop_assert!(segment.generated == 0 || segment.total <= segment.budget);
        }
        let generated: u64 = live.segments.iter().map(|s| s.generated).sum();
        prop_assert_eq!(live.total_tokens, generated + trigger * live.trigger_positions.len() as u64);
    }

    #[test]
    fn agent_r_runs_again(
        seed in any::<u64>(),
        ties in any::<bool>(),
        iterations in 0u64..6,
        budget in prop::option::of(0u64..12),
        stop in 1usize..8,
    ) {
        let mut options = agent_r::Options::new().iterations(iterations).max_depth(4).samples(3);
        if ties {
            options = options.ties(Ties::Seeded(seed));
        }
        if let Some(budget) = budget {
            options = options.requests(budget);
        }
        let fresh = || agent_r::Search::new(Turn::default(), options).unwrap();
        let mut live = fresh();
        let (finished, answers) = recorded(&mut live, environment(seed));
        let finished = finished.unwrap();
        let mut again = fresh();
        prop_assert_eq!(replay(&mut again, answers.clone()).unwrap(), finished);
        prop_assert_eq!(dump(again.tree()), dump(live.tree()));
        // Stopped by the observer, then driven on.
        let (mut stopped, mut respond, mut stop) = (fresh(), environment(seed), stop_after(stop));
        if drive(&mut stopped, &mut respond, |_| stop()) == Err(Error::Cancelled) {
            drive(&mut stopped, &mut respond, |_| ControlFlow::Continue(())).unwrap();
        }
        prop_assert_eq!(dump(stopped.tree()), dump(live.tree()));

        prop_assert!(finished.iterations <= iterations);
        prop_assert!(answers.len() as u64 <= budget.unwrap_or(u64::MAX));
        let tree = live.tree();
        prop_assert_eq!(stats(tree, NodeId::ROOT).terminal, finished.ended == Ended::Exhausted);
        let ends: Vec<NodeId> = tree.leaves().filter(|&leaf| stats(tree, leaf).terminal).collect();
        prop_assert_eq!(stats(tree, NodeId::ROOT).visits, ends.len() as u64);
        for &end in &ends {
            prop_assert_eq!(stats(tree, end).visits, 1);
            prop_assert!(tree.node(end).unwrap().depth() <= 5);
        }
        let thresholds = Thresholds::default();
        let found = pairs(tree, thresholds).unwrap();
        prop_assert_eq!(&found.leaves, &ends);
        for (good, bad) in found.pairs {
            let value = |leaf: usize| stats(tree, ends[leaf]).sum;
            prop_assert!(thresholds.is_good(value(good)) && value(good) - value(bad) > thresholds.beta());
        }
    }

    #[test]
    fn alphallm_runs_again(
        seed in any::<u64>(),
        width in width(),
        merge in merge(),
        rounds in 1u64..30,
        min_terminals in 0u64..6,
        variance in prop::option::of(0.0f64..0.1),
        draws in prop::option::of(1usize..4),
        budget in prop::option::of(0u64..80),
    ) {
        let mut options = alphallm::Options::new()
            .rounds(rounds).min_terminals(min_terminals).max_depth(4).width(width).merge(merge)
            .stop_variance(variance).stop_draws(draws);
        if let Some(budget) = budget {
            options = options.requests(budget);
        }
        let fresh = || alphallm::Search::new(options).unwrap();
        let mut live = fresh();
        let (finished, answers) = recorded(&mut live, model(seed));
        let finished = finished.unwrap();
        let mut again = fresh();
        prop_assert_eq!(replay(&mut again, answers.clone()).unwrap(), finished);
        prop_assert_eq!(dump(again.tree()), dump(live.tree()));

        let tree = live.tree();
        prop_assert!(answers.len() as u64 <= budget.unwrap_or(u64::MAX));
        prop_assert!(finished.rounds <= 10 * rounds);
        if finished.ended == Ended::Rounds {
            prop_assert!(finished.rounds >= rounds);
            prop_assert!(finished.terminals >= min_terminals || finished.rounds == 10 * rounds);
        }
        prop_assert_eq!(stats(tree, NodeId::ROOT).visits, finished.rounds);
        let mut terminals = 0;
        for id in tree.depth_first().skip(1) {
            let node = tree.node(id).unwrap();
            prop_assert!(node.stats().visits > 0 && node.depth() <= 4);
            prop_assert_eq!(node.stats().terminal, node.content().option.finished);
            prop_assert!(node.n_children() == 0 || !node.stats().terminal);
            terminals += u64::from(node.stats().terminal);
        }
        prop_assert_eq!(terminals, finished.terminals);
        for choice in
            [Choice::GreedyLeaf, Choice::GlobalLeaf, Choice::SelfConsistency, Choice::Rerank, Choice::WeightedVote]
        {
            match choose(tree, choice) {
                Ok(leaf) => prop_assert_eq!(tree.node(leaf).unwrap().n_children(), 0),
                Err(error) => prop_assert!(error.is_undefined() && (terminals == 0 || tree.n_nodes() == 1)),
            }
        }
    }

    #[test]
    fn spliced_texts_hold_what_they_should(
        bad in prop::collection::vec(0u8..3, 0..8),
        good in prop::collection::vec(0u8..3, 0..8),
        error in prop::option::of(0usize..8),
    ) {
        let turns = |steps: &[u8]| steps.iter().map(|s| Turn::new(s.to_string(), "seen")).collect::<Vec<_>>();
        let (bad, good) = (turns(&bad), turns(&good));
        let spliced = splice(&[], &bad, &good, error, "again");
        if error.is_some_and(|error| error >= bad.len()) {
            prop_assert!(spliced.is_err());
            return Ok(());
        }
        let revision = spliced.unwrap();
        let learnt = revision.log.iter().filter(|m| m.loss).count();
        prop_assert_eq!(revision.kept_bad_steps, error.map_or(bad.len(), |error| error + 1));
        prop_assert_eq!(learnt, 1 + good.len() - revision.shared_steps);
        prop_assert_eq!(revision.log.len(), 2 * (revision.kept_bad_steps + learnt));
        let first = revision.log.get(2 * revision.kept_bad_steps + 2);
        let shared_all = revision.shared_steps == revision.kept_bad_steps;
        prop_assert!(shared_all || first.is_none_or(|m| m.text != bad[revision.shared_steps].response));
    }

    #[test]
    fn loops_are_the_plain_ones(actions in prop::collection::vec(0u8..3, 0..24)) {
        let found = repeated_actions(&actions);
        let mut longest: Option<(usize, usize, usize)> = None;
        for period in 2..=actions.len() {
            for start in 0..actions.len() {
                let mut repetitions = 1;
                while actions.get(start + period * repetitions..start + period * (repetitions + 1))
                    .is_some_and(|group| group == &actions[start..start + period])
                {
                    repetitions += 1;
                }
                let longer = longest.is_none_or(|(_, p, r)| period * repetitions > p * r);
                if repetitions > 1 && longer {
                    longest = Some((start, period, repetitions));
                }
            }
        }
        prop_assert_eq!(found.longest_cycle.map(|c| (c.start, c.period, c.repetitions)), longest);
        let repeats = actions.windows(2).filter(|w| w[0] == w[1]).count();
        prop_assert_eq!(found.runs.iter().map(|run| run.length - 1).sum::<usize>(), repeats);
    }

    #[test]
    fn readers_take_any_text(text in "(#|#### |\\$|-|[0-9.,é]|Judgement:|good|uncertain|\\PC){0,40}") {
        // Whatever stands before the last mark does not count.
        let judged = Judgement::parse(&format!("good Judgement: good Judgement:{text}"));
        prop_assert_eq!(judged, Judgement::parse(&format!("Judgement:{text}")));
        if let Some(answer) = final_answer(&text) {
            prop_assert!(answer.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-'));
            prop_assert!(text.contains("#### "));
        }
    }
}

#[test]
fn seeds_of_ties_matter() {
    let dump_of = |seed| {
        let options = agent_r::Options::new().max_depth(3).requests(6).ties(Ties::Seeded(seed));
        let mut search = agent_r::Search::new(Turn::default(), options).unwrap();
        drive(&mut search, environment(5), |_| ControlFlow::Continue(())).unwrap();
        dump(search.tree())
    };
    assert_eq!(dump_of(1), dump_of(1));
    assert!((2..12).any(|seed| dump_of(seed) != dump_of(1)));
}

#[test]
fn a_wrong_answer_changes_nothing() {
    let mut search = agent_r::Search::new(Turn::default(), agent_r::Options::new()).unwrap();
    let before = (search.step(), dump(search.tree()));
    let proposal = |reward| Proposal { turn: Turn::new("a", ""), reward, done: true };
    assert!(search.answer(vec![proposal(0.5), proposal(f64::NAN)]).is_err());
    assert!(search.answer(vec![proposal(0.5); 5]).is_err());
    assert_eq!((search.step(), dump(search.tree())), before);

    let mut search = alphallm::Search::new(alphallm::Options::new()).unwrap();
    let before = search.step();
    assert!(search.answer(Answer::Scores(Scores::default())).is_err());
    assert_eq!(search.step(), before);
    search.answer(Answer::Option(Candidate::default())).unwrap();
    let before = search.step();
    assert!(search.answer(Answer::Scores(Scores { value: Some(1.0), ..Scores::default() })).is_err());
    assert_eq!(search.step(), before);
}
