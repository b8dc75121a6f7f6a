//! A report as data: under a format name and a version, read back as it was written.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[cfg(feature = "io")]
use crate::error::{Error, Result};
use crate::report::{Provenance, Report, Section};

const FORMAT: &str = "probity.report";
/// Raised when the meaning of what is written changes.
const VERSION: u32 = 1;

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            format: &'static str,
            version: u32,
            title: &'a str,
            sections: &'a [Section],
            #[serde(skip_serializing_if = "Option::is_none")]
            provenance: Option<&'a Provenance>,
        }
        let Self { title, sections, provenance } = self;
        let provenance = provenance.as_ref();
        Written { format: FORMAT, version: VERSION, title, sections, provenance }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Report {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Read {
            format: String,
            version: u32,
            title: String,
            sections: Vec<Section>,
            provenance: Option<Provenance>,
        }
        let Read { format, version, title, sections, provenance } = Read::deserialize(deserializer)?;
        if format != FORMAT || version != VERSION {
            return Err(serde::de::Error::custom(format!(
                "expected a {FORMAT} of version {VERSION}, found {format:?} of version {version}"
            )));
        }
        Ok(Self { title, sections, provenance })
    }
}

#[cfg(feature = "io")]
impl Report {
    /// The report as JSON under the format name `probity.report` and version 1, with its pictures and its provenance.
    /// [`Report::from_json`] reads it back.
    ///
    /// # Examples
    /// ```
    /// use probity::report::Report;
    /// assert!(Report::new("empty").to_json().starts_with("{\n  \"format\": \"probity.report\",\n  \"version\": 1,"));
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing strings, numbers and lists to memory cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads what [`Report::to_json`] wrote.
    ///
    /// # Errors
    /// [`Error::Argument`] for anything else, with the place and the reason.
    ///
    /// # Examples
    /// ```
    /// use probity::report::{Cell, Report, Section, Table};
    /// let mut table = Table::new(["judge", "right"]);
    /// table.push(["ann".into(), Cell::Share(0.75)])?;
    /// let report = Report::new("Judges").with(Section::new("Accuracy").table(table));
    /// assert_eq!(Report::from_json(&report.to_json())?, report);
    /// assert!(Report::from_json("{\"format\": \"probity.report\", \"version\": 2}").is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_json(json: &str) -> Result<Self> {
        let read = serde_json::from_str(json);
        read.map_err(|error| Error::argument("report", "JSON of a probity.report of version 1", error))
    }
}
