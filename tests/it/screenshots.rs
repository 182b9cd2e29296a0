//! The pages of the service as Chromium draws them: docs/pages has the pictures.
//!
//! `FAULTFINDER_SCREENSHOTS=1` writes them there; without it they are only made, and it is demanded that something is on them.

use crate::foreign::loopback;
use crate::serve::{Service, TOKEN};
use crate::served::serve;
use faultfinder_tests::peers::{file, program};
use faultfinder_tests::workspace;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;

/// A picture of one color has less, in bytes.
const BYTES_MIN: u64 = 8_000;

/// How a page is looked at: width and height in CSS pixels, and whether it is dark.
struct Look {
    name: &'static str,
    size: (u32, u32),
    is_dark: bool,
}

const WIDE: Look = Look { name: "", size: (1_280, 900), is_dark: false };
const DARK: Look = Look { name: "-dark", size: (1_280, 900), is_dark: true };
const NARROW: Look = Look { name: "-narrow", size: (500, 1_000), is_dark: false };

/// The answer to a call of the API.
fn call(service: &Service, request: &str, body: &Value) -> Value {
    serde_json::from_str(&service.call(&format!("{request} HTTP/1.1"), body)).unwrap()
}

/// Draws a page.
fn draw(chromium: &Path, service: &Service, path: &str, name: &str, look: &Look, folder: &Path) {
    let picture = folder.join(format!("{name}{}.png", look.name));
    let profile = tempfile::tempdir().unwrap();
    let (width, height) = look.size;
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!look.is_dark)))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("http://{}{path}", service.address))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let bytes = std::fs::read(&picture).unwrap_or_else(|error| panic!("{path}: {error}: {said}"));
    assert!(u64::try_from(bytes.len()).unwrap() > BYTES_MIN, "{path} has {} bytes: {said}", bytes.len());
    // PNG, third edition, 11.2.1: the width is behind the signature, the length and the type of the first chunk.
    let drawn = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
    assert_eq!(drawn, width, "{path}");
}

