//! Peer review among models: exams, weights, the chair, ladders, and the judgments published with the paper.

use std::collections::BTreeMap;
use std::path::Path;

use probity::inference::Level;
use probity::peer_review::{
    Exam, ExamScores, MissingRating, Mixing, ReviewerWeight, SliderRule, Thresholds, WinMatrix,
    aggregate_pairwise, aggregate_pointwise, exam_score, human_preference, judge_accuracy, order_consistency,
    parse_integer, parse_label, preference_gap, qualify, reviewer_weights, task_rank_agreement,
};
use probity::preference::{EloScale, Glicko1, elo_online, glicko1_period};
use probity::ratings::Labels;
use probity::tally::{Comparison, Comparisons, Side};
use serde_json::{Value, json};

use super::{Outcome, list, matrix, number, optional, string, text, vector};

pub(crate) fn run(function: &str, input: &Value, directory: &Path) -> Option<Outcome> {
    Some(match function {
        "exam_score" => {
            let exam = match (string(input, "mode").as_str(), input["metric"].as_str()) {
                ("pairwise", _) => Exam::Pairwise,
                (_, Some("MSE")) => Exam::MeanSquaredError,
                _ => Exam::ExactMatch,
            };
            exam_score(exam, &optional(&input["results"]), &vector(&input["answers"]))
                .map(|s| json!(s))
                .map_err(text)
        }
        "qualify" => {
            let (gold, own) = (vector(&input["reference"]), vector(&input["consistency"]));
            let scores: Vec<ExamScores> = gold.iter().zip(&own).map(|(&g, &c)| scores(&[g, c])).collect();
            let thresholds = Thresholds {
                gold: Some(number(input, "p_gold")),
                consistency: Some(number(input, "p_cons")),
            };
            qualify(&scores, &thresholds).map_err(text).map(|found| {
                let passed = list(&input["reviewers"]).iter().zip(found).filter(|(_, q)| q.passed());
                json!(passed.map(|(name, _)| name).collect::<Vec<_>>())
            })
        }
        "reviewer_weights" => {
            let alpha = number(input, "alpha");
            let weight = match string(input, "method").as_str() {
                "log" => ReviewerWeight::LogOdds,
                "exp" => ReviewerWeight::Exponential { alpha },
                "poly" => ReviewerWeight::Power { alpha },
                _ => ReviewerWeight::Uniform,
            };
            let scores: Vec<ExamScores> = matrix(&input["scores"]).iter().map(|row| scores(row)).collect();
            let mixing = Mixing::Weights { gold: number(input, "w_gold") };
            reviewer_weights(&scores, weight, mixing).map(|w| json!(w)).map_err(text)
        }
        "aggregate_pointwise" => {
            let (ratings, weights) = (optional(&input["ratings"]), vector(&input["weights"]));
            aggregate_pointwise(&ratings, &weights, MissingRating::Renormalise)
                .map(|r| json!(r))
                .map_err(text)
        }
        "aggregate_pairwise" => {
            let votes: Vec<Vec<Option<Side>>> = matrix(&input["votes"])
                .iter()
                .map(|row| row.iter().map(|&verdict| side(verdict)).collect())
                .collect();
            aggregate_pairwise(&votes, &vector(&input["weights"])).map(|s| json!(sign(s))).map_err(text)
        }
        "parse_verdict" => {
            let (text, labels) = (string(input, "text"), list(&input["labels"]));
            let labels: Vec<&str> = labels.iter().filter_map(Value::as_str).collect();
            Ok(match string(input, "kind").as_str() {
                "int" => json!(parse_integer(&text)),
                _ => parse_label(&text, &labels).map_or(Value::Null, |at| input["values"][at].clone()),
            })
        }
        "pairwise_matrix" => win_matrix(input),
        "elo_sequence" => {
            let scale = EloScale::new(number(input, "start"), 400.0, 10.0).expect("a scale");
            let games: Vec<Comparison> = list(&input["games"]).iter().map(game).collect();
            let players = input["players"].as_u64().expect("a number of players") as usize;
            elo_online(players, &games, number(input, "k"), scale).map(|r| json!(r)).map_err(text)
        }
        "glicko_period" => {
            let of = |rating, deviation| Glicko1 { rating, deviation };
            let games: Vec<(Glicko1, f64)> =
                matrix(&input["games"]).iter().map(|row| (of(row[0], row[1]), row[2])).collect();
            glicko1_period(of(number(input, "rating"), number(input, "rd")), &games)
                .map(|after| json!({"rating": after.rating, "rd": after.deviation}))
                .map_err(text)
        }
        "preference_gap" => {
            let rates: Vec<_> = list(&input["win_rate_by_evaluator"]).iter().map(matrix).collect();
            preference_gap(&rates).map(|gap| json!(gap)).map_err(text)
        }
        "judge_vs_human_report" => report(input, directory),
        _ => return None,
    })
}

