//! A call among millions, every tool in processes of its own that take turns. What a tool leaves to threads of
//! its own or to the end of the program is a part of what it costs: processor time counts all of it.

use super::{Kept, TOOLS, Tool};
use crate::{
    processor,
    table::{Table, number},
};
use observant_benches::{Contender, Shape};
use std::{
    env,
    error::Error,
    process::{Command, Stdio},
};

/// The argument of a process that makes calls and says how long one took.
pub(super) const SUSTAIN: &str = "sustain";

const ROUNDS: usize = 15;
const WARM_UP: u64 = 100_000;
const CALLS: u64 = 2_000_000;

/// Makes calls and prints what one of them cost.
#[allow(clippy::cast_precision_loss)] // Millions.
pub(super) fn make_calls(contender: &Contender, kept: Kept) {
    (contender.batch)(WARM_UP);
    let (caller, all) = (processor::of_this_thread(), processor::of_this_process());
    (contender.batch)(CALLS);
    let caller = processor::of_this_thread() - caller;
    // Reports what is still to be reported.
    drop(kept);
    let all = processor::of_this_process() - all;
    println!("{} {}", caller * 1e9 / CALLS as f64, all * 1e9 / CALLS as f64);
}

/// Nanoseconds of processor time per call.
#[derive(Clone, Copy)]
struct Cost {
    /// Of the thread that calls.
    caller: f64,
    /// Of all threads.
    all: f64,
}

/// Prints the table.
pub(super) fn run() -> Result<(), Box<dyn Error>> {
    let contenders: Vec<(&Tool, &Contender)> = TOOLS
        .iter()
        .filter_map(|tool| {
            let mixed = tool.contenders.iter().find(|one| one.shape == Shape::Mixed);
            Some((tool, mixed?))
        })
        .collect();
    let mut costs = vec![Vec::new(); contenders.len()];
    for round in 0..ROUNDS {
        for place in 0..contenders.len() {
            let place = (place + round) % contenders.len();
            costs[place].push(measure(contenders[place].1)?);
        }
    }
    let ours = contenders.iter().position(|(tool, _)| tool.name == super::ours::TOOL);
    let least = |costs: &[Cost], figure: fn(&Cost) -> f64| {
        costs.iter().map(figure).fold(f64::INFINITY, f64::min)
    };
    let mut table = Table::new("processor ns per call of two million");
    let heads = ["caller, minimum", "median", "/ ours", "all threads, minimum", "median", "/ ours"];
    for head in heads {
        table.column(head);
    }
    for ((tool, _), costs_here) in contenders.iter().zip(&costs) {
        let mut cells = Vec::new();
        let figures: [fn(&Cost) -> f64; 2] = [|cost| cost.caller, |cost| cost.all];
        for figure in figures {
            let own = least(costs_here, figure);
            let beside = ours.map_or(f64::NAN, |ours| own / least(&costs[ours], figure));
            cells.push(number(own, 1));
            cells.push(number(median(costs_here.iter().map(figure).collect()), 1));
            cells.push(number(beside, 2));
        }
        table.row(tool.name.to_owned(), cells);
    }
    table.print();
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Starts a process that makes calls.
fn measure(contender: &Contender) -> Result<Cost, Box<dyn Error>> {
    let output = Command::new(env::current_exe()?)
        .args([SUSTAIN, &contender.name(), ""])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{}: {}", contender.name(), output.status).into());
    }
    let printed = String::from_utf8(output.stdout)?;
    let figures: Vec<f64> = printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    match figures[..] {
        [caller, all] => Ok(Cost { caller, all }),
        _ => Err(format!("{}: no figures in `{printed}`", contender.name()).into()),
    }
}
