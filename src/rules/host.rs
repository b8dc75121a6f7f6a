use crate::rules::record::Record;
use crate::rules::verdict::Decision;

/// A check of the host program's own: a classifier, a look-up, whatever it can decide from a record.
///
/// It is registered by name with [`RuleSet::compile_with`](crate::rules::RuleSet::compile_with), and rules refer to it by
/// `{"host": "name"}`. Any function of a record and the text in question is one.
pub trait HostCheck: Send + Sync {
    /// Decides about a record; `text` is the field that the rule looks at, `None` if the record lacks it.
    ///
    /// # Errors
    /// What kept it from deciding. The rule is then undecided, not failed, and the verdict carries the message.
    fn check(&self, record: &Record<'_>, text: Option<&str>) -> Result<Decision, String>;
}

impl<F> HostCheck for F
where
    F: Fn(&Record<'_>, Option<&str>) -> Result<Decision, String> + Send + Sync,
{
    fn check(&self, record: &Record<'_>, text: Option<&str>) -> Result<Decision, String> {
        self(record, text)
    }
}
