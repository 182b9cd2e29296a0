#![no_main]
//! DNS answers as a name server sends them: no input panics or loops, and what is read can be judged and shown.

use faultfinder_net::dns::{Query, QueryOptions, answer_fault, decode};
use faultfinder_taxonomy::word::RecordType;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|message: &[u8]| {
    let server = std::net::SocketAddr::from(([127, 0, 0, 1], 53));
    for record_type in RecordType::askable().filter_map(|mnemonic| RecordType::parse(mnemonic).ok()) {
        let query = Query::new("a.example", record_type, &QueryOptions::default(), "dns.name")
            .expect("a name that fits");
        let Ok(answer) = decode(message, &query) else { continue };
        let _ = answer_fault(&answer, &query, server);
        let _ = answer.selected(&query).map(|records| format!("{records:?}"));
    }
});
