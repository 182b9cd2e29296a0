//! A name server that has the same records for every name (RFC 1035 section 4.1).

use tokio::net::UdpSocket;

/// The bytes in front of the question.
const HEADER_BYTES: usize = 12;

/// Types of records, and their numbers.
const TYPES: &[(&str, u16)] = &[("A", 1), ("NS", 2)];

/// Answers every question that comes.
pub(super) async fn serve(socket: UdpSocket, records: &'static [(&'static str, &'static str)]) {
    let mut datagram = [0; 2048];
    while let Ok((length, client)) = socket.recv_from(&mut datagram).await {
        let _ = socket.send_to(&answer(&datagram[..length], records), client).await;
    }
}

fn answer(query: &[u8], records: &[(&str, &str)]) -> Vec<u8> {
    let mut end = HEADER_BYTES;
    while query[end] != 0 {
        end += usize::from(query[end]) + 1;
    }
    let asked = u16::from_be_bytes([query[end + 1], query[end + 2]]);
    let known = TYPES.iter().find(|(_, number)| *number == asked).map(|(name, _)| *name);
    let values: Vec<_> = records.iter().filter(|(kind, _)| Some(*kind) == known).collect();
    let mut answer = query[..2].to_vec();
    answer.extend([0x85, 0x80, 0, 1, 0, byte(values.len()), 0, 0, 0, 0]);
    answer.extend(&query[HEADER_BYTES..end + 5]);
    for (kind, value) in values {
        let data = data(kind, value);
        // The name of the question, the type, the class, a minute to live, and the length.
        answer.extend([0xc0, byte(HEADER_BYTES)]);
        answer.extend(asked.to_be_bytes());
        answer.extend([0, 1, 0, 0, 0, 60, 0, byte(data.len())]);
        answer.extend(data);
    }
    answer
}

fn data(kind: &str, value: &str) -> Vec<u8> {
    if kind == "A" {
        return value.split('.').map(|part| part.parse().unwrap()).collect();
    }
    let labels = value.split('.').flat_map(|label| [&[byte(label.len())], label.as_bytes()].concat());
    labels.chain([0]).collect()
}

fn byte(length: usize) -> u8 {
    u8::try_from(length).unwrap()
}
