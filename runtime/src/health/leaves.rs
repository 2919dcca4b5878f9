//! From something with parts to the checks it consists of, each run by itself.

use super::{
    check::{Check, Checked, HealthCheck, Part, Work},
    options::CheckOptions,
    verdict::Verdict,
};
use std::{future::Future, pin::Pin, sync::Arc};

/// How a check is run, again and again.
#[derive(Clone)]
pub(crate) enum Run {
    /// On a thread of ours.
    Blocking(Arc<dyn Fn() -> Verdict + Send + Sync>),
    /// On a runtime.
    Future(Arc<dyn Fn() -> Running + Send + Sync>),
    /// At once, on the scheduler's own thread.
    Computed(Arc<dyn super::Source>),
}

pub(crate) type Running = Pin<Box<dyn Future<Output = Verdict> + Send>>;

/// One check of several, not registered yet.
pub(crate) struct Leaf {
    /// Empty for a root without parts.
    pub(crate) path: String,
    pub(crate) options: CheckOptions,
    pub(crate) run: Run,
}

/// How deep parts may lie within parts. What holds itself in a circle would have no end.
const DEEPEST: usize = 16;

/// All checks that `root` consists of; `options` beat its own.
pub(crate) fn leaves(
    root: &Arc<dyn HealthCheck>,
    options: &CheckOptions,
    most: usize,
) -> Result<Vec<Leaf>, String> {
    let mut found = Vec::new();
    let options = options.within(&root.options());
    let mut walk = Walk { root, found: &mut found, most };
    walk.visit(root.check(), String::new(), &mut Vec::new(), options)?;
    Ok(found)
}

struct Walk<'w> {
    root: &'w Arc<dyn HealthCheck>,
    found: &'w mut Vec<Leaf>,
    most: usize,
}

impl Walk<'_> {
    fn visit(
        &mut self,
        check: Check<'_>,
        path: String,
        places: &mut Vec<usize>,
        options: CheckOptions,
    ) -> Result<(), String> {
        let run = match check.0 {
            Work::Blocking(_) => blocking(self.root, places),
            Work::Future(_) => future(self.root, places),
            Work::Parts(parts) => return self.parts(parts, &path, places, &options),
            Work::List(list) => {
                let parts = (0..list.len())
                    .filter_map(|place| Some(Part::new(place.to_string(), list.get(place)?)));
                return self.parts(parts, &path, places, &options);
            }
        };
        if self.found.len() == self.most {
            return Err(format!("it has more than {} checks", self.most));
        }
        self.found.push(Leaf { path, options, run });
        Ok(())
    }

    fn parts<'p>(
        &mut self,
        parts: impl IntoIterator<Item = Part<'p>>,
        path: &str,
        places: &mut Vec<usize>,
        options: &CheckOptions,
    ) -> Result<(), String> {
        if places.len() == DEEPEST {
            return Err(format!("`{path}` has parts more than {DEEPEST} levels deep"));
        }
        for (place, part) in parts.into_iter().enumerate() {
            places.push(place);
            let outer = part.check.options().within(options);
            let options = part.options.within(&outer);
            let separator = if path.is_empty() { "" } else { "/" };
            let name = format!("{path}{separator}{}", part.name);
            self.visit(part.check.check(), name, places, options)?;
            places.pop();
        }
        Ok(())
    }
}

fn blocking(root: &Arc<dyn HealthCheck>, places: &[usize]) -> Run {
    let (root, places) = (Arc::clone(root), places.to_vec());
    Run::Blocking(Arc::new(move || match at(&*root, &places).0 {
        Work::Blocking(check) => check(),
        Work::Future(_) | Work::Parts(_) | Work::List(_) => CHANGED,
    }))
}

fn future(root: &Arc<dyn HealthCheck>, places: &[usize]) -> Run {
    let (root, places) = (Arc::clone(root), places.to_vec());
    Run::Future(Arc::new(move || {
        let (root, places) = (Arc::clone(&root), places.clone());
        Box::pin(async move {
            let check = at(&*root, &places);
            match check.0 {
                Work::Future(check) => check.await,
                Work::Blocking(_) | Work::Parts(_) | Work::List(_) => CHANGED,
            }
        })
    }))
}

/// What is no longer what it was when it was registered.
const CHANGED: Verdict = Verdict::fail("changed");

/// The check at these places.
fn at<'c>(root: &'c dyn HealthCheck, places: &[usize]) -> Check<'c> {
    let mut checked = Checked::It(root);
    for place in places {
        checked = match checked.check().0 {
            Work::Parts(mut parts) if *place < parts.len() => parts.swap_remove(*place).check,
            Work::List(list) => match list.get(*place) {
                Some(check) => Checked::It(check),
                None => return Check::parts([]),
            },
            _ => return Check::parts([]),
        };
    }
    checked.check()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{Part, Severity};

    struct Fails(&'static str);

    impl HealthCheck for Fails {
        fn check(&self) -> Check<'_> {
            Check::blocking(|| Verdict::fail(self.0))
        }
    }

    struct Store {
        pool: Box<dyn HealthCheck>,
        replica: Option<Arc<Fails>>,
        absent: Option<Fails>,
    }

    impl HealthCheck for Store {
        fn check(&self) -> Check<'_> {
            Check::parts([
                Part::new("pool", &self.pool),
                Part::new("replica", &self.replica)
                    .options(CheckOptions::new().severity(Severity::Degraded)),
                Part::new("absent", &self.absent),
            ])
        }
    }

    struct All {
        store: Store,
        shards: Vec<Fails>,
    }

    impl HealthCheck for All {
        fn check(&self) -> Check<'_> {
            Check::parts([Part::new("store", &self.store), Part::new("shards", &self.shards)])
        }
    }

    #[test]
    fn each_leaf_has_its_path_and_is_run_by_itself() {
        let store = Store {
            pool: Box::new(Fails("pool")),
            replica: Some(Arc::new(Fails("replica"))),
            absent: None,
        };
        let root: Arc<dyn HealthCheck> =
            Arc::new(All { store, shards: vec![Fails("first"), Fails("second")] });
        let options = CheckOptions::new().fail_after(7);
        let found = leaves(&root, &options, 10).unwrap();
        let each = found.iter().map(|leaf| {
            let Run::Blocking(run) = &leaf.run else { panic!("{} blocks", leaf.path) };
            assert_eq!(leaf.options.fail_after, Some(7));
            (leaf.path.as_str(), run().reason(), leaf.options.severity)
        });
        let each: Vec<_> = each.collect();
        assert_eq!(
            each,
            [
                ("store/pool", "pool", None),
                ("store/replica", "replica", Some(Severity::Degraded)),
                ("shards/0", "first", None),
                ("shards/1", "second", None),
            ]
        );
        assert!(leaves(&root, &options, 3).is_err());
    }

    struct Endless;

    impl HealthCheck for Endless {
        fn check(&self) -> Check<'_> {
            Check::parts([Part::new("again", self)])
        }
    }

    #[test]
    fn a_circle_is_an_error() {
        let root: Arc<dyn HealthCheck> = Arc::new(Endless);
        assert!(leaves(&root, &CheckOptions::new(), 10).err().unwrap().contains("levels deep"));
    }
}
