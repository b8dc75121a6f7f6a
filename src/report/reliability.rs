use crate::calibration::ReliabilityDiagram;
use crate::inference::Level;
use crate::report::axis::{Axis, draw_frame};
use crate::report::cell::{fixed, thousands};
use crate::report::svg::{Anchor, FAINT, INK, Style, Svg, escape, xy};

const MARGIN: f64 = 20.0;
/// The side of the plot.
const SIDE: f64 = 460.0;
/// The height of the strip of items under it.
const STRIP: f64 = 72.0;
const ROW: f64 = 17.0;
/// Rows of the table beside the plot; it says how many it leaves out.
const ROWS: usize = 32;
const GAP: &str = "#c4501b";
const POINT: &str = "#0b5cad";

/// Accuracy against confidence, a point a bin with its interval, and how many items lie where.
///
/// Calibrated predictions lie on the dashed diagonal; what is under it is overconfident. The distance of each point is
/// drawn; the bars underneath are the items, and the table beside holds the figures.
///
/// # Examples
/// ```
/// use probity::calibration::{Binning, Predictions, ReliabilityDiagram};
/// use probity::inference::Level;
/// use probity::report::ReliabilityPlot;
/// let predictions = Predictions::new(vec![0.9, 0.9, 0.3], vec![true, false, false])?;
/// let diagram = ReliabilityDiagram::new(&predictions, Binning::default())?;
/// let svg = ReliabilityPlot::new("Judge", &diagram, Level::default()).subtitle("3 verdicts").to_svg();
/// assert!(svg.contains("0.500 [0.095, 0.905]") && svg.contains("3 verdicts"));
/// // Without items the plot is empty.
/// let nothing = ReliabilityDiagram::new(&Predictions::default(), Binning::default())?;
/// assert!(ReliabilityPlot::new("", &nothing, Level::default()).to_svg().contains("accuracy"));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReliabilityPlot {
    title: String,
    subtitle: String,
    points: Vec<Point>,
}

/// A bin with items.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    range: (f64, f64),
    items: u64,
    confidence: f64,
    accuracy: f64,
    ends: (f64, f64),
}

impl ReliabilityPlot {
    /// A plot of the bins that are not empty, with Wilson intervals.
    #[must_use]
    pub fn new(title: impl Into<String>, diagram: &ReliabilityDiagram, level: Level) -> Self {
        let mut points = Vec::new();
        for bin in diagram.bins() {
            let (Some(confidence), Ok(found)) = (bin.confidence, bin.accuracy_estimate(level)) else {
                continue;
            };
            let ends = found.interval.map_or((found.value, found.value), |i| (i.lower, i.upper));
            points.push(Point {
                range: bin.range,
                items: bin.items,
                confidence,
                accuracy: found.value,
                ends,
            });
        }
        Self { title: title.into(), subtitle: String::new(), points }
    }

