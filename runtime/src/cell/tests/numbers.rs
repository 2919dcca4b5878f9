//! Numbers that threads add to: at the edges of a thread's life, and at the edge of what floats tell apart.

use crate::cell::{Numbers, Work};
use std::{
    cell::RefCell,
    sync::{Arc, Barrier, Mutex, mpsc},
    thread,
};

/// Numbers are never freed; here they stay in reach, so that a checker of leaks finds what they lose.
static ALL: Mutex<Vec<&Numbers>> = Mutex::new(Vec::new());

fn new_numbers(counts: usize, floats: usize) -> &'static Numbers {
    let numbers = Numbers::new(counts, floats);
    ALL.lock().unwrap().push(numbers);
    numbers
}

fn read(numbers: &Numbers) -> (Vec<u64>, Vec<f64>) {
    let (mut counts, mut floats) = (vec![7; 9], Vec::new());
    numbers.read(&mut counts, &mut floats);
    (counts, floats)
}

const LATE: u32 = if cfg!(miri) { 5 } else { 20_000 };

/// Adds together with other threads.
struct AddsWhenDropped(&'static Numbers, Arc<Barrier>);

impl Drop for AddsWhenDropped {
    fn drop(&mut self) {
        self.1.wait();
        for _ in 0..LATE {
            self.0.record(1, 0.5);
        }
    }
}

thread_local! {
    static ADDS: RefCell<Option<AddsWhenDropped>> = const { RefCell::new(None) };
}

#[test]
fn what_is_added_after_the_locals_are_gone_is_there() {
    const THREADS: u32 = 3;
    let numbers = new_numbers(2, 1);
    let together = Arc::new(Barrier::new(3));
    let all: Vec<_> = (0..THREADS)
        .map(|_| {
            let together = Arc::clone(&together);
            thread::spawn(move || {
                // First come, last destroyed.
                ADDS.with(|adds| adds.borrow_mut().replace(AddsWhenDropped(numbers, together)));
                numbers.add(0, 3);
            })
        })
        .collect();
    for thread in all {
        thread.join().unwrap();
    }
    let late = THREADS * LATE;
    assert_eq!(read(numbers), (vec![9, late.into()], vec![f64::from(late) / 2.0]));
}

/// Floats added in another order: 0.1 + 0.2 + 0.3 is more than 0.3 + 0.2 + 0.1.
#[test]
fn a_sum_does_not_step_back_when_threads_end() {
    let numbers = new_numbers(0, 1);
    let threads: Vec<_> = [0.1, 0.2, 0.3]
        .into_iter()
        .map(|more| {
            let (added, is_added) = mpsc::channel();
            let (end, ends) = mpsc::channel::<()>();
            let thread = thread::spawn(move || {
                numbers.add_float(0, more);
                added.send(()).unwrap();
                let _ = ends.recv();
            });
            is_added.recv().unwrap();
            (thread, end)
        })
        .collect();
    let before = read(numbers).1[0];
    for (thread, end) in threads.into_iter().rev() {
        drop(end);
        thread.join().unwrap();
    }
    let after = read(numbers).1[0];
    assert!(after >= before, "{after:?} after {before:?}");
    numbers.add_float(0, -0.25);
    assert!(read(numbers).1[0] < 0.36, "what is less for another reason than rounding is shown");
}

#[test]
fn what_the_runtimes_own_work_adds_is_left_out() {
    let numbers = new_numbers(1, 0);
    numbers.add(0, 1);
    {
        let _work = Work::begin();
        numbers.add(0, 10);
    }
    numbers.add(0, 100);
    assert_eq!(read(numbers), (vec![101], vec![]));
}
