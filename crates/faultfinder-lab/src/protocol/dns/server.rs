//! Name servers with scripted answers.

use super::wire::Asked;
use crate::{Lab, LabError, peer};
use std::collections::HashSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

/// What is sent back: any number of datagrams.
pub(crate) type Answers = Vec<Vec<u8>>;

/// How a server behaves on TCP.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tcp {
    /// Nobody listens.
    Closed,
    /// It answers.
    Answers(fn(&Asked<'_>) -> Vec<u8>),
    /// It reads the question and closes.
    Closes,
    /// It reads the question and resets.
    Resets,
    /// It announces a length, and closes after fewer bytes.
    Short,
    /// It reads the question, says these bytes, which are not DNS, and closes.
    Speaks(&'static str),
    /// It reads and stays silent.
    Silent,
}

/// Most bytes of a question.
const QUESTION_BYTES_MAX: usize = 4096;
/// How many clients are remembered by a server that loses their first datagram.
const CLIENTS_MAX: usize = 4096;
/// How often a port is looked for that is free for UDP and TCP alike.
const PORT_TRIES_MAX: usize = 32;

/// A server on UDP alone; the same port is closed for TCP and stays so.
pub(super) fn udp(
    lab: &Lab,
    answer: impl Fn(&Asked<'_>) -> Answers + Send + Sync + 'static,
) -> Result<SocketAddr, LabError> {
    both(lab, answer, Tcp::Closed)
}

/// A server on UDP and TCP.
pub(super) fn both(
    lab: &Lab,
    answer: impl Fn(&Asked<'_>) -> Answers + Send + Sync + 'static,
    tcp: Tcp,
) -> Result<SocketAddr, LabError> {
    both_by(lab, Box::new(answer), tcp)
}

fn both_by(
    lab: &Lab,
    answer: Box<dyn Fn(&Asked<'_>) -> Answers + Send + Sync>,
    tcp: Tcp,
) -> Result<SocketAddr, LabError> {
    let (socket, reserved, address) = pair()?;
    let socket = UdpSocket::from_std(socket.into())?;
    on_tcp(lab, reserved, tcp)?;
    lab.spawn(async move {
        let mut buffer = [0_u8; QUESTION_BYTES_MAX];
        loop {
            // A client that is gone makes the next call fail; that is nobody's business.
            let Ok((length, client)) = socket.recv_from(&mut buffer).await else { continue };
            let Some(asked) = buffer.get(..length).and_then(Asked::read) else { continue };
            for datagram in answer(&asked) {
                let _ = socket.send_to(&datagram, client).await;
            }
        }
    });
    Ok(address)
}

/// A server that answers after a delay.
pub(super) fn slow(
    lab: &Lab,
    delay: Duration,
    answer: fn(&Asked<'_>) -> Vec<u8>,
) -> Result<SocketAddr, LabError> {
    let (socket, address) = lab.bind_udp()?;
    let socket = Arc::new(socket);
    lab.spawn(async move {
        let mut delayed = tokio::task::JoinSet::new();
        let mut buffer = [0_u8; QUESTION_BYTES_MAX];
        loop {
            let Ok((length, client)) = socket.recv_from(&mut buffer).await else { continue };
            let Some(asked) = buffer.get(..length).and_then(Asked::read) else { continue };
            let (datagram, socket) = (answer(&asked), Arc::clone(&socket));
            delayed.spawn(async move {
                tokio::time::sleep(delay).await;
                let _ = socket.send_to(&datagram, client).await;
            });
            while delayed.try_join_next().is_some() {}
        }
    });
    Ok(address)
}

/// A server that loses the first datagram of every client and answers the second.
pub(super) fn forgetful(lab: &Lab, answer: fn(&Asked<'_>) -> Vec<u8>) -> Result<SocketAddr, LabError> {
    let (socket, address) = lab.bind_udp()?;
    lab.spawn(async move {
        let mut seen = HashSet::new();
        let mut buffer = [0_u8; QUESTION_BYTES_MAX];
        loop {
            let Ok((length, client)) = socket.recv_from(&mut buffer).await else { continue };
            let Some(asked) = buffer.get(..length).and_then(Asked::read) else { continue };
            if seen.len() >= CLIENTS_MAX {
                seen.clear();
            }
            if !seen.insert((client, asked.id())) {
                let _ = socket.send_to(&answer(&asked), client).await;
            }
        }
    });
    Ok(address)
}

/// A port on which no UDP socket takes datagrams: it is bound, so that nobody else gets it, and connected elsewhere, so
/// that the kernel refuses everybody.
pub(super) fn closed(lab: &Lab) -> Result<SocketAddr, LabError> {
    let (socket, address) = lab.bind_udp()?;
    socket2::SockRef::from(&socket).connect(&SocketAddr::from((Ipv4Addr::LOCALHOST, 9)).into())?;
    lab.spawn(async move {
        let _socket = socket;
        std::future::pending::<()>().await;
    });
    Ok(address)
}

/// A UDP socket, and a TCP socket that is bound to the same port and does not listen yet.
fn pair() -> Result<(socket2::Socket, socket2::Socket, SocketAddr), LabError> {
    let mut refused = None;
    for _ in 0..PORT_TRIES_MAX {
        let udp = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None)?;
        udp.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        udp.set_nonblocking(true)?;
        let Some(address) = udp.local_addr()?.as_socket() else { continue };
        let tcp = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
        match tcp.bind(&address.into()) {
            Ok(()) => return Ok((udp, tcp, address)),
            Err(error) => refused = Some(error),
        }
    }
    Err(LabError::Socket(refused.unwrap_or_else(|| io::ErrorKind::AddrInUse.into())))
}

fn on_tcp(lab: &Lab, socket: socket2::Socket, tcp: Tcp) -> Result<(), LabError> {
    if matches!(tcp, Tcp::Closed) {
        lab.spawn(async move {
            let _reserved = socket;
            std::future::pending::<()>().await;
        });
        return Ok(());
    }
    socket.listen(1024)?;
    socket.set_nonblocking(true)?;
    let listener = TcpListener::from_std(socket.into())?;
    lab.spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            connections.spawn(serve(stream, tcp));
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(())
}

async fn serve(mut stream: TcpStream, tcp: Tcp) {
    let Some(question) = read(&mut stream).await else { return };
    let Some(asked) = Asked::read(&question) else { return };
    match tcp {
        Tcp::Answers(answer) => {
            let message = answer(&asked);
            let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
            let _ = stream.write_all(&[&length.to_be_bytes()[..], &message].concat()).await;
            peer::drain(&mut stream).await;
        }
        Tcp::Short => {
            let _ = stream.write_all(&[&[0x02, 0x00][..], &asked.answer(&[])].concat()).await;
        }
        Tcp::Speaks(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
        }
        Tcp::Silent => peer::drain(&mut stream).await,
        Tcp::Resets => peer::reset(stream),
        Tcp::Closes | Tcp::Closed => {}
    }
}

async fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let length = usize::from(stream.read_u16().await.ok()?);
    let mut question = vec![0_u8; length.min(QUESTION_BYTES_MAX)];
    stream.read_exact(&mut question).await.ok()?;
    Some(question)
}
