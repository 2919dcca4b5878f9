#[automatically_derived]
impl<T> ::renamed::__private::HealthCheck for Everything<T>
where
    Option<Arc<T>>: ::renamed::__private::HealthCheck,
{
    fn check(&self) -> ::renamed::__private::Check<'_> {
        ::renamed::__private::Check::parts([
            ::renamed::__private::Part::new("store", &self.store),
            ::renamed::__private::Part::new("copy", &self.replica)
                .options(
                    ::renamed::__private::CheckOptions::new()
                        .severity(::renamed::__private::Severity::Degraded),
                ),
            ::renamed::__private::Part::with(
                "model",
                ::renamed::__private::looked(move || probe::ping(&self.model)).check(),
            ),
        ])
    }
    fn options(&self) -> ::renamed::__private::CheckOptions {
        ::renamed::__private::CheckOptions::new()
            .interval(::core::time::Duration::from_micros(30000000u64))
            .name("all")
    }
}
#[automatically_derived]
impl ::renamed::__private::HealthCheck for Queue {
    fn check(&self) -> ::renamed::__private::Check<'_> {
        ::renamed::__private::looked(move || Self::look(self)).check()
    }
}
