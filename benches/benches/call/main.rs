//! What one call costs: bare, at the floor, and observed, taking turns in one run.
//!
//! ```text
//! cargo bench -p observant-benches --bench call                   nanoseconds
//! cargo bench -p observant-benches --bench call -- instructions   instructions, needs valgrind
//! .. -- instructions observant                                    of one of them alone
//! .. -- smoke                                                     all of it, far too short to tell
//! ```

mod ours;

use observant_benches::{
    Column, Contender, Counting, Figures, Shape, allocations_during, bare, count_instructions,
    floor, print, run_one, scaling, take_turns,
};
use std::{env, error::Error};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROUNDS: usize = 400;
const CALLS: u32 = 10_000;
/// Longer batches, so that getting two threads to start together does not count.
const CALLS_TOGETHER: u32 = 50_000;

/// Everybody, sorted by what they do.
fn contenders() -> Vec<Contender> {
    let mut all = [&bare::CONTENDERS[..], &floor::CONTENDERS, &ours::CONTENDERS].concat();
    all.sort_by_key(|contender| Shape::ALL.iter().position(|shape| *shape == contender.shape));
    all
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).filter(|one| one != "--bench").collect();
    // Calibrates the clock. The server is not what is measured here.
    let _observant = observant::builder().listen("off").init()?;
    ours::prepare()?;
    let contenders = contenders();
    if run_one(&arguments, &contenders) {
        return Ok(());
    }
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *words {
        [] => time(&contenders, ROUNDS),
        ["smoke"] => time(&contenders, 4),
        ["instructions"] => return instructions(&contenders),
        ["instructions", tool] => return instructions(&by(tool, &contenders)),
        _ => return Err(format!("`{}` is none of: instructions, smoke", words.join(" ")).into()),
    }
    Ok(())
}

fn by(tool: &str, contenders: &[Contender]) -> Vec<Contender> {
    contenders.iter().filter(|contender| contender.tool == tool).copied().collect()
}

fn time(contenders: &[Contender], rounds: usize) {
    time_alone(contenders, rounds);
    time_together(contenders, rounds);
}

fn time_alone(contenders: &[Contender], rounds: usize) {
    let figures = take_turns(contenders, rounds, CALLS);
    let beside = |tool: &str, place: usize| -> Option<(&Figures, &Figures)> {
        let other = peer(contenders, tool, contenders[place].shape)?;
        Some((&figures[place], &figures[other]))
    };
    println!("nanoseconds per call; ratios and differences are medians of what each round says\n");
    let columns = [
        column("minimum", |place| Some(figures[place].minimum())),
        column("median", |place| Some(figures[place].median())),
        column("beyond bare", |place| beside("bare", place).map(|(own, bare)| own.beyond(bare))),
        column("minimum / floor", |place| {
            beside("floor", place).map(|(own, floor)| own.minimum() / floor.minimum())
        }),
        column("/ floor", |place| beside("floor", place).map(|(own, floor)| own.ratio_to(floor))),
        column("allocations", |place| Some(allocations(&contenders[place]))),
    ];
    print(contenders, &columns);
}

/// The contender that a tool enters for a shape; the plain one where the shape makes no difference
/// to it.
fn peer(contenders: &[Contender], tool: &str, shape: Shape) -> Option<usize> {
    let of = |shape| contenders.iter().position(|other| other.tool == tool && other.shape == shape);
    of(shape).or_else(|| of(Shape::Plain))
}

/// Allocations per batch. A call that is interrupted for longer than any before it may reach new
/// cells, so the best of a few batches is what calls need.
#[allow(clippy::cast_precision_loss)] // A few thousand at most.
fn allocations(contender: &Contender) -> f64 {
    let batch = || allocations_during(|| (contender.batch)(u64::from(CALLS)));
    (0..5).map(|_| batch()).min().unwrap_or_default() as f64
}

fn time_together(contenders: &[Contender], rounds: usize) {
    let plain: Vec<Contender> =
        contenders.iter().filter(|contender| contender.shape == Shape::Plain).copied().collect();
    let scalings = scaling(&plain, rounds / 4, CALLS_TOGETHER);
    let floor = peer(&plain, "floor", Shape::Plain).map(|place| scalings[place]);
    println!("\ntwo threads on one function: their throughput over that of one\n");
    let columns = [
        column("best", |place| Some(scalings[place].best)),
        column("median", |place| Some(scalings[place].median)),
        column("best / floor", |place| Some(scalings[place].best / floor?.best)),
        column("median / floor", |place| Some(scalings[place].median / floor?.median)),
    ];
    print(&plain, &columns);
}

fn instructions(contenders: &[Contender]) -> Result<(), Box<dyn Error>> {
    let counts: Vec<f64> = contenders.iter().map(count_instructions).collect::<Result<_, _>>()?;
    let beyond = |place: usize| {
        let bare = peer(contenders, "bare", contenders[place].shape)?;
        Some(counts[place] - counts[bare])
    };
    println!("instructions per call, the loop around it included\n");
    print(contenders, &[column("all", |place| Some(counts[place])), column("beyond bare", beyond)]);
    Ok(())
}

fn column<'a>(head: &'static str, figure: impl Fn(usize) -> Option<f64> + 'a) -> Column<'a> {
    Column { head, figure: Box::new(figure) }
}
