//! The Debian package, put into a folder by dpkg itself: its scripts run outside of the folder and change only what is in it.

use super::root::Root;
use faultfinder_tests::peers::{free_port, passes, program};
use faultfinder_tests::{binary, workspace};
use serde_json::json;
use std::path::PathBuf;
use std::process::{Command, Output};

const SERVICE: &str = "/etc/systemd/system/multi-user.target.wants/faultfinder.service";
const UNIT: &str = "/usr/lib/systemd/system/faultfinder.service";
const SETTINGS: &str = "/etc/faultfinder/faultfinder.toml";
const STATE: &str = "/var/lib/faultfinder";

/// A machine without packages, and the package.
struct Machine {
    root: Root,
    package: PathBuf,
    _folder: tempfile::TempDir,
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Builds the package.
fn build() -> Option<(PathBuf, tempfile::TempDir)> {
    program("dpkg-deb")?;
    let folder = tempfile::tempdir().unwrap();
    let mut build = Command::new(workspace().join("packaging/debian/build"));
    // The binary of a test is large, and the package is thrown away.
    build.arg(binary()).arg(folder.path()).env("DPKG_DEB_COMPRESSOR_TYPE", "none");
    let output = build.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let package = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim_end());
    Some((package, folder))
}

impl Machine {
    fn new() -> Option<Self> {
        let root = Root::new()?;
        program("deb-systemd-helper")?;
        let (package, folder) = build()?;
        root.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        root.write("/etc/group", "root:x:0:\n");
        for file in ["status", "available", "info/format", "updates/.keep", "triggers/Unincorp"] {
            root.write(&format!("/var/lib/dpkg/{file}"), if file == "info/format" { "1\n" } else { "" });
        }
        std::fs::remove_file(root.outside("/var/lib/dpkg/updates/.keep")).unwrap();
        Some(Self { root, package, _folder: folder })
    }

    /// Calls dpkg. There are no other packages, so dependencies are not met.
    #[track_caller]
    fn dpkg(&self, arguments: &[&str]) {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg("--root").arg(self.root.outside("/")).args(["--log=/dev/null", "--force-depends"]);
        dpkg.args(["--force-script-chrootless"]).args(arguments);
        let output = dpkg.env("DEBIAN_FRONTEND", "noninteractive").output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    }

    fn install(&self) {
        self.dpkg(&["--install", &self.package.to_string_lossy()]);
    }

    /// The ids of the service's user.
    fn user(&self) -> (u32, u32) {
        let accounts = self.root.read("/etc/passwd");
        let line = accounts.lines().find(|line| line.starts_with("faultfinder:"));
        let fields: Vec<&str> = line.unwrap_or_else(|| panic!("no user: {accounts}")).split(':').collect();
        assert_eq!(fields[5..], [STATE, "/usr/sbin/nologin"], "{accounts}");
        (fields[2].parse().unwrap(), fields[3].parse().unwrap())
    }

    /// What the unit says about this.
    fn unit(&self, name: &str) -> String {
        let unit = self.root.read(UNIT);
        let value = unit.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        value.unwrap_or_else(|| panic!("no {name} in {unit}")).to_owned()
    }
}

#[test]
fn the_package_has_what_belongs_to_a_package() {
    let Some((package, _folder)) = build() else { return };
    let show = |action: &str| said(&Command::new("dpkg-deb").arg(action).arg(&package).output().unwrap());
    let fields = show("--field");
    let version = env!("CARGO_PKG_VERSION").replacen('-', "~", 1);
    assert!(fields.contains(&format!("\nVersion: {version}\n")), "{fields}");
    let depends = fields.lines().find(|line| line.starts_with("Depends: ")).unwrap();
    assert!(depends.starts_with("Depends: libc6 (>= 2.") && depends.ends_with(", passwd"), "{depends}");
    let listed = show("--contents");
    for (mode, path) in [
        ("-rwxr-xr-x root/root", "./usr/bin/faultfinder"),
        ("-rw-r--r-- root/root", "./usr/lib/systemd/system/faultfinder.service"),
        ("-rw-r--r-- root/root", "./etc/faultfinder/faultfinder.toml"),
        ("-rw------- root/root", "./etc/faultfinder/faultfinder.env"),
        ("drwxr-xr-x root/root", "./etc/faultfinder/tests/"),
        ("-rw-r--r-- root/root", "./usr/share/man/man1/faultfinder.1.gz"),
        ("-rw-r--r-- root/root", "./usr/share/man/man1/faultfinder-serve.1.gz"),
        ("-rw-r--r-- root/root", "./usr/share/man/man1/faultfinder-probe-http.1.gz"),
        ("-rw-r--r-- root/root", "./usr/share/bash-completion/completions/faultfinder"),
        ("-rw-r--r-- root/root", "./usr/share/zsh/vendor-completions/_faultfinder"),
        ("-rw-r--r-- root/root", "./usr/share/fish/vendor_completions.d/faultfinder.fish"),
        ("-rw-r--r-- root/root", "./usr/share/doc/faultfinder/copyright"),
        ("-rw-r--r-- root/root", "./usr/share/doc/faultfinder/changelog.gz"),
        ("-rw-r--r-- root/root", "./usr/share/doc/faultfinder/examples/prometheus/faultfinder-rules.yml"),
        ("drwxr-xr-x root/root", "./"),
    ] {
        let line = listed.lines().find(|line| line.ends_with(&format!(" {path}")));
        assert!(line.is_some_and(|line| line.starts_with(mode)), "{path}: {line:?}\n{listed}");
    }
}

