//! The line on a terminal while tests run.

use super::{call, folder, silent};
use faultfinder_tests::peers::program;
use faultfinder_tests::{binary, command};
use std::io::Read as _;
use std::process::Stdio;

#[test]
fn the_line_names_what_it_waits_for_and_ticks() {
    let Some(script) = program("script") else { return };
    let target = silent();
    let url = format!("http://{}/", target.local_addr().unwrap());
    let text = format!("tests:\n  - name: patience\n    http: {{ url: '{url}', timeout: 50s }}\n");
    let folder = folder(&[("a.yaml", &text)]);
    // `script` gives its command a terminal. Results go to a file, so that all that is on the terminal is the line.
    let call = format!("'{}' run a.yaml --format json -o out.json", binary().display());
    let mut terminal = std::process::Command::new(script);
    terminal
        .args(["--quiet", "--return", "--command", &call, "/dev/null"])
        .env("TERM", "xterm")
        .env_remove("NO_COLOR");
    let mut child =
        terminal.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut shown = child.stdout.take().unwrap();
    // While nothing comes from the target, the line is drawn again and again; it says what is under way.
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    let drawn = |text: &[u8]| String::from_utf8_lossy(text).matches("0/1").count();
    let mut said = false;
    while drawn(&text) < 4 || !said {
        let count = shown.read(&mut buffer).unwrap();
        assert!(count > 0, "it ended: {}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&buffer[..count]);
        said = String::from_utf8_lossy(&text).contains("waiting for: patience");
    }
    // The target goes away, and so does the line.
    drop(target);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn nothing_of_it_is_on_pipes() {
    let folder = folder(&[("a.yaml", super::UP_AND_DOWN)]);
    let answer = call(folder.path(), &["run", "a.yaml", "--format", "json"]);
    assert_eq!(answer.stderr, "");
    let mut command = command(&["run", "a.yaml"]);
    let output = command.current_dir(folder.path()).env("TERM", "xterm").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
