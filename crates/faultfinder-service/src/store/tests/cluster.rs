//! A PostgreSQL of our own: a cluster in a temporary folder, reached by a socket in it.
//!
//! One is shared by the tests of a process. The server is the child of a shell that waits for the end of its input: when
//! this process ends, however it does, the shell ends the server and removes the folder.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

/// How long the server may take to start or to end.
const START_MAX: Duration = Duration::from_secs(60);

/// Debian's `nobody`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;

/// Runs a server until the input ends.
const KEEPER: &str = r#"folder=$1; shift
"$@" & server=$!
cat >/dev/null
kill -INT $server; wait $server
if [ -n "$folder" ]; then rm -rf "$folder"; fi"#;

/// Mounts a disk of 16 MiB that only what runs behind it can see, with a folder of the server's, and runs what follows.
const SMALL: &str = r#"set -e
mount -t tmpfs -o size=16m,mode=0755 small "$1"
mkdir "$1/space"; chown 65534:65534 "$1/space"
shift; exec "$@""#;

/// The cluster of this process; nothing where there is no PostgreSQL, and the calling test is reported as not run.
pub(super) fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();
    match SHARED.get_or_init(|| Cluster::start(true, false)) {
        Ok(cluster) => Some(cluster),
        Err(why) => {
            not_run(why);
            None
        }
    }
}

/// A cluster for a test that stops it; nothing where there is no PostgreSQL, and the calling test is reported as not run.
pub(super) fn own() -> Option<Cluster> {
    Cluster::start(false, false).map_err(|why| not_run(&why)).ok()
}

/// A cluster with a small disk beside its own; nothing where there is no PostgreSQL or no right to mount a disk, and the
/// calling test is reported as not run.
pub(super) fn with_small_disk() -> Option<Cluster> {
    let may_mount =
        Command::new("unshare").args(["--mount", "sh", "-c", "mount -t tmpfs small /mnt"]).output();
    if !may_mount.is_ok_and(|done| done.status.success()) || !is_root() {
        tell_not_run("this process may not mount a disk");
        return None;
    }
    Cluster::start(false, true).map_err(|why| not_run(&why)).ok()
}

/// A cluster.
pub(super) struct Cluster {
    folder: PathBuf,
    server: Option<Child>,
    shared: bool,
    has_small_disk: bool,
}

impl Cluster {
    fn start(shared: bool, has_small_disk: bool) -> Result<Self, String> {
        let initdb = program("initdb")?;
        program("postgres")?;
        let folder =
            tempfile::Builder::new().prefix("ff-pg-").tempdir().map_err(|error| error.to_string())?.keep();
        let mut cluster = Self { folder, server: None, shared, has_small_disk };
        if is_root() {
            std::os::unix::fs::chown(&cluster.folder, Some(NOBODY), Some(NOBODY))
                .map_err(|error| error.to_string())?;
        }
        let data = cluster.folder.join("data");
        let made = unprivileged(&initdb)
            .args([
                "--no-sync",
                "--auth=trust",
                "--username=faultfinder",
                "--encoding=UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(&data)
            .current_dir(&cluster.folder)
            .output()
            .map_err(|error| format!("initdb cannot be started: {error}"))?;
        if !made.status.success() {
            return Err(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim()));
        }
        cluster.run();
        Ok(cluster)
    }

    /// Starts the server, and waits until it says that it is ready.
    pub(super) fn run(&mut self) {
        let postgres = unprivileged(&program("postgres").unwrap());
        let removed = if self.shared { self.folder.as_os_str() } else { "".as_ref() };
        let mut keeper = Command::new(if self.has_small_disk { "unshare" } else { "sh" });
        if self.has_small_disk {
            let disk = self.folder.join("small");
            std::fs::create_dir(&disk).unwrap();
            keeper
                .args(["--mount", "--propagation", "private", "sh", "-c", SMALL, "small"])
                .arg(disk)
                .arg("sh");
        }
        keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(removed)
            .arg(postgres.get_program())
            .args(postgres.get_args());
        keeper.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder).args(["-h", "", "-F"]);
        let mut server = keeper
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(server.stderr.take().unwrap());
        self.server = Some(server);
        let (sender, lines) = mpsc::channel();
        // Read to its end, also when nobody listens any more: the server must never wait for us.
        std::thread::spawn(move || {
            said.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)))
        });
        let mut log = String::new();
        loop {
            let Ok(line) = lines.recv_timeout(START_MAX) else { panic!("the server is not ready: {log}") };
            if line.contains("ready to accept connections") {
                return;
            }
            log.push_str(&line);
            log.push('\n');
        }
    }

    /// Ends the server, and waits until it has ended.
    pub(super) fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            drop(server.stdin.take());
            server.wait().unwrap();
        }
    }

    /// The URL of a new database.
    pub(super) async fn new_database(&self) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(1);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.url(&name)
    }

    /// The URL of a new database whose tables are on the small disk.
    pub(super) async fn new_database_on_small_disk(&self) -> String {
        let url = self.new_database().await;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let space = format!("CREATE TABLESPACE small LOCATION '{}/small/space'", self.folder.display());
        sqlx::query(AssertSqlSafe(space)).execute(&mut connection).await.unwrap();
        let use_it = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_tablespace = small', current_database()); END $$";
        sqlx::query(use_it).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        url
    }

    /// Fills the small disk, and yields the file that does.
    pub(super) fn fill_small_disk(&self) -> PathBuf {
        let server = self.server.as_ref().expect("the server runs");
        // What the server sees, it alone sees by its name.
        let seen = Path::new("/proc").join(server.id().to_string()).join("root");
        let disk = self.folder.strip_prefix("/").unwrap().join("small");
        let ballast = seen.join(disk).join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        let full = std::iter::repeat_with(|| file.write_all(&[0; 4096])).find_map(Result::err).unwrap();
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull, "{full}");
        ballast
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://faultfinder:hunter2@localhost/{database}?host={}", self.folder.display())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A program, run by a user that may do nothing when we are root.
fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={NOBODY}"))
        .arg(format!("--regid={NOBODY}"))
        .arg("--clear-groups")
        .arg(program);
    command
}

/// Where a program of PostgreSQL is: Debian does not put them into `PATH`.
fn program(name: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(versions.map(|version| version.path().join("bin")));
    let found = folders.into_iter().map(|folder| folder.join(name)).find(|file| file.is_file());
    found.ok_or_else(|| format!("{name} is not installed"))
}

/// Tells that the calling test is not run for want of PostgreSQL, which may be required.
fn not_run(why: &str) {
    assert!(std::env::var_os("FAULTFINDER_REQUIRE_PEERS").is_none(), "PostgreSQL is required: {why}");
    tell_not_run(why);
}

/// Tells that the calling test is not run, and why: on standard error, and in the file that `FAULTFINDER_NOT_RUN` names.
fn tell_not_run(why: &str) {
    let thread = std::thread::current();
    let line = format!("not run: {}: {why}\n", thread.name().unwrap_or("a test"));
    // Past what the harness captures: it must be seen although the test passes.
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(file) = std::env::var_os("FAULTFINDER_NOT_RUN") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
        let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
    }
}
