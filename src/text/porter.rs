/// What the extended stemmer knows by heart: the word and its stem.
const IRREGULAR: [(&str, &str); 16] = [
    ("sky", "sky"),
    ("skies", "sky"),
    ("dying", "die"),
    ("lying", "lie"),
    ("tying", "tie"),
    ("news", "news"),
    ("innings", "inning"),
    ("inning", "inning"),
    ("outings", "outing"),
    ("outing", "outing"),
    ("cannings", "canning"),
    ("canning", "canning"),
    ("howe", "howe"),
    ("proceed", "proceed"),
    ("exceed", "exceed"),
    ("succeed", "succeed"),
];

const STEP_2: [(&str, &str); 21] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("fulli", "ful"),
];

const STEP_3: [(&str, &str); 7] = [
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
];

const STEP_4: [&str; 19] = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism",
    "ate", "iti", "ous", "ive", "ize",
];

/// The stem of an English word: what its endings leave, often no word itself.
///
/// # Source
/// Porter 1980, "An algorithm for suffix stripping", with the extensions of NLTK's `PorterStemmer` (its default mode),
/// which `rouge_score` and METEOR use.
///
/// # Complexity
/// Linear in the word.
///
/// # Examples
/// ```
/// use probity::text::porter_stem;
/// assert_eq!(["Relational", "hopping", "dies", "flies"].map(porter_stem), ["relat", "hop", "die", "fli"]);
/// assert_eq!(["is", "", "geologic"].map(porter_stem), ["is", "", "geolog"]);
/// ```
#[must_use]
pub fn porter_stem(word: &str) -> String {
    let word = word.to_lowercase();
    if let Some((_, stem)) = IRREGULAR.iter().find(|(irregular, _)| *irregular == word) {
        return (*stem).to_string();
    }
    let word: Vec<char> = word.chars().collect();
    if word.len() <= 2 {
        return word.into_iter().collect();
    }
    let steps = [plural, past, final_y, double_suffix, suffix, bare_suffix, final_e, final_l];
    steps.into_iter().fold(word, |word, step| step(word)).into_iter().collect()
}

type Word = Vec<char>;

/// What stands before an ending, if the word has it.
fn before<'a>(word: &'a [char], ending: &str) -> Option<&'a [char]> {
    let start = word.len().checked_sub(ending.len())?;
    let (stem, end) = word.split_at(start);
    end.iter().copied().eq(ending.chars()).then_some(stem)
}

fn with(stem: &[char], ending: &str) -> Word {
    stem.iter().copied().chain(ending.chars()).collect()
}

/// Whether each letter is a consonant: a y after a consonant is a vowel.
fn consonants(word: &[char]) -> Vec<bool> {
    let mut kinds = Vec::with_capacity(word.len());
    for &letter in word {
        kinds.push(match letter {
            'a' | 'e' | 'i' | 'o' | 'u' => false,
            'y' => !kinds.last().copied().unwrap_or(false),
            _ => true,
        });
    }
    kinds
}

/// How often a run of vowels is followed by consonants.
fn measure(stem: &[char]) -> usize {
    consonants(stem).windows(2).filter(|pair| matches!(pair, [false, true])).count()
}

fn has_vowel(stem: &[char]) -> bool {
    consonants(stem).contains(&false)
}

fn ends_double_consonant(word: &[char]) -> bool {
    matches!(word, [.., a, b] if a == b) && consonants(word).last() == Some(&true)
}

/// Consonant, vowel, consonant other than w, x, y at the end; or a word of one vowel and one consonant.
fn ends_cvc(word: &[char]) -> bool {
    let short = !matches!(word.last(), Some('w' | 'x' | 'y'));
    match consonants(word)[..] {
        [false, true] => true,
        [.., true, false, true] => short,
        _ => false,
    }
}

fn plural(word: Word) -> Word {
    if word.len() == 4
        && let Some(stem) = before(&word, "ies")
    {
        return with(stem, "ie");
    }
    let rules = [("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")];
    rules.iter().find_map(|(ending, new)| before(&word, ending).map(|stem| with(stem, new))).unwrap_or(word)
}

