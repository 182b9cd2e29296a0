//! The recorded cases of our own: `cases.jsonl.zst`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The fields with certificates and CRLs.
const PEM_FIELDS: [&str; 4] = ["leaf", "untrusted", "trusted", "crls"];

/// All cases, one on each line, as `faultfinder verify --batch` reads them.
pub(crate) fn lines() -> Vec<String> {
    let text = zstd::decode_all(&include_bytes!("../cases.jsonl.zst")[..]).unwrap();
    String::from_utf8(text).unwrap().lines().map(unpacked).collect()
}

/// A case with its certificates and CRLs as PEM again.
fn unpacked(line: &str) -> String {
    let mut case: Value = serde_json::from_str(line).unwrap();
    for field in PEM_FIELDS {
        if let Value::Array(list) = &mut case[field] {
            list.iter_mut().for_each(|text| *text = pem(text.as_str().unwrap()).into());
        } else {
            case[field] = pem(case[field].as_str().unwrap()).into();
        }
    }
    case.to_string()
}

/// PEM of a label and hexadecimal digits; any other text as it is.
fn pem(text: &str) -> String {
    let Some((label, digits)) = text.split_once(':').filter(|(label, _)| !label.contains('-')) else {
        return text.to_owned();
    };
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    let der: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
    let body: Vec<String> =
        STANDARD.encode(der).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", body.join("\n"))
}
