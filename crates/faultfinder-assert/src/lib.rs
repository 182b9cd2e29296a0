//! Assertions over what a Faultfinder probe saw.
