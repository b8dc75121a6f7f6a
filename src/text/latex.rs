//! What several profiles do to LaTeX in the same way.

/// The text up to the brace that closes a group, from just behind the brace that opens it.
pub(super) fn group(behind_open: &str) -> Option<&str> {
    let mut depth = 1usize;
    for (i, byte) in behind_open.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return behind_open.get(..i),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Replaces in place, without a copy where there is nothing to replace.
pub(super) fn replace(s: &mut String, from: &str, to: &str) {
    if s.contains(from) {
        *s = s.replace(from, to);
    }
}

/// `\frac12` and `\frac1{72}` with braces around the single characters. As it is if a fraction lacks an argument.
pub(super) fn brace_fractions(text: &str) -> String {
    let mut parts = text.split(r"\frac");
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(r"\frac");
        if part.starts_with('{') {
            out.push_str(part);
            continue;
        }
        let mut rest = part.chars();
        let (Some(numerator), Some(denominator)) = (rest.next(), rest.next()) else {
            return text.to_owned();
        };
        out.extend(['{', numerator, '}']);
        if denominator == '{' {
            out.push('{');
        } else {
            out.extend(['{', denominator, '}']);
        }
        out.push_str(rest.as_str());
    }
    out
}

/// `a/b` as `\frac{a}{b}` if it is all there is and both are whole numbers or hold a `sqrt`.
pub(super) fn slash_to_fraction(text: &str) -> String {
    let part = |part: &str| part.contains("sqrt") || is_canonical_integer(part);
    match text.split_once('/') {
        Some((a, b)) if !b.contains('/') && part(a) && part(b) => format!(r"\frac{{{a}}}{{{b}}}"),
        _ => text.to_owned(),
    }
}

/// Whether a text is how a whole number is printed: no leading zeros, no plus, no `-0`.
fn is_canonical_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let zero = digits == "0" && digits.len() == text.len();
    zero || !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Each `command` directly followed by characters of an argument gets braces around them: `\sqrt3` is `\sqrt{3}`.
///
/// `argument` says how many bytes behind the command belong to its argument.
pub(super) fn brace_argument(text: &str, command: &str, argument: impl Fn(&str) -> usize) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(command) {
        out.push_str(before);
        out.push_str(command);
        let (inside, after) = behind.split_at_checked(argument(behind)).unwrap_or(("", behind));
        if !inside.is_empty() {
            out.push('{');
            out.push_str(inside);
            out.push('}');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Bytes at the start of a text whose characters all pass.
pub(super) fn run(text: &str, pass: impl Fn(char) -> bool) -> usize {
    text.len() - text.trim_start_matches(pass).len()
}

/// A character of a word: letter, digit or underscore.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The last of the letters A to E that stands alone in a text, whatever its case; the first one on request.
pub(super) fn choice(text: &str, first: bool) -> Option<char> {
    let mut found = None;
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let upper = c.to_ascii_uppercase();
        let alone = |neighbour: Option<char>| !neighbour.is_some_and(is_word);
        if ('A'..='E').contains(&upper) && alone(before) && alone(chars.peek().copied()) {
            found = Some(upper);
            if first {
                break;
            }
        }
        before = Some(c);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_get_braces() {
        assert_eq!(brace_fractions(r"\frac12+\frac1{72}"), r"\frac{1}{2}+\frac{1}{72}");
        assert_eq!(brace_fractions(r"\frac{1}{2}\fracé"), r"\frac{1}{2}\fracé");
        assert_eq!(slash_to_fraction("-3/4"), r"\frac{-3}{4}");
        assert_eq!(slash_to_fraction(r"\sqrt{2}/2"), r"\frac{\sqrt{2}}{2}");
        for kept in ["03/4", "1/2/3", "x/2", "1/", "-0/2", "+1/2"] {
            assert_eq!(slash_to_fraction(kept), kept);
        }
    }

    #[test]
    fn groups_and_arguments() {
        assert_eq!(group("a{b}c}d"), Some("a{b}c"));
        assert_eq!(group("a{b}"), None);
        let word = |behind: &str| run(behind, is_word);
        assert_eq!(brace_argument(r"2\sqrt3+\sqrt{é}", r"\sqrt", word), r"2\sqrt{3}+\sqrt{é}");
    }

    #[test]
    fn choices_stand_alone() {
        assert_eq!(choice("a Bad (c)", false), Some('C'));
        assert_eq!(choice("a Bad (c)", true), Some('A'));
        assert_eq!(choice("Bad_E éA", false), None);
    }
}
