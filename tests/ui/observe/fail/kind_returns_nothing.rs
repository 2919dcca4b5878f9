//! What is read from a returned value needs one.

use observant::observe;

#[observe(llm(provider = "openai"), usage = |_| (1, 2))]
fn a() {}

#[observe(llm(provider = "openai"), model = |_| "x")]
async fn b() {}

#[observe(embedding(provider = "openai", response_model = |_| "x"))]
fn c() -> ! {
    loop {}
}

#[observe(llm(provider = "openai"))]
mod inner {
    #[observe(usage = |_| (1, 2))]
    pub fn d() -> impl Future<Output = ()> {
        async {}
    }
}

fn main() {
    a();
    drop(b());
    drop(inner::d());
    c()
}
