//! Do the name servers answer?

use super::Finding;
use faultfinder_net::Vantage;
use faultfinder_net::dns::{Query, QueryOptions, exchange};
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::{RecordType, Transport};
use futures_util::future::join_all;
use std::net::SocketAddr;
use std::time::Duration;

const NAME: &str = "resolver";

/// How long each is waited for: two tries.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks each for the servers of the root, which every resolver knows.
pub(super) async fn check(vantage: &Vantage, own: Option<SocketAddr>) -> Finding {
    let servers = match own {
        Some(server) => vec![server],
        None => match vantage.resolver().servers() {
            Ok(servers) => servers.to_vec(),
            Err(fault) => return unconfigured(&fault.message),
        },
    };
    if servers.is_empty() {
        return unconfigured("the resolver of this host cannot be used: it has no server");
    }
    let asked = servers.iter().map(|server| async move { (*server, ask(vantage, *server).await) });
    judge(&join_all(asked).await)
}

/// Why a server is of no use; nothing when it answers.
async fn ask(vantage: &Vantage, server: SocketAddr) -> Option<String> {
    let query = match Query::new(".", RecordType::NS, &QueryOptions::default(), "name") {
        Ok(query) => query,
        Err(fault) => return Some(fault.message),
    };
    let asking = exchange(vantage, server, Transport::Udp, &query, None);
    match tokio::time::timeout(PATIENCE, asking).await {
        Err(_) => Some(format!("does not answer within {} s", PATIENCE.as_secs())),
        Ok(Err(failed)) => Some(told(&failed.into_fault(&query))),
        // A server of one zone alone refuses what is not its own, and is of no use for the rest.
        Ok(Ok(exchange)) => {
            let rcode = exchange.answer.rcode;
            (rcode.number() != 0).then(|| format!("answers with {}", rcode.mnemonic()))
        }
    }
}

fn told(fault: &Fault) -> String {
    format!("fails: {}", fault.message)
}

fn judge(answers: &[(SocketAddr, Option<String>)]) -> Finding {
    let listed = |of: &dyn Fn(&Option<String>) -> bool| {
        let each = answers.iter().filter(|(_, why)| of(why)).map(|(server, why)| match why {
            None => server.to_string(),
            Some(why) => format!("{server} {why}"),
        });
        each.collect::<Vec<_>>()
    };
    let (good, bad) = (listed(&Option::is_none), listed(&Option::is_some));
    if bad.is_empty() {
        return Finding::ok(NAME, format!("{} answered", good.join(", ")));
    }
    if good.is_empty() {
        let todo = "if this host is offline, go online or test addresses; else check /etc/resolv.conf and the firewall, \
                    or set `resolver` in tests";
        return Finding::warning(NAME, format!("no name server can be used: {}", bad.join("; ")), todo);
    }
    let found = format!("{} answered, but {}", good.join(", "), bad.join("; "));
    Finding::warning(NAME, found, "remove it from /etc/resolv.conf or fix it: it delays name resolution")
}

fn unconfigured(why: &str) -> Finding {
    let todo = "add a server to /etc/resolv.conf, or set `resolver` in tests";
    Finding::warning(NAME, why, todo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::Status;

    #[test]
    fn each_server_is_told_with_what_became_of_it() {
        let (one, other) = ("192.0.2.1:53".parse().unwrap(), "192.0.2.2:53".parse().unwrap());
        let silent = || Some("does not answer within 2 s".to_owned());
        let finding = judge(&[(one, None), (other, None)]);
        assert_eq!(
            (finding.status, finding.found.as_str()),
            (Status::Ok, "192.0.2.1:53, 192.0.2.2:53 answered")
        );
        let finding = judge(&[(one, None), (other, silent())]);
        assert_eq!(finding.status, Status::Warning);
        assert_eq!(finding.found, "192.0.2.1:53 answered, but 192.0.2.2:53 does not answer within 2 s");
        let finding = judge(&[(one, silent())]);
        assert_eq!(finding.status, Status::Warning);
        assert!(finding.todo.unwrap().starts_with("if this host is offline"));
    }
}
