use crate::report::cell::thousands;
use crate::report::width::{columns, harmless, shorten_columns, wrap};
use crate::report::{Align, Block, Cell, Report, Table};

/// Columns of words are not shortened below this.
const NARROWEST: usize = 8;

/// Names come from files; a control character in one must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(harmless).collect()
}

pub(super) fn render(report: &Report, width: usize) -> String {
    let mut out = Vec::new();
    let title = printable(report.title());
    out.push(title.clone());
    out.push("=".repeat(columns(&title).min(width)));
    for section in report.sections() {
        let heading = printable(section.heading());
        out.push(String::new());
        out.push(heading.clone());
        out.push("-".repeat(columns(&heading).min(width)));
        for (i, block) in section.blocks().iter().enumerate() {
            if i > 0 {
                out.push(String::new());
            }
            match block {
                Block::Paragraph(text) => out.extend(wrap(&printable(text), width)),
                Block::Note(text) => out.extend(indented("note: ", &printable(text), width)),
                Block::Figure(figure) => {
                    let text = format!("{} ({})", printable(&figure.caption), printable(&figure.file));
                    out.extend(indented("figure: ", &text, width));
                }
                Block::Table(table) => out.extend(table_lines(table, width)),
            }
        }
    }
    if let Some(origin) = report.origin() {
        out.push(String::new());
        out.extend(wrap(&printable(&origin.sentence()), width));
    }
    out.push(String::new());
    out.join("\n")
}

fn indented(lead: &str, text: &str, width: usize) -> Vec<String> {
    let lines = wrap(text, width.saturating_sub(lead.len()).max(NARROWEST));
    let lead_of = |i| if i == 0 { lead.to_string() } else { " ".repeat(lead.len()) };
    lines.into_iter().enumerate().map(|(i, line)| lead_of(i) + &line).collect()
}

fn table_lines(table: &Table, width: usize) -> Vec<String> {
    let cells: Vec<Vec<String>> = table
        .rows()
        .iter()
        .map(|row| row.iter().map(|cell| printable(&cell.to_string())).collect())
        .collect();
    let headings: Vec<String> = table.columns().iter().map(|c| printable(&c.name)).collect();
    let mut widths: Vec<usize> = headings.iter().map(|h| columns(h)).collect();
    let mut floors = widths.clone();
    for (row, texts) in table.rows().iter().zip(&cells) {
        for (i, (cell, text)) in row.iter().zip(texts).enumerate() {
            widths[i] = widths[i].max(columns(text));
            let whole = cell.is_numeric() || matches!(cell, Cell::Empty);
            floors[i] = floors[i].max(if whole { columns(text) } else { columns(text).min(NARROWEST) });
        }
    }
    // The widest column that may still shrink gives way first.
    let gaps = 2 * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let widest = (0..widths.len()).filter(|&i| widths[i] > floors[i]).max_by_key(|&i| widths[i]);
        let Some(widest) = widest else { break };
        widths[widest] -= 1;
    }
    let line = |texts: &[String]| -> String {
        let padded: Vec<String> = texts
            .iter()
            .zip(&widths)
            .zip(table.columns())
            .map(|((text, &width), column)| {
                let text = shorten_columns(text, width);
                let space = " ".repeat(width.saturating_sub(columns(&text)));
                match column.align {
                    Align::Left => text + &space,
                    Align::Right => space + &text,
                }
            })
            .collect();
        padded.join("  ").trim_end().to_string()
    };
    let mut out: Vec<String> = table.caption().map(|c| wrap(&printable(c), width)).unwrap_or_default();
    out.push(line(&headings));
    out.push(widths.iter().map(|&w| "-".repeat(w)).collect::<Vec<_>>().join("  "));
    out.extend(cells.iter().map(|row| line(row)));
    if table.omitted() > 0 {
        out.push(format!("({} more rows are not shown)", thousands(table.omitted())));
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::report::{Cell, Report, Section, Table};

    fn text(table: Table, width: usize) -> String {
        Report::new("t").with(Section::new("s").table(table)).to_text(width)
    }

    #[test]
    fn long_words_give_way_and_numbers_never_do() {
        let mut table = Table::new(["a name", "n"]);
        table.push(["x".repeat(60).into(), 123_456_789_u64.into()]).unwrap();
        let text = text(table, 40);
        assert!(text.contains("123,456,789"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        assert!(text.contains('…'));
    }

    #[test]
    fn what_is_cut_is_said() {
        let mut table = Table::new(["n"]);
        (0..1_500_u64).for_each(|n| table.push([n.into()]).unwrap());
        assert!(text(table.limited(2), 80).contains("(1,498 more rows are not shown)"));
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        let mut table = Table::new(["name"]);
        table.push([Cell::from("\u{1b}[2J\u{202e}evil\nline")]).unwrap();
        let text = text(table, 80);
        assert!(text.contains("\u{fffd}[2J\u{fffd}evil line"), "{text:?}");
    }
}
