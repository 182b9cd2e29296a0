//! The harness of the project: `cargo xtask`.
fn main() {}
