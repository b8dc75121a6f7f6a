use probity::text::{porter_stem, sacre_bleu};
#[test]
fn reference() {
    let stems: Vec<(String, String)> = serde_json::from_str(&std::fs::read_to_string("/tmp/judgeA_stems.json").unwrap()).unwrap();
    let mut bad = 0;
    for (w, s) in &stems { if &porter_stem(w) != s { bad += 1; if bad < 20 { println!("{w}: {s} got {}", porter_stem(w)); } } }
    println!("stems {} bad {bad}", stems.len());
    let pairs: Vec<(String, String, f64)> = serde_json::from_str(&std::fs::read_to_string("/tmp/judgeA_bleu.json").unwrap()).unwrap();
    let mut bad_bleu = 0;
    for (a, b, s) in &pairs { let got = sacre_bleu(a, b).unwrap_or(-1.0); if (got - s).abs() > 1e-6 { bad_bleu += 1; if bad_bleu < 10 { println!("{a:?} | {b:?}: {s} got {got}"); } } }
    println!("bleu {} bad {bad_bleu}", pairs.len());
}
