//! After our error the item is there: no other error follows.

use observant::observe;

#[observe(nmae = "x")]
/// Documented.
pub async fn function<T: Default>(value: u8) -> Result<T, u8> {
    #![allow(unused_variables)]
    Ok(T::default())
}

struct Type;

#[observe(nmae = "x")]
impl Type {
    #[observe(name = "y")]
    fn method(&self) -> u8 {
        1
    }
}

#[observe(nmae = "x")]
trait Trait {
    #[observe(skip)]
    fn provided(&self) {}
}

impl Trait for Type {}

#[observe(nmae = "x")]
mod inner {
    pub struct Inside;
}

fn main() {
    let _ = (function::<u8>(1), Type.method(), Type.provided(), inner::Inside);
}
