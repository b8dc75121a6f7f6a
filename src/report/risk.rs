use crate::calibration::RiskCoverage;
use crate::report::axis::{Axis, draw_frame};
use crate::report::cell::fixed;
use crate::report::svg::{Anchor, COLOURS, FAINT, Style, Svg, escape, xy};
use crate::report::width::{ems, shorten_ems};

const MARGIN: f64 = 20.0;
/// The side of the plot.
const SIDE: f64 = 460.0;
const ROW: f64 = 20.0;
const NAME_EMS: f64 = 24.0;
/// Points of a curve: more cannot be told apart.
const POINTS: usize = 460;

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
        let left = MARGIN + 52.0;
        let right = left + SIDE;
        let legend = right + 28.0;
        let names: Vec<String> = self.curves.iter().map(|curve| shorten_ems(&curve.name, NAME_EMS)).collect();
        let widest = names.iter().map(|name| ems(name)).fold(4.0, f64::max) * 12.0;
        let columns = [legend + 24.0, legend + 38.0 + widest, legend + 98.0 + widest];
        let width = columns[2] + 60.0 + MARGIN;
        let mut svg = Svg::new();
        let y = svg.heading(MARGIN, width, &self.title, &[&self.subtitle]);
        let top = y + 22.0;
        let bottom = top + SIDE;
        let across = Axis { low: 0.0, high: 1.0, from: left, to: right };
        let risks = self.curves.iter().flat_map(|curve| &curve.points).map(|point| point.1);
        let (_, high) = Axis::range(risks);
        let upwards = Axis { low: 0.0, high, from: bottom, to: top };
        draw_frame(&mut svg, across, upwards, &["coverage".to_string(), "risk".to_string()]);
        let mut y = top + 12.0;
        for (x, head) in columns.iter().zip(["", "AURC", "excess"]) {
            svg.text(*x, y, Style::new(12.0, Anchor::Start).fill(FAINT), head);
        }
        for ((curve, name), colour) in self.curves.iter().zip(&names).zip(COLOURS.iter().cycle()) {
            let places =
                curve.points.iter().map(|&(x, y)| format!("{} {}", xy(across.at(x)), xy(upwards.at(y))));
            let path = places.collect::<Vec<_>>().join("L");
            svg.line(format_args!(
                "<path d=\"M{path}\" stroke=\"{colour}\" stroke-width=\"1.8\" fill=\"none\"><title>{}</title></path>",
                escape(name)
            ));
            y += ROW;
            svg.line(format_args!(
                "<path d=\"M{} {}h16\" stroke=\"{colour}\" stroke-width=\"3\" fill=\"none\"/>",
                xy(legend),
                xy(y - 4.0)
            ));
            let texts = [name.clone(), fixed(curve.area, 3), fixed(curve.excess, 3)];
            for (x, text) in columns.iter().zip(&texts) {
                svg.text(*x, y, Style::new(12.0, Anchor::Start), text);
            }
        }
        svg.finish(width, (bottom + 44.0).max(y) + MARGIN, &self.title)
    }
}
