use crate::calibration::ReliabilityDiagram;
use crate::inference::Level;
use crate::report::axis::{Axis, BELOW, draw_frame, square};
use crate::report::cell::{fixed, thousands};
use crate::report::svg::{Anchor, FAINT, INK, MARGIN, Style, Svg, WIDTH, escape, xy};
use crate::report::width::shorten_ems;

/// The height of the strip of items under the plot.
const STRIP: f64 = 44.0;
const ROW: f64 = 14.0;
/// Rows of the table; it says how many it leaves out.
const ROWS: usize = 20;
const GAP: &str = "#c4501b";
const POINT: &str = "#0b5cad";

/// Accuracy against confidence, a point a bin with its interval, and how many items lie where.
///
/// Calibrated predictions lie on the dashed diagonal; what is under it is overconfident. The distance of each point is
/// drawn; the bars underneath are the items, and the table below holds the figures.
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
        let mut svg = Svg::new();
        let top = svg.heading(WIDTH, &self.title, &[&self.subtitle]) + 14.0;
        let (across, upwards) = square(top);
        draw_frame(&mut svg, across, upwards, &["confidence".to_string(), "accuracy".to_string()]);
        svg.line(format_args!(
            "<path d=\"M{} {}L{} {}\" stroke=\"{INK}\" stroke-opacity=\"0.55\" stroke-dasharray=\"4 4\" fill=\"none\"/>",
            xy(across.from),
            xy(upwards.from),
            xy(across.to),
            xy(upwards.to)
        ));
        // Many points stand near each other.
        let bar = (200.0 / self.points.len() as f64).clamp(1.0, 6.0);
        self.points.iter().for_each(|point| point.draw(&mut svg, across, upwards, bar));
        let strip = self.draw_items(&mut svg, across, upwards.from + BELOW + 10.0);
        let end = self.draw_table(&mut svg, strip + 8.0);
        svg.finish(WIDTH, end + MARGIN, &self.title)
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
            let (from, thick) = (xy(across.at(point.range.0)), xy((across.to - across.from) * widest(point)));
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
        let style = Style::new(10.0, Anchor::Middle).fill(FAINT).upwards();
        svg.text(MARGIN + 9.0, base - STRIP / 2.0, style, "items");
        base
    }

    /// The figures of each bin; returns where they end.
    fn draw_table(&self, svg: &mut Svg, mut y: f64) -> f64 {
        // Where each column ends, and its room.
        let columns = [(112.0, 100.0), (172.0, 54.0), (238.0, 60.0), (WIDTH - MARGIN, 140.0)];
        let head = Style::new(10.0, Anchor::End).fill(FAINT);
        y += ROW;
        for ((x, _), name) in columns.iter().zip(["bin", "items", "confidence", "accuracy"]) {
            svg.text(*x, y, head, name);
        }
        for point in self.points.iter().take(ROWS) {
            y += ROW;
            let range = format!("{} – {}", fixed(point.range.0, 3), fixed(point.range.1, 3));
            let texts = [range, thousands(point.items), fixed(point.confidence, 3), point.accuracy_text()];
            for ((x, room), text) in columns.iter().zip(&texts) {
                svg.text(*x, y, Style::new(10.0, Anchor::End), &shorten_ems(text, room / 10.0));
            }
        }
        if let Some(more) = self.points.len().checked_sub(ROWS).filter(|&more| more > 0) {
            y += ROW;
            svg.text(MARGIN, y, Style::new(10.0, Anchor::Start).fill(FAINT), &format!("and {more} more"));
        }
        y
    }
}

impl Point {
    fn accuracy_text(&self) -> String {
        format!("{} [{}, {}]", fixed(self.accuracy, 3), fixed(self.ends.0, 3), fixed(self.ends.1, 3))
    }

    fn draw(&self, svg: &mut Svg, across: Axis, upwards: Axis, bar: f64) {
        let (x, y) = (xy(across.at(self.confidence)), xy(upwards.at(self.accuracy)));
        let calibrated = xy(upwards.at(self.confidence));
        svg.line(format_args!(
            "<path d=\"M{x} {y}V{calibrated}\" stroke=\"{GAP}\" stroke-opacity=\"0.35\" stroke-width=\"{}\" fill=\"none\"/>",
            xy(bar)
        ));
        let (lower, upper) = (xy(upwards.at(self.ends.0)), xy(upwards.at(self.ends.1)));
        let half = xy((bar / 2.0 + 1.0).min(4.0));
        let stop = xy(x - half);
        svg.line(format_args!(
            "<path d=\"M{x} {lower}V{upper}M{stop} {lower}h{0}M{stop} {upper}h{0}\" stroke=\"{POINT}\" \
             stroke-width=\"1.6\" fill=\"none\"/>",
            2.0 * half
        ));
        let words = format!(
            "confidence {}, accuracy {}, {} items",
            fixed(self.confidence, 3),
            self.accuracy_text(),
            thousands(self.items)
        );
        svg.line(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\" fill=\"{POINT}\" stroke=\"#ffffff\"><title>{}</title></circle>",
            xy((bar * 0.75).max(2.0)),
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
        assert!(svg.contains("&lt;a &amp; b&gt;") && svg.contains("and 21 more"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!(svg.matches("<circle").count(), 41);
    }
}
