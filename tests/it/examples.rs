//! The definitions in `examples/` that people copy: each passes against a shop that does what it says, and fails against
//! one that does not.

use faultfinder_tests::{command, faultfinder, workspace};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};

/// Examples that ask the shop over HTTP.
const OF_SHOP: &[&str] = &[
    "graphql",
    "javascript",
    "json-schema",
    "login-csrf",
    "oauth",
    "order-flow",
    "pagination",
    "redirects",
    "security-headers",
    "soap",
    "upload",
];

/// How the shop is today.
#[derive(Clone, Copy)]
enum Shop {
    Open,
    Broken,
}

/// A request of a client.
struct Request {
    method: String,
    path: String,
    /// In lower case.
    head: String,
    body: String,
}

impl Request {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let mut words = head.split(' ');
        let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap_or(0))];
        reader.read_exact(&mut body).ok()?;
        Some(Self { method, path, head, body: String::from_utf8_lossy(&body).into_owned() })
    }

    fn has(&self, line: &str) -> bool {
        self.head.contains(line)
    }
}

/// Status, headers, body.
type Answer = (u16, &'static str, String);

const PAGE: &str = "content-type: text/html\r\nx-content-type-options: nosniff\r\ncontent-security-policy: default-src 'self'\r\nreferrer-policy: no-referrer\r\n";
const JSON: &str = "content-type: application/json\r\n";

fn items(ids: &[u32], next: &str) -> String {
    let items: Vec<String> =
        ids.iter().map(|id| format!("{{\"id\":{id},\"name\":\"lamp\",\"price\":19.9}}")).collect();
    format!("{{\"items\":[{}]{next}}}", items.join(","))
}

fn of_shop(request: &Request) -> Answer {
    let path = request.path.as_str();
    match (request.method.as_str(), path) {
        ("GET", "/account/login") => {
            (200, PAGE, "<form><input name='user'><input type='hidden' name='csrf' value='a1b2'></form>".to_owned())
        }
        ("POST", "/account/login") if request.body == "user=ada&password=lovelace&csrf=a1b2" => {
            (303, "location: /account\r\nset-cookie: session=s1; path=/; httponly\r\n", String::new())
        }
        ("GET", "/account") if request.has("cookie: session=s1") => (200, PAGE, "<h1>ada</h1>".to_owned()),
        ("GET", "/items?limit=2") => (200, JSON, items(&[1, 2], ",\"next\":\"/items?limit=2&after=2\"")),
        ("GET", "/items?limit=2&after=2") => (200, JSON, items(&[3], "")),
        ("GET", "/items/lamp") => (200, PAGE, "<h1>lamp</h1>".to_owned()),
        ("GET", "/old/lamp") => (301, "location: /items/lamp\r\n", String::new()),
        ("POST", "/graphql") if request.body.contains("\"id\":\"7\"") => {
            (200, JSON, "{\"data\":{\"product\":{\"name\":\"lamp\",\"price\":19.9}}}".to_owned())
        }
        ("POST", "/oauth/token") if request.body.contains("scope=orders.read") => {
            (200, JSON, "{\"access_token\":\"t1\",\"token_type\":\"Bearer\",\"expires_in\":60}".to_owned())
        }
        ("GET", "/api/orders") if request.has("authorization: bearer t1") => {
            (200, JSON, "{\"orders\":[]}".to_owned())
        }
        ("GET", "/api/orders") => (401, "www-authenticate: Bearer\r\n", String::new()),
        ("POST", "/soap") if request.body.contains("<item>lamp</item>") => (
            200,
            "content-type: text/xml\r\n",
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><p xmlns='urn:shop'><amount>19.90</amount></p></s:Body></s:Envelope>".to_owned(),
        ),
        ("GET", "/cart") => (
            200,
            JSON,
            "{\"lines\":[{\"count\":2,\"price\":19.9},{\"count\":1,\"price\":5}],\"total\":44.8}".to_owned(),
        ),
        ("POST", "/pictures") if request.body.contains("filename=\"lamp.svg\"") => {
            (201, JSON, "{\"title\":\"a lamp\",\"bytes\":40}".to_owned())
        }
        ("POST", "/login") if request.body.contains("lovelace") => (200, JSON, "{\"token\":\"t2\"}".to_owned()),
        ("POST", "/orders") if request.has("x-session: t2") => (201, "location: /orders/7\r\n", String::new()),
        ("GET", "/orders/7") => (200, JSON, "{\"state\":\"shipped\"}".to_owned()),
        ("DELETE", "/orders/7") => (204, "", String::new()),
        _ => (404, "", String::new()),
    }
}

/// Opens the shop; its URL.
fn open(shop: Shop) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let Some(request) = Request::read(&stream) else { return };
                let (status, headers, body) = match shop {
                    Shop::Open => of_shop(&request),
                    Shop::Broken => (500, "", "out of order".to_owned()),
                };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    url
}

