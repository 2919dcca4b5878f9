//! The crate under another name: a re-export, a renamed dependency, a macro of another crate.

use crate::figures::{self, errors, figures, ok};

mod reexport {
    pub(crate) use observant as hidden;
}

#[observant::observe(crate = crate::renamed::reexport::hidden)]
fn through_a_reexport() -> Result<(), ()> {
    Ok(())
}

observant_fixture_renamed::observed!(from_a_macro);

#[test]
fn through_a_path() {
    through_a_reexport().unwrap();
    from_a_macro().unwrap();
    assert_eq!(figures!("through_a_reexport"), ok(1));
    assert_eq!(figures!("from_a_macro"), ok(1));
}

#[tokio::test]
async fn a_renamed_dependency() {
    use observant_fixture_renamed::{Mode, sync, whole};
    sync(Mode::Only, false).unwrap();
    sync(Mode::Only, true).unwrap_err();
    assert_eq!(whole::guard(1), 2);
    whole::asynchronous().await;
    let library = "observant_fixture_renamed";
    assert_eq!(figures::of(library, "sync"), errors(1, &["String"]));
    assert_eq!(figures::of(&format!("{library}::whole"), "guard"), ok(1));
    assert_eq!(figures::of(&format!("{library}::whole"), "asynchronous"), ok(1));
    let info = figures::info(library, "sync");
    assert_eq!(info.crate_name, "observant-fixture-renamed");
    assert_eq!(info.crate_version, "7.8.9");
}
