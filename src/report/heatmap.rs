use crate::error::{Error, Result};
use crate::report::cell::fixed;
use crate::report::svg::{Anchor, FAINT, Style, Svg, escape, xy};
use crate::report::width::{bold_ems, ems, shorten_ems};

/// Up to so many rows the values are printed into the cells.
const WITH_VALUES: usize = 40;
/// Beyond so many rows neighbours are drawn as one.
const MOST_ROWS: usize = 120;
/// The most em of a name.
const NAME_EMS: f64 = 13.0;
const MARGIN: f64 = 20.0;

/// Least to greatest; negative values have colours of their own.
const POSITIVE: [[f64; 3]; 5] =
    [[247., 251., 255.], [198., 219., 239.], [107., 174., 214.], [33., 113., 181.], [8., 48., 107.]];
const NEGATIVE: [[f64; 3]; 3] = [[247., 251., 255.], [244., 165., 130.], [178., 24., 43.]];

/// A matrix in colours: how well each rater agrees with each other one, or how often each contender beats each other one
/// ([`directed`](Self::directed)).
///
/// Values are printed into the cells of up to 40 rows, names stand beside up to 120. Of more rows, neighbours are drawn
/// as one: each cell is then the mean of the defined pairs of two groups, and the picture says so. A pair without a
/// value is hatched grey; the diagonal stays empty while rows are single raters.
///
/// # Examples
/// ```
/// use probity::report::HeatMap;
/// let names = ["ann", "bob", "eve"].map(String::from).to_vec();
/// let (half, none) = (Some(0.5), None);
/// let map = HeatMap::new("Cohen's kappa", names.clone(), vec![None, half, none, half, None, half, none, half, None])?;
/// assert!(map.to_svg().contains(">0.50</text>"));
/// assert!(HeatMap::new("two values", names, vec![None; 2]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    title: String,
    subtitle: String,
    names: Vec<String>,
    values: Vec<Option<f64>>,
}

impl HeatMap {
    /// A picture of `values[row · names + column]`, each between −1 and 1. The diagonal is ignored.
    ///
    /// # Errors
    /// [`Error::Length`] unless there is one value a pair of names; [`Error::Argument`] for a value outside −1..=1 (NaN
    /// included) or a matrix that is not symmetric.
    pub fn new(title: impl Into<String>, names: Vec<String>, values: Vec<Option<f64>>) -> Result<Self> {
        let map = Self::directed(title, names, values)?;
        let n = map.names.len();
        for (row, line) in map.values.chunks(n.max(1)).enumerate() {
            for (column, value) in line.iter().enumerate().filter(|&(column, _)| column != row) {
                if map.values.get(column * n + row) != Some(value) {
                    let found = format!("{value:?} at row {row}, column {column}");
                    return Err(Error::argument("values of a heat map", "a symmetric matrix", found));
                }
            }
        }
        Ok(map)
    }

    /// As [`new`](Self::new), of a matrix that need not be symmetric: how often each row beats each column.
    ///
    /// # Errors
    /// As [`new`](Self::new), but for the symmetry.
    pub fn directed(title: impl Into<String>, names: Vec<String>, values: Vec<Option<f64>>) -> Result<Self> {
        let n = names.len();
        crate::num::check_same_length("values of a heat map (names × names)", n * n, values.len())?;
        for (at, value) in values.iter().enumerate() {
            let (row, column) = (at / n, at % n);
            if row != column && value.is_some_and(|v| !(-1.0..=1.0).contains(&v)) {
                let found = format!("{value:?} at row {row}, column {column}");
                return Err(Error::argument("values of a heat map", "values from -1 to 1", found));
            }
        }
        Ok(Self { title: title.into(), subtitle: String::new(), names, values })
    }

