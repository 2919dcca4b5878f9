//! Generics, fields, renames and a use as label and error type.

use observant::{Label, observe};

#[derive(Debug, Label)]
enum Failure<T: std::fmt::Debug, const N: usize = 1>
where
    T: Clone,
{
    Unit,
    Tuple(T, [u8; N]),
    #[label(rename = "named fields")]
    Named { inner: T },
}

#[derive(Clone, Copy, Label)]
enum Mode {
    Fast,
}

#[observe(labels(mode = mode))]
fn f(mode: Mode) -> Result<(), Failure<u8>> {
    let Mode::Fast = mode;
    Err(Failure::Named { inner: 1 })
}

fn main() {
    assert_eq!(Failure::<u8>::VALUES, ["Unit", "Tuple", "named fields"]);
    assert_eq!(Failure::Tuple(1, [2; 1]).index() + Failure::<u8>::Unit.index(), 1);
    assert_eq!(f(Mode::Fast).unwrap_err().index(), 2);
}
