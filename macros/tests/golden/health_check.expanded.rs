fn plain() -> Result<(), Error> {
    ping()
}
const _: () = {
    #[allow(deprecated, clippy::unit_arg)]
    fn __run() -> ::renamed::__private::CheckVerdict {
        ::renamed::__private::judged(plain()).verdict()
    }
    ::renamed::__private::submit_check! {
        ::renamed::__private::LinkedCheck::new("plain", (::renamed::__private::file!(),
        ::renamed::__private::line!()), ::renamed::__private::CheckOptions::new(),
        ::renamed::__private::LinkedRun::Blocking(__run))
    }
};
#[cfg(unix)]
pub async fn database() -> Result<(), Error> {
    ping().await
}
#[cfg(unix)]
const _: () = {
    #[allow(deprecated, clippy::unit_arg)]
    fn __run() -> ::renamed::__private::RunningCheck {
        ::std::boxed::Box::pin(async {
            ::renamed::__private::judged(database().await).verdict()
        })
    }
    ::renamed::__private::submit_check! {
        ::renamed::__private::LinkedCheck::new("store/pool",
        (::renamed::__private::file!(), ::renamed::__private::line!()),
        ::renamed::__private::CheckOptions::new()
        .kind(::renamed::__private::CheckKind::Readiness)
        .severity(::renamed::__private::Severity::Degraded)
        .timeout(::core::time::Duration::from_micros(500000u64))
        .interval(::core::time::Duration::from_micros(5000000u64))
        .initial_delay(::core::time::Duration::from_micros(0u64)).fail_after(5u32)
        .pass_after(1u32).tags(& ["storage", "eu"]).own_runtime(),
        ::renamed::__private::LinkedRun::Future(__run))
    }
};