    /// Sets the lines under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = subtitle.into();
        self
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let left = MARGIN + 52.0;
        let right = left + SIDE;
        let table = right + 28.0;
        let width = table + 348.0 + MARGIN;
        let mut svg = Svg::new();
        let y = svg.heading(MARGIN, width, &self.title, &[&self.subtitle]);
        let top = y + 22.0;
        let bottom = top + SIDE;
        let across = Axis { low: 0.0, high: 1.0, from: left, to: right };
        let upwards = Axis { low: 0.0, high: 1.0, from: bottom, to: top };
        draw_frame(&mut svg, across, upwards, &["confidence".to_string(), "accuracy".to_string()]);
        svg.line(format_args!(
            "<path d=\"M{} {}L{} {}\" stroke=\"{INK}\" stroke-opacity=\"0.55\" stroke-dasharray=\"4 4\" fill=\"none\"/>",
            xy(left),
            xy(bottom),
            xy(right),
            xy(top)
        ));
        self.points.iter().for_each(|point| point.draw(&mut svg, across, upwards));
        let strip = self.draw_items(&mut svg, across, bottom + 58.0);
        let end = self.draw_table(&mut svg, table, top + 12.0);
        svg.finish(width, strip.max(end) + MARGIN, &self.title)
    }

    /// Bars whose areas are the items, under the plot; returns where they end.
    fn draw_items(&self, svg: &mut Svg, across: Axis, top: f64) -> f64 {
        let base = top + STRIP;
        // Bins of equal mass may be as narrow as a point: such a bar is a line.
        let widest = |point: &Point| (point.range.1 - point.range.0).max(0.004);
        let density = |point: &Point| point.items as f64 / widest(point);
        let densest = self.points.iter().map(density).fold(0.0, f64::max);
        for point in &self.points {
            let height = xy(STRIP * density(point) / densest);
            let (from, thick) = (xy(across.at(point.range.0)), xy(SIDE * widest(point)));
            svg.line(format_args!(
                "<rect x=\"{from}\" y=\"{}\" width=\"{thick}\" height=\"{height}\" fill=\"#a9b4c0\" stroke=\"#ffffff\" \
                 stroke-width=\"0.5\"/>",
                xy(base - height)
            ));
        }
        svg.line(format_args!(
            "<path d=\"M{} {}H{}\" stroke=\"#8c959f\" fill=\"none\"/>",
            xy(across.from),
            xy(base),
            xy(across.to)
        ));
        let style = Style::new(11.0, Anchor::Middle).fill(FAINT).upwards();
        svg.text(across.from - 14.0, base - STRIP / 2.0, style, "items");
        base
    }

    /// The figures of each bin; returns where they end.
    fn draw_table(&self, svg: &mut Svg, left: f64, mut y: f64) -> f64 {
        let columns = [left, left + 96.0, left + 156.0, left + 216.0];
        let head = Style::new(12.0, Anchor::Start).fill(FAINT);
        for (x, name) in columns.iter().zip(["bin", "items", "confidence", "accuracy"]) {
            // Two narrow columns are named by their first word.
            svg.text(*x, y, head, if name == "confidence" { "conf." } else { name });
        }
        for point in self.points.iter().take(ROWS) {
            y += ROW;
            let range = format!("{} – {}", fixed(point.range.0, 3), fixed(point.range.1, 3));
            let texts = [range, thousands(point.items), fixed(point.confidence, 3), point.accuracy_text()];
            for (x, text) in columns.iter().zip(&texts) {
                svg.text(*x, y, Style::new(12.0, Anchor::Start), text);
            }
        }
        if let Some(more) = self.points.len().checked_sub(ROWS).filter(|&more| more > 0) {
            y += ROW;
            svg.text(left, y, head, &format!("and {more} more"));
        }
        y
    }
}

impl Point {
    fn accuracy_text(&self) -> String {
        format!("{} [{}, {}]", fixed(self.accuracy, 3), fixed(self.ends.0, 3), fixed(self.ends.1, 3))
    }

    fn draw(&self, svg: &mut Svg, across: Axis, upwards: Axis) {
        let (x, y) = (xy(across.at(self.confidence)), xy(upwards.at(self.accuracy)));
        let calibrated = xy(upwards.at(self.confidence));
        svg.line(format_args!(
            "<path d=\"M{x} {y}V{calibrated}\" stroke=\"{GAP}\" stroke-opacity=\"0.35\" stroke-width=\"6\" fill=\"none\"/>"
        ));
        let (lower, upper) = (xy(upwards.at(self.ends.0)), xy(upwards.at(self.ends.1)));
        let stop = xy(x - 4.0);
        svg.line(format_args!(
            "<path d=\"M{x} {lower}V{upper}M{stop} {lower}h8M{stop} {upper}h8\" stroke=\"{POINT}\" \
             stroke-width=\"1.6\" fill=\"none\"/>"
        ));
        let words = format!(
            "confidence {}, accuracy {}, {} items",
            fixed(self.confidence, 3),
            self.accuracy_text(),
            thousands(self.items)
        );
        svg.line(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"4.5\" fill=\"{POINT}\" stroke=\"#ffffff\"><title>{}</title></circle>",
            escape(&words)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::{Binning, Predictions, TieRule};

    #[test]
    fn titles_are_escaped_and_long_tables_cut() {
        let confidences: Vec<f64> = (0..=40).map(|k| f64::from(k) / 40.0).collect();
        let predictions = Predictions::new(confidences, vec![true; 41]).unwrap();
        let binning = Binning::FixedSize { size: 1, ties: TieRule::Together };
        let diagram = ReliabilityDiagram::new(&predictions, binning).unwrap();
        let svg = ReliabilityPlot::new("<a & b>", &diagram, Level::default()).to_svg();
        assert!(svg.contains("&lt;a &amp; b&gt;") && svg.contains("and 9 more"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!(svg.matches("<circle").count(), 41);
    }
}
