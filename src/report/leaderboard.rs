use crate::error::{Error, Result};
use crate::preference::Leaderboard;
use crate::report::svg::{Anchor, FAINT, MARGIN, Style, Svg, WIDTH, escape, xy};
use crate::report::width::{ems, shorten_ems};

const ROW: f64 = 19.0;
const NAME: f64 = 11.0;
const NAME_EMS: f64 = 14.0;
const SMALL: f64 = 10.0;

/// Contenders from the first to the last, each with its rank as a point and the interval of its rank as a bar.
///
/// Bars that overlap are ranks that the data do not tell apart. Rows stand in the order in which they are added.
///
/// # Examples
/// ```
/// use probity::report::LeaderboardPlot;
/// let mut plot = LeaderboardPlot::new("Ranks").subtitle("95 % of 1,000 resamples");
/// plot.standing("amber", 1, (1, 2))?;
/// plot.standing("basalt", 2, (1, 3))?;
/// assert!(plot.to_svg().contains("1 to 3"));
/// // A rank counts from 1, and lies in its interval or beside it.
/// assert!(plot.standing("nobody", 0, (1, 1)).is_err());
/// assert!(plot.standing("nobody", 3, (4, 2)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaderboardPlot {
    title: String,
    subtitle: String,
    standings: Vec<Standing>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    name: String,
    rank: u64,
    ranks: (u64, u64),
}

impl Standing {
    fn span(&self) -> String {
        let (first, last) = self.ranks;
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    }
}

