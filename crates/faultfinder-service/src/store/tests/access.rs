//! Tokens and the audit log.

use super::place::Place;
use super::{TEN, at, over_both};
use crate::store::{AuditEntry, StoreError};
use crate::{Scope, Token, TokenHash};

over_both!(a_token_is_found_by_its_hash_alone, a_revoked_token_is_not_listed, who_changed_what_is_noted);

fn token(id: &str, scopes: &[Scope]) -> Token {
    Token {
        id: id.to_owned(),
        name: "of the pager".to_owned(),
        scopes: scopes.iter().copied().collect(),
        created_at: at(TEN),
        expires_at: Some(at(TEN + 1)),
        revoked_at: None,
    }
}

async fn a_token_is_found_by_its_hash_alone(place: &Place) {
    let (all, none) = (token("a", Scope::ALL), token("b", &[]));
    place.store.create_token(all.clone(), TokenHash::of("one")).await.unwrap();
    place.store.create_token(none.clone(), TokenHash::of("two")).await.unwrap();
    assert_eq!(place.store.token(TokenHash::of("one")).await.unwrap(), Some(all));
    assert_eq!(place.store.token(TokenHash::of("two")).await.unwrap(), Some(none));
    assert_eq!(place.store.token(TokenHash::of("a")).await.unwrap(), None);
    for (id, hash) in [("a", "three"), ("c", "one")] {
        let error = place.store.create_token(token(id, &[]), TokenHash::of(hash)).await.unwrap_err();
        assert!(matches!(&error, StoreError::Exists(taken) if taken == id), "{error:?}");
    }
}

async fn a_revoked_token_is_not_listed(place: &Place) {
    for id in ["b", "a", "c"] {
        place.store.create_token(token(id, &[Scope::Admin]), TokenHash::of(id)).await.unwrap();
    }
    place.store.revoke_token("b".to_owned(), at(TEN + 7)).await.unwrap();
    let listed = place.store.tokens().await.unwrap();
    assert_eq!(listed.rows, [token("a", &[Scope::Admin]), token("c", &[Scope::Admin])]);
    let revoked = place.store.token(TokenHash::of("b")).await.unwrap().unwrap();
    assert_eq!(revoked.revoked_at, Some(at(TEN + 7)));
    let error = place.store.revoke_token("b".to_owned(), at(TEN + 8)).await.unwrap_err();
    assert!(matches!(error, StoreError::Revoked(_)), "{error:?}");
    let error = place.store.revoke_token("none".to_owned(), at(TEN + 8)).await.unwrap_err();
    assert!(matches!(error, StoreError::Absent(_)), "{error:?}");
}

async fn who_changed_what_is_noted(place: &Place) {
    for subject in ["t-1", "t-2"] {
        let entry = AuditEntry {
            at: at(TEN),
            actor: "local".to_owned(),
            action: "tests.create",
            subject: subject.to_owned(),
            trace_id: "99633483d17779d7c81141f50dbc2a49".to_owned(),
        };
        place.store.audit(entry).await.unwrap();
    }
    assert_eq!(place.number("SELECT count(*) FROM audit").await, 2);
    let line =
        "SELECT actor || ' ' || action || ' ' || subject || ' ' || trace_id FROM audit WHERE number = 2";
    assert_eq!(place.text(line).await, "local tests.create t-2 99633483d17779d7c81141f50dbc2a49");
}
