//! Schemas of gRPC tests, compiled once.

use faultfinder_grpc::{Descriptors, ProtoSource};
use faultfinder_taxonomy::Fault;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// How many schemas of one definition file are kept; beyond that they are made anew for each run.
const SCHEMAS_MAX: usize = 256;

/// Where a schema is from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// Sources, and folders of imports.
    Proto(Vec<ProtoSource>, Vec<PathBuf>),
    DescriptorSet(PathBuf),
}

/// The schemas of one definition file: tests that share one, and runs of one test, read it once.
#[derive(Debug, Default)]
pub(crate) struct Schemas(Mutex<HashMap<Origin, Result<Descriptors, Fault>>>);

impl Schemas {
    /// A schema, read and compiled when it is first asked for.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` naming the file and what is wrong with it.
    pub(crate) fn get(&self, origin: Origin) -> Result<Descriptors, Fault> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&origin) {
            return found.clone();
        }
        let made = match &origin {
            Origin::Proto(sources, path) => Descriptors::compile(sources, path),
            Origin::DescriptorSet(path) => Descriptors::read(path),
        };
        if known.len() < SCHEMAS_MAX {
            known.insert(origin, made.clone());
        }
        made
    }
}
