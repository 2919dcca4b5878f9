//! What a span costs, from the call to the collector. One root with a hundred children is the trace of all; every
//! contender has processes of its own, which take turns, and sends to one receiver in another process.

mod alone;
mod fastrace;
mod loss;
mod opentelemetry;
mod ours;
mod receiver;

use crate::table::{Table, number};
use observant_benches::work::{Refused, sometimes};
use receiver::Receiver;
use std::{
    env,
    error::Error,
    process::{Command, Stdio},
};

const ROUNDS: usize = 11;

/// Calls within one root.
const CHILDREN: u64 = 100;

/// The argument of a process that makes traces in one way.
const ALONE: &str = "spans-alone";
/// The argument of a process that receives them.
const RECEIVE: &str = "spans-receive";
/// The argument of a process that makes a million as fast as it can.
const FLOOD: &str = "spans-flood";

/// Defines `root`, which makes some calls of `child`, both annotated alike.
macro_rules! traced {
    ($(#[$attribute:meta])*) => {
        $(#[$attribute])*
        #[inline(never)]
        pub(super) fn root(first: u64, children: u64) {
            for number in first..first + children {
                let number = ::std::hint::black_box(number);
                drop(::std::hint::black_box(child(number)));
            }
        }

        $(#[$attribute])*
        #[inline(never)]
        fn child(number: u64) -> Result<u64, $crate::spans::Refused> {
            $crate::spans::sometimes(number)
        }
    };
}
use traced;

traced!();

/// A way of tracing.
struct Contender {
    name: &'static str,
    /// What it needs before its first call.
    prepare: fn(&str) -> Prepared,
    /// Makes one trace: a root, and this many children with numbers from here on.
    trace: fn(u64, u64),
    /// How many spans the receiver gets of it.
    sends: Sends,
}

/// What a contender needs until its last call.
struct Prepared {
    /// Delivers what has ended.
    flush: fn(&dyn std::any::Any),
    kept: Box<dyn std::any::Any>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sends {
    Nothing,
    Everything,
}

const BARE: &str = "bare";

const CONTENDERS: [Contender; 10] = [
    Contender {
        name: BARE,
        prepare: |_| Prepared { flush: |_| {}, kept: Box::new(()) },
        trace: root,
        sends: Sends::Nothing,
    },
    ours::METRICS,
    ours::UNSAMPLED,
    ours::UNSAMPLED_ROOTS,
    ours::SAMPLED,
    fastrace::CONTENDER,
    ours::EAGER,
    ours::EAGER_UNSAMPLED,
    opentelemetry::REGISTRY,
    opentelemetry::CONTENDER,
];

/// What two contenders are to cost beside one another, at most: of the caller, and of all threads.
const BARS: [(&str, &str, Option<f64>, Option<f64>); 4] = [
    (ours::SAMPLED.name, fastrace::CONTENDER.name, Some(1.25), Some(1.0)),
    (ours::UNSAMPLED.name, ours::METRICS.name, Some(1.3), None),
    (ours::UNSAMPLED_ROOTS.name, ours::METRICS.name, Some(1.3), None),
    (ours::EAGER.name, opentelemetry::CONTENDER.name, Some(0.2), Some(0.25)),
];

/// Whether this process was started for one part of it, and did that.
pub(crate) fn run_alone(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [RECEIVE] => receiver::serve()?,
        [ALONE, name, endpoint] => {
            let contender = CONTENDERS.iter().find(|contender| contender.name == name);
            alone::make_traces(contender.ok_or("no such contender")?, endpoint);
        }
        [FLOOD, queue, threads, endpoint] => {
            loss::flood(queue.parse()?, threads.parse()?, endpoint);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Prints what spans cost, what that is beside the bars, and what is lost at full speed.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let mut receiver = Receiver::start()?;
    let mut costs: Vec<Vec<Cost>> = CONTENDERS.iter().map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        for place in 0..CONTENDERS.len() {
            let place = (place + round) % CONTENDERS.len();
            costs[place].push(measure(&CONTENDERS[place], &mut receiver)?);
        }
    }
    print_costs(&costs);
    print_ratios(&costs);
    loss::run(&mut receiver)
}

/// Nanoseconds of processor time per call.
#[derive(Clone, Copy)]
struct Cost {
    /// Of the thread that calls.
    caller: f64,
    /// Of all threads.
    all: f64,
}

type Figure = fn(&Cost) -> f64;
const FIGURES: [Figure; 2] = [|cost| cost.caller, |cost| cost.all];

fn measure(contender: &Contender, receiver: &mut Receiver) -> Result<Cost, Box<dyn Error>> {
    let [caller, all, made] = start([ALONE, contender.name, receiver.endpoint()])?;
    let arrived = receiver.count()?;
    let expected = if contender.sends == Sends::Everything { made } else { 0.0 };
    if (arrived - expected).abs() > 0.5 {
        let name = contender.name;
        return Err(format!("{name}: {arrived} spans of {expected} were received").into());
    }
    Ok(Cost { caller, all })
}

/// Runs a part of this in a process of its own, which prints so many figures.
fn start<const A: usize, const N: usize>(arguments: [&str; A]) -> Result<[f64; N], Box<dyn Error>> {
    let output = Command::new(env::current_exe()?)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{}: {}", arguments.join(" "), output.status).into());
    }
    let printed = String::from_utf8(output.stdout)?;
    let figures: Vec<f64> = printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    figures.try_into().map_err(|_| format!("{}: printed `{printed}`", arguments.join(" ")).into())
}

fn print_costs(costs: &[Vec<Cost>]) {
    let mut table = Table::new("processor ns per call, of a hundred in a trace");
    for head in ["caller, minimum", "median", "all threads, minimum", "median"] {
        table.column(head);
    }
    for (contender, costs) in CONTENDERS.iter().zip(costs) {
        let of = |figure: Figure| {
            let values: Vec<f64> = costs.iter().map(figure).collect();
            [number(minimum(&values), 1), number(median(values), 1)]
        };
        table.row(contender.name.to_owned(), FIGURES.into_iter().flat_map(of));
    }
    table.print();
}

fn print_ratios(costs: &[Vec<Cost>]) {
    let mut table = Table::new("beside one another");
    for head in ["caller, minimum", "median", "bar", "all threads, minimum", "median", "bar"] {
        table.column(head);
    }
    let of = |name| {
        let place = CONTENDERS.iter().position(|contender| contender.name == name);
        &costs[place.unwrap_or_default()]
    };
    for (own, other, caller, all) in BARS {
        let cells = FIGURES.into_iter().zip([caller, all]).flat_map(|(figure, bar)| {
            let values = |name| of(name).iter().map(figure).collect::<Vec<_>>();
            let (own, other) = (values(own), values(other));
            let rounds = own.iter().zip(&other).map(|(own, other)| own / other).collect();
            [
                number(minimum(&own) / minimum(&other), 2),
                number(median(rounds), 2),
                bar.map_or_else(|| "-".to_owned(), |bar| number(bar, 2)),
            ]
        });
        table.row(format!("{own} / {other}"), cells);
    }
    table.print();
}

fn minimum(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
