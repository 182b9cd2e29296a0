//! X.509 chain verification that names every fault as OpenSSL does, in memory-safe Rust.
