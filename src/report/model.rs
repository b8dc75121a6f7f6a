use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::report::{Provenance, Table};

/// A title, sections, and where the figures come from.
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
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub(super) title: String,
    pub(super) sections: Vec<Section>,
    pub(super) provenance: Option<Provenance>,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    heading: String,
    blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Figure {
    /// The name of the file that the report refers to.
    pub file: String,
    /// What is to be seen, in words.
    pub caption: String,
    /// The picture.
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
        Self { title: title.into(), sections: Vec::new(), provenance: None }
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

    /// Sets where the figures come from.
    #[must_use]
    pub fn provenance(mut self, provenance: Provenance) -> Self {
        self.provenance = Some(provenance);
        self
    }

    /// Where the figures come from, if that was said.
    #[must_use]
    pub fn origin(&self) -> Option<&Provenance> {
        self.provenance.as_ref()
    }

    /// The sections of a document: those of the report, and one that says where the figures come from.
    pub(super) fn document(&self) -> impl Iterator<Item = Cow<'_, Section>> {
        let origin = self.provenance.iter().map(|provenance| Cow::Owned(provenance.section()));
        self.sections.iter().map(Cow::Borrowed).chain(origin)
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

    /// The report as one HTML page that needs nothing else: pictures and styles are inside, there are no scripts, and
    /// nothing in names or texts is markup. It follows the reader's choice of light or dark, and prints.
    ///
    /// A picture that is made of anything but the shapes and texts that this crate draws is shown as an image, in which
    /// nothing can run.
    ///
    /// # Examples
    /// ```
    /// use probity::report::{Report, Section};
    /// let html = Report::new("</title><script>").with(Section::new("s").paragraph("a < b")).to_html();
    /// assert!(html.starts_with("<!DOCTYPE html>") && html.contains("a &lt; b") && !html.contains("<script"));
    /// ```
    #[must_use]
    pub fn to_html(&self) -> String {
        super::html::render(self)
    }
}
