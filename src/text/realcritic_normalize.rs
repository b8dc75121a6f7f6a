use super::latex::{brace_argument, brace_fractions, is_word, replace, run, slash_to_fraction};
use super::number_words::words_to_number;

/// The units that the released code removes where they stand alone; each of them also with an `s` behind it. In the
/// code they are patterns, so that a dot stands for any character. The order matters.
const UNITS: &str = "\
    east|degree|mph|kmph|ft|m sqaure| m east|sq m|deg|mile|q .|monkey|prime|ratio|profit of rs|rd|\
    o|gm|p . m|lb|tile|per|dm|lt|gain|ab|way|west|a .|b .|c .|d .|e .|f .|g .|h .|t|a|h|no change|\
    men|soldier|pie|bc|excess|st|inches|noon|percent|by|gal|kmh|c|acre|rise|a . m|th|π r 2|sq|mark|\
    l|toy|coin|sq . m|gallon|° f|profit|minw|yr|women|feet|am|pm|hr|cu cm|square|v â € ™|are|rupee|\
    rounds|cubic|cc|mtr|s|ohm|number|kmph|day|hour|minute|min|second|man|woman|sec|cube|mt|sq inch|\
    mp|∏ cm ³|hectare|more|sec|unit|cu . m|cm 2|rs .|rs|kg|g|month|km|m|cm|mm|apple|liter|loss|\
    yard|pure|year|increase|decrease|d|less|Surface|litre|pi sq m|s .|metre|meter|inch";

/// An answer in the normal form of RealCritic: what [`math_equal`](super::math_equal) is meant to compare.
///
/// ```text
/// line breaks, final dots, \! gone            \tfrac, \dfrac → \frac        bmatrix, array → pmatrix
/// \left \right \{ \} without their backslash  \leq \geq \neq → \le \ge \ne  a final \text{…} gone
/// units gone (unless kept)                    degrees, $, % gone            number words → digits
/// \text{…} → …                                x= and the like gone          infinity → \infty
/// 12.000 → 12, .5 → 0.5                       k=3 → 3                       spaces gone
/// \sqrt2 → \sqrt{2}                           \frac12 → \frac{1}{2}         3/4 → \frac{3}{4}
/// ```
///
/// Units are removed as words from anywhere, so that letters which also name a unit (a, c, d, g, h, l, m, o, s, t) are
/// lost as variables: `x+a` becomes `x+`. The released code does that; minerva_math and carp_en keep their units.
///
/// # Source
/// Tang et al. 2025, "RealCritic: Towards Effectiveness-Driven Evaluation of Language Model Critiques" (arXiv
/// 2501.14492), released code. ASCII digits and word2number's words only.
///
/// # Complexity
/// Linear in the text, once for each unit.
///
/// # Examples
/// ```
/// use probity::text::realcritic_normalize;
/// assert_eq!(realcritic_normalize("5 miles", false), "5");
/// assert_eq!(realcritic_normalize(r"x=\dfrac12", false), r"\frac{1}{2}");
/// assert_eq!(realcritic_normalize("5 m", true), "5m");
/// assert_eq!(realcritic_normalize("", false), "");
/// ```
#[must_use]
pub fn realcritic_normalize(text: &str, keep_units: bool) -> String {
    let mut s = text.trim().to_owned();
    replace(&mut s, "\n", "");
    s.truncate(s.trim_end_matches('.').len());
    replace(&mut s, r"\!", "");
    s = replace_groups(&s, r"\begin{array}{", |_| r"\begin{pmatrix}");
    for (from, to) in [
        (r"\end{array}", r"\end{pmatrix}"),
        ("bmatrix", "pmatrix"),
        ("tfrac", "frac"),
        ("dfrac", "frac"),
        (r"\neq", r"\ne"),
        (r"\leq", r"\le"),
        (r"\geq", r"\ge"),
        (r"\left", ""),
        (r"\right", ""),
        (r"\{", "{"),
        (r"\}", "}"),
    ] {
        replace(&mut s, from, to);
    }
    if let Some(start) = s.find(r"\text{")
        && s.ends_with('}')
    {
        let before = s.get(..start).unwrap_or_default().trim();
        if !before.is_empty() {
            s = String::from(before);
        }
    }
    if !keep_units {
        remove_units(&mut s);
    }
    for gone in [r"^{\circ}", r"^\circ", r"\$", "$", r"\(", r"\)"] {
        replace(&mut s, gone, "");
    }
    s = words_to_number(&s).unwrap_or(s);
    s = replace_groups(&s, r"\text{", |content| content);
    for gone in ["x=", "y=", "z=", r"x\in", r"y\in", r"z\in", r"x\to", r"y\to", r"z\to"] {
        replace(&mut s, gone, "");
    }
    for (from, to) in [
        (r"\emptyset", "{}"),
        (r"(-\infty,\infty)", r"\mathbb{R}"),
        (r"\%", ""),
        ("%", ""),
        (" .", " 0."),
        ("{.", "{0."),
        ("infinity", r"\infty"),
    ] {
        replace(&mut s, from, to);
    }
    if !s.contains(r"\infty") {
        replace(&mut s, "inf", r"\infty");
    }
    for (from, to) in [(r"+\inity", r"\infty"), ("and", ""), (r"\mathbf", "")] {
        replace(&mut s, from, to);
    }
    s = replace_groups(&s, r"\mbox{", |_| "");
    if !s.contains('i') {
        replace(&mut s, "j", "i");
    }
    s = drop_zero_decimals(&s);
    if s.starts_with('.') {
        s.insert(0, '0');
    }
    if let Some((name, value)) = s.split_once('=')
        && !value.contains('=')
        && name.chars().nth(2).is_none()
    {
        s = String::from(value);
    }
    s = brace_argument(&s, r"\sqrt", |behind| run(behind, is_word));
    replace(&mut s, " ", "");
    slash_to_fraction(&brace_fractions(&s))
}