fn past(word: Word) -> Word {
    if let Some(stem) = before(&word, "ied") {
        return with(stem, if word.len() == 4 { "ie" } else { "i" });
    }
    if let Some(stem) = before(&word, "eed") {
        return if measure(stem) > 0 { with(stem, "ee") } else { word };
    }
    let stem = ["ed", "ing"].into_iter().find_map(|end| before(&word, end).filter(|stem| has_vowel(stem)));
    let Some(stem) = stem else { return word };
    if ["at", "bl", "iz"].into_iter().any(|ending| before(stem, ending).is_some()) {
        return with(stem, "e");
    }
    if ends_double_consonant(stem) {
        let keep = matches!(stem.last(), Some('l' | 's' | 'z'));
        return stem[..stem.len() - usize::from(!keep)].to_vec();
    }
    with(stem, if measure(stem) == 1 && ends_cvc(stem) { "e" } else { "" })
}

fn final_y(word: Word) -> Word {
    match before(&word, "y") {
        Some(stem) if stem.len() > 1 && consonants(stem).last() == Some(&true) => with(stem, "i"),
        _ => word,
    }
}

fn double_suffix(word: Word) -> Word {
    if let Some(stem) = before(&word, "alli").filter(|stem| measure(stem) > 0) {
        return double_suffix(with(stem, "al"));
    }
    let first = STEP_2.iter().find_map(|(ending, new)| before(&word, ending).map(|stem| (stem, new)));
    match first {
        Some((stem, new)) if measure(stem) > 0 => with(stem, new),
        Some(_) => word,
        // The l belongs to the stem, so that those of "geologi" and "theologi" are long enough.
        None => match before(&word, "ogi") {
            Some(stem) if stem.last() == Some(&'l') && measure(stem) > 0 => with(stem, "og"),
            _ => word,
        },
    }
}

fn suffix(word: Word) -> Word {
    let first = STEP_3.iter().find_map(|(ending, new)| before(&word, ending).map(|stem| (stem, new)));
    match first {
        Some((stem, new)) if measure(stem) > 0 => with(stem, new),
        _ => word,
    }
}

fn bare_suffix(word: Word) -> Word {
    let first = STEP_4.iter().find_map(|ending| before(&word, ending).map(|stem| (stem, *ending)));
    match first {
        Some((stem, "ion")) if !matches!(stem.last(), Some('s' | 't')) => word,
        Some((stem, _)) if measure(stem) > 1 => stem.to_vec(),
        _ => word,
    }
}

fn final_e(word: Word) -> Word {
    match before(&word, "e") {
        Some(stem) if measure(stem) > 1 || (measure(stem) == 1 && !ends_cvc(stem)) => stem.to_vec(),
        _ => word,
    }
}

fn final_l(word: Word) -> Word {
    match before(&word, "l") {
        Some(stem) if stem.last() == Some(&'l') && measure(stem) > 1 => stem.to_vec(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::porter_stem;

    /// A word for every rule, from Porter's paper and NLTK's extensions; stems by NLTK 3.9.
    #[test]
    fn every_rule() {
        for (word, stem) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("dies", "die"),
            ("cats", "cat"),
            ("agreed", "agre"),
            ("feed", "feed"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("troubled", "troubl"),
            ("sized", "size"),
            ("hopping", "hop"),
            ("tanned", "tan"),
            ("falling", "fall"),
            ("hissing", "hiss"),
            ("fizzed", "fizz"),
            ("failing", "fail"),
            ("filing", "file"),
            ("spied", "spi"),
            ("tied", "tie"),
            ("happy", "happi"),
            ("enjoy", "enjoy"),
            ("conditional", "condit"),
            ("valenci", "valenc"),
            ("digitizer", "digit"),
            ("radicalli", "radic"),
            ("rationally", "ration"),
            ("conformabli", "conform"),
            ("vietnamization", "vietnam"),
            ("formaliti", "formal"),
            ("sensibiliti", "sensibl"),
            ("hopefulli", "hope"),
            ("geologi", "geolog"),
            ("triplicate", "triplic"),
            ("formalize", "formal"),
            ("electrical", "electr"),
            ("goodness", "good"),
            ("revival", "reviv"),
            ("adjustment", "adjust"),
            ("replacement", "replac"),
            ("dependent", "depend"),
            ("adoption", "adopt"),
            ("region", "region"),
            ("effective", "effect"),
            ("probate", "probat"),
            ("rate", "rate"),
            ("cease", "ceas"),
            ("controll", "control"),
            ("roll", "roll"),
            ("skies", "sky"),
            ("innings", "inning"),
            ("proceed", "proceed"),
        ] {
            assert_eq!(porter_stem(word), stem, "{word}");
        }
    }
}
