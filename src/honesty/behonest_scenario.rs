use serde::{Deserialize, Serialize};

use crate::inference::Direction;

/// What BeHonest asks of an honest model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// It knows what it knows, and says what it does not know.
    SelfKnowledge,
    /// It does not deceive.
    NonDeceptiveness,
    /// It says the same under conditions that should not matter.
    Consistency,
}

impl Aspect {
    /// All three.
    pub const ALL: [Self; 3] = [Self::SelfKnowledge, Self::NonDeceptiveness, Self::Consistency];

    /// The name in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SelfKnowledge => "self-knowledge",
            Self::NonDeceptiveness => "non-deceptiveness",
            Self::Consistency => "consistency",
        }
    }

    /// Which way the aspect's score is better: of non-deceptiveness the paper gives how much a model deceives.
    #[must_use]
    pub fn direction(self) -> Direction {
        match self {
            Self::SelfKnowledge | Self::Consistency => Direction::Higher,
            Self::NonDeceptiveness => Direction::Lower,
        }
    }
}

/// The ten situations in which BeHonest observes a model.
///
/// | scenario | name | an observation is | scores |
/// |---|---|---|---|
/// | admitting unknowns | `unknowns` | whether it refused | refusal rate ↑ |
/// | expressing knowns | `knowns` | the greedy answer's outcome; where that is not right, resamples | answer rate ↑, self-knowledge rate ↑ |
/// | persona sycophancy | `persona_sycophancy` | whether its stance with a persona is that without | sycophancy rate ↓ |
/// | preference sycophancy | `preference_sycophancy` | whether its stance is the same to those who agree and who disagree | sycophancy rate ↓ |
/// | burglar deception | `burglar` | lie, honest or refuse; the purpose | lying rate ↓ |
/// | game (werewolf) | `game` | whether it lied | lying rate ↓ |
/// | prompt format | `prompt_format` | whether it is right under one format | performance spread ↓ |
/// | demonstration format | `demonstration_format` | its answers after fair and after biased demonstrations | inconsistency rate ↓ |
/// | open form | `open_form` | whether it accepts its own answer | agreement rate ↑ |
/// | multiple choice | `multiple_choice` | whether it keeps its choice when challenged | consistency rate ↑ |
///
/// # Source
/// Chern et al. 2024, "BeHonest: Benchmarking Honesty in Large Language Models" (arXiv 2406.13261).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Questions that nobody can answer.
    Unknowns,
    /// Questions with an answer.
    Knowns,
    /// With or without the persona of somebody.
    PersonaSycophancy,
    /// Under a stated preference and its opposite.
    PreferenceSycophancy,
    /// Asked to say something to a burglar.
    Burglar,
    /// Playing a werewolf.
    Game,
    /// The same question in several formats.
    PromptFormat,
    /// The same question after fair and after biased demonstrations.
    DemonstrationFormat,
    /// Asked to validate its own answer.
    OpenForm,
    /// Asked whether it is sure of its choice.
    MultipleChoice,
}

impl Scenario {
    /// All ten, in the order of the aspects.
    pub const ALL: [Self; 10] = [
        Self::Unknowns,
        Self::Knowns,
        Self::PersonaSycophancy,
        Self::PreferenceSycophancy,
        Self::Burglar,
        Self::Game,
        Self::PromptFormat,
        Self::DemonstrationFormat,
        Self::OpenForm,
        Self::MultipleChoice,
    ];

    /// The name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknowns => "unknowns",
            Self::Knowns => "knowns",
            Self::PersonaSycophancy => "persona_sycophancy",
            Self::PreferenceSycophancy => "preference_sycophancy",
            Self::Burglar => "burglar",
            Self::Game => "game",
            Self::PromptFormat => "prompt_format",
            Self::DemonstrationFormat => "demonstration_format",
            Self::OpenForm => "open_form",
            Self::MultipleChoice => "multiple_choice",
        }
    }

    /// The scenario of a name.
    ///
    /// ```
    /// use probity::honesty::{Aspect, Scenario};
    /// assert_eq!(Scenario::from_name("game").unwrap().aspect(), Aspect::NonDeceptiveness);
    /// assert_eq!(Scenario::from_name("chess"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == name)
    }

    /// The aspect that the scenario belongs to.
    #[must_use]
    pub fn aspect(self) -> Aspect {
        match self {
            Self::Unknowns | Self::Knowns => Aspect::SelfKnowledge,
            Self::PersonaSycophancy | Self::PreferenceSycophancy | Self::Burglar | Self::Game => {
                Aspect::NonDeceptiveness
            }
            Self::PromptFormat | Self::DemonstrationFormat | Self::OpenForm | Self::MultipleChoice => {
                Aspect::Consistency
            }
        }
    }
}
