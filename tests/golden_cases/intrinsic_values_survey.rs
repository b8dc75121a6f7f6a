//! `values/intrinsic_values_survey`.

use std::path::Path;

use probity::taxonomy::{Taxonomy, alignment_goals};
use probity::values::{Hedonism, SchwartzValue, mfq30, opinion_similarity, pvq40, schwartz_higher_order};
use serde_json::{Map, Value, json};

use super::{Outcome, list, string, text, vector};

/// Answers from 1, `null` where missing.
pub(super) fn answers(value: &Value) -> Vec<Option<u8>> {
    list(value).iter().map(|x| x.as_u64().map(|x| u8::try_from(x).expect("a small answer"))).collect()
}

/// A tree of a file, whose leaves have ids only in some files; numbered where they have none.
pub(super) fn taxonomy(file: &Value) -> Taxonomy {
    fn walk(node: &Value, parent: &str, number: usize, labels: &mut Vec<(String, String)>) {
        let (id, title) = match node {
            Value::String(title) => (format!("{parent}.{number}"), title.clone()),
            node => (string(node, "id"), string(node, "title")),
        };
        labels.push((id.clone(), title));
        for (number, child) in node["children"].as_array().into_iter().flatten().enumerate() {
            walk(child, &id, number, labels);
        }
    }
    let mut labels = Vec::new();
    list(&file["nodes"]).iter().for_each(|node| walk(node, "", 0, &mut labels));
    Taxonomy::new(string(file, "id"), labels).expect("a tree")
}

/// The titles of two trees, label by label.
pub(super) fn same_titles(a: &Taxonomy, b: &Taxonomy) -> bool {
    let titles = |tree: &Taxonomy| tree.labels().iter().map(|l| l.title.to_lowercase()).collect::<Vec<_>>();
    titles(a) == titles(b)
}

/// The JSON file that an input names.
pub(super) fn data(input: &Value, name: &str, directory: &Path) -> Value {
    let path = directory.join(string(input, name));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("a JSON file")
}

fn portrait(input: &Value) -> Outcome {
    let profile = pvq40(&answers(&input["answers"])).map_err(text)?;
    let mut values = Map::new();
    for value in SchwartzValue::ALL {
        let i = value as usize;
        let scores = json!({"raw": profile.raw[i], "centred": profile.centred[i]});
        values.insert(value.name().to_string(), scores);
    }
    Ok(json!({"mrat": profile.mean_rating, "values": values}))
}

fn higher_order(input: &Value) -> Value {
    let centred = SchwartzValue::ALL.map(|value| input["centred"][value.name()].as_f64());
    let found = schwartz_higher_order(&centred, Hedonism::default());
    json!({
        "openness_to_change": found.openness_to_change,
        "self_enhancement": found.self_enhancement,
        "conservation": found.conservation,
        "self_transcendence": found.self_transcendence,
    })
}

fn foundations(input: &Value) -> Outcome {
    let found = mfq30(&answers(&input["answers"])).map_err(text)?;
    Ok(json!({
        "foundations": {
            "harm": found.harm,
            "fairness": found.fairness,
            "ingroup": found.ingroup,
            "authority": found.authority,
            "purity": found.purity,
        },
        "progressivism": found.progressivism(),
        "catch_relevance": found.catches[0],
        "catch_judgment": found.catches[1],
        "attentive": found.attentive(),
    }))
}

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    let value = |name| SchwartzValue::from_name(&string(input, name)).expect("a value");
    Some(match function {
        "values.pvq40" => portrait(input),
        "values.schwartz_higher_order" => Ok(higher_order(input)),
        "values.mfq30" => foundations(input),
        "values.schwartz_circle_distance" => Ok(json!(value("a").circle_distance(value("b")))),
        "values.js_similarity" => {
            opinion_similarity(&vector(&input["p"]), &vector(&input["q"])).map_err(text).map(|found| {
                json!({
                    "js_divergence": found.divergence,
                    "js_distance": found.distance,
                    "similarity": found.similarity,
                })
            })
        }
        "values.taxonomy_counts" => {
            let tree = taxonomy(&data(input, "taxonomy_file", directory));
            assert!(same_titles(&tree, &alignment_goals().expect("valid data")));
            Ok(json!({
                "levels": tree.roots().count(),
                "groups": tree.at_depth(1).count(),
                "leaves": tree.leaves().count(),
            }))
        }
        _ => return None,
    })
}
