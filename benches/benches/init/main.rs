//! What `init()` takes in a program with ten thousand observed functions: settings, calibration of
//! the clock, switches, and the server until it listens.
//!
//! ```text
//! cargo bench -p observant-benches --features init --bench init
//! ```
//!
//! It happens once in a process, so every figure is from a process of its own.

mod functions;

use std::{env, error::Error, process::Command, time::Instant};

const PROCESSES: usize = 31;

/// The argument of a process that measures once.
const ONCE: &str = "once";

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().any(|argument| argument == ONCE) {
        return once();
    }
    let mut times: Vec<f64> = (0..PROCESSES).map(|_| in_a_process()).collect::<Result<_, _>>()?;
    times.sort_by(f64::total_cmp);
    let functions = observant::builder().listen("off").init().map(|_guard| listed())?;
    println!(
        "init() with {functions} functions, milliseconds: minimum {:.2}, median {:.2}, maximum {:.2}",
        times[0],
        times[PROCESSES / 2],
        times[PROCESSES - 1],
    );
    Ok(())
}

fn once() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let observant = observant::builder().listen("127.0.0.1:0").init()?;
    let took = start.elapsed();
    drop(observant);
    println!("{}", took.as_secs_f64() * 1e3);
    Ok(())
}

fn in_a_process() -> Result<f64, Box<dyn Error>> {
    let output = Command::new(env::current_exe()?).arg(ONCE).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// How many functions the registry knows.
fn listed() -> usize {
    let snapshot = observant::snapshot();
    let families = snapshot.families.iter();
    families
        .filter(|family| family.name == "observe_function_info")
        .map(|family| family.series.len())
        .sum()
}
