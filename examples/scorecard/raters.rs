//! Who agrees with whom, and who drags agreement down.

use probity::Result;
use probity::ratings::Ratings;
use probity::report::Section;

use crate::content::Counts;
use crate::progress::Progress;

pub(crate) fn sections(
    ratings: &Ratings,
    _counts: &Counts,
    _progress: &mut Progress,
) -> Result<Vec<Section>> {
    let section = Section::new("Raters");
    if !ratings.has_identified_raters() {
        let why = "The data are counts: they do not say which rater chose what. So there is no table of pairs of raters, no \
                   heat map, and nobody can be left out.";
        return Ok(vec![section.note(why)]);
    }
    Ok(Vec::new())
}
