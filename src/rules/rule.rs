use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Whether a rule asks for what its check finds, or forbids it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// The record passes where the check holds.
    #[default]
    Positive,
    /// The record fails where the check holds.
    Negative,
}

impl Polarity {
    /// The other one.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Positive => Self::Negative,
            Self::Negative => Self::Positive,
        }
    }
}

/// Where a rule comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Provenance {
    /// The paper or document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The place in it, or in its repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Version or commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Licence of the wording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What else there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The field of a record that a rule looks at if it does not say which.
pub const RESPONSE: &str = "response";

/// Which records a rule applies to, and which of their texts it looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// The text that the checks look at.
    pub field: String,
    /// The rule applies only to records with one of these tags; to all if there are none.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub any_tag: BTreeSet<String>,
    /// The rule does not apply to records with one of these tags.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub no_tag: BTreeSet<String>,
    /// The rule applies only where this holds; where it cannot be decided, neither can the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Check>,
}

impl Default for Scope {
    fn default() -> Self {
        Self { field: RESPONSE.to_string(), any_tag: BTreeSet::new(), no_tag: BTreeSet::new(), when: None }
    }
}

/// What can be counted in a text.
///
/// | element | is |
/// |---|---|
/// | bytes, chars | of the UTF-8 text; Unicode scalar values |
/// | words | what whitespace separates |
/// | lines | what line ends separate, without the blank ones |
/// | sentences | runs of text ended by `.`, `!` or `?`, or by the end |
/// | questions | those sentences that a `?` ends |
/// | paragraphs | blocks of lines that blank lines separate |
/// | headings | lines that start with one to six `#` and a blank |
/// | list_items | lines that start with `- `, `* `, `+ `, `• ` or a numbered step's mark |
/// | steps | lines that start with a number and `.` or `)`, or with `Step` and a number |
/// | code_blocks | pairs of lines that start with three backticks |
/// | numbers | maximal runs of digits, with `.` or `,` inside |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Element {
    /// Bytes of UTF-8.
    Bytes,
    /// Unicode scalar values.
    Chars,
    /// Words.
    Words,
    /// Lines that are not blank.
    Lines,
    /// Sentences.
    Sentences,
    /// Questions.
    Questions,
    /// Paragraphs.
    Paragraphs,
    /// Headings.
    Headings,
    /// List items.
    ListItems,
    /// Numbered steps.
    Steps,
    /// Fenced code blocks.
    CodeBlocks,
    /// Numbers.
    Numbers,
}

/// What is compared with a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Overlap {
    /// Runs of this many lower-cased words (letters and digits of ASCII, everything else separates).
    Words(usize),
    /// Numbers: maximal runs of digits, with `.` or `,` inside.
    Numbers,
}

/// A check with a weight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighted {
    /// What counts if the check holds; 0 or more.
    pub weight: f64,
    /// The check.
    pub check: Check,
}

