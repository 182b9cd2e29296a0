//! What HTTP/1 peers write, seen through a plain socket.

use super::{address, lab, serve_one};
use crate::peer;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

pub(super) const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n";

/// How a connection ended after one request.
#[derive(Debug, PartialEq)]
enum End {
    Fin,
    Reset,
}

/// Everything that comes after a request, and how it ends.
async fn exchange(address: SocketAddr, request: &[u8]) -> (Vec<u8>, End) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer).await {
        Ok(_) => (answer, End::Fin),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => (answer, End::Reset),
        Err(error) => panic!("{error}"),
    }
}

/// The peer of that name writes exactly this, then ends like that: three times in a row, then 64 times at once.
async fn check(id: &str, bytes: &[u8], end: End) {
    let (_lab, exhibit) = serve_one(id);
    let address = address(&exhibit);
    for _ in 0..3 {
        let (answer, ended) = exchange(address, GET).await;
        assert_eq!(answer, bytes, "{id}");
        assert_eq!(ended, end, "{id}");
    }
    let at_once: Vec<_> = (0..64).map(|_| tokio::spawn(exchange(address, GET))).collect();
    for task in at_once {
        let (answer, ended) = task.await.unwrap();
        assert_eq!(answer, bytes, "{id}");
        assert_eq!(ended, end, "{id}");
    }
}

#[tokio::test]
async fn fin_comes_after_the_bytes_of_the_script() {
    check("http1/fin-no-bytes", b"", End::Fin).await;
    check("http1/fin-mid-headers", b"HTTP/1.1 200 OK\r\nContent-Le", End::Fin).await;
    check("http1/icy", b"ICY 200 OK\r\nContent-Length: 5\r\n\r\nhello", End::Fin).await;
    let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    check("http1/missing-final-chunk", chunks, End::Fin).await;
}

#[tokio::test]
async fn rst_comes_after_the_bytes_of_the_script() {
    check("http1/rst-no-bytes", b"", End::Reset).await;
    check("http1/rst-mid-headers", b"HTTP/1.1 200 OK\r\nContent-Le", End::Reset).await;
    let body = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
    check("http1/rst-mid-body", body, End::Reset).await;
}

#[tokio::test]
async fn a_connection_is_kept_and_reset_when_it_is_used_again() {
    let (_lab, exhibit) = serve_one("http1/reused-conn-reset");
    let next = b"GET /next HTTP/1.1\r\nHost: lab\r\n\r\n";
    let mut stream = TcpStream::connect(address(&exhibit)).await.unwrap();
    stream.write_all(GET).await.unwrap();
    assert!(peer::read_head(&mut stream).await.starts_with(b"HTTP/1.1 302 Found\r\n"));
    stream.write_all(next).await.unwrap();
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap_err().kind(), ErrorKind::ConnectionReset);

    assert_eq!(first_line(address(&exhibit), next).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn the_right_credentials_are_let_in() {
    let (_lab, exhibit) = serve_one("http1/401-basic-ok");
    let right =
        b"GET / HTTP/1.1\r\nAuthorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l\r\nConnection: close\r\n\r\n";
    assert_eq!(first_line(address(&exhibit), right).await, "HTTP/1.1 200 OK");
    assert_eq!(first_line(address(&exhibit), GET).await, "HTTP/1.1 401 Unauthorized");
}

#[tokio::test]
async fn a_body_is_read_to_its_end_before_the_answer() {
    let (_lab, exhibit) = serve_one("http1/post-text");
    let mut stream = TcpStream::connect(address(&exhibit)).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhello").await.unwrap();
    stream.write_all(b"-lab").await.unwrap();
    let mut answer = [0; 1024];
    let mut length = 0;
    while !answer[..length].ends_with(b"hello-lab") {
        let count = stream.read(&mut answer[length..]).await.unwrap();
        assert_ne!(count, 0);
        length += count;
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn eleven_redirects_are_one_more_than_ten() {
    for (id, hops) in [("http1/redirect-10", 10), ("http1/redirect-11", 11), ("http1/redirect-max-2", 3)] {
        let (_lab, exhibit) = serve_one(id);
        for hop in 0..=hops {
            let request = format!("GET /{hop} HTTP/1.1\r\n\r\n");
            let line = first_line(address(&exhibit), request.as_bytes()).await;
            let wanted = if hop < hops { "HTTP/1.1 302 Found" } else { "HTTP/1.1 200 OK" };
            assert_eq!(line, wanted, "{id} {hop}");
        }
    }
}

#[tokio::test]
async fn what_comes_before_nothing_is_sent_whole() {
    let (_lab, exhibit) = serve_one("http1/headers-60k");
    let (answer, _) = exchange(address(&exhibit), GET).await;
    assert!(answer.len() > 64 << 10);
    assert!(answer.split(|byte| *byte == b'\n').all(|line| line.len() < 16 << 10));
}

/// The first line of the answer.
async fn first_line(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let head = peer::read_head(&mut stream).await;
    String::from_utf8(head).unwrap().lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_closed_port_refuses() {
    let lab = lab();
    let tcp = peer::closed_tcp(&lab).unwrap();
    assert_eq!(TcpStream::connect(tcp).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);

    let udp = peer::closed_udp(&lab).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(udp).await.unwrap();
    socket.send(b"anybody?").await.unwrap();
    assert_eq!(socket.recv(&mut [0; 16]).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_full_port_answers_nobody() {
    let lab = lab();
    let full = peer::full_tcp(&lab).unwrap();
    let connecting = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(full));
    assert!(connecting.await.is_err());
}

#[tokio::test]
async fn the_name_server_says_what_it_was_told_to() {
    use hickory_proto::op::{Message, Query, ResponseCode};
    use hickory_proto::rr::{Name, RecordType};

    let (_lab, exhibit) = serve_one("http1/dns-ok");
    let resolver = &exhibit.definition["http"]["resolver"];
    let port = u16::try_from(resolver["port"].as_u64().unwrap()).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(("127.0.0.1", port)).await.unwrap();
    for (kind, answers) in [(RecordType::A, 1), (RecordType::AAAA, 0)] {
        let mut question = Message::query();
        question.add_query(Query::query(Name::from_ascii("shop.lab.test.").unwrap(), kind));
        socket.send(&question.to_vec().unwrap()).await.unwrap();
        let mut bytes = [0; 512];
        let count = socket.recv(&mut bytes).await.unwrap();
        let answer = Message::from_vec(&bytes[..count]).unwrap();
        assert_eq!(answer.metadata.id, question.metadata.id);
        assert_eq!(answer.metadata.response_code, ResponseCode::NoError);
        assert_eq!(answer.answers.len(), answers, "{kind}");
    }
}
