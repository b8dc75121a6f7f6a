use crate::error::{Error, Result};
use crate::report::cell::fixed;
use crate::report::svg::{Anchor, FAINT, MARGIN, Style, Svg, WIDTH, escape, xy};
use crate::report::width::{ems, shorten_ems};

/// Values are printed into cells of so many pixels or more.
const WITH_VALUES: f64 = 26.0;
const LARGEST: f64 = 44.0;
/// Beyond so many rows neighbours are drawn as one.
const MOST_ROWS: usize = 120;
const NAME: f64 = 10.0;
/// The most em of a name.
const NAME_EMS: f64 = 10.0;
/// Between two names.
const PITCH: f64 = 11.5;

/// Least to greatest; negative values have colours of their own.
const POSITIVE: [[f64; 3]; 5] =
    [[247., 251., 255.], [198., 219., 239.], [107., 174., 214.], [33., 113., 181.], [8., 48., 107.]];
const NEGATIVE: [[f64; 3]; 3] = [[247., 251., 255.], [244., 165., 130.], [178., 24., 43.]];

/// A matrix in colours: how well each rater agrees with each other one, or how often each contender beats each other one
/// ([`directed`](Self::directed)).
///
/// Values are printed into the cells while they are large enough, about ten rows; a bar marks those below 0 where they are not.
/// Names stand beside every row, or every few rows where there are many; all are in the tooltips. Beyond 120 rows neighbours
/// are drawn as one: each cell is then the mean of the defined pairs of two groups, and the picture says so. A pair without
/// a value is hatched grey; the diagonal stays empty while rows are single raters.
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
        let names: Vec<String> = grid.names.iter().map(|name| shorten_ems(name, NAME_EMS)).collect();
        let widest = names.iter().map(|name| ems(name)).fold(0.0, f64::max) * NAME;
        let left = MARGIN + widest + 6.0;
        let cell = ((WIDTH - MARGIN - left) / n.max(1) as f64).min(LARGEST);
        let side = cell * n as f64;
        let with_values = cell >= WITH_VALUES;
        let upright = widest <= cell - 4.0;
        let least = self.off_diagonal().fold(0.0_f64, f64::min);
        let low = if least < 0.0 { (least * 4.0).floor() / 4.0 } else { 0.0 };

        let mut svg = Svg::new();
        let mut top = self.heading(&mut svg, grid.group);
        top += if upright { NAME + 4.0 } else { widest + 6.0 };
        svg.line(format_args!(
            "<defs><pattern id=\"none\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#ececec\"/>\
             <rect width=\"2\" height=\"6\" fill=\"#b4b4b4\"/></pattern></defs>"
        ));
        let every = ((PITCH / cell).ceil() as usize).max(1);
        for (i, name) in names.iter().enumerate().step_by(every) {
            let middle = (i as f64 + 0.5) * cell;
            let third = NAME * 0.36;
            svg.text(left - 4.0, top + middle + third, Style::new(NAME, Anchor::End), name);
            if upright {
                svg.text(left + middle, top - 5.0, Style::new(NAME, Anchor::Middle), name);
            } else {
                let style = Style::new(NAME, Anchor::Start).upwards();
                svg.text(left + middle + third, top - 4.0, style, name);
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
                let wide = xy(cell);
                let fill = value.map_or_else(|| "url(#none)".to_string(), |v| hex(colour(v, low)));
                svg.line(format_args!(
                    "<rect x=\"{}\" y=\"{}\" width=\"{wide}\" height=\"{wide}\" fill=\"{fill}\" stroke=\"#ffffff\" \
                     stroke-width=\"{}\"><title>{}</title></rect>",
                    xy(x),
                    xy(y),
                    if with_values { 1.0 } else { 0.2 },
                    escape(&pair)
                ));
                let Some(value) = value else { continue };
                let ink = if is_dark(colour(value, low)) { "#ffffff" } else { super::svg::INK };
                if with_values {
                    let style = Style::new(9.0, Anchor::Middle).fill(ink);
                    svg.text(x + cell / 2.0, y + cell / 2.0 + 3.3, style, &fixed(value, 2));
                } else if value < 0.0 {
                    let (x, y) = (xy(x + 0.25 * cell), xy(y + 0.5 * cell));
                    svg.line(format_args!(
                        "<path d=\"M{x} {y}h{}\" stroke=\"{ink}\" stroke-width=\"{}\"/>",
                        xy(0.5 * cell),
                        xy((0.14 * cell).max(0.5))
                    ));
                }
            }
        }
        if n == 0 {
            svg.text(MARGIN, top + 16.0, Style::new(11.0, Anchor::Start).fill(FAINT), "no raters");
        }
        let bottom = draw_legend(&mut svg, top + side + 14.0, low, undefined, !with_values);
        svg.finish(WIDTH, bottom + MARGIN, &self.title)
    }

    /// Values off the diagonal.
    fn off_diagonal(&self) -> impl Iterator<Item = f64> {
        let n = self.names.len();
        let off = self.values.iter().enumerate().filter(move |(i, _)| i / n != i % n);
        off.filter_map(|(_, value)| *value)
    }

    /// Title and subtitle; returns where they end.
    fn heading(&self, svg: &mut Svg, group: usize) -> f64 {
        let grouped = format!(
            "{} raters, drawn in groups of {group} neighbours in the order given; a cell is the mean of the defined \
             pairs of two groups",
            self.names.len()
        );
        let below = [self.subtitle.as_str(), &grouped];
        let below = if group > 1 { &below[..] } else { &below[..1] };
        svg.heading(WIDTH, &self.title, below) + 10.0
    }
}

