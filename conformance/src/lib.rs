//! Faultfinder's certificate validator against OpenSSL itself, on random chains.
