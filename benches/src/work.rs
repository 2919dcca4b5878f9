//! The work every contender does, small enough for its price to vanish, and the loop that calls it.

/// Why half of the results are what they are.
#[derive(Debug)]
pub struct Refused(#[allow(dead_code, reason = "an error without a payload would be free")] u64);

/// A handful of instructions that no optimiser sees through.
#[inline]
pub fn mix(number: u64) -> u64 {
    (number ^ (number >> 7)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// `Ok` for even numbers, `Err` for odd ones.
///
/// # Errors
///
/// For odd numbers.
#[inline]
pub fn halve(number: u64) -> Result<u64, Refused> {
    if number.is_multiple_of(2) { Ok(mix(number)) } else { Err(Refused(number)) }
}

/// One error in 128.
///
/// # Errors
///
/// For multiples of 128.
#[inline]
pub fn sometimes(number: u64) -> Result<u64, Refused> {
    if number.is_multiple_of(128) { Err(Refused(number)) } else { Ok(mix(number)) }
}

/// A batch that evaluates an expression for one number after another.
#[macro_export]
macro_rules! batch {
    ($number:ident => $call:expr) => {
        |calls| {
            for $number in 0..calls {
                let $number = ::std::hint::black_box($number);
                let _ = ::std::hint::black_box($call);
            }
        }
    };
}
pub use crate::batch;
