//! DNS over UDP: one address for every name.

use anyhow::Result;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

/// Length of the header, in bytes (RFC 1035 section 4.1.1).
const HEADER_BYTES: usize = 12;

/// An A record for the name at offset 12, with 192.0.2.1.
const RECORD: &[u8] = &[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];

/// OPT: 1232 bytes over UDP, no flags and no options (RFC 6891 section 6.1.2).
const OPT: &[u8] = &[0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0];

/// Answers all queries.
pub(super) async fn serve() -> Result<SocketAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = socket.local_addr()?;
    tokio::spawn(async move {
        let mut query = [0; 1500];
        loop {
            // A client that is gone shows as an error of the next call.
            let Ok((count, client)) = socket.recv_from(&mut query).await else { continue };
            if let Some(answer) = answer(query.get(..count).unwrap_or_default()) {
                let _ = socket.send_to(&answer, client).await;
            }
        }
    });
    Ok(address)
}

/// The response to a query with one question.
fn answer(query: &[u8]) -> Option<Vec<u8>> {
    let mut end = HEADER_BYTES;
    while let Some(length) = query.get(end).copied().filter(|length| *length > 0) {
        end += usize::from(length) + 1;
    }
    // Behind the root's label: type and class.
    let question = query.get(HEADER_BYTES..end + 5)?;
    let has_opt = query.get(11).is_some_and(|count| *count > 0);
    let mut answer = Vec::with_capacity(512);
    answer.extend_from_slice(query.get(..2)?);
    // A response without an error, recursion available, RD as in the query; one question, one answer.
    answer.extend_from_slice(&[0x80 | (query.get(2)? & 1), 0x80, 0, 1, 0, 1, 0, 0, 0, u8::from(has_opt)]);
    answer.extend_from_slice(question);
    answer.extend_from_slice(RECORD);
    if has_opt {
        answer.extend_from_slice(OPT);
    }
    Some(answer)
}
