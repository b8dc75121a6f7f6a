use crate::error::{Error, Result};
use crate::inference::Estimate;
use crate::report::cell::fixed;
use crate::report::svg::{Anchor, FAINT, INSIDE, MARGIN, Style, Svg, WIDTH, escape, xy};
use crate::report::width::{shorten_ems, wrap_ems};

/// The ends of the axis lie a little inside, so that whiskers and numbers at them do too.
const LEFT: f64 = MARGIN + 8.0;
const RIGHT: f64 = WIDTH - LEFT;
/// A line of text above a line for the whiskers.
const ROW: f64 = 34.0;
const NAME: f64 = 11.0;
const VALUE: f64 = 10.0;
const BAND: f64 = 9.0;
/// The axis does not reach beyond these; a longer whisker ends in an arrow.
const LEAST: f64 = -1.0;
const GREATEST: f64 = 1.0;

/// Coefficients with their intervals on one axis, in front of the bands of a benchmark scale.
///
/// # Examples
/// ```
/// use probity::inference::{Estimate, Interval, Level};
/// use probity::report::ForestPlot;
/// let kappa = Estimate::new("kappa", 0.43).with_interval(Interval::normal(0.43, 0.05, Level::default()));
/// let mut plot = ForestPlot::new("Agreement");
/// plot.band(0.4, 0.6, "moderate")?;
/// plot.estimate("Fleiss' kappa", &kappa)?;
/// plot.undefined("Kendall's W", "the ratings do not vary");
/// let svg = plot.to_svg();
/// assert!(svg.contains("0.430 [0.332, 0.528]") && svg.contains("the ratings do not vary"));
/// assert!(plot.band(0.6, 0.4, "upside down").is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ForestPlot {
    title: String,
    subtitle: String,
    points: Vec<Point>,
    bands: Vec<Band>,
    undefined: Vec<(String, String)>,
    range: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Point {
    name: String,
    value: f64,
    ends: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Band {
    from: f64,
    to: f64,
    name: String,
}

impl ForestPlot {
    /// An empty plot.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            points: Vec::new(),
            bands: Vec::new(),
            undefined: Vec::new(),
            range: None,
        }
    }

    /// Sets the ends of the axis, for figures that are no coefficients (ratings). Whiskers beyond them end in arrows.
    ///
    /// # Errors
    /// [`Error::Argument`] unless both are finite and `low` is below `high`, by more than rounding.
    pub fn over(mut self, low: f64, high: f64) -> Result<Self> {
        let range = high - low;
        if !(range.is_finite() && range > 1e-9 * low.abs().max(high.abs())) {
            let found = format!("{low} to {high}");
            return Err(Error::argument("axis", "its lower end below its upper end, both finite", found));
        }
        self.range = Some((low, high));
        Ok(self)
    }

    /// Sets the lines under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = subtitle.into();
        self
    }

    /// Adds a coefficient under a name.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a value or an end of its interval that is not finite.
    pub fn estimate(&mut self, name: impl Into<String>, estimate: &Estimate) -> Result<()> {
        let ends = estimate.interval.map(|interval| (interval.lower, interval.upper));
        let (lower, upper) = ends.unwrap_or((estimate.value, estimate.value));
        crate::num::check_finite(
            "a coefficient and the ends of its interval",
            &[estimate.value, lower, upper],
        )?;
        self.points.push(Point { name: name.into(), value: estimate.value, ends });
        Ok(())
    }

    /// Adds a coefficient that does not exist for the data, with the reason.
    pub fn undefined(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.undefined.push((name.into(), reason.into()));
    }

    /// Adds a band of the background. Bands are shaded alternately in the order in which they are added.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `from` is below `to` (either may be infinite: the band then reaches the edge).
    pub fn band(&mut self, from: f64, to: f64, name: impl Into<String>) -> Result<()> {
        // Refuses NaN too.
        if from < to {
            self.bands.push(Band { from, to, name: name.into() });
            return Ok(());
        }
        Err(Error::argument("band", "its lower end below its upper end", format!("{from} to {to}")))
    }

    /// The ends of the axis: as set, or 0 to 1, from further left if something lies below 0.
    fn axis(&self) -> (f64, f64) {
        if let Some(range) = self.range {
            return range;
        }
        let least = |p: &Point| p.ends.map_or(p.value, |(lower, _)| lower.min(p.value));
        let low = self.points.iter().map(least).fold(0.0, f64::min);
        ((low * 5.0).floor().max(LEAST * 5.0) / 5.0, GREATEST)
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let (low, high) = self.axis();
        let decimals = decimals(high - low);
        let at = |value: f64| LEFT + (value.clamp(low, high) - low) / (high - low) * (RIGHT - LEFT);

        let mut svg = Svg::new();
        let y = svg.heading(WIDTH, &self.title, &[&self.subtitle]) + 10.0;
        let drawn: Vec<(&Band, f64, f64)> = self
            .bands
            .iter()
            .map(|band| (band, at(band.from), at(band.to)))
            .filter(|(_, from, to)| to - from > 0.5)
            .collect();
        // Names of bands stand above the plot, in as many lines as the narrowest needs.
        let lines: Vec<Vec<String>> =
            drawn.iter().map(|(b, from, to)| band_name(&b.name, to - from)).collect();
        let top = y + lines.iter().map(Vec::len).max().unwrap_or(0) as f64 * 10.5 + 4.0;
        let bottom = top + self.points.len().max(1) as f64 * ROW + 4.0;
        for (i, ((_, from, to), lines)) in drawn.iter().zip(&lines).enumerate() {
            let shade = if i % 2 == 0 { "#e9eef5" } else { "#f7f9fb" };
            svg.line(format_args!(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{shade}\"/>",
                xy(*from),
                xy(top),
                xy(to - from),
                xy(bottom - top)
            ));
            for (k, line) in lines.iter().enumerate() {
                let from_below = (lines.len() - 1 - k) as f64 * 10.5;
                let style = Style::new(BAND, Anchor::Middle).fill(FAINT);
                svg.text(f64::midpoint(*from, *to), top - 4.0 - from_below, style, line);
            }
        }
        draw_axis(&mut svg, (low, high), (top, bottom), at);
        for (i, point) in self.points.iter().enumerate() {
            let top = top + i as f64 * ROW;
            let value = shorten_ems(&point.text(decimals), 20.0);
            let style = Style::new(VALUE, Anchor::End);
            let room = INSIDE - style.width_of(&value) - 10.0;
            svg.text(WIDTH - MARGIN, top + 14.0, style.rim(), &value);
            let name = shorten_ems(&point.name, room / NAME);
            svg.text(MARGIN, top + 14.0, Style::new(NAME, Anchor::Start).rim(), &name);
            point.draw(&mut svg, top + 24.5, (low, high), decimals, at);
        }
        if self.points.is_empty() {
            let style = Style::new(NAME, Anchor::Middle).fill(FAINT);
            svg.text(WIDTH / 2.0, top + 22.0, style, "no coefficient is defined");
        }
        let end = svg.undefined(bottom + 16.0, &self.undefined);
        svg.finish(WIDTH, end + MARGIN, &self.title)
    }
}

