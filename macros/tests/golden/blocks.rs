#[observe(labels(team = "store"), error_type = Failure::kind)]
impl<T: Clone> Registry<T> {
    #![allow(dead_code)]
    const NAMES: [u8; { 2 + 1 }] = [1, 2, 3];
    /// Gets.
    #[cfg(unix)]
    pub fn get(&self, id: u64) -> Option<&T> {
        self.items.get(id)
    }
    pub const fn len(&self) -> usize {
        self.items.len()
    }
    #[observe(labels(team = "disk", fast = true), buckets = micro)]
    fn store(&mut self, item: T) -> Result<(), Failure> {
        self.items.push(item)
    }
    #[observe(skip)]
    fn left_out(&self) {}
    fn make() -> Self {
        Self::default()
    }
}

#[observe]
impl<'a, T> From<Vec<T>> for Wrapper<'a, { 1 + 1 }> {
    fn from(items: Vec<T>) -> Self {
        Self { items }
    }
}

#[observe]
impl From<io::Error> for &mut Wrapper {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

#[observe]
pub unsafe trait Tool: Send {
    type Output;
    const NAME: &'static str = "tool";
    fn required(&self) -> Result<(), ()>;
    fn provided(&self) -> Result<(), ()> {
        self.required()
    }
    #[observe(skip)]
    fn plain(&self) {}
}

#[observe]
pub(crate) mod tools {
    //! Tools.
    use super::*;
    struct Empty<const N: usize = { 1 }>;
    macro_rules! nothing {
        () => {};
    }
    nothing! {}
    pub fn search() -> Result<(), Error> {
        Ok(())
    }
    impl Empty {
        fn method(&self) {}
    }
    #[observe(skip)]
    mod inner {
        fn left_out() {}
    }
    mod deeper {
        trait Provided {
            async fn work(&self) -> u8 {
                1
            }
        }
    }
}
