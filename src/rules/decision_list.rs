use crate::rules::compile::CompiledRules;
use crate::rules::problem::RuleSetError;
use crate::rules::record::Record;
use crate::rules::rule::{Check, Rule};
use crate::rules::rule_set::RuleSet;
use crate::rules::verdict::Decision;

/// What a decision list says of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Classified<'l> {
    /// The symbol of the first case that holds.
    Symbol(&'l str),
    /// No case holds.
    NoMatch,
    /// A case that comes before the first that holds cannot be decided.
    Undecided,
}

impl<'l> Classified<'l> {
    /// The symbol, if there is one.
    #[must_use]
    pub fn symbol(self) -> Option<&'l str> {
        match self {
            Self::Symbol(symbol) => Some(symbol),
            Self::NoMatch | Self::Undecided => None,
        }
    }
}

/// An ordered list of cases, each a check and a symbol: the first that holds classifies the record.
///
/// # Examples
/// ```
/// use probity::rules::{Check, Classified, DecisionList, Record};
/// let list = DecisionList::compile([
///     (Check::contains(["not good"]), "bad"),
///     (Check::contains(["good"]), "good"),
/// ])?;
/// let classify = |text| list.classify(&Record::new(text));
/// assert_eq!(classify("not good at all"), Classified::Symbol("bad"));
/// assert_eq!((classify("good"), classify("hm")), (Classified::Symbol("good"), Classified::NoMatch));
/// assert_eq!(list.classify(&Record::default()), Classified::Undecided);
/// # Ok::<(), probity::rules::RuleSetError>(())
/// ```
#[derive(Debug)]
pub struct DecisionList {
    rules: CompiledRules,
    symbols: Vec<String>,
}

impl DecisionList {
    /// Compiles a list of cases that look at the response of a record.
    ///
    /// # Errors
    /// As [`RuleSet::compile`]; case `i` is rule `i` there.
    pub fn compile<S: Into<String>>(
        cases: impl IntoIterator<Item = (Check, S)>,
    ) -> Result<Self, RuleSetError> {
        let (mut set, mut symbols) = (RuleSet::new("decision list", "1"), Vec::new());
        for (i, (check, symbol)) in cases.into_iter().enumerate() {
            // The rules of a compiled set are sorted by id, here in the order of the cases.
            set.rules.push(Rule::new(format!("{i:010}"), "", check));
            symbols.push(symbol.into());
        }
        Ok(Self { rules: set.compile()?, symbols })
    }

    /// The symbols of the cases, in their order.
    pub fn symbols(&self) -> impl ExactSizeIterator<Item = &str> {
        self.symbols.iter().map(String::as_str)
    }

    /// The symbol of the first case that holds.
    #[must_use]
    pub fn classify(&self, record: &Record<'_>) -> Classified<'_> {
        let mut evaluator = self.rules.evaluator();
        let outcomes = evaluator.evaluate(record);
        let first = outcomes
            .decisions()
            .zip(&self.symbols)
            .find(|((_, decision), _)| matches!(decision, Decision::Pass | Decision::Undecided));
        match first {
            Some(((_, Decision::Pass), symbol)) => Classified::Symbol(symbol),
            Some(_) => Classified::Undecided,
            None => Classified::NoMatch,
        }
    }
}
