//! The definitions of the lab as files, so that `run` can be tried on them.

use crate::exit::Failure;
use crate::output::{Output, note};
use faultfinder_lab::Exhibit;
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};
use std::path::Path;

/// Writes one file per protocol.
pub(super) fn write(folder: &Path, exhibits: &[Exhibit]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::usage(format!("{}: cannot be made: {error}", folder.display())))?;
    for protocol in Protocol::ALL {
        let of_protocol = exhibits.iter().filter(|exhibit| exhibit.protocol == protocol);
        // One that is refused when it is read would keep the whole file from being run.
        let (tests, refused): (Vec<&Exhibit>, Vec<&Exhibit>) = of_protocol.partition(|exhibit| runs(exhibit));
        for exhibit in refused {
            note(&format!("left out {}: it is refused when it is read, as it should be", exhibit.id));
        }
        let tests: Vec<&Value> = tests.into_iter().map(|exhibit| &exhibit.definition).collect();
        if tests.is_empty() {
            continue;
        }
        let count = tests.len();
        let text = serde_json::to_string_pretty(&json!({"version": 1, "tests": tests}))
            .map_err(|error| Failure::ourselves("cannot write the definitions", &error))?;
        let path = folder.join(format!("{protocol}.json"));
        let mut output = Output::open(Some(&path))?;
        output.write(&format!("{text}\n"))?;
        output.close()?;
        note(&format!(
            "wrote {} with {}",
            path.display(),
            crate::diagnostics::plural(count, "test", "tests")
        ));
    }
    Ok(())
}

/// Whether the definition can be read and run, whatever comes of it.
fn runs(exhibit: &Exhibit) -> bool {
    crate::suite::from_definition(&exhibit.id, &exhibit.definition).is_ok()
}

/// The command that runs `examples/` against the lab; nothing when the scenarios that it needs are not served. Writes
/// the lab's authority beside the definitions.
pub(super) fn examples_command(folder: &Path, exhibits: &[Exhibit]) -> Result<Option<String>, Failure> {
    // Paths in definitions are meant from the folder of their file, which is another one.
    let authority_path = std::path::absolute(folder.join(AUTHORITY))
        .map_err(|error| Failure::usage(format!("{}: cannot be found: {error}", folder.display())))?;
    let Some((variables, authority)) = variables(&authority_path, exhibits) else { return Ok(None) };
    let mut output = Output::open(Some(&authority_path))?;
    output.write(&authority)?;
    output.close()?;
    let options: Vec<String> =
        variables.iter().map(|(name, value)| format!("--var {name}={value}")).collect();
    Ok(Some(format!("faultfinder run examples --exclude shop {}", options.join(" "))))
}

/// The file of the lab's authority.
const AUTHORITY: &str = "ca.pem";

/// The variables of the examples, and the PEM of the lab's authority.
fn variables(authority_path: &Path, exhibits: &[Exhibit]) -> Option<(Vec<(&'static str, String)>, String)> {
    let definition =
        |id: &str| exhibits.iter().find(|exhibit| exhibit.id == id).map(|exhibit| &exhibit.definition);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let http = definition("http1/ok")?.pointer("/http/url").map(text)?;
    let http = http.trim_end_matches('/');
    let (tcp_host, tcp_port) = http.strip_prefix("http://")?.split_once(':')?;
    let ssl = definition("tls-cert/ok")?.get("ssl")?;
    let (ssl_host, ssl_port) = (text(ssl.get("host")?), text(ssl.get("port")?));
    let authority = text(ssl.pointer("/ca/0")?);
    let udp = definition("udp/ok-echo")?.get("udp")?;
    let ws = definition("websocket/ok-text")?.pointer("/ws/url").map(text)?;
    // This name server knows one name, with an address on loopback.
    let named = definition("http1/dns-ok")?.get("http")?;
    let resolver = named.get("resolver")?;
    let url = text(named.get("url")?);
    let name = url.strip_prefix("http://")?.split([':', '/']).next()?;
    let grpc = definition("grpc/unary")?.get("grpc")?;
    let variables = vec![
        ("GRPC_HOST", text(grpc.get("host")?)),
        ("GRPC_PORT", text(grpc.get("port")?)),
        ("HTTP", http.to_owned()),
        ("HTTPS", format!("https://{ssl_host}:{ssl_port}")),
        ("CA", authority_path.display().to_string()),
        ("SSL_HOST", ssl_host),
        ("SSL_PORT", ssl_port),
        ("TCP_HOST", tcp_host.to_owned()),
        ("TCP_PORT", tcp_port.split('/').next()?.to_owned()),
        ("UDP_HOST", text(udp.get("host")?)),
        ("UDP_PORT", text(udp.get("port")?)),
        ("WS", ws),
        ("DNS_SERVER", text(resolver.get("server")?)),
        ("DNS_PORT", text(resolver.get("port")?)),
        ("DNS_NAME", name.to_owned()),
        ("ICMP_HOST", std::net::Ipv4Addr::LOCALHOST.to_string()),
    ];
    Some((variables, authority))
}
