use crate::error::{Error, Result};
use crate::inference::Estimate;
use crate::report::axis::{self, Axis};
use crate::report::cell::fixed;
use crate::report::svg::{Anchor, COLOURS, FAINT, INK, Style, Svg, escape, xy};
use crate::report::width::{ems, shorten_ems, wrap};

const MARGIN: f64 = 20.0;
/// The side of the plot.
const SIDE: f64 = 460.0;
const ROW: f64 = 20.0;
const NAME_EMS: f64 = 24.0;

/// Two figures of several things against each other: each a point with the intervals of both, in front of shaded areas
/// and dashed lines.
///
/// Points are numbered, and named beside the plot with their figures. An area or line may belong to a point, whose colour
/// it then has. The axes lie between 0 and 1 and hold the points and what belongs to them; anything else is cut at the
/// frame.
///
/// # Examples
/// ```
/// use probity::inference::{Estimate, Interval, Level};
/// use probity::report::Plane;
/// let figure = |value| Estimate::new("", value).with_interval(Interval::normal(value, 0.02, Level::default()));
/// let mut plane = Plane::new("Confidence and critique", "confidence level", "critique score");
/// let model = plane.point("model", &figure(0.9), &figure(0.1))?;
/// plane.area(Some(model), &[(0.6, 0.0), (1.0, 0.0), (1.0, 0.6), (0.6, 0.6)])?;
/// plane.line(Some(model), (0.6, 0.6), (1.0, 0.0))?;
/// plane.undefined("always right", "there are no wrong answers");
/// let svg = plane.to_svg();
/// assert!(svg.contains("model") && svg.contains("0.900 [0.861, 0.939]"));
/// assert!(plane.point("nowhere", &Estimate::new("", f64::NAN), &figure(0.1)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    title: String,
    subtitle: String,
    axes: [String; 2],
    points: Vec<Point>,
    areas: Vec<Shape>,
    lines: Vec<Shape>,
    undefined: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Point {
    name: String,
    figures: [Figure; 2],
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Figure {
    value: f64,
    ends: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Shape {
    point: Option<usize>,
    corners: Vec<(f64, f64)>,
}

impl Figure {
    fn of(estimate: &Estimate) -> Result<Self> {
        let ends = estimate.interval.map(|interval| (interval.lower, interval.upper));
        let (lower, upper) = ends.unwrap_or((estimate.value, estimate.value));
        let all = [estimate.value, lower, upper];
        crate::num::check_finite("a figure and the ends of its interval", &all)?;
        Ok(Self { value: estimate.value, ends })
    }

    fn reach(self) -> [f64; 3] {
        let (lower, upper) = self.ends.unwrap_or((self.value, self.value));
        [self.value, lower, upper]
    }

    fn text(self) -> String {
        let value = fixed(self.value, 3);
        match self.ends {
            Some((lower, upper)) => format!("{value} [{}, {}]", fixed(lower, 3), fixed(upper, 3)),
            None => value,
        }
    }
}

impl Plane {
    /// An empty plane with the names of its axes, across and upwards.
    #[must_use]
    pub fn new(title: impl Into<String>, x: impl Into<String>, y: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            axes: [x.into(), y.into()],
            points: Vec::new(),
            areas: Vec::new(),
            lines: Vec::new(),
            undefined: Vec::new(),
        }
    }

    /// Sets the lines under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = subtitle.into();
        self
    }

    /// Adds a point; returns its number, which counts from 0, for what belongs to it.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a value or an end of an interval that is not finite.
    pub fn point(&mut self, name: impl Into<String>, x: &Estimate, y: &Estimate) -> Result<usize> {
        self.points.push(Point { name: name.into(), figures: [Figure::of(x)?, Figure::of(y)?] });
        Ok(self.points.len() - 1)
    }

    /// Adds something that has no place on the plane, with the reason.
    pub fn undefined(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.undefined.push((name.into(), reason.into()));
    }

    /// Shades the area inside some corners, in the colour of a point or in grey.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a corner that is not finite; [`Error::Index`] for a point that does not exist.
    pub fn area(&mut self, point: Option<usize>, corners: &[(f64, f64)]) -> Result<()> {
        let shape = self.shape(point, corners)?;
        self.areas.push(shape);
        Ok(())
    }

    /// Draws a dashed line, in the colour of a point or in grey.
    ///
    /// # Errors
    /// As [`Plane::area`].
    pub fn line(&mut self, point: Option<usize>, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        let shape = self.shape(point, &[from, to])?;
        self.lines.push(shape);
        Ok(())
    }

    fn shape(&self, point: Option<usize>, corners: &[(f64, f64)]) -> Result<Shape> {
        if let Some(index) = point.filter(|&index| index >= self.points.len()) {
            return Err(Error::Index { what: "point", index, len: self.points.len() });
        }
        let flat: Vec<f64> = corners.iter().flat_map(|&(x, y)| [x, y]).collect();
        crate::num::check_finite("corners of a shape (x, y, x, ..)", &flat)?;
        Ok(Shape { point, corners: corners.to_vec() })
    }

    /// The axis of one direction, 0 across and 1 upwards, between two places of the picture.
    fn axis(&self, direction: usize, from: f64, to: f64) -> Axis {
        let points = self.points.iter().flat_map(|point| point.figures[direction].reach());
        let shapes = self.areas.iter().chain(&self.lines).filter(|shape| shape.point.is_some());
        let shapes = shapes.flat_map(|shape| &shape.corners);
        let corners = shapes.map(|&(x, y)| if direction == 0 { x } else { y });
        let (low, high) = Axis::range(points.chain(corners));
        Axis { low, high, from, to }
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let left = MARGIN + 52.0;
        let right = left + SIDE;
        let legend = right + 28.0;
        let rows: Vec<[String; 3]> = self.points.iter().map(Point::row).collect();
        let widest = |column: usize, least: &str| {
            rows.iter().map(|row| ems(&row[column])).fold(ems(least), f64::max) * 12.0
        };
        let columns = [legend + 24.0, widest(0, "model"), widest(1, &self.axes[0]), widest(2, &self.axes[1])];
        let starts =
            [columns[0], columns[0] + columns[1] + 14.0, columns[0] + columns[1] + columns[2] + 28.0];
        let width = starts[2] + columns[3] + MARGIN;

        let mut svg = Svg::new();
        let y = svg.heading(MARGIN, width, &self.title, &[&self.subtitle]);
        let top = y + 22.0;
        let bottom = top + SIDE;
        let (across, upwards) = (self.axis(0, left, right), self.axis(1, bottom, top));
        axis::draw_frame(&mut svg, across, upwards, &self.axes);
        self.draw_shapes(&mut svg, across, upwards);
        for (number, point) in self.points.iter().enumerate() {
            point.draw(&mut svg, number, across, upwards);
        }
        let mut y = top + 12.0;
        let heads = [String::new(), self.axes[0].clone(), self.axes[1].clone()];
        for (start, head) in starts.iter().zip(&heads).skip(1) {
            svg.text(*start, y, Style::new(12.0, Anchor::Start).fill(FAINT), head);
        }
        for (number, row) in rows.iter().enumerate() {
            y += ROW;
            marker(&mut svg, legend + 8.0, y - 4.2, number);
            for (start, text) in starts.iter().zip(row) {
                svg.text(*start, y, Style::new(12.0, Anchor::Start), text);
            }
        }
        let end = self.draw_undefined(&mut svg, y + 14.0, legend, width);
        svg.finish(width, end.max(bottom + 44.0) + MARGIN, &self.title)
    }

    /// Areas below lines; both end at the frame.
    fn draw_shapes(&self, svg: &mut Svg, across: Axis, upwards: Axis) {
        svg.line(format_args!("<g clip-path=\"url(#plot)\">"));
        let place = |axis: Axis, value: f64| {
            xy(axis.from + (value - axis.low) / (axis.high - axis.low) * (axis.to - axis.from))
        };
        let path = |shape: &Shape| {
            let corners = shape.corners.iter();
            let places = corners.map(|&(x, y)| format!("{} {}", place(across, x), place(upwards, y)));
            format!("M{}", places.collect::<Vec<_>>().join("L"))
        };
        // Where many areas lie on each other they must not become dark.
        let opacity = xy((0.24 / self.areas.len() as f64).clamp(0.02, 0.08));
        for area in self.areas.iter().filter(|area| !area.corners.is_empty()) {
            let (colour, shape) = (colour_of(area.point), path(area));
            svg.line(format_args!(
                "<path d=\"{shape}Z\" fill=\"{colour}\" fill-opacity=\"{opacity}\" stroke=\"{colour}\" \
                 stroke-opacity=\"0.3\"/>"
            ));
        }
        for line in &self.lines {
            let (colour, shape) = (colour_of(line.point), path(line));
            svg.line(format_args!(
                "<path d=\"{shape}\" stroke=\"{colour}\" stroke-opacity=\"0.55\" stroke-dasharray=\"4 4\" fill=\"none\"/>"
            ));
        }
        svg.line(format_args!("</g>"));
    }

    /// The list of what has no place; returns where it ends.
    fn draw_undefined(&self, svg: &mut Svg, mut y: f64, left: f64, width: f64) -> f64 {
        if self.undefined.is_empty() {
            return y;
        }
        y += 8.0;
        svg.text(left, y, Style::new(12.0, Anchor::Start).bold(), "Undefined for these data");
        for (name, reason) in &self.undefined {
            y += 19.0;
            svg.text(left, y, Style::new(12.0, Anchor::Start), &shorten_ems(name, NAME_EMS));
            for line in wrap(reason, ((width - MARGIN - left) / 7.2).max(20.0) as usize) {
                y += 15.0;
                svg.text(left + 10.0, y, Style::new(12.0, Anchor::Start).fill(FAINT), &line);
            }
        }
        y
    }
}

