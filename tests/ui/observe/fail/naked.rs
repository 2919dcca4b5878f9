//! A naked function is its assembly.

use observant::observe;

#[observe]
#[unsafe(naked)]
pub extern "C" fn f() -> u8 {
    core::arch::naked_asm!("ret")
}

fn main() {
    f();
}
