//! Small servers on loopback. They end with the process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::time::Duration;
use tokio::net::TcpSocket;

/// An HTTP server.
pub(super) struct Http {
    port: u16,
}

const JSON: &str =
    r#"{"name":"ada","n":5,"text":"5","flag":true,"items":["up","up","down"],"users":[{"id":1},{"id":2}]}"#;
const XML: &str = "<shop><name>ada &amp; co</name><n>5</n></shop>";

impl Http {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || serve(stream));
            }
        });
        Self { port }
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// Answers one request: with what is at the path, or with the request itself.
fn serve(stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 || line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            let name = name.to_ascii_lowercase();
            if name == "content-length" {
                length = value.trim().parse().ok()?;
            }
            head.push_str(&format!("{name}:{value}"));
        } else {
            head.push_str(&line);
        }
    }
    let mut sent = vec![0; length];
    reader.read_exact(&mut sent).ok()?;
    let path = head.split(' ').nth(1).unwrap_or("/");
    let (content_type, body) = match path {
        "/xml" => ("application/xml", XML.to_owned()),
        path if path.starts_with("/echo") => {
            ("text/plain", format!("{head}\n{}", String::from_utf8_lossy(&sent)))
        }
        _ => ("application/json; charset=utf-8", JSON.to_owned()),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nx-count: 12\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()
}

/// Sends every datagram back; yields its port.
pub(super) fn udp_echo() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut buffer = [0; 2048];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(&buffer[..length], peer);
        }
    });
    port
}

/// A port on which nothing answers: its queue of connections is full, and nobody takes any out of it.
pub(super) struct Full {
    /// If it were closed, connections would be refused.
    listener: TcpListener,
}

impl Full {
    pub(super) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let listener = runtime.block_on(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
            // The standard library does not let its queue be shorter than thousands.
            socket.listen(1).unwrap().into_std().unwrap()
        });
        let address = listener.local_addr().unwrap();
        // A connection stays in the queue when its client has closed it.
        while TcpStream::connect_timeout(&address, Duration::from_millis(500)).is_ok() {}
        Self { listener }
    }

    pub(super) fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }
}

/// A name server that knows one zone.
pub(super) struct Dns {
    port: u16,
}

impl Dns {
    pub(super) fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let mut buffer = [0; 2048];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
                let _ = socket.send_to(&answer(&buffer[..length]), peer);
            }
        });
        Self { port }
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }
}

/// The answer to a question about `shop.test`, or `one.test`, which has one address (RFC 1035 section 4.1).
fn answer(query: &[u8]) -> Vec<u8> {
    let mut end = 12;
    while query[end] != 0 {
        end += usize::from(query[end]) + 1;
    }
    let asked = u16::from_be_bytes([query[end + 1], query[end + 2]]);
    let name = |labels: &[&str]| {
        let mut name: Vec<u8> =
            labels.iter().flat_map(|label| [&[byte(label.len())], label.as_bytes()].concat()).collect();
        name.push(0);
        name
    };
    let mail = [vec![0, 10], name(&["mail", "shop", "test"])].concat();
    let records: Vec<Vec<u8>> = match asked {
        1 if query[12..].starts_with(b"\x03one") => vec![vec![192, 0, 2, 1]],
        1 => vec![vec![192, 0, 2, 1], vec![192, 0, 2, 2]],
        2 => vec![name(&["ns1", "shop", "test"])],
        5 => vec![name(&["www", "shop", "test"])],
        15 => vec![mail],
        16 => vec![[vec![6], b"v=spf1".to_vec()].concat()],
        28 => vec![[vec![0x20, 1, 0x0d, 0xb8], vec![0; 11], vec![1]].concat()],
        _ => Vec::new(),
    };
    let mut answer = query[..2].to_vec();
    answer.extend([0x85, 0x80, 0, 1, 0, byte(records.len()), 0, 0, 0, 0]);
    answer.extend(&query[12..end + 5]);
    for record in records {
        answer.extend([0xc0, 0x0c]);
        answer.extend(asked.to_be_bytes());
        answer.extend([0, 1, 0, 0, 0, 60, 0, byte(record.len())]);
        answer.extend(record);
    }
    answer
}

fn byte(length: usize) -> u8 {
    u8::try_from(length).unwrap()
}

/// A stream of zlib with stored blocks (RFC 1950, RFC 1951 section 3.2.4), in base64.
pub(super) fn zlib(content: &[u8]) -> String {
    let mut stream = vec![0x78, 0x01];
    let length = u16::try_from(content.len()).unwrap();
    stream.push(1);
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(content);
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in content {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stream.extend((b << 16 | a).to_be_bytes());
    base64(&stream)
}

/// RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for digit in 0..4 {
            let used = digit <= chunk.len();
            let at = (bits >> (18 - 6 * digit)) & 63;
            text.push(if used { char::from(DIGITS[usize::try_from(at).unwrap()]) } else { '=' });
        }
    }
    text
}
