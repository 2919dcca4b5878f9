//! The Rust snippets of the documents, compiled as doctests of this crate. Nothing else lives here.

#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;

#[doc = include_str!("../../ARCHITECTURE.md")]
#[derive(Debug)]
pub struct Architecture;

#[doc = include_str!("../../CONTRIBUTING.md")]
#[derive(Debug)]
pub struct Contributing;
