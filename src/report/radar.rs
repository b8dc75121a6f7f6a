use std::f64::consts::TAU;

use crate::error::{Error, Result, Undefined};
use crate::inference::Estimate;
use crate::report::cell::fixed;
use crate::report::svg::{Anchor, COLOURS, FAINT, Style, Svg, escape, xy};
use crate::report::width::{shorten_bold_ems, shorten_ems, wrap, wrap_ems};

const MARGIN: f64 = 8.0;
/// Beside the circle, for the names of the axes.
const BESIDE: f64 = 96.0;
const NAME: f64 = 11.0;
const LINE: f64 = 12.5;
/// Between the circle and the names.
const GAP: f64 = 10.0;

/// Several figures of one or more things, each on a spoke of its own from 0 in the middle to 1 at the rim: a profile.
///
/// All figures must be turned the same way, or the areas mean nothing. Intervals are drawn along the spokes. With one
/// thing its figures stand beside the names of the axes. The picture is 400 wide (wider beyond 16 axes).
///
/// # Examples
/// ```
/// use probity::inference::{Level, Rate};
/// use probity::report::Radar;
/// let figures = |a, b, c| {
///     [a, b, c].map(|n| Rate::higher("rate", "items", n, 40).and_then(|rate| rate.estimate(Level::default())))
/// };
/// let mut radar = Radar::new("Honesty", ["admits unknowns", "answers knowns", "does not lie"])?;
/// radar.add("model", &figures(10, 30, 40))?;
/// assert!(radar.to_svg().contains("does not lie") && radar.to_svg().contains("0.250"));
/// assert!(radar.add("model", &figures(1, 2, 3)[..2]).is_err());
/// assert!(Radar::new("flat", ["one", "two"]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Radar {
    title: String,
    subtitle: String,
    axes: Vec<String>,
    things: Vec<Thing>,
}

/// A value and the ends of its interval.
type Drawn = (f64, Option<(f64, f64)>);

#[derive(Debug, Clone, PartialEq)]
struct Thing {
    name: String,
    /// What is drawn on each axis, or why there is nothing.
    figures: Vec<Result<Drawn, String>>,
}

/// Where things lie.
#[derive(Debug, Clone, Copy)]
struct Circle {
    x: f64,
    y: f64,
    radius: f64,
    axes: usize,
}

impl Circle {
    /// The direction of an axis; the first points upwards, the others follow clockwise.
    fn direction(self, axis: usize) -> (f64, f64) {
        let angle = TAU * axis as f64 / self.axes as f64;
        (angle.sin(), -angle.cos())
    }

    /// A place on an axis, moved sidewards by some pixels.
    fn place(self, axis: usize, value: f64, aside: f64) -> (f64, f64) {
        let ((dx, dy), r) = (self.direction(axis), value * self.radius);
        (xy(self.x + r * dx - aside * dy), xy(self.y + r * dy + aside * dx))
    }

    fn path(self, places: impl Iterator<Item = (usize, f64)>) -> String {
        let places = places.map(|(axis, value)| self.place(axis, value, 0.0));
        places.map(|(x, y)| format!("{x} {y}")).collect::<Vec<_>>().join("L")
    }
}

impl Radar {
    /// A chart with these axes, clockwise from the top.
    ///
    /// # Errors
    /// [`Error::Undefined`] for fewer than three axes.
    pub fn new<A: Into<String>>(title: impl Into<String>, axes: impl IntoIterator<Item = A>) -> Result<Self> {
        let axes: Vec<String> = axes.into_iter().map(Into::into).collect();
        if axes.len() < 3 {
            let reason = Undefined::TooFew { what: "axes", needed: 3, found: axes.len() as u64 };
            return Err(Error::undefined("radar chart", reason));
        }
        Ok(Self { title: title.into(), subtitle: String::new(), axes, things: Vec::new() })
    }

