//! `values/bidirectional_alignment`.

use probity::inference::Level;
use probity::tally::Tally;
use probity::taxonomy::{
    CodeCounts, PrismaCounts, PrismaProblem, code_trend, label_set_agreement, prisma_flow,
};
use serde_json::{Map, Value, json};

use super::{Outcome, count, list, text};

fn strings(value: &Value) -> Vec<&str> {
    list(value).iter().map(|s| s.as_str().expect("a text")).collect()
}

fn prisma(input: &Value) -> Outcome {
    let stated = |name: &str| input[name].as_u64();
    let reasons = input["excluded_reasons"].as_object().expect("reasons").iter();
    let counts = PrismaCounts {
        identified: count(input, "identified"),
        duplicates: count(input, "duplicates"),
        excluded_at_screening: count(input, "excluded_screening"),
        excluded: reasons.map(|(reason, n)| (reason.clone(), n.as_u64().expect("a count"))).collect(),
        stated_screened: stated("screened"),
        stated_assessed: stated("assessed"),
        stated_included: stated("included"),
        ..PrismaCounts::default()
    };
    let flow = prisma_flow(&counts, Level::default()).map_err(text)?;
    let name = |problem: &PrismaProblem| match problem {
        PrismaProblem::Screened => "screened",
        PrismaProblem::Assessed => "assessed",
        PrismaProblem::Included => "included",
        PrismaProblem::Negative => "negative",
        other => panic!("unknown problem {other:?}"),
    };
    Ok(json!({
        "screened": flow.screened,
        "assessed": flow.assessed,
        "included": flow.included,
        "inclusion_rate": flow.inclusion_rate.map(|rate| rate.value),
        "inconsistent": flow.problems.iter().map(name).collect::<Vec<_>>(),
    }))
}

fn coverage(input: &Value) -> Outcome {
    let codes = strings(&input["codes"]);
    let mut tally = CodeCounts::new(codes.iter().copied()).map_err(text)?;
    for item in list(&input["items"]) {
        tally.record(&strings(item)).map_err(text)?;
    }
    let (mut counts, mut share, mut together) = (Map::new(), Map::new(), Map::new());
    for code in codes {
        counts.insert(code.to_string(), json!(tally.count(code)));
        let estimate = tally.share(code, Level::default()).map_err(text)?;
        share.insert(code.to_string(), json!(estimate.value));
    }
    for (a, b, n) in tally.pairs() {
        let (a, b) = if a < b { (a, b) } else { (b, a) };
        together.insert(format!("{a}|{b}"), json!(n));
    }
    let directions = tally.directions();
    Ok(json!({
        "counts": counts,
        "share": share,
        "unknown": tally.unknown(),
        "cooccurrence": together,
        "direction": {
            "ai_to_human": directions.ai_to_human,
            "human_to_ai": directions.human_to_ai,
            "both": directions.both,
            "none": directions.none,
        },
        "gaps": tally.gaps().collect::<Vec<_>>(),
    }))
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    Some(match function {
        "bidirectional.prisma_flow" => prisma(input),
        "bidirectional.coverage" => coverage(input),
        "bidirectional.jaccard_agreement" => {
            let coder = |name: &str| list(&input[name]).iter().map(strings).collect::<Vec<_>>();
            label_set_agreement(&coder("coder_a"), &coder("coder_b"), Level::default())
                .map_err(text)
                .map(|found| json!({"per_item": found.per_item, "mean": found.mean.value}))
        }
        "bidirectional.trend" => {
            let years: Vec<_> = list(&input["years"]).iter().map(|y| y.as_u64().expect("a year")).collect();
            code_trend(&years, &strings(&input["codes"])).map_err(text).map(|trend| json!(trend))
        }
        _ => return None,
    })
}
