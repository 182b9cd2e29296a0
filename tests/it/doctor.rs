//! `faultfinder doctor`: what it finds on this host, and how it tells.

use faultfinder_tests::faultfinder;
use serde_json::Value;
use std::net::UdpSocket;

/// A name server on loopback that knows the root, and answers so many questions.
fn name_server(questions: usize) -> (String, std::thread::JoinHandle<()>) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let serving = std::thread::spawn(move || {
        let mut buffer = [0; 512];
        for _ in 0..questions {
            let (length, client) = socket.recv_from(&mut buffer).unwrap();
            // The question of the root's NS: a name of no labels, type 2, class 1.
            assert_eq!(buffer[12..17], [0, 0, 2, 0, 1]);
            let mut answer = buffer[..length.min(17)].to_vec();
            answer[2..4].copy_from_slice(&[0x81, 0x80]);
            answer[6..12].copy_from_slice(&[0, 1, 0, 0, 0, 0]);
            // ". 60 NS ns.test"
            answer.extend([0, 0, 2, 0, 1, 0, 0, 0, 60, 0, 9]);
            answer.extend(b"\x02ns\x04test\x00");
            socket.send_to(&answer, client).unwrap();
        }
    });
    (address, serving)
}

#[track_caller]
fn check<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let checks = answer["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name} in {answer}"))
}

#[test]
fn each_check_says_how_it_is_and_what_to_do() {
    let (server, serving) = name_server(1);
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_string_lossy().into_owned();
    let answer = faultfinder(&[
        "doctor",
        "--format",
        "json",
        "--concurrency",
        "1",
        "--state",
        &state,
        "--resolver",
        &server,
    ]);
    serving.join().unwrap();
    assert_eq!(answer.status, 0, "{}{}", answer.stdout, answer.stderr);
    let json = answer.json();
    assert_eq!(json["version"], 1);
    let names: Vec<&str> =
        json["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["icmp", "descriptors", "clock", "resolver", "routes", "trust", "state"]);
    for name in ["descriptors", "clock", "resolver"] {
        assert_eq!(check(&json, name)["status"], "ok", "{json}");
    }
    assert_eq!(check(&json, "resolver")["found"], format!("{server} answered"));
    for check in json["checks"].as_array().unwrap() {
        assert_eq!(check["todo"].is_null(), check["status"] == "ok", "{check}");
    }
    assert_eq!(json["summary"]["problems"], 0);
}

#[test]
fn a_problem_is_the_exit_status_1_and_a_warning_is_not() {
    // A port that nobody listens on, while this socket has it.
    let closed = UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = closed.local_addr().unwrap();
    closed.connect(server).unwrap();
    let server = server.to_string();
    let warned = faultfinder(&["doctor", "--concurrency", "1", "--resolver", &server]);
    assert_eq!(warned.status, 0, "{}", warned.stdout);
    assert!(
        warned.stdout.contains("warning  resolver     no name server can be used: "),
        "{}",
        warned.stdout
    );
    assert!(warned.stdout.contains("to do: if this host is offline"), "{}", warned.stdout);
    assert!(warned.stdout.contains("\n0 problems, "), "{}", warned.stdout);

    let failed = faultfinder(&[
        "doctor",
        "--concurrency",
        "4000000000",
        "--state",
        "/nowhere/at/all",
        "--resolver",
        &server,
    ]);
    assert_eq!(failed.status, 1, "{}", failed.stdout);
    assert!(
        failed.stdout.contains("problem  state        /nowhere/at/all cannot be found"),
        "{}",
        failed.stdout
    );
    assert!(failed.stdout.contains("LimitNOFILE="), "{}", failed.stdout);
}

#[test]
fn its_help_has_examples_and_a_wrong_server_is_bad_usage() {
    let help = faultfinder(&["doctor", "--help"]);
    assert!(help.stdout.contains("faultfinder doctor --concurrency 2000 --state"), "{}", help.stdout);
    let wrong = faultfinder(&["doctor", "--resolver", "dns.example"]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.stderr.contains("neither an IP address nor IP:PORT"), "{}", wrong.stderr);
}
