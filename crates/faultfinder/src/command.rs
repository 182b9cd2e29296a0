//! The commands, one file each.

pub(crate) mod probe;
pub(crate) mod run;
pub(crate) mod validate;
pub(crate) mod import;
pub(crate) mod alerts;
pub(crate) mod schema;
pub(crate) mod explain;
pub(crate) mod lab;
pub(crate) mod demo;
pub(crate) mod verify;
pub(crate) mod serve;
pub(crate) mod rekey;
pub(crate) mod doctor;
pub(crate) mod generate;
