//! Connections over a Unix domain socket of this host: nothing is resolved, and the target keeps its name.

use crate::stream::Tunneled;
use crate::wire::{Opening, Way, Wire};
use crate::{ClientOptions, Stream, Trace, Vantage, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Errno, Fault, Phase};
use std::io;
use std::path::{Path, PathBuf};

/// Longest path of a socket, in bytes: the kernel keeps 108 with the final zero on Linux (unix(7)), 104 elsewhere.
pub const UNIX_PATH_BYTES_MAX: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The field that names the socket.
const FIELD: &str = "unix_socket";

/// Opens a connection to the socket at a path, in the connect phase.
///
/// # Errors
///
/// `CONNREFUSED` when there is no such socket, nobody listens on it, or its queue is full; `INTERNAL_ERROR` when this process may
/// not use it; `INVALID_REQUEST` when it is something else than a stream socket.
pub async fn connect_unix(path: &Path, trace: &mut Trace) -> Result<Stream, Fault> {
    trace.enter(Phase::Connect);
    let wire = open(path).await.map_err(|error| unreached(path, &error))?;
    let way = Box::new(Socket(path.to_owned()));
    Ok(Stream::Tunnel(Box::new(Tunneled { wire: Box::new(wire), way })))
}

/// What it takes to connect again.
#[derive(Debug)]
struct Socket(PathBuf);

impl Way for Socket {
    fn again<'a>(&'a self, _: &'a Vantage, _: &'a ClientOptions) -> Opening<'a> {
        Box::pin(async { open(&self.0).await.ok().map(|stream| Box::new(stream) as Box<dyn Wire>) })
    }
}

#[cfg(unix)]
async fn open(path: &Path) -> io::Result<tokio::net::UnixStream> {
    tokio::net::UnixStream::connect(path).await
}

#[cfg(not(unix))]
async fn open(_: &Path) -> io::Result<tokio::net::TcpStream> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether there is something else than a socket.
fn is_other(path: &Path) -> bool {
    #[cfg(unix)]
    let is_socket = |kind: std::fs::FileType| std::os::unix::fs::FileTypeExt::is_socket(&kind);
    #[cfg(not(unix))]
    let is_socket = |_: std::fs::FileType| false;
    std::fs::metadata(path).is_ok_and(|metadata| !is_socket(metadata.file_type()))
}

fn unreached(path: &Path, error: &io::Error) -> Fault {
    let shown = path.display();
    let refused = |errno: Errno, why: &str, hints: &[&str]| {
        let message = format!("cannot connect to the socket {shown}: {why}");
        let fault = Fault::new(Code::ConnRefused, Phase::Connect, Detail::errno(errno), message);
        advised(fault, hints)
    };
    let invalid = |name: &str, message: String| {
        Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, FIELD), message)
    };
    let fault = match error.kind() {
        io::ErrorKind::Unsupported => {
            invalid("ERR_FEATURE_UNAVAILABLE", "this system has no Unix sockets".to_owned())
        }
        _ if is_other(path) => invalid("not_a_socket", format!("{shown} is not a socket")),
        io::ErrorKind::NotFound => refused(
            Errno::NoEnt,
            "there is no such file",
            &[
                "check that the service runs: it makes its socket when it starts",
                "check the path: a relative one begins at the folder of the definition",
            ],
        ),
        io::ErrorKind::ConnectionRefused => refused(
            Errno::ConnRefused,
            "nobody listens on it",
            &["check that the service runs: the socket may be left over from one that has ended"],
        ),
        io::ErrorKind::WouldBlock => refused(
            Errno::ConnRefused,
            "its queue of connections is full",
            &["the service does not accept connections as fast as they come: check its load"],
        ),
        io::ErrorKind::PermissionDenied => {
            let message = format!("this process may not use the socket {shown}: permission denied");
            let detail = Detail::errno(Errno::Acces);
            let fault = Fault::new(Code::InternalError, Phase::Connect, detail, message);
            advised(
                fault,
                &["let the user of Faultfinder write to the socket, and enter the folders above it"],
            )
        }
        _ if is_of_another_kind(error) => {
            invalid("not_a_socket", format!("{shown} is a socket for datagrams, not for connections"))
        }
        _ => transport_fault(error, Phase::Connect, &format!("connect to the socket {shown}")),
    };
    fault.with(FIELD, shown.to_string())
}

/// The fault with this advice alone: that of its code is about hosts and ports.
fn advised(mut fault: Fault, hints: &[&str]) -> Fault {
    fault.hints = hints.iter().map(|hint| (*hint).to_owned()).collect();
    fault
}

/// Whether the socket is not one for streams.
fn is_of_another_kind(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EPROTOTYPE)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::net::{UnixDatagram, UnixListener};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn a_socket_that_cannot_be_used_is_a_fault_that_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        drop(UnixListener::bind(at("left")).unwrap());
        let _datagrams = UnixDatagram::bind(at("datagrams")).unwrap();
        std::fs::write(at("file"), "").unwrap();
        for (name, code, detail, words) in [
            ("missing", Code::ConnRefused, "ENOENT", "there is no such file"),
            ("left", Code::ConnRefused, "ECONNREFUSED", "nobody listens on it"),
            ("file", Code::InvalidRequest, "not_a_socket", "is not a socket"),
            (".", Code::InvalidRequest, "not_a_socket", "is not a socket"),
            ("datagrams", Code::InvalidRequest, "not_a_socket", "for datagrams"),
        ] {
            let fault = connect_unix(&at(name), &mut Trace::start()).await.unwrap_err();
            assert_eq!((fault.code, fault.detail.name()), (code, detail), "{name}: {}", fault.message);
            assert!(fault.message.contains(words), "{name}: {}", fault.message);
            assert!(!fault.hints.iter().any(|hint| hint.contains("firewall")), "{name}: {:?}", fault.hints);
        }
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn a_full_queue_is_the_targets_fault() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let listener = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None).unwrap();
        listener.bind(&socket2::SockAddr::unix(&path).unwrap()).unwrap();
        // The shortest queue has room for one connection (unix(7)), which nobody accepts.
        listener.listen(0).unwrap();
        let _first = connect_unix(&path, &mut Trace::start()).await.unwrap();
        let fault = connect_unix(&path, &mut Trace::start()).await.unwrap_err();
        assert_eq!(
            (fault.code, fault.phase, fault.detail.name()),
            (Code::ConnRefused, Phase::Connect, "ECONNREFUSED")
        );
        assert!(fault.message.ends_with("its queue of connections is full"), "{}", fault.message);
        assert_eq!(fault.blame, faultfinder_taxonomy::Blame::Target);
        assert!(fault.hints[0].contains("check its load"), "{:?}", fault.hints);
    }

    #[tokio::test]
    async fn bytes_go_both_ways_and_the_way_leads_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let peer = tokio::spawn(async move {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut bytes = [0; 2];
                stream.read_exact(&mut bytes).await.unwrap();
                stream.write_all(&bytes).await.unwrap();
            }
        });
        let mut stream = connect_unix(&path, &mut Trace::start()).await.unwrap();
        let mut bytes = [0; 2];
        stream.write_all(b"hi").await.unwrap();
        stream.read_exact(&mut bytes).await.unwrap();
        let Stream::Tunnel(tunnel) = &stream else { panic!("{stream:?}") };
        let options = ClientOptions::default();
        let mut again = tunnel.way.again(&Vantage::system(), &options).await.unwrap();
        again.write_all(&bytes).await.unwrap();
        again.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"hi");
        peer.await.unwrap();
    }
}