    /// Sets the lines under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = subtitle.into();
        self
    }

    /// Rows as drawn: single raters, or groups of neighbours.
    fn rows(&self) -> Grid {
        let n = self.names.len();
        let group = n.div_ceil(MOST_ROWS).max(1);
        if group == 1 {
            return Grid { names: self.names.clone(), values: self.values.clone(), group };
        }
        let groups: Vec<std::ops::Range<usize>> =
            (0..n).step_by(group).map(|start| start..(start + group).min(n)).collect();
        let names = groups.iter().map(|g| format!("{}–{}", g.start + 1, g.end)).collect();
        let mean = |a: &std::ops::Range<usize>, b: &std::ops::Range<usize>| {
            let pairs = a.clone().flat_map(|i| b.clone().map(move |j| (i, j))).filter(|(i, j)| i != j);
            let defined: Vec<f64> =
                pairs.filter_map(|(i, j)| self.values.get(i * n + j).copied().flatten()).collect();
            let count = defined.len() as f64;
            (!defined.is_empty()).then(|| crate::num::sum(defined) / count)
        };
        let values = groups.iter().flat_map(|a| groups.iter().map(move |b| mean(a, b))).collect();
        Grid { names, values, group }
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let grid = self.rows();
        let n = grid.names.len();
        let with_values = n <= WITH_VALUES;
        let (cell, name_size, value_size) = match n {
            0..=6 => (54.0, 13.0, 13.0),
            7..=12 => (44.0, 12.0, 12.0),
            13..=20 => (36.0, 11.0, 11.0),
            21..=WITH_VALUES => (30.0, 11.0, 10.0),
            _ => (12.0, 9.0, 0.0),
        };
        let least = self.off_diagonal().fold(0.0_f64, f64::min);
        let low = if least < 0.0 { (least * 4.0).floor() / 4.0 } else { 0.0 };

        let names: Vec<String> = grid.names.iter().map(|name| shorten_ems(name, NAME_EMS)).collect();
        let widest = names.iter().map(|name| ems(name)).fold(0.0, f64::max) * name_size;
        let upright = widest <= cell - 4.0;
        let legend = 90.0;
        let side = cell * n as f64;
        let left = MARGIN + widest + 8.0;
        // Few raters make a narrow picture, in which the title must still fit.
        let title = (16.0 * bold_ems(&self.title) + 2.0 * MARGIN).min(900.0);
        let width = (left + side + legend + MARGIN).max(title).max(420.0);

        let mut svg = Svg::new();
        let mut top = self.heading(&mut svg, width, grid.group);
        top += if upright { name_size + 6.0 } else { widest + 8.0 };
        svg.line(format_args!(
            "<defs><pattern id=\"none\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#ececec\"/>\
             <rect width=\"2\" height=\"6\" fill=\"#c4c4c4\"/></pattern></defs>"
        ));
        for (i, name) in names.iter().enumerate() {
            let middle = (i as f64 + 0.5) * cell;
            let third = name_size * 0.36;
            svg.text(left - 6.0, top + middle + third, Style::new(name_size, Anchor::End), name);
            if upright {
                svg.text(left + middle, top - 6.0, Style::new(name_size, Anchor::Middle), name);
            } else {
                let style = Style::new(name_size, Anchor::Start).upwards();
                svg.text(left + middle + third, top - 6.0, style, name);
            }
        }
        let mut undefined = false;
        for row in 0..n {
            for column in 0..n {
                if row == column && grid.group == 1 {
                    continue;
                }
                let value = grid.values.get(row * n + column).copied().flatten();
                undefined |= value.is_none();
                let (x, y) = (left + column as f64 * cell, top + row as f64 * cell);
                let told = value.map_or_else(|| "undefined".to_string(), |v| fixed(v, 3));
                let pair = match (grid.names.get(row), grid.names.get(column)) {
                    (Some(a), Some(b)) => format!("{a} · {b}: {told}"),
                    _ => told,
                };
                let fill = value.map_or_else(|| "url(#none)".to_string(), |v| hex(colour(v, low)));
                svg.line(format_args!(
                    "<rect x=\"{}\" y=\"{}\" width=\"{cell}\" height=\"{cell}\" fill=\"{fill}\" stroke=\"#ffffff\" \
                     stroke-width=\"{}\"><title>{}</title></rect>",
                    xy(x),
                    xy(y),
                    if with_values { 1.0 } else { 0.3 },
                    escape(&pair)
                ));
                if let Some(value) = value.filter(|_| with_values) {
                    let ink = if is_dark(colour(value, low)) { "#ffffff" } else { super::svg::INK };
                    let style = Style::new(value_size, Anchor::Middle).fill(ink);
                    svg.text(x + cell / 2.0, y + cell / 2.0 + value_size * 0.36, style, &fixed(value, 2));
                }
            }
        }
        if n == 0 {
            svg.text(left, top + 16.0, Style::new(13.0, Anchor::Start).fill(FAINT), "no raters");
        }
        let bottom = draw_legend(&mut svg, left + side + 24.0, top, side.clamp(110.0, 220.0), low, undefined);
        svg.finish(width, (top + side).max(bottom) + MARGIN, &self.title)
    }

    /// Values off the diagonal.
    fn off_diagonal(&self) -> impl Iterator<Item = f64> {
        let n = self.names.len();
        let off = self.values.iter().enumerate().filter(move |(i, _)| i / n != i % n);
        off.filter_map(|(_, value)| *value)
    }

    /// Title and subtitle; returns where they end.
    fn heading(&self, svg: &mut Svg, width: f64, group: usize) -> f64 {
        let grouped = format!(
            "{} raters, drawn in groups of {group} neighbours in the order given; a cell is the mean of the defined \
             pairs of two groups",
            self.names.len()
        );
        let below = [self.subtitle.as_str(), &grouped];
        let below = if group > 1 { &below[..] } else { &below[..1] };
        svg.heading(MARGIN, width, &self.title, below) + 16.0
    }
}

struct Grid {
    names: Vec<String>,
    values: Vec<Option<f64>>,
    /// Raters a row.
    group: usize,
}

