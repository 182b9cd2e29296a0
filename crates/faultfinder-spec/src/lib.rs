//! Test definitions of Faultfinder as written: parsed, with every diagnostic placed.
