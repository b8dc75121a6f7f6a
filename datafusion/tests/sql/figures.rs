//! Every aggregate on generated rows with nulls.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int32Array, Int64Array, StringArray,
    StringViewArray,
};
use probity::agreement::{Options, Weights, fleiss_kappa, gwet_ac};
use probity::calibration::{Binning, Predictions, Ranking, brier, expected_calibration_error};
use probity::correction::{Question, confidence_critique};
use probity::correlation::pearson;
use probity::honesty::{Outcome, Vacuous, evolution};
use probity::inference::{Level, PoissonTally, item_key};
use probity::preference::{BradleyTerry, BradleyTerryOptions, win_rate};
use probity::ratings::{Labels, Scale};
use probity::rng::Stream;
use probity::tally::{
    BinClosure, Comparison, Comparisons, Mark, Patterns, ReliabilityBins, Side, Tally, Transitions,
};

use crate::data::{Label, draw, lists, pair_counts, ratings, texts};
use crate::harness::{
    Same, assert_figure, assert_figures, assert_interval, assert_same, column, interval, number, value,
};
use crate::{PARTITIONS, session};

const ROWS: usize = 6_000;

fn two_columns(rows: &[Vec<Label>]) -> (Vec<Label>, Vec<Label>) {
    rows.iter().map(|row| (row[0].clone(), row[1].clone())).unzip()
}

#[tokio::test]
async fn two_raters() {
    let (a, b) = two_columns(&draw(1, ROWS, 2, &["yes", "no", "perhaps", "never"]));
    let columns = [("a", texts(&a)), ("b", texts(&b))];
    let pairs = pair_counts(&a, &b);
    let rows: Vec<Vec<Label>> = a.iter().zip(&b).map(|(a, b)| vec![a.clone(), b.clone()]).collect();
    let options = Options::new();
    for (function, expected) in [
        ("percent_agreement", pairs.percent_agreement(&options)),
        ("cohen_kappa", pairs.cohen_kappa(&options)),
        ("scott_pi", pairs.scott_pi(&options)),
        ("gwet_ac1", gwet_ac(&ratings(&rows), &options)),
    ] {
        assert_figure(&columns, function, "a, b", &expected, Same::Bits).await;
    }
}

#[tokio::test]
async fn weights_are_by_value_whatever_the_type_of_the_labels() {
    let (a, b) = two_columns(&draw(2, ROWS, 2, &["10", "9", "2.5", "1"]));
    let as_number = |labels: &[Label]| -> ArrayRef {
        Arc::new(
            labels.iter().map(|l| l.as_ref().map(|l| l.parse::<f64>().unwrap())).collect::<Float64Array>(),
        )
    };
    let views: StringViewArray = b.iter().map(Option::as_deref).collect();
    let pairs = pair_counts(&a, &b);
    for (name, weights) in [("linear", Weights::Linear), ("quadratic", Weights::Quadratic)] {
        let expected = pairs.cohen_kappa(&Options::new().weights(weights));
        let arguments = format!("a, b, '{name}'");
        for columns in [
            [("a", texts(&a)), ("b", texts(&b))],
            [("a", as_number(&a)), ("b", as_number(&b))],
            [("a", as_number(&a)), ("b", Arc::new(views.clone()) as ArrayRef)],
        ] {
            assert_figure(&columns, "cohen_kappa", &arguments, &expected, Same::Bits).await;
        }
    }
    // Integers and booleans are labels, too.
    let integers: Vec<i32> = (0..900).map(|i| i * i % 7 % 2).collect();
    let flags: BooleanArray = integers.iter().map(|&i| Some(i == 0)).collect();
    let columns: [(&str, ArrayRef); 2] =
        [("a", Arc::new(Int32Array::from(integers.clone()))), ("b", Arc::new(flags))];
    let context = session(&columns, 2).await;
    assert_eq!(number(&context, "SELECT cohen_kappa(a, a) FROM t").await, Some(1.0));
    assert_eq!(number(&context, "SELECT cohen_kappa(b, NOT b) FROM t").await.map(f64::signum), Some(-1.0));
    assert_eq!(number(&context, "SELECT percent_agreement(a, b) FROM t").await, Some(0.0));
}

