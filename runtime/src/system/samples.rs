//! What was read at one time. Uses the names of `families`.

use super::families::{FAMILIES, place};
use std::cmp::Ordering;

/// How many devices of a kind are shown: disks, filesystems, interfaces, workers.
pub(super) const MOST_DEVICES: usize = 32;

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) labels: Vec<(&'static str, Box<str>)>,
    pub(super) value: f64,
}

/// Series by the place of their family.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Samples {
    families: Vec<Vec<Sample>>,
    /// Devices past the cap.
    pub(super) left_out: usize,
}

impl Samples {
    /// Adds a series; what is no number is left out.
    pub(super) fn put(&mut self, name: &str, labels: &[(&'static str, &str)], value: Option<f64>) {
        let (Some(value), Some(place)) = (value.filter(|value| value.is_finite()), place(name))
        else {
            debug_assert!(place(name).is_some(), "no family {name}");
            return;
        };
        self.families.resize_with(FAMILIES.len(), Vec::new);
        let labels = labels.iter().map(|(name, value)| (*name, Box::from(*value))).collect();
        self.families[place].push(Sample { labels, value });
    }

    /// Takes those of another.
    pub(super) fn extend(&mut self, other: &Self) {
        self.families.resize_with(FAMILIES.len(), Vec::new);
        for (own, other) in self.families.iter_mut().zip(&other.families) {
            own.extend_from_slice(other);
        }
    }

    /// Puts series in order of their labels.
    pub(super) fn sort(&mut self) {
        let order = |one: &Sample, other: &Sample| -> Ordering { one.labels.cmp(&other.labels) };
        self.families.iter_mut().for_each(|family| family.sort_by(order));
    }

    /// Leaves counters of a family that stepped back by `most` or less where they were before.
    pub(super) fn steady(&mut self, family: &str, most: f64, before: &Self) {
        let Some(place) = place(family) else { return };
        for sample in self.families.get_mut(place).into_iter().flatten() {
            let known = before.of(place).iter().find(|known| known.labels == sample.labels);
            if let Some(known) = known
                && sample.value < known.value
                && known.value - sample.value <= most
            {
                sample.value = known.value;
            }
        }
    }

    /// Those of a family.
    pub(super) fn of(&self, place: usize) -> &[Sample] {
        self.families.get(place).map_or(&[], Vec::as_slice)
    }

    /// The devices that are shown, in order: of those that a container's network brings by the dozen the last.
    pub(super) fn capped<'d, D>(&mut self, mut devices: Vec<(&'d str, D)>) -> Vec<(&'d str, D)> {
        devices.sort_by_key(|(name, _)| (name.starts_with("veth"), *name));
        devices.dedup_by_key(|(name, _)| *name);
        self.left_out += devices.len().saturating_sub(MOST_DEVICES);
        devices.truncate(MOST_DEVICES);
        devices
    }

    #[cfg(test)]
    pub(super) fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let same = |sample: &&Sample| {
            sample.labels.len() == labels.len()
                && labels.iter().all(|(name, value)| {
                    sample.labels.iter().any(|(known, is)| known == name && **is == **value)
                })
        };
        self.of(place(name)?).iter().find(same).map(|sample| sample.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_steps_back_only_for_a_restart() {
        const NAME: &str = "system_cpu_time_seconds_total";
        let read = |idle, iowait| {
            let mut samples = Samples::default();
            samples.put(NAME, &[("cpu_mode", "idle")], Some(idle));
            samples.put(NAME, &[("cpu_mode", "iowait")], Some(iowait));
            samples
        };
        let before = read(100.0, 10.0);
        let mut now = read(1.0, 8.0);
        now.steady(NAME, 3.0, &before);
        assert_eq!(now, read(1.0, 10.0));
        now.steady(NAME, 3.0, &Samples::default());
        assert_eq!(now, read(1.0, 10.0));
    }
}
