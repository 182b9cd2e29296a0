//! Peers that misbehave on purpose, one scenario per fault.
