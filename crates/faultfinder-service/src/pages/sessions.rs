//! Who has signed in. Sessions are in memory only: after a restart everyone signs in again.
//!
//! A session is 256 random bits in a cookie. Kept are a hash of them, and the hash of the token: whether that still counts is
//! seen at each request, as it is for the API.

use crate::timestamp::Timestamp;
use crate::token::TokenHash;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng as _;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a session lasts.
pub(super) const LASTS: Duration = Duration::from_secs(12 * 3_600);
/// Most sessions at a time; the oldest one ends when there is another.
const SESSIONS_MAX: usize = 1_000;
/// Most sessions of one token, likewise.
const OF_TOKEN_MAX: usize = 50;

/// The sessions that there are, by the hash of what is in their cookies.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<TokenHash, Session>>);

/// That somebody has signed in.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// The hash of the token.
    pub(super) token: TokenHash,
    /// What forms of this session carry.
    pub(super) csrf: Arc<str>,
    ends_at: Timestamp,
}

/// 256 random bits as text.
pub(super) fn random() -> String {
    let bits: [u8; 32] = std::array::from_fn(|_| rand::rng().next_u32().to_le_bytes()[0]);
    URL_SAFE_NO_PAD.encode(bits)
}

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<TokenHash, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session of a token, and yields what is in its cookie.
    pub(super) fn begin(&self, token: TokenHash, now: Timestamp) -> String {
        let mut all = self.all();
        all.retain(|_, session| session.ends_at > now);
        let of_token = all.values().filter(|session| session.token == token).count();
        if of_token >= OF_TOKEN_MAX {
            end_oldest(&mut all, |session| session.token == token);
        } else if all.len() >= SESSIONS_MAX {
            end_oldest(&mut all, |_| true);
        }
        let secret = random();
        let session = Session { token, csrf: random().into(), ends_at: now.after(LASTS) };
        all.insert(TokenHash::of(&secret), session);
        secret
    }

    /// The session of a cookie, if it goes on.
    pub(super) fn of(&self, secret: &str, now: Timestamp) -> Option<Session> {
        let session = self.all().get(&key(secret)?).cloned()?;
        Some(session).filter(|session| session.ends_at > now)
    }

    /// Ends the session of a cookie.
    pub(super) fn end(&self, secret: &str) {
        if let Some(key) = key(secret) {
            self.all().remove(&key);
        }
    }
}

/// Ends the session that ends first, of those that are meant.
fn end_oldest(all: &mut HashMap<TokenHash, Session>, is_meant: impl Fn(&Session) -> bool) {
    let meant = all.iter().filter(|(_, session)| is_meant(session));
    if let Some(oldest) = meant.min_by_key(|(_, session)| session.ends_at).map(|(key, _)| *key) {
        all.remove(&oldest);
    }
}

/// What a session is found by; nothing for what cannot be in a cookie of ours.
fn key(secret: &str) -> Option<TokenHash> {
    (secret.len() <= TokenHash::BYTES_MAX).then(|| TokenHash::of(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn a_session_lasts_for_twelve_hours_or_until_it_is_ended() {
        let sessions = Sessions::default();
        let (one, other) =
            (sessions.begin(TokenHash::of("a"), at(0)), sessions.begin(TokenHash::of("b"), at(0)));
        let found = sessions.of(&one, at(43_199)).unwrap();
        assert!(found.token == TokenHash::of("a") && found.csrf.len() == 43 && *found.csrf != *one);
        assert!(sessions.of(&one, at(43_200)).is_none());
        assert!(sessions.of("", at(0)).is_none() && sessions.of(&"a".repeat(300), at(0)).is_none());
        sessions.end(&one);
        assert!(sessions.of(&one, at(0)).is_none() && sessions.of(&other, at(0)).is_some());
    }

    #[test]
    fn the_oldest_session_ends_when_there_are_too_many() {
        let sessions = Sessions::default();
        let first = sessions.begin(TokenHash::of("first"), at(0));
        let second = sessions.begin(TokenHash::of("second"), at(1));
        let mine: Vec<String> = (0..50).map(|n| sessions.begin(TokenHash::of("mine"), at(2 + n))).collect();
        let last = sessions.begin(TokenHash::of("mine"), at(60));
        assert!(sessions.of(&first, at(60)).is_some(), "those of others stay");
        assert!(sessions.of(&mine[0], at(60)).is_none() && sessions.of(&last, at(60)).is_some());
        for n in 0..948 {
            sessions.begin(TokenHash::of(&n.to_string()), at(100));
        }
        assert!(sessions.of(&first, at(100)).is_some(), "as many as there may be");
        sessions.begin(TokenHash::of("one more"), at(100));
        assert!(sessions.of(&first, at(100)).is_none() && sessions.of(&second, at(100)).is_some());
    }
}
