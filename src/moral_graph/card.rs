use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A value on a card: what somebody pays attention to when they choose well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueCard {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub title: String,
    /// Attentional policies, each a noun in capitals and what about it (`MOMENTS where a person ..`).
    pub policies: Vec<String>,
    /// What a model should do that lives by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Where an embedding model places [`embedding_text`](Self::embedding_text).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Vec<f64>>,
}

impl ValueCard {
    /// A card without instructions and embedding.
    #[must_use]
    pub fn new(id: u32, title: impl Into<String>, policies: Vec<String>) -> Self {
        Self { id, title: title.into(), policies, instructions: None, embedding: None }
    }

    /// The text that is embedded: the policies, sorted, a line each. The order of policies and the title do not matter.
    ///
    /// # Examples
    /// ```
    /// use probity::moral_graph::ValueCard;
    /// let card = ValueCard::new(1, "Honesty", vec!["WORDS that are plain".into(), "FACTS as they are".into()]);
    /// assert_eq!(card.embedding_text(), "FACTS as they are\nWORDS that are plain");
    /// assert_eq!(ValueCard::new(1, "", vec![]).embedding_text(), "");
    /// ```
    #[must_use]
    pub fn embedding_text(&self) -> String {
        let mut policies: Vec<&str> = self.policies.iter().map(String::as_str).collect();
        policies.sort_unstable();
        policies.join("\n")
    }
}

/// A question put to participants, with the contexts that bear on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// What somebody asks a model.
    pub question: String,
    /// Contexts by number; a context may belong to several cases.
    pub contexts: Vec<u32>,
}

/// The names behind the numbers: cards, contexts and cases.
///
/// # Examples
/// ```
/// use probity::moral_graph::{Case, Catalogue, ValueCard};
/// let card = ValueCard::new(7, "Find Wise Mentors", vec!["MENTORS who have been there".into()]);
/// let case = |context| Case { id: "parenting".into(), question: "..".into(), contexts: vec![context] };
/// let catalogue = Catalogue::new(vec![card.clone()], vec!["When in distress".into()], vec![case(0)])?;
/// assert_eq!((catalogue.title(7), catalogue.context(0)), ("Find Wise Mentors".into(), "When in distress".into()));
/// assert_eq!((catalogue.title(8), catalogue.context(1)), ("value 8".into(), "context 1".into()));
/// assert_eq!(catalogue.case("parenting").map(|case| case.contexts.as_slice()), Some(&[0][..]));
/// assert!(Catalogue::new(vec![card.clone(), card], vec![], vec![]).is_err());
/// assert!(Catalogue::new(vec![], vec![], vec![case(3)]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalogue {
    cards: BTreeMap<u32, ValueCard>,
    contexts: Vec<String>,
    cases: Vec<Case>,
}

impl Catalogue {
    /// From cards, the contexts in the order of their numbers, and cases.
    ///
    /// # Errors
    /// [`Error::Argument`] for a card or case that occurs twice; [`Error::Index`] for a case's context that does not
    /// exist.
    pub fn new(cards: Vec<ValueCard>, contexts: Vec<String>, cases: Vec<Case>) -> Result<Self> {
        let mut catalogue = Self { contexts, ..Self::default() };
        for card in cards {
            if let Some(first) = catalogue.cards.insert(card.id, card) {
                let found = format!("{} ({:?}) twice", first.id, first.title);
                return Err(Error::argument("cards", "each number once", found));
            }
        }
        for case in &cases {
            let len = catalogue.contexts.len();
            if let Some(index) = case.contexts.iter().map(|&c| c as usize).find(|&c| c >= len) {
                return Err(Error::Index { what: "context", index, len });
            }
        }
        let mut ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::argument("cases", "each name once", format!("{:?} twice", pair[0])));
        }
        catalogue.cases = cases;
        Ok(catalogue)
    }

    /// A card.
    #[must_use]
    pub fn card(&self, value: u32) -> Option<&ValueCard> {
        self.cards.get(&value)
    }

    /// All cards in ascending order.
    pub fn cards(&self) -> impl Iterator<Item = &ValueCard> {
        self.cards.values()
    }

    /// The names of the contexts.
    #[must_use]
    pub fn contexts(&self) -> &[String] {
        &self.contexts
    }

    /// A case.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }

    /// The title of a value, or its number.
    #[must_use]
    pub fn title(&self, value: u32) -> Cow<'_, str> {
        self.cards.get(&value).map_or_else(|| format!("value {value}").into(), |card| (&card.title).into())
    }

    /// The name of a context, or its number.
    #[must_use]
    pub fn context(&self, context: u32) -> Cow<'_, str> {
        self.contexts.get(context as usize).map_or_else(|| format!("context {context}").into(), Into::into)
    }
}
