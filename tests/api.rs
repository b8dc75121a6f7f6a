//! What every public type promises without saying so: that it can be sent to another thread, shared, printed for
//! debugging, and how large it is.

use std::fmt::Debug;
use std::mem::size_of;

use probity::aggregate::{
    self, ClassPrior, Consensus, Convergence, DawidSkene, Fit, Glad, GladPriors, Mace, MaceTraining, OneCoin,
    RaterReport,
};
use probity::agreement::{
    Band, Benchmark, BlandAltman, ChanceModel, Coefficient, CohenKappa, CongerVariance, Contribution,
    Contributions, Diagnosis, FTest, Finding, FleissKappa, FleissNull, IccAnova, IccForm, KendallW,
    Landmarks, LinConcordance, Membership, Options, Robust, Variance, WeightBasis, WeightMatrix, Weights,
};
use probity::calibration::{
    AurocComparison, BetaCalibration, Binning, BrierDecomposition, ClassPredictions, Grouping,
    HistogramBinning, IsotonicCalibration, PlattScaling, PlattTargets, Predictions, Ranking,
    ReliabilityDiagram, RiskCoverage, TemperatureRange, TemperatureScaling, TieRule,
};
use probity::checklist::{
    AgreementWeight, Answered, ChecklistCounts, ChecklistPreferences, ChecklistRouge, ChecklistSimilarity,
    PreferenceAgreement, QuestionAccuracy, RefinementAnswer, RefinementAsk, RefinementRound, RefinementTrace,
    SelfRefinement, StickBestOfN, Unanswered, YesNoRule,
};
use probity::correlation::{self, Combination, Concordance, Dependent, PValue, Weigher, WeightedTauOptions};
use probity::inference::{
    Adjustment, Alternative, Bootstrap, BootstrapInterval, Chance, Design, Difference, Estimate, Interval,
    IntervalMethod, Jackknife, Kinds, Level, McNemar, PermutationOptions, PermutationTest, Plan,
    PlannedCorrelation, ProportionMethod, Replicates, TestResult, Unit,
};
use probity::judge::{
    AgreementSetups, Alignment, AltTest, AltTestOptions, AnnotatorTest, ConditionalVerbosity, CountedTies,
    FactorAlignment, FactorCounts, FactorDifference, FactorProfile, Fairness, FairnessFigures,
    FairnessOptions, GroupFairness, HumanCeiling, HumanRank, JudgeVsHuman, JudgedLengths, LengthVerdict,
    LevelledResponse, MjBenchPerspective, MjBenchSubcategory, OwnAnswer, PairVerdicts, PositionBias, Profile,
    ProfileFactor, RatingRanking, ScoreScale, ScoredPair, SelfPreference, VerbosityBias,
};
use probity::moral_graph::{
    Catalogue, Clusters, EdgeFilter, EdgeStats, Elicitation, MoralGraph, PageRank, Pool, Relationship,
    ReleasedGraph, WinnerCertainty, WiserCounts, WiserVotes,
};
use probity::peer_review::{
    Exam, ExamPrompt, ExamScores, MissingRating, Mixing, PeerReview, PeerReviewOptions, PeerReviewRun,
    Protocol, Qualification, ReviewAsk, Reviewed, ReviewerWeight, SliderRule, TaskRankAgreement, Thresholds,
    WinMatrix, WithoutReviewer,
};
use probity::personalization::{
    DeviationPair, DocumentPersonalization, HumanRating, LeaderboardCorrelation, PersevalOptions,
    PersevalStability, Personalization, PersonalizedDocument, ScoreStability, Sigmoid, Subsamples,
    SummaryDistance, UserPersonalization,
};
use probity::preference::{
    BradleyTerry, BradleyTerryOptions, ComparisonGraph, Elo, EloScale, Gain, Glicko2, GlmWeights,
    Leaderboard, LengthControl, LengthControlled, Ndcg, NdcgOptions, OutcomeProbabilities, PairwiseAccuracy,
    PlackettLuce, Skill, Solver, Standing, TieModel, TiedRanks, TiedScores, TrueSkill, WinRate,
};
use probity::ratings::{
    CodeView, Disagreement, DroppedRow, Duplicates, Fingerprint, Ids, Labels, Ratings, RatingsBuilder, Scale,
    ValueView,
};
use probity::report::{
    Block, Cell, Derivation, Figure, ForestPlot, HeatMap, LeaderboardPlot, MoralGraphPlot, Plane, Provenance,
    Radar, ReliabilityPlot, Report, RiskCoveragePlot, Section, Source, Table,
};
use probity::rng::Stream;
use probity::rules::{
    Answer, Check, ClinicalCounts, ClinicalPaths, ClinicalReader, CompiledRules, Decision, DecisionList,
    Evaluator, Finding as RuleFinding, Policy, Problem, Record, Rule, RuleCounts, RulePairs, RuleSet,
    RuleSetError, Verdict,
};
use probity::tally::{
    Coincidences, Comparison, Comparisons, Moments, PairCounts, PairMoments, Patterns, Side, Tally,
    TwoWayMoments, UnitCounts, UnitMoments,
};
use probity::{Error, Undefined};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn shared<T: Send + Sync + Debug + 'static>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}
fn value<T: Send + Sync + Debug + Clone + PartialEq + 'static>() {}
fn stored<T: Tally + Serialize + DeserializeOwned>() {}
fn small<T: Send + Sync + Debug + Copy + PartialEq + 'static>() {}

