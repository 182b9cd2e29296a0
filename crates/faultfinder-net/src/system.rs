//! The vantage of this host.

use crate::{Clock, Vantage};

impl Vantage {
    /// This host, with its own clock and resolver.
    #[must_use]
    pub fn system() -> Self {
        Self::with_clock(Clock::system())
    }

    /// This host with another clock.
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        Self::new(
            clock,
            #[cfg(feature = "tls")]
            crate::fetch::http::fetch,
        )
    }
}

impl Default for Vantage {
    fn default() -> Self {
        Self::system()
    }
}

#[cfg(test)]
mod tests {
    use crate::Vantage;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn a_vantage_keeps_one_value_per_type_and_shares_it_with_no_other_vantage() {
        let vantage = Vantage::system();
        vantage.shared::<AtomicU32>().store(7, Ordering::Relaxed);
        assert_eq!(vantage.shared::<AtomicU32>().load(Ordering::Relaxed), 7);
        assert!(vantage.shared::<std::sync::Mutex<Vec<u8>>>().lock().unwrap().is_empty());
        assert_eq!(Vantage::system().shared::<AtomicU32>().load(Ordering::Relaxed), 0);
    }
}