fn scores(row: &[f64]) -> ExamScores {
    ExamScores { gold: row.first().copied(), consistency: row.get(1).copied() }
}

/// −1: the first is better.
fn side(verdict: f64) -> Option<Side> {
    if verdict < 0.0 {
        Some(Side::Left)
    } else if verdict > 0.0 {
        Some(Side::Right)
    } else {
        (verdict == 0.0).then_some(Side::Tie)
    }
}

fn sign(side: Side) -> i8 {
    match side {
        Side::Left => -1,
        Side::Tie => 0,
        Side::Right => 1,
    }
}

fn game(row: &Value) -> Comparison {
    let player = |at: usize| row[at].as_u64().expect("a player") as u32;
    let winner = side(row[2].as_f64().expect("a label")).expect("a result");
    Comparison { left: player(0), right: player(1), winner }
}

fn win_matrix(input: &Value) -> Outcome {
    let names: Vec<&str> = list(&input["models"]).iter().filter_map(Value::as_str).collect();
    let position = |name: &str| names.iter().position(|n| *n == name).expect("a model") as u32;
    let mut games = Vec::new();
    for (pair, outcomes) in input["outcomes"].as_object().expect("outcomes") {
        let (left, right) = pair.split_once('%').expect("two models");
        let (left, right) = (position(left), position(right));
        games.extend(vector(outcomes).iter().map(|&v| Comparison {
            left,
            right,
            winner: side(v).expect("a label"),
        }));
    }
    let labels = Labels::from_names(names.iter().copied()).expect("distinct names");
    let matrix = WinMatrix::new(&Comparisons::from_comparisons(labels, &games).map_err(text)?);
    let n = names.len();
    let table = |of: &dyn Fn(usize, usize) -> Option<f64>| {
        json!((0..n).map(|a| (0..n).map(|b| of(a, b)).collect::<Vec<_>>()).collect::<Vec<_>>())
    };
    Ok(json!({
        // The official table has 0 on its diagonal.
        "second_beats_first":
            table(&|a, b| if a == b { Some(0.0) } else { matrix.column_over_row(a, b).ok() }),
        "win_rate": table(&|a, b| matrix.win_rate(a, b).ok()),
    }))
}

/// Verdicts by ordered pair and task.
type Votes = Vec<Vec<Option<Side>>>;

/// The judgments of a published file.
struct Published {
    models: Vec<String>,
    /// Task, model.
    human_scores: Vec<Vec<f64>>,
    /// Ordered pair, task.
    human: Votes,
    pairs: Vec<(usize, usize)>,
    evaluators: Vec<(String, Value)>,
}

