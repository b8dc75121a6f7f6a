use crate::rules::rule::RESPONSE;

/// What a judge said, recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer<'a> {
    /// A label.
    Label(&'a str),
    /// A score.
    Score(f64),
}

/// What a rule is checked against: texts, tags, and the recorded answers of judges.
///
/// A name that is given twice has its last value.
///
/// # Examples
/// ```
/// use probity::rules::{Answer, Record};
/// let record = Record::new("It is four.").with_field("prompt", "2 + 2?").with_tag("maths")
///     .with_answer("helpful", Answer::Label("yes"));
/// assert_eq!(record.field("prompt"), Some("2 + 2?"));
/// assert_eq!((record.field("source"), record.has_tag("law")), (None, false));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record<'a> {
    fields: Vec<(&'a str, &'a str)>,
    tags: Vec<&'a str>,
    answers: Vec<(&'a str, Answer<'a>)>,
}

impl<'a> Record<'a> {
    /// A record with a response.
    #[must_use]
    pub fn new(response: &'a str) -> Self {
        Self::default().with_field(RESPONSE, response)
    }

    /// Adds a text.
    #[must_use]
    pub fn with_field(mut self, name: &'a str, text: &'a str) -> Self {
        self.fields.push((name, text));
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn with_tag(mut self, tag: &'a str) -> Self {
        self.tags.push(tag);
        self
    }

    /// Adds an answer of a judge.
    #[must_use]
    pub fn with_answer(mut self, judge: &'a str, answer: Answer<'a>) -> Self {
        self.answers.push((judge, answer));
        self
    }

    /// A text.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'a str> {
        self.fields.iter().rev().find(|(n, _)| *n == name).map(|(_, text)| *text)
    }

    /// Whether it has a tag.
    #[must_use]
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.contains(&tag)
    }

    /// A judge's answer.
    #[must_use]
    pub fn answer(&self, judge: &str) -> Option<Answer<'a>> {
        self.answers.iter().rev().find(|(n, _)| *n == judge).map(|(_, answer)| *answer)
    }
}
