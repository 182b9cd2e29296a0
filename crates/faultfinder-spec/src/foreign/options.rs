//! What files of other tools need and do not say.

use std::collections::BTreeSet;
use std::time::Duration;

/// What a file of another tool needs and does not say. For native files it means nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForeignOptions {
    /// The module of a `blackbox.yml` that is meant; all of them if nothing is said.
    pub module: Option<String>,
    /// What the modules of a `blackbox.yml` probe.
    pub targets: Vec<String>,
    /// How long a module of a `blackbox.yml` may take, if it does not say less itself.
    pub timeout: Option<Duration>,
    /// Whether no module may probe Unix sockets of this host.
    pub without_sockets: bool,
    /// The folder with the files that an export of Datadog only names (certificates, keys, uploads), as a path that is put
    /// before their names.
    pub material: Option<String>,
    /// Variables that have a value from outside of the file: that it has none for them is not reported.
    pub given: BTreeSet<String>,
}
