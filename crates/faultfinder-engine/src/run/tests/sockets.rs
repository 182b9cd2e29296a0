//! Requests over a Unix domain socket.

use super::*;
use tokio::net::UnixListener;

/// A service on a socket in a folder of its own, which answers one request of each connection.
fn service(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).await.unwrap_or(0);
            let _ = stream.write_all(&answer(&String::from_utf8_lossy(&buffer[..length]))).await;
        }
    });
    let path = path.to_string_lossy().into_owned();
    (folder, path)
}

#[tokio::test]
async fn the_connection_goes_to_the_socket_and_the_url_stays() {
    let (_folder, path) = service(|request| match request {
        "ping" => b"pong".to_vec(),
        _ if request.contains("GET /redirect ") => answer(302, "location: /end\r\n", ""),
        _ => answer(200, "", &request.to_ascii_lowercase()),
    });
    // No name server knows the name, and nothing may ask one.
    let http = format!(
        "http: {{ url: 'http://docker.invalid/redirect', unix_socket: '{path}', follow_redirects: true }}\n    assert: [ 'body contains host: docker.invalid', 'url is http://docker.invalid/end' ]"
    );
    let tcp = format!("tcp: {{ unix_socket: '{path}', send: ping, expect: pong }}");
    let named = format!("tcp: {{ host: a.invalid, unix_socket: '{path}', send: ping, expect: pong }}");
    for request in [http, tcp, named] {
        let result = run_one(&suite(&format!("tests:\n  - name: t\n    {request}\n"))).await;
        assert_eq!(result.status, Status::Passed, "{request}: {:?}", result.fault);
        assert_eq!(result.timings.duration(Phase::Resolve), None, "{request}");
    }
}

#[tokio::test]
async fn a_socket_without_a_service_is_the_targets_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket").to_string_lossy().into_owned();
    for (request, detail) in [
        (format!("http: {{ url: 'http://a.invalid/', unix_socket: '{path}' }}"), "ENOENT"),
        (format!("ws: {{ url: 'ws://a.invalid/', unix_socket: '{path}' }}"), "ENOENT"),
        (format!("grpc: {{ url: 'grpc://a.invalid', health: '', unix_socket: '{path}' }}"), "ENOENT"),
        (format!("tcp: {{ unix_socket: '{path}' }}"), "ENOENT"),
    ] {
        let fault = run_one(&suite(&format!("tests:\n  - name: t\n    {request}\n"))).await.fault.unwrap();
        assert_eq!((fault.code, fault.detail.name()), (Code::ConnRefused, detail), "{request}");
        assert_eq!((fault.blame, fault.phase), (Blame::Target, Phase::Connect), "{request}");
        assert_eq!(fault.evidence.fact("unix_socket"), Some(&Fact::from(path.as_str())), "{request}");
    }
    let text = format!(
        "tests:\n  - name: t\n    tcp: {{ unix_socket: '{path}' }}\n    assert: [ connection is refused ]\n"
    );
    assert_eq!(run_one(&suite(&text)).await.status, Status::Passed);
}

#[test]
fn what_a_socket_cannot_have_is_refused_at_load() {
    let long = format!("/{}", "x".repeat(faultfinder_net::UNIX_PATH_BYTES_MAX));
    let test = |request: &str| format!("tests:\n  - name: t\n    {request}\n");
    for (request, message) in [
        (
            format!("tcp: {{ unix_socket: '{long}' }}"),
            "the path of the socket has 108 bytes; the system takes at most 107",
        ),
        (
            "tcp: { unix_socket: /s, track_hops: 'on' }".to_owned(),
            "`track_hops` cannot be combined with `unix_socket`",
        ),
        (
            "tcp: { unix_socket: /s, starttls: smtp }".to_owned(),
            "`starttls` cannot be combined with `unix_socket`",
        ),
        (
            "http: { url: 'http://a.test/', unix_socket: /s, proxy: { url: 'http://a.test' } }".to_owned(),
            "`proxy` cannot be combined with `unix_socket`",
        ),
        (
            "ws: { url: 'ws://a.test/', unix_socket: /s, source_address: 127.0.0.1 }".to_owned(),
            "`source_address` cannot be combined with `unix_socket`",
        ),
        (
            "grpc: { host: a.test, port: 5, plaintext: true, health: true, unix_socket: /s, ip: 4 }"
                .to_owned(),
            "`ip` cannot be combined with `unix_socket`",
        ),
        (
            "http: { url: 'http://a.test/', unix_socket: /s, address: all }".to_owned(),
            "`address` cannot be combined with `unix_socket`",
        ),
        (
            "http: { url: 'https://a.test/', unix_socket: /s, resolve: { a.test: 127.0.0.1 } }".to_owned(),
            "`resolve` cannot be combined with `unix_socket`",
        ),
        (
            "tcp: { unix_socket: /s, resolver: { server: 127.0.0.1 } }".to_owned(),
            "`resolver` cannot be combined with `unix_socket`",
        ),
        (
            "http: { url: 'http://a.test/', unix_socket: 'unix:///s' }".to_owned(),
            "http.unix_socket is a path, and \"unix:///s\" is a URL",
        ),
        (
            "http: { url: 'http+unix://%2Fs/' }".to_owned(),
            "the scheme \"http+unix\" is neither http nor https; `unix_socket: PATH` is",
        ),
        ("tcp: { unix_socket: /s, port: 5 }".to_owned(), "`port` cannot be combined with `unix_socket`"),
        ("http: { url: 'https://a.test/', unix_socket: /s, version: 3 }".to_owned(), "HTTP/3 runs over UDP"),
        ("tcp: { port: 1 }".to_owned(), "field `host` of `tcp` is missing"),
    ] {
        let (found, _) = crate::check(&[Source::new("t.yaml", &test(&request))], &[], &[]);
        assert_eq!(found.len(), 1, "{request}: {found:?}");
        assert!(found[0].message.starts_with(message), "{request}: {}", found[0].message);
    }
    // What else is reached by name is reached as always: token endpoints, and what certificates name.
    let token = "auth: { oauth2_client: { token_url: 'http://id.test/', client_id: a, client_secret: b } }";
    for request in [
        format!("http: {{ url: 'http://a.test/', unix_socket: /s, ip: 4, resolver: {{ server: 127.0.0.1 }}, {token} }}"),
        "http: { url: 'https://a.test/', unix_socket: /s, resolve: { ca.test: 127.0.0.1 }, tls: { aia: fetch } }"
            .to_owned(),
        "tcp: { unix_socket: /s, source_address: 127.0.0.1, tls: { ocsp: query } }".to_owned(),
    ] {
        let (found, _) = crate::check(&[Source::new("t.yaml", &test(&request))], &[], &[]);
        assert_eq!(found, [], "{request}");
    }
    // Defaults are for other tests of the file, too.
    let text =
        format!("defaults: {{ ip: 4, source_address: 127.0.0.1 }}\n{}", test("tcp: { unix_socket: /s }"));
    assert_eq!(crate::check(&[Source::new("t.yaml", &text)], &[], &[]).0, []);
    let foreign = Suite::load_foreign(&Source::new("t.yaml", &test("tcp: { unix_socket: /s }"))).unwrap_err();
    assert!(foreign[0].message.contains("which this definition may not use"), "{foreign:?}");
}
