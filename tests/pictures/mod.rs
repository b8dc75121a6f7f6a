//! What must hold of every picture: all texts inside, none on another, nothing that does more than draw.

/// A text of a picture with the box that it takes.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) text: String,
    size: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// Advance widths of Helvetica, in thousandths of an em, from `!` to `~`: the font that the pictures ask for first.
const HELVETICA: [u16; 94] = [
    278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500,
    667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278,
    556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

fn em(c: char) -> f64 {
    match c {
        ' ' => 0.278,
        '!'..='~' => f64::from(HELVETICA[c as usize - '!' as usize]) / 1000.0,
        '…' | '—' | '→' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff00}'..='\u{ff60}' => {
            1.0
        }
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0.0,
        _ => 0.6,
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = tag.split_once(&format!(" {name}=\""))?;
    behind.split('"').next()
}

fn number(tag: &str, name: &str) -> f64 {
    attribute(tag, name).and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{name} of {tag}"))
}

fn placed(line: &str) -> Placed {
    let (tag, content) = line.split_once('>').unwrap();
    let mut text = content.trim_end_matches("</text>").to_string();
    for (escaped, plain) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        text = text.replace(escaped, plain);
    }
    let (x, y, size) = (number(tag, "x"), number(tag, "y"), number(tag, "font-size"));
    let bold = if tag.contains("font-weight=\"bold\"") { 1.1 } else { 1.0 };
    let wide = text.chars().map(em).sum::<f64>() * size * bold;
    let before = match attribute(tag, "text-anchor") {
        Some("start") => 0.0,
        Some("middle") => wide / 2.0,
        Some("end") => wide,
        other => panic!("{other:?}"),
    };
    // From the height of capitals to the line below which only tails reach.
    let (rise, fall) = (0.72 * size, 0.05 * size);
    let [left, right, top, bottom] = if tag.contains("rotate(-90") {
        [x - rise, x + fall, y + before - wide, y + before]
    } else {
        [x - before, x - before + wide, y - rise, y + fall]
    };
    Placed { text, size, left, right, top, bottom }
}

/// All that is wrong with a picture.
pub(crate) fn faults(svg: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let (width, height) = (number(svg, "width"), number(svg, "height"));
    let texts: Vec<Placed> = svg.lines().filter(|line| line.starts_with("<text")).map(placed).collect();
    if texts.len() != svg.matches("<text").count() {
        faults.push("a text that does not stand in a line of its own".to_string());
    }
    for text in &texts {
        if text.left < 0.0 || text.right > width || text.top < 0.0 || text.bottom > height {
            faults.push(format!("{text:?} runs off {width} × {height}"));
        }
        if text.size < 9.0 && text.text.len() < 3 {
            faults.push(format!("{text:?} is too small"));
        }
    }
    for (i, a) in texts.iter().enumerate() {
        for b in &texts[i + 1..] {
            if a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom {
                faults.push(format!("{a:?} lies on {b:?}"));
            }
        }
    }
    for word in ["NaN", "inf\"", "inf ", "<script", "\u{202e}"] {
        if svg.contains(word) {
            faults.push(format!("{word:?} in the picture"));
        }
    }
    if svg.chars().any(|c| c.is_control() && c != '\n') {
        faults.push("a control character".to_string());
    }
    faults
}
