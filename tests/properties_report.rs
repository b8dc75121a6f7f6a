//! What holds of reports and pictures, whatever the names and figures: pictures keep their texts inside and apart, a report is
//! read back as it was written, no text is markup, and a fingerprint knows no order.
//!
//! With `PROBITY_PICTURES=FOLDER` the sample pictures are written there, to be looked at.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

mod pictures;

use probity::calibration::{Binning, Predictions, ReliabilityDiagram, RiskCoverage, TieRule};
use probity::inference::{Bootstrap, Estimate, Interval, Level};
use probity::moral_graph::{
    Catalogue, EdgeFilter, MoralGraph, PageRank, Relationship, ValueCard, WiserVote, WiserVotes,
};
use probity::preference::{BradleyTerryOptions, leaderboard};
use probity::ratings::{Fingerprint, Labels, Ratings, RatingsBuilder};
use probity::report::{
    Cell, Derivation, Figure, ForestPlot, HeatMap, LeaderboardPlot, MoralGraphPlot, Plane, Provenance, Radar,
    ReliabilityPlot, Report, RiskCoveragePlot, Section, Table,
};
use probity::rng::Stream;
use probity::tally::Comparisons;
use probity::{Error, Undefined};
use proptest::collection::vec;
use proptest::prelude::*;

/// Names as they come: plain, long, of other scripts, and ugly.
const NAMES: [&str; 24] = [
    "ann",
    "gpt-4o-mini-2024-07-18",
    "meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo-FP8-quantised-for-the-evaluation",
    "a rather long name of an annotator who signs with all of her names",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "評価者の名前はとても長いので切らなければなりません",
    "المقيّم الأوّل من القاهرة",
    "Жюри №7 — Щербаков",
    "</script><script>alert(1)</script>",
    "]]> & <b>bold</b> \"quoted\" 'single'",
    "\u{202e}reversed\u{202c} \u{200b}zero\u{200b}width",
    "tab\tline\nnull\u{0}escape\u{1b}[2J",
    "",
    " ",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "👩‍👩‍👧‍👦 family",
    "1",
    "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii",
    "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
    "OOOOOOOOOOOOOOOOOOOQQQQQQQQQGGGGGGGGG",
    "C:\\judges\\new folder\\x.csv",
    "Nicht-standardisierte Beurteilungsskalenzusammenfassung",
    "judge #3",
    "~~~~++++====<<<<>>>>~~~~",
];

fn name() -> impl Strategy<Value = String> {
    let any = prop_oneof![
        3 => (0..NAMES.len()).prop_map(|i| NAMES[i].to_string()),
        1 => "[ -~]{0,60}",
        1 => "\\PC{0,20}",
        2 => "[a-z]{1,9}( [a-z]{1,9}){0,4}",
    ];
    // What is looked for in pictures as a sign of a number gone wrong.
    any.prop_map(|name| name.replace("NaN", "nan").replace("inf ", "in "))
}

/// The `i`th of many names.
fn nth(i: usize) -> String {
    if i < NAMES.len() { NAMES[i].to_string() } else { format!("{} {i}", NAMES[i % NAMES.len()]) }
}

fn estimate(value: f64, half: f64) -> Estimate {
    Estimate::new("method", value).with_interval(Interval::normal(value, half, Level::default()))
}

fn forest(title: &str, subtitle: &str, points: &[(String, f64, f64)], range: Option<(f64, f64)>) -> String {
    let mut plot = ForestPlot::new(title).subtitle(subtitle);
    if let Some((low, high)) = range {
        plot = plot.over(low, high).unwrap();
    } else {
        for (from, to, words) in [
            (f64::NEG_INFINITY, 0.0, "poor"),
            (0.0, 0.2, "slight"),
            (0.2, 0.4, "fair"),
            (0.4, 0.6, "moderate"),
            (0.6, 0.8, "substantial"),
            (0.8, f64::INFINITY, "almost perfect"),
        ] {
            plot.band(from, to, words).unwrap();
        }
    }
    for (i, (name, value, half)) in points.iter().enumerate() {
        if i % 7 == 6 {
            plot.undefined(name, subtitle);
        } else {
            plot.estimate(name, &estimate(*value, *half)).unwrap();
        }
    }
    plot.to_svg()
}

