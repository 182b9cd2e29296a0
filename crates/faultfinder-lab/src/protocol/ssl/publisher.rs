//! The web server of an authority: CRLs, certificates and OCSP answers, and every way in which it can fail.

use super::endpoint::finish;
use crate::{Lab, LabError, peer};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// What a body that is announced as too large pretends to be, in bytes: more than anybody should take.
const TOO_LARGE: u64 = 1 << 40;
/// The media types of OCSP (RFC 6960 appendix A.1).
const OCSP_REQUEST: &str = "application/ocsp-request";
const OCSP_ANSWER: &str = "application/ocsp-response";

/// What is found at a place.
#[derive(Debug, Clone)]
pub(super) enum Publication {
    /// A file.
    File(Vec<u8>),
    /// An OCSP answer that was prepared in advance: for a POST, or a GET with the question behind the place.
    Ocsp(Vec<u8>),
    /// This status, and nothing else.
    Status(u16),
    /// It is elsewhere.
    Redirect(String),
    /// Something that is not HTTP.
    Garbage,
    /// A file that ends before its announced length.
    Cut(Vec<u8>),
    /// A file that is announced as larger than any disk.
    TooLarge,
    /// Nothing, for as long as the client waits.
    Silence,
}

/// A web server on a port of its own, which is known before anything is published on it.
#[derive(Debug, Clone)]
pub(super) struct Publisher {
    address: SocketAddr,
    places: Places,
}

type Places = Arc<Mutex<BTreeMap<String, Publication>>>;

impl Publisher {
    /// A server that knows no place.
    pub(super) fn start(lab: &Lab) -> Result<Self, LabError> {
        let places = Places::default();
        let known = Arc::clone(&places);
        let address = peer::tcp(lab, move |stream| serve(stream, Arc::clone(&known)))?;
        Ok(Self { address, places })
    }

    /// The URL of its root, without a slash at the end.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Publishes something at a path.
    pub(super) fn publish(&self, path: &str, publication: Publication) {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), publication);
    }
}

async fn serve(mut stream: TcpStream, places: Places) {
    let request = peer::read_head(&mut stream).await;
    let text = String::from_utf8_lossy(&request);
    let mut words = text.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let found = find(&places, path);
    let answer = match found {
        None => head(404, 0, ""),
        Some(Publication::Silence) => return peer::drain(&mut stream).await,
        Some(Publication::Ocsp(answer)) => {
            if asks(method, &text) {
                file(OCSP_ANSWER, &answer)
            } else {
                head(400, 0, "")
            }
        }
        Some(Publication::File(_) | Publication::Redirect(_) | Publication::Cut(_)) if method != "GET" => {
            head(405, 0, "allow: GET\r\n")
        }
        Some(Publication::File(bytes)) => file(media(path), &bytes),
        Some(Publication::Status(status)) => head(status, 0, ""),
        Some(Publication::Redirect(url)) => head(302, 0, &format!("location: {url}\r\n")),
        Some(Publication::Garbage) => b"220 this is not the server you are looking for\r\n\r\n".to_vec(),
        Some(Publication::Cut(bytes)) => {
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
            [&head(200, length, ""), half].concat()
        }
        Some(Publication::TooLarge) => head(200, TOO_LARGE, ""),
    };
    let _ = stream.write_all(&answer).await;
    finish(stream).await;
}

/// What is at a path. Behind the place of a responder stands the question (RFC 6960 appendix A.1).
fn find(places: &Places, path: &str) -> Option<Publication> {
    let places = places.lock().unwrap_or_else(PoisonError::into_inner);
    let exact = places.get(path).cloned();
    exact.or_else(|| {
        let mut below = places.iter().filter(|(place, _)| path.starts_with(&format!("{place}/")));
        let (_, publication) = below.find(|(_, publication)| matches!(publication, Publication::Ocsp(_)))?;
        Some(publication.clone())
    })
}

/// Whether a request is one that an OCSP responder answers.
fn asks(method: &str, request: &str) -> bool {
    match method {
        "GET" => true,
        "POST" => request.lines().any(|line| {
            line.split_once(':').is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("content-type") && value.trim() == OCSP_REQUEST
            })
        }),
        _ => false,
    }
}

/// What is in a file, by its name (RFC 2585 section 4).
fn media(path: &str) -> &'static str {
    match path.rsplit_once('.') {
        Some((_, "crl")) => "application/pkix-crl",
        Some((_, "crt")) => "application/pkix-cert",
        _ => "application/octet-stream",
    }
}

fn file(media: &str, bytes: &[u8]) -> Vec<u8> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    [&head(200, length, &format!("content-type: {media}\r\n")), bytes].concat()
}

fn head(status: u16, length: u64, fields: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} \r\ncontent-length: {length}\r\nconnection: close\r\n{fields}\r\n")
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};
    use tokio::io::AsyncReadExt as _;

    async fn ask(publisher: &Publisher, request: &str) -> String {
        let mut stream = TcpStream::connect(publisher.address).await.unwrap();
        stream.write_all(format!("{request}\r\nhost: localhost\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let limited = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer));
        limited.await.unwrap().unwrap();
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn places_answer_what_is_published_there() {
        let lab = Lab::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)).unwrap();
        let publisher = Publisher::start(&lab).unwrap();
        publisher.publish("/file", Publication::File(b"bytes".to_vec()));
        publisher.publish("/ocsp", Publication::Ocsp(b"good".to_vec()));
        publisher.publish("/moved", Publication::Redirect("/file".to_owned()));
        publisher.publish("/cut", Publication::Cut(b"abcdef".to_vec()));
        publisher.publish("/busy", Publication::Status(503));
        publisher.publish("/large", Publication::TooLarge);
        publisher.publish("/garbage", Publication::Garbage);
        for (request, begins, ends) in [
            ("GET /file HTTP/1.1", "HTTP/1.1 200", "\r\n\r\nbytes"),
            ("POST /file HTTP/1.1", "HTTP/1.1 405", "allow: GET\r\n\r\n"),
            ("GET /file/below HTTP/1.1", "HTTP/1.1 404", "\r\n\r\n"),
            ("GET /nothing HTTP/1.1", "HTTP/1.1 404", "\r\n\r\n"),
            ("GET /ocsp/MEAwPjA8MDowOA== HTTP/1.1", "HTTP/1.1 200", "\r\n\r\ngood"),
            ("POST /ocsp HTTP/1.1\r\nContent-Type: application/ocsp-request", "HTTP/1.1 200", "good"),
            ("POST /ocsp HTTP/1.1\r\ncontent-type: text/plain", "HTTP/1.1 400", "\r\n\r\n"),
            ("GET /moved HTTP/1.1", "HTTP/1.1 302", "location: /file\r\n\r\n"),
            ("GET /cut HTTP/1.1", "HTTP/1.1 200 \r\ncontent-length: 6", "\r\n\r\nabc"),
            ("POST /busy HTTP/1.1", "HTTP/1.1 503", "\r\n\r\n"),
            ("GET /large HTTP/1.1", "HTTP/1.1 200 \r\ncontent-length: 1099511627776", "\r\n\r\n"),
            ("GET /garbage HTTP/1.1", "220 ", "\r\n\r\n"),
        ] {
            let answer = ask(&publisher, request).await;
            assert!(answer.starts_with(begins) && answer.ends_with(ends), "{request}: {answer:?}");
        }
    }
}
