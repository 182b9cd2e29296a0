//! The server's message, which contains its challenge (MS-NLMP section 2.2.1.2).

use super::format::{SIGNATURE, TARGET_INFO, UNICODE};

/// Longest message that is read. Header lines are shorter.
const MESSAGE_BYTES_MAX: usize = 16 << 10;

/// Names of entries of the target's information (MS-NLMP section 2.2.2.1).
const END: u16 = 0;
const AV_FLAGS: u16 = 6;
const TIMESTAMP: u16 = 7;
/// The bit of [`AV_FLAGS`] that says that the message has an integrity check.
const HAS_MIC: u32 = 2;

/// The relevant parts of the second message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Challenge {
    pub(super) flags: u32,
    pub(super) challenge: [u8; 8],
    /// Entries of the target's information, without the one that ends them.
    entries: Vec<(u16, Vec<u8>)>,
}

impl Challenge {
    /// Reads the message.
    ///
    /// # Errors
    ///
    /// Why the message is invalid.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > MESSAGE_BYTES_MAX {
            return Err(format!("it has more than {MESSAGE_BYTES_MAX} bytes"));
        }
        if !bytes.starts_with(SIGNATURE) {
            return Err("it does not start with NTLMSSP".to_owned());
        }
        let kind = u32::from_le_bytes(array(bytes, 8)?);
        if kind != 2 {
            return Err(format!("it has the type {kind}"));
        }
        let flags = u32::from_le_bytes(array(bytes, 20)?);
        if flags & UNICODE == 0 {
            return Err("its target does not support Unicode".to_owned());
        }
        let challenge = array(bytes, 24)?;
        let entries = if flags & TARGET_INFO == 0 { Vec::new() } else { entries(field(bytes, 40)?)? };
        Ok(Self { flags, challenge, entries })
    }

    /// The target's clock, if the message has it.
    pub(super) fn timestamp(&self) -> Option<u64> {
        let (_, value) = self.entries.iter().find(|(name, _)| *name == TIMESTAMP)?;
        value.as_slice().try_into().ok().map(u64::from_le_bytes)
    }

    /// The target's information as the client returns it: with the flag of the messages' integrity check, if the
    /// target's clock is known (MS-NLMP section 3.1.5.1.2).
    pub(super) fn target_info(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut write = |name: u16, value: &[u8]| {
            bytes.extend_from_slice(&name.to_le_bytes());
            bytes.extend_from_slice(&u16::try_from(value.len()).unwrap_or_default().to_le_bytes());
            bytes.extend_from_slice(value);
        };
        let has_mic = self.timestamp().is_some();
        for (name, value) in &self.entries {
            if !(has_mic && *name == AV_FLAGS) {
                write(*name, value);
            }
        }
        if has_mic {
            let known = self.entries.iter().find(|(name, _)| *name == AV_FLAGS);
            let known = known.and_then(|(_, value)| value.as_slice().try_into().ok());
            let flags = known.map_or(0, u32::from_le_bytes) | HAS_MIC;
            write(AV_FLAGS, &flags.to_le_bytes());
        }
        write(END, &[]);
        bytes
    }
}

/// This many bytes at a position.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], String> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk::<N>());
    found.copied().ok_or_else(|| format!("it ends after {} bytes", bytes.len()))
}

/// The data that a field of the message refers to: length, allocated length, offset.
fn field(bytes: &[u8], at: usize) -> Result<&[u8], String> {
    let length = usize::from(u16::from_le_bytes(array(bytes, at)?));
    let offset = usize::try_from(u32::from_le_bytes(array(bytes, at + 4)?)).unwrap_or(usize::MAX);
    let found = offset.checked_add(length).and_then(|end| bytes.get(offset..end));
    found.ok_or_else(|| "its target information is outside of the message".to_owned())
}

fn entries(mut bytes: &[u8]) -> Result<Vec<(u16, Vec<u8>)>, String> {
    let broken = || "its target information is incomplete".to_owned();
    let mut entries = Vec::new();
    loop {
        let [a, b, c, d] = *bytes.first_chunk::<4>().ok_or_else(broken)?;
        let (name, length) = (u16::from_le_bytes([a, b]), usize::from(u16::from_le_bytes([c, d])));
        if name == END {
            return Ok(entries);
        }
        let value = bytes.get(4..4 + length).ok_or_else(broken)?;
        entries.push((name, value.to_vec()));
        bytes = bytes.get(4 + length..).unwrap_or_default();
    }
}

#[cfg(test)]
pub(super) fn challenge_with(flags: u32, challenge: [u8; 8], info: &[u8]) -> Challenge {
    Challenge { flags, challenge, entries: entries(info).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::super::format::begin;
    use super::*;

    #[test]
    fn broken_challenges_say_what_is_wrong_and_never_panic() {
        let mut good = begin(2);
        good.extend_from_slice(&[0; 8]);
        good.extend_from_slice(&(UNICODE | TARGET_INFO).to_le_bytes());
        good.extend_from_slice(&[7; 8]);
        good.extend_from_slice(&[0; 8]);
        good.extend_from_slice(&[12, 0, 12, 0, 48, 0, 0, 0]);
        good.extend_from_slice(&[7, 0, 4, 0, 1, 2, 3, 4, 0, 0, 0, 0]);
        let read = Challenge::read(&good).unwrap();
        assert_eq!((read.challenge, read.entries.len(), read.timestamp()), ([7; 8], 1, None));
        assert_eq!(read.target_info(), good[48..]);
        for end in 0..good.len() {
            assert!(Challenge::read(&good[..end]).is_err(), "{end}");
        }
        for (at, byte, why) in [
            (0, b'X', "does not start with NTLMSSP"),
            (8, 3, "type 3"),
            (20, 0, "Unicode"),
            (44, 49, "outside"),
            (50, 9, "is incomplete"),
        ] {
            let mut bad = good.clone();
            bad[at] = byte;
            let refused = Challenge::read(&bad).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
    }
}
