//! Contexts from one process to another: real servers and clients, and the fields that others read.

mod fields;
mod layers;
mod trace_context;
