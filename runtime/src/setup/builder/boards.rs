//! What a program asks for in code of its dashboards.

use super::Builder;

impl Builder {
    /// Where people read the source: panels of functions in `/dashboards/{name}.json` lead there. `{file}` and `{line}` stand
    /// for what `file!()` and `line!()` say of a function; without `{line}` it leads to the file. Functions of crates from
    /// elsewhere have no link. `http` or `https`; by default there is none.
    ///
    /// # Example
    ///
    /// ```
    /// # fn main() -> Result<(), observant::Error> {
    /// let observant = observant::builder()
    ///     .listen("127.0.0.1:0")
    ///     .source_url("https://example.com/repo/blob/main/{file}#L{line}")
    ///     .init()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn source_url(mut self, template: impl Into<String>) -> Self {
        self.overrides.source_url = Some(template.into());
        self
    }
}