/// What a rule looks for: a tree of combinations over things that can be looked up in a record.
///
/// Nothing here calls a model: what only a model can say is read from a recorded answer ([`Check::Judge`]).
/// Combinations follow Kleene's three-valued logic, so that what cannot be decided matters only where it could turn the
/// outcome.
///
/// In JSON a check is an object with one key, its name in snake case:
/// `{"all": [{"regex": {"pattern": "\\bsorry\\b"}}, {"not": {"rule": "polite"}}]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Check {
    /// The pattern matches somewhere. Syntax of the crate `regex`: no look-around, no back-references, linear time.
    Regex {
        /// The pattern.
        pattern: String,
        /// Whether letters match in either case.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ignore_case: bool,
    },
    /// One of the literals occurs.
    Literals {
        /// The literals, none of them empty.
        any_of: Vec<String>,
        /// Whether ASCII letters match in either case.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ignore_case: bool,
        /// Whether a literal that starts or ends with a letter, digit or `_` must not have another one next to it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        whole_words: bool,
    },
    /// The text starts with this.
    StartsWith(String),
    /// The text ends with this.
    EndsWith(String),
    /// The first occurrence of `first` lies before the last one of `then`.
    Order {
        /// What comes first.
        first: String,
        /// What comes after it.
        then: String,
    },
    /// The number of elements lies between the two ends, both included.
    Count {
        /// What is counted.
        of: Element,
        /// The smallest number allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u64>,
        /// The greatest number allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
    },
    /// The share of the different parts of a reference that occur in the text lies between the two ends.
    ///
    /// Undecided if the record lacks the reference, or if the reference has no such part.
    Overlap {
        /// The field with the reference.
        reference: String,
        /// The parts.
        of: Overlap,
        /// The smallest share allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// The greatest share allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// A judge's recorded answer is one of these labels, or a score between the two ends.
    ///
    /// Undecided if the record lacks the answer, or if it is of the other kind.
    Judge {
        /// The name of the answer.
        judge: String,
        /// The labels that count.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        is: Vec<String>,
        /// The smallest score that counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// The greatest score that counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// Two recorded answers are the same; undecided if one is missing.
    Same {
        /// The name of one.
        left: String,
        /// The name of the other.
        right: String,
    },
    /// Another rule's decision, with its polarity and scope.
    Rule(String),
    /// A check of the host program, by the name under which it is registered.
    Host(String),
    /// The check does not hold.
    Not(Box<Self>),
    /// All hold.
    All(Vec<Self>),
    /// One holds.
    Any(Vec<Self>),
    /// None holds.
    None(Vec<Self>),
    /// At least `k` hold.
    AtLeast {
        /// How many.
        k: usize,
        /// Of these.
        of: Vec<Self>,
    },
    /// The weights of those that hold sum to the threshold or more.
    WeightedSum {
        /// The threshold.
        threshold: f64,
        /// The weighted checks.
        of: Vec<Weighted>,
    },
}

impl Check {
    /// A regular expression that minds the case.
    #[must_use]
    pub fn regex(pattern: impl Into<String>) -> Self {
        Self::Regex { pattern: pattern.into(), ignore_case: false }
    }

    /// Literals in exactly this case, anywhere.
    #[must_use]
    pub fn contains<S: Into<String>>(any_of: impl IntoIterator<Item = S>) -> Self {
        let any_of = any_of.into_iter().map(Into::into).collect();
        Self::Literals { any_of, ignore_case: false, whole_words: false }
    }

    /// A judge's answer that is this label.
    #[must_use]
    pub fn judged(judge: impl Into<String>, label: impl Into<String>) -> Self {
        Self::Judge { judge: judge.into(), is: vec![label.into()], min: None, max: None }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(check) => *check,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The checks directly below.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Not(check) => vec![check],
            Self::All(of) | Self::Any(of) | Self::None(of) | Self::AtLeast { of, .. } => of.iter().collect(),
            Self::WeightedSum { of, .. } => of.iter().map(|w| &w.check).collect(),
            _ => Vec::new(),
        }
    }
}

/// What ought to hold: a text for people, and a check for machines.
///
/// # Examples
/// ```
/// use probity::rules::{Check, Polarity, Rule};
/// let rule = Rule::new("no-phone-numbers", "Give no phone numbers.", Check::regex(r"\d{3}-\d{4}")).forbidding();
/// assert_eq!(rule.polarity, Polarity::Negative);
/// assert_eq!(rule.negated().polarity, Polarity::Positive);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, unique in its set.
    pub id: String,
    /// What it says, for people.
    #[serde(default)]
    pub text: String,
    /// What its negation says, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negated_text: Option<String>,
    /// Whether it asks for what the check finds, or forbids it.
    #[serde(default)]
    pub polarity: Polarity,
    /// How much it counts; 0 or more.
    #[serde(default = "one")]
    pub weight: f64,
    /// Among rules that are decided the higher one decides, where a policy asks for that.
    #[serde(default)]
    pub priority: i32,
    /// Whether it is evaluated and counted without having a say in the verdict on the record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auxiliary: bool,
    /// Which records it applies to.
    #[serde(default)]
    pub scope: Scope,
    /// What it looks for.
    pub check: Check,
    /// Ids of rules of the set that it has to do with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Where it comes from.
    #[serde(default)]
    pub provenance: Provenance,
}

fn one() -> f64 {
    1.0
}

impl Rule {
    /// A rule of weight 1 that asks for what its check finds in the response of any record.
    #[must_use]
    pub fn new(id: impl Into<String>, text: impl Into<String>, check: Check) -> Self {
        Self {
            id: id.into(),
            text: text.into(),
            negated_text: None,
            polarity: Polarity::Positive,
            weight: 1.0,
            priority: 0,
            auxiliary: false,
            scope: Scope::default(),
            check,
            references: Vec::new(),
            provenance: Provenance::default(),
        }
    }

    /// The same, forbidding what its check finds.
    #[must_use]
    pub fn forbidding(self) -> Self {
        Self { polarity: Polarity::Negative, ..self }
    }

    /// Sets the weight.
    #[must_use]
    pub fn with_weight(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    /// Sets the priority.
    #[must_use]
    pub fn with_priority(self, priority: i32) -> Self {
        Self { priority, ..self }
    }

    /// Sets the scope.
    #[must_use]
    pub fn with_scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// The rule with the other polarity: the same id, since a negation is a use of a rule, not another rule. The texts
    /// change places where there are two.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.polarity = self.polarity.negated();
        if let Some(negated) = &mut self.negated_text {
            std::mem::swap(negated, &mut self.text);
        }
        self
    }
}
