//! A server with prepared responses.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;

/// Sends the response of a number to a request whose path is that number, and closes the connection.
pub(super) fn serve(responses: Vec<Vec<u8>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let responses = Arc::new(responses);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let responses = Arc::clone(&responses);
            std::thread::spawn(move || answer(stream, &responses));
        }
    });
    port
}

fn answer(mut stream: TcpStream, responses: &[Vec<u8>]) {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(count @ 1..) => head.extend(&chunk[..count]),
            Ok(0) | Err(_) => return,
        }
    }
    let number = String::from_utf8_lossy(&head).split(['/', ' ']).find_map(|word| word.parse::<usize>().ok());
    // The client closes when it has read enough.
    let _ = stream.write_all(&responses[number.unwrap_or_default()]);
    let _ = stream.shutdown(Shutdown::Write);
    while matches!(stream.read(&mut chunk), Ok(1..)) {}
}
