//! From the command line to votes, or votes that are made up.

use probity::io::{Dialect, Strictness, WiserVoteTable};
use probity::moral_graph::{Catalogue, Relationship, ValueCard, WiserVote, WiserVotes};
use probity::ratings::Ids;
use probity::report::Cell;
use probity::rng::Stream;

use crate::Failure;
use crate::args::Args;

/// What is shown.
pub(crate) struct Input {
    /// Where the votes are from, in a sentence.
    pub(crate) subject: String,
    /// What is worth saying about them.
    pub(crate) notes: Vec<String>,
    pub(crate) votes: WiserVotes,
    pub(crate) catalogue: Catalogue,
}

const VALUES: [&str; 9] = [
    "Follow the rules",
    "Weigh the consequences",
    "Listen before judging",
    "Protect from harm",
    "Let them find their own way",
    "Know what the fear is about",
    "Keep promises",
    "Say what is true",
    "Say it so that it can be heard",
];
const CONTEXTS: [&str; 3] = ["a child wants to quit", "a friend asks for the truth", "two sides disagree"];

/// From, to, context, and how many of ten find the second wiser.
const PAIRS: [(u32, u32, u32, u64); 10] = [
    (0, 1, 0, 7),
    (1, 4, 0, 8),
    (3, 5, 0, 9),
    (5, 4, 0, 6),
    (0, 7, 1, 6),
    (6, 7, 1, 5),
    (7, 8, 1, 9),
    (1, 2, 2, 8),
    (7, 2, 2, 6),
    (4, 2, 2, 3),
];

/// Sixty participants, each of whom votes on four pairs.
fn made_up() -> probity::Result<Input> {
    let mut stream = Stream::new(11, 0, 0);
    let mut votes = WiserVotes::new();
    for voter in 0..60 {
        for _ in 0..4 {
            let (from, to, context, wiser) = PAIRS[stream.below(PAIRS.len() as u64) as usize];
            let relationship = match stream.below(10) {
                draw if draw < wiser => Relationship::Upgrade,
                9 => Relationship::NotSure,
                _ => Relationship::NoUpgrade,
            };
            votes.push(WiserVote::new(voter, from, to, context, relationship));
        }
    }
    let cards = (0..).zip(VALUES).map(|(id, title)| ValueCard::new(id, title, Vec::new())).collect();
    Ok(Input {
        subject: format!("{} votes of 60 participants who do not exist.", votes.len()),
        notes: vec![
            "The votes are made up, with a fixed seed, to show what the report looks like.".to_string(),
        ],
        votes,
        catalogue: Catalogue::new(cards, CONTEXTS.map(String::from).to_vec(), Vec::new())?,
    })
}

fn names(ids: &Ids) -> impl Iterator<Item = String> {
    (0..ids.len()).map(|i| ids.name(i).into_owned())
}

pub(crate) fn read(args: &Args) -> Result<Input, Failure> {
    let Some(path) = &args.file else { return Ok(made_up()?) };
    let mut dialect = Dialect::new();
    if let Some(format) = args.format {
        dialect = dialect.format(format);
    }
    let [voter, from, to, context] = [&args.voter, &args.from, &args.to, &args.context].map(Clone::clone);
    let mut table = WiserVoteTable::new(voter, from, to, context, args.vote.as_str());
    if let Some(story) = &args.story {
        table = table.story(story.as_str());
    }
    let strictness = if args.lenient { Strictness::Lenient } else { Strictness::Strict };
    let import = table.dialect(dialect).read(path, strictness)?;
    let report = &import.report;
    let skipped = report.skipped.iter().take(10).map(|skipped| format!("Left out: {skipped}."));
    let cards = (0..).zip(names(&import.values)).map(|(id, title)| ValueCard::new(id, title, Vec::new()));
    Ok(Input {
        subject: format!(
            "{}: {} votes of {} participants on {} values in {} contexts; {} rows lack an answer, {} rows left out.",
            path.display(),
            Cell::from(import.votes.len()),
            Cell::from(import.votes.participants().len()),
            Cell::from(import.values.len()),
            Cell::from(import.contexts.len()),
            Cell::from(report.missing),
            Cell::from(report.skipped.len())
        ),
        notes: skipped.collect(),
        catalogue: Catalogue::new(cards.collect(), names(&import.contexts).collect(), Vec::new())?,
        votes: import.votes,
    })
}
