//! Every coefficient on arbitrary ratings: a refusal, or figures that are all finite; never a panic.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use probity::agreement::{
    ChanceModel, Coefficient, CongerVariance, IccForm, Landmarks, LeaveOneOut, Options, PairwiseTable,
    Variance, WeightBasis, Weights, bland_altman, conger_kappa_with, diagnose, icc, kendall_w,
    krippendorff_contributions, lin_concordance, unanimous_agreement,
};
use probity::correlation::{
    self, Dependent, WeightedTauOptions, goodman_kruskal_gamma, kendall_tau_a, kendall_tau_b, kendall_tau_c,
    pearson, somers_d, spearman, weighted_tau,
};
use probity::inference::Level;
use probity::ratings::Ratings;
use probity::tally::{Coincidences, PairCounts, Patterns, UnitCounts, UnitMoments};
use probity_fuzz::{AnyRatings, assert_finite};

#[derive(Debug, Arbitrary)]
struct Choice {
    weights: u8,
    position: bool,
    population: Option<u64>,
}

impl Choice {
    fn options(&self) -> Option<Options> {
        let weights = [
            Weights::Identity,
            Weights::Linear,
            Weights::Quadratic,
            Weights::Ordinal,
            Weights::Radical,
            Weights::Ratio,
            Weights::Circular,
            Weights::Bipolar,
        ];
        let weights = weights[usize::from(self.weights) % weights.len()].clone();
        let basis = if self.position { WeightBasis::Position } else { WeightBasis::Value };
        let options = Options::new().weights(weights).basis(basis);
        self.population.map_or(Some(options.clone()), |items| options.population(items).ok())
    }
}

fn agreement(ratings: &Ratings, options: &Options) {
    for coefficient in Coefficient::ALL {
        let estimate = coefficient.estimate(ratings, options);
        assert_finite(&estimate);
        if let Ok(estimate) = estimate {
            assert!(estimate.value <= 1.0 + 1e-9, "{estimate:?}");
            assert_finite(&Landmarks::LandisKoch.benchmark_estimate(&estimate, 0.95));
        }
        if ratings.n_raters() <= 6 {
            assert_finite(&PairwiseTable::new(ratings, coefficient, options));
            assert_finite(&LeaveOneOut::new(ratings, coefficient, options));
        }
    }
    assert_finite(&unanimous_agreement(ratings, options));
    assert_finite(&conger_kappa_with(ratings, CongerVariance::InfinitesimalJackknife, options));
    assert_finite(&diagnose(ratings));
    assert_finite(&krippendorff_contributions(ratings));
    if let Ok(units) = UnitCounts::from_ratings(ratings) {
        assert_finite(&units.item_agreement(options));
    }
    if let Ok(patterns) = Patterns::from_ratings(ratings) {
        assert_finite(&patterns.krippendorff_alpha(ratings.scale(), options));
        assert_finite(&patterns.fleiss_kappa_detail(options));
        for model in [ChanceModel::Fleiss, ChanceModel::Gwet, ChanceModel::Uniform] {
            assert_finite(&patterns.expected_agreement(model, options));
        }
    }
    if let Ok(coincidences) = Coincidences::from_ratings(ratings) {
        assert_finite(&coincidences.krippendorff_alpha(ratings.scale()));
        assert_finite(&coincidences.expected_matrix());
    }
    if let Ok(moments) = UnitMoments::from_ratings(ratings) {
        assert_finite(&moments.krippendorff_alpha());
    }
    if let Ok(pairs) = PairCounts::from_ratings(ratings, 0, 1) {
        assert_finite(&pairs.cohen_kappa_detail(options));
    }
}

fn continuous(ratings: &Ratings) {
    let level = Level::default();
    for form in IccForm::ALL {
        assert_finite(&icc(ratings, form, level));
    }
    assert_finite(&kendall_w(ratings));
    let Ok(view) = ratings.values() else { return };
    let (x, y): (Vec<f64>, Vec<f64>) = view.pair(0, 1).map(|(_, a, b)| (a, b)).unzip();
    for variance in [Variance::Sample, Variance::Population] {
        assert_finite(&lin_concordance(&x, &y, variance, level));
    }
    assert_finite(&bland_altman(&x, &y, level, level));
    let options = correlation::Options::new();
    for correlation in [pearson, spearman, kendall_tau_a, kendall_tau_b, kendall_tau_c, goodman_kruskal_gamma]
    {
        let estimate = correlation(&x, &y, &options);
        assert_finite(&estimate);
        if let Ok(estimate) = estimate {
            assert!(estimate.value.abs() <= 1.0, "{estimate:?}");
        }
    }
    for dependent in [Dependent::X, Dependent::Y] {
        assert_finite(&somers_d(&x, &y, dependent, &options));
    }
    assert_finite(&weighted_tau(&x, &y, &WeightedTauOptions::new()));
}

fuzz_target!(|input: (AnyRatings, Choice)| {
    let (any, choice) = input;
    let (Some(ratings), Some(options)) = (any.build(), choice.options()) else { return };
    agreement(&ratings, &options);
    continuous(&ratings);
});
