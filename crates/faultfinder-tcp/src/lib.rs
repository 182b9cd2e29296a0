//! A TCP probe: connect, send, expect, and exactly what broke.
