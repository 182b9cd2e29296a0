//! The peers of a row, started, and where they are.

use super::http1;
use super::http2;
use super::names;
use super::world::{Certificate, World};
use faultfinder_lab::pki::{Authority, DAY, Identity, Key, Server, Template, after, before};
use faultfinder_lab::{Lab, peer, scenarios};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpStream, UdpSocket};

/// The names of the TLS server's certificate: the one that definitions give as `servername`, and its address for others.
const NAMES: &[&str] = &["datadoghq.com", "127.0.0.1"];

/// What exports only name: certificates, keys, and files with both; and uploads.
const CERTIFICATES: &[&str] = &["Provided in Terraform config", "cert-filename"];
const KEYS: &[&str] = &["key", "key-updated", "key-filename"];
const BOTH: &[&str] = &["filename_example"];
/// An upload of 28 bytes, as the exports have it.
pub(super) const UPLOAD: (&str, &str) = ("file.txt", "the content that was dropped");

/// Where the peers are.
pub(super) struct Places {
    pub http: SocketAddr,
    pub https: SocketAddr,
    pub proxy: SocketAddr,
    pub dns: SocketAddr,
    pub tls: SocketAddr,
    pub tcp: SocketAddr,
    pub udp: SocketAddr,
    /// A WebSocket's address and path.
    pub socket: String,
    /// How many tunnels the proxy has opened.
    pub tunnels: Arc<AtomicUsize>,
}

/// Starts the peers in the current tokio runtime.
pub(super) fn start(lab: &Lab, world: World) -> Places {
    let http = peer::tcp(lab, move |stream| plain(stream, world)).unwrap();
    let mut server = Server::new(lab.pki().good()).unwrap().alpn(world.alpn);
    if world.wants_certificate {
        server = server.clients(lab.pki().root(), lab.now());
    }
    let https = peer::tls(lab, server.config().unwrap(), move |stream| async move {
        match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => http2::converse(stream, world).await,
            _ => http1::converse(stream, world).await,
        }
    });
    let tls = identity(lab, world.certificate).server_config(&[]).unwrap();
    let tls = peer::tls(lab, tls, |mut stream| async move { peer::drain(&mut stream).await }).unwrap();
    let tcp = if world.listens { http } else { peer::closed_tcp(lab).unwrap() };
    let (names, dns) = lab.bind_udp().unwrap();
    lab.spawn(names::serve(names, world.records));
    let (datagrams, udp) = lab.bind_udp().unwrap();
    lab.spawn(send_back(datagrams, world.datagram));
    let socket = lab.start(&scenarios(), Some(world.socket)).unwrap().swap_remove(0);
    let socket = socket.definition["ws"]["url"].as_str().and_then(|url| url.strip_prefix("ws://")).unwrap();
    let socket = socket.to_owned();
    let tunnels = Arc::default();
    let proxy = proxy(lab, world.proxy_needs, Arc::clone(&tunnels));
    Places { http, https: https.unwrap(), proxy, dns, tls, tcp, udp, socket, tunnels }
}

/// What exports name and do not have, in a folder.
pub(super) fn write_material(lab: &Lab, folder: &Path) {
    let client = lab.pki().client().unwrap();
    let (certificate, key) = (client.certificate_pem(), client.key_pem());
    let both = format!("{certificate}{key}");
    for (names, content) in
        [(CERTIFICATES, &certificate), (KEYS, &key), (BOTH, &both), (&[UPLOAD.0][..], &UPLOAD.1.to_owned())]
    {
        for name in names {
            std::fs::write(folder.join(name), content).unwrap();
        }
    }
}

fn identity(lab: &Lab, certificate: Certificate) -> Identity {
    let days = u32::try_from(certificate.days).unwrap();
    let template =
        Template::server(lab.now(), NAMES).valid(before(lab.now(), DAY), after(lab.now(), DAY * days));
    if !certificate.is_self_signed {
        return lab.pki().issuing().issue(&template).unwrap();
    }
    let authority = Authority::root(&template, Key::ec().unwrap()).unwrap();
    Identity { chain: vec![authority.certificate().clone()], key: Arc::clone(authority.key()) }
}

/// Speaks the version of HTTP without TLS that the client begins with.
async fn plain(stream: TcpStream, world: World) {
    let mut first = [0; 3];
    match stream.peek(&mut first).await {
        Ok(3) if &first == b"PRI" => http2::converse(stream, world).await,
        Ok(3) => http1::converse(stream, world).await,
        _ => {}
    }
}

/// Answers datagrams with a text, or with themselves.
async fn send_back(socket: UdpSocket, text: Option<&str>) {
    let mut datagram = [0; 2048];
    while let Ok((length, client)) = socket.recv_from(&mut datagram).await {
        let answer = text.map_or(&datagram[..length], str::as_bytes);
        let _ = socket.send_to(answer, client).await;
    }
}

/// A proxy over TLS that opens tunnels for who sends what it needs.
fn proxy(lab: &Lab, needs: &'static [&'static str], tunnels: Arc<AtomicUsize>) -> SocketAddr {
    let config = lab.pki().server_config(&["http/1.1"]).unwrap();
    let serve = move |stream| tunnel(stream, needs, Arc::clone(&tunnels));
    peer::tls(lab, config, serve).unwrap()
}

async fn tunnel(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    needs: &'static [&'static str],
    tunnels: Arc<AtomicUsize>,
) {
    let Some(asked) = http1::request(&mut stream, &mut Vec::new()).await else { return };
    let is_good = asked.method == "CONNECT" && asked.lacks(needs).is_none();
    let target = if is_good { TcpStream::connect(&asked.path).await.ok() } else { None };
    let Some(mut target) = target else {
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await;
        return;
    };
    tunnels.fetch_add(1, Ordering::SeqCst);
    if stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.is_ok() && stream.flush().await.is_ok() {
        let _ = copy_bidirectional(&mut stream, &mut target).await;
    }
}
