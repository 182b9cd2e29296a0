//! How many runs there may be at once: fewer while the loop that carries them out is late, so that times stay true.

use std::time::Duration;
use tokio::time::Instant;

/// How often it is looked how late the loop is: each look wakes a loop that may have nothing else to do.
const LOOK: Duration = Duration::from_millis(200);
/// How late it may be.
const LATE_MAX: Duration = Duration::from_millis(25);
/// One part of so many is given back at each look at which the loop is not late.
const BACK: usize = 16;

/// Room for runs that share a loop.
///
/// Each look at which the loop is more than 25 ms late halves it; each other one, at most every 200 ms, gives a sixteenth back.
#[derive(Debug)]
pub struct Room {
    most: usize,
    least: usize,
    now: usize,
    look: Instant,
}

impl Room {
    /// Room for so many at the most, and always for so many, at least for one.
    #[must_use]
    pub fn new(most: usize, least: usize) -> Self {
        let most = most.max(1);
        Self { most, least: least.clamp(1, most), now: most, look: Instant::now() + LOOK }
    }

    /// For how many there is room.
    #[must_use]
    pub const fn now(&self) -> usize {
        self.now
    }

    /// Waits until the next look, and makes room for fewer if that is late, or for more if it is not.
    ///
    /// Cancel safe.
    pub async fn look(&mut self) {
        tokio::time::sleep_until(self.look).await;
        self.woken(self.look);
    }

    /// The loop, which was to be woken at this moment, is awake: that is a look, unless the last one was just now.
    pub fn woken(&mut self, due: Instant) {
        let now = Instant::now();
        if now < self.look {
            return;
        }
        self.adapt(now.saturating_duration_since(due));
        self.look = now + LOOK;
    }

    fn adapt(&mut self, late: Duration) {
        self.now = if late > LATE_MAX {
            (self.now / 2).max(self.least)
        } else {
            self.now.saturating_add(self.most.div_ceil(BACK)).min(self.most)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn there_is_room_for_fewer_while_the_loop_is_late_and_for_all_again() {
        let mut room = Room::new(64, 4);
        room.look().await;
        assert_eq!(room.now(), 64);
        for expected in [32, 16, 8, 4, 4] {
            // Something else takes the thread.
            tokio::time::advance(LOOK + LATE_MAX + Duration::from_millis(2)).await;
            room.look().await;
            assert_eq!(room.now(), expected);
        }
        for _ in 0..BACK {
            room.look().await;
        }
        assert_eq!(room.now(), 64);
    }

    #[tokio::test(start_paused = true)]
    async fn a_loop_that_is_woken_often_is_looked_at_now_and_then() {
        let mut room = Room::new(64, 1);
        let late = || Instant::now() - LATE_MAX * 2;
        room.woken(late());
        assert_eq!(room.now(), 64, "no time has passed");
        tokio::time::advance(LOOK).await;
        for _ in 0..3 {
            room.woken(late());
        }
        assert_eq!(room.now(), 32, "once");
    }

    #[tokio::test]
    async fn there_is_always_room_for_one() {
        let mut room = Room::new(0, 0);
        room.adapt(LATE_MAX * 2);
        assert_eq!(room.now(), 1);
        let mut room = Room::new(8, 16);
        room.adapt(LATE_MAX * 2);
        assert_eq!(room.now(), 8, "never more than there are");
    }
}