impl LeaderboardPlot {
    /// An empty plot.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), subtitle: String::new(), standings: Vec::new() }
    }

    /// All contenders of a [`leaderboard`](crate::preference::leaderboard).
    #[must_use]
    pub fn from_leaderboard(title: impl Into<String>, board: &Leaderboard) -> Self {
        let names = board.fit.contenders();
        let standings = board.standings.iter().map(|standing| Standing {
            name: names.name(standing.contender as u32).unwrap_or_default().to_string(),
            rank: standing.rank,
            ranks: standing.ranks,
        });
        Self { title: title.into(), subtitle: String::new(), standings: standings.collect() }
    }

    /// Sets the lines under the title.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = subtitle.into();
        self
    }

    /// Adds a contender with its rank and the interval of its rank.
    ///
    /// # Errors
    /// [`Error::Argument`] for a rank of 0, or an interval whose lower end is above its upper end.
    pub fn standing(&mut self, name: impl Into<String>, rank: u64, ranks: (u64, u64)) -> Result<()> {
        let (first, last) = ranks;
        if rank == 0 || first == 0 || first > last {
            let found = format!("rank {rank}, from {first} to {last}");
            return Err(Error::argument("standing", "ranks from 1 on, the lower end first", found));
        }
        self.standings.push(Standing { name: name.into(), rank, ranks });
        Ok(())
    }

    /// The picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let mut svg = Svg::new();
        let mut y = svg.heading(WIDTH, &self.title, &[&self.subtitle]) + 12.0;
        if self.standings.is_empty() {
            y += 12.0;
            svg.text(MARGIN, y, Style::new(NAME, Anchor::Start).fill(FAINT), "nobody is ranked");
            return svg.finish(WIDTH, y + MARGIN, &self.title);
        }
        let widest = |texts: &mut dyn Iterator<Item = String>, size: f64| {
            texts.map(|text| ems(&text)).fold(0.0, f64::max) * size
        };
        let names: Vec<String> = self.standings.iter().map(|s| shorten_ems(&s.name, NAME_EMS)).collect();
        let ranks = widest(&mut self.standings.iter().map(|s| s.rank.to_string()), SMALL).min(60.0);
        let spans =
            widest(&mut self.standings.iter().map(Standing::span), SMALL).clamp(ems("ranks") * SMALL, 90.0);
        let name_at = MARGIN + ranks + 8.0;
        let left = name_at + widest(&mut names.iter().cloned(), NAME) + 14.0;
        let right = WIDTH - MARGIN - spans - 14.0;
        let last = self.standings.iter().map(|s| s.ranks.1.max(s.rank)).max().unwrap_or(1);
        let at = |rank: u64| match last {
            1 => f64::midpoint(left, right),
            _ => left + (rank - 1) as f64 / (last - 1) as f64 * (right - left),
        };
        let head = Style::new(SMALL, Anchor::Start).fill(FAINT);
        y += 8.0;
        svg.text(WIDTH - MARGIN - spans, y, head, "ranks");
        let top = y + 6.0;
        let bottom = top + ROW * self.standings.len() as f64;
        draw_axis(&mut svg, last, (top, bottom), (left, right), at);
        for (i, (standing, name)) in self.standings.iter().zip(&names).enumerate() {
            let middle = top + (i as f64 + 0.5) * ROW;
            if i % 2 == 1 {
                svg.line(format_args!(
                    "<rect x=\"{MARGIN}\" y=\"{}\" width=\"{}\" height=\"{ROW}\" fill=\"#59636e\" fill-opacity=\"0.07\"/>",
                    xy(middle - ROW / 2.0),
                    WIDTH - 2.0 * MARGIN
                ));
            }
            let rank = shorten_ems(&standing.rank.to_string(), ranks / SMALL);
            svg.text(MARGIN + ranks, middle + 3.6, Style::new(SMALL, Anchor::End).fill(FAINT), &rank);
            svg.text(name_at, middle + 3.8, Style::new(NAME, Anchor::Start), name);
            let span = shorten_ems(&standing.span(), spans / SMALL);
            svg.text(WIDTH - MARGIN - spans, middle + 3.6, Style::new(SMALL, Anchor::Start), &span);
            let (from, to, dot) = (at(standing.ranks.0), at(standing.ranks.1), at(standing.rank));
            let words = format!("{}: rank {}, {}", standing.name, standing.rank, standing.span());
            svg.line(format_args!(
                "<g><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"6\" rx=\"3\" fill=\"#9dbfe3\"/>\
                 <circle cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"#0b3d75\" stroke=\"#ffffff\"/></g>",
                escape(&words),
                xy(from - 3.0),
                xy(middle - 3.0),
                xy(to - from + 6.0),
                xy(dot),
                xy(middle)
            ));
        }
        svg.finish(WIDTH, bottom + 18.0 + MARGIN - 4.0, &self.title)
    }
}

/// Lines at round ranks, the first and the last among them.
fn draw_axis(
    svg: &mut Svg,
    last: u64,
    (top, bottom): (f64, f64),
    (left, right): (f64, f64),
    at: impl Fn(u64) -> f64,
) {
    let least = 30.0 / (right - left).max(1.0) * last as f64;
    let steps = (0..20).flat_map(|power| [1, 2, 5].map(|digit| digit * 10u64.saturating_pow(power)));
    let step = steps.clone().find(|&step| step as f64 >= least).unwrap_or(u64::MAX);
    let round = (1..=10u64).map_while(|i| i.checked_mul(step)).filter(|&rank| rank > 1 && rank < last);
    // A round rank too near to the last gives way to it.
    let round = round.filter(|&rank| at(last) - at(rank) >= 22.0 && at(rank) - at(1) >= 16.0);
    let mut ticks: Vec<u64> = std::iter::once(1).chain(round).chain([last]).collect();
    ticks.dedup();
    for &rank in &ticks {
        let (x, top, bottom) = (xy(at(rank)), xy(top), xy(bottom + 3.0));
        svg.line(format_args!("<path d=\"M{x} {top}V{bottom}\" stroke=\"#d6dce3\" fill=\"none\"/>"));
    }
    svg.tick_labels(bottom + 14.0, ticks.into_iter().map(|rank| (at(rank), rank.to_string())));
}
