// Does the text keep my rules?
use probity::rules::{Check, Record, Rule, RuleSet, RuleSetError};

pub fn answer() -> Result<String, RuleSetError> {
    let rules = RuleSet::new("help-desk", "1")
        .with(Rule::new("no-numbers", "Give no phone numbers.", Check::regex(r"\d{3}-\d{4}")).forbidding())
        .with(Rule::new("apologise", "Say sorry.", Check::contains(["sorry", "apologise"])))
        .compile()?;

    let mut lines = Vec::new();
    for text in ["I am sorry. Call 555-0100.", "I am sorry. Write to us."] {
        let verdict = rules.judge(&Record::new(text));
        lines.push(format!("{text} {:?}", verdict.decision));
        for reason in &verdict.reasons {
            let (start, end) = reason.span.unwrap_or_default();
            lines.push(format!("  {}: {}", reason.rule, &text[start..end]));
        }
    }
    Ok(lines.join("\n"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
