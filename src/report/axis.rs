//! Axes from 0 to 1 and the frame of a plot.

use crate::report::cell::fixed;
use crate::report::svg::{Anchor, FAINT, MARGIN, Style, Svg, WIDTH, xy};
use crate::report::width::shorten_ems;

/// From data to the picture, in one direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Where the ends of the axis lie in the picture.
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Axis {
    /// The tenths that everything lies in, between 0 and 1.
    pub(super) fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            let value = value.clamp(0.0, 1.0);
            (least, greatest) = (least.min(value), greatest.max(value));
        }
        if least > greatest {
            return (0.0, 1.0);
        }
        // What lies on a tenth but for rounding is on it.
        let low = (least * 10.0 + 1e-9).floor() / 10.0;
        let high = (greatest * 10.0 - 1e-9).ceil() / 10.0;
        if high > low { (low, high) } else { ((low - 0.1).max(0.0), (low + 0.1).min(1.0)) }
    }

    pub(super) fn at(self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.from + share * (self.to - self.from)
    }

    pub(super) fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Ticks with their labels.
    pub(super) fn ticks(self) -> impl Iterator<Item = (f64, String)> {
        let (first, last) = ((self.low * 100.0).round() as i32, (self.high * 100.0).round() as i32);
        let (step, decimals) = match last - first {
            ..=10 => (2, 2),
            11..=20 => (5, 2),
            _ => (10, 1),
        };
        let ticks = (first..=last).step_by(step).map(|hundredth| f64::from(hundredth) / 100.0);
        ticks.map(move |tick| (tick, fixed(tick, decimals)))
    }
}

/// The frame of a plot with a grid, ticks and the names of its axes; also the clip path `plot`.
pub(super) fn draw_frame(svg: &mut Svg, across: Axis, upwards: Axis, names: &[String; 2]) {
    let (left, right, top, bottom) = (xy(across.from), xy(across.to), xy(upwards.to), xy(upwards.from));
    let (width, height) = (xy(across.to - across.from), xy(upwards.from - upwards.to));
    svg.line(format_args!(
            "<clipPath id=\"plot\"><rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/></clipPath>"
        ));
    for (tick, _) in across.ticks() {
        let x = xy(across.at(tick));
        svg.line(format_args!("<path d=\"M{x} {top}V{bottom}\" stroke=\"#e3e7ec\" fill=\"none\"/>"));
    }
    svg.tick_labels(bottom + 14.0, across.ticks().map(|(tick, label)| (across.at(tick), label)));
    for (tick, label) in upwards.ticks() {
        let y = xy(upwards.at(tick));
        svg.line(format_args!("<path d=\"M{left} {y}H{right}\" stroke=\"#e3e7ec\" fill=\"none\"/>"));
        svg.text(left - 5.0, y + 3.5, Style::new(10.0, Anchor::End).fill(FAINT), &label);
    }
    svg.line(format_args!(
        "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"#8c959f\"/>"
    ));
    let (x, y) = (f64::midpoint(left, right), f64::midpoint(top, bottom));
    let style = Style::new(11.0, Anchor::Middle);
    svg.text(x, bottom + 29.0, style, &shorten_ems(&names[0], width / 11.0));
    svg.text(MARGIN + 9.0, y, style.upwards(), &shorten_ems(&names[1], height / 11.0));
}

/// Where a square plot lies below a heading: its axes, across and upwards, from 0 to 1.
pub(super) fn square(top: f64) -> (Axis, Axis) {
    let (left, right) = (MARGIN + 40.0, WIDTH - MARGIN - 4.0);
    let across = Axis { low: 0.0, high: 1.0, from: left, to: right };
    (across, Axis { low: 0.0, high: 1.0, from: top + right - left, to: top })
}

/// What stands below a square plot begins here.
pub(super) const BELOW: f64 = 29.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axes_hold_everything_and_no_more() {
        assert_eq!(Axis::range([].into_iter()), (0.0, 1.0));
        assert_eq!(Axis::range([0.526, 0.97].into_iter()), (0.5, 1.0));
        assert_eq!(Axis::range([0.1 + 0.2, 0.7].into_iter()), (0.3, 0.7));
        assert_eq!(Axis::range([0.0].into_iter()), (0.0, 0.1));
        assert_eq!(Axis::range([1.0, 1.4].into_iter()), (0.9, 1.0));
        assert_eq!(Axis::range([-3.0, 0.55].into_iter()), (0.0, 0.6));
    }
}
