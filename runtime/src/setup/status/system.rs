//! The process, its cgroup, the machine and the async runtime on `/status`: the families of `system`, by name.

use crate::{
    registry,
    snapshot::{Kind, OwnedFamily, Snapshot},
    system::FAMILIES,
};
use serde_json::{Map, Value as Json, json};

/// Every family that has a series: a number, or a list of numbers with their labels.
pub(super) fn system() -> Json {
    let mut snapshot = Snapshot::default();
    registry::visit(&mut snapshot, &|family| FAMILIES.iter().any(|own| own == family), &[]);
    let numbers = snapshot.families.into_iter().filter(|family| {
        !family.series.is_empty() && matches!(family.kind, Kind::Counter | Kind::Gauge)
    });
    Json::Object(numbers.map(|family| (family.name.clone(), shown(&family))).collect())
}

fn shown(family: &OwnedFamily) -> Json {
    if let [only] = &*family.series
        && only.labels.is_empty()
    {
        return only.value.as_f64().into();
    }
    let each = family.series.iter().map(|series| {
        let labels: Map<_, _> = series
            .labels
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        json!({ "labels": labels, "value": series.value.as_f64() })
    });
    each.collect()
}