/// A bar of colours with its numbers, and what hatching means; returns where it ends.
fn draw_legend(svg: &mut Svg, x: f64, top: f64, height: f64, low: f64, undefined: bool) -> f64 {
    let steps = 44;
    let step = height / f64::from(steps);
    let at = |value: f64| top + (1.0 - value) / (1.0 - low) * height;
    for i in 0..steps {
        let value = 1.0 - (f64::from(i) + 0.5) / f64::from(steps) * (1.0 - low);
        svg.line(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"{}\" fill=\"{}\"/>",
            xy(x),
            xy(top + f64::from(i) * step),
            // A little overlap hides the seams.
            xy(step + 0.4),
            hex(colour(value, low))
        ));
    }
    let ticks = (-4..=4).map(|i| f64::from(i) / 4.0).filter(|&tick| tick >= low);
    for tick in ticks {
        let y = at(tick);
        svg.line(format_args!(
            "<path d=\"M{} {}h4\" stroke=\"{FAINT}\" fill=\"none\"/>",
            xy(x + 14.0),
            xy(y)
        ));
        svg.text(x + 21.0, y + 3.6, Style::new(10.0, Anchor::Start).fill(FAINT), &fixed(tick, 2));
    }
    let mut bottom = top + height + 6.0;
    if undefined {
        bottom += 10.0;
        svg.line(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"14\" fill=\"url(#none)\"/>",
            xy(x),
            xy(bottom)
        ));
        svg.text(x + 21.0, bottom + 11.0, Style::new(10.0, Anchor::Start).fill(FAINT), "undefined");
        bottom += 14.0;
    }
    bottom
}

/// The colour of a value between `low` (0 or below) and 1.
fn colour(value: f64, low: f64) -> [f64; 3] {
    if value < 0.0 { blend(&NEGATIVE, value / low.min(-0.25)) } else { blend(&POSITIVE, value) }
}

fn blend(stops: &[[f64; 3]], share: f64) -> [f64; 3] {
    let position = share.clamp(0.0, 1.0) * stops.len().saturating_sub(1) as f64;
    let rest = position.fract();
    let from = stops.get(position as usize).copied().unwrap_or_default();
    let to = stops.get(position as usize + 1).copied().unwrap_or(from);
    std::array::from_fn(|i| from[i] + (to[i] - from[i]) * rest)
}

fn hex(colour: [f64; 3]) -> String {
    let [r, g, b] = colour.map(|channel| channel.round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Whether white text reads better on it than black.
fn is_dark([r, g, b]: [f64; 3]) -> bool {
    0.299 * r + 0.587 * g + 0.114 * b < 140.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(n: usize) -> HeatMap {
        let names = (0..n).map(|i| format!("rater <{i}>")).collect();
        let value = |i: usize, j: usize| {
            let hash = (i.min(j) * 31 + i.max(j) * 17) % 23;
            (hash > 0).then(|| hash as f64 / 23.0 - 0.2)
        };
        let values = (0..n).flat_map(|i| (0..n).map(move |j| value(i, j))).collect();
        HeatMap::new("Cohen's kappa", names, values).unwrap()
    }

    #[test]
    fn values_are_printed_only_where_they_can_be_read() {
        assert!(map(30).to_svg().matches("text-anchor=\"middle\"").count() > 700);
        let many = map(100).to_svg();
        assert_eq!(many.matches("text-anchor=\"middle\"").count(), 0);
        assert!(many.contains("rater &lt;99&gt;") && !many.contains("rater <"));
    }

    #[test]
    fn hundreds_of_raters_are_grouped_and_the_picture_says_so() {
        let map = map(500);
        let grid = map.rows();
        assert_eq!((grid.group, grid.names.len()), (5, 100));
        assert_eq!(grid.names.last().map(String::as_str), Some("496–500"));
        assert!(map.to_svg().contains("500 raters, drawn in groups of 5"));
        let n = 500;
        let block: Vec<f64> = (0..5)
            .flat_map(|i| (5..10).map(move |j| (i, j)))
            .filter_map(|(i, j)| map.values[i * n + j])
            .collect();
        let mean = block.iter().sum::<f64>() / block.len() as f64;
        assert!((grid.values[1].unwrap() - mean).abs() < 1e-12);
    }

    #[test]
    fn wrong_matrices_are_refused() {
        let names = || vec!["a".to_string(), "b".to_string()];
        assert!(HeatMap::new("", names(), vec![None, Some(0.1), Some(0.2), None]).is_err());
        assert!(HeatMap::new("", names(), vec![None, Some(1.5), Some(1.5), None]).is_err());
        assert!(HeatMap::new("", names(), vec![None, Some(f64::NAN), Some(f64::NAN), None]).is_err());
        let one_way = vec![None, Some(0.1), Some(0.9), None];
        assert!(HeatMap::directed("", names(), one_way).unwrap().to_svg().contains(">0.90</text>"));
        assert!(HeatMap::new("", Vec::new(), Vec::new()).unwrap().to_svg().contains("no raters"));
    }
}
