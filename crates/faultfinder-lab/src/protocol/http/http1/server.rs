//! The HTTP/1 server: reads a request, plays a script, and reads the next one if the script leaves it the connection.

use super::Request;
use crate::peer::{self, Wire};
use crate::protocol::http::script::Script;
use crate::{Lab, LabError};
use std::net::SocketAddr;
use std::sync::Arc;

/// The script that answers a request. Not generic: a server for each would be a large part of the program.
pub(crate) type Answering<'a> = dyn Fn(&Request) -> Script + Send + Sync + 'a;

/// Serves every connection with the scripts that `answer` chooses.
pub(crate) fn serve(
    lab: &Lab,
    answer: impl Fn(&Request) -> Script + Send + Sync + 'static,
) -> Result<SocketAddr, LabError> {
    serve_by(lab, Arc::new(answer))
}

fn serve_by(lab: &Lab, answer: Arc<Answering<'static>>) -> Result<SocketAddr, LabError> {
    peer::tcp(lab, move |stream| {
        let answer = Arc::clone(&answer);
        async move { converse(stream, &*answer).await }
    })
}

/// Answers the requests of one connection.
pub(crate) async fn converse<S: Wire>(stream: S, answer: &Answering<'_>) {
    let mut open = Some(stream);
    let mut earlier = 0;
    while let Some(mut stream) = open.take() {
        let Some(request) = Request::read(&mut stream, earlier).await else { return };
        open = answer(&request).play(stream).await;
        earlier += 1;
    }
}
