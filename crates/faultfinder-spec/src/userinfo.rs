//! Passwords in URLs, which names of tests must not show.

use std::borrow::Cow;

/// A URL as it may be shown: its password, if there is one, is `***`. Any other text is as it was.
#[must_use]
pub fn without_password(url: &str) -> Cow<'_, str> {
    let masked = || {
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let (userinfo, host) = authority.rsplit_once('@')?;
        let (user, _) = userinfo.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{host}{path}"))
    };
    masked().map_or(Cow::Borrowed(url), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_hidden_and_nothing_else() {
        for (url, shown) in [
            ("http://ada:hunter2@shop.test:8080/a@b?c:d", "http://ada:***@shop.test:8080/a@b?c:d"),
            ("ws://ada:a@b:c@shop.test", "ws://ada:***@shop.test"),
            ("http://ada@shop.test/", "http://ada@shop.test/"),
            ("http://shop.test/?to=a:b@c", "http://shop.test/?to=a:b@c"),
            ("shop.test:443", "shop.test:443"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
