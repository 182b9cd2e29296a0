//! Settings that many requests have in common.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Settings that many requests have in common, in memory once. Who writes to them gets a copy of their own:
///
/// ```
/// use faultfinder_net::{ClientOptions, Shared};
///
/// let (mut slow, usual) = (Shared::<ClientOptions>::default(), Shared::<ClientOptions>::default());
/// slow.timeout *= 2;
/// assert_eq!(usual.timeout, ClientOptions::TIMEOUT);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shared<T>(Arc<T>);

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T> From<T> for Shared<T> {
    fn from(settings: T) -> Self {
        Self(Arc::new(settings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_gets_a_copy() {
        let mut first = Shared::from(vec![1]);
        let second = first.clone();
        assert!(std::ptr::eq(&*first, &*second));
        first.push(2);
        assert_eq!((first.len(), second.len()), (2, 1));
    }
}
