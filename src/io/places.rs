use crate::io::records::Spot;

/// From which lines and records the rows given to a builder come.
///
/// # Design
/// Only errors and repeated judgments ask for a place, and every row has one: so they are kept as steps from one record to
/// the next, a byte each where these are small, and one byte for up to 31 steps that are the same.
#[derive(Default)]
pub(super) struct Places {
    code: Vec<u8>,
    /// Where reading can start.
    marks: Vec<Mark>,
    end: Mark,
    step: Step,
    /// How often the last byte says that the last step comes again; 0: the last byte says something else.
    repeats: u8,
}

/// Before a step.
#[derive(Clone, Copy, Default)]
struct Mark {
    row: usize,
    spot: Spot,
    at: usize,
}

/// How much further the line and the record are than before (modulo 2⁶⁴: of the parts of a document the later may be read
/// first), and how many rows the record gave. Where there are no lines, they are counted like records.
#[derive(Clone, Copy, Default, PartialEq)]
struct Step {
    rows: u64,
    lines: u64,
    records: u64,
}

/// Bytes between marks.
const STRETCH: usize = 256;

/// Rows are the upper three bits of a byte, what follows the lower five. Without rows these say how often the step before
/// comes again, or with nothing at all that three numbers follow.
const LOW: u8 = 31;

impl Mark {
    fn take(&mut self, step: Step) {
        self.row += step.rows as usize;
        self.spot.line = self.spot.line.map(|line| line.wrapping_add(step.lines));
        self.spot.record = self.spot.record.wrapping_add(step.records);
    }
}

impl Places {
    pub(super) fn rows(&self) -> usize {
        self.end.row
    }

    /// Notes how many rows a record gave.
    pub(super) fn push(&mut self, spot: Spot, rows: usize) {
        if rows == 0 {
            return;
        }
        let elsewhere =
            (spot.part, spot.line.is_some()) != (self.end.spot.part, self.end.spot.line.is_some());
        if elsewhere {
            let line = spot.line.map(|_| self.end.spot.line.unwrap_or_default());
            self.end.spot = Spot { line, record: self.end.spot.record, part: spot.part };
        }
        let before = self.end.spot;
        let records = spot.record.wrapping_sub(before.record);
        let lines = spot.line.zip(before.line).map_or(records, |(line, before)| line.wrapping_sub(before));
        let step = Step { rows: rows as u64, lines, records };
        // What follows a mark does not refer to what comes before it.
        let marked = !elsewhere && self.marks.last().is_some_and(|mark| self.code.len() < mark.at + STRETCH);
        if !marked {
            self.marks.push(Mark { at: self.code.len(), ..self.end });
        }
        self.end.take(step);
        if marked && step == self.step {
            match self.code.last_mut().filter(|_| (1..LOW).contains(&self.repeats)) {
                Some(last) => *last += 1,
                None => self.code.push(1),
            }
            self.repeats = self.repeats % LOW + 1;
            return;
        }
        (self.step, self.repeats) = (step, 0);
        if step.lines == step.records && step.lines <= LOW.into() && step.rows < 8 {
            self.code.push((step.rows as u8) << 5 | step.lines as u8);
        } else {
            self.code.push(0);
            [step.rows, step.lines, step.records].into_iter().for_each(|n| self.push_number(n));
        }
    }

    /// Seven bits a byte, the lowest first; all but the last byte have their top bit set.
    fn push_number(&mut self, mut n: u64) {
        while n > 0x7f {
            self.code.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.code.push(n as u8);
    }

    /// Where the record of a row is.
    pub(super) fn spot(&self, row: usize) -> Spot {
        let after = self.marks.partition_point(|mark| mark.row <= row);
        let Some(mut mark) = after.checked_sub(1).and_then(|i| self.marks.get(i)).copied() else {
            return Spot::default();
        };
        let mut bytes = self.code.get(mark.at..).unwrap_or_default().iter().copied();
        let mut step = Step::default();
        while mark.row <= row {
            let Some(byte) = bytes.next() else { return Spot::default() };
            let times = match (byte >> 5, byte & LOW) {
                (0, 0) => {
                    let [rows, lines, records] = [(); 3].map(|()| number(&mut bytes));
                    step = Step { rows, lines, records };
                    1
                }
                (0, times) => times,
                (rows, further) => {
                    step = Step { rows: rows.into(), lines: further.into(), records: further.into() };
                    1
                }
            };
            for _ in 0..times {
                if mark.row <= row {
                    mark.take(step);
                }
            }
        }
        mark.spot
    }
}

fn number(bytes: &mut impl Iterator<Item = u8>) -> u64 {
    let mut n = 0;
    for (shift, byte) in (0..64).step_by(7).zip(bytes) {
        n |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Part;

    #[test]
    fn every_row_is_found_where_it_was() {
        let mut places = Places::default();
        let (mut expected, mut line, mut record) = (Vec::new(), 1, 0);
        for i in 0..20_000usize {
            // Long regular stretches, and stretches with blank lines, texts of several lines and records without rows.
            let odd = i / 3_000 % 2 == 1;
            line += if odd { [1, 1, 2, 40, 300][i * 7 % 5] } else { 1 };
            record += if odd && i % 11 == 0 { 2 } else { 1 };
            if i % 5_000 == 0 {
                line = 1;
            }
            let rows = if odd { [1, 0, 3, 9, 200][i * 3 % 5] } else { 1 + i / 6_000 };
            let part = (i > 15_000).then_some(Part::RowGroup(i as u64 / 300));
            let spot = Spot { line: part.is_none().then_some(line), record, part };
            places.push(spot, rows);
            expected.extend(std::iter::repeat_n(spot, rows));
        }
        assert_eq!(places.rows(), expected.len());
        for (row, &spot) in expected.iter().enumerate().step_by(3) {
            assert_eq!(places.spot(row), spot, "row {row}");
        }
        assert_eq!(places.spot(expected.len()), Spot::default());
    }

    #[test]
    fn regular_records_cost_next_to_nothing() {
        for line in [Some(1), None] {
            let mut places = Places::default();
            for record in (1..200_000).step_by(2) {
                places.push(Spot { line: line.map(|line: u64| line + record), record, part: None }, 1);
            }
            assert!(places.code.len() + places.marks.len() * size_of::<Mark>() < 5_000);
        }
    }
}
