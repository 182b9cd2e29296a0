//! Writing values.

/// Appends a value with a universal tag and a minimal length.
pub(crate) fn write(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    let length = content.len().to_be_bytes();
    let significant = length.iter().skip_while(|byte| **byte == 0).count();
    if content.len() >= 0x80 {
        out.push(0x80 | u8::try_from(significant).unwrap_or_default());
    }
    if content.is_empty() {
        out.push(0);
    }
    out.extend(length.iter().skip_while(|byte| **byte == 0));
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::Reader;

    #[test]
    fn written_lengths_are_minimal() {
        for length in [0_usize, 1, 127, 128, 255, 256, 70_000] {
            let mut out = Vec::new();
            write(&mut out, 4, &vec![7; length]);
            assert_eq!(Reader::new(&out).any().unwrap().content().len(), length);
        }
    }
}
