//! Resolving, dialling and TLS with capture: what all Faultfinder probes share.