fn heat(title: &str, names: Vec<String>, seed: u64) -> String {
    let n = names.len();
    let mut stream = Stream::new(seed, 0, 0);
    let mut values = vec![None; n * n];
    for row in 0..n {
        for column in row + 1..n {
            let value = (stream.below(9) > 0).then(|| 1.3 * stream.uniform() - 0.3);
            (values[row * n + column], values[column * n + row]) = (value, value);
        }
    }
    HeatMap::new(title, names, values).unwrap().subtitle("Cohen's kappa of each pair").to_svg()
}

fn plane(title: &str, axes: [&str; 2], points: &[(String, f64, f64)]) -> String {
    let mut plane = Plane::new(title, axes[0], axes[1]).subtitle(title);
    for (i, (name, x, y)) in points.iter().enumerate() {
        if i % 9 == 8 {
            plane.undefined(name, title);
            continue;
        }
        let point = plane.point(name, &estimate(*x, 0.04), &estimate(*y, 0.03)).unwrap();
        if i < 3 {
            plane.area(Some(point), &[(*x, 0.0), (1.0, 0.0), (1.0, *y), (*x, *y)]).unwrap();
            plane.line(Some(point), (*x, *y), (1.0, 0.0)).unwrap();
        }
    }
    plane.to_svg()
}

fn radar(title: &str, axes: &[String], things: &[String]) -> String {
    let mut radar = Radar::new(title, axes.iter().cloned()).unwrap().subtitle(title);
    for (i, thing) in things.iter().enumerate() {
        let figure = |axis: usize| {
            if (axis + i) % 11 == 10 {
                Err(Error::Undefined { metric: "a metric", reason: Undefined::OneCategory })
            } else {
                Ok(estimate(((axis * 7 + i * 3) % 10) as f64 / 9.0, 0.05))
            }
        };
        radar.add(thing, &(0..axes.len()).map(figure).collect::<Vec<_>>()).unwrap();
    }
    radar.to_svg()
}

fn predictions(items: usize, seed: u64) -> Predictions {
    let mut stream = Stream::new(seed, 1, 0);
    let confidences: Vec<f64> = (0..items).map(|_| stream.uniform()).collect();
    let right = confidences.iter().map(|&c| stream.uniform() < 0.2 + 0.6 * c).collect();
    Predictions::new(confidences, right).unwrap()
}

fn reliability(title: &str, items: usize, binning: Binning, seed: u64) -> String {
    let diagram = ReliabilityDiagram::new(&predictions(items, seed), binning).unwrap();
    ReliabilityPlot::new(title, &diagram, Level::default()).subtitle(title).to_svg()
}

fn risk(title: &str, names: &[String], items: usize) -> String {
    let mut plot = RiskCoveragePlot::new(title).subtitle(title);
    for (i, name) in names.iter().enumerate() {
        plot.curve(name, &RiskCoverage::new(&predictions(items, i as u64)).unwrap());
    }
    plot.to_svg()
}

fn board(title: &str, standings: &[(String, u64, (u64, u64))]) -> String {
    let mut plot = LeaderboardPlot::new(title).subtitle(title);
    for (name, rank, ranks) in standings {
        plot.standing(name, *rank, *ranks).unwrap();
    }
    plot.to_svg()
}

fn moral_graph(title: &str, values: u32, edges: u32, contexts: u32, seed: u64) -> String {
    let mut stream = Stream::new(seed, 2, 0);
    let mut votes = WiserVotes::new();
    for edge in 0..edges {
        let (from, to) = (stream.below(values.into()) as u32, stream.below(values.into()) as u32);
        let context = stream.below(contexts.into()) as u32;
        if from == to {
            continue;
        }
        votes.extend(
            (0..4).map(|voter| WiserVote::new(edge * 4 + voter, from, to, context, Relationship::Upgrade)),
        );
    }
    let graph = MoralGraph::from_votes(&votes, &EdgeFilter::default()).unwrap();
    let cards = (0..values).map(|value| ValueCard::new(value, nth(value as usize), vec![])).collect();
    let catalogue =
        Catalogue::new(cards, (0..contexts).map(|c| nth(c as usize + 2)).collect(), vec![]).unwrap();
    let ranks = graph.page_rank(&PageRank::default()).unwrap_or_default();
    MoralGraphPlot::new(title, graph, catalogue).subtitle(title).ranks(ranks).to_svg()
}