impl Point {
    /// Its name and figures as they stand beside the plot.
    fn row(&self) -> [String; 3] {
        let [x, y] = self.figures;
        [shorten_ems(&self.name, NAME_EMS), x.text(), y.text()]
    }

    fn draw(&self, svg: &mut Svg, number: usize, across: Axis, upwards: Axis) {
        let [x, y] = self.figures;
        let colour = colour_of(Some(number));
        let (px, py) = (xy(across.at(x.value)), xy(upwards.at(y.value)));
        for (figure, axis, is_across) in [(x, across, true), (y, upwards, false)] {
            let Some((lower, upper)) = figure.ends else { continue };
            let (from, to) = (xy(axis.at(lower)), xy(axis.at(upper)));
            let whisker = if is_across { format!("M{from} {py}H{to}") } else { format!("M{px} {from}V{to}") };
            // A stop at each end that lies on the plane.
            let stops = [(lower, from), (upper, to)].into_iter().filter(|(end, _)| axis.contains(*end));
            let stops = stops.map(|(_, place)| {
                if is_across {
                    format!("M{place} {}v8", py - 4.0)
                } else {
                    format!("M{} {place}h8", px - 4.0)
                }
            });
            svg.line(format_args!(
                "<path d=\"{whisker}{}\" stroke=\"{colour}\" stroke-width=\"1.6\" fill=\"none\"/>",
                stops.collect::<String>()
            ));
        }
        let [name, across, upwards] = self.row();
        svg.line(format_args!("<g><title>{}</title>", escape(&format!("{name}: {across}, {upwards}"))));
        marker(svg, px, py, number);
        svg.line(format_args!("</g>"));
    }
}