fn draw_axis(svg: &mut Svg, (low, high): (f64, f64), (top, bottom): (f64, f64), at: impl Fn(f64) -> f64) {
    let step = tick_step(high - low);
    let places = decimals(high - low).saturating_sub(2);
    let first = (low / step - 1e-9).ceil();
    let ticks: Vec<f64> = (0..=((high - low) / step + 1e-9) as i32)
        .map(|i| (first + f64::from(i)) * step)
        .filter(|&value| value <= high + 1e-9 * step)
        .collect();
    for &value in &ticks {
        let (x, top, stop) = (xy(at(value)), xy(top), xy(bottom + 3.0));
        let colour = if value.abs() < 1e-9 * step { "#8c959f" } else { "#d6dce3" };
        svg.line(format_args!("<path d=\"M{x} {top}V{stop}\" stroke=\"{colour}\" fill=\"none\"/>"));
    }
    svg.tick_labels(bottom + 14.0, ticks.into_iter().map(|value| (at(value), fixed(value, places))));
}

/// A fifth of the range or less, in round numbers.
fn tick_step(range: f64) -> f64 {
    let power = 10f64.powi((range / 5.0).log10().floor() as i32);
    let round = [5.0, 2.0, 1.0].into_iter().find(|round| round * power <= range / 5.0 * (1.0 + 1e-9));
    round.unwrap_or(1.0) * power
}

