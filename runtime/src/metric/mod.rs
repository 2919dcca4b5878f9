//! Labels: values bounded by their type, so that series cannot multiply without end.

mod label;

pub use label::Label;
pub(crate) use label::LabelValue;
