//! Peers of these tests: a server of HTTP, one that answers lines, and one that sends datagrams back.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};

/// The responses of the HTTP server, by path: status and reason, further header lines, body.
const RESPONSES: &[(&str, &str, &str, &str)] = &[
    ("/ok", "200 OK", "content-type: text/plain\r\nserver: lab\r\n", "hello world\n"),
    (
        "/json",
        "200 OK",
        "content-type: application/json\r\n",
        r#"{"status": "UP", "count": 3, "items": [1, 2], "user": {"name": "john.doe", "user-id": "7"}}"#,
    ),
    ("/moved", "302 Found", "location: /ok\r\nset-cookie: a=b\r\n", ""),
    ("/missing", "404 Not Found", "content-type: text/plain\r\n", "no such page\n"),
];

/// A server of HTTP/1.1: where it is. Other paths than those of [`RESPONSES`] are answered with the request itself.
pub(crate) fn http() -> String {
    listen(|stream| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = String::new();
        while reader.read_line(&mut head).unwrap_or(0) > 2 {}
        let lower = head.to_ascii_lowercase();
        let length =
            lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        let path = head.split(' ').nth(1).unwrap_or_default();
        let request = format!("{head}{}", String::from_utf8_lossy(&body));
        let (status, headers, body) = RESPONSES
            .iter()
            .find(|(known, ..)| *known == path)
            .map_or(("200 OK", "", request.as_str()), |(_, status, headers, body)| (status, headers, body));
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        let _ = stream.try_clone().unwrap().write_all(answer.as_bytes());
    })
}

/// A server of HTTP that answers late: where it is.
pub(crate) fn slow() -> String {
    listen(|stream| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = String::new();
        while reader.read_line(&mut head).unwrap_or(0) > 2 {}
        std::thread::sleep(std::time::Duration::from_millis(1_200));
        let _ = stream
            .try_clone()
            .unwrap()
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    })
}

/// A server that greets and answers lines: where it is.
pub(crate) fn conversation() -> String {
    listen(|stream| {
        let mut writer = stream.try_clone().unwrap();
        let mut say = move |text: &str| writer.write_all(text.as_bytes()).is_ok();
        say("220 mail.test ESMTP ready\r\n");
        for line in BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok) {
            let goes_on = match line.trim_end() {
                "PING" => say("+PONG\r\n"),
                "NICK prober" => say(":srv NOTICE wait\r\nPING :tok123\r\n"),
                "PONG tok123" => say(":srv 001 welcome\r\n"),
                line if line.starts_with("EHLO") => say("250-mail.test\r\n250-STARTTLS\r\n250 OK\r\n"),
                "QUIT" => return,
                _ => say("500 what?\r\n"),
            };
            if !goes_on {
                return;
            }
        }
    })
}

/// A server that sends datagrams back: where it is.
pub(crate) fn echo() -> String {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let place = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut datagram = [0; 2048];
        while let Ok((length, peer)) = socket.recv_from(&mut datagram) {
            let _ = socket.send_to(&datagram[..length], peer);
        }
    });
    place.to_string()
}

/// A place where nobody listens, as long as the process lives.
pub(crate) fn nobody() -> String {
    // Bound and never listening: nobody else can get the port.
    let port = faultfinder_tests::peers::free_port();
    format!("127.0.0.1:{port}")
}

/// Listens, and serves each connection in a thread of its own.
fn listen(serve: impl Fn(&TcpStream) + Copy + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let place = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || serve(&stream));
        }
    });
    place.to_string()
}
