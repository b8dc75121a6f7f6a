//! Writing SVG: shapes, escaped text, colours.

use std::fmt::{Arguments, Write};

use crate::report::width::{BOLD, ems, harmless, wrap_ems, wrap_ems_to};

/// Pictures are so wide, and taller the more they show: text of 9 pixels or more can then be read on any screen and in a
/// column of a paper.
pub(super) const WIDTH: f64 = 400.0;
pub(super) const MARGIN: f64 = 12.0;
/// Between the margins.
pub(super) const INSIDE: f64 = WIDTH - 2.0 * MARGIN;
pub(super) const INK: &str = "#1f2328";
pub(super) const FAINT: &str = "#59636e";
/// Colours that stay apart on white, also for those who do not see red and green apart.
pub(super) const COLOURS: [&str; 8] =
    ["#0b5cad", "#c4501b", "#1a7f5a", "#8a3ea8", "#a8740a", "#3b7d94", "#b0305c", "#5b5f66"];
/// Lines that stay apart without colours.
const DASHES: [&str; 5] = ["none", "7 3", "2 2", "9 3 2 3", "4 2"];
const FONT: &str = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/// Text as the content of an element or an attribute. Characters that XML forbids are replaced.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(harmless(c)),
        }
    }
    out
}

/// The colour of the `number`th thing.
pub(super) fn colour_of(number: usize) -> &'static str {
    COLOURS[number % COLOURS.len()]
}

/// The dashes of the `number`th line. Colour and dashes come together again only after 40 lines.
pub(super) fn dashes_of(number: usize) -> &'static str {
    DASHES[number % DASHES.len()]
}

/// A coordinate with at most two decimals.
pub(super) fn xy(value: f64) -> f64 {
    // Adding zero turns -0 into 0.
    (value * 100.0).round() / 100.0 + 0.0
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f64,
    pub(super) anchor: Anchor,
    pub(super) fill: &'static str,
    pub(super) bold: bool,
    /// Turned to read upwards.
    pub(super) upwards: bool,
    /// With a white rim, where it lies on lines.
    pub(super) rim: bool,
}

impl Style {
    pub(super) fn new(size: f64, anchor: Anchor) -> Self {
        Self { size, anchor, fill: INK, bold: false, upwards: false, rim: false }
    }

    pub(super) fn fill(self, fill: &'static str) -> Self {
        Self { fill, ..self }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn upwards(self) -> Self {
        Self { upwards: true, ..self }
    }

    pub(super) fn rim(self) -> Self {
        Self { rim: true, ..self }
    }

    /// The room that a text takes along its line.
    pub(super) fn width_of(self, text: &str) -> f64 {
        ems(text) * self.size * if self.bold { BOLD } else { 1.0 }
    }
}

#[derive(Debug)]
pub(super) struct Svg {
    body: String,
}

impl Svg {
    pub(super) fn new() -> Self {
        Self { body: String::new() }
    }

    /// Appends a line of markup.
    pub(super) fn line(&mut self, markup: Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(markup);
        self.body.push('\n');
    }

    /// A text with its baseline at `y`.
    pub(super) fn text(&mut self, x: f64, y: f64, style: Style, text: &str) {
        let (x, y) = (xy(x), xy(y));
        let anchor = match style.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if style.bold { " font-weight=\"bold\"" } else { "" };
        let rim = if style.rim {
            " stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\""
        } else {
            ""
        };
        let turn = if style.upwards { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
        self.line(format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"{}\"{weight}{rim}{turn}>{}</text>",
            style.size,
            style.fill,
            escape(text)
        ));
    }

    /// Labels of an axis from left to right; one that would touch the label before it is left out.
    pub(super) fn tick_labels(&mut self, y: f64, ticks: impl Iterator<Item = (f64, String)>) {
        let style = Style::new(10.0, Anchor::Middle).fill(FAINT);
        let mut end = f64::NEG_INFINITY;
        for (x, label) in ticks {
            let half = style.width_of(&label) / 2.0;
            let x = x.min(WIDTH - 2.0 - half).max(2.0 + half);
            if x - half > end + 4.0 {
                self.text(x, y, style, &label);
                end = x + half;
            }
        }
    }

    /// A title of up to three lines and what is said below it; returns the baseline of the last line.
    pub(super) fn heading(&mut self, width: f64, title: &str, below: &[&str]) -> f64 {
        let room = width - 2.0 * MARGIN;
        let mut y = MARGIN - 5.0;
        for line in wrap_ems_to(title, room / (14.0 * BOLD), 3) {
            y += 17.0;
            self.text(MARGIN, y, Style::new(14.0, Anchor::Start).bold(), &line);
        }
        for line in below.iter().flat_map(|text| wrap_ems(text, room / 10.5)) {
            y += 14.0;
            self.text(MARGIN, y, Style::new(10.5, Anchor::Start).fill(FAINT), &line);
        }
        y
    }

    /// A list of what is undefined, each with its reason; returns where it ends.
    pub(super) fn undefined(&mut self, mut y: f64, list: &[(String, String)]) -> f64 {
        if list.is_empty() {
            return y;
        }
        y += 20.0;
        self.text(MARGIN, y, Style::new(11.0, Anchor::Start).bold(), "Undefined for these data");
        for (name, reason) in list {
            y += 3.0;
            for line in wrap_ems_to(name, INSIDE / 11.0, 2) {
                y += 14.0;
                self.text(MARGIN, y, Style::new(11.0, Anchor::Start), &line);
            }
            for line in wrap_ems(reason, (INSIDE - 10.0) / 10.0) {
                y += 13.0;
                self.text(MARGIN + 10.0, y, Style::new(10.0, Anchor::Start).fill(FAINT), &line);
            }
        }
        y
    }

    /// The document, on white.
    pub(super) fn finish(self, width: f64, height: f64, title: &str) -> String {
        let (width, height) = (width.ceil(), height.ceil());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{FONT}\" role=\"img\">\n<title>{}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{}</svg>\n",
            escape(title),
            self.body
        )
    }
}
