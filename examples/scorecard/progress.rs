//! A line on the terminal that says what takes so long.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Writes to the standard error, and only if that is a terminal: logs and pipes stay clean.
pub(crate) struct Progress {
    terminal: bool,
    started: Instant,
    shown: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), started: Instant::now(), shown: None }
    }

    /// Says what is being done. Nothing is shown in the first moments, and then only a few times a second.
    pub(crate) fn say(&mut self, what: std::fmt::Arguments<'_>) {
        let often = self.shown.is_some_and(|at| at.elapsed() < Duration::from_millis(150));
        if !self.terminal || often || self.started.elapsed() < Duration::from_millis(300) {
            return;
        }
        self.shown = Some(Instant::now());
        // A terminal that went away is no reason to stop.
        let _ = write!(std::io::stderr(), "\r\x1b[K{what}").and_then(|()| std::io::stderr().flush());
    }

    /// Removes the line.
    pub(crate) fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K").and_then(|()| std::io::stderr().flush());
        }
    }
}