#[tokio::test]
async fn many_raters() {
    let names = ["3", "1", "2", "10"];
    let rows = draw(3, ROWS, 5, &names);
    let columns = [("labels", lists(&rows))];
    let ratings = ratings(&rows);
    let expected = fleiss_kappa(&ratings, &Options::new());
    assert_figure(&columns, "fleiss_kappa", "labels", &expected, Same::Bits).await;
    let patterns = Patterns::from_ratings(&ratings).unwrap();
    for scale in [Scale::Nominal, Scale::Ordinal, Scale::Interval, Scale::Ratio] {
        let expected = patterns.krippendorff_alpha(&scale, &Options::new());
        let arguments = format!("labels, '{}'", scale.name());
        assert_figure(&columns, "krippendorff_alpha", &arguments, &expected, Same::Bits).await;
    }
}

#[tokio::test]
async fn lists_made_in_the_query() {
    let rows = draw(4, 800, 4, &["a", "b", "c"]);
    let mut items = Vec::new();
    let mut labels = Vec::new();
    for (item, row) in rows.iter().enumerate() {
        items.extend(row.iter().map(|_| item as i64));
        labels.extend(row.iter().cloned());
    }
    let columns: [(&str, ArrayRef); 2] =
        [("item", Arc::new(Int64Array::from(items))), ("label", texts(&labels))];
    let expected = Patterns::from_ratings(&ratings(&rows)).unwrap();
    let expected = expected.krippendorff_alpha(&Scale::Nominal, &Options::new()).unwrap();
    for partitions in PARTITIONS {
        let context = session(&columns, partitions).await;
        let sql =
            "SELECT krippendorff_alpha(labels) FROM (SELECT array_agg(label) labels FROM t GROUP BY item)";
        assert_same(sql, number(&context, sql).await, Some(expected.value), Same::Bits);
    }
}

/// Confidences and outcomes of which one in eleven is missing.
fn confidences() -> (Vec<Option<f64>>, Vec<Option<bool>>) {
    let mut stream = Stream::new(5, 0, 0);
    (0..ROWS)
        .map(|_| {
            let confidence = (stream.below(101) as f64) / 100.0;
            let right = stream.uniform() < confidence * 0.8;
            let missing = stream.below(22);
            ((missing > 0).then_some(confidence), (missing != 1).then_some(right))
        })
        .unzip()
}

#[tokio::test]
async fn calibration() {
    let (confidence, right) = confidences();
    let columns: [(&str, ArrayRef); 3] = [
        ("conf", Arc::new(Float64Array::from(confidence.clone()))),
        ("correct", Arc::new(BooleanArray::from(right.clone()))),
        ("item", Arc::new(Int64Array::from_iter_values(0..ROWS as i64))),
    ];
    let complete: Vec<(usize, f64, bool)> =
        (0..ROWS).filter_map(|i| Some((i, confidence[i]?, right[i]?))).collect();
    let predictions =
        Predictions::new(complete.iter().map(|c| c.1).collect(), complete.iter().map(|c| c.2).collect())
            .unwrap();
    assert_figure(&columns, "brier", "conf, correct", &brier(&predictions, Level::default()), Same::Nearly)
        .await;

    let ece = expected_calibration_error(&predictions, Binning::default()).unwrap();
    let empty = ReliabilityBins::new(15, BinClosure::Right).unwrap();
    let mut resampled = PoissonTally::new(empty, 50, 0).unwrap();
    for &(item, confidence, right) in &complete {
        let record = |bins: &mut ReliabilityBins| bins.record_f64(confidence, right);
        resampled.record((item_key(&item.to_string()), &record)).unwrap();
    }
    let replicates =
        resampled.replicates(ReliabilityBins::expected_calibration_error, Level::default()).unwrap();
    let expected = Ok(replicates.to_estimate("ECE"));
    for partitions in PARTITIONS {
        let context = session(&columns, partitions).await;
        let found = number(&context, "SELECT ece(conf, correct, 15) FROM t").await;
        assert_same("ece", found, Some(ece), Same::Bits);
        let found = column(&context, "SELECT ece_ci(conf, correct, 15, item, 50) FROM t").await;
        assert_interval("ece_ci", &interval(&found, 0).unwrap(), &expected, Same::Bits);
    }
}