fn path(example: &str) -> String {
    workspace().join("examples").join(format!("{example}.yaml")).display().to_string()
}

#[test]
fn examples_pass_in_a_shop_that_is_open_and_fail_in_one_that_is_broken() {
    for (shop, status) in [(Shop::Open, 0), (Shop::Broken, 1)] {
        let base = format!("BASE={}", open(shop));
        for example in OF_SHOP {
            let answer = faultfinder(&["run", &path(example), "--var", &base, "--verbose"]);
            assert_eq!(answer.status, status, "{example}: {}{}", answer.stdout, answer.stderr);
        }
    }
}

/// A chat server, which wants its token back.
fn chat(token: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let _ = (lines.next(), lines.next());
            let _ = stream.write_all(b"NOTICE * :looking up\r\nPING :t1\r\n");
            let answer = match lines.next() {
                Some(Ok(line)) if line == format!("PONG :{token}") => ":chat 001 probe :welcome\r\n",
                _ => "ERROR :wrong token\r\n",
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    port
}

#[test]
fn the_example_of_a_conversation_sends_back_what_it_was_given() {
    for (token, status) in [("t1", 0), ("t2", 1)] {
        let port = format!("CHAT_PORT={}", chat(token));
        let answer = faultfinder(&["run", &path("chat"), "--var", &port]);
        assert_eq!(answer.status, status, "{}{}", answer.stdout, answer.stderr);
    }
}

/// `faultfinder demo --keep --write lab-tests` in a folder of its own, until this is dropped.
struct Demonstration {
    process: Child,
    folder: tempfile::TempDir,
    /// The commands that it suggests, without the name of the program.
    suggested: Vec<Vec<String>>,
}

impl Demonstration {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut demo = command(&["demo", "--keep", "--write", "lab-tests"]);
        let demo = demo.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = demo.spawn().unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let lines: Vec<String> = lines.take_while(|line| line != "serving until Ctrl-C").collect();
        let suggested = lines.iter().filter_map(|line| line.trim_start().strip_prefix("faultfinder "));
        let suggested = suggested.map(|line| line.split(' ').map(str::to_owned).collect()).collect();
        Self { process, folder, suggested }
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_other_examples_pass_with_the_command_that_the_demonstration_suggests() {
    let demonstration = Demonstration::start();
    let of_examples = demonstration.suggested.iter().find(|line| line.iter().any(|word| word == "examples"));
    let mut arguments = of_examples.unwrap_or_else(|| panic!("{:?}", demonstration.suggested)).clone();
    // From the folder of the demonstration, as its user would; the examples are elsewhere.
    for word in &mut arguments {
        if word == "examples" {
            *word = workspace().join("examples").display().to_string();
        }
    }
    arguments.extend(["--format".to_owned(), "json".to_owned()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = command(&arguments).current_dir(demonstration.folder.path()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{errors}"));
    let results = report["results"].as_array().unwrap();
    for result in results.iter().filter(|result| result["status"] != "passed") {
        // Elsewhere than on Linux, or without the capability, that is what is said.
        let message = result["fault"]["message"].as_str().unwrap();
        assert!(message.contains("is not permitted to use ICMP"), "{result:#}");
    }
    assert!(results.len() >= 13, "{}", results.len());
}

#[test]
fn variables_of_a_file_come_before_the_definition_and_after_those_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let vars = folder.path().join("vars.yaml").display().to_string();
    let broken = open(Shop::Broken);
    std::fs::write(&vars, format!("BASE: '{broken}'\n")).unwrap();
    let answer = faultfinder(&["run", &path("redirects"), "--vars", &vars]);
    assert_eq!(answer.status, 1, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("found 500"), "{}", answer.stdout);
    let base = format!("BASE={}", open(Shop::Open));
    let answer = faultfinder(&["run", &path("redirects"), "--vars", &vars, "--var", &base]);
    assert_eq!(answer.status, 0, "{}{}", answer.stdout, answer.stderr);
    std::fs::write(&vars, "BASE: [ a ]\n").unwrap();
    let answer = faultfinder(&["validate", &path("redirects"), "--vars", &vars]);
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("vars.yaml:1:7: expected text, found a list"), "{}", answer.stderr);
}
