//! SecP384r1MLKEM1024 (draft-ietf-tls-ecdhe-mlkem): a point and a key of ML-KEM, the point and its secret first.

use rustls::crypto::aws_lc_rs::kx_group::{MLKEM1024, SECP384R1};
use rustls::crypto::{ActiveKeyExchange, CompletedKeyExchange, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, PeerMisbehaved, ProtocolVersion};

/// The group.
pub(super) static SECP384R1MLKEM1024: &dyn SupportedKxGroup = &Secp384r1MlKem1024;

/// Its number in the registry of IANA.
const NAME: NamedGroup = NamedGroup::Unknown(0x11ed);
/// Bytes of an uncompressed point of secp384r1.
const POINT_BYTES: usize = 97;

#[derive(Debug)]
struct Secp384r1MlKem1024;

struct Exchange {
    classical: Box<dyn ActiveKeyExchange>,
    post_quantum: Box<dyn ActiveKeyExchange>,
    public: Vec<u8>,
}

/// The point and the rest of a share; the groups check the lengths of both.
fn split(share: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    share.split_at_checked(POINT_BYTES).ok_or(Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare))
}

fn join(classical: &[u8], post_quantum: &[u8]) -> Vec<u8> {
    [classical, post_quantum].concat()
}

impl SupportedKxGroup for Secp384r1MlKem1024 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let (classical, post_quantum) = (SECP384R1.start()?, MLKEM1024.start()?);
        let public = join(classical.pub_key(), post_quantum.pub_key());
        Ok(Box::new(Exchange { classical, post_quantum, public }))
    }

    fn start_and_complete(&self, peer: &[u8]) -> Result<CompletedKeyExchange, Error> {
        let (classical, post_quantum) = split(peer)?;
        let classical = SECP384R1.start_and_complete(classical)?;
        let post_quantum = MLKEM1024.start_and_complete(post_quantum)?;
        let secret = join(classical.secret.secret_bytes(), post_quantum.secret.secret_bytes());
        Ok(CompletedKeyExchange {
            group: NAME,
            pub_key: join(&classical.pub_key, &post_quantum.pub_key),
            secret: SharedSecret::from(secret),
        })
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NAME
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_3
    }
}

impl ActiveKeyExchange for Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let (classical, post_quantum) = split(peer)?;
        let classical = self.classical.complete(classical)?;
        let post_quantum = self.post_quantum.complete(post_quantum)?;
        Ok(SharedSecret::from(join(classical.secret_bytes(), post_quantum.secret_bytes())))
    }

    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn group(&self) -> NamedGroup {
        NAME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_arrive_at_one_secret_and_short_shares_are_invalid() {
        let client = SECP384R1MLKEM1024.start().unwrap();
        assert_eq!(client.pub_key().len(), 97 + 1568);
        let server = SECP384R1MLKEM1024.start_and_complete(client.pub_key()).unwrap();
        assert_eq!(server.pub_key.len(), 97 + 1568);
        let secret = client.complete(&server.pub_key).unwrap();
        assert_eq!(secret.secret_bytes(), server.secret.secret_bytes());
        assert_eq!(secret.secret_bytes().len(), 48 + 32);
        for length in [0, 1, 96, 97, 98, server.pub_key.len() - 1] {
            let client = SECP384R1MLKEM1024.start().unwrap();
            assert!(client.complete(&server.pub_key[..length]).is_err(), "{length}");
        }
    }
}
