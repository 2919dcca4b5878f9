//! A function measured by hand with handles looked up once: what a careful user writes without an attribute.

use std::time::Duration;

/// The handles of one function: its calls by outcome, its calls in flight and a histogram of their durations.
pub(super) trait Handles {
    fn begin(&self);
    fn end(&self, took: Duration, ok: bool);
}

/// Bounds of the histogram in seconds.
pub(super) const BOUNDS: [f64; 10] =
    [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3];

/// The two contenders of a tool whose handles are in `$handles`.
macro_rules! by_hand {
    ($handles:ty) => {
        static MIXED: ::std::sync::LazyLock<$handles> =
            ::std::sync::LazyLock::new(|| <$handles>::new("mixed"));
        static WAIT: ::std::sync::LazyLock<$handles> =
            ::std::sync::LazyLock::new(|| <$handles>::new("wait"));

        pub(super) const CONTENDERS: [Contender; 2] = [
    Contender { tool: TOOL, shape: Shape::Mixed, batch: batch!(x => mixed(x)) },
            Contender {
                tool: TOOL,
                shape: Shape::Suspended,
        batch: batch!(x => block_on(wait(x, 1))),
            },
        ];

        #[inline(never)]
        fn mixed(number: u64) -> Result<u64, Refused> {
            MIXED.begin();
            let start = ::std::time::Instant::now();
            let result = sometimes(number);
            MIXED.end(start.elapsed(), result.is_ok());
            result
        }

        async fn wait(number: u64, times: u32) -> u64 {
            WAIT.begin();
            let start = ::std::time::Instant::now();
            Suspend(times).await;
            let result = mix(number);
            WAIT.end(start.elapsed(), true);
            result
        }
    };
}
pub(super) use by_hand;
