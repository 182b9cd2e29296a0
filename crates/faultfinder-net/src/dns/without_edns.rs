//! Which name servers do not accept EDNS.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a server is asked without EDNS before it is asked with it again: it, or a firewall, may have been fixed.
const KEPT: Duration = Duration::from_secs(300);
/// Most servers that are remembered; when there are more, the one that was found first is forgotten.
const SERVERS_MAX: usize = 16;

/// Name servers that answered only without EDNS, each with the warning about it: a firewall that drops EDNS would
/// otherwise hold up every lookup by a second.
#[derive(Debug, Default)]
pub(super) struct WithoutEdns(Mutex<Vec<Known>>);

#[derive(Debug)]
struct Known {
    server: SocketAddr,
    since: Instant,
    warning: String,
}

impl WithoutEdns {
    /// The warning about a server that is asked without EDNS; nothing for one that is asked with it.
    pub(super) fn warning(&self, server: SocketAddr) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_meant = |known: &&Known| known.server == server && known.since.elapsed() < KEPT;
        known.iter().find(is_meant).map(|known| known.warning.clone())
    }

    /// Remembers a server that answered without EDNS only.
    pub(super) fn add(&self, server: SocketAddr, warning: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|known| known.server != server);
        if known.len() >= SERVERS_MAX {
            known.remove(0);
        }
        known.push(Known { server, since: Instant::now(), warning });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_server_is_remembered_for_a_while_and_not_more_than_some() {
        let known = WithoutEdns::default();
        let server = |port: u16| SocketAddr::from(([192, 0, 2, 1], port));
        known.add(server(0), "old".to_owned());
        tokio::time::advance(KEPT - Duration::from_secs(1)).await;
        assert_eq!(known.warning(server(0)).as_deref(), Some("old"));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(known.warning(server(0)), None);
        for port in 0..=u16::try_from(SERVERS_MAX).unwrap() {
            known.add(server(port), port.to_string());
        }
        assert_eq!(known.warning(server(0)), None);
        assert_eq!(known.warning(server(1)).as_deref(), Some("1"));
    }
}
