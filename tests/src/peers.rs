//! Servers of others, started for one test: they prove that what works with the lab works with what people run.
//!
//! If a program is not installed, its tests are not run, and that is reported: on standard error, and in the file that
//! `FAULTFINDER_NOT_RUN` names, which `cargo xtask ci` prints at its end. With `FAULTFINDER_REQUIRE_PEERS=1`, which CI
//! sets after installing them, a missing program fails the test.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests call this, and a panic is how a test fails"
)]
#![expect(clippy::disallowed_types, reason = "servers of others do not know a paused clock")]

use crate::{Answer, faultfinder};
use serde_json::{Value, json};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a server may take until it accepts connections.
const START_MAX: Duration = Duration::from_secs(20);

/// Where Debian puts servers, in addition to the folders of `PATH`.
const FOLDERS: &[&str] = &["/usr/sbin", "/usr/local/sbin"];

/// A server in the foreground; it is killed when this is dropped.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    log: PathBuf,
}

impl Peer {
    /// Starts a program, and waits until it accepts TCP connections on each of these ports of 127.0.0.1. What it says
    /// goes to the file `log` in `folder`.
    ///
    /// # Panics
    ///
    /// When it cannot be started, ends, or does not listen in time; with what it said.
    #[must_use]
    pub fn start(program: &Path, arguments: &[&str], folder: &Path, ports: &[u16]) -> Self {
        let log = folder.join("log");
        let output = File::create(&log).and_then(|file| Ok((file.try_clone()?, file)));
        let (out, err) = output.unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        let child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display()));
        let mut peer = Self { child, log };
        for port in ports {
            peer.await_port(*port);
        }
        peer
    }

    /// Waits until somebody listens there. Servers of others tell nobody when they are ready, so it is tried.
    fn await_port(&mut self, port: u16) {
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = self.child.try_wait().ok().flatten();
            assert!(ended.is_none(), "the server ended with {ended:?}: {}", self.said());
            assert!(began.elapsed() < START_MAX, "nobody listens on port {port}: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has said so far.
    #[must_use]
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Servers that fork end their children on SIGTERM, not on SIGKILL.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if began.elapsed() > Duration::from_secs(5) {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Where a program is; when it is not installed, nothing, and the calling test is reported as not run.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(FOLDERS.iter().map(PathBuf::from));
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        not_run(&format!("{name} is not installed"));
    }
    found
}

/// The Python interpreter, when it has these modules; else nothing, and the calling test is reported as not run.
#[must_use]
pub fn python(modules: &[&str]) -> Option<PathBuf> {
    let python = program("python3")?;
    let missing = modules.iter().find(|module| {
        let import = format!("import {module}");
        let status = Command::new(&python).args(["-c", &import]).stderr(Stdio::null()).status();
        !status.is_ok_and(|status| status.success())
    });
    match missing {
        None => Some(python),
        Some(module) => {
            not_run(&format!("the Python module {module} is not installed"));
            None
        }
    }
}

/// Tells that the calling test is not run, and why.
///
/// # Panics
///
/// Where `FAULTFINDER_REQUIRE_PEERS` is set: there everything must run.
pub fn not_run(why: &str) {
    assert!(std::env::var_os("FAULTFINDER_REQUIRE_PEERS").is_none(), "not run: {why}");
    crate::not_run::report(why);
}

/// Ports that Linux gives to nobody who asks for any (`net.ipv4.ip_local_port_range`).
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port that nobody uses, neither over TCP nor over UDP.
///
/// The server that gets it opens it only later, and tests run in parallel, in processes of their own: until this process ends,
/// a lock keeps the port from other tests.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    static LOCKS: Mutex<Vec<File>> = Mutex::new(Vec::new());
    let folder = std::env::temp_dir().join("faultfinder-test-ports");
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let count = PORTS.len();
    // Another place to begin for each process, so that it finds one soon.
    let begin = usize::try_from(std::process::id()).unwrap_or_default().wrapping_mul(61) % count;
    for port in PORTS.cycle().skip(begin).take(count) {
        let Ok(lock) = File::create(folder.join(port.to_string())) else { continue };
        let is_free = lock.try_lock().is_ok()
            && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
            && UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        if is_free {
            LOCKS.lock().unwrap_or_else(PoisonError::into_inner).push(lock);
            return port;
        }
    }
    panic!("the system has no free port")
}

/// Runs one native test (its fields without a name) by the command line, and yields its result.
///
/// # Panics
///
/// When the command line refuses it.
#[must_use]
pub fn run(mut test: Value) -> Value {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
    let file = folder.path().join("test.json");
    if let Some(fields) = test.as_object_mut() {
        fields.insert("name".to_owned(), json!("a test of a real server"));
    }
    let text = json!({ "version": 1, "tests": [test] }).to_string();
    std::fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let answer: Answer = faultfinder(&["run", &file.to_string_lossy(), "--format", "json"]);
    let result = answer.json()["results"][0].take();
    assert!(result.is_object(), "{}{}", answer.stderr, answer.stdout);
    result
}

/// Demands that a test passes.
///
/// # Panics
///
/// When it does not.
#[track_caller]
pub fn passes(test: Value) -> Value {
    let result = run(test);
    assert_eq!(result["status"], "passed", "{:#}", result["fault"]);
    result
}

/// Demands that a test fails with this code and phase, and this name in its detail.
///
/// # Panics
///
/// When it does not.
#[track_caller]
pub fn fails(test: Value, code: &str, phase: &str, name: &str) -> Value {
    let result = run(test);
    let fault = &result["fault"];
    let told = [fault["code"].as_str(), fault["phase"].as_str(), fault["detail"]["name"].as_str()];
    assert_eq!(told, [Some(code), Some(phase), Some(name)], "{fault:#}");
    result
}

/// `127.0.0.1` and a port.
#[must_use]
pub fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Writes a file of a server's configuration, and yields its path as text.
///
/// # Panics
///
/// When it cannot be written.
#[must_use]
pub fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path.to_string_lossy().into_owned()
}
