//! Verification of chains: ours, OpenSSL's, webpki's, and the bare cost of the signatures, on the same bytes in the same run.
//!
//! All four start from certificates that are parsed already and end with the verdict. A chain has three certificates; the
//! peer sends two of them, the store holds the third among Mozilla's roots. CPU time of this process, the sides in turn.

mod chain; // real-looking chains and a CRL of 10,000 entries
mod sides; // the four verifiers

use crate::meter;
use anyhow::{Context as _, Result};
use chain::{Chain, Keys};
use std::time::Duration;

/// Entries of the CRL.
const REVOKED: usize = 10_000;
/// Rounds; the median counts.
const ROUNDS: usize = 15;
/// CPU time that one side takes in a round, about.
const ROUND: Duration = Duration::from_millis(60);

/// One verifier.
struct Side {
    name: &'static str,
    verify: Box<dyn Fn() -> Result<()>>,
}

/// Compares all sides over all chains.
pub(crate) fn compare() -> Result<()> {
    println!("{}; 140 roots in the store; CPU time per verification", openssl::version::version());
    println!("{:<36} {:<20} {:>10} {:>8} {:>10}", "chain", "side", "us", "ratio", "to OpenSSL");
    for keys in Keys::ALL {
        let chain = Chain::new(*keys, REVOKED)?;
        for with_crl in [false, true] {
            let name = format!("{}{}", keys.name(), if with_crl { ", CRL of 10,000" } else { "" });
            table(&name, &sides::all(&chain, with_crl)?)?;
        }
    }
    Ok(())
}

/// Measures the sides in turn and prints their medians. The first one is the floor.
fn table(name: &str, sides: &[Side]) -> Result<()> {
    let mut counts = Vec::new();
    for side in sides {
        counts.push(count(side)?);
    }
    let mut times: Vec<Vec<f64>> = sides.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for ((side, count), times) in sides.iter().zip(&counts).zip(&mut times) {
            times.push(run(side, *count)?.as_secs_f64() * 1e6 / f64::from(*count));
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    let floor = *medians.first().context("no side")?;
    let openssl = sides
        .iter()
        .zip(&medians)
        .find(|(side, _)| side.name == sides::OPENSSL)
        .map_or(floor, |(_, time)| *time);
    for (side, time) in sides.iter().zip(&medians) {
        println!("{name:<36} {:<20} {time:>10.1} {:>8.2} {:>10.2}", side.name, time / floor, time / openssl);
    }
    Ok(())
}

/// How often a side verifies in a round.
fn count(side: &Side) -> Result<u32> {
    run(side, 3)?;
    let once = run(side, 20)?.as_secs_f64() / 20.0;
    let count = (ROUND.as_secs_f64() / once.max(1e-7)).clamp(20.0, 200_000.0);
    // In range, see the line above.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    Ok(count as u32)
}

fn run(side: &Side, count: u32) -> Result<Duration> {
    let before = meter::thread_cpu_time();
    for _ in 0..count {
        (side.verify)().with_context(|| format!("{} objects", side.name))?;
    }
    Ok(meter::thread_cpu_time().saturating_sub(before))
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
