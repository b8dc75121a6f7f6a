/// The words and marks of a text, in order.
///
/// A word is a longest run of letters and digits; an apostrophe (straight or curly) or a hyphen between two of them
/// belongs to it. Every other character that is not white space is a token of its own.
///
/// Case is kept. It is a plain tokenizer for figures on tokens where the caller has none of their own: a figure printed
/// in a paper holds for that paper's tokenizer.
///
/// # Complexity
/// Linear in the text.
///
/// # Examples
/// ```
/// use probity::text::word_tokens;
/// let tokens: Vec<_> = word_tokens("He didn't go (well-known).").collect();
/// assert_eq!(tokens, ["He", "didn't", "go", "(", "well-known", ")", "."]);
/// assert_eq!(word_tokens(" \n").count(), 0);
/// ```
pub fn word_tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = if first.is_alphanumeric() { word_end(rest) } else { first.len_utf8() };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

/// Where the word that a text starts with ends.
fn word_end(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins =
            matches!(c, '\'' | '’' | '-') && chars.peek().is_some_and(|next| next.1.is_alphanumeric());
        if !c.is_alphanumeric() && !joins {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

/// The sentences of a text, without the white space around them.
///
/// A sentence ends after `.`, `!` or `?` (with the quotes and brackets that close behind it) where white space or the
/// text's end follows, and at an empty line. Abbreviations are not known: "Dr. Who" is two.
///
/// # Complexity
/// Linear in the text.
///
/// # Examples
/// ```
/// use probity::text::sentences;
/// assert_eq!(sentences("Is it 3.5? (Yes.) So be it"), ["Is it 3.5?", "(Yes.)", "So be it"]);
/// assert!(sentences(" \n\n").is_empty());
/// ```
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    // Whether a mark that ends a sentence stands before, with nothing but what closes behind it.
    let mut ended = false;
    let mut breaks = 0;
    for (at, c) in text.char_indices() {
        breaks = if c == '\n' {
            breaks + 1
        } else if c.is_whitespace() {
            breaks
        } else {
            0
        };
        if c.is_whitespace() && (ended || breaks > 1) {
            found.push(&text[start..at]);
            (start, ended) = (at, false);
        }
        ended = matches!(c, '.' | '!' | '?')
            || ended && matches!(c, '"' | '\'' | '”' | '’' | ')' | ']' | '»' | '*');
    }
    found.push(&text[start..]);
    found.into_iter().map(str::trim).filter(|sentence| !sentence.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_many_scripts() {
        let tokens = |text| word_tokens(text).collect::<Vec<_>>();
        assert_eq!(tokens("l’été—'quoted' 3.5%"), ["l’été", "—", "'", "quoted", "'", "3", ".", "5", "%"]);
        assert_eq!(tokens("a- -b a--b"), ["a", "-", "-", "b", "a", "-", "-", "b"]);
        assert_eq!(tokens("日本 🙂"), ["日本", "🙂"]);
    }

    #[test]
    fn sentences_end_where_they_do() {
        assert_eq!(sentences("One\n\nTwo\nstill two."), ["One", "Two\nstill two."]);
        assert_eq!(sentences("He said \"no.\" Then..."), ["He said \"no.\"", "Then..."]);
        assert_eq!(sentences("Wait!? Now"), ["Wait!?", "Now"]);
    }
}