#[test]
fn each_page_is_drawn_wide_and_some_narrow_and_dark() {
    let Some(chromium) = program("chromium") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (http, nobody) = (loopback::http(), loopback::nobody());
    let gone = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let expired = serve("tls-cert/expired").unwrap();
    let nxdomain = serve("dns/nxdomain").unwrap();
    let place = |target: &str| {
        let (host, port) = target.rsplit_once(':').unwrap();
        json!({ "host": host, "port": port.parse::<u16>().unwrap() })
    };
    let mut mail = place(expired.exhibit["target"].as_str().unwrap());
    mail["server_name"] = json!("shop.lab.test");
    let of_name = place(nxdomain.exhibit["target"].as_str().unwrap());
    let test = |name: &str, tags: &[&str], protocol: &str, request: Value, asserted: &[&str]| json!({ "name": name, "every": "7d", "tags": tags, protocol: request, "assert": asserted });
    let tests = [
        test(
            "shop: front page",
            &["shop", "web"],
            "http",
            json!({ "url": format!("http://{http}/ok") }),
            &["status is 200"],
        ),
        test(
            "shop: price list",
            &["shop", "api"],
            "http",
            json!({ "url": format!("http://{http}/missing") }),
            &["status is 200"],
        ),
        test(
            "shop: basket",
            &["shop", "api"],
            "http",
            json!({ "url": format!("http://{http}/json") }),
            &["jsonpath $.status is UP"],
        ),
        test("mail: certificate", &["mail"], "ssl", mail, &["certificate expires_in > 14 days"]),
        test(
            "mail: name",
            &["mail"],
            "dns",
            json!({ "name": "host.zone.test", "server": of_name["host"], "port": of_name["port"] }),
            &["rcode is NOERROR"],
        ),
        test("database: port", &["database"], "tcp", place(&nobody), &["connection is established"]),
        test(
            "queue: port",
            &["database"],
            "tcp",
            place(&gone.local_addr().unwrap().to_string()),
            &["connection is established"],
        ),
    ];
    let _definitions = file(folder.path(), "shop.json", &json!({ "version": 1, "tests": tests }).to_string());
    let components = [
        ("Shop", json!({ "tests": ["shop: front page"] })),
        ("Basket and prices", json!({ "tests": ["shop: basket", "shop: price list", "shop: front page"] })),
        ("Mail", json!({ "tags": ["mail"] })),
        ("Partners", json!({ "tags": ["partners"] })),
    ];
    let components: Vec<Value> = components
        .into_iter()
        .map(|(name, mut component)| {
            component["name"] = json!(name);
            component
        })
        .collect();
    let page = json!({ "path": "shop", "title": "The shop", "description": "What our customers use", "show_cause": true, "components": components });
    let _pages = file(folder.path(), "pages.json", &json!({ "status_pages": [page] }).to_string());
    // The folder is not on the pictures.
    let arguments = [
        ["--listen", "127.0.0.1:0"],
        ["--database", "sqlite://shop.db"],
        ["--definitions", "shop.json"],
        ["--status-pages", "pages.json"],
    ]
    .concat();
    let service = Service::start_in(folder.path(), &arguments, &[]);
    let listed = call(&service, "GET /api/v1/tests?sort=name", &Value::Null);
    let id = |name: &str| {
        let found = listed["items"].as_array().unwrap().iter().find(|test| test["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    let run = |name: &str| -> String {
        let result = call(&service, &format!("POST /api/v1/tests/{}/run", id(name)), &Value::Null);
        result["id"].as_str().unwrap().to_owned()
    };
    for _ in 0..5 {
        for test in &tests {
            run(test["name"].as_str().unwrap());
        }
    }
    drop(gone);
    let failed = run("queue: port");
    let certificate = run("mail: certificate");
    // In a year, by the clock of the service.
    let made = listed["items"][0]["updatedAt"].as_str().unwrap();
    let year: u32 = made[..4].parse().unwrap();
    let ends = format!("{}-12-31T00:00:00Z", year + u32::from(&made[5..7] == "12"));
    let silence = json!({ "tags": ["database"], "endsAt": ends, "comment": "the database moves" });
    call(&service, "POST /api/v1/silences", &silence);
    for (name, scopes) in [("deploy", &["tests:read", "tests:write"][..]), ("dashboard", &["results:read"])] {
        call(&service, "POST /api/v1/tokens", &json!({ "name": name, "scopes": scopes }));
    }
    let is_recording = std::env::var_os("FAULTFINDER_SCREENSHOTS").is_some_and(|value| value == "1");
    let pictures = if is_recording { workspace().join("docs/pages") } else { folder.path().to_owned() };
    std::fs::create_dir_all(&pictures).unwrap();
    let test = format!("/tests/{}", id("shop: price list"));
    let (failed, certificate) = (format!("/results/{failed}"), format!("/results/{certificate}"));
    for (name, path, looks) in [
        ("tests", "/tests", &[WIDE, DARK, NARROW][..]),
        ("test", &test, &[WIDE]),
        ("result", &failed, &[WIDE]),
        ("certificate", &certificate, &[WIDE, NARROW]),
        ("events", "/events", &[WIDE]),
        ("alerts", "/alerts", &[WIDE]),
        ("silences", "/silences", &[WIDE]),
        ("definitions", "/definitions", &[WIDE]),
        ("status", "/status/shop", &[WIDE, DARK, NARROW]),
        ("tokens", "/tokens", &[WIDE]),
        ("audit", "/audit", &[WIDE]),
        ("codes", "/codes", &[WIDE]),
        ("code", "/codes/CERT_HAS_EXPIRED", &[WIDE]),
    ] {
        for look in looks {
            draw(&chromium, &service, path, name, look, &pictures);
        }
    }
    let database = format!("sqlite://{}", folder.path().join("locked.db").display());
    let arguments = ["--listen", "127.0.0.1:0", "--database", &database];
    let locked = Service::start(&arguments, &[("FAULTFINDER_ADMIN_TOKEN", TOKEN)]);
    draw(&chromium, &locked, "/sign-in", "sign-in", &WIDE, &pictures);
}
