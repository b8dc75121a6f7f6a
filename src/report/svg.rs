//! Writing SVG: shapes, escaped text, colours.

use std::fmt::{Arguments, Write};

use crate::report::width::{harmless, shorten_bold_ems, wrap};

pub(super) const INK: &str = "#1f2328";
pub(super) const FAINT: &str = "#59636e";
/// Colours that stay apart on white, also for those who do not see red and green apart.
pub(super) const COLOURS: [&str; 8] =
    ["#0b5cad", "#c4501b", "#1a7f5a", "#8a3ea8", "#a8740a", "#3b7d94", "#b0305c", "#5b5f66"];
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
}

impl Style {
    pub(super) fn new(size: f64, anchor: Anchor) -> Self {
        Self { size, anchor, fill: INK, bold: false, upwards: false }
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
        let turn = if style.upwards { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
        self.line(format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"{}\"{weight}{turn}>{}</text>",
            style.size,
            style.fill,
            escape(text)
        ));
    }

    /// A title, shortened to the width, and what is said below it; returns the baseline of the last line.
    pub(super) fn heading(&mut self, margin: f64, width: f64, title: &str, below: &[&str]) -> f64 {
        let room = width - 2.0 * margin;
        let mut y = margin + 14.0;
        self.text(margin, y, Style::new(16.0, Anchor::Start).bold(), &shorten_bold_ems(title, room / 16.0));
        for line in below.iter().flat_map(|text| wrap(text, (room / 7.2) as usize)) {
            y += 17.0;
            self.text(margin, y, Style::new(12.0, Anchor::Start).fill(FAINT), &line);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::width::bold_ems;

    #[test]
    fn a_bold_title_stays_inside() {
        let mut svg = Svg::new();
        let y = svg.heading(20.0, 400.0, &"Wide words ".repeat(20), &["one line", "another"]);
        let title = svg.body.lines().next().and_then(|line| line.split(['>', '<']).nth(2)).unwrap();
        assert!(bold_ems(title) * 16.0 <= 360.0 && title.starts_with("Wide"), "{title}");
        assert_eq!((y, svg.body.lines().count()), (68.0, 3));
    }
}
