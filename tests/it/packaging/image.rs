//! The image: the steps of the Dockerfile, done in a folder. `cargo xtask image` builds it where a builder is installed.

use super::root::Root;
use faultfinder_tests::peers::{free_port, passes};
use faultfinder_tests::{binary, workspace};
use serde_json::json;
use std::os::unix::fs::chown;
use std::process::Command;

const TOKEN: &str = "FAULTFINDER_ADMIN_TOKEN=0123456789abcdef0123456789abcdef";

/// What a Dockerfile says, instruction by instruction: without comments, continued lines in one.
struct Dockerfile(Vec<(String, String)>);

impl Dockerfile {
    /// Ours, with another port: tests run at the same time.
    fn read(port: u16) -> Self {
        let text = std::fs::read_to_string(workspace().join("packaging/Dockerfile")).unwrap();
        let text = text.replace("8620", &port.to_string());
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let text = lines.join("\n").replace("\\\n", " ");
        let instructions = text.lines().filter_map(|line| line.split_once(' '));
        Self(instructions.map(|(name, rest)| (name.to_owned(), rest.trim().to_owned())).collect())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(of, _)| of == name).map(|(_, rest)| rest.as_str())
    }

    /// The last of this name: that of the stage which becomes the image, if both stages have one.
    #[track_caller]
    fn last<'a>(&'a self, name: &'a str) -> &'a str {
        self.all(name).last().unwrap_or_else(|| panic!("no {name}"))
    }

    /// Arguments that are written as JSON.
    fn arguments(&self, name: &str) -> Vec<String> {
        let text = self.last(name);
        serde_json::from_str(&text[text.find('[').unwrap()..]).unwrap()
    }

    /// The user and the group of the service.
    fn user(&self) -> (u32, u32) {
        let (user, group) = self.last("USER").split_once(':').unwrap();
        (user.parse().unwrap(), group.parse().unwrap())
    }

    fn variables(&self) -> Vec<String> {
        self.last("ENV").split_ascii_whitespace().map(str::to_owned).collect()
    }

    /// Does what it does after the build: lays the files out, and copies them.
    fn build(&self) -> Option<Root> {
        let root = Root::new()?;
        let out = tempfile::tempdir().unwrap();
        let (program, folder) = (binary().to_string_lossy(), out.path().to_string_lossy());
        let run = self.last("RUN");
        for step in run.split(" && ").map(str::trim).filter(|step| step.starts_with("install ")) {
            let step = step.replace("target/dist/faultfinder", &program).replace("/out", &folder);
            let done = Command::new("sh").args(["-c", &step]).status().unwrap();
            assert!(done.success(), "{step}");
        }
        for step in self.all("COPY").filter_map(|step| step.strip_prefix("--from=build ")) {
            let words: Vec<&str> = step.split_ascii_whitespace().collect();
            let [.., from, to] = words[..] else { panic!("{step}") };
            let (from, to) = (from.replace("/out", &folder), root.outside(to));
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            let done = Command::new("cp").args(["--archive", &from]).arg(&to).status().unwrap();
            assert!(done.success(), "{step}");
            if let Some((user, group)) = words[0].strip_prefix("--chown=").and_then(|who| who.split_once(':'))
            {
                chown(&to, user.parse().ok(), group.parse().ok()).unwrap();
            }
        }
        root.add_libraries_of("/usr/local/bin/faultfinder");
        Some(root)
    }
}

#[test]
fn a_container_serves_as_a_user_without_privileges_and_is_healthy() {
    let port = free_port();
    let file = Dockerfile::read(port);
    let Some(root) = file.build() else { return };
    let (user, mut variables) = (file.user(), file.variables());
    assert_ne!(user.0, 0);
    assert_eq!(file.last("WORKDIR"), file.last("VOLUME"));
    assert_eq!(root.access(file.last("VOLUME")), (user.0, user.1, 0o700));
    let command = [file.arguments("ENTRYPOINT"), file.arguments("CMD")].concat();
    let command: Vec<&str> = command.iter().map(String::as_str).collect();

    // Everybody reaches a container, so it demands a token.
    let open = root.run(user, &command, &variables);
    let said = String::from_utf8_lossy(&open.stderr);
    assert!(open.status.code() == Some(2) && said.contains("set an admin token"), "{said}");

    variables.push(TOKEN.to_owned());
    let service = root.start(user, &command, &variables, port);
    let url = format!("http://127.0.0.1:{port}/readyz");
    passes(json!({ "http": { "url": url }, "assert": ["status is 200"] }));
    assert_eq!(root.access("/var/lib/faultfinder/faultfinder.db"), (user.0, user.1, 0o600));
    let health = file.arguments("HEALTHCHECK");
    let health: Vec<&str> = health.iter().map(String::as_str).collect();
    let healthy = root.run(user, &health, &variables);
    assert!(healthy.status.success(), "{healthy:?}");
    drop(service);
    assert!(!root.run(user, &health, &variables).status.success(), "nobody serves any more");
}

#[test]
fn the_image_is_small_and_says_what_it_is() {
    let file = Dockerfile::read(8620);
    assert!(file.last("RUN").contains("cargo build --profile dist --locked --package faultfinder "));
    let labels = file.last("LABEL");
    for name in ["title", "description", "licenses", "source", "version", "revision"] {
        assert!(labels.contains(&format!("org.opencontainers.image.{name}=")), "{labels}");
    }
    let (stages, last) = (file.all("FROM").count(), file.last("FROM"));
    assert!(stages == 2 && last.starts_with("gcr.io/distroless/"), "{last}");
}
