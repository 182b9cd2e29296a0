//! When tests run, and how many at a time.
