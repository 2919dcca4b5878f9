//! The crate under another name: `crate = path`.

mod reexport {
    pub(crate) use observant as hidden;
}

#[observant::observe(crate = crate::renamed::reexport::hidden)]
fn through_a_reexport() -> Result<(), ()> {
    Ok(())
}

#[test]
fn through_a_path() {
    through_a_reexport().unwrap();
    assert_eq!(crate::figures::figures!("through_a_reexport"), crate::figures::ok(1));
}
