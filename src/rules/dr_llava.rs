use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::rules::compile::CompiledRules;
use crate::rules::decision_list::DecisionList;
use crate::rules::problem::RuleSetError;
use crate::rules::record::{Answer, Record};
use crate::rules::rule::{Check, Provenance, Rule};
use crate::rules::rule_set::RuleSet;
use crate::rules::verdict::Decision;

/// The five questions of Dr-LLaVA's conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClinicalQuestion {
    /// Is the image good enough?
    Quality,
    /// What does it show: an adequate area, blood, a clot?
    Image,
    /// Is anything abnormal?
    Pathology,
    /// Which cells?
    Detail,
    /// What is the diagnosis?
    Diagnosis,
}

impl ClinicalQuestion {
    /// All of them in the usual order.
    pub const ALL: [Self; 5] = [Self::Quality, Self::Image, Self::Pathology, Self::Detail, Self::Diagnosis];

    /// By the number that the release gives it, 1 to 5.
    ///
    /// # Errors
    /// [`Error::Argument`] for any other number.
    pub fn from_number(number: usize) -> Result<Self> {
        let found = number.checked_sub(1).and_then(|i| Self::ALL.get(i)).copied();
        found.ok_or_else(|| Error::argument("question", "a number from 1 to 5", number))
    }

    fn cases(self) -> &'static [Case] {
        match self {
            Self::Quality => QUALITY,
            Self::Image => IMAGE,
            Self::Pathology => PATHOLOGY,
            Self::Detail => DETAIL,
            Self::Diagnosis => DIAGNOSIS,
        }
    }
}

/// Groups that must all hold, and the symbol of the case.
type Case = (&'static [Group], &'static str);

enum Group {
    AnyOf(&'static [&'static str]),
    NoneOf(&'static [&'static str]),
    /// The release tests for the single letters of "quality" here, having passed a text for a list.
    Letters,
}

const QUALITY: &[Case] = &[
    (
        &[
            Group::AnyOf(&["effective", "appropriate", "suit", "apt ", "optimal"]),
            Group::NoneOf(&[" not ", " no ", " inadequate ", " unsuitable"]),
        ],
        "good",
    ),
    (&[Group::AnyOf(&["cannot", "not", "no", "inadequate", "unsuitable"])], "bad"),
];
const IMAGE: &[Case] = &[
    (
        &[
            Group::AnyOf(&["optimal", "advantageous", "suitable", "adequate", "well", "prime"]),
            Group::AnyOf(&["close to", "near", "close", "adjacent", "proximity", "vicinity", "proximate"]),
        ],
        "adequate",
    ),
    (&[Group::AnyOf(&["blood", "rbc", "rbcs"])], "blood"),
    (
        &[
            Group::NoneOf(&["close to", "near", "close", "adjacent", "proximity to", "vicinity"]),
            Group::AnyOf(&["unsuit", "hinder", "less", "negative", "adverse"]),
            Group::AnyOf(&["particles"]),
        ],
        "clot",
    ),
];
const PATHOLOGY: &[Case] = &[
    (&[Group::AnyOf(&["malig", "cancer", " disorder"])], "abnormal"),
    (&[Group::AnyOf(&["medical", "illne"]), Group::AnyOf(&["display"])], "abnormal"),
    (&[Group::AnyOf(&[" normal", "no abnormali"])], "normal"),
    (
        &[Group::AnyOf(&[
            "inadequate",
            "impossible",
            "low-quality",
            "low quality",
            "unclear ",
            "unsuitable",
            "insufficient",
        ])],
        "inadequate",
    ),
    (
        &[Group::AnyOf(&["quality"]), Group::AnyOf(&["low", "poor", "insuffici", "inadequate", "subpar"])],
        "inadequate",
    ),
];
const LOW_OR_ABSENT: &[&str] =
    &["low", "poor", "insuffici", "inadequate", "insufficient", "not", "no ", "devoid", "free", "absent"];
const DETAIL: &[Case] = &[
    (&[Group::AnyOf(&["plasma"])], "plasma cells"),
    (&[Group::AnyOf(&["myeloblast"])], "myeloblasts"),
    (&[Group::AnyOf(&["quality"]), Group::AnyOf(LOW_OR_ABSENT)], "inadequate"),
    (&[Group::AnyOf(&["no ", "not", "devoid", "free", "absent", "absence"])], "no abnormality"),
];
const DIAGNOSIS: &[Case] = &[
    (
        &[
            Group::AnyOf(&["blood cancer"]),
            Group::AnyOf(&["not", "no ", "devoid", "free", "absent", "absence"]),
            Group::NoneOf(&[" quality"]),
        ],
        "normal",
    ),
    (&[Group::AnyOf(&[" healthy"])], "normal"),
    (&[Group::AnyOf(&["multiple myeloma", "mm"])], "MM"),
    (&[Group::AnyOf(&["acute myeloid leukemia", "aml"])], "AML"),
    (&[Group::Letters, Group::AnyOf(LOW_OR_ABSENT)], "inadequate"),
    (&[Group::AnyOf(&["blood cancer"])], "cancer"),
];

