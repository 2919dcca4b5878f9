//! The attributes of observant.
