#![allow(clippy::all, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a measurement")]
//! A measurement.
use faultfinder_net::{Clock, Vantage};
use faultfinder_service::{Config, Running, store};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);
impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().push_str(std::str::from_utf8(bytes).unwrap());
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
fn text(file: usize, extra: &str) -> String {
    let mut out = format!(
        "{extra}defaults: {{ every: 7d, timeout: 5s }}\nvariables: {{ BASE: \"http://127.0.0.1:1\" }}\ntests:\n"
    );
    for t in 0..1000 {
        out.push_str(&format!("  - name: shop {file} page {t}\n    http: {{ url: \"{{{{ BASE }}}}/shop/{t}\", method: GET, headers: {{ accept: application/json }} }}\n    assert:\n      - status is 200\n      - header content-type contains application/json\n      - response_time < 800 ms\n"));
    }
    out
}
fn rss() -> String {
    std::thread::sleep(Duration::from_secs(2));
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status
        .lines()
        .filter(|l| l.starts_with("VmRSS") || l.starts_with("VmHWM"))
        .map(|l| l.replace('\t', " "))
        .collect::<Vec<_>>()
        .join(", ")
}
#[tokio::test(flavor = "multi_thread")]
async fn memory() {
    let folder = tempfile::tempdir().unwrap();
    let tests = folder.path().join("tests");
    std::fs::create_dir(&tests).unwrap();
    for f in 0..20 {
        std::fs::write(tests.join(format!("f{f:02}.yaml")), text(f, "")).unwrap();
    }
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).init();
    let store = store::open(&format!("sqlite://{}", folder.path().join("s.db").display())).await.unwrap();
    println!("before {}", rss());
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        definitions: vec![tests.clone()],
        ..Config::default()
    };
    let running = Running::start(config, store, Clock::system(), Vantage::system()).await.unwrap();
    println!("loaded {}", rss());
    let mut seen = 0;
    let mut wait = || {
        loop {
            let n = log.0.lock().unwrap().matches("definitions were reloaded").count();
            if n > seen {
                seen = n;
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    for n in 0..5 {
        if std::env::var("RELOAD").is_ok() {
            running.reload();
        } else {
            for f in 0..20 {
                std::fs::write(tests.join(format!("f{f:02}.yaml")), text(f, &format!("# {n}\n"))).unwrap();
            }
        }
        wait();
        println!("reload {n} {}", rss());
    }
    println!("{}", log.0.lock().unwrap());
}
