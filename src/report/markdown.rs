use crate::report::cell::thousands;
use crate::report::{Align, Block, Report, Table};

/// Text of the data as text of the document: nothing in it is markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '~' | '$') {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// A path as the target of a link.
fn target(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

pub(super) fn render(report: &Report) -> String {
    let mut parts = vec![format!("# {}", escape(report.title()))];
    for section in report.document() {
        parts.push(format!("## {}", escape(section.heading())));
        for block in section.blocks() {
            parts.push(match block {
                Block::Paragraph(text) => escape(text),
                Block::Note(text) => format!("> {}", escape(text)),
                Block::Figure(figure) => format!("![{}]({})", escape(&figure.caption), target(&figure.file)),
                Block::Table(table) => table_text(table),
            });
        }
    }
    parts.join("\n\n") + "\n"
}

fn table_text(table: &Table) -> String {
    let mut lines = Vec::new();
    if let Some(caption) = table.caption() {
        lines.extend([escape(caption), String::new()]);
    }
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    lines.push(line(table.columns().iter().map(|c| escape(&c.name)).collect()));
    let rule = |align| match align {
        Align::Left => "---".to_string(),
        Align::Right => "---:".to_string(),
    };
    lines.push(line(table.columns().iter().map(|c| rule(c.align)).collect()));
    lines.extend(table.rows().iter().map(|row| line(row.iter().map(|c| escape(&c.to_string())).collect())));
    if table.omitted() > 0 {
        lines.extend([String::new(), format!("({} more rows are not shown)", thousands(table.omitted()))]);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use crate::report::{Cell, Figure, Report, Section, Table};

    #[test]
    fn names_are_never_markup() {
        let mut table = Table::new(["rater | name"]);
        table.push([Cell::from("<b>a|b</b> *x*\n_y_")]).unwrap();
        let report = Report::new("t").with(Section::new("s").table(table));
        let markdown = report.to_markdown();
        assert!(markdown.contains(r"| \<b\>a\|b\</b\> \*x\* \_y\_ |"), "{markdown}");
        assert!(markdown.contains("| rater \\| name |\n| --- |"), "{markdown}");
    }

    #[test]
    fn a_figure_is_an_image() {
        let report =
            Report::new("t").with(Section::new("s").figure(Figure::new("a b.svg", "heat", "<svg/>")));
        assert!(report.to_markdown().contains("![heat](a%20b.svg)"));
        assert_eq!(report.figures().count(), 1);
    }
}