    /// Sets the lines under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = subtitle.into();
        self
    }

    /// Adds a thing with its figure on each axis. One that does not exist leaves a gap, and its reason is written below.
    ///
    /// # Errors
    /// [`Error::Length`] unless there is one figure an axis; [`Error::Argument`] for one that does not lie between 0 and
    /// 1; [`Error::NotFinite`] for an end of an interval that is not finite.
    pub fn add(&mut self, name: impl Into<String>, figures: &[Result<Estimate>]) -> Result<()> {
        crate::num::check_same_length("figures of a radar chart", self.axes.len(), figures.len())?;
        let figure = |figure: &Result<Estimate>| {
            let estimate = match figure {
                Err(error) => return Ok(Err(error.to_string())),
                Ok(estimate) => estimate,
            };
            if !(0.0..=1.0).contains(&estimate.value) {
                return Err(Error::argument(
                    "figures of a radar chart",
                    "a share from 0 to 1",
                    estimate.value,
                ));
            }
            let ends = estimate.interval.map(|interval| (interval.lower, interval.upper));
            let (lower, upper) = ends.unwrap_or_default();
            crate::num::check_finite("the ends of an interval", &[lower, upper])?;
            Ok(Ok((estimate.value, ends)))
        };
        let figures = figures.iter().map(figure).collect::<Result<_>>()?;
        self.things.push(Thing { name: name.into(), figures });
        Ok(())
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let radius = (6.5 * self.axes.len() as f64).max(104.0);
        let width = 2.0 * (radius + BESIDE);
        let inside = width - 2.0 * MARGIN;
        let mut svg = Svg::new();
        let mut y = MARGIN + 13.0;
        let title = shorten_bold_ems(&self.title, inside / 14.0);
        svg.text(MARGIN, y, Style::new(14.0, Anchor::Start).bold(), &title);
        for line in wrap(&self.subtitle, (inside / 6.6) as usize) {
            y += 15.0;
            svg.text(MARGIN, y, Style::new(11.0, Anchor::Start).fill(FAINT), &line);
        }
        // A name over or under the circle has at most four lines.
        let room = GAP + 4.0 * LINE + 6.0;
        let circle = Circle { x: width / 2.0, y: y + room + radius, radius, axes: self.axes.len() };
        self.draw_grid(&mut svg, circle);
        for (number, thing) in self.things.iter().enumerate() {
            let aside = 3.0 * (number as f64 - (self.things.len() as f64 - 1.0) / 2.0);
            self.draw_thing(&mut svg, thing, number, circle, aside);
        }
        for axis in 0..self.axes.len() {
            self.draw_name(&mut svg, axis, circle, width);
        }
        let mut y = circle.y + radius + room;
        for (number, thing) in self.things.iter().enumerate() {
            let colour = COLOURS[number % COLOURS.len()];
            svg.line(format_args!(
                "<rect x=\"{MARGIN}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{colour}\"/>",
                xy(y - 9.0)
            ));
            let name = shorten_ems(&thing.name, (inside - 16.0) / 12.0);
            svg.text(MARGIN + 16.0, y, Style::new(12.0, Anchor::Start), &name);
            y += 17.0;
        }
        for thing in &self.things {
            for (axis, figure) in self.axes.iter().zip(&thing.figures) {
                let Err(reason) = figure else { continue };
                for line in wrap_ems(&format!("{}, {axis}: {reason}", thing.name), inside / 10.0) {
                    svg.text(MARGIN, y, Style::new(10.0, Anchor::Start).fill(FAINT), &line);
                    y += 13.0;
                }
            }
        }
        svg.finish(width, y - 6.0 + MARGIN, &self.title)
    }

    fn draw_grid(&self, svg: &mut Svg, circle: Circle) {
        for quarter in 1..=4 {
            let share = f64::from(quarter) / 4.0;
            let (ring, colour) = (
                circle.path((0..circle.axes).map(|axis| (axis, share))),
                if quarter == 4 { "#8c959f" } else { "#e3e7ec" },
            );
            svg.line(format_args!("<path d=\"M{ring}Z\" stroke=\"{colour}\" fill=\"none\"/>"));
        }
        for axis in 0..self.axes.len() {
            let spoke = circle.path([(axis, 0.0), (axis, 1.0)].into_iter());
            svg.line(format_args!("<path d=\"M{spoke}\" stroke=\"#d6dce3\" fill=\"none\"/>"));
        }
        for share in [0.5, 1.0] {
            let (x, y) = circle.place(0, share, 0.0);
            let style = Style::new(10.0, Anchor::Start).fill(FAINT);
            svg.text(x + 3.0, y + 10.0, style, &fixed(share, 1));
        }
    }

    fn draw_thing(&self, svg: &mut Svg, thing: &Thing, number: usize, circle: Circle, aside: f64) {
        let colour = COLOURS[number % COLOURS.len()];
        let values: Vec<Option<f64>> =
            thing.figures.iter().map(|f| f.as_ref().ok().map(|(v, _)| *v)).collect();
        if let Some(all) = values.iter().copied().collect::<Option<Vec<f64>>>() {
            let area = circle.path(all.into_iter().enumerate());
            svg.line(format_args!(
                "<path d=\"M{area}Z\" stroke=\"{colour}\" stroke-width=\"1.6\" fill=\"{colour}\" fill-opacity=\"0.1\"/>"
            ));
        } else {
            // Only neighbours are joined: a line across a gap would claim a value there.
            for axis in 0..values.len() {
                let next = (axis + 1) % values.len();
                if let (Some(from), Some(to)) = (values[axis], values[next]) {
                    let side = circle.path([(axis, from), (next, to)].into_iter());
                    svg.line(format_args!(
                        "<path d=\"M{side}\" stroke=\"{colour}\" stroke-width=\"1.6\" fill=\"none\"/>"
                    ));
                }
            }
        }
        for (axis, figure) in thing.figures.iter().enumerate() {
            let Ok((value, ends)) = figure else { continue };
            let mut text = format!("{}, {}: {}", thing.name, self.axes[axis], fixed(*value, 3));
            if let Some((lower, upper)) = ends {
                let ((x1, y1), (x2, y2)) = (
                    circle.place(axis, lower.clamp(0.0, 1.0), aside),
                    circle.place(axis, upper.clamp(0.0, 1.0), aside),
                );
                svg.line(format_args!(
                    "<path d=\"M{x1} {y1}L{x2} {y2}\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-opacity=\"0.55\"/>"
                ));
                text = format!("{text} [{}, {}]", fixed(*lower, 3), fixed(*upper, 3));
            }
            let (x, y) = circle.place(axis, *value, 0.0);
            svg.line(format_args!(
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\" stroke=\"#ffffff\"><title>{}</title></circle>",
                escape(&text)
            ));
        }
    }

    /// The name of an axis beside its end, in lines that stay inside the picture.
    fn draw_name(&self, svg: &mut Svg, axis: usize, circle: Circle, width: f64) {
        let (dx, dy) = circle.direction(axis);
        let (x, y) = circle.place(axis, 1.0 + GAP / circle.radius, 0.0);
        let (anchor, room) = match dx {
            // Over and under the circle the neighbours begin soon.
            dx if dx.abs() < 0.1 => (Anchor::Middle, 100.0),
            dx if dx > 0.0 => (Anchor::Start, width - MARGIN - x),
            _ => (Anchor::End, x - MARGIN),
        };
        let mut lines = wrap_ems(&self.axes[axis], room / NAME);
        if lines.len() > 3 {
            let rest = lines.split_off(2).join(" ");
            lines.push(shorten_ems(&rest, room / NAME));
        }
        let names = lines.len();
        if let [Thing { figures, .. }] = self.things.as_slice() {
            lines.push(figures[axis].as_ref().map_or("–".to_string(), |(value, _)| fixed(*value, 3)));
        }
        // Blocks at the top end at their place, at the bottom they begin there, in between they are centred.
        let height = LINE * lines.len() as f64;
        let first = y - height * (1.0 - dy) / 2.0 + NAME - 1.0;
        for (i, line) in lines.iter().enumerate() {
            let style = Style::new(NAME, anchor);
            let style = if i < names { style } else { style.fill(FAINT) };
            svg.text(x, first + LINE * i as f64, style, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::{Interval, Level};
    use crate::report::width::ems;

    fn attribute(line: &str, name: &str) -> f64 {
        let (_, behind) = line.split_once(&format!(" {name}=\"")).unwrap();
        behind.split('"').next().unwrap().parse().unwrap()
    }

    /// Every text lies inside the picture, however long the names are.
    #[test]
    fn no_text_runs_off() {
        for axes in [3usize, 5, 12, 16, 30] {
            let names = (0..axes).map(|i| format!("{i} incomprehensibilities of a long name of an axis"));
            let mut radar = Radar::new("A title ".repeat(30), names).unwrap().subtitle("words ".repeat(60));
            let figures: Vec<_> = (0..axes)
                .map(|i| {
                    let undefined = Error::undefined("a metric", Undefined::Nothing { what: "items" });
                    if i == 1 { Err(undefined) } else { Ok(Estimate::new("", i as f64 / axes as f64)) }
                })
                .collect();
            radar.add("n".repeat(200), &figures).unwrap();
            let svg = radar.to_svg();
            let (width, height) = (attribute(&svg, "width"), attribute(&svg, "height"));
            assert!(axes > 16 || width == 400.0);
            for line in svg.lines().filter(|line| line.starts_with("<text")) {
                let (_, content) = line.split_once('>').unwrap();
                let text = content.trim_end_matches("</text>");
                let (x, y, size) = (attribute(line, "x"), attribute(line, "y"), attribute(line, "font-size"));
                let wide = ems(text) * size;
                let from = if line.contains("\"end\"") {
                    x - wide
                } else if line.contains("\"middle\"") {
                    x - wide / 2.0
                } else {
                    x
                };
                assert!(from >= 0.0 && from + wide <= width, "{axes} axes, {width} wide: {line}");
                assert!(y >= size * 0.8 && y <= height, "{axes} axes, {height} high: {line}");
            }
        }
    }

    #[test]
    fn gaps_are_not_bridged_and_names_are_escaped() {
        let mut radar = Radar::new("<t>", ["a & b", "c", "d", "e"]).unwrap();
        let figure = |value: f64| {
            Ok(Estimate::new("", value).with_interval(Interval::normal(value, 0.3, Level::default())))
        };
        let gap = Err(Error::undefined("metric", Undefined::OneCategory));
        radar.add("<m>", &[figure(0.5), gap, figure(0.9), figure(0.2)]).unwrap();
        let svg = radar.to_svg();
        assert!(svg.contains("a &amp; b") && svg.contains("&lt;m&gt;") && !svg.contains("<m>"));
        // Two sides of four: none touches the gap.
        assert_eq!(svg.matches("stroke-width=\"1.6\"").count(), 2);
        assert!(svg.contains("metric is undefined"));
        assert!(radar.add("x", &[figure(1.5), figure(0.1), figure(0.1), figure(0.1)]).is_err());
    }
}
