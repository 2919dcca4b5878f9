//! A block has neither arguments nor a returned value.

use observant::observe;

struct Type;

#[observe(tool = self.name)]
impl Type {
    fn f(&self) {}
}

#[observe(llm(provider = PROVIDER, model = "x"), model = |answer| answer)]
mod inner {
    #[observe(usage = |_| (1, 2))]
    mod deeper {}
}

const PROVIDER: &str = "openai";

fn main() {
    Type.f();
}
