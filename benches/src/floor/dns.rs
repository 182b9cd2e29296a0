//! DNS over UDP: one question from a socket of its own.

use crate::server::NAME;
use anyhow::{Result, ensure};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

/// Type A, class IN; then OPT with 1232 bytes over UDP (RFC 6891 section 6.1.2).
const BEHIND_NAME: &[u8] = &[0, 0, 1, 0, 1, 0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0];

/// Asks for the address of a name.
pub(super) async fn ask(target: SocketAddr, number: usize) -> Result<()> {
    // The id only has to come back.
    let [high, low] = u16::try_from(number % 65_536)?.to_be_bytes();
    let mut query = vec![high, low, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    for label in format!("host-{number}.{NAME}").split('.') {
        query.push(u8::try_from(label.len())?);
        query.extend_from_slice(label.as_bytes());
    }
    query.extend_from_slice(BEHIND_NAME);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    socket.connect(target).await?;
    socket.send(&query).await?;
    let mut answer = [0; 1500];
    let count = socket.recv(&mut answer).await?;
    let answer = answer.get(..count).unwrap_or_default();
    let head = answer.first_chunk::<8>();
    // A response without an error, with one answer.
    let is_right =
        head.is_some_and(|head| matches!(head, [a, b, 0x81, 0x80, _, _, 0, 1] if [*a, *b] == [high, low]));
    ensure!(is_right, "the response is not the expected one");
    Ok(())
}