#[test]
fn the_service_of_the_package_runs_as_its_own_user_and_keeps_its_files_from_others() {
    let Some(machine) = Machine::new() else { return };
    machine.install();
    let (root, user) = (&machine.root, machine.user());
    assert!(user.0 > 0 && user.0 < 1_000, "not a user of the system: {user:?}");
    assert_eq!(root.access(STATE), (user.0, user.1, 0o700));
    assert_eq!(root.access("/etc/faultfinder/faultfinder.env"), (0, 0, 0o600));
    assert!(root.has(SERVICE), "not enabled");

    // What systemd would do: the command of the unit, as its user.
    assert_eq!([machine.unit("User"), machine.unit("Group")], ["faultfinder", "faultfinder"]);
    assert_eq!(machine.unit("StateDirectory"), "faultfinder");
    let command = machine.unit("ExecStart");
    let command: Vec<&str> = command.split(' ').collect();
    root.add_libraries_of("/usr/bin/faultfinder");
    root.write("/etc/faultfinder/tests/a.yaml", "tests: [{ name: a, tcp: { host: 127.0.0.1, port: 1 } }]\n");
    let port = free_port();
    let service = root.start(user, &command, &[format!("FAULTFINDER_LISTEN=127.0.0.1:{port}")], port);
    let url = format!("http://127.0.0.1:{port}/readyz");
    let one = "jsonpath $.definitions.tests is 1";
    passes(json!({ "http": { "url": url }, "assert": ["status is 200", one] }));
    assert_eq!(root.access("/var/lib/faultfinder/faultfinder.db"), (user.0, user.1, 0o600));
    drop(service);
}

#[test]
fn an_upgrade_keeps_what_people_wrote_and_only_purging_deletes_results() {
    let Some(machine) = Machine::new() else { return };
    machine.install();
    let (root, user) = (&machine.root, machine.user());
    root.write(SETTINGS, "location = \"here\"\n");
    root.write("/etc/faultfinder/tests/a.yaml", "tests: []\n");
    root.write("/var/lib/faultfinder/faultfinder.db", "results");
    std::fs::remove_file(root.outside(SERVICE)).unwrap();

    machine.install();
    assert_eq!(root.read(SETTINGS), "location = \"here\"\n");
    assert_eq!(machine.user(), user);
    assert!(!root.has(SERVICE), "an administrator had disabled it");
    let kept = [SETTINGS, "/etc/faultfinder/tests/a.yaml", "/var/lib/faultfinder/faultfinder.db"];
    assert!(kept.iter().all(|path| root.has(path)));

    machine.dpkg(&["--remove", "faultfinder"]);
    assert!(!root.has("/usr/bin/faultfinder") && !root.has(UNIT));
    assert!(kept.iter().all(|path| root.has(path)));

    machine.dpkg(&["--purge", "faultfinder"]);
    assert!(!root.has(SETTINGS) && !root.has("/etc/faultfinder/faultfinder.env") && !root.has(STATE));
    assert!(root.has("/etc/faultfinder/tests/a.yaml"), "somebody wrote it");
}

#[test]
fn a_package_that_is_purged_leaves_nothing_but_its_user() {
    let Some(machine) = Machine::new() else { return };
    machine.install();
    machine.dpkg(&["--purge", "faultfinder"]);
    for path in ["/usr/bin/faultfinder", UNIT, "/etc/faultfinder", STATE, SERVICE] {
        assert!(!machine.root.has(path), "{path}");
    }
    machine.user();
}
