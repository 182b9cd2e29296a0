//! What is installed: the Debian package and the image, each put into a folder that plays the root of a machine.
//!
//! Nothing outside of these folders changes. So what only a whole machine has is not tested: systemd itself (that it starts the
//! unit, and what the unit forbids), the dependencies of the package, and the base of the image.

mod root; // a folder that plays the root of a machine
mod debian; // the package: installed, started, upgraded, removed, purged
mod image; // the steps of the Dockerfile