#[tokio::test]
async fn discernment() {
    let (confidence, right) = confidences();
    let levels: Vec<Option<i64>> =
        confidence.iter().map(|c| c.map(|c| ((c * 20.0) as i64).min(19))).collect();
    let columns: [(&str, ArrayRef); 3] = [
        ("conf", Arc::new(Float64Array::from(confidence))),
        ("level", Arc::new(Int64Array::from(levels.clone()))),
        ("correct", Arc::new(right.iter().map(|r| r.map(i64::from)).collect::<Int64Array>())),
    ];
    let complete = levels.iter().zip(&right).filter_map(|(level, right)| Some(((*level)? as f64, (*right)?)));
    let (scores, positive): (Vec<f64>, Vec<bool>) = complete.unzip();
    let expected = Ranking::new(&scores, &positive).unwrap().auroc(Level::default());
    for score in ["level", "conf"] {
        let arguments = format!("{score}, correct, 20");
        assert_figure(&columns, "auroc_hist", &arguments, &expected, Same::Bits).await;
    }
}

#[tokio::test]
async fn correlation() {
    let mut stream = Stream::new(6, 0, 0);
    let rows: Vec<(Option<f64>, Option<f64>)> = (0..ROWS)
        .map(|_| {
            let x = 1e6 + stream.uniform();
            let y = x * 3.0 + stream.uniform();
            ((stream.below(30) > 0).then_some(x), (stream.below(30) > 0).then_some(y))
        })
        .collect();
    let (x, y): (Vec<_>, Vec<_>) = rows.iter().copied().unzip();
    let columns: [(&str, ArrayRef); 2] =
        [("x", Arc::new(Float64Array::from(x))), ("y", Arc::new(Float64Array::from(y)))];
    let (x, y): (Vec<f64>, Vec<f64>) = rows.iter().filter_map(|&(x, y)| x.zip(y)).unzip();
    let expected = pearson(&x, &y, &probity::correlation::Options::new());
    assert_figure(&columns, "pearson", "x, y", &expected, Same::Nearly).await;
}

#[tokio::test]
async fn before_and_after() {
    let mut stream = Stream::new(7, 0, 0);
    let mut mark = |right: u64| (stream.below(25) > 0).then(|| stream.below(10) < right);
    let rows: Vec<(Option<bool>, Option<bool>)> = (0..ROWS)
        .map(|_| {
            let before = mark(6);
            (before, mark(if before == Some(true) { 9 } else { 3 }))
        })
        .collect();
    let (before, after): (Vec<_>, Vec<_>) = rows.iter().copied().unzip();
    let marks = |flags: &[Option<bool>]| flags.iter().map(|&flag| Mark::from(flag)).collect::<Vec<_>>();
    let table = Transitions::from_marks(&marks(&before), &marks(&after)).unwrap();
    let exact = table.confidence_critique(Level::default()).unwrap();
    let one_by_one = rows.iter().map(|&(before, after)| {
        let mut sample = Transitions::default();
        sample.record((before.into(), after.into())).unwrap();
        Question::from_samples(&sample).unwrap()
    });
    let direct = confidence_critique(one_by_one.collect(), Level::default()).unwrap();
    let columns: [(&str, ArrayRef); 2] =
        [("before", Arc::new(BooleanArray::from(before))), ("after", Arc::new(BooleanArray::from(after)))];
    let figures = |f: &probity::correction::ConfidenceCritique| {
        vec![Ok(f.acc1.clone()), Ok(f.acc2.clone()), f.cl.clone(), f.cs.clone(), f.rss.clone()]
    };
    let names = ["acc1", "acc2", "cl", "cs", "rss"];
    assert_figures(&columns, "confidence_critique", &names, &figures(&exact), Same::Bits).await;
    assert_figures(&columns, "confidence_critique", &names, &figures(&direct), Same::Nearly).await;
}

#[tokio::test]
async fn honesty() {
    let mut stream = Stream::new(8, 0, 0);
    let mut outcome = || [Outcome::Correct, Outcome::Wrong, Outcome::Refusal][stream.below(3) as usize];
    let (before, after): (Vec<Outcome>, Vec<Outcome>) = (0..ROWS).map(|_| (outcome(), outcome())).unzip();
    let name = |outcome: &Outcome| match outcome {
        Outcome::Refusal => Some("idk".to_string()),
        other => Some(other.name().to_string()),
    };
    // Rows with a missing outcome do not count.
    let with_nulls = |outcomes: &[Outcome], left: [Label; 2]| {
        outcomes.iter().map(name).chain(left).collect::<Vec<Label>>()
    };
    let columns = [
        ("before", texts(&with_nulls(&before, [None, Some("wrong".to_string())]))),
        ("after", texts(&with_nulls(&after, [Some("correct".to_string()), None]))),
    ];
    let found = evolution(&before, &after, Vacuous::default(), Level::default()).unwrap();
    let expected = [found.prudence, found.over_conservativeness, found.honesty];
    let names = ["prudence", "over_conservativeness", "honesty"];
    assert_figures(&columns, "honesty", &names, &expected, Same::Bits).await;
}

