use crate::error::Result;
use crate::taxonomy::Taxonomy;

/// The goals of alignment: 4 kinds of goals, each represented and evaluated (8 groups), 21 leaves.
///
/// The paper speaks of three levels, instructions, preferences and values; the tree of its repository splits values into
/// principles and basic values.
///
/// # Source
/// Yao et al. 2023, "From Instructions to Intrinsic Human Values: A Survey of Alignment Goals for Big Models"
/// (arXiv 2308.12014), after the tree in ValueCompass/Alignment-Goal-Survey. Ids are ours.
///
/// # Errors
/// None: the data are valid.
///
/// # Examples
/// ```
/// use probity::taxonomy::alignment_goals;
/// let goals = alignment_goals()?;
/// assert_eq!((goals.roots().count(), goals.at_depth(1).count(), goals.leaves().count()), (4, 8, 21));
/// assert!(goals.label("basic_values.evaluation.human_value_surveys").is_some());
/// assert!(goals.label("wealth").is_none());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn alignment_goals() -> Result<Taxonomy> {
    Taxonomy::new("alignment_goals", ALIGNMENT_GOALS)
}

/// The two directions of alignment between humans and AI, their four research questions and what each is about.
///
/// # Source
/// Shen et al. 2024, "Towards Bidirectional Human-AI Alignment" (arXiv 2406.09264). The directions are in its abstract;
/// the groups and leaves are from memory of the paper and ids are ours: check them before you print them.
///
/// # Errors
/// None: the data are valid.
///
/// # Examples
/// ```
/// use probity::taxonomy::bidirectional_alignment;
/// let tree = bidirectional_alignment()?;
/// assert_eq!(tree.roots().collect::<Vec<_>>(), ["ai_to_human", "human_to_ai"]);
/// assert_eq!(tree.at_depth(1).count(), 4);
/// assert!(tree.children("luck").is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bidirectional_alignment() -> Result<Taxonomy> {
    Taxonomy::new("bidirectional_alignment", BIDIRECTIONAL)
}

/// What makes a language model trustworthy: 7 categories, 29 sub-categories.
///
/// # Source
/// Liu et al. 2023, "Trustworthy LLMs: a Survey and Guideline for Evaluating Large Language Models' Alignment"
/// (arXiv 2308.05374). The numbers are in its abstract; the names of sub-categories are from memory and add up to them.
///
/// # Errors
/// None: the data are valid.
///
/// # Examples
/// ```
/// use probity::taxonomy::trustworthiness;
/// let tree = trustworthiness()?;
/// assert_eq!((tree.roots().count(), tree.leaves().count()), (7, 29));
/// assert_eq!(tree.leaves_below("safety")?.count(), 6);
/// assert!(tree.leaves_below("luck").is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn trustworthiness() -> Result<Taxonomy> {
    Taxonomy::new("trustworthiness", TRUSTWORTHINESS)
}

/// Schwartz' ten basic values under their four higher-order values.
///
/// Hedonism lies between openness to change and self-enhancement and stands under the first here; scores can place it
/// otherwise ([`Hedonism`](crate::values::Hedonism)).
///
/// # Source
/// Schwartz 1992, "Universals in the content and structure of values".
///
/// # Errors
/// None: the data are valid.
///
/// # Examples
/// ```
/// use probity::taxonomy::schwartz_values;
/// let tree = schwartz_values()?;
/// assert_eq!(tree.leaves().count(), 10);
/// assert_eq!(tree.ancestor_at("conservation.security", 0)?, "conservation");
/// assert!(tree.ancestor_at("security", 0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn schwartz_values() -> Result<Taxonomy> {
    Taxonomy::new("schwartz_values", SCHWARTZ)
}

/// The five moral foundations.
///
/// # Source
/// Graham et al. 2013, "Moral Foundations Theory".
///
/// # Errors
/// None: the data are valid.
///
/// # Examples
/// ```
/// use probity::taxonomy::moral_foundations;
/// assert_eq!(moral_foundations()?.roots().count(), 5);
/// assert!(moral_foundations()?.label("liberty").is_none());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn moral_foundations() -> Result<Taxonomy> {
    Taxonomy::new("moral_foundations", FOUNDATIONS)
}

