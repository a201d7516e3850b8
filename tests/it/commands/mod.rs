//! The commands that people use.
