//! The peer that all sides of a comparison talk to, in a process of its own with one thread.
//!
//! Each protocol over TCP is served at [`ADDRESSES`] addresses. The side that closes first keeps the pair of addresses and
//! ports for a minute, and the search for a free port would become part of what is measured if there were only one address.

mod chain; // certificates
mod dns;
mod grpc;
mod http;
mod tcp;
mod ws;

use crate::greeting::Greeting;
use anyhow::{Context as _, Result};
use std::future::Future;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub(crate) use chain::NAME;

/// How many addresses a protocol is served at.
const ADDRESSES: u8 = 64;

/// Serves until standard input ends; prints where, as JSON.
pub(crate) async fn serve() -> Result<()> {
    let greeting = start().await?;
    println!("{}", serde_json::to_string(&greeting)?);
    std::io::stdout().flush()?;
    // The parent holds the other end: when it is gone, so is this process.
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    Ok(())
}

/// Serves as long as the runtime exists.
pub(crate) async fn start() -> Result<Greeting> {
    let chain = chain::Chain::new()?;
    let acceptor = TlsAcceptor::from(chain.config);
    let https = move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                http::answer(stream).await;
            }
        }
    };
    Ok(Greeting {
        http: listen(http::answer).await?,
        https: listen(https).await?,
        tcp: listen(tcp::hold).await?,
        dns: vec![dns::serve().await?],
        grpc: listen(grpc::answer).await?,
        ws: listen(ws::echo).await?,
        root: chain.root_pem,
    })
}

/// Accepts connections at all addresses.
async fn listen<F>(serve: impl Fn(TcpStream) -> F + Clone + Send + 'static) -> Result<Vec<SocketAddr>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut addresses = Vec::new();
    for number in 0..ADDRESSES {
        let host = Ipv4Addr::new(127, 0, 0, number + 2);
        let listener =
            TcpListener::bind((host, 0)).await.with_context(|| format!("cannot listen at {host}"))?;
        addresses.push(listener.local_addr()?);
        let serve = serve.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream));
            }
        });
    }
    Ok(addresses)
}
