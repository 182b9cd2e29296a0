//! The floor: a bare loop that moves the same bytes and does nothing else.

mod dns;
mod grpc;
mod http;
mod tcp;
mod ws;

use crate::batch::batch;
use crate::greeting::Greeting;
use crate::kind::Kind;
use anyhow::{Result, bail};

pub(crate) use http::{connector, plain, tls};

/// Runs the floor of a kind in this process: so many runs, so many of them in flight.
pub(crate) async fn run(kind: Kind, greeting: &Greeting, runs: usize, concurrency: usize) -> Result<()> {
    let target = |number| greeting.target(kind, number);
    match kind {
        Kind::Http => batch(runs, concurrency, async |number| plain(target(number)?, number).await).await,
        Kind::Https => {
            let connector = connector(&greeting.root)?;
            batch(runs, concurrency, async |number| tls(target(number)?, number, &connector).await).await
        }
        Kind::Tcp => batch(runs, concurrency, async |number| tcp::connect(target(number)?).await).await,
        Kind::Dns => batch(runs, concurrency, async |number| dns::ask(target(number)?, number).await).await,
        Kind::Grpc => {
            batch(runs, concurrency, async |number| grpc::check(target(number)?, number).await).await
        }
        Kind::Ws => batch(runs, concurrency, async |number| ws::echo(target(number)?, number).await).await,
        Kind::Icmp => bail!("the floor of ICMP is fping"),
    }
}
