use std::io::{BufRead, Cursor, Read};

use ruzstd::decoding::StreamingDecoder;
use zip::{CompressionMethod, ZipArchive};

use crate::io::collect::Target;
use crate::io::format_inspect::{header, take};
use crate::io::importer::{Document, Importer, wrong_file};
use crate::io::{Error, Import, Reason, Result, Strictness};

/// No sample is longer; an archive can pack far more into a few bytes.
const LONGEST: u64 = 1 << 30;

type Archive = ZipArchive<Cursor<Vec<u8>>>;

/// Reads a log that is a zip archive: `header.json`, and a file a sample in `samples/`.
pub(super) fn load(target: &Target, bytes: Vec<u8>, strictness: Strictness) -> Result<Import> {
    let listed = listed(&bytes);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| refused("the archive", &error))?;
    let mut importer = Importer::new(target, false, strictness);
    let names = archive.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
    let names: Vec<String> =
        names.collect::<std::result::Result<_, _>>().map_err(|error| refused("a name", &error))?;
    // The header comes last, so a run that was killed has only the one it started with.
    let wanted = ["header.json", "_journal/start.json"];
    let Some(head) = wanted.into_iter().find(|name| names.iter().any(|known| known == name)) else {
        return Err(wrong_file("an archive of Inspect", "an archive without \"header.json\""));
    };
    let head = document(&mut archive, head)?;
    let scorers = header(&mut importer, &head.root("the header of a log of Inspect")?);
    importer.count("files in the archive", names.len() as f64);
    if let Some(listed) = listed.filter(|&listed| listed != names.len()) {
        let found = format!("{listed} files with {} names", names.len());
        importer
            .fault(None, Reason::NotAJudgment { expected: "a name for each file of the archive", found })?;
    }
    let is_sample = |name: &&String| name.strip_prefix("samples/").is_some_and(|file| !file.is_empty());
    for name in names.iter().filter(is_sample) {
        let sample = document(&mut archive, name)?;
        importer.one(&sample, |importer, sample| take(importer, sample, &scorers))?;
    }
    importer.finish()
}

/// How many files the directory at the end of an archive lists; of files of one name the reader keeps the last alone.
fn listed(bytes: &[u8]) -> Option<usize> {
    const MARK: &[u8] = b"PK\x05\x06";
    let tail = bytes.get(bytes.len().saturating_sub(MOST_COMMENT)..)?;
    let at = tail.windows(MARK.len()).rposition(|window| window == MARK)?;
    let count = u16::from_le_bytes([*tail.get(at + 10)?, *tail.get(at + 11)?]);
    // The largest number says that it is written elsewhere.
    (count < u16::MAX).then_some(count.into())
}

/// Bytes of the end of an archive with the longest comment.
const MOST_COMMENT: usize = 22 + u16::MAX as usize;

fn document(archive: &mut Archive, name: &str) -> Result<Document> {
    let bytes = contents(archive, name).map_err(|error| refused(name, &*error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(wrong_file("files of at most 1 GiB", format!("a longer one, {name:?}")));
    }
    Document::of_bytes(&bytes).map_err(|error| refused(name, &error))
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The bytes of a file, one more than [`LONGEST`] if there are more.
fn contents(archive: &mut Archive, name: &str) -> std::result::Result<Vec<u8>, Failure> {
    let index = archive.index_for_name(name).ok_or("no such file")?;
    let packed = archive.by_index_raw(index)?;
    let mut bytes = Vec::new();
    if packed.compression() != CompressionMethod::ZSTD {
        drop(packed);
        archive.by_index(index)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let checksum = packed.crc32();
    let mut packed = std::io::BufReader::new(packed);
    while !packed.fill_buf()?.is_empty() && bytes.len() as u64 <= LONGEST {
        let frame = StreamingDecoder::new(&mut packed)?;
        frame.take(LONGEST + 1 - bytes.len() as u64).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 <= LONGEST && crc32fast::hash(&bytes) != checksum {
        return Err("the checksum is another".into());
    }
    Ok(bytes)
}

/// What is wrong with a part of the archive.
fn refused(name: &str, error: &dyn std::fmt::Display) -> Error {
    wrong_file("an archive of Inspect with readable files", format!("{name}: {error}"))
}