/// The disc of a point with its number, which counts from 1.
fn marker(svg: &mut Svg, x: f64, y: f64, number: usize) {
    let colour = colour_of(Some(number));
    svg.line(format_args!(
        "<circle cx=\"{}\" cy=\"{}\" r=\"8\" fill=\"{colour}\" stroke=\"#ffffff\"/>",
        xy(x),
        xy(y)
    ));
    let style = Style::new(10.0, Anchor::Middle).fill("#ffffff").bold();
    svg.text(x, y + 3.5, style, &(number + 1).to_string());
}

fn colour_of(point: Option<usize>) -> &'static str {
    point.map_or(INK, |number| COLOURS[number % COLOURS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_what_does_not_exist_is_refused() {
        let mut plane = Plane::new("<t>", "x & y", "\u{1}");
        let half = Estimate::new("", 0.5);
        assert_eq!(plane.point("<p>", &half, &half).unwrap(), 0);
        assert!(plane.area(Some(1), &[(0.0, 0.0)]).is_err());
        assert!(plane.line(None, (f64::NAN, 0.0), (1.0, 1.0)).is_err());
        plane.undefined("u & u", "no <reason>");
        let svg = plane.to_svg();
        assert!(svg.contains("&lt;p&gt;") && svg.contains("x &amp; y") && svg.contains("u &amp; u"));
        assert!(!svg.contains("<p>") && !svg.contains('\u{1}'));
    }
}