const ALIGNMENT_GOALS: [(&str, &str); 33] = [
    ("instructions", "Human instructions"),
    ("instructions.representation", "Goal representation"),
    ("instructions.representation.nlp_task_instructions", "NLP task instructions"),
    ("instructions.representation.model_generated_instructions", "Model-generated instructions"),
    ("instructions.representation.human_shared_instructions", "Human-shared instructions"),
    ("instructions.evaluation", "Goal evaluation"),
    ("instructions.evaluation.benchmark", "Benchmark"),
    ("preferences", "Human preferences"),
    ("preferences.representation", "Goal representation"),
    ("preferences.representation.human_demonstrations", "Human demonstrations"),
    ("preferences.representation.human_feedback", "Human feedback"),
    ("preferences.representation.model_synthetic_feedback", "Model synthetic feedback"),
    ("preferences.evaluation", "Goal evaluation"),
    ("preferences.evaluation.benchmarks", "Benchmarks"),
    ("preferences.evaluation.human_and_llm_evaluation", "Human and LLM evaluation"),
    ("preferences.evaluation.reward_model", "Reward model"),
    ("principles", "Value principles"),
    ("principles.representation", "Goal representation"),
    ("principles.representation.principle_definition_hhh", "Principle definition: HHH"),
    (
        "principles.representation.principle_definition_social_norms_and_ethics",
        "Principle definition: social norms and ethics",
    ),
    (
        "principles.representation.principle_alignment_in_context_learning",
        "Principle alignment: in-context learning",
    ),
    ("principles.representation.principle_alignment_fine_tuning", "Principle alignment: fine-tuning"),
    ("principles.evaluation", "Goal evaluation"),
    ("principles.evaluation.safety_benchmarks", "Safety benchmarks"),
    ("principles.evaluation.social_norms_benchmarks", "Social-norms benchmarks"),
    ("principles.evaluation.morality_classifier", "Morality classifier"),
    ("basic_values", "Basic values"),
    ("basic_values.representation", "Goal representation"),
    ("basic_values.representation.basic_value_theory", "Basic value theory"),
    ("basic_values.representation.basic_value_alignment", "Basic value alignment"),
    ("basic_values.evaluation", "Goal evaluation"),
    ("basic_values.evaluation.human_value_surveys", "Human value surveys"),
    ("basic_values.evaluation.automatic_value_classifier", "Automatic value classifier"),
];

const BIDIRECTIONAL: [(&str, &str); 28] = [
    ("ai_to_human", "Align AI to humans"),
    ("ai_to_human.specify", "Human values and specifications"),
    ("ai_to_human.specify.sources_of_values", "Sources of values"),
    ("ai_to_human.specify.types_of_values", "Types of values"),
    ("ai_to_human.specify.interaction_techniques_to_specify", "Interaction techniques to specify"),
    ("ai_to_human.integrate", "Integrating human specifications into AI"),
    ("ai_to_human.integrate.general_values_instruction_data", "General values: instruction data"),
    ("ai_to_human.integrate.general_values_model_learning", "General values: model learning"),
    ("ai_to_human.integrate.general_values_inference_stage", "General values: inference stage"),
    ("ai_to_human.integrate.customising_customised_data", "Customising: customised data"),
    ("ai_to_human.integrate.customising_adapt_by_learning", "Customising: adapt by learning"),
    ("ai_to_human.integrate.customising_interactive_alignment", "Customising: interactive alignment"),
    ("ai_to_human.integrate.evaluation_human_in_the_loop", "Evaluation: human in the loop"),
    ("ai_to_human.integrate.evaluation_automatic", "Evaluation: automatic"),
    ("ai_to_human.integrate.ecosystem_and_platforms", "Ecosystem and platforms"),
    ("human_to_ai", "Align humans to AI"),
    ("human_to_ai.cognition", "Human cognitive adaptation"),
    ("human_to_ai.cognition.education_and_training", "Education and training"),
    ("human_to_ai.cognition.sense_making_and_explanations", "Sense-making and explanations"),
    ("human_to_ai.cognition.trust_and_reliance", "Trust and reliance"),
    ("human_to_ai.cognition.critical_thinking_and_auditing_of_ai", "Critical thinking and auditing of AI"),
    ("human_to_ai.behaviour", "Human adaptive behaviour"),
    ("human_to_ai.behaviour.assistant_to_partner_collaboration", "Assistant to partner collaboration"),
    ("human_to_ai.behaviour.ai_tutoring_and_shared_learning", "AI tutoring and shared learning"),
    ("human_to_ai.behaviour.societal_impact_of_ai", "Societal impact of AI"),
    ("human_to_ai.behaviour.reaction_to_ai_advances", "Reaction to AI advances"),
    ("human_to_ai.behaviour.evaluation_of_collaboration", "Evaluation of collaboration"),
    ("human_to_ai.behaviour.evaluation_of_societal_impact", "Evaluation of societal impact"),
];

