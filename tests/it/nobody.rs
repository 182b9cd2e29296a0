//! The binary, called by a process without privileges.

use faultfinder_tests::binary;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

/// Calls a copy of the binary, which everybody may run wherever the workspace is, as a user without any privileges; an
/// error where privileges cannot be dropped.
pub(crate) fn call(arguments: &[&str]) -> std::io::Result<Output> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("faultfinder");
    std::fs::copy(binary(), &copy)?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    let mut unprivileged = Command::new("setpriv");
    unprivileged.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"]);
    unprivileged.arg(&copy).args(arguments).current_dir("/").output()
}
