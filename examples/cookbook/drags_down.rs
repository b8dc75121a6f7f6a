// Which annotator drags agreement down?
use probity::agreement::{Coefficient, LeaveOneOut, Options};
use probity::ratings::{Ids, Labels, Ratings};

pub fn answer() -> probity::Result<String> {
    // A row an item, a column an annotator.
    let codes: Vec<u8> = [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 0],
        [1, 1, 1, 0],
    ]
    .concat();
    let names = Ids::from_names(["ann", "bob", "cy", "dan"])?;
    let ratings = Ratings::from_codes(Labels::from_names(["no", "yes"])?, 4, codes)?.with_raters(names)?;

    let without = LeaveOneOut::new(&ratings, Coefficient::FleissKappa, &Options::new())?;
    let mut lines = vec![format!("all: {:.3}", without.whole()?.value)];
    // Who gains most by being left out comes first.
    for rater in without.ranked() {
        let value = without.raters()[rater].value.clone()?;
        lines.push(format!("without {}: {value:.3}", without.names().name(rater)));
    }
    Ok(lines.join("\n"))
}

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", answer()?);
    Ok(())
}
