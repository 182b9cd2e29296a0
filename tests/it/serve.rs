//! `faultfinder serve` as an operator meets it: how it starts, what it refuses, how it ends.

use faultfinder_tests::{Answer, command, faultfinder};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Stdio};

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A service that runs until it is stopped or dropped.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: String,
    said: BufReader<std::process::ChildStderr>,
}

impl Service {
    /// Starts one on a free port, and waits until it says where it listens.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start_in(Path::new("."), arguments, variables)
    }

    /// The same in a folder, from which paths are meant.
    pub(crate) fn start_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut service = command(&[&["serve"], arguments].concat());
        service.current_dir(folder);
        service.envs(variables.iter().copied()).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = service.spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let mut all = String::new();
        while !line.starts_with("listening on http://") {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "it ended: {all}");
            all.push_str(&line);
        }
        let address = line.trim_end().trim_start_matches("listening on http://").to_owned();
        Self { child, address, said }
    }

    /// The body of the answer to a request, which must be a success: its line and what else is in its head, without the end of a line.
    pub(crate) fn call(&self, head: &str, body: &Value) -> String {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head =
            format!("{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n");
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 20"), "{answer}");
        body.to_owned()
    }

    /// The answer to a GET, head and body.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.child.id().cast_signed()).unwrap(), signal).unwrap();
    }

    /// What it says from now on until a line has these words.
    fn until(&mut self, words: &str) -> String {
        let mut said = String::new();
        while !said.contains(words) {
            assert_ne!(self.said.read_line(&mut said).unwrap(), 0, "it ended: {said}");
        }
        said
    }

    /// Asks it to end as systemd does, and yields how it ended and what it said from its start on.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        self.signal(Signal::TERM);
        let mut said = String::new();
        self.said.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A call that must end by itself.
fn serve(arguments: &[&str], variables: &[(&str, &str)]) -> Answer {
    let mut service = command(&[&["serve"], arguments].concat());
    service.envs(variables.iter().copied()).output().unwrap().into()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

/// The configuration of a service whose files are all in one folder.
fn configured(folder: &Path, more: &str) -> String {
    let text = format!("listen = \"127.0.0.1:0\"\ndatabase = \"sqlite://ff.db\"\n{more}");
    write(folder, "ff.toml", &text)
}

#[test]
fn a_service_starts_answers_and_ends_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path(), "shutdown_timeout = \"5s\"\n");
    let service = Service::start(&["--config", &config], &[]);
    assert!(service.get("/healthz").starts_with("HTTP/1.1 200 "));
    assert!(service.get("/api/v1/tests").starts_with("HTTP/1.1 200 "));
    let (status, said) = service.end();
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("shutting down"), "{said}");
    let mode = std::fs::metadata(folder.path().join("ff.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "others could read results");
}

#[test]
fn a_service_that_waits_for_its_database_ends_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path(), "");
    let first = Service::start(&["--config", &config], &[]);
    let mut waiting = command(&["serve", "--config", &config]);
    let mut waiting = waiting.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(waiting.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("waiting until it has ended") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "it does not wait");
    }
    kill_process(Pid::from_raw(waiting.id().cast_signed()).unwrap(), Signal::TERM).unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(0));
    assert_eq!(first.end().0, Some(0));
}

#[test]
fn a_hangup_reloads_all_definitions_and_does_not_end_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path(), "definitions = [\"one.yaml\", \"two.yaml\"]\n");
    write(folder.path(), "one.yaml", "tests:\n  - { name: a, tcp: { host: 127.0.0.1, port: 1 } }\n");
    write(folder.path(), "two.yaml", "tests:\n  - { name: a, tpc: { host: 127.0.0.1, port: 1 } }\n");
    let mut service = Service::start(&["--config", &config], &[]);
    for _ in 0..2 {
        service.signal(Signal::HUP);
        let said = service.until("all definitions were reloaded");
        assert!(said.contains("files=2 bad=1 tests=1 new=0 changed=0 gone=0"), "{said}");
        assert!(said.contains("two.yaml") && said.contains("unknown field `tpc`"), "{said}");
    }
    assert!(service.get("/healthz").starts_with("HTTP/1.1 200 "));
    assert_eq!(service.end().0, Some(0));
}

