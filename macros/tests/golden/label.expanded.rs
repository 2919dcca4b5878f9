#[automatically_derived]
impl<T> ::renamed::Label for Failure<T>
where
    T: Clone,
{
    const VALUES: &'static [&'static ::core::primitive::str] = &[
        "NotFound",
        "timeout",
        "Other",
    ];
    fn index(&self) -> ::core::primitive::usize {
        match self {
            Self::NotFound { .. } => 0usize,
            Self::TimedOut { .. } => 1usize,
            Self::r#Other { .. } => 2usize,
        }
    }
}