/// Three decimals on an axis of length 1, fewer on longer ones.
fn decimals(range: f64) -> usize {
    (3.0 - range.log10().floor()).clamp(0.0, 9.0) as usize
}

impl Point {
    fn text(&self, decimals: usize) -> String {
        let value = fixed(self.value, decimals);
        match self.ends {
            Some((lower, upper)) => {
                format!("{value} [{}, {}]", fixed(lower, decimals), fixed(upper, decimals))
            }
            None => value,
        }
    }

    fn draw(&self, svg: &mut Svg, y: f64, (low, high): (f64, f64), decimals: usize, at: impl Fn(f64) -> f64) {
        let y = xy(y);
        let colour = "#0b5cad";
        if let Some((lower, upper)) = self.ends {
            let (from, to) = (xy(at(lower)), xy(at(upper)));
            svg.line(format_args!("<path d=\"M{from} {y}H{to}\" stroke=\"{colour}\" stroke-width=\"2\"/>"));
            for (end, x, outside, back) in [(lower, from, lower < low, 5.0), (upper, to, upper > high, -5.0)]
            {
                // An arrow instead of a stop says that the interval goes on.
                let shape =
                    if outside { format!("m{back} -5l{} 5l{back} 5", -back) } else { "m0 -5v10".into() };
                svg.line(format_args!(
                    "<path d=\"M{x} {y}{shape}\" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\">\
                     <title>{}</title></path>",
                    fixed(end, decimals + 1)
                ));
            }
        }
        svg.line(format_args!(
            "<circle cx=\"{}\" cy=\"{y}\" r=\"4.5\" fill=\"{colour}\" stroke=\"#ffffff\"><title>{}</title></circle>",
            xy(at(self.value)),
            escape(&format!("{}: {}", self.name, self.text(decimals)))
        ));
    }
}

/// A name in lines that fit a width; what does not fit at all is left out.
fn band_name(name: &str, width: f64) -> Vec<String> {
    wrap_ems(name, (width - 3.0) / BAND).into_iter().filter(|line| line != "…").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::{Interval, Level};

    #[test]
    fn the_axis_reaches_down_as_far_as_needed_but_not_below_minus_one() {
        let mut plot = ForestPlot::new("t");
        assert_eq!(plot.axis(), (0.0, 1.0));
        plot.estimate("a", &Estimate::new("a", -0.05)).unwrap();
        assert_eq!(plot.axis(), (-0.2, 1.0));
        let wide = Interval::normal(0.2, 5.0, Level::default());
        plot.estimate("b", &Estimate::new("b", 0.2).with_interval(wide)).unwrap();
        assert_eq!(plot.axis(), (-1.0, 1.0));
    }

    #[test]
    fn an_axis_of_ratings_has_round_ticks() {
        assert_eq!([1.0, 1.2, 2.0, 300.0, 1000.0, 0.05].map(tick_step), [0.2, 0.2, 0.2, 50.0, 200.0, 0.01]);
        assert_eq!([1.0, 2.0, 300.0, 0.5].map(decimals), [3, 3, 1, 4]);
        let mut plot = ForestPlot::new("t").over(850.0, 1150.0).unwrap();
        plot.estimate("a", &Estimate::new("rating", 1012.34)).unwrap();
        let svg = plot.to_svg();
        assert!(svg.contains(">1012.3</text>") && svg.contains(">900</text>"), "{svg}");
        assert!(ForestPlot::new("t").over(2.0, 2.0).is_err());
    }

    #[test]
    fn names_are_escaped_and_nan_is_refused() {
        let mut plot = ForestPlot::new("<t>");
        plot.undefined("a & b", "\u{1}");
        let svg = plot.to_svg();
        assert!(svg.contains("&lt;t&gt;") && svg.contains("a &amp; b") && !svg.contains('\u{1}'));
        assert!(svg.contains("no coefficient is defined"));
        assert!(plot.estimate("nan", &Estimate::new("nan", f64::NAN)).is_err());
        assert!(plot.band(f64::NAN, 1.0, "nan").is_err());
        assert!(plot.band(f64::NEG_INFINITY, 0.0, "below").is_ok());
    }
}
