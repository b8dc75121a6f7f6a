//! Ten runs each count their share of the judgments and write it as JSON; merged in any order, the shares are the same
//! bytes as one count of everything.
#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use probity::ratings::Labels;
use probity::tally::{Coincidences, Tally};

const SHARDS: usize = 10;
const ITEMS: usize = 5_000;

/// How often each category was chosen for an item, as ascending (category, count) pairs: two to six judgments.
fn judgments(item: usize) -> Vec<(u32, u32)> {
    let mut counts = [0u32; 3];
    for rater in 0..2 + item % 5 {
        counts[(item * item + rater * (1 + item % 3)) % 7 % 3] += 1;
    }
    (0..).zip(counts).filter(|&(_, n)| n > 0).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let labels = Labels::from_names(["bad", "fair", "good"])?;

    // One run sees everything.
    let mut whole = Coincidences::new(labels.clone());
    for item in 0..ITEMS {
        whole.record(&judgments(item))?;
    }
    let whole = serde_json::to_string(&whole)?;

    // Ten runs see every tenth item and leave a file each.
    let files = (0..SHARDS)
        .map(|shard| {
            let mut tally = Coincidences::new(labels.clone());
            for item in (shard..ITEMS).step_by(SHARDS) {
                tally.record(&judgments(item))?;
            }
            Ok(serde_json::to_string(&tally)?)
        })
        .collect::<Result<Vec<String>, Box<dyn std::error::Error>>>()?;
    for (shard, file) in files.iter().enumerate() {
        let tally: Coincidences = serde_json::from_str(file)?;
        println!("shard {shard}: {} items, {} bytes", tally.records(), file.len());
    }

    // No step has a divisor in common with 10, so each visits every shard once.
    for (order, start, step) in
        [("forwards", 0, 1), ("backwards", 9, 9), ("in threes", 4, 3), ("in sevens", 2, 7)]
    {
        let mut merged = Coincidences::new(labels.clone());
        for k in 0..SHARDS {
            merged.merge(&serde_json::from_str(&files[(start + k * step) % SHARDS])?)?;
        }
        let merged = serde_json::to_string(&merged)?;
        if merged != whole {
            return Err(format!("merged {order}, the bytes differ").into());
        }
        println!("merged {order}: {} bytes, the same as one count of all {ITEMS} items", merged.len());
    }

    let other = Coincidences::new(Labels::from_names(["good", "fair", "bad"])?);
    let mut first: Coincidences = serde_json::from_str(&files[0])?;
    if let Err(error) = first.merge(&other) {
        println!("labels in another order: {error}");
    }
    Ok(())
}
