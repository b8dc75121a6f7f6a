//! `judges/perseval` and the published `judges/leaderboards`.

use probity::compute::Backend;
use probity::correlation::Options;
use probity::inference::Level;
use probity::personalization::{
    DocumentPersonalization, PersevalOptions, PersonalizedDocument, Sigmoid, borda_consensus,
    leaderboard_correlation, personalization, score_stability,
};
use serde_json::{Value, json};

use super::{Outcome, estimate, list, matrix, number, text, vector};

/// A document in the shape of the users' side, what the model lacks being missing.
struct Document {
    names: Vec<String>,
    distances: [Vec<f64>; 5],
}

impl Document {
    fn new(input: &Value) -> Self {
        let names = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_string()).collect()
        };
        let users = names(&input["users"]);
        let model = if input["model_users"].is_null() { users.clone() } else { names(&input["model_users"]) };
        let places: Vec<Option<usize>> =
            users.iter().map(|user| model.iter().position(|name| name == user)).collect();
        let row =
            |row: &[f64]| -> Vec<f64> { places.iter().map(|at| at.map_or(f64::NAN, |at| row[at])).collect() };
        let square = matrix(&input["model_model"]);
        let nothing = vec![f64::NAN; model.len()];
        let rows = places.iter().map(|at| row(at.map_or(&nothing, |at| &square[at])));
        let model_model = rows.flatten().collect();
        let distances = [
            matrix(&input["user_user"]).concat(),
            vector(&input["user_doc"]),
            model_model,
            row(&vector(&input["model_doc"])),
            row(&vector(&input["model_user"])),
        ];
        Self { names: users, distances }
    }

    fn view(&self) -> PersonalizedDocument<'_> {
        let [user_user, user_document, model_model, model_document, model_user] = &self.distances;
        PersonalizedDocument { user_user, user_document, model_model, model_document, model_user }
    }

    fn found(&self, found: Option<&DocumentPersonalization>, options: &PersevalOptions) -> Outcome {
        let Some(found) = found else {
            return Ok(json!({ "excluded": true }));
        };
        let users = found.users.iter().map(|user| {
            json!({
                "user": self.names[user.user],
                "degress": user.degress,
                "edp": user.effective_penalty,
                "perseval": user.perseval,
                "acp": user.inconsistency_penalty,
                "dgp": user.generalization_penalty,
            })
        });
        let users: Vec<Value> = users.collect();
        let pairs = self.view().pairs(options).map_err(text)?;
        // The vectors list the weighted deviations also where the ratio is that of the distances.
        let weighted = self.view().pairs(&options.raw(false)).map_err(text)?;
        let pairs = pairs.iter().zip(&weighted).map(|(pair, weighted)| {
            let (u1, u2) = (&self.names[pair.user], &self.names[pair.other]);
            json!({ "u1": u1, "u2": u2, "x": weighted.users, "y": weighted.model, "ratio": pair.ratio })
        });
        Ok(json!({
            "users": users,
            "perseval": found.perseval,
            "pairs": pairs.collect::<Vec<_>>(),
            "d_min": found.accuracy_min,
            "d_mean": found.accuracy_mean,
            "adp": found.drop_penalty,
        }))
    }
}

fn perseval(input: &Value) -> Outcome {
    let documents: Vec<Document> = list(&input["documents"]).iter().map(Document::new).collect();
    let views: Vec<_> = documents.iter().map(Document::view).collect();
    let params = &input["params"];
    let sigmoid = |name: &str| Sigmoid {
        alpha: number(params, &format!("{name}_alpha")),
        beta: number(params, &format!("{name}_beta")),
    };
    let options = PersevalOptions::default()
        .drop(sigmoid("ADP"))
        .inconsistency(sigmoid("ACP"))
        .penalty(sigmoid("EDP"))
        .raw(input["weighted"] == false)
        .epsilon(number(params, "epsilon"))
        .map_err(text)?;
    let found = personalization(&views, &options).map_err(text)?;
    // The batched kernel gives the same.
    let batched = Backend::cpu().deviations(&views, &options).map_err(text)?;
    for (plain, batched) in found.documents().iter().zip(batched.personalization().documents()) {
        let value = |document: &Option<DocumentPersonalization>| document.as_ref().map(|d| d.perseval);
        match (value(plain), value(batched)) {
            (Some(a), Some(b)) if (a - b).abs() < 1e-12 => {}
            (None, None) => {}
            other => return Err(format!("plain and batched differ: {other:?}")),
        }
    }
    let level = Level::default();
    let each = input["documents"].as_array().unwrap().iter().zip(&documents).zip(found.documents());
    let each = each.map(|((input, document), found)| {
        let mut value = document.found(found.as_ref(), &options)?;
        value["doc_id"] = input["doc_id"].clone();
        Ok(value)
    });
    let each: Vec<Value> = each.collect::<Result<_, String>>()?;
    let accuracy = estimate(found.accuracy_distance(level))?;
    Ok(json!({
        "degress": estimate(found.degress(level))?,
        "egises": estimate(found.egises(level))?,
        "perseval": estimate(found.perseval(level))?,
        "mean_accuracy_distance": accuracy,
        // Every user of these is in the first place of a pair.
        "mean_accuracy_distance_pairs": accuracy,
        "documents": each,
    }))
}

fn correlation(input: &Value) -> Outcome {
    let (measure, human) = (vector(&input["measure"]), vector(&input["human"]));
    let found = leaderboard_correlation(&measure, &human, &Options::new()).map_err(text)?;
    Ok(json!({
        "pearson": estimate(found.pearson)?,
        "spearman": estimate(found.spearman)?,
        "kendall_b": estimate(found.kendall_tau_b)?,
    }))
}

fn stability(input: &Value) -> Outcome {
    let rows = matrix(&input["values_at_100_80_60_40_20"]);
    let found: Vec<_> =
        rows.iter().map(|row| score_stability(row)).collect::<Result<_, _>>().map_err(text)?;
    let deviations: Vec<f64> = found.iter().map(|s| s.standard_deviation).collect();
    let variances: Vec<f64> = found.iter().map(|s| s.variance).collect();
    Ok(json!({ "std": deviations, "variance": variances }))
}

fn borda(input: &Value) -> Outcome {
    let ranking = |name: &str| -> Vec<String> {
        list(&input[name]).iter().map(|model| model.as_str().unwrap().to_string()).collect()
    };
    let points = borda_consensus(&ranking("first"), &ranking("second")).map_err(text)?;
    Ok(points.into_iter().map(|(model, points)| (model, json!(points))).collect())
}

pub(crate) fn run(function: &str, input: &Value) -> Option<Outcome> {
    match function {
        "perseval" => Some(perseval(input)),
        "leaderboard_correlation" => Some(correlation(input)),
        "score_stability" => Some(stability(input)),
        "borda_consensus" => Some(borda(input)),
        _ => None,
    }
}
