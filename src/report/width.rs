//! How much room text takes: columns of a terminal, and parts of an em in a sans-serif font.

/// A character that takes its own place and nothing else: blanks for line ends, and a mark for what would steer the reader.
pub(super) fn harmless(c: char) -> char {
    match c {
        '\n' | '\t' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        // Bidirectional overrides reorder what stands after them.
        c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => '\u{fffd}',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c => c,
    }
}

/// Columns of a terminal that a character takes.
fn columns_of(c: char) -> usize {
    match c as u32 {
        // Combining marks, joiners and variation selectors.
        0x0300..=0x036f | 0x200b..=0x200f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f => 0,
        // Hangul, CJK, full-width forms, emoji.
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Columns of a terminal that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Width of a text in em. The figures are those of a wide sans-serif font, so that a narrower one fits too.
pub(super) fn ems(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | 'I' | ' ' => 0.34,
            'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' | '\\' | '!' => 0.42,
            'm' | 'w' | 'M' | 'W' | '%' | '…' | '—' | '→' => 1.0,
            '@' => 1.03,
            '+' | '=' | '<' | '>' | '~' | '#' | '^' | 'O' | 'Q' | 'G' => 0.84,
            // A whole sentence in one character.
            '\u{fdfa}'..='\u{fdfd}' => 10.0,
            c if c.is_ascii_uppercase() || c == '&' => 0.76,
            c if c.is_ascii() || !c.is_alphabetic() => 0.64 * columns_of(c) as f64,
            c if c.is_uppercase() => 0.95,
            c if columns_of(c) == 1 => 0.85,
            c => 0.64 * columns_of(c) as f64,
        })
        .sum()
}

/// How much wider a text is in bold, at most.
pub(super) const BOLD: f64 = 1.2;

/// The text without its middle if it is wider than `limit`: names often differ at either end.
fn shorten(text: &str, limit: f64, measure: impl Fn(&str) -> f64) -> String {
    if measure(text) <= limit {
        return text.to_string();
    }
    let chars: Vec<char> = text.chars().collect();
    // The greatest number of kept characters that fits, by bisection.
    let kept = |n: usize| -> String {
        let head = n.div_ceil(2);
        chars[..head].iter().chain(['…'].iter()).chain(&chars[chars.len() - (n - head)..]).collect()
    };
    let (mut low, mut high) = (0, chars.len().saturating_sub(1));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if measure(&kept(middle)) <= limit {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    kept(low)
}

/// Shortened to a number of terminal columns.
pub(super) fn shorten_columns(text: &str, limit: usize) -> String {
    shorten(text, limit as f64, |t| columns(t) as f64)
}

/// Shortened to a width in em.
pub(super) fn shorten_ems(text: &str, limit: f64) -> String {
    shorten(text, limit, ems)
}

/// The text in lines of at most `limit` columns, broken at spaces; a longer word keeps a line of its own.
pub(super) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > limit {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The text in lines of at most `limit` em, broken at spaces; a wider word is shortened.
pub(super) fn wrap_ems(text: &str, limit: f64) -> Vec<String> {
    let mut lines: Vec<(String, f64)> = Vec::new();
    for word in text.split_whitespace() {
        let wide = ems(word);
        match lines.last_mut() {
            Some((line, so_far)) if *so_far + ems(" ") + wide <= limit => {
                line.push(' ');
                line.push_str(word);
                *so_far += ems(" ") + wide;
            }
            _ => lines.push((word.to_string(), wide)),
        }
    }
    lines.into_iter().map(|(line, _)| shorten_ems(&line, limit)).collect()
}

/// As [`wrap_ems`], in at most `most` lines: what is too much is cut in the middle of the last.
pub(super) fn wrap_ems_to(text: &str, limit: f64, most: usize) -> Vec<String> {
    let mut lines = wrap_ems(text, limit);
    if lines.len() > most {
        // From the text itself, so that nothing is cut twice.
        let kept = lines.iter().take(most.saturating_sub(1));
        let words = kept.map(|line| line.split(' ').count()).sum();
        let rest: Vec<&str> = text.split_whitespace().skip(words).collect();
        lines.truncate(most.saturating_sub(1));
        lines.push(shorten_ems(&rest.join(" "), limit));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_name_keeps_both_ends_and_the_limit() {
        assert_eq!(shorten_columns("annotator-0001", 9), "anno…0001");
        assert_eq!(shorten_columns("ann", 3), "ann");
        assert_eq!(shorten_columns("annotator", 1), "…");
        assert_eq!(columns(&shorten_columns("評価者の名前はとても長い", 9)), 9);
        for limit in [0.5, 2.0, 5.0, 9.0] {
            assert!(ems(&shorten_ems("a rather long name of a rater", limit)) <= limit.max(1.0));
        }
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
        assert!(wrap(" ", 3).is_empty());
    }
}
