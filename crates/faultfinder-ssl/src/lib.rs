//! A TLS endpoint probe that reports the chain, what was negotiated and exactly what broke.