/// Pictures of little, much and ugly data, by name.
fn samples() -> Vec<(&'static str, String)> {
    let names = |n: usize| (0..n).map(nth).collect::<Vec<_>>();
    let plain = |n: usize| (0..n).map(|i| format!("model {}", i + 1)).collect::<Vec<_>>();
    let spread = |n: usize| {
        names(n)
            .into_iter()
            .enumerate()
            .map(move |(i, name)| (name, (i as f64 * 0.37).fract() * 1.1 - 0.1, 0.02 + 0.03 * (i % 5) as f64))
    };
    let near = |n: usize| {
        names(n).into_iter().enumerate().map(|(i, name)| {
            (name, 0.7 + 0.02 * (i as f64 * 0.61).fract(), 0.3 + 0.02 * (i as f64 * 0.37).fract())
        })
    };
    let long = "A title that is much longer than any title of a figure should be, of many words that have to be broken";
    let bins = |bins| Binning::EqualWidth { bins, closure: probity::tally::BinClosure::Left };
    let alike = |n: usize| plain(n).into_iter().map(move |name| (name, 1, (1, n as u64))).collect::<Vec<_>>();
    let ranked = |names: Vec<String>| {
        let n = names.len() as u64;
        let spans = (1..)
            .map(|rank: u64| (rank, (rank.saturating_sub(rank % 5).max(1), (rank + rank % 7).min(n.max(1)))));
        names.into_iter().zip(spans).map(|(name, (rank, ranks))| (name, rank, ranks)).collect::<Vec<_>>()
    };
    vec![
        ("forest-empty", forest("Agreement", "nothing", &[], None)),
        ("forest-one", forest("Agreement", "", &[("Fleiss' kappa".to_string(), 0.43, 0.03)], None)),
        ("forest-many", forest(long, long, &spread(24).collect::<Vec<_>>(), None)),
        (
            "forest-elo",
            forest(
                "Ratings",
                "Elo",
                &plain(6)
                    .into_iter()
                    .enumerate()
                    .map(|(i, n)| (n, 1100.0 - 37.0 * i as f64, 12.0))
                    .collect::<Vec<_>>(),
                Some((850.0, 1150.0)),
            ),
        ),
        ("heat-one", heat("One rater", names(1), 1)),
        ("heat-three", heat("Cohen's kappa", vec!["ann".into(), "bob".into(), "eve".into()], 1)),
        ("heat-ten", heat("Cohen's kappa", names(10), 2)),
        ("heat-sixty", heat(long, names(60), 3)),
        ("heat-many", heat("Three hundred raters", plain(300), 4)),
        (
            "plane-one",
            plane(
                "Confidence and critique",
                ["confidence level", "critique score"],
                &[("SCoRe, MATH".to_string(), 0.977, 0.14)],
            ),
        ),
        ("plane-near", plane(long, [long, long], &near(20).collect::<Vec<_>>())),
        ("plane-sixty", plane("Sixty models", ["x", "y"], &spread(60).collect::<Vec<_>>())),
        ("radar-one", radar("Honesty", &plain(7), &plain(1))),
        (
            "radar-three",
            radar(
                "Honesty of three",
                &["admits unknowns", "answers knowns", "does not lie", "stays the same", "sees its errors"]
                    .map(String::from),
                &plain(3),
            ),
        ),
        ("radar-ugly", radar(long, &names(14), &names(9))),
        ("radar-sixty", radar("Sixty axes", &plain(60), &plain(1))),
        ("reliability-ten", reliability("Judge", 2_000, bins(10), 1)),
        ("reliability-one", reliability(long, 50, bins(1), 2)),
        (
            "reliability-many",
            reliability("Each for itself", 90, Binning::FixedSize { size: 1, ties: TieRule::Together }, 3),
        ),
        ("risk-one", risk("Answer only when sure", &plain(1), 500)),
        ("risk-eight", risk(long, &names(8), 90)),
        ("board-six", board("Ranks", &ranked(plain(6)))),
        ("board-sixty", board(long, &ranked(names(60)))),
        ("board-alike", board("Nobody can be told apart", &alike(12))),
        ("board-one", board("One model", &alike(1))),
        ("board-empty", board("No model", &[])),
        ("moral-small", moral_graph("Parenting", 5, 6, 2, 1)),
        ("moral-large", moral_graph(long, 40, 60, 12, 2)),
        ("moral-empty", moral_graph("Nothing", 2, 0, 1, 3)),
    ]
}

