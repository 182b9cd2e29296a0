//! Fields of a certificate as they stand there, read again for the few who ask.
//!
//! Verification keeps what it needs in decoded form. OCSP hashes names and keys as they are encoded, and the places
//! where more can be fetched matter only to those who fetch; neither is worth memory in every certificate.

use std::borrow::Cow;

use crate::certificate::Certificate;
use crate::der::{self, Class, DerFault, Reader};

/// Fields of a certificate, still encoded.
#[derive(Debug)]
pub(crate) struct RawFields<'a> {
    /// The content of serialNumber.
    pub(crate) serial: &'a [u8],
    /// The whole name of the issuer.
    pub(crate) issuer: &'a [u8],
    /// The whole name of the subject.
    pub(crate) subject: &'a [u8],
    /// The bits of the public key, without its algorithm.
    pub(crate) key: Cow<'a, [u8]>,
    /// What stands behind the key: unique identifiers and extensions.
    rest: Reader<'a>,
}

impl<'a> RawFields<'a> {
    /// Reads them. A certificate that could be read has them, so an error is not expected.
    pub(crate) fn of(certificate: &'a Certificate) -> Result<Self, DerFault> {
        let mut fields = Reader::new(certificate.parts().tbs()).sequence()?;
        fields.explicit(0)?;
        let serial = fields.expect(der::INTEGER)?.content();
        fields.sequence()?;
        let issuer = fields.any()?.whole();
        fields.sequence()?;
        let subject = fields.any()?.whole();
        let mut info = fields.sequence()?;
        info.sequence()?;
        let (key, _) = info.expect(der::BIT_STRING)?.bit_string()?;
        Ok(Self { serial, issuer, subject, key, rest: fields })
    }

    /// The value of the first extension of a kind; nothing if it is not there or cannot be read.
    pub(crate) fn extension(&self, kind: &[u8]) -> Option<Cow<'a, [u8]>> {
        let mut list = self.list().ok()??;
        loop {
            let mut extension = list.sequence().ok()?;
            let found = extension.expect(der::OBJECT).ok()?.content() == kind;
            extension.optional(Class::Universal, der::BOOLEAN).ok()?;
            let value = extension.expect(der::OCTET_STRING).ok()?;
            if found {
                return value.string().ok();
            }
        }
    }

    /// All extensions in order, each with its kind and as it is encoded; those behind one that cannot be read are left out.
    pub(crate) fn extensions(&self) -> Vec<(&'a [u8], &'a [u8])> {
        let mut all = Vec::new();
        let Ok(Some(mut list)) = self.list() else { return all };
        while let Ok(Some(extension)) = list.next() {
            let Ok(kind) = extension.inside().expect(der::OBJECT) else { break };
            all.push((kind.content(), extension.whole()));
        }
        all
    }

    /// A reader of the list of extensions, if there is one.
    fn list(&self) -> Result<Option<Reader<'a>>, DerFault> {
        let mut fields = self.rest.clone();
        for tag in [1, 2] {
            fields.optional(Class::Context, tag)?;
        }
        Ok(fields.explicit(3)?.map(|list| list.inside()))
    }
}