#[tokio::test]
async fn win_rates() {
    let mut stream = Stream::new(9, 0, 0);
    let preferences: Vec<Option<f64>> = (0..ROWS)
        .map(|_| match stream.below(20) {
            0 => None,
            1 => Some(0.0),
            _ => Some(1.0 + stream.uniform()),
        })
        .collect();
    let columns: [(&str, ArrayRef); 1] = [("p", Arc::new(Float64Array::from(preferences.clone())))];
    let expected = win_rate(&preferences, Level::default()).map(|found| found.win_rate);
    assert_figure(&columns, "win_rate", "p", &expected, Same::Nearly).await;
}

#[tokio::test]
async fn contenders() {
    let names = ["sushi", "pizza", "tacos", "curry"];
    let mut stream = Stream::new(10, 0, 0);
    let mut games = Vec::new();
    while games.len() < 2_000 {
        let (left, right) = (stream.below(4) as u32, stream.below(4) as u32);
        let winner = [Side::Left, Side::Right, Side::Tie, Side::Left][stream.below(4) as usize];
        if left != right {
            games.push(Comparison { left, right, winner });
        }
    }
    let name = |code: u32| Some(names[code as usize].to_string());
    let column_of = |f: &dyn Fn(&Comparison) -> Label| texts(&games.iter().map(f).collect::<Vec<_>>());
    let columns = [
        ("l", column_of(&|g| name(g.left))),
        ("r", column_of(&|g| name(g.right))),
        ("w", column_of(&|g| Some(g.winner.name().to_string()))),
    ];
    let labels = Labels::found(names).unwrap();
    let codes: Vec<u32> = names.iter().map(|name| labels.code(name).unwrap()).collect();
    let renamed: Vec<Comparison> = games
        .iter()
        .map(|g| Comparison { left: codes[g.left as usize], right: codes[g.right as usize], ..*g })
        .collect();
    let tally = Comparisons::from_comparisons(labels, &renamed).unwrap();
    let estimates = BradleyTerry::fit(&tally, &BradleyTerryOptions::new()).unwrap().estimates();
    for partitions in PARTITIONS {
        let context = session(&columns, partitions).await;
        let text = column(&context, "SELECT bradley_terry_counts(l, r, w) FROM t").await;
        let found: Comparisons = serde_json::from_str(text.as_string::<i32>().value(0)).unwrap();
        assert_eq!(found, tally);
        let found = column(&context, "SELECT bradley_terry_counts_ci(l, r, w) FROM t").await;
        let strengths = found.as_struct().column_by_name("strengths").unwrap().as_list::<i32>().value(0);
        let contenders = strengths.as_struct().column_by_name("contender").unwrap();
        let contenders: Vec<_> = contenders.as_string::<i32>().iter().flatten().collect();
        assert_eq!(contenders, tally.contenders().names());
        for (i, estimate) in estimates.iter().enumerate() {
            let found = value(strengths.as_struct().column_by_name("value").unwrap(), i);
            assert_same(contenders[i], found, Some(estimate.value), Same::Bits);
        }
    }
}

#[tokio::test]
async fn text_functions() {
    let rules = r#"{"format": "probity.rules", "version": 1, "id": "s", "revision": "1",
        "rules": [{"id": "polite", "check": {"starts_with": "Dear"}}]}"#;
    let response = [Some("Dear all"), Some("Hey"), None];
    let columns: [(&str, ArrayRef); 1] = [("response", Arc::new(StringArray::from(response.to_vec())))];
    let context = session(&columns, 1).await;
    let found = column(&context, &format!("SELECT verdict('{rules}', response) FROM t")).await;
    let found: Vec<_> = found.as_string::<i32>().iter().collect();
    assert_eq!(found, [Some("pass"), Some("fail"), None]);
    let sql = "SELECT is_idk(q, r) FROM (VALUES ('Who?', 'Sadly, nobody knows.'), ('Who?', 'Ada.'), ('Who?', NULL)) AS v(q, r)";
    let found = column(&context, sql).await;
    assert_eq!(found.as_boolean().iter().collect::<Vec<_>>(), [Some(true), Some(false), None]);
    assert!(found.is_null(2));
}
