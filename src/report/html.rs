//! One page that needs nothing else. Pictures stand inside it if they are drawn with the few elements that this crate
//! draws with; any other is an image in a data URL, where nothing runs.

use std::fmt::Write;

use crate::report::cell::thousands;
use crate::report::svg::escape;
use crate::report::{Align, Block, Figure, Report, Table};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1f2328;--paper:#fff;--faint:#59636e;--line:#d0d7de;--tint:#f6f8fa;--link:#0b5cad}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#15191f;--faint:#a3adb8;--line:#3a424c;--tint:#1f252d;--link:#7db7f5}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,'Helvetica Neue',Arial,'Liberation Sans',sans-serif;overflow-wrap:anywhere}\
main{max-width:58rem;margin:0 auto;padding:1.5rem 1rem 4rem}\
h1{font-size:1.7rem;line-height:1.25;margin:0 0 1rem}\
h2{font-size:1.25rem;margin:2.2rem 0 .7rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}\
nav ul{margin:0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;font-size:.92rem}\
a{color:var(--link)}\
.note{margin:1rem 0;padding:.5rem .9rem;border-left:4px solid var(--line);background:var(--tint);color:var(--faint)}\
.wide{overflow-x:auto;margin:1rem 0}\
table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}\
caption{text-align:left;padding:.2rem 0;color:var(--faint)}\
th,td{padding:.28rem .65rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;min-width:3rem;overflow-wrap:break-word}\
thead th{border-bottom:2px solid var(--line);vertical-align:bottom}\
td{max-width:26rem}td.n,th.n{text-align:right;white-space:nowrap}td.u{color:var(--faint);font-style:italic}\
.more{color:var(--faint);font-size:.88rem}\
figure{margin:1.2rem 0;break-inside:avoid}\
figure svg,figure img{display:block;width:100%;max-width:34rem;height:auto;background:#fff;border:1px solid var(--line);border-radius:8px}\
figcaption{margin-top:.4rem;font-size:.88rem;color:var(--faint)}\
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--faint:#444;--line:#bbb;--tint:#fff;--link:#000}\
body{font-size:10.5pt}main{max-width:none;padding:0}nav{display:none}.wide{overflow:visible}h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}}";

/// Reports of more sections than this begin with links to them.
const WITHOUT_LINKS: usize = 3;

