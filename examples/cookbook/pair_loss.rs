// What is the loss of these pairs?
use probity::preference::{DpoLoss, DpoOptions, PairLogProbs, dpo_loss};

pub fn answer() -> probity::Result<String> {
    // Log-probabilities of (chosen, rejected) answers of two pairs, under the model and under the reference.
    let policy: (&[f64], &[f64]) = (&[-1.0, -4.0], &[-3.0, -5.0]);
    let reference: (&[f64], &[f64]) = (&[-2.0, -4.0], &[-2.0, -5.0]);
    let pairs = PairLogProbs::new(policy, reference)?;

    let found = dpo_loss(&pairs, &DpoOptions::new(DpoLoss::Sigmoid).beta(0.5))?;
    Ok(format!(
        "losses {:.4} and {:.4}, mean {:.4}\nThe model has learned the first pair; of the second it knows nothing yet.",
        found.losses[0], found.losses[1], found.loss
    ))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
