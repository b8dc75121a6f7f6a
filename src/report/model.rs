use serde::Serialize;

use crate::report::Table;

/// A title and sections.
///
/// # Examples
/// ```
/// use probity::report::{Report, Section, Table};
/// let mut table = Table::new(["coefficient", "value"]);
/// table.push(["Fleiss' kappa".into(), 0.430.into()])?;
/// let report = Report::new("Agreement").with(Section::new("Coefficients").table(table).note("30 items"));
/// assert!(report.to_text(80).contains("Fleiss' kappa  0.430"));
/// assert!(report.to_markdown().contains("| Fleiss' kappa | 0.430 |"));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    title: String,
    sections: Vec<Section>,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    heading: String,
    blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Block {
    /// Prose.
    Paragraph(String),
    /// Something to keep in mind while reading the rest.
    Note(String),
    /// Rows and columns.
    Table(Table),
    /// A picture in a file of its own.
    Figure(Figure),
}

/// An SVG picture beside the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// The name of the file that the report refers to.
    pub file: String,
    /// What is to be seen, in words.
    pub caption: String,
    /// The picture.
    #[serde(skip)]
    pub svg: String,
}

impl Figure {
    /// A picture under a file name.
    #[must_use]
    pub fn new(file: impl Into<String>, caption: impl Into<String>, svg: impl Into<String>) -> Self {
        Self { file: file.into(), caption: caption.into(), svg: svg.into() }
    }
}

impl Section {
    /// A section without content.
    #[must_use]
    pub fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), blocks: Vec::new() }
    }

    /// Adds prose.
    #[must_use]
    pub fn paragraph(self, text: impl Into<String>) -> Self {
        self.block(Block::Paragraph(text.into()))
    }

    /// Adds a note.
    #[must_use]
    pub fn note(self, text: impl Into<String>) -> Self {
        self.block(Block::Note(text.into()))
    }

    /// Adds a table.
    #[must_use]
    pub fn table(self, table: Table) -> Self {
        self.block(Block::Table(table))
    }

    /// Adds a picture.
    #[must_use]
    pub fn figure(self, figure: Figure) -> Self {
        self.block(Block::Figure(figure))
    }

    /// Adds any part.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The heading.
    #[must_use]
    pub fn heading(&self) -> &str {
        &self.heading
    }

    /// The parts in order.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

impl Report {
    /// A report without sections.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), sections: Vec::new() }
    }

    /// Adds a section.
    #[must_use]
    pub fn with(mut self, section: Section) -> Self {
        self.push(section);
        self
    }

    /// Adds a section in place.
    pub fn push(&mut self, section: Section) {
        self.sections.push(section);
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The sections in order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The pictures of all sections, in order.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Figure(figure) => Some(figure),
            _ => None,
        })
    }

    /// The report as terminal text of at most `width` columns (a table whose numbers alone are wider is as wide as
    /// they are). Control characters in names are replaced.
    #[must_use]
    pub fn to_text(&self, width: usize) -> String {
        super::terminal::render(self, width)
    }

    /// The report as Markdown with pipe tables; figures are images that lie beside it.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        super::markdown::render(self)
    }

    /// The report as JSON under the format name `probity.report` and version 1; figures are named, not included.
    ///
    /// # Examples
    /// ```
    /// use probity::report::Report;
    /// assert!(Report::new("empty").to_json().starts_with("{\n  \"format\": \"probity.report\",\n  \"version\": 1,"));
    /// ```
    #[cfg(feature = "io")]
    #[must_use]
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Versioned<'a> {
            format: &'static str,
            version: u32,
            #[serde(flatten)]
            report: &'a Report,
        }
        let report = Versioned { format: "probity.report", version: 1, report: self };
        // Writing strings, numbers and lists to memory cannot fail.
        serde_json::to_string_pretty(&report).unwrap_or_default()
    }
}