#[test]
fn the_token_of_a_file_is_demanded_by_a_service_that_others_can_reach() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path(), "admin_token_file = \"token\"\n");
    let token = write(folder.path(), "token", TOKEN);
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).unwrap();
    let service = Service::start(
        &["--listen", "0.0.0.0:0"],
        &[("FAULTFINDER_CONFIG", &config), ("FAULTFINDER_LOG", "warn")],
    );
    let address = service.address.clone();
    assert!(address.starts_with("0.0.0.0:"), "the option hides the file: {address}");
    assert!(service.get("/api/v1/tests").starts_with("HTTP/1.1 401 "));
    assert!(service.get("/healthz").starts_with("HTTP/1.1 200 "));
    assert_eq!(service.end().0, Some(0));
}

#[test]
fn with_a_log_in_json_every_line_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path(), "log_format = \"json\"\nadmin_token_file = \"token\"\n");
    let token = write(folder.path(), "token", TOKEN);
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut child = command(&["serve", "--config", &config]).stderr(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stderr.take().unwrap());
    let mut messages = Vec::new();
    for line in said.lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let message = line["message"].as_str().unwrap().to_owned();
        if message == "listening" {
            kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), Signal::TERM).unwrap();
        }
        messages.push(message);
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let said = |part: &str| messages.iter().any(|message| message.contains(part));
    assert!(said("every user of this host can read"), "{messages:?}");
    assert!(said("listening") && said("shutting down"), "{messages:?}");
}

#[test]
fn what_cannot_be_served_is_told_with_the_reason_and_a_status() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    let database = format!("sqlite://{}/a.db", folder.path().display());
    let (good, file) = (database.as_str(), write(folder.path(), "file", "no folder"));
    let below_a_file = format!("sqlite://{file}/a.db");
    let rows: [(&[&str], i32, &[&str]); 8] = [
        (
            &["--listen", "0.0.0.0:0", "--database", good],
            2,
            &["0.0.0.0:0 is reachable from other hosts", "set an admin token"],
        ),
        (&["--listen", &taken, "--database", good], 3, &["cannot start: cannot listen on", &taken]),
        (
            &["--database", "sqlite:///nowhere/at/all.db"],
            3,
            &["cannot open the database", "/nowhere/at/all.db"],
        ),
        (&["--database", &below_a_file], 3, &["cannot open the database", &file]),
        (&["--database", "mysql://root:hunter2@host/db"], 2, &["--database: ", "expected sqlite://PATH or"]),
        (&["--listen", "localhost"], 2, &["--listen: expected IP:PORT, found `localhost`"]),
        (&["--config", "/nowhere/ff.toml"], 2, &["/nowhere/ff.toml: there is no such file"]),
        (&["--rate-burst", "0", "--log", ""], 2, &["--rate-burst: ", "--log: "]),
    ];
    for (arguments, status, says) in rows {
        let answer = serve(arguments, &[]);
        assert_eq!(answer.status, status, "{arguments:?}: {}", answer.stderr);
        for said in says {
            assert!(answer.stderr.contains(said), "{arguments:?}: {}", answer.stderr);
        }
        assert!(!answer.stderr.contains("hunter2"), "{}", answer.stderr);
    }
    let answer = serve(&[], &[("FAULTFINDER_CONCURRENCY", "many")]);
    assert_eq!(answer.status, 2);
    assert!(
        answer.stderr.contains("FAULTFINDER_CONCURRENCY: expected a number from 1 to 10000, found `many`")
    );
}

