//! `values/personality_alignment`.

use std::path::Path;

use probity::inference::Level;
use probity::values::{
    AlignmentRule, AnswerLetter, Keying, PersonalityAlignment, PersonalityTrait, ScaleScore, SubjectItem,
    TraitAlignment, answer_letter, closest_unused, ipip_item, ipip_neo_120, ipip_scores,
    personality_alignment, select_strength, short_dark_triad, steering_direction, top_heads,
};
use serde_json::{Map, Value, json};

use super::intrinsic_values_survey::{answers, data};
use super::{Outcome, count, flags, indices, list, matrix, number, text, vector};

fn scales(scores: &[ScaleScore]) -> Value {
    let mut out = Map::new();
    for score in scores {
        let figures = json!({"sum": score.sum(), "n": score.answered(), "mean": score.mean()});
        out.insert(score.name().to_string(), figures);
    }
    Value::Object(out)
}

fn ipip(input: &Value, directory: &Path) -> Outcome {
    let keying = match input["keying"].as_str() {
        Some("raw") => Keying::Raw,
        Some("already_keyed") => Keying::AlreadyKeyed,
        other => panic!("unknown keying {other:?}"),
    };
    let items = indices(&input["items"]);
    let values = if input["data_file"].is_null() {
        answers(&input["values"])
    } else {
        assert!(items.iter().copied().eq(ipip_neo_120().iter().map(|&item| usize::from(item))));
        let file = data(input, "data_file", directory);
        let of_subject = answers(&file["answers"][count(input, "subject") as usize]);
        items.iter().map(|item| of_subject[item - 1]).collect()
    };
    let answers = items.iter().zip(values).map(|(&item, value)| (item as u16, value.filter(|v| *v != 0)));
    let found = ipip_scores(&answers.collect::<Vec<_>>(), keying).map_err(text)?;
    Ok(json!({"domains": scales(&found.domains), "facets": scales(&found.facets)}))
}

fn subject(input: &Value) -> Vec<SubjectItem> {
    let item = |item: &Value| SubjectItem {
        domain: item["label_ocean"]
            .as_str()
            .and_then(|label| PersonalityTrait::from_letter(label.chars().next()?))
            .expect("a trait"),
        reversed: item["key"].as_i64() == Some(-1),
        value: count(item, "value") as u8,
    };
    let items: Vec<_> = list(&input["test"]).iter().map(item).collect();
    // Where the numbers of the items are given, their key is ours.
    for (number, item) in input["items"].as_array().into_iter().flatten().zip(&items) {
        let key = ipip_item(number.as_u64().expect("a number") as u16).expect("an item");
        assert_eq!((key.domain, key.reversed), (item.domain, item.reversed), "item {number}");
    }
    items
}

fn by_trait(found: &PersonalityAlignment, figure: impl Fn(&TraitAlignment) -> Option<f64>) -> Value {
    let figures = found.traits.iter().map(|of| (of.domain.letter().to_string(), json!(figure(of))));
    Value::Object(figures.collect())
}

fn distance(of: &TraitAlignment) -> Option<f64> {
    of.distance.as_ref().ok().map(|distance| distance.value)
}

fn released(input: &Value) -> Outcome {
    let letters: Vec<_> =
        list(&input["answers"]).iter().map(|a| answer_letter(a.as_str().expect("a text"))).collect();
    let found = personality_alignment(&subject(input), &letters, AlignmentRule::Released, Level::default())
        .map_err(text)?;
    let [a, b, c, d, e] = found.letters;
    Ok(json!({
        "count": {"A": a, "B": b, "C": c, "D": d, "E": e, "UNK": found.unknown},
        "trait_mean": by_trait(&found, |of| of.mean),
        "trait_std": by_trait(&found, |of| of.deviation),
        "abs_mean": by_trait(&found, distance),
        "abs_std": by_trait(&found, |of| of.distance_deviation),
        "total_abs": found.total,
    }))
}

fn keyed(input: &Value) -> Outcome {
    let letter = |l: &Value| AnswerLetter::from_char(l.as_str()?.chars().next()?);
    let letters: Vec<_> = list(&input["letters"]).iter().map(letter).collect();
    personality_alignment(&subject(input), &letters, AlignmentRule::Keyed, Level::default())
        .map_err(text)
        .map(|found| by_trait(&found, distance))
}

fn steering(input: &Value) -> Outcome {
    let found = steering_direction(&matrix(&input["activations"]), &flags(&input["labels"])).map_err(text)?;
    Ok(json!({
        "displacement": found.displacement(number(input, "alpha")),
        "direction": found.direction,
        "projection_std": found.deviation,
        "raw_norm": found.separation,
    }))
}

fn heads(input: &Value) -> Outcome {
    let accuracies: Vec<_> =
        matrix(&input["accuracies_val_train"]).iter().map(|row| (row[0], row[1])).collect();
    top_heads(&accuracies, count(input, "num_heads") as usize, count(input, "k") as usize)
        .map_err(text)
        .map(|heads| json!(heads))
}

fn strength(input: &Value) -> Outcome {
    let sum = |row: &Value| -> f64 {
        let distances = row.as_object().expect("distances").values();
        distances.map(|d| d.as_f64().expect("a distance")).sum()
    };
    let scores: Vec<f64> = list(&input["abs_mean"]).iter().map(sum).collect();
    let index = select_strength(&scores.iter().map(|&s| Some(s)).collect::<Vec<_>>()).map_err(text)?;
    Ok(json!({"scores": scores, "index": index, "alpha": vector(&input["grid"])[index]}))
}

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    Some(match function {
        "personality.ipip_scores" => ipip(input, directory),
        "personality.alignment_released" => released(input),
        "personality.alignment_keyed" => keyed(input),
        "personality.parse_letter" => {
            let letter = |a: &Value| answer_letter(a.as_str().expect("a text")).map(|l| format!("{l:?}"));
            Ok(json!(list(&input["answers"]).iter().map(letter).collect::<Vec<_>>()))
        }
        "personality.sd3_scores" => short_dark_triad()
            .and_then(|inventory| inventory.score(&answers(&input["answers"]), Keying::Raw))
            .map_err(text)
            .map(|scores| scales(&scores)),
        "personality.steering_direction" => steering(input),
        "personality.top_heads" => heads(input),
        "personality.select_alpha" => strength(input),
        "personality.closest_unused" => closest_unused(&matrix(&input["points"]), &matrix(&input["centers"]))
            .map_err(text)
            .map(|chosen| json!(chosen)),
        _ => return None,
    })
}
