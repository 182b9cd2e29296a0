//! WebSocket requests from options.

use super::options::{Fields, Secrets};
use super::{Shared, common::Common};
use crate::exit::Failure;
use clap::Args;
use serde_json::Value;

/// A WebSocket request.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The target
    #[arg(value_name = "TARGET")]
    target: String,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    pub(super) shared: Shared,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let mut request = Fields::default();
        request.set("url", Some(&self.target));
        self.common.add_to(&mut request)?;
        Ok(super::file("ws", self.target.clone(), request, Secrets::default(), &self.shared))
    }
}