#[test]
fn samples_are_in_order() {
    let mut report = Report::new("Pictures");
    let samples = samples();
    for (name, svg) in &samples {
        if let Some(folder) = std::env::var_os("PROBITY_PICTURES") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.svg")), svg).unwrap();
        }
        report.push(Section::new(*name).figure(Figure::new(format!("{name}.svg"), *name, svg.as_str())));
    }
    let wrong: Vec<(&str, Vec<String>)> = samples
        .iter()
        .map(|(name, svg)| (*name, pictures::faults(svg)))
        .filter(|(_, faults)| !faults.is_empty())
        .collect();
    // Every picture of the crate is made of what may stand inside a page.
    let html = report.to_html();
    if let Some(folder) = std::env::var_os("PROBITY_PICTURES") {
        std::fs::write(std::path::Path::new(&folder).join("pictures.html"), &html).unwrap();
    }
    assert_eq!((html.matches("<svg").count(), html.matches("<img").count()), (samples.len(), 0));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_leaderboard_is_drawn_as_it_is() {
    let counts = vec![0, 40, 60, 30, 0, 25, 20, 45, 0];
    let tally = Comparisons::from_counts(Labels::from_names(["x", "y", "z"]).unwrap(), counts, vec![9, 4, 7])
        .unwrap();
    let found =
        leaderboard(&tally, &BradleyTerryOptions::new(), &Bootstrap::new(1).resamples(200).unwrap()).unwrap();
    let svg = LeaderboardPlot::from_leaderboard("Ranks", &found).to_svg();
    for standing in &found.standings {
        let name = ["x", "y", "z"][standing.contender];
        assert!(svg.contains(&format!("{name}: rank {}", standing.rank)), "{svg}");
    }
    assert!(pictures::faults(&svg).is_empty());
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Empty),
        name().prop_map(Cell::Text),
        any::<u64>().prop_map(Cell::Count),
        // NaN is not equal to itself; infinities are.
        (prop_oneof![any::<f64>().prop_filter("a number", |x| !x.is_nan()), Just(f64::INFINITY)], 0..9usize)
            .prop_map(|(value, decimals)| Cell::Number { value, decimals }),
        (0.0..=1.0f64).prop_map(Cell::Share),
        (-1.0..1.0f64, prop_oneof![0.0..2.0f64, Just(f64::NEG_INFINITY)])
            .prop_map(|(a, b)| Cell::Interval(a, b)),
        name().prop_map(Cell::Undefined),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let figure = (name(), -1.0..1.0f64, 0.0..0.5f64, any::<u64>()).prop_map(|(name, value, half, seed)| {
        let bootstrap = Bootstrap::new(seed).resamples(100).unwrap();
        let estimate = estimate(value, half).counted(3, 2, 6).with_p_value(half).with_standard_error(half);
        let derivation = Derivation::new(name.clone(), &estimate).unwrap().option(name, value.to_string());
        if seed % 2 == 0 { derivation.bootstrap(&bootstrap) } else { derivation }
    });
    (vec((name(), vec(vec(cell(), 3), 0..5)), 0..4), vec(figure, 0..4), name()).prop_map(
        |(tables, figures, text)| {
            let mut report = Report::new(text.as_str());
            for (heading, rows) in tables {
                let mut table = Table::new([heading.as_str(), "b", "c"]).captioned(text.as_str());
                rows.into_iter().for_each(|row| table.push(row).unwrap());
                let section = Section::new(heading.as_str()).paragraph(text.as_str()).note(heading.as_str());
                report.push(section.table(table.limited(3)).figure(Figure::new(
                    "a.svg",
                    heading,
                    text.as_str(),
                )));
            }
            let provenance = Provenance::new()
                .data(text.as_str(), 3, Fingerprint::of_rows([text.as_str()]))
                .setting(text.as_str(), text.as_str())
                .with(Derivation::undefined("none", text.as_str()));
            if figures.is_empty() {
                report
            } else {
                report.provenance(figures.into_iter().fold(provenance, Provenance::with))
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_label_runs_off_or_lies_on_another(
        title in name(),
        axes in [name(), name()],
        points in vec((name(), -0.4..1.2f64, 0.0..1.0f64), 0..40),
        standings in vec((name(), 1..80u64, 1..80u64, 0..40u64), 0..40),
        span in (-1e6..1e6f64, 1e-3..1e6f64),
        items in 0..200usize,
        bins in 1..30usize,
        graph in (2..30u32, 0..40u32, 1..12u32),
        seed in any::<u64>(),
    ) {
        let names: Vec<String> = points.iter().map(|point| point.0.clone()).collect();
        let axis_names: Vec<String> = names.iter().cloned().cycle().take(names.len() + 3).collect();
        let axis_names = if names.is_empty() { vec![title.clone(); 3] } else { axis_names };
        let standings: Vec<_> = standings.into_iter().map(|(n, rank, from, more)| (n, rank, (from, from + more))).collect();
        let closure = probity::tally::BinClosure::Left;
        let moved: Vec<_> = points.iter().map(|(n, v, h)| (n.clone(), span.0 + v * span.1, h * span.1)).collect();
        for svg in [
            forest(&title, &axes[0], &points, None),
            forest(&title, &axes[0], &moved, Some((span.0, span.0 + span.1))),
            heat(&title, names.clone(), seed),
            plane(&title, [&axes[0], &axes[1]], &points),
            radar(&title, &axis_names, &names[..names.len().min(4)]),
            reliability(&title, items, Binning::EqualWidth { bins, closure }, seed),
            risk(&title, &names[..names.len().min(12)], items.max(1)),
            board(&title, &standings),
            moral_graph(&title, graph.0, graph.1, graph.2, seed),
        ] {
            let faults = pictures::faults(&svg);
            prop_assert!(faults.is_empty(), "{faults:#?}\n{}", svg.lines().next().unwrap_or_default());
        }
    }

    #[test]
    fn a_report_is_read_back(report in report()) {
        let json = serde_json::to_string(&report).unwrap();
        let again: Report = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&again, &report);
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), json);
    }

    #[test]
    fn no_text_is_markup(report in report()) {
        let html = report.to_html();
        prop_assert!(!html.contains("<script") && !html.contains("<b>"));
        prop_assert_eq!(html.matches("</style>").count(), 1);
        let steers = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
        prop_assert!(!html.contains(steers));
        for tag in ["section", "table", "figure", "tr", "td", "p", "h2"] {
            let open = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            prop_assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{}", tag);
        }
        prop_assert!(report.to_text(80).chars().all(|c| c == '\n' || !c.is_control()));
        let markdown = report.to_markdown();
        prop_assert_eq!(markdown.matches('<').count(), markdown.matches("\\<").count());
    }

    #[test]
    fn fingerprints_know_no_order(
        rows in vec((0..9u8, 0..5u8, proptest::option::weighted(0.9, 0..4u8)), 1..60),
        seed in any::<u64>(),
    ) {
        let mut rows = rows;
        rows.sort_by_key(|&(item, rater, _)| (item, rater));
        rows.dedup_by_key(|&mut (item, rater, _)| (item, rater));
        let build = |rows: &[(u8, u8, Option<u8>)]| -> Ratings {
            let mut builder = RatingsBuilder::new();
            for (item, rater, label) in rows {
                let label = label.map(|label| format!("label {label}"));
                builder.push(&format!("i{item}"), &format!("r{rater}"), label.as_deref()).unwrap();
            }
            builder.build().unwrap()
        };
        let print = build(&rows).fingerprint();
        let mut shuffled = rows.clone();
        Stream::new(seed, 0, 0).shuffle(&mut shuffled);
        prop_assert_eq!(build(&shuffled).fingerprint(), print);
        // Another label anywhere is other data.
        let mut changed = rows.clone();
        let at = seed as usize % rows.len();
        changed[at].2 = Some(changed[at].2.map_or(0, |label| (label + 1) % 5));
        prop_assert_ne!(build(&changed).fingerprint(), print);
    }
}
