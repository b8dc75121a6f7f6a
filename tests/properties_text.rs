//! Answer extraction and equality on any text: they end, they do not panic, and they hold what equality promises.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::hint::black_box;

use probity::text::MathCritiqueDataset::{Gsm8k, Math};
use probity::text::{
    Equality, SclVariant, math_equal, mathcritique_compare, mathcritique_extract_response, qualified_verdict,
    realcritic_extract_answer, realcritic_normalize, scl_extract_answer,
};
use proptest::prelude::*;

/// Calls everything that reads a text; what comes out is checked by the properties below.
fn read_every_way(text: &str) {
    for dataset in ["gsm8k", "gpqa", "mmlu_stem"] {
        black_box(realcritic_extract_answer(text, dataset));
    }
    black_box(realcritic_normalize(text, false));
    black_box(qualified_verdict(text));
    for dataset in [Gsm8k, Math] {
        black_box(mathcritique_compare(text, text, dataset));
    }
    for variant in [SclVariant::Inference, SclVariant::Construction] {
        black_box(scl_extract_answer(text, variant));
    }
    black_box(math_equal(text, "(1,2)"));
    black_box(math_equal("x", text));
}

/// Texts made of the pieces that the profiles look for.
fn answers() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "1",
        "12",
        ".",
        ",",
        "0",
        "x",
        "y",
        "e",
        "i",
        "A",
        "(B)",
        "+",
        "-",
        "*",
        "/",
        "=",
        "^",
        "_",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\\",
        r"\\",
        "&",
        "%",
        "$",
        " ",
        "\n",
        "#",
        "##",
        "é",
        "°",
        r"\frac",
        r"\sqrt",
        r"\sin",
        r"\log",
        r"\pi",
        r"\text{",
        r"\boxed{",
        r"\begin{pmatrix}",
        r"\end{pmatrix}",
        "The answer is",
        "final answer is $",
        "$. I hope",
        "choice is",
        "#### ",
        "five",
        "hundred",
        "point",
        "cm",
        "!",
        "'",
        "Qualified",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Plain expressions that every reader knows, as (text, value).
fn expression() -> impl Strategy<Value = (String, f64)> {
    let leaf = (1u32..50).prop_map(|n| (n.to_string(), f64::from(n)));
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|((a, x), (b, y))| (format!("({a}+{b})"), x + y)),
            (inner.clone(), inner.clone())
                .prop_map(|((a, x), (b, y))| (format!("{{{a}}}\\cdot({b})"), x * y)),
            (inner.clone(), inner.clone())
                .prop_map(|((a, x), (b, y))| (format!("\\frac{{{a}}}{{{b}}}"), x / y)),
            inner.prop_map(|(a, x)| (format!("\\sqrt{{{a}}}"), x.sqrt())),
        ]
    })
}

#[test]
fn a_megabyte_of_anything_ends() {
    for unit in [
        "(", "[", "{", "}", "\\", "9", "1,", "-", ".", "##", "## ", "^", "x_", "=", "&", "a ", "f(", "'",
        "!", "\n", r"\frac", r"\sqrt", r"\text{", r"\boxed{", "#### ", "é", "(1,", ".0",
    ] {
        let text = unit.repeat(1_000_000 / unit.len());
        black_box(realcritic_extract_answer(&text, "gsm8k"));
        black_box(realcritic_extract_answer(&text, "mmlu_stem"));
        black_box(mathcritique_compare(&text, &text, Math));
        black_box(scl_extract_answer(&text, SclVariant::Construction));
        black_box(math_equal(&text, &format!("{text}1{}", ")".repeat(text.len()))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_can_be_read(text in any::<String>(), other in answers()) {
        read_every_way(&text);
        read_every_way(&other);
        black_box(math_equal(&text, &other));
    }

    #[test]
    fn equality_is_reflexive(text in any::<String>(), other in answers()) {
        prop_assert_eq!(math_equal(&text, &text), Equality::Equal);
        prop_assert_eq!(math_equal(&other, &other), Equality::Equal);
        let padded = format!("  {other} ");
        prop_assert_eq!(math_equal(&padded, &other), Equality::Equal);
    }

    #[test]
    fn normal_forms_hold_no_spaces_or_lines(text in answers()) {
        let normal = realcritic_normalize(&text, false);
        prop_assert!(!normal.contains(' ') && !normal.contains('\n'), "{:?}", normal);
    }

    #[test]
    fn a_boxed_number_is_found(n in 0u32..1_000_000, before in "[a-z ]{0,20}") {
        let text = format!("{before} \\boxed{{{n}}}.");
        prop_assert_eq!(realcritic_extract_answer(&text, "gsm8k"), n.to_string());
        prop_assert_eq!(mathcritique_extract_response(&text, Math), n.to_string());
    }

    #[test]
    fn expressions_have_their_values((text, value) in expression()) {
        prop_assert_eq!(math_equal(&text, &format!("{value:.12}")), Equality::Equal, "{} is {}", text, value);
        let off = format!("{:.12}", value * 1.01);
        prop_assert_eq!(math_equal(&text, &off), Equality::Different, "{} is not {}", text, off);
    }

    #[test]
    fn numbers_follow_the_tolerance(x in 1.0f64..1e6, share in -3e-4f64..3e-4) {
        prop_assume!((share.abs() - 1e-4).abs() > 1e-6);
        let equal = math_equal(&format!("{:?}", x * (1.0 + share)), &format!("{x:?}")).is_equal();
        prop_assert_eq!(equal, share.abs() < 1e-4);
    }

    #[test]
    fn elements_decide_lists(a in prop::collection::vec(0u32..5, 2..5), b in prop::collection::vec(0u32..5, 2..5)) {
        let list = |v: &[u32]| format!("({})", v.iter().map(|x| format!("{x}.5")).collect::<Vec<_>>().join(","));
        prop_assert_eq!(math_equal(&list(&a), &list(&b)).is_equal(), a == b);
    }

    #[test]
    fn mathcritique_knows_equal_sums(a in 0u32..1000, b in 0u32..1000) {
        let compare = |answer: String| {
            mathcritique_compare(&format!("#### {}", a + b), &format!("The answer is {answer}"), Gsm8k).correct
        };
        let (right, wrong) = (format!("\\boxed{{{a}+{b}}}"), format!("\\boxed{{{a}+{b}+1}}"));
        prop_assert!(compare(right) && !compare(wrong));
    }

    #[test]
    fn marked_letters_are_found(letter in "[A-D]", before in "[^#.]{0,10}", after in any::<String>()) {
        let text = format!("{before}## {letter} ##{after}");
        for variant in [SclVariant::Inference, SclVariant::Construction] {
            prop_assert_eq!(scl_extract_answer(&text, variant), Some(letter.as_str()));
        }
    }
}
