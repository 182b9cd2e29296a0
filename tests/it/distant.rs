//! A network of its own whose distant host, a round trip of 20 ms away, is this host.

use faultfinder_lab::network::{DISTANT_V4, Facilities, Network, Reaction};
use faultfinder_tests::peers::not_run;
use std::time::Duration;

/// One way to the distant host.
pub(crate) const ONE_WAY: Duration = Duration::from_millis(10);

/// Runs something in such a network; nothing where there cannot be one.
pub(crate) fn far_away(work: impl FnOnce() + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let network = Network::new().distant(DISTANT_V4, Reaction::Forward(ONE_WAY));
        if let Some(why) = network.lacks(&Facilities::look().await) {
            not_run(&why);
            return;
        }
        // The work blocks, so it gets a thread beside the peers', which is in the same network.
        let done = faultfinder_lab::network::run(&network, || tokio::task::spawn_blocking(work));
        done.await.unwrap().unwrap();
    })
}

/// Runs something beside peers of the lab, which have a thread of their own.
pub(crate) fn beside_peers(work: impl FnOnce()) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let _inside = runtime.enter();
    work();
}
