#[derive(Label)]
#[label(crate = ::renamed)]
enum Failure<T>
where
    T: Clone,
{
    NotFound,
    #[label(rename = "timeout")]
    TimedOut { after: T },
    r#Other(u8),
}
