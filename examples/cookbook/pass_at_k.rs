// How many samples until one of them passes?
use probity::search::pass_at_k;

pub fn answer() -> probity::Result<String> {
    // Ten samples were drawn, three passed the tests.
    let (samples, passed) = (10, 3);
    let mut lines = Vec::new();
    for k in 1..=samples {
        let chance = pass_at_k(samples, passed, k)?;
        lines.push(format!("pass@{k} = {chance:.4}"));
        if chance >= 0.9 {
            lines.push(format!("{k} samples pass in nine of ten tries."));
            break;
        }
    }
    Ok(lines.join("\n"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
