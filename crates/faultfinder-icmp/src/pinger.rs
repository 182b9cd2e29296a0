//! The sockets that the probes of one vantage share.

use crate::channel::Channel;
use crate::socket::Options;
use faultfinder_taxonomy::Fault;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::{Handle, Id};

/// Most sockets that are kept for later probes. Beyond that the one that was used longest ago is given up; it is closed
/// when its last probe ends.
const CHANNELS_MAX: usize = 16;

/// The sockets that the probes of one vantage share: one per runtime and set of options.
///
/// A socket is read by the runtime in which it was opened, so probes of another runtime have one of their own.
#[derive(Debug, Default)]
pub(crate) struct Pinger {
    /// The one used last is the last one.
    channels: Mutex<Vec<Kept>>,
}

#[derive(Debug)]
struct Kept {
    runtime: Id,
    options: Options,
    channel: Arc<Channel>,
}

impl Pinger {
    /// The channel with these options, opened when it is first asked for.
    ///
    /// # Errors
    ///
    /// As [`Channel::open`].
    pub(crate) fn channel(&self, options: &Options) -> Result<Arc<Channel>, Fault> {
        let runtime = Handle::current().id();
        // Held while a socket is opened: else ten thousand probes that begin together would open as many.
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |kept: &Kept| kept.runtime == runtime && kept.options == *options;
        let kept = match channels.iter().position(fits) {
            Some(place) => channels.remove(place),
            None => Kept { runtime, options: *options, channel: Channel::open(options)? },
        };
        let channel = Arc::clone(&kept.channel);
        channels.push(kept);
        if channels.len() > CHANNELS_MAX {
            channels.remove(0);
        }
        Ok(channel)
    }
}