/// Every `open`, content up to the next closing brace, and that brace, become what `by` makes of the content.
fn replace_groups(text: &str, open: &str, by: impl Fn(&str) -> &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(open) {
        let Some((content, after)) = behind.split_once('}') else { break };
        out.push_str(before);
        out.push_str(by(content));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn remove_units(s: &mut String) {
    // Most answers hold few letters, and no unit with another one can be in them.
    let mut present = [false; 256];
    s.bytes().for_each(|byte| present[usize::from(byte)] = true);
    for plural in ["", "s", "", "s"] {
        for unit in UNITS.split('|') {
            let letters = unit.bytes().chain(plural.bytes()).filter(|byte| *byte != b'.');
            if letters.into_iter().all(|byte| present[usize::from(byte)]) {
                remove_unit(s, unit, plural);
            }
        }
    }
}

/// Removes `unit` + `plural` wherever no character of a word stands next to it, unless nothing else is there. What
/// stands next to a removed unit cannot stand next to another one in the same round.
fn remove_unit(s: &mut String, unit: &str, plural: &str) {
    let (head, tail) = unit.split_once('.').unwrap_or((unit, ""));
    let any_character = head.len() < unit.len();
    // The end of the unit that starts at `start`.
    let end = |start: usize| -> Option<usize> {
        let mut at = start + head.len();
        if any_character {
            at += s.get(at..)?.chars().next()?.len_utf8();
        }
        let rest = s.get(at..)?.strip_prefix(tail)?.strip_prefix(plural)?;
        Some(s.len() - rest.len())
    };
    let mut out = String::new();
    let (mut copied, mut free) = (0, 0);
    for (start, _) in s.match_indices(head) {
        let before = s.get(free..start).and_then(|gap| gap.chars().next_back());
        let at_border = before.is_some_and(|c| !is_word(c)) || start == 0;
        let Some(end) = end(start).filter(|_| at_border && start >= free) else { continue };
        let after = s.get(end..).and_then(|rest| rest.chars().next());
        if after.is_some_and(is_word) {
            continue;
        }
        out.push_str(s.get(copied..start).unwrap_or_default());
        copied = end;
        free = end + after.map_or(0, char::len_utf8);
    }
    if copied == 0 {
        return;
    }
    out.push_str(s.get(copied..).unwrap_or_default());
    if !out.is_empty() {
        *s = out;
    }
}

/// `12.` and `12.000` lose what is behind the digits unless another digit follows.
fn drop_zero_decimals(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('.') {
        out.push_str(before);
        let tail = behind.trim_start_matches('0');
        match tail.chars().next() {
            Some(after) if before.ends_with(is_digit) && !is_digit(after) => {
                // The character behind the zeros is part of what was matched, so it begins nothing new.
                out.push(after);
                rest = tail.get(after.len_utf8()..).unwrap_or_default();
            }
            _ => {
                out.push('.');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    if let Some(whole) = out.trim_end_matches('0').strip_suffix('.')
        && whole.ends_with(is_digit)
    {
        out.truncate(whole.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_stand_alone() {
        for (text, expected) in [
            ("5 cm", "5"),
            ("5 apples", "5"),
            ("m", "m"),
            ("5cm", "5cm"),
            ("12 m m", "12"),
            ("x+a", "x+"),
            ("3 north", "3north"),
        ] {
            assert_eq!(realcritic_normalize(text, false), expected, "{text}");
        }
    }

    #[test]
    fn zero_decimals_go() {
        for (text, expected) in [
            ("12.000", "12"),
            ("12.", "12"),
            ("1.0x", "1x"),
            ("1.05", "1.05"),
            ("1.0.0", "1"),
            ("(1.0,2.50)", "(1,2.50)"),
            (".5", ".5"),
        ] {
            assert_eq!(drop_zero_decimals(text), expected, "{text}");
        }
    }

    #[test]
    fn normal_forms() {
        for (text, expected) in [
            (r"\left\{1,2\right\}", "{1,2}"),
            (r"\begin{array}{cc}1\end{array}", r"\begin{pmatrix}1\end{pmatrix}"),
            (r"90^{\circ}", "90"),
            ("twenty-one", "21"),
            (r"k=3", "3"),
            (r"f(x)=3", "f(x)=3"),
            (r"\text{yes}", "yes"),
            (r"\frac12\sqrt3", r"\frac{1}{2}\sqrt{3}"),
            ("-3/4", r"\frac{-3}{4}"),
            ("inf", r"\infty"),
            ("3j", "3i"),
        ] {
            assert_eq!(realcritic_normalize(text, false), expected, "{text}");
        }
    }
}