pub(super) fn render(report: &Report) -> String {
    let title = escape(report.title());
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1 dir=\"auto\">{title}</h1>\n"
    );
    let sections: Vec<_> = report.document().collect();
    if sections.len() > WITHOUT_LINKS {
        out.push_str("<nav aria-label=\"Sections\"><ul>\n");
        for (i, section) in sections.iter().enumerate() {
            line(&mut out, format_args!("<li><a href=\"#s{i}\">{}</a></li>", escape(section.heading())));
        }
        out.push_str("</ul></nav>\n");
    }
    let mut pictures = 0;
    for (i, section) in sections.iter().enumerate() {
        line(
            &mut out,
            format_args!("<section>\n<h2 id=\"s{i}\" dir=\"auto\">{}</h2>", escape(section.heading())),
        );
        for block in section.blocks() {
            match block {
                Block::Paragraph(text) => {
                    line(&mut out, format_args!("<p dir=\"auto\">{}</p>", escape(text)));
                }
                Block::Note(text) => {
                    line(&mut out, format_args!("<p class=\"note\" dir=\"auto\">{}</p>", escape(text)));
                }
                Block::Table(table) => push_table(&mut out, table),
                Block::Figure(figure) => {
                    push_figure(&mut out, figure, pictures);
                    pictures += 1;
                }
            }
        }
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn line(out: &mut String, markup: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(markup);
    out.push('\n');
}

fn push_table(out: &mut String, table: &Table) {
    out.push_str("<div class=\"wide\"><table>\n");
    if let Some(caption) = table.caption() {
        line(out, format_args!("<caption dir=\"auto\">{}</caption>", escape(caption)));
    }
    out.push_str("<thead><tr>");
    for column in table.columns() {
        let class = if column.align == Align::Right { " class=\"n\"" } else { "" };
        let _ = write!(out, "<th scope=\"col\"{class} dir=\"auto\">{}</th>", escape(&column.name));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in table.rows() {
        out.push_str("<tr>");
        for cell in row {
            let class = match cell {
                cell if cell.is_numeric() => " class=\"n\"",
                crate::report::Cell::Undefined(_) => " class=\"u\"",
                _ => " dir=\"auto\"",
            };
            let _ = write!(out, "<td{class}>{}</td>", escape(&cell.to_string()));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
    if table.omitted() > 0 {
        line(
            out,
            format_args!("<p class=\"more\">({} more rows are not shown)</p>", thousands(table.omitted())),
        );
    }
}

fn push_figure(out: &mut String, figure: &Figure, number: usize) {
    let caption = escape(&figure.caption);
    out.push_str("<figure>\n");
    match inside(&figure.svg, &format!("f{number}-")) {
        Some(svg) => out.push_str(&svg),
        None => {
            let _ =
                write!(out, "<img alt=\"{caption}\" src=\"data:image/svg+xml,{}\">", encoded(&figure.svg));
        }
    }
    line(out, format_args!("\n<figcaption dir=\"auto\">{caption}</figcaption>\n</figure>"));
}

/// As a part of a data URL.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'/' | b' ' | b'=' | b':' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// What the pictures of this crate are made of.
const ELEMENTS: [&str; 10] =
    ["circle", "clipPath", "defs", "g", "path", "pattern", "rect", "svg", "text", "title"];
const ATTRIBUTES: [&str; 29] = [
    "clip-path",
    "cx",
    "cy",
    "d",
    "fill",
    "fill-opacity",
    "font-family",
    "font-size",
    "font-weight",
    "height",
    "id",
    "patternTransform",
    "patternUnits",
    "r",
    "role",
    "rx",
    "stroke",
    "stroke-dasharray",
    "stroke-linejoin",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "transform",
    "viewBox",
    "width",
    "x",
    "xmlns",
    "y",
    "paint-order",
];

/// The picture with a prefix for its names, so that those of several pictures on a page stay apart; `None` unless it is one
/// whole `svg` element of elements and attributes that do nothing but draw.
fn inside(svg: &str, prefix: &str) -> Option<String> {
    let mut out = String::with_capacity(svg.len() + 64);
    let mut rest = svg.trim();
    let mut open: Vec<&str> = Vec::new();
    while !rest.is_empty() {
        let (text, tag) = rest.split_once('<')?;
        // Nothing stands outside of the element.
        if text.contains('>') || (open.is_empty() && (!out.is_empty() || !text.is_empty())) {
            return None;
        }
        out.push_str(text);
        out.push('<');
        if let Some(closing) = tag.strip_prefix('/') {
            let (name, after) = closing.split_once('>')?;
            if open.pop() != Some(name) {
                return None;
            }
            let _ = write!(out, "/{name}>");
            rest = after;
            if open.is_empty() {
                return rest.is_empty().then_some(out);
            }
            continue;
        }
        let end = tag.find(|c: char| !c.is_ascii_alphabetic())?;
        let (name, mut after) = tag.split_at_checked(end)?;
        // What stands in a title of a picture is read as HTML, where these names mean other things.
        let in_title = open.last() == Some(&"title");
        if !ELEMENTS.contains(&name) || in_title || (open.is_empty() != (name == "svg")) {
            return None;
        }
        out.push_str(name);
        loop {
            after = after.trim_start();
            if let Some(behind) = after.strip_prefix("/>") {
                out.push_str("/>");
                rest = behind;
                break;
            }
            if let Some(behind) = after.strip_prefix('>') {
                out.push('>');
                open.push(name);
                rest = behind;
                break;
            }
            let (attribute, behind) = after.split_once("=\"")?;
            let (value, behind) = behind.split_once('"')?;
            // Escapes, of CSS or of HTML, could spell an address that is not seen here.
            if !ATTRIBUTES.contains(&attribute) || value.contains(['<', '&', '\\']) {
                return None;
            }
            let own = value.strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')'));
            let _ = match (attribute, own.filter(|name| name.chars().all(is_of_name))) {
                ("id", _) if !value.chars().all(is_of_name) => return None,
                ("id", _) => write!(out, " id=\"{prefix}{value}\""),
                (_, Some(name)) => write!(out, " {attribute}=\"url(#{prefix}{name})\""),
                ("xmlns", _) if value != "http://www.w3.org/2000/svg" => return None,
                // Nothing is fetched from elsewhere.
                _ if value.to_ascii_lowercase().contains("url(") => return None,
                _ => write!(out, " {attribute}=\"{value}\""),
            };
            after = behind;
        }
    }
    None
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Cell, Section};

    #[test]
    fn only_what_draws_stands_inside() {
        let good = "<svg xmlns=\"http://www.w3.org/2000/svg\"><defs><pattern id=\"none\"/></defs>\
                    <rect fill=\"url(#none)\"/><text x=\"1\">a &lt; b</text></svg>";
        let found = inside(good, "f3-").unwrap();
        assert!(
            found.contains("id=\"f3-none\"") && found.contains("url(#f3-none)") && found.contains("a &lt; b")
        );
        for bad in [
            "",
            "<svg>",
            "text",
            "<svg></svg><svg></svg>",
            "<svg></g></svg>",
            "<svg><script>alert(1)</script></svg>",
            "<svg onload=\"alert(1)\"></svg>",
            "<svg><rect fill=\"url(https://x)\"/></svg>",
            "<svg><rect fill=\"URL(https://x)\"/></svg>",
            "<svg><rect fill=\"url(#a) url(https://x)\"/></svg>",
            "<svg><rect fill=\"\\75rl(https://x)\"/></svg>",
            "<svg><rect fill=\"&#117;rl(https://x)\"/></svg>",
            "<svg><title><g></g></title></svg>",
            "<svg><title><path/></title></svg>",
            "<svg><rect fill='a'/></svg>",
            "<svg><foreignObject></foreignObject></svg>",
            "<svg><!-- --></svg>",
            "<svg><text>]]></text></svg>",
            "<g></g>",
            "<svg",
        ] {
            assert_eq!(inside(bad, "f0-"), None, "{bad}");
        }
    }

    #[test]
    fn nothing_in_a_name_is_markup() {
        let evil = "</script></style><img src=x onerror=alert(1)> ]]> \u{202e}\u{0}\"'&";
        let mut table = Table::new([evil]).captioned(evil);
        table.push([Cell::from(evil)]).unwrap();
        let section = Section::new(evil).paragraph(evil).note(evil).table(table.limited(0));
        let html = Report::new(evil).with(section.figure(Figure::new(evil, evil, evil))).to_html();
        assert!(
            !html.contains("<img src=x") && !html.contains("</script") && !html.contains('\u{202e}'),
            "{html}"
        );
        assert_eq!((html.matches("</style>").count(), html.matches("<img alt=").count()), (1, 1));
        assert!(html.contains("(1 more rows are not shown)") && !html.contains('\0'));
    }
}
