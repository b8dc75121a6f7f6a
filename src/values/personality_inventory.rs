use crate::error::{Error, Result};
use crate::values::{Inventory, Keying, ScaleScore};

/// A domain of the five-factor model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say what there is to say")]
pub enum PersonalityTrait {
    Agreeableness,
    Conscientiousness,
    Extraversion,
    Neuroticism,
    Openness,
}

impl PersonalityTrait {
    /// All of them, by letter.
    pub const ALL: [Self; 5] =
        [Self::Agreeableness, Self::Conscientiousness, Self::Extraversion, Self::Neuroticism, Self::Openness];

    /// Its letter.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Agreeableness => 'A',
            Self::Conscientiousness => 'C',
            Self::Extraversion => 'E',
            Self::Neuroticism => 'N',
            Self::Openness => 'O',
        }
    }

    /// The trait of that letter.
    #[must_use]
    pub fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.letter() == letter)
    }

    /// The names of its six facets.
    #[must_use]
    pub fn facets(self) -> [&'static str; 6] {
        match self {
            Self::Agreeableness => ["Trust", "Morality", "Altruism", "Cooperation", "Modesty", "Sympathy"],
            Self::Conscientiousness => [
                "Self-Efficacy",
                "Orderliness",
                "Dutifulness",
                "Achievement-Striving",
                "Self-Discipline",
                "Cautiousness",
            ],
            Self::Extraversion => [
                "Friendliness",
                "Gregariousness",
                "Assertiveness",
                "Activity Level",
                "Excitement-Seeking",
                "Cheerfulness",
            ],
            Self::Neuroticism => {
                ["Anxiety", "Anger", "Depression", "Self-Consciousness", "Immoderation", "Vulnerability"]
            }
            Self::Openness => [
                "Imagination",
                "Artistic Interests",
                "Emotionality",
                "Adventurousness",
                "Intellect",
                "Liberalism",
            ],
        }
    }
}

/// An item of the IPIP-NEO-300.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IpipItem {
    /// Its number, from 1 to 300.
    pub number: u16,
    /// Its domain.
    pub domain: PersonalityTrait,
    /// Its facet, from 1 to 6.
    pub facet: u8,
    /// Whether agreeing speaks against the trait.
    pub reversed: bool,
}

/// The key of one item of the IPIP-NEO-300; `None` for a number outside 1..=300.
///
/// Items go round the domains in the order N, E, O, A, C and through the facets every five.
///
/// # Examples
/// ```
/// use probity::values::{PersonalityTrait, ipip_item};
/// let item = ipip_item(99).unwrap();
/// assert_eq!((item.domain, item.facet, item.reversed), (PersonalityTrait::Agreeableness, 2, true));
/// assert_eq!((1..=300).filter(|&n| ipip_item(n).unwrap().reversed).count(), 148);
/// assert_eq!(ipip_item(0), None);
/// ```
#[must_use]
pub fn ipip_item(number: u16) -> Option<IpipItem> {
    const ROUND: [PersonalityTrait; 5] = [
        PersonalityTrait::Neuroticism,
        PersonalityTrait::Extraversion,
        PersonalityTrait::Openness,
        PersonalityTrait::Agreeableness,
        PersonalityTrait::Conscientiousness,
    ];
    let place = number.checked_sub(1).filter(|place| *place < 300)?;
    let domain = ROUND[usize::from(place % 5)];
    Some(IpipItem {
        number,
        domain,
        facet: (place / 5 % 6) as u8 + 1,
        reversed: REVERSED.binary_search(&number).is_ok(),
    })
}

/// The numbers of the 120 items of the IPIP-NEO-120, in its order.
#[must_use]
pub fn ipip_neo_120() -> &'static [u16; 120] {
    &SHORT
}

/// Scores on domains and facets. From [`ipip_scores`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IpipScores {
    /// By domain, in the order of [`PersonalityTrait::ALL`].
    pub domains: Vec<ScaleScore>,
    /// By facet (A1 to O6), six a domain.
    pub facets: Vec<ScaleScore>,
}