macro_rules! all {
    ($check:ident: $($t:ty),+ $(,)?) => { $($check::<$t>();)+ };
}

#[test]
fn types_are_send_sync_and_debug() {
    all!(shared: Ratings, RatingsBuilder, CodeView<'static>, ValueView<'static>, Stream);
    all!(value: Error, Undefined, Labels, Scale, Disagreement, Ids, DroppedRow);
    all!(value: Comparisons, PairCounts, UnitCounts, Patterns, Coincidences, Moments, UnitMoments, PairMoments, TwoWayMoments);
    all!(value: Catalogue, Clusters, EdgeStats, Elicitation, MoralGraph, Pool, ReleasedGraph, WinnerCertainty);
    all!(value: WiserCounts, WiserVotes);
    all!(small: EdgeFilter, PageRank, Relationship);
    all!(value: Options, Weights, WeightMatrix, Coefficient, CohenKappa, FleissKappa, KendallW, LinConcordance,
        BlandAltman, Contribution, Contributions, Diagnosis, Finding, Robust, Benchmark);
    all!(value: Estimate, Kinds, Bootstrap, Jackknife, Replicates, Difference);
    all!(value: AurocComparison, ClassPredictions, HistogramBinning, IsotonicCalibration, Predictions, Ranking,
        ReliabilityDiagram, RiskCoverage);
    all!(small: BetaCalibration, Binning, BrierDecomposition, Grouping, PlattScaling, PlattTargets, TemperatureRange,
        TemperatureScaling, TieRule);
    all!(value: Concordance, correlation::Options);
    // They hold functions, which cannot be compared.
    all!(shared: Weigher, WeightedTauOptions<'static>);
    all!(small: Duplicates, ChanceModel, WeightBasis, IccForm, IccAnova, FTest, CongerVariance, FleissNull, Landmarks, Band,
        Membership, Variance);
    all!(small: Level, Interval, IntervalMethod, Chance, Unit, BootstrapInterval, TestResult, McNemar, Alternative,
        Design, PermutationOptions, PermutationTest, Adjustment, Plan, PlannedCorrelation, ProportionMethod);
    all!(value: aggregate::Options, ClassPrior, Consensus, DawidSkene, Fit, Glad, Mace, OneCoin, RaterReport);
    all!(small: Convergence, GladPriors, MaceTraining);
    all!(small: Dependent, PValue, Combination);
    all!(value: BradleyTerry, ComparisonGraph, Elo, Leaderboard, LengthControl, LengthControlled, PairwiseAccuracy,
        PlackettLuce, Standing, WinRate);
    all!(small: BradleyTerryOptions, Comparison, EloScale, Gain, Glicko2, GlmWeights, Ndcg, NdcgOptions,
        OutcomeProbabilities, Side, Skill, Solver, TieModel, TiedRanks, TiedScores, TrueSkill);
    // Compiled rules hold the host's functions, which cannot be compared.
    all!(shared: CompiledRules, Evaluator<'static>, DecisionList, ClinicalReader, ClinicalPaths);
    all!(value: Check, Rule, RuleSet, RuleSetError, Problem, Verdict, RuleFinding, Record<'static>, RuleCounts,
        RulePairs, ClinicalCounts);
    all!(small: Decision, Policy, Answer<'static>, Fingerprint);
    all!(value: Block, Cell, Derivation, Figure, ForestPlot, HeatMap, LeaderboardPlot, MoralGraphPlot, Plane, Provenance,
        Radar, ReliabilityPlot, Report, RiskCoveragePlot, Section, Source, Table);
}

#[test]
fn judges_are_send_sync_and_debug() {
    all!(value: Answered, ChecklistCounts, ChecklistPreferences, PreferenceAgreement, QuestionAccuracy,
        RefinementAnswer<String>, RefinementAsk<String>, RefinementRound<String>, RefinementTrace<String>,
        SelfRefinement<String>, StickBestOfN);
    all!(small: AgreementWeight, ChecklistRouge, ChecklistSimilarity, Unanswered, YesNoRule);
    all!(value: AgreementSetups, AltTest, AltTestOptions, AnnotatorTest, ConditionalVerbosity, FactorAlignment,
        FactorProfile<'static>, Fairness, FairnessFigures, GroupFairness, HumanCeiling, HumanRank, JudgeVsHuman,
        MjBenchPerspective<'static>, PositionBias, Profile<'static>, ProfileFactor<'static>, RatingRanking,
        SelfPreference, VerbosityBias);
    all!(small: Alignment, CountedTies, FactorCounts, FactorDifference, FairnessOptions, JudgedLengths, LengthVerdict,
        LevelledResponse<u32>, MjBenchSubcategory<'static>, OwnAnswer, PairVerdicts, ScoreScale, ScoredPair);
    all!(value: PeerReview, PeerReviewOptions, PeerReviewRun, Reviewed, TaskRankAgreement, WinMatrix,
        WithoutReviewer);
    all!(small: Exam, ExamPrompt, ExamScores, MissingRating, Mixing, Protocol, Qualification, ReviewAsk,
        ReviewerWeight, SliderRule, Thresholds);
    all!(value: DocumentPersonalization, LeaderboardCorrelation, Personalization, PersevalStability, Subsamples);
    all!(small: DeviationPair, HumanRating, PersevalOptions, ScoreStability, Sigmoid, SummaryDistance,
        UserPersonalization);
    // It borrows distances, of which NaN is not equal to itself.
    all!(shared: PersonalizedDocument<'static>);
    all!(stored: ChecklistCounts, FactorCounts, PairVerdicts, PositionBias, RatingRanking);
}

#[cfg(feature = "io")]
#[test]
fn readers_are_send_sync_and_debug() {
    use probity::io::{
        AnyFormat, Battle, BattleImport, BattleTable, Column, Columns, Content, Dialect, ErrorKind, Format,
        Import, ImportReport, Imported, LmEvalResults, Location, LongTable, PairImport, PairTable,
        PredictionGroup, PredictionImport, PredictionTable, Reason, ScoreImport, Skipped, Strictness,
        TaskScore, WideTable, Winner,
    };
    all!(shared: LongTable, WideTable, PairTable, PredictionTable, PredictionGroup, PredictionImport, Dialect, Import,
        PairImport, ImportReport, Column, Columns, Battle, BattleImport, BattleTable, ErrorKind, Format, Location,
        Reason, Skipped, Strictness, Winner, AnyFormat, Content, Imported, LmEvalResults, ScoreImport, TaskScore);
    error::<probity::io::Error>();
    assert_eq!(size_of::<probity::io::Error>(), size_of::<usize>());
}

#[test]
fn errors_are_errors() {
    error::<Error>();
    error::<RuleSetError>();
    error::<Undefined>();
    let boxed: Box<dyn std::error::Error + Send + Sync> = Box::new(Error::Cancelled);
    assert!(boxed.is::<Error>());
}

/// Sizes that callers feel: results come by the million in pairwise tables, errors in every `Result`.
#[test]
fn types_are_of_the_size_expected() {
    assert_eq!(size_of::<Level>(), 8);
    assert_eq!(size_of::<Option<Chance>>(), 24);
    assert_eq!(size_of::<Interval>(), 32);
    assert!(size_of::<Estimate>() <= 168, "{}", size_of::<Estimate>());
    assert!(size_of::<Error>() <= 72, "{}", size_of::<Error>());
    assert!(size_of::<probity::Result<f64>>() <= 72, "{}", size_of::<probity::Result<f64>>());
    assert!(size_of::<TestResult>() <= 64, "{}", size_of::<TestResult>());
}
