//! Every annotator model on arbitrary small ratings: a refusal, or figures that are all finite; never a panic, and no
//! objective that falls.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use probity::aggregate::{
    ClassPrior, Convergence, Fit, GladPriors, MaceTraining, Options, dawid_skene, glad, mace,
    majority_labels, one_coin, weighted_labels,
};
use probity::ratings::Ratings;
use probity_fuzz::{AnyRatings, assert_finite};

#[derive(Debug, Arbitrary)]
struct Choice {
    iterations: u8,
    starts: u8,
    seed: u64,
    tolerance: Option<f64>,
    smoothing: Option<f64>,
    prior: Option<Vec<f64>>,
    training: Option<(f64, f64, f64)>,
    ability: (f64, f64),
    ln_ease: (f64, f64),
    weights: Vec<f64>,
}

impl Choice {
    fn options(&self) -> probity::Result<Options> {
        let convergence = self.tolerance.map_or(Convergence::Never, Convergence::Objective);
        let mut options = Options::new()
            .iterations(u32::from(self.iterations % 24))?
            .starts(u32::from(self.starts % 3) + 1)?
            .seed(self.seed)
            .convergence(convergence)?;
        if let Some(smoothing) = self.smoothing {
            options = options.smoothing(smoothing)?;
        }
        match &self.prior {
            None => Ok(options),
            Some(numbers) => options.class_prior(ClassPrior::Given(numbers.clone())),
        }
    }
}

fn check(fit: &Fit) {
    for rater in fit.raters() {
        assert_finite(&rater.accuracy());
        let categories = fit.class_prior().len() as u32;
        for truth in 0..categories {
            (0..categories).for_each(|label| assert_finite(&rater.confusion(truth, label)));
        }
    }
    for pair in fit.objectives().windows(2) {
        assert!(pair[1] >= pair[0] - 1e-7 * (1.0 + pair[0].abs()), "{:?}", fit.objectives());
    }
    for item in 0..fit.consensus().n_items() {
        if let Some(row) = fit.consensus().probabilities(item) {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{row:?}");
        }
    }
}

fn models(choice: &Choice, ratings: &Ratings) {
    assert_finite(&majority_labels(ratings));
    assert_finite(&weighted_labels(ratings, &choice.weights));
    let Ok(options) = choice.options() else { return };
    let skene = dawid_skene(ratings, &options);
    assert_finite(&skene);
    skene.iter().for_each(|model| check(model.fit()));
    let coin = one_coin(ratings, &options);
    assert_finite(&coin);
    coin.iter().for_each(|model| check(model.fit()));
    let training = choice.training.map_or(MaceTraining::Em, |(guessing, knowing, strategy)| {
        MaceTraining::VariationalBayes { guessing, knowing, strategy }
    });
    let spam = mace(ratings, training, &options);
    assert_finite(&spam);
    spam.iter().for_each(|model| check(model.fit()));
    let priors = GladPriors::new().ability(choice.ability.0, choice.ability.1);
    let priors = priors.and_then(|priors| priors.ln_ease(choice.ln_ease.0, choice.ln_ease.1));
    let graded = glad(ratings, priors.unwrap_or_default(), &options);
    assert_finite(&graded);
    graded.iter().for_each(|model| check(model.fit()));
}

fuzz_target!(|input: (Choice, AnyRatings)| {
    let (choice, ratings) = input;
    if let Some(ratings) = ratings.build() {
        models(&choice, &ratings);
    }
});
