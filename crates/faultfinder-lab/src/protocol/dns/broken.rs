//! Answers that cannot be read, or answer something else.

use super::case::{PLAIN, dns, udp};
use super::wire::{A, ADDRESS, ANSWER, OWNER, TXT, a, message, name, owned, record, with_length};
use crate::Scenario;

pub(super) fn scenarios() -> Vec<Scenario> {
    let malformed = |case, shows, answer| udp(case, shows, dns("MALFORMED", "EBADRESP"), PLAIN, answer);
    let ignored = |case, shows, answer| udp(case, shows, dns("TIMEOUT", "ETIMEOUT"), PLAIN, answer);
    vec![
        malformed("short-3-bytes", "less than a header", |asked| vec![[&asked.id()[..], &[0x81]].concat()]),
        malformed("garbage", "the right id, then noise", |asked| {
            let noise = (0..60_u8).map(|byte| byte.wrapping_mul(37) ^ 0xa5);
            vec![asked.id().into_iter().chain(noise).collect()]
        }),
        malformed("rdlength-too-long", "an RDLENGTH beyond the message", |asked| {
            vec![asked.answer(&[with_length(OWNER, A, 300, 400, &ADDRESS)])]
        }),
        malformed("rdlength-5", "an A record of five bytes", |asked| {
            vec![asked.answer(&[record(A, 300, &[192, 0, 2, 1, 0])])]
        }),
        malformed("pointer-forward", "a compression pointer beyond the end", |asked| {
            vec![asked.answer(&[owned(&[0xff, 0xf0], A, 300, &ADDRESS)])]
        }),
        malformed("pointer-loop", "a compression pointer to itself", |asked| {
            let here = u8::try_from(12 + asked.question.len()).unwrap_or(u8::MAX);
            vec![asked.answer(&[owned(&[0xc0, here], A, 300, &ADDRESS)])]
        }),
        malformed("label-64", "a label of a reserved type", |asked| {
            let owner = [&[0x80][..], &[b'a'; 64], &[0]].concat();
            vec![asked.answer(&[owned(&owner, A, 300, &ADDRESS)])]
        }),
        malformed("txt-bad-inner-length", "a text that runs over its RDLENGTH", |asked| {
            vec![asked.answer(&[record(TXT, 300, b"\x40short")])]
        }),
        malformed("count-too-high", "more records announced than sent", |asked| {
            let mut bytes = asked.answer(&[a()]);
            if let Some(count) = bytes.get_mut(7) {
                *count = 3;
            }
            vec![bytes]
        }),
        ignored("wrong-question", "the answer to another name's question", |asked| {
            let question = [&name("another.zone.test")[..], &[0, 1, 0, 1]].concat();
            vec![message(asked.id(), ANSWER, &[&question], [&[a()], &[], &[]])]
        }),
        ignored("qr-bit-0", "an answer that looks like a question", |asked| {
            vec![asked.reply(ANSWER & 0x7fff, [&[a()], &[], &[]])]
        }),
        ignored("wrong-id", "an answer with another id", |asked| {
            let mut forged = asked.answer(&[a()]);
            for byte in forged.iter_mut().take(2) {
                *byte = !*byte;
            }
            vec![forged]
        }),
    ]
}
