//! Runs one Faultfinder test: variables, deadlines, retries, probe, assertions.