impl Published {
    fn read(file: &Value) -> Result<Self, String> {
        let names: Vec<String> =
            list(&file["models"]).iter().map(|m| m.as_str().expect("a name").to_string()).collect();
        let position = |name: &Value| names.iter().position(|m| name == m.as_str()).expect("a model");
        let ratings: Vec<Vec<Vec<f64>>> =
            list(&file["human_ratings_task_model_annotator"]).iter().map(matrix).collect();
        let median = |ratings: &Vec<f64>| {
            let mut sorted = ratings.clone();
            sorted.sort_by(f64::total_cmp);
            sorted[sorted.len() / 2]
        };
        let sliders: BTreeMap<(usize, usize, usize), Vec<f64>> = list(&file["tie_preferences"])
            .iter()
            .map(|row| {
                let task = row[0].as_u64().expect("a task") as usize;
                ((task, position(&row[1]), position(&row[2])), vector(&row[3]))
            })
            .collect();
        let pairs: Vec<(usize, usize)> =
            list(&file["pairs"]).iter().map(|pair| (position(&pair[0]), position(&pair[1]))).collect();
        let preference = |task: usize, (a, b): (usize, usize)| {
            let turned = || sliders.get(&(task, b, a)).map(|s| s.iter().map(|x| -x).collect());
            let sliders = sliders.get(&(task, a, b)).cloned().or_else(turned).unwrap_or_default();
            human_preference(&ratings[task][a], &ratings[task][b], &sliders, SliderRule::default())
                .map_err(text)
        };
        let tasks = 0..ratings.len();
        Ok(Self {
            human: pairs
                .iter()
                .map(|&pair| tasks.clone().map(|task| preference(task, pair)).collect())
                .collect::<Result<_, String>>()?,
            human_scores: ratings.iter().map(|task| task.iter().map(median).collect()).collect(),
            evaluators: file["evaluators"]
                .as_object()
                .expect("evaluators")
                .iter()
                .map(|(name, data)| (name.clone(), data.clone()))
                .collect(),
            models: names,
            pairs,
        })
    }

    fn swapped(&self, pair: usize) -> usize {
        let (a, b) = self.pairs[pair];
        self.pairs.iter().position(|&p| p == (b, a)).expect("both orders")
    }

    fn votes(&self, evaluator: usize) -> Votes {
        let rows = matrix(&self.evaluators[evaluator].1["pairwise"]);
        rows.iter().map(|row| row.iter().map(|&v| side(v)).collect()).collect()
    }

    fn accuracy(&self, votes: &Votes, counts: impl Fn((usize, usize)) -> bool) -> Result<f64, String> {
        let kept: Vec<usize> = (0..self.pairs.len()).filter(|&p| counts(self.pairs[p])).collect();
        let flat = |of: &Votes| kept.iter().flat_map(|&p| of[p].clone()).collect::<Vec<_>>();
        Ok(judge_accuracy(&flat(votes), &flat(&self.human), Level::default()).map_err(text)?.value)
    }

    fn order_consistency(&self, votes: &Votes) -> Result<f64, String> {
        let orders: Vec<_> = (0..self.pairs.len())
            .filter(|&p| p < self.swapped(p))
            .flat_map(|p| {
                votes[p].iter().copied().zip(votes[self.swapped(p)].iter().copied()).collect::<Vec<_>>()
            })
            .collect();
        Ok(order_consistency(&orders, Level::default()).map_err(text)?.value)
    }

    /// The chair's verdicts with one weight a reviewer.
    fn aggregate(&self, reviewers: &[(usize, f64)]) -> Result<Votes, String> {
        let all: Vec<_> = reviewers.iter().map(|&(r, _)| self.votes(r)).collect();
        let weights: Vec<f64> = reviewers.iter().map(|r| r.1).collect();
        let verdict = |pair: usize, task: usize| {
            let both =
                |votes: &Votes| [votes[pair][task], votes[self.swapped(pair)][task].map(Side::swapped)];
            aggregate_pairwise(&all.iter().map(both).collect::<Vec<_>>(), &weights).map(Some).map_err(text)
        };
        let tasks = self.human_scores.len();
        (0..self.pairs.len()).map(|pair| (0..tasks).map(|task| verdict(pair, task)).collect()).collect()
    }

