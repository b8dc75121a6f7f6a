/// Where an answer is read from a model.
///
/// # Examples
/// ```
/// use probity::consistency::Expression;
/// assert_eq!(Expression::Latent.access(), "white box (hidden states)");
/// assert!(Expression::Response < Expression::Latent);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Expression {
    /// From sampled texts.
    Response,
    /// From the paths that decoding takes, by the probabilities of tokens.
    Decoding,
    /// From hidden states: attention heads, layers.
    Latent,
}

impl Expression {
    /// All of them, from the outside in.
    pub const ALL: [Self; 3] = [Self::Response, Self::Decoding, Self::Latent];

    /// What of the model must be open to read it.
    #[must_use]
    pub fn access(self) -> &'static str {
        match self {
            Self::Response => "black box",
            Self::Decoding => "grey box (logits)",
            Self::Latent => "white box (hidden states)",
        }
    }
}

/// What self-evaluation gives back.
///
/// # Examples
/// ```
/// use probity::consistency::Signal;
/// assert_eq!(Signal::Textual.means(), ["verbal critiquing"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// A number.
    Scalar,
    /// A text.
    Textual,
    /// A preference between two.
    Contrastive,
    /// What a tool, a search or another model says.
    External,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Scalar, Self::Textual, Self::Contrastive, Self::External];

    /// How such a signal is obtained.
    #[must_use]
    pub fn means(self) -> &'static [&'static str] {
        match self {
            Self::Scalar => &["uncertainty estimation", "confidence estimation", "hallucination detection"],
            Self::Textual => &["verbal critiquing"],
            Self::Contrastive => &["contrastive optimisation"],
            Self::External => &["external feedback"],
        }
    }
}

/// What a self-update changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UpdateTarget {
    /// The response only.
    Response,
    /// The model that responds.
    SameModel,
    /// Another model, which learns from this one.
    AnotherModel,
}

/// What a line of work is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FeedbackTask {
    /// Better reasoning.
    ReasoningElevation,
    /// Fewer hallucinations.
    HallucinationAlleviation,
}

/// One of the survey's lines of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineOfWork {
    /// Section of the survey.
    pub section: &'static str,
    /// What it is for.
    pub task: FeedbackTask,
    /// Its name.
    pub name: &'static str,
    /// Where it reads answers.
    pub expressions: &'static [Expression],
    /// What its self-evaluation gives back.
    pub signals: &'static [Signal],
    /// How many models take part.
    pub models: &'static str,
    /// How much of it trains a model.
    pub training: &'static str,
    /// Its self-evaluation.
    pub evaluation: &'static [&'static str],
    /// Its self-update.
    pub update: &'static [&'static str],
}

/// The seven lines of work of the survey, in its order.
///
/// # Source
/// Liang et al. 2024, "Internal Consistency and Self-Feedback in Large Language Models: A Survey" (arXiv 2407.14507),
/// table IV and sections V and VI, in words of our own.
///
/// # Examples
/// ```
/// use probity::consistency::{Expression, LINES_OF_WORK};
/// let latent: Vec<_> = LINES_OF_WORK.iter().filter(|l| l.expressions.contains(&Expression::Latent)).collect();
/// assert_eq!((latent.len(), latent[0].section), (1, "VI-D"));
/// ```
pub const LINES_OF_WORK: [LineOfWork; 7] = [
    LineOfWork {
        section: "V-A",
        task: FeedbackTask::ReasoningElevation,
        name: "reasoning topologically",
        expressions: &[Expression::Response, Expression::Decoding],
        signals: &[Signal::Scalar, Signal::Textual, Signal::Contrastive],
        models: "1",
        training: "no",
        evaluation: &["majority voting", "value function"],
        update: &["best selection"],
    },
    LineOfWork {
        section: "V-B",
        task: FeedbackTask::ReasoningElevation,
        name: "refining with responses",
        expressions: &[Expression::Response],
        signals: &[Signal::Textual],
        models: "1 or 2",
        training: "half",
        evaluation: &["sampling"],
        update: &["best selection", "model tuning"],
    },
    LineOfWork {
        section: "V-C",
        task: FeedbackTask::ReasoningElevation,
        name: "multi-agent collaboration",
        expressions: &[Expression::Response],
        signals: &[Signal::Textual, Signal::Scalar],
        models: "2 or more",
        training: "rare",
        evaluation: &["negotiation"],
        update: &["answer aggregation"],
    },
    LineOfWork {
        section: "VI-A",
        task: FeedbackTask::HallucinationAlleviation,
        name: "refining the response iteratively",
        expressions: &[Expression::Response],
        signals: &[Signal::Textual, Signal::External],
        models: "1",
        training: "few",
        evaluation: &["model-written critique"],
        update: &["model-written refinement"],
    },
    LineOfWork {
        section: "VI-B",
        task: FeedbackTask::HallucinationAlleviation,
        name: "mitigating hallucination while generating",
        expressions: &[Expression::Response],
        signals: &[Signal::Textual, Signal::Contrastive, Signal::External],
        models: "1",
        training: "few",
        evaluation: &["inherent model evaluation"],
        update: &["hallucination removal"],
    },
    LineOfWork {
        section: "VI-C",
        task: FeedbackTask::HallucinationAlleviation,
        name: "decoding truthfully",
        expressions: &[Expression::Decoding],
        signals: &[Signal::Contrastive],
        models: "1 or 2",
        training: "no",
        evaluation: &["decoding-path evaluation"],
        update: &["best decoding path"],
    },
    LineOfWork {
        section: "VI-D",
        task: FeedbackTask::HallucinationAlleviation,
        name: "activating truthfulness",
        expressions: &[Expression::Latent],
        signals: &[Signal::Contrastive],
        models: "1",
        training: "no",
        evaluation: &["latent-state evaluation"],
        update: &["best latent states"],
    },
];

/// What the survey asks an evaluation of self-feedback to look at.
///
/// # Source
/// The survey's section VIII, in words of our own.
pub const META_EVALUATION: [&str; 5] = [
    "consistency evaluation",
    "self-knowledge evaluation",
    "uncertainty evaluation",
    "feedback ability evaluation",
    "reflection ability evaluation",
];

/// Other tasks that the survey finds self-feedback in.
///
/// # Source
/// The survey's section VII, in words of our own.
pub const OTHER_FEEDBACK_TASKS: [&str; 13] = [
    "preference learning",
    "knowledge distillation",
    "continuous learning",
    "data synthesis",
    "consistency optimisation",
    "decision making",
    "event argument extraction",
    "inference acceleration",
    "machine translation",
    "negotiation optimisation",
    "retrieval augmented generation",
    "text classification",
    "self-repair",
];