struct Grid {
    names: Vec<String>,
    values: Vec<Option<f64>>,
    /// Raters a row.
    group: usize,
}

/// A bar of colours with its numbers, and what hatching and bars mean; returns where it ends.
fn draw_legend(svg: &mut Svg, top: f64, low: f64, undefined: bool, bars: bool) -> f64 {
    const STEPS: u32 = 44;
    const LONG: f64 = 176.0;
    let step = LONG / f64::from(STEPS);
    let left = MARGIN + 14.0;
    let at = |value: f64| left + (value - low) / (1.0 - low) * LONG;
    for i in 0..STEPS {
        let value = low + (f64::from(i) + 0.5) / f64::from(STEPS) * (1.0 - low);
        svg.line(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"11\" fill=\"{}\"/>",
            xy(left + f64::from(i) * step),
            xy(top),
            // A little overlap hides the seams.
            xy(step + 0.4),
            hex(colour(value, low))
        ));
    }
    let step = if low < 0.0 { 0.5 } else { 0.25 };
    let ticks: Vec<f64> =
        (-4..=4).map(|i| f64::from(i) * step).filter(|&tick| tick >= low && tick <= 1.0).collect();
    for &tick in &ticks {
        svg.line(format_args!(
            "<path d=\"M{} {}v4\" stroke=\"{FAINT}\" fill=\"none\"/>",
            xy(at(tick)),
            xy(top + 11.0)
        ));
    }
    svg.tick_labels(top + 25.0, ticks.into_iter().map(|tick| (at(tick), fixed(tick, 2))));
    let x = left + LONG + 24.0;
    let style = Style::new(10.0, Anchor::Start).fill(FAINT);
    let mut y = top;
    if undefined {
        svg.line(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"url(#none)\"/>",
            xy(x),
            xy(y)
        ));
        svg.text(x + 18.0, y + 9.5, style, "undefined");
        y += 16.0;
    }
    if low < 0.0 && bars {
        svg.line(format_args!(
            "<path d=\"M{} {}h8\" stroke=\"{FAINT}\" stroke-width=\"2\"/>",
            xy(x + 2.0),
            xy(y + 6.0)
        ));
        svg.text(x + 18.0, y + 9.5, style, "below 0");
    }
    top + 28.0
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
        let printed = |n: usize| map(n).to_svg().matches("font-size=\"9\"").count();
        assert!(printed(8) > 40 && printed(30) == 0);
        let many = map(100).to_svg();
        assert!(many.contains("below 0"));
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