    fn pointwise(&self, reviewers: &[usize], field: &str) -> Outcome {
        let ratings: Vec<_> = reviewers.iter().map(|&r| matrix(&self.evaluators[r].1[field])).collect();
        let ones = vec![1.0; reviewers.len()];
        let score = |task: usize, model: usize| {
            // The file has -1 for a rating that could not be read, which the published script leaves out of the sum.
            let given: Vec<Option<f64>> =
                ratings.iter().map(|r| Some(r[model][task]).filter(|&x| x >= 0.0)).collect();
            aggregate_pointwise(&given, &ones, MissingRating::Zero).map_err(text)
        };
        let tasks = self.human_scores.len();
        let scores: Vec<Vec<f64>> = (0..tasks)
            .map(|task| (0..self.models.len()).map(|model| score(task, model)).collect())
            .collect::<Result<_, String>>()?;
        let verdict = |task: &Vec<f64>, (a, b): (usize, usize)| side(task[b] - task[a]);
        let votes: Vec<Vec<_>> =
            self.pairs.iter().map(|&pair| scores.iter().map(|task| verdict(task, pair)).collect()).collect();
        let ranks = task_rank_agreement(&self.human_scores, &scores, Level::default()).map_err(text)?;
        Ok(json!({"accuracy": self.accuracy(&votes, |_| true)?, "mean_spearman": ranks.spearman.value}))
    }
}

fn report(input: &Value, directory: &Path) -> Outcome {
    let file = std::fs::read_to_string(directory.join(string(input, "file"))).expect("the published data");
    let data = Published::read(&serde_json::from_str(&file).expect("valid JSON"))?;
    let judges = 0..data.evaluators.len();
    let each = |of: &dyn Fn(&Votes) -> Result<f64, String>| {
        judges.clone().map(|judge| of(&data.votes(judge))).collect::<Result<Vec<f64>, String>>()
    };
    let named = |values: &[f64]| -> Value {
        data.evaluators.iter().zip(values).map(|((name, _), &value)| (name.clone(), json!(value))).collect()
    };
    let examined = list(&input["exam_models"]);
    let examined = |model: usize| examined.contains(&json!(data.models[model]));
    let accuracy = each(&|votes| data.accuracy(votes, |_| true))?;
    let exam = each(&|votes| data.accuracy(votes, |(a, b)| examined(a) && examined(b)))?;
    let consistency = each(&|votes| data.order_consistency(votes))?;
    let gpt4 = data.evaluators.iter().position(|(name, _)| name == "gpt4").expect("a judge");
    let all: Vec<usize> = judges.clone().collect();
    // Auto-PRE's `quick_reproduce/pairwise_NFQA.py` lists who passes. By the exam (g) it is those who reach 0.6, each
    // with its accuracy as weight. By consistency (c) it is these three, with equal weights: no threshold is written there
    // (0.6, the shipped configuration's, would leave out chatgpt at 0.588; the next is at 0.516).
    let examiners: Vec<(usize, f64)> =
        judges.clone().filter(|&j| exam[j] >= 0.6).map(|j| (j, exam[j])).collect();
    let named_judges = |names: &[&str]| -> Vec<(usize, f64)> {
        judges.clone().filter(|&j| names.contains(&data.evaluators[j].0.as_str())).map(|j| (j, 1.0)).collect()
    };
    let chair = |reviewers: &[(usize, f64)]| data.accuracy(&data.aggregate(reviewers)?, |_| true);
    let decided = data.human.iter().flatten().flatten().count();
    Ok(json!({
        // Of two orders of a pair humans were asked one.
        "pairs_with_human_preference": decided / 2,
        "pairwise_accuracy": named(&accuracy),
        "order_consistency": named(&consistency),
        "exam_accuracy": named(&exam),
        "aggregate_pairwise_accuracy": {
            "wo": chair(&all.iter().map(|&j| (j, 1.0)).collect::<Vec<_>>())?,
            "g": chair(&examiners)?,
            "c": chair(&named_judges(&["chatgpt", "chatglm_pro", "gpt4"]))?,
            "gpt4": accuracy[gpt4],
        },
        "pointwise": {
            "wo_5": data.pointwise(&all, "pointwise5")?,
            "wo_100": data.pointwise(&all, "pointwise100")?,
            "gpt4_5": data.pointwise(&[gpt4], "pointwise5")?,
            "gpt4_100": data.pointwise(&[gpt4], "pointwise100")?,
        },
    }))
}
