//! Devices, addresses, routes and rules, by the programs `ip` and `nft`.

use super::address::{BEHIND, HOME_V4, HOME_V6};
use super::plan::{Chain, Network, NetworkError};
use nix::net::if_::InterfaceFlags;
use std::io::Write as _;
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The device that packets to distant hosts leave by.
pub(super) const NEAR: &str = "near";
/// Its other end, where the router reads them.
pub(super) const FAR: &str = "far";

/// How often it is looked whether the devices are running.
const READY_LOOKS_MAX: u32 = 2500;
/// How long it is waited between looks.
const READY_TICK: Duration = Duration::from_millis(2);

/// Makes the network in the namespace of the calling thread.
pub(super) fn make(network: &Network) -> Result<(), NetworkError> {
    let ipv6 = has_ipv6();
    devices(ipv6)?;
    ready()?;
    if ipv6 {
        home_v6_ready()?;
    }
    // Answers may come from anywhere, and what is forwarded arrives at 127.0.0.1.
    for name in ["net.ipv4.conf.all.rp_filter", "net.ipv4.conf.near.rp_filter"] {
        set(name, "0")?;
    }
    for name in ["net.ipv4.conf.all.route_localnet", "net.ipv4.conf.near.route_localnet"] {
        set(name, "1")?;
    }
    for (name, value) in &network.settings {
        set(name, value)?;
    }
    routes(network)?;
    rules(network)
}

/// Loopback, and a pair of devices without neighbors: every frame reaches the other end, whatever its destination.
fn devices(ipv6: bool) -> Result<(), NetworkError> {
    let mut script = format!(
        "link set lo up\n\
         link add {NEAR} type veth peer name {FAR}\n\
         link set {NEAR} arp off mtu 1500 gso_max_segs 1\n\
         link set {FAR} arp off mtu 1500\n\
         link set {FAR} up\n\
         link set {NEAR} up\n\
         addr add {HOME_V4}/32 dev {NEAR}\n"
    );
    if ipv6 {
        script.push_str(&format!("addr add {HOME_V6}/128 dev {NEAR} nodad\n"));
    }
    for prefix in BEHIND.iter().filter(|prefix| ipv6 || !prefix.contains("::")) {
        let source = if prefix.contains("::") { HOME_V6.to_string() } else { HOME_V4.to_string() };
        script.push_str(&format!("route add {prefix} dev {NEAR} src {source}\n"));
    }
    feed("ip", &["-batch", "-"], &script)
}

/// Waits until both devices are running. The end that came up first learns only a moment later, from the kernel's own work,
/// that it is connected, and drops everything until then.
fn ready() -> Result<(), NetworkError> {
    for _ in 0..READY_LOOKS_MAX {
        let devices = nix::ifaddrs::getifaddrs()
            .map_err(|errno| NetworkError::Setup(format!("no list of devices: {}", errno.desc())))?;
        let running = devices
            .filter(|device| device.flags.contains(InterfaceFlags::IFF_RUNNING))
            .map(|device| device.interface_name)
            .collect::<std::collections::HashSet<_>>();
        if running.contains(NEAR) && running.contains(FAR) {
            return Ok(());
        }
        std::thread::sleep(READY_TICK);
    }
    Err(NetworkError::Setup("its devices do not come up".to_owned()))
}

/// Waits until what is sent to [`HOME_V6`] arrives. The kernel lets an address be used at once, and makes the route to it a
/// moment later, in its own work; an answer that comes before is dropped.
fn home_v6_ready() -> Result<(), NetworkError> {
    let cannot = |error: std::io::Error| NetworkError::Setup(format!("{HOME_V6} cannot be used: {error}"));
    let socket = UdpSocket::bind((HOME_V6, 0)).map_err(cannot)?;
    socket.set_read_timeout(Some(READY_TICK)).map_err(cannot)?;
    let itself = socket.local_addr().map_err(cannot)?;
    for _ in 0..READY_LOOKS_MAX {
        // Without the route the datagram is refused or lost.
        if socket.send_to(&[0], itself).is_err() {
            std::thread::sleep(READY_TICK);
        } else if socket.recv(&mut [0]).is_ok() {
            return Ok(());
        }
    }
    Err(NetworkError::Setup(format!("what is sent to {HOME_V6} does not arrive")))
}

fn routes(network: &Network) -> Result<(), NetworkError> {
    let script: String = network.routes.iter().map(|route| format!("route add {route}\n")).collect();
    if script.is_empty() { Ok(()) } else { feed("ip", &["-batch", "-"], &script) }
}

fn rules(network: &Network) -> Result<(), NetworkError> {
    if network.rules.is_empty() {
        return Ok(());
    }
    let mut script = "table inet lab {\n".to_owned();
    for (chain, name) in [(Chain::Input, "input"), (Chain::Output, "output")] {
        script.push_str(&format!("chain {name} {{\ntype filter hook {name} priority 0\n"));
        for (_, rule) in network.rules.iter().filter(|(of, _)| *of == chain) {
            script.push_str(&format!("{rule}\n"));
        }
        script.push_str("}\n");
    }
    script.push_str("}\n");
    feed("nft", &["-f", "-"], &script)
}

/// Whether the kernel speaks IPv6.
pub(super) fn has_ipv6() -> bool {
    std::path::Path::new("/proc/sys/net/ipv6").is_dir()
}

/// Sets what `sysctl` would; a thread sees the settings of its own namespace.
fn set(name: &str, value: &str) -> Result<(), NetworkError> {
    let path = format!("/proc/sys/{}", name.replace('.', "/"));
    std::fs::write(&path, value)
        .map_err(|error| NetworkError::Setup(format!("{name} cannot be set to {value}: {error}")))
}

/// Runs a program with a script as its input.
///
/// A child process begins in the namespaces of the thread that starts it.
pub(super) fn feed(program: &str, arguments: &[&str], script: &str) -> Result<(), NetworkError> {
    let failed = |what: String| NetworkError::Setup(format!("`{program}` {what}"));
    let mut child = start(program, arguments).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => failed("is not installed".to_owned()),
        _ => failed(format!("cannot be run: {error}")),
    })?;
    if let Some(mut input) = child.stdin.take() {
        // A program that stops reading says why on its standard error.
        let _ = input.write_all(script.as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| failed(format!("cannot be run: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(failed(format!("said: {}", said.split_whitespace().collect::<Vec<_>>().join(" "))))
}

/// Starts a program, also where the folders of the system's own programs are not searched.
fn start(program: &str, arguments: &[&str]) -> std::io::Result<std::process::Child> {
    let mut refused = std::io::ErrorKind::NotFound.into();
    for path in [program.to_owned(), format!("/usr/sbin/{program}"), format!("/sbin/{program}")] {
        let started = Command::new(path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        match started {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => refused = error,
            started => return started,
        }
    }
    Err(refused)
}
