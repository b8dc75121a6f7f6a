use crate::calibration::RiskCoverage;
use crate::report::axis::{Axis, BELOW, draw_frame, square};
use crate::report::cell::fixed;
use crate::report::svg::{Anchor, FAINT, MARGIN, Style, Svg, WIDTH, colour_of, dashes_of, escape, xy};
use crate::report::width::shorten_ems;

/// Points of a curve: more cannot be told apart.
const POINTS: usize = 344;

/// Risk against coverage: the share of errors among the most confident items, for every share of items kept.
///
/// # Examples
/// ```
/// use probity::calibration::{Predictions, RiskCoverage};
/// use probity::report::RiskCoveragePlot;
/// let predictions = Predictions::new(vec![0.9, 0.8, 0.7, 0.1], vec![true, true, false, false])?;
/// let mut plot = RiskCoveragePlot::new("Answer only when sure");
/// plot.curve("judge", &RiskCoverage::new(&predictions)?);
/// let svg = plot.to_svg();
/// assert!(svg.contains("judge") && svg.contains("0.208"));
/// assert!(RiskCoveragePlot::new("nothing").to_svg().contains("coverage"));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RiskCoveragePlot {
    title: String,
    subtitle: String,
    curves: Vec<Curve>,
}

#[derive(Debug, Clone, PartialEq)]
struct Curve {
    name: String,
    /// Coverage and risk.
    points: Vec<(f64, f64)>,
    area: f64,
    excess: f64,
}

impl RiskCoveragePlot {
    /// An empty plot.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), subtitle: String::new(), curves: Vec::new() }
    }

    /// Sets the lines under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = subtitle.into();
        self
    }

    /// Adds a curve under a name.
    pub fn curve(&mut self, name: impl Into<String>, curve: &RiskCoverage) {
        let (risks, n) = (curve.risks(), curve.risks().len());
        let kept = |point: usize| ((point * n).div_ceil(POINTS)).clamp(1, n.max(1));
        let mut at: Vec<usize> = (1..=POINTS).map(kept).collect();
        at.dedup();
        let points = at.into_iter().filter_map(|k| Some((k as f64 / n as f64, *risks.get(k - 1)?)));
        self.curves.push(Curve {
            name: name.into(),
            points: points.collect(),
            area: curve.area(),
            excess: curve.excess_area(),
        });
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let mut svg = Svg::new();
        let top = svg.heading(WIDTH, &self.title, &[&self.subtitle]) + 14.0;
        let (across, upwards) = square(top);
        let risks = self.curves.iter().flat_map(|curve| &curve.points).map(|point| point.1);
        let (_, high) = Axis::range(risks);
        let upwards = Axis { high, ..upwards };
        draw_frame(&mut svg, across, upwards, &["coverage".to_string(), "risk".to_string()]);
        let mut y = upwards.from + BELOW + 18.0;
        let (left, columns) = (MARGIN + 40.0, [WIDTH - MARGIN - 60.0, WIDTH - MARGIN]);
        for (x, head) in columns.iter().zip(["AURC", "excess"]) {
            svg.text(*x, y, Style::new(10.0, Anchor::End).fill(FAINT), head);
        }
        for (number, curve) in self.curves.iter().enumerate() {
            let (colour, dashes) = (colour_of(number), dashes_of(number));
            let places =
                curve.points.iter().map(|&(x, y)| format!("{} {}", xy(across.at(x)), xy(upwards.at(y))));
            let path = places.collect::<Vec<_>>().join("L");
            svg.line(format_args!(
                "<path d=\"M{path}\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\" \
                 fill=\"none\"><title>{}</title></path>",
                escape(&curve.name)
            ));
            y += 16.0;
            svg.line(format_args!(
                "<path d=\"M{MARGIN} {}h34\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\" \
                 fill=\"none\"/>",
                xy(y - 3.5)
            ));
            let name = shorten_ems(&curve.name, (columns[0] - 44.0 - left) / 11.0);
            svg.text(left, y, Style::new(11.0, Anchor::Start), &name);
            for (x, figure) in columns.iter().zip([curve.area, curve.excess]) {
                svg.text(*x, y, Style::new(10.0, Anchor::End), &fixed(figure, 3));
            }
        }
        svg.finish(WIDTH, y + MARGIN, &self.title)
    }
}