#[test]
fn check_says_what_is_set_and_what_is_wrong_and_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let tests = folder.path().join("tests");
    std::fs::create_dir(&tests).unwrap();
    let config = configured(folder.path(), "definitions = [\"tests\"]\nlocation = \"here\"\n");
    let check = |variables: &[(&str, &str)]| serve(&["--config", &config, "--check"], variables);
    let empty = check(&[]);
    assert_eq!(empty.status, 0, "{}", empty.stderr);
    assert!(
        empty.stdout.ends_with("\nok: no definitions; tests may come over the API\n"),
        "{}",
        empty.stdout
    );

    write(&tests, "one.yaml", "tests:\n  - { name: a, every: 1m, tcp: { host: 127.0.0.1, port: 1 } }\n");
    let url = "postgres://ff:hunter2@db.example/ff";
    let good = check(&[("FAULTFINDER_DATABASE", url), ("FAULTFINDER_LISTN", "")]);
    assert_eq!(good.status, 0, "{}", good.stderr);
    assert!(good.stdout.ends_with("\nok: 1 test in 1 file\n"), "{}", good.stdout);
    let line = |field: &str| good.stdout.lines().find(|line| line.starts_with(field)).unwrap();
    assert!(line("location ").contains(" here "), "{}", good.stdout);
    assert!(line("location ").ends_with(&config), "{}", good.stdout);
    assert!(line("database ").contains(" postgres://ff@db.example:5432/ff "), "{}", good.stdout);
    assert!(line("database ").ends_with(" FAULTFINDER_DATABASE"), "{}", good.stdout);
    assert!(good.stderr.contains("did you mean FAULTFINDER_LISTEN?"), "{}", good.stderr);

    write(&tests, "two.yaml", "tests:\n  - { name: b, evry: 1m, tcp: { host: 127.0.0.1, port: 1 } }\n");
    let bad = check(&[]);
    assert_eq!(bad.status, 2);
    assert!(bad.stderr.contains("did you mean `every`?"), "{}", bad.stderr);
    assert!(bad.stderr.contains("invalid: 1 error in the definitions"), "{}", bad.stderr);
    let open = check(&[("FAULTFINDER_LISTEN", "0.0.0.0:1")]);
    assert_eq!(open.status, 2);
    assert!(open.stderr.contains("0.0.0.0:1 is reachable from other hosts"), "{}", open.stderr);
    let config = configured(folder.path(), "lokation = \"here\"\n");
    let bad = serve(&["--config", &config, "--check"], &[]);
    assert_eq!((bad.status, bad.stdout.as_str()), (2, ""));
    assert!(bad.stderr.contains("did you mean `location`?"), "{}", bad.stderr);
    assert!(bad.stderr.contains("ff.toml:3:1"), "{}", bad.stderr);
    assert!(!folder.path().join("ff.db").exists());
}

#[test]
fn doctor_looks_at_the_database_that_the_service_would_use() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path(), "concurrency = 1\n");
    let doctor = |more: &[&str]| {
        let arguments = ["doctor", "--format", "json", "--concurrency", "1", "--resolver", "127.0.0.1:1"];
        let answer = faultfinder(&[&arguments, more].concat());
        let json = answer.json();
        let checks = json["checks"].as_array().unwrap_or_else(|| panic!("{}", answer.stderr));
        let of = checks.iter().find(|check| check["name"] == "database").cloned().unwrap_or_default();
        let text = |field: &str| of[field].as_str().unwrap_or_default().to_owned();
        (answer.status, text("status"), text("found"), text("todo"))
    };
    assert_eq!(doctor(&[]).1, "", "nobody has named one");

    let (_, status, found, _) = doctor(&["--config", &config]);
    assert_ne!(status, "problem", "{found}");
    assert!(found.contains("ff.db does not exist yet; the service creates it at startup"), "{found}");
    assert!(!folder.path().join("ff.db").exists());

    let service = Service::start(&["--config", &config], &[]);
    let (_, status, found, _) = doctor(&["--config", &config]);
    assert_ne!(status, "problem", "beside a service that runs: {found}");
    assert_eq!(service.end().0, Some(0));
    let (_, status, found, _) = doctor(&["--config", &config]);
    assert_ne!(status, "problem", "{found}");
    assert!(found.contains("ff.db can be read and written, and has version 10"), "{found}");

    let text = write(folder.path(), "letter.db", &"Dear database, ".repeat(500));
    let (exit, status, found, todo) = doctor(&["--database", &format!("sqlite://{text}")]);
    assert_eq!((exit, status.as_str()), (1, "problem"), "{found}");
    assert!(found.contains("not a database"), "{found}");
    assert!(todo.contains("another file"), "{todo}");
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("Dear database"));

    let (exit, status, found, todo) = doctor(&["--database", "postgres://ff:hunter2@127.0.0.1:1/ff"]);
    assert_eq!((exit, status.as_str()), (1, "problem"), "{found}");
    assert!(found.contains("postgres://ff@127.0.0.1:1/ff: "), "{found}");
    assert!(!found.contains("hunter2") && !todo.contains("hunter2"), "{found} {todo}");

    let wrong = faultfinder(&["doctor", "--database", "mysql://root:hunter2@h/d"]);
    assert_eq!(wrong.status, 2, "{}", wrong.stdout);
    assert!(wrong.stderr.contains("--database: ") && !wrong.stderr.contains("hunter2"), "{}", wrong.stderr);
}