/// Scores answers (1 to 5, 5 for "very accurate") to items of the IPIP-NEO-300.
///
/// ```text
/// keyed = answer, or 6 − answer where agreeing speaks against the trait; mean over the answered items
/// ```
///
/// Answers come as (item number, answer); those of the IPIP-NEO-120 carry their numbers in the long form
/// ([`ipip_neo_120`]).
///
/// # Missing values
/// `None`, and items not given, are left out; a scale without an answer has no mean. The released files write 0 for a
/// missing answer: turn it into `None`.
///
/// # Source
/// Johnson 2014, public-domain items; Zhu et al. 2024, "Personality Alignment of Large Language Models"
/// (arXiv 2408.11779), whose released answers are **already keyed** ([`Keying::AlreadyKeyed`]): answers to items of one
/// facet with opposite signs correlate positively there.
///
/// # Errors
/// [`Error::Argument`] for a number outside 1..=300, one given twice, or an answer outside 1..=5.
///
/// # Examples
/// ```
/// use probity::values::{Keying, ipip_scores};
/// // Item 4 is "trust others", item 99 speaks against morality.
/// let answers = [(4, Some(5)), (99, Some(4)), (1, None)];
/// let scores = ipip_scores(&answers, Keying::Raw)?;
/// assert_eq!((scores.domains[0].name(), scores.domains[0].mean()), ("A", Some(3.5)));
/// assert_eq!((scores.facets[1].name(), scores.facets[1].mean()), ("A2", Some(2.0)));
/// assert_eq!(scores.domains[3].mean(), None);
/// assert!(ipip_scores(&[(301, Some(1))], Keying::Raw).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn ipip_scores(answers: &[(u16, Option<u8>)], keying: Keying) -> Result<IpipScores> {
    let mut of_item = vec![None; 300];
    let mut given = [false; 300];
    for &(number, answer) in answers {
        let place = usize::from(number).wrapping_sub(1);
        let Some(given) = given.get_mut(place).filter(|given| !**given) else {
            return Err(Error::argument("answers", "items 1..=300, each once", number));
        };
        *given = true;
        of_item[place] = answer;
    }
    let keyed = |of: PersonalityTrait, facet: Option<u8>| -> Vec<i32> {
        let items = (1..=300).filter_map(ipip_item);
        items
            .filter(|item| item.domain == of && facet.is_none_or(|facet| item.facet == facet))
            .map(|item| if item.reversed { -i32::from(item.number) } else { i32::from(item.number) })
            .collect()
    };
    let (mut domains, mut facets) = (Inventory::new((1, 5))?, Inventory::new((1, 5))?);
    for of in PersonalityTrait::ALL {
        domains = domains.scale(of.letter(), &keyed(of, None))?;
        for facet in 1..=6 {
            facets = facets.scale(format!("{}{facet}", of.letter()), &keyed(of, Some(facet)))?;
        }
    }
    Ok(IpipScores { domains: domains.score(&of_item, keying)?, facets: facets.score(&of_item, keying)? })
}

/// The Short Dark Triad: 27 items, answers from 1 to 5, three scales of nine items.
///
/// # Source
/// Jones and Paulhus 2014; used by Zhu et al. 2024 (arXiv 2408.11779). The reversed items (11, 15, 17, 20, 25) are from
/// memory of the published key.
///
/// # Errors
/// None: the data are valid.
///
/// # Examples
/// ```
/// use probity::values::{Keying, short_dark_triad};
/// let scores = short_dark_triad()?.score(&[Some(5); 27], Keying::Raw)?;
/// assert_eq!(scores[0].mean(), Some(5.0)); // machiavellianism has no reversed item
/// assert_eq!((scores[1].name(), scores[1].sum()), ("narcissism", 6 * 5 + 3));
/// assert_eq!(short_dark_triad()?.score(&[None; 27], Keying::Raw)?[2].mean(), None);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn short_dark_triad() -> Result<Inventory> {
    Inventory::new((1, 5))?
        .scale("machiavellianism", &[1, 2, 3, 4, 5, 6, 7, 8, 9])?
        .scale("narcissism", &[10, -11, 12, 13, 14, -15, 16, -17, 18])?
        .scale("psychopathy", &[19, -20, 21, 22, 23, 24, -25, 26, 27])
}

/// Items of the IPIP-NEO-300 for which agreeing speaks against the trait, sorted.
#[rustfmt::skip]
const REVERSED: [u16; 148] = [
    69, 99, 109, 118, 120, 129, 138, 139, 144, 148, 149, 150, 151, 152, 156, 157, 158, 159, 160, 162, 163,
    164, 165, 167, 168, 169, 171, 173, 174, 175, 176, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187,
    188, 189, 190, 192, 193, 194, 195, 196, 197, 198, 199, 201, 203, 204, 205, 206, 208, 209, 210, 211,
    212, 213, 214, 215, 216, 217, 218, 219, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231,
    233, 234, 235, 236, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253,
    254, 255, 256, 257, 258, 259, 260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 270, 271, 272, 273,
    274, 275, 276, 277, 278, 279, 280, 281, 282, 283, 284, 285, 286, 287, 288, 289, 290, 291, 292, 293,
    294, 295, 296, 297, 298, 299, 300,
];

#[rustfmt::skip]
static SHORT: [u16; 120] = [
    1, 2, 3, 4, 5, 6, 7, 8, 99, 40, 11, 12, 13, 74, 45, 76, 17, 18, 169, 50, 111, 22, 53, 144, 55, 26, 27,
    28, 29, 120, 31, 62, 33, 34, 35, 36, 37, 68, 159, 160, 41, 42, 43, 104, 105, 106, 47, 138, 199, 140,
    171, 52, 203, 174, 145, 56, 57, 58, 59, 150, 61, 212, 63, 64, 65, 126, 157, 188, 249, 190, 71, 132,
    223, 194, 165, 136, 77, 168, 229, 260, 201, 142, 233, 204, 205, 86, 147, 148, 149, 210, 91, 272, 93,
    184, 155, 216, 247, 218, 279, 220, 251, 162, 283, 284, 195, 256, 167, 288, 259, 290, 231, 172, 263,
    264, 265, 176, 177, 268, 239, 270,
];
