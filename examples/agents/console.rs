//! What people see while the agents work: plain lines, and on a terminal one line that updates.
//!
//! A reader who left (`agents | head`) is no reason to stop, so write errors are ignored.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Mutex, PoisonError},
};

/// Columns the updating line may take; wider, it would wrap and no longer be erased.
const WIDTH: usize = 79;
/// Up to this many tasks get a line each when there is no terminal.
const FEW: usize = 40;

/// Standard output, shared by all tasks.
#[derive(Debug)]
pub struct Console {
    updating: bool,
    line: Mutex<String>,
}

impl Console {
    /// Updates a line in place if standard output is a terminal.
    pub fn new() -> Self {
        Self { updating: io::stdout().is_terminal(), line: Mutex::default() }
    }

    /// Prints `text` and a newline; the updating line stays below.
    pub fn say(&self, text: &str) {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let erase = if line.is_empty() { "" } else { "\r\x1b[2K" };
        put(&format!("{erase}{text}\n{line}"));
    }

    /// Tells how far the tasks are, and `last`, what happened just now; with `keep` it is told even
    /// where most things are not, and stays to be read.
    pub fn progress(&self, done: usize, total: usize, last: &str, keep: bool) {
        if self.updating {
            if keep {
                self.say(last);
            }
            let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
            *line = format!("{done}/{total} {last}").chars().take(WIDTH).collect();
            put(&format!("\r\x1b[2K{line}"));
        } else if keep || total <= FEW {
            self.say(&format!("{done}/{total} {last}"));
        } else if done == total || done.is_multiple_of(total / 10) {
            self.say(&format!("{done}/{total} tasks done"));
        }
    }

    /// Takes the updating line away.
    pub fn clear(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if !line.is_empty() {
            line.clear();
            put("\r\x1b[2K");
        }
    }
}

fn put(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
