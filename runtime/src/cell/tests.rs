//! Cells against a plain implementation.
