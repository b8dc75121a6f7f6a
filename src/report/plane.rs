use crate::error::{Error, Result};
use crate::inference::Estimate;
use crate::report::axis::{self, Axis, BELOW};
use crate::report::cell::fixed;
use crate::report::places::Places;
use crate::report::svg::{Anchor, FAINT, INK, MARGIN, Style, Svg, WIDTH, colour_of, escape, xy};
use crate::report::width::{shorten_ems, wrap_ems_to};

const DOT: f64 = 4.0;
/// The discs with numbers in the list.
const DISC: f64 = 8.0;

/// Two figures of several things against each other: each a point with the intervals of both, in front of shaded areas
/// and dashed lines.
///
/// Points are numbered, and named under the plot with their figures; a number stands beside its point where there is room. An area or line may belong to a point, whose colour
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
    fn axis(&self, direction: usize, whole: Axis) -> Axis {
        let points = self.points.iter().flat_map(|point| point.figures[direction].reach());
        let shapes = self.areas.iter().chain(&self.lines).filter(|shape| shape.point.is_some());
        let shapes = shapes.flat_map(|shape| &shape.corners);
        let corners = shapes.map(|&(x, y)| if direction == 0 { x } else { y });
        let (low, high) = Axis::range(points.chain(corners));
        Axis { low, high, ..whole }
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let mut svg = Svg::new();
        let top = svg.heading(WIDTH, &self.title, &[&self.subtitle]) + 14.0;
        let (across, upwards) = axis::square(top);
        let bottom = upwards.from;
        let (across, upwards) = (self.axis(0, across), self.axis(1, upwards));
        axis::draw_frame(&mut svg, across, upwards, &self.axes);
        self.draw_shapes(&mut svg, across, upwards);
        let places: Vec<(f64, f64)> = self
            .points
            .iter()
            .map(|p| (across.at(p.figures[0].value), upwards.at(p.figures[1].value)))
            .collect();
        for (number, point) in self.points.iter().enumerate() {
            point.draw(&mut svg, number, across, upwards);
        }
        let style = Style::new(10.0, Anchor::Middle).bold().rim();
        let mut free = Places::inside((across.from, upwards.to), (across.to, upwards.from));
        places.iter().for_each(|&place| free.take(place, DOT + 1.0, DOT + 1.0));
        for (number, &place) in places.iter().enumerate() {
            let text = (number + 1).to_string();
            // A number that finds no room is only in the list.
            if let Some((x, y)) = free.beside(place, style.width_of(&text) / 2.0 + 0.5, 5.0) {
                svg.text(x, y + 3.5, style, &text);
            }
        }
        let end = self.draw_list(&mut svg, bottom + BELOW);
        let end = svg.undefined(end, &self.undefined);
        svg.finish(WIDTH, end + MARGIN, &self.title)
    }

    /// The points with their figures; returns where the list ends.
    fn draw_list(&self, svg: &mut Svg, mut y: f64) -> f64 {
        if self.points.is_empty() {
            return y;
        }
        let left = MARGIN + 2.0 * DISC + 6.0;
        let room = (WIDTH - MARGIN - left) / 2.0 - 4.0;
        let columns = [left, left + room + 8.0];
        let small = Style::new(10.0, Anchor::Start).fill(FAINT);
        y += 20.0;
        for (x, axis) in columns.iter().zip(&self.axes) {
            svg.text(*x, y, small, &shorten_ems(axis, room / 10.0));
        }
        for (number, point) in self.points.iter().enumerate() {
            y += 18.0;
            marker(svg, MARGIN + DISC, y - 4.0, number);
            for (i, line) in wrap_ems_to(&point.name, (WIDTH - MARGIN - left) / 11.0, 2).iter().enumerate() {
                y += if i > 0 { 13.0 } else { 0.0 };
                svg.text(left, y, Style::new(11.0, Anchor::Start), line);
            }
            y += 13.0;
            for (x, figure) in columns.iter().zip(point.figures) {
                svg.text(*x, y, Style::new(10.0, Anchor::Start), &shorten_ems(&figure.text(), room / 10.0));
            }
        }
        y
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
            let (colour, shape) = (shade_of(area.point), path(area));
            svg.line(format_args!(
                "<path d=\"{shape}Z\" fill=\"{colour}\" fill-opacity=\"{opacity}\" stroke=\"{colour}\" \
                 stroke-opacity=\"0.3\"/>"
            ));
        }
        for line in &self.lines {
            let (colour, shape) = (shade_of(line.point), path(line));
            svg.line(format_args!(
                "<path d=\"{shape}\" stroke=\"{colour}\" stroke-opacity=\"0.55\" stroke-dasharray=\"4 4\" fill=\"none\"/>"
            ));
        }
        svg.line(format_args!("</g>"));
    }
}

impl Point {
    fn draw(&self, svg: &mut Svg, number: usize, across: Axis, upwards: Axis) {
        let [x, y] = self.figures;
        let colour = colour_of(number);
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
        let words = format!("{}. {}: {}, {}", number + 1, self.name, x.text(), y.text());
        svg.line(format_args!(
            "<circle cx=\"{px}\" cy=\"{py}\" r=\"{DOT}\" fill=\"{colour}\" stroke=\"#ffffff\"><title>{}</title></circle>",
            escape(&words)
        ));
    }
}

/// A disc with the number of a point, which counts from 1.
fn marker(svg: &mut Svg, x: f64, y: f64, number: usize) {
    let colour = colour_of(number);
    svg.line(format_args!("<circle cx=\"{}\" cy=\"{}\" r=\"{DISC}\" fill=\"{colour}\"/>", xy(x), xy(y)));
    let style = Style::new(if number < 99 { 9.0 } else { 7.0 }, Anchor::Middle).fill("#ffffff").bold();
    svg.text(x, y + 3.2, style, &(number + 1).to_string());
}

fn shade_of(point: Option<usize>) -> &'static str {
    point.map_or(INK, colour_of)
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