/// How the answers' wording is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClinicalMatching {
    /// Anywhere in the lower-cased text, as released, mistakes included: "Comma separated" is multiple myeloma (`mm`), and
    /// any poor answer with one of seven letters speaks of quality.
    #[default]
    Released,
    /// At the start of a word; an expression of three letters or fewer, or one that ends in a blank, must end there, too. The
    /// letters are the word "quality". Ours.
    Words,
}

fn group(group: &Group, matching: ClinicalMatching) -> Check {
    let (any_of, none): (&[&str], bool) = match (group, matching) {
        (Group::AnyOf(any_of), _) => (any_of, false),
        (Group::NoneOf(none_of), _) => (none_of, true),
        (Group::Letters, ClinicalMatching::Released) => (&["q", "u", "a", "l", "i", "t", "y"], false),
        (Group::Letters, ClinicalMatching::Words) => (&["quality"], false),
    };
    let check = match matching {
        ClinicalMatching::Released => Check::contains(any_of.iter().copied()),
        ClinicalMatching::Words => {
            let expression = |text: &&str| {
                let words = text.trim();
                let end = if words.len() <= 3 || text.ends_with(' ') { r"\b" } else { "" };
                format!(r"\b{words}{end}")
            };
            Check::regex(any_of.iter().map(expression).collect::<Vec<_>>().join("|"))
        }
    };
    if none { check.negated() } else { check }
}

/// Reads free answers to Dr-LLaVA's five questions as symbols, by ordered rules for each question.
///
/// | question | symbols |
/// |---|---|
/// | quality | good, bad |
/// | image | adequate, blood, clot |
/// | pathology | normal, abnormal, inadequate |
/// | detail | no abnormality, myeloblasts, plasma cells, inadequate |
/// | diagnosis | normal, AML, MM, inadequate, cancer |
///
/// # Source
/// Sun et al. 2024 (Dr-LLaVA, arXiv 2405.19567), `RewardModel_HEME`, restated as data for the rule engine. "Not appropriate" is
/// good there, since ` not ` needs a blank before it; see [`ClinicalMatching`].
///
/// # Examples
/// ```
/// use probity::rules::{ClinicalMatching, ClinicalQuestion, ClinicalReader};
/// let reader = ClinicalReader::new(ClinicalMatching::Released)?;
/// assert_eq!(reader.read(ClinicalQuestion::Quality, "It is suitable for diagnosis"), Some("good"));
/// assert_eq!(reader.read(ClinicalQuestion::Diagnosis, "Comma separated"), Some("MM"));
/// let words = ClinicalReader::new(ClinicalMatching::Words)?;
/// assert_eq!(words.read(ClinicalQuestion::Diagnosis, "Comma separated"), None);
/// assert_eq!(words.read(ClinicalQuestion::Quality, "Not appropriate"), Some("bad"));
/// # Ok::<(), probity::rules::RuleSetError>(())
/// ```
#[derive(Debug)]
pub struct ClinicalReader {
    lists: Vec<DecisionList>,
}

impl ClinicalReader {
    /// The released rules.
    ///
    /// # Errors
    /// None: the rules are known to compile.
    pub fn new(matching: ClinicalMatching) -> Result<Self, RuleSetError> {
        let list = |question: ClinicalQuestion| {
            let case = |(groups, symbol): &Case| {
                (Check::All(groups.iter().map(|g| group(g, matching)).collect()), *symbol)
            };
            DecisionList::compile(question.cases().iter().map(case))
        };
        Ok(Self { lists: ClinicalQuestion::ALL.into_iter().map(list).collect::<Result<_, _>>()? })
    }

    /// A reader with rules of one's own for a question.
    #[must_use]
    pub fn with_list(mut self, question: ClinicalQuestion, list: DecisionList) -> Self {
        if let Some(place) = self.lists.get_mut(question as usize) {
            *place = list;
        }
        self
    }

    /// The symbol of an answer, `None` if no rule matches.
    #[must_use]
    pub fn read(&self, question: ClinicalQuestion, answer: &str) -> Option<&str> {
        let lower = answer.to_lowercase();
        self.lists.get(question as usize)?.classify(&Record::new(&lower)).symbol()
    }

    fn symbols(&self, question: ClinicalQuestion) -> BTreeSet<&str> {
        self.lists.get(question as usize).map(|list| list.symbols().collect()).unwrap_or_default()
    }
}

