//! TCP: connections that the client ends.

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// Reads until the client closes the connection.
pub(super) async fn hold(mut stream: TcpStream) {
    let mut chunk = [0; 512];
    while stream.read(&mut chunk).await.is_ok_and(|count| count > 0) {}
}
