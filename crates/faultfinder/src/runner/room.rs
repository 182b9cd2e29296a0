//! How many tests run at once on a thread: fewer while its loop is late, so that times stay true.

use std::time::Duration;
use tokio::time::Instant;

/// How often it is looked how late the loop is.
const LOOK: Duration = Duration::from_millis(50);
/// How late it may be.
const LATE_MAX: Duration = Duration::from_millis(25);

/// Room for tests on one thread.
#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    now: usize,
    look: Instant,
}

impl Room {
    /// Room for so many at the most, at least for one.
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self { most, now: most, look: Instant::now() + LOOK }
    }

    /// For how many there is room.
    pub(super) const fn now(&self) -> usize {
        self.now
    }

    /// Waits until the next look, and makes room for fewer if it is late, or for more if it is not.
    ///
    /// Cancel safe.
    pub(super) async fn look(&mut self) {
        tokio::time::sleep_until(self.look).await;
        let now = Instant::now();
        self.adapt(now.saturating_duration_since(self.look));
        self.look = now + LOOK;
    }

    fn adapt(&mut self, late: Duration) {
        self.now = if late > LATE_MAX {
            (self.now / 2).max(1)
        } else {
            self.now.saturating_add(self.most.div_ceil(16)).min(self.most)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn there_is_room_for_fewer_while_the_loop_is_late_and_for_all_again() {
        let mut room = Room::new(64);
        room.look().await;
        assert_eq!(room.now(), 64);
        for expected in [32, 16, 8, 4, 2, 1, 1] {
            // Something else takes the thread.
            tokio::time::advance(LOOK + LATE_MAX + Duration::from_millis(2)).await;
            room.look().await;
            assert_eq!(room.now(), expected);
        }
        for _ in 0..16 {
            room.look().await;
        }
        assert_eq!(room.now(), 64);
    }

    #[test]
    fn there_is_always_room_for_one() {
        let mut room = Room::new(0);
        room.adapt(LATE_MAX * 2);
        assert_eq!(room.now(), 1);
    }
}