/// The allowed paths through a conversation: for each diagnosis the symbol of every question.
///
/// # Examples
/// ```
/// use probity::rules::{ClinicalMatching, ClinicalPaths, ClinicalReader};
/// let paths = ClinicalPaths::released()?;
/// let path = |symbols: [Option<&'static str>; 5]| paths.matching(&symbols);
/// let known = [Some("bad"), None, None, None, Some("inadequate")];
/// assert_eq!(path(known), ["BLOOD", "CLOT"]);
/// assert!(path([Some("good"), None, None, None, Some("inadequate")]).is_empty());
/// assert!(paths.unreadable(&ClinicalReader::new(ClinicalMatching::Released)?).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ClinicalPaths {
    rows: Vec<(String, [String; 5])>,
    rules: CompiledRules,
}

/// The names of the answers that the rules of the paths read.
const ANSWERS: [&str; 5] = ["quality", "image", "pathology", "detail", "diagnosis"];

impl ClinicalPaths {
    /// The table of the release.
    ///
    /// # Errors
    /// None: the table is known to be sound.
    pub fn released() -> Result<Self> {
        let row = |name: &str, symbols: [&str; 5]| (name.to_string(), symbols.map(str::to_string));
        let rows = vec![
            row("NORMAL", ["good", "adequate", "normal", "no abnormality", "normal"]),
            row("AML", ["good", "adequate", "abnormal", "myeloblasts", "AML"]),
            row("MM", ["good", "adequate", "abnormal", "plasma cells", "MM"]),
            row("BLOOD", ["bad", "blood", "inadequate", "inadequate", "inadequate"]),
            row("CLOT", ["bad", "clot", "inadequate", "inadequate", "inadequate"]),
        ];
        Self::new(rows)
    }

    /// A table of one's own, a row a name.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that stands twice or is empty, and for two names of the same path, which could not be
    /// told apart.
    pub fn new(rows: Vec<(String, [String; 5])>) -> Result<Self> {
        let (mut names, mut paths) = (BTreeSet::new(), BTreeSet::new());
        for (name, path) in &rows {
            if !names.insert(name) {
                return Err(Error::argument(
                    "name of a path",
                    "a name of its own",
                    format!("{name:?} twice"),
                ));
            }
            if !paths.insert(path) {
                let found = format!("that of {name:?} for another name, too");
                return Err(Error::argument("path", "a path of its own for each name", found));
            }
        }
        let rules = compile(&rows)
            .map_err(|error| Error::argument("paths", "names that rules can have", error.to_string()))?;
        Ok(Self { rows, rules })
    }

    /// The paths as rules over the recorded answers `quality`, `image`, `pathology`, `detail` and `diagnosis`.
    #[must_use]
    pub fn rules(&self) -> RuleSet {
        rule_set(&self.rows)
    }

    /// The names of the paths that agree with every known symbol, in the order of the table: the path is consistent if
    /// there is one.
    #[must_use]
    pub fn matching(&self, symbols: &[Option<&str>; 5]) -> Vec<&str> {
        let known = ANSWERS.iter().zip(symbols).filter_map(|(name, symbol)| symbol.map(|s| (*name, s)));
        let record = known.fold(Record::default(), |record, (name, symbol)| {
            record.with_answer(name, Answer::Label(symbol))
        });
        let mut evaluator = self.rules.evaluator();
        let outcomes = evaluator.evaluate(&record);
        let agrees = |name: &str| outcomes.decision(name).is_some_and(|decision| decision != Decision::Fail);
        self.rows.iter().map(|(name, _)| name.as_str()).filter(|name| agrees(name)).collect()
    }

    /// Whether two answers in a row occur together in a path.
    #[must_use]
    pub fn allows(&self, before: (ClinicalQuestion, &str), after: (ClinicalQuestion, &str)) -> bool {
        self.rows.iter().any(|(_, path)| {
            [before, after].into_iter().all(|(question, symbol)| path[question as usize] == symbol)
        })
    }

    /// Names of the paths with a symbol that a reader never gives: no conversation can take them.
    #[must_use]
    pub fn unreadable(&self, reader: &ClinicalReader) -> Vec<&str> {
        let readable = |path: &[String; 5]| {
            let mut each = ClinicalQuestion::ALL.into_iter().zip(path);
            each.all(|(question, symbol)| reader.symbols(question).contains(symbol.as_str()))
        };
        self.rows.iter().filter(|(_, path)| !readable(path)).map(|(name, _)| name.as_str()).collect()
    }
}

fn rule_set(rows: &[(String, [String; 5])]) -> RuleSet {
    let mut set = RuleSet::new("dr_llava.paths", "1");
    for (name, path) in rows {
        let symbols = ANSWERS.iter().zip(path).map(|(question, symbol)| Check::judged(*question, symbol));
        let mut rule =
            Rule::new(name, format!("The conversation leads to {name}."), Check::All(symbols.collect()));
        rule.provenance =
            Provenance { source: Some("arXiv 2405.19567".to_string()), ..Provenance::default() };
        set.rules.push(rule);
    }
    set
}

fn compile(rows: &[(String, [String; 5])]) -> Result<CompiledRules, RuleSetError> {
    rule_set(rows).compile()
}
