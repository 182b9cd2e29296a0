//! Pages that follow what changes.

use crate::served::{BOUND, Served};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A stream of events, and what has come of it.
struct Stream {
    stream: TcpStream,
    text: String,
}

impl Stream {
    async fn open(served: &Served) -> Self {
        let mut stream = served.connect().await;
        stream.write_all(b"GET /live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut opened = Self { stream, text: String::new() };
        opened.until("\r\n\r\n").await;
        opened
    }

    /// Reads until these words have come; nothing when the stream ends first.
    async fn until(&mut self, words: &str) -> Option<()> {
        let read = async {
            while !self.text.contains(words) {
                let mut bytes = [0; 1_024];
                match self.stream.read(&mut bytes).await {
                    Ok(0) | Err(_) => return None,
                    Ok(count) => self.text.push_str(&String::from_utf8_lossy(&bytes[..count])),
                }
            }
            Some(())
        };
        tokio::time::timeout(BOUND, read).await.expect("nothing comes")
    }
}

#[tokio::test]
async fn a_change_is_one_event_and_a_stream_ends_with_the_service() {
    let served = Served::open().await;
    let mut stream = Stream::open(&served).await;
    assert!(stream.text.contains("text/event-stream") && stream.text.contains("no-store"), "{}", stream.text);
    let id = served.kept(None).await;
    stream.until("event: change\ndata:").await.expect("an event");
    assert_eq!(served.call("POST", &format!("/api/v1/tests/{id}/run"), None, None).await.status, 200);
    stream.text.clear();
    stream.until("event: change").await.expect("another one");
    served.running.shut_down().await;
    assert!(stream.until("never").await.is_none(), "it has ended");
}

#[tokio::test]
async fn an_address_has_few_streams() {
    let served = Served::open().await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(Stream::open(&served).await);
    }
    assert!(streams.iter().all(|stream| stream.text.contains("200 OK")));
    served.get("/live").await.envelope(429, "TooManyRequests");
}
