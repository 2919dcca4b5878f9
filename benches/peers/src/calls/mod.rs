//! What one call costs: nobody, the floor, us and the peers, taking turns in one run.

mod autometrics;
mod by_hand;
mod fastrace;
mod hotpath;
mod measured;
mod metrics;
mod ours;
mod prometheus;
mod prometheus_client;
mod sustained;
mod tracing;

use crate::table::{Table, number};
use observant_benches::{
    Contender, Figures, Scaling, Shape, bare, count_instructions, floor, run_one, scaling,
    take_turns,
};
use std::error::Error;

const ROUNDS: usize = 300;
const CALLS: u32 = 10_000;
/// Longer batches, so that getting two threads to start together does not count.
const CALLS_TOGETHER: u32 = 50_000;

/// A tool, and what it needs before its first call, kept until the last.
struct Tool {
    name: &'static str,
    contenders: &'static [Contender],
    prepare: fn() -> Kept,
}

/// What a tool must not drop while it is measured; dropping it ends its work.
type Kept = Box<dyn std::any::Any>;

fn nothing() -> Kept {
    Box::new(())
}

const TOOLS: [Tool; 11] = [
    Tool { name: "bare", contenders: &bare::CONTENDERS, prepare: nothing },
    Tool { name: "floor", contenders: &floor::CONTENDERS, prepare: nothing },
    Tool { name: ours::TOOL, contenders: &ours::CONTENDERS, prepare: ours::prepare },
    Tool { name: hotpath::TOOL, contenders: &hotpath::CONTENDERS, prepare: hotpath::prepare },
    Tool { name: prometheus::TOOL, contenders: &prometheus::CONTENDERS, prepare: nothing },
    Tool {
        name: prometheus_client::TOOL,
        contenders: &prometheus_client::CONTENDERS,
        prepare: nothing,
    },
    Tool { name: measured::TOOL, contenders: &measured::CONTENDERS, prepare: nothing },
    Tool { name: metrics::TOOL, contenders: &metrics::CONTENDERS, prepare: metrics::prepare },
    Tool { name: autometrics::TOOL, contenders: &autometrics::CONTENDERS, prepare: nothing },
    Tool { name: tracing::TOOL, contenders: &tracing::CONTENDERS, prepare: tracing::prepare },
    Tool { name: fastrace::TOOL, contenders: &fastrace::CONTENDERS, prepare: fastrace::prepare },
];

/// Contenders of one shape, in the order of [`TOOLS`].
fn of_shape(shape: Shape) -> Vec<Contender> {
    let all = TOOLS.iter().flat_map(|tool| tool.contenders);
    all.filter(|contender| contender.shape == shape).copied().collect()
}

/// Nanoseconds, and throughput of two threads.
pub(crate) fn run() {
    // Before anybody subscribes: what is switched off here is off by that alone.
    let our = ours::prepare();
    let off = Rows::measure(Shape::Off);
    let kept: Vec<Kept> =
        TOOLS.iter().filter(|tool| tool.name != ours::TOOL).map(|tool| (tool.prepare)()).collect();
    for shape in [Shape::Mixed, Shape::Suspended] {
        Rows::measure(shape).print();
    }
    off.print();
    let contenders = of_shape(Shape::Mixed);
    print_scaling(&contenders, &scaling(&contenders, ROUNDS / 4, CALLS_TOGETHER));
    drop((kept, our));
}

/// Processor time, in processes of their own.
pub(crate) fn sustained() -> Result<(), Box<dyn Error>> {
    sustained::run()
}

/// Whether this process was started to run one contender, and did.
pub(crate) fn run_alone(arguments: &[String]) -> bool {
    let [asked, name, _] = arguments else { return false };
    for tool in &TOOLS {
        let own = tool.contenders.iter().find(|contender| contender.name() == *name);
        let off = tool.name != ours::TOOL && name.ends_with(Shape::Off.text());
        let Some(contender) = own else { continue };
        let kept = if off { nothing() } else { (tool.prepare)() };
        if asked != sustained::SUSTAIN {
            return run_one(arguments, tool.contenders);
        }
        sustained::make_calls(contender, kept);
        return true;
    }
    false
}

/// Instructions, as callgrind counts them.
pub(crate) fn instructions() -> Result<(), Box<dyn Error>> {
    let mut table = Table::new("instructions per call, the loop around it included");
    let shapes = [Shape::Mixed, Shape::Suspended, Shape::Off];
    for shape in shapes {
        table.column(shape.text());
    }
    for tool in &TOOLS {
        let mut cells = Vec::new();
        for shape in shapes {
            let contender = tool.contenders.iter().find(|contender| contender.shape == shape);
            let count = contender.map(count_instructions).transpose()?;
            cells.push(count.map_or_else(|| "-".to_owned(), |count| number(count, 0)));
        }
        table.row(tool.name.to_owned(), cells);
    }
    table.print();
    Ok(())
}

/// The contenders of one shape and their figures.
struct Rows {
    shape: Shape,
    contenders: Vec<Contender>,
    figures: Vec<Figures>,
}

impl Rows {
    fn measure(shape: Shape) -> Self {
        let contenders = of_shape(shape);
        let figures = take_turns(&contenders, ROUNDS, CALLS);
        Self { shape, contenders, figures }
    }

    fn of(&self, tool: &str) -> Option<&Figures> {
        let place = self.contenders.iter().position(|contender| contender.tool == tool)?;
        self.figures.get(place)
    }

    fn print(&self) {
        let mut table = Table::new(match self.shape {
            Shape::Off => "switched off, ns per call",
            Shape::Suspended => "async, suspended once, ns per call",
            _ => "one error in 128, ns per call",
        });
        let heads = ["minimum", "median", "beyond bare", "minimum / ours", "median / ours"];
        for head in heads {
            table.column(head);
        }
        for (contender, own) in self.contenders.iter().zip(&self.figures) {
            let beside = |tool, figure: fn(&Figures, &Figures) -> f64| {
                self.of(tool).map_or(f64::NAN, |other| figure(own, other))
            };
            table.row(
                contender.tool.to_owned(),
                [
                    number(own.minimum(), 1),
                    number(own.median(), 1),
                    number(beside("bare", |own, bare| own.minimum() - bare.minimum()), 1),
                    number(beside(ours::TOOL, |own, ours| own.minimum() / ours.minimum()), 2),
                    number(beside(ours::TOOL, Figures::ratio_to), 2),
                ],
            );
        }
        table.print();
    }
}

fn print_scaling(contenders: &[Contender], scalings: &[Scaling]) {
    let floor = contenders
        .iter()
        .position(|contender| contender.tool == "floor")
        .map(|place| scalings[place]);
    let mut table = Table::new("two threads on one function: throughput over that of one");
    let heads = ["best", "median", "best / floor", "median / floor"];
    for head in heads {
        table.column(head);
    }
    for (contender, scaling) in contenders.iter().zip(scalings) {
        let beside = |figure: fn(&Scaling) -> f64| {
            floor.map_or(f64::NAN, |floor| figure(scaling) / figure(&floor))
        };
        table.row(
            contender.tool.to_owned(),
            [
                number(scaling.best, 2),
                number(scaling.median, 2),
                number(beside(|scaling| scaling.best), 2),
                number(beside(|scaling| scaling.median), 2),
            ],
        );
    }
    table.print();
}