const TRUSTWORTHINESS: [(&str, &str); 36] = [
    ("reliability", "Reliability"),
    ("reliability.misinformation", "Misinformation"),
    ("reliability.hallucination", "Hallucination"),
    ("reliability.inconsistency", "Inconsistency"),
    ("reliability.miscalibration", "Miscalibration"),
    ("reliability.sycophancy", "Sycophancy"),
    ("safety", "Safety"),
    ("safety.violence", "Violence"),
    ("safety.unlawful_conduct", "Unlawful conduct"),
    ("safety.harms_to_minor", "Harms to minor"),
    ("safety.adult_content", "Adult content"),
    ("safety.mental_health_issues", "Mental health issues"),
    ("safety.privacy_violation", "Privacy violation"),
    ("fairness", "Fairness"),
    ("fairness.injustice", "Injustice"),
    ("fairness.stereotype_bias", "Stereotype bias"),
    ("fairness.preference_bias", "Preference bias"),
    ("fairness.disparate_performance", "Disparate performance"),
    ("misuse", "Resistance to misuse"),
    ("misuse.propagandistic_misuse", "Propagandistic misuse"),
    ("misuse.cyberattack_misuse", "Cyberattack misuse"),
    ("misuse.social_engineering_misuse", "Social-engineering misuse"),
    ("misuse.leaking_copyrighted_content", "Leaking copyrighted content"),
    ("reasoning", "Explainability and reasoning"),
    ("reasoning.lack_of_interpretability", "Lack of interpretability"),
    ("reasoning.limited_logical_reasoning", "Limited logical reasoning"),
    ("reasoning.limited_causal_reasoning", "Limited causal reasoning"),
    ("social_norm", "Social norm"),
    ("social_norm.toxicity", "Toxicity"),
    ("social_norm.unawareness_of_emotions", "Unawareness of emotions"),
    ("social_norm.cultural_insensitivity", "Cultural insensitivity"),
    ("robustness", "Robustness"),
    ("robustness.prompt_attacks", "Prompt attacks"),
    ("robustness.paradigm_and_distribution_shifts", "Paradigm and distribution shifts"),
    ("robustness.interventional_effect", "Interventional effect"),
    ("robustness.poisoning_attacks", "Poisoning attacks"),
];

const SCHWARTZ: [(&str, &str); 14] = [
    ("openness_to_change", "Openness to change"),
    ("openness_to_change.self_direction", "Self-direction"),
    ("openness_to_change.stimulation", "Stimulation"),
    ("openness_to_change.hedonism", "Hedonism"),
    ("self_enhancement", "Self-enhancement"),
    ("self_enhancement.achievement", "Achievement"),
    ("self_enhancement.power", "Power"),
    ("conservation", "Conservation"),
    ("conservation.security", "Security"),
    ("conservation.conformity", "Conformity"),
    ("conservation.tradition", "Tradition"),
    ("self_transcendence", "Self-transcendence"),
    ("self_transcendence.benevolence", "Benevolence"),
    ("self_transcendence.universalism", "Universalism"),
];

const FOUNDATIONS: [(&str, &str); 5] = [
    ("care", "Care and harm"),
    ("fairness", "Fairness and cheating"),
    ("loyalty", "Loyalty and betrayal"),
    ("authority", "Authority and subversion"),
    ("sanctity", "Sanctity and degradation"),
];
