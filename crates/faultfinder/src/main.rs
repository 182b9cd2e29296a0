//! The command line of Faultfinder.
fn main() {}
