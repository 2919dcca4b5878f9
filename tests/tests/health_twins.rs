//! Two checks of one name in a program: an error at `init` that says where both are. A program of its own, since it can
//! never be set up.

mod store {
    #[observant::health_check]
    fn reachable() {}
}

mod model {
    #[observant::health_check(degraded)]
    async fn reachable() {
        std::future::ready(()).await;
    }
}

#[test]
fn init_names_both_and_the_way_out() {
    let error = observant::builder().listen("off").init().unwrap_err();
    assert!(error.is_check());
    let text = error.to_string();
    let lines: Vec<_> = include_str!("health_twins.rs")
        .lines()
        .zip(1..)
        .filter(|(line, _)| line.trim_start().starts_with("#[observant::health_check"))
        .map(|(_, number)| format!("health_twins.rs:{number}"))
        .collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert!(text.contains(&line), "{text}");
    }
    assert!(text.contains("`reachable`") && text.contains("name = "), "{text}");
    // It is not set up by halves.
    let again = observant::builder().listen("off").init().unwrap_err();
    assert!(again.is_check(), "{again}");
}
