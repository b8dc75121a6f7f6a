use std::f64::consts::TAU;

use crate::error::{Error, Result, Undefined};
use crate::inference::Estimate;
use crate::report::cell::fixed;
use crate::report::svg::{
    Anchor, FAINT, INSIDE, MARGIN, Style, Svg, WIDTH, colour_of, dashes_of, escape, xy,
};
use crate::report::width::{ems, wrap_ems, wrap_ems_to};

const RADIUS: f64 = 100.0;
/// Of a circle with numbers instead of names around it.
const NUMBERED: f64 = 160.0;
const NAME: f64 = 11.0;
const LINE: f64 = 12.5;
/// Between the circle and the names.
const GAP: f64 = 10.0;

/// Several figures of one or more things, each on a spoke of its own from 0 in the middle to 1 at the rim: a profile.
///
/// All figures must be turned the same way, or the areas mean nothing. Intervals are drawn along the spokes. With one
/// thing its figures stand beside the names of the axes. Where the names are too long or too many for the rim, the axes are
/// numbered and their names stand below.
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
        let mut svg = Svg::new();
        let y = svg.heading(WIDTH, &self.title, &[&self.subtitle]);
        // A name over or under the circle has at most four lines.
        let room = GAP + 4.0 * LINE + 6.0;
        let named = Circle { x: WIDTH / 2.0, y: y + room + RADIUS, radius: RADIUS, axes: self.axes.len() };
        let names: Option<Vec<Name>> = (0..self.axes.len()).map(|axis| self.name(axis, named)).collect();
        let names = names.filter(|names| are_apart(names));
        let circle = match names {
            Some(_) => named,
            None => Circle { y: y + 28.0 + NUMBERED, radius: NUMBERED, ..named },
        };
        self.draw_grid(&mut svg, circle);
        for (number, thing) in self.things.iter().enumerate() {
            let aside = 3.0 * (number as f64 - (self.things.len() as f64 - 1.0) / 2.0);
            self.draw_thing(&mut svg, thing, number, circle, aside.clamp(-12.0, 12.0));
        }
        let mut y = circle.y + circle.radius;
        match &names {
            Some(names) => {
                names.iter().for_each(|name| name.draw(&mut svg));
                y += room + 4.0;
            }
            None => y = self.draw_numbers(&mut svg, circle, y + 38.0),
        }
        for (number, thing) in self.things.iter().enumerate() {
            let (colour, dashes) = (colour_of(number), dashes_of(number));
            svg.line(format_args!(
                "<path d=\"M{MARGIN} {}h26\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-dasharray=\"{dashes}\" \
                 fill=\"none\"/>",
                xy(y - 3.5)
            ));
            let lines = wrap_ems_to(&thing.name, (INSIDE - 32.0) / NAME, 2);
            for (i, line) in lines.iter().enumerate() {
                svg.text(MARGIN + 32.0, y + 14.0 * i as f64, Style::new(NAME, Anchor::Start), line);
            }
            y += 14.0 * lines.len().max(1) as f64 + 2.0;
        }
        for thing in &self.things {
            for (axis, figure) in self.axes.iter().zip(&thing.figures) {
                let Err(reason) = figure else { continue };
                for line in wrap_ems(&format!("{}, {axis}: {reason}", thing.name), INSIDE / 10.0) {
                    svg.text(MARGIN, y, Style::new(10.0, Anchor::Start).fill(FAINT), &line);
                    y += 13.0;
                }
            }
        }
        svg.finish(WIDTH, y - 10.0 + MARGIN, &self.title)
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
        let (colour, dashes) = (colour_of(number), dashes_of(number));
        let values: Vec<Option<f64>> =
            thing.figures.iter().map(|f| f.as_ref().ok().map(|(v, _)| *v)).collect();
        if let Some(all) = values.iter().copied().collect::<Option<Vec<f64>>>() {
            let area = circle.path(all.into_iter().enumerate());
            svg.line(format_args!(
                "<path d=\"M{area}Z\" stroke=\"{colour}\" stroke-width=\"1.6\" stroke-dasharray=\"{dashes}\" \
                 fill=\"{colour}\" fill-opacity=\"0.08\"/>"
            ));
        } else {
            // Only neighbours are joined: a line across a gap would claim a value there.
            for axis in 0..values.len() {
                let next = (axis + 1) % values.len();
                if let (Some(from), Some(to)) = (values[axis], values[next]) {
                    let side = circle.path([(axis, from), (next, to)].into_iter());
                    svg.line(format_args!(
                        "<path d=\"M{side}\" stroke=\"{colour}\" stroke-width=\"1.6\" stroke-dasharray=\"{dashes}\" \
                         fill=\"none\"/>"
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

    /// The figure of the only thing on an axis.
    fn only_figure(&self, axis: usize) -> Option<String> {
        let [thing] = self.things.as_slice() else { return None };
        let figure = thing.figures.get(axis)?;
        Some(figure.as_ref().map_or("–".to_string(), |(value, _)| fixed(*value, 3)))
    }

    /// The name of an axis beside its end, in lines that stay inside the picture; `None` if it does not fit there.
    fn name(&self, axis: usize, circle: Circle) -> Option<Name> {
        let (dx, dy) = circle.direction(axis);
        let (x, y) = circle.place(axis, 1.0 + GAP / circle.radius, 0.0);
        let (anchor, room) = match dx {
            // Over and under the circle the neighbours begin soon.
            dx if dx.abs() < 0.1 => (Anchor::Middle, 100.0),
            dx if dx > 0.0 => (Anchor::Start, WIDTH - MARGIN - x),
            _ => (Anchor::End, x - MARGIN),
        };
        let mut lines = wrap_ems(&self.axes[axis], room / NAME);
        let names = lines.len();
        if names > 3 || lines.iter().any(|line| line.contains('…')) {
            return None;
        }
        lines.extend(self.only_figure(axis));
        // Blocks at the top end at their place, at the bottom they begin there, in between they are centred.
        let height = LINE * lines.len() as f64;
        Some(Name { x, first: y - height * (1.0 - dy) / 2.0 + NAME - 1.0, anchor, lines, names })
    }

    /// Numbers around the circle, and the names below; returns where they end.
    fn draw_numbers(&self, svg: &mut Svg, circle: Circle, mut y: f64) -> f64 {
        let style = Style::new(10.0, Anchor::Middle);
        let mut drawn: Vec<(f64, f64)> = Vec::new();
        for axis in 0..self.axes.len() {
            let (x, middle) = circle.place(axis, 1.0 + 13.0 / circle.radius, 0.0);
            let text = (axis + 1).to_string();
            let wide = style.width_of(&text) + 3.0;
            // Of very many axes not every one is numbered.
            if drawn.iter().all(|&(other, at)| (other - x).abs() >= wide || (at - middle).abs() >= 11.0) {
                svg.text(x, middle + 3.5, style, &text);
                drawn.push((x, middle));
            }
        }
        for (axis, name) in self.axes.iter().enumerate() {
            let figure = self.only_figure(axis);
            let value = Style::new(10.0, Anchor::End);
            let room = INSIDE - 30.0 - figure.as_ref().map_or(0.0, |figure| value.width_of(figure) + 8.0);
            svg.text(MARGIN + 22.0, y, Style::new(10.0, Anchor::End).fill(FAINT), &(axis + 1).to_string());
            if let Some(figure) = figure {
                svg.text(WIDTH - MARGIN, y, value, &figure);
            }
            let lines = wrap_ems_to(name, room / 10.0, 2);
            for (i, line) in lines.iter().enumerate() {
                svg.text(MARGIN + 30.0, y + 13.0 * i as f64, Style::new(10.0, Anchor::Start), line);
            }
            // An axis without a name has a line too.
            y += 13.0 * lines.len().max(1) as f64;
        }
        y + 8.0
    }
}

/// A name at the end of its axis.
struct Name {
    x: f64,
    /// The baseline of the first line.
    first: f64,
    anchor: Anchor,
    lines: Vec<String>,
    /// Lines that are the name; the others are its figure.
    names: usize,
}

impl Name {
    fn draw(&self, svg: &mut Svg) {
        for (i, line) in self.lines.iter().enumerate() {
            let style = Style::new(NAME, self.anchor);
            let style = if i < self.names { style } else { style.fill(FAINT) };
            svg.text(self.x, self.first + LINE * i as f64, style, line);
        }
    }

    /// Left, right, top, bottom.
    fn ends(&self) -> [f64; 4] {
        let wide = self.lines.iter().map(|line| ems(line)).fold(0.0, f64::max) * NAME;
        let left = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - wide / 2.0,
            Anchor::End => self.x - wide,
        };
        let top = self.first - NAME;
        [left, left + wide, top, top + LINE * self.lines.len() as f64]
    }
}

fn are_apart(names: &[Name]) -> bool {
    let ends: Vec<[f64; 4]> = names.iter().map(Name::ends).collect();
    ends.iter().enumerate().all(|(i, a)| {
        let mut others = ends.iter().skip(i + 1);
        others.all(|b| a[1] + 2.0 <= b[0] || b[1] + 2.0 <= a[0] || a[3] <= b[2] || b[3] <= a[2])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::{Interval, Level};

    #[test]
    fn names_that_do_not_fit_the_rim_stand_below() {
        let with = |axes: usize, name: &str| {
            Radar::new("t", (0..axes).map(|i| format!("{name} {i}"))).unwrap().to_svg()
        };
        assert!(!with(8, "short").contains(">8</text>"));
        assert!(with(8, "incomprehensibilities of a very long name of an axis").contains(">8</text>"));
        assert!(with(60, "short").contains(">60</text>"));
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
