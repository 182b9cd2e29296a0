//! Bytes of files, which are sent as they are.

use super::*;

/// A megabyte of every byte there is, which is not text, with what would be a template in it.
fn binary() -> Vec<u8> {
    let template = b"{{ NAME }}\r\n\0";
    (0..=255_u8).cycle().take(1 << 20).chain(template.iter().copied()).collect()
}

/// A peer that takes `expected` and answers with `reply`, or with nothing if anything else comes.
async fn taker(expected: Vec<u8>, reply: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = Vec::new();
        let mut buffer = vec![0; 64 << 10];
        while !received.ends_with(&expected) {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(length) => received.extend_from_slice(&buffer[..length]),
            }
        }
        let _ = stream.write_all(reply).await;
    });
    address
}

fn file(bytes: &[u8]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bytes");
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_string_lossy().into_owned();
    (folder, path)
}

#[tokio::test]
async fn a_file_of_bytes_goes_out_unchanged() {
    let (_folder, path) = file(&binary());
    let address = taker(binary(), b"HTTP/1.1 204 X\r\n\r\n").await;
    let http =
        format!("http: {{ url: 'http://{address}/', body_file: '{path}' }}\n    assert: [ status is 204 ]");
    let address = taker(binary(), b"got it").await;
    let (host, port) = (address.ip(), address.port());
    let tcp = format!("tcp: {{ host: {host}, port: {port}, send_file: '{path}', expect: got it }}");
    let address = taker(binary(), b"got it").await;
    let (host, port) = (address.ip(), address.port());
    let steps = format!(
        "tcp: {{ host: {host}, port: {port}, steps: [ {{ send_file: '{path}', expect: got it }} ] }}"
    );
    for request in [http, tcp, steps] {
        let result = run_one(&suite(&format!("tests:\n  - name: t\n    {request}\n"))).await;
        assert_eq!(result.status, Status::Passed, "{request}: {:?}", result.fault);
    }
}

#[tokio::test]
async fn a_datagram_has_the_bytes_of_a_file() {
    let bytes = binary()[..60_000].to_vec();
    let (_folder, path) = file(&bytes);
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut buffer = vec![0; 1 << 16];
        let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
        let reply: &[u8] = if buffer[..length] == bytes { b"same" } else { b"other" };
        socket.send_to(reply, from).await.unwrap();
    });
    let text = format!(
        "tests:\n  - name: t\n    udp: {{ host: 127.0.0.1, port: {port}, message_file: '{path}' }}\n    assert: [ received is same ]\n"
    );
    let result = run_one(&suite(&text)).await;
    assert_eq!(result.status, Status::Passed, "{:?}", result.fault);
}

#[test]
fn what_is_wrong_with_a_file_shows_at_load() {
    let (_folder, long) = file(&vec![0; crate::FILE_BYTES_MAX + 1]);
    let http = |path: &str| format!("http: {{ url: 'http://127.0.0.1:1/', body_file: '{path}' }}");
    let text = |request: &str| format!("tests:\n  - name: t\n    {request}\n");
    for (request, message) in [
        (http("/nowhere/x"), "cannot read /nowhere/x: "),
        (http("/"), "cannot read /: it is not a file"),
        (http(&long), "it has 3000001 bytes; at most 3000000 are allowed"),
        ("ws: { url: 'ws://127.0.0.1:1/', message_file: /nowhere/x }".to_owned(), "cannot read /nowhere/x: "),
        (
            "ws: { url: 'ws://127.0.0.1:1/', steps: [ { send_file: /nowhere/x } ] }".to_owned(),
            "cannot read /nowhere/x: ",
        ),
        ("tcp: { host: a.test, port: 1, send_file: /nowhere/x }".to_owned(), "cannot read /nowhere/x: "),
        ("udp: { host: a.test, port: 1, message_file: /nowhere/x }".to_owned(), "cannot read /nowhere/x: "),
    ] {
        let (found, _) = crate::check(&[Source::new("t.yaml", &text(&request))], &[], &[]);
        assert_eq!(found.len(), 1, "{request}: {found:?}");
        assert!(found[0].message.contains(message), "{request}: {}", found[0].message);
    }
    let foreign = Suite::load_foreign(&Source::new("t.yaml", &text(&http("/etc/hostname")))).unwrap_err();
    assert!(foreign[0].message.contains("may not read files"), "{foreign:?}");
}
