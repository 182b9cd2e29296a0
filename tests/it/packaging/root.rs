//! A folder that plays the root of a machine.

use faultfinder_tests::peers::{Peer, not_run, program};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::{Command, Output};

/// Such a folder, with what a program needs of a system: the libraries that it is linked with.
pub(super) struct Root {
    folder: tempfile::TempDir,
}

/// Owner, group and mode.
pub(super) type Access = (u32, u32, u32);

impl Root {
    /// An empty one. Nothing where this process may not change its root; the calling test is then reported as not run.
    pub(super) fn new() -> Option<Self> {
        let may = Command::new("chroot").args(["/", "true"]).output();
        if !may.is_ok_and(|done| done.status.success()) {
            not_run("this process may not change its root");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        Some(Self { folder })
    }

    /// Where something in it is outside.
    pub(super) fn outside(&self, path: &str) -> PathBuf {
        self.folder.path().join(path.trim_start_matches('/'))
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.outside(path).symlink_metadata().is_ok()
    }

    #[track_caller]
    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.outside(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[track_caller]
    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.outside(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Owner, group and mode.
    #[track_caller]
    pub(super) fn access(&self, path: &str) -> Access {
        let found = std::fs::metadata(self.outside(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        (found.uid(), found.gid(), found.mode() & 0o7777)
    }

    /// Copies the libraries that a program in it is linked with, from this machine.
    pub(super) fn add_libraries_of(&self, path: &str) {
        let listed = Command::new("ldd").arg(self.outside(path)).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let libraries = listed.split_ascii_whitespace().filter(|word| word.starts_with('/'));
        for library in libraries {
            let inside = self.outside(library);
            std::fs::create_dir_all(inside.parent().unwrap()).unwrap();
            std::fs::copy(library, inside).unwrap();
        }
    }

    /// What calls a program in it as a user, with these variables alone: the arguments of `env`.
    fn call(&self, user: (u32, u32), command: &[&str], variables: &[String]) -> Vec<String> {
        let root = self.folder.path().to_string_lossy().into_owned();
        let specification = format!("--userspec={}:{}", user.0, user.1);
        let chroot = ["chroot".to_owned(), specification, "--groups=".to_owned(), root];
        let clean = std::iter::once("--ignore-environment".to_owned());
        let path = std::iter::once("PATH=/usr/sbin:/usr/bin:/sbin:/bin".to_owned());
        let command = command.iter().map(|&word| word.to_owned());
        clean.chain(path).chain(variables.iter().cloned()).chain(chroot).chain(command).collect()
    }

    /// Calls a program in it.
    pub(super) fn run(&self, user: (u32, u32), command: &[&str], variables: &[String]) -> Output {
        Command::new("env").args(self.call(user, command, variables)).output().unwrap()
    }

    /// Starts a service in it, and waits until it listens on this port.
    pub(super) fn start(
        &self,
        user: (u32, u32),
        command: &[&str],
        variables: &[String],
        port: u16,
    ) -> Service {
        let (env, log) = (program("env").unwrap(), tempfile::tempdir().unwrap());
        let arguments = self.call(user, command, variables);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let peer = Peer::start(&env, &arguments, log.path(), &[port]);
        Service { _peer: peer, _log: log }
    }
}

/// A service in such a folder; it ends when this is dropped.
pub(super) struct Service {
    _peer: Peer,
    _log: tempfile::TempDir,
}
