//! How values are written that are known only when they are asked for.

use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, EncodeLabelSet, EncodeMetric as _, MetricEncoder,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use std::fmt::Error;

/// The names and values of labels.
pub(super) type Labels<'a, const N: usize> = [(&'static str, &'a str); N];

/// Writes families of metrics one after the other.
pub(super) struct Out<'a>(pub(super) DescriptorEncoder<'a>);

static SECONDS: Unit = Unit::Seconds;
static BYTES: Unit = Unit::Bytes;

/// What a family is called without its unit, and the unit that its name ends with.
fn unit(name: &str) -> (&str, Option<&'static Unit>) {
    let units = [("_seconds", &SECONDS), ("_bytes", &BYTES)];
    let found = units.into_iter().find_map(|(suffix, unit)| Some((name.strip_suffix(suffix)?, unit)));
    found.map_or((name, None), |(stem, unit)| (stem, Some(unit)))
}

impl Out<'_> {
    /// Describes a family, whose values follow.
    fn family<'a>(
        &'a mut self,
        name: &'a str,
        help: &str,
        kind: MetricType,
    ) -> Result<MetricEncoder<'a>, Error> {
        let (stem, unit) = unit(name);
        self.0.encode_descriptor(stem, help, unit, kind)
    }

    /// A value that goes up and down.
    pub(super) fn gauge(
        &mut self,
        name: &str,
        help: &str,
        value: impl EncodeGaugeValue,
    ) -> Result<(), Error> {
        let encoder = self.family(name, help, MetricType::Gauge)?;
        ConstGauge::new(value).encode(encoder)
    }

    /// Such values, by labels.
    pub(super) fn gauges<L: EncodeLabelSet, V: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (L, V)>,
    ) -> Result<(), Error> {
        let mut encoder = self.family(name, help, MetricType::Gauge)?;
        for (labels, value) in rows {
            ConstGauge::new(value).encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }

    /// A value that only goes up. `_total` is added to its name.
    pub(super) fn counter(
        &mut self,
        name: &str,
        help: &str,
        value: impl EncodeCounterValue,
    ) -> Result<(), Error> {
        let encoder = self.family(name, help, MetricType::Counter)?;
        ConstCounter::new(value).encode(encoder)
    }

    /// Such values, by labels.
    pub(super) fn counters<L: EncodeLabelSet, V: EncodeCounterValue>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (L, V)>,
    ) -> Result<(), Error> {
        let mut encoder = self.family(name, help, MetricType::Counter)?;
        for (labels, value) in rows {
            ConstCounter::new(value).encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }

    /// Facts that are labels alone. `_info` is added to the name.
    pub(super) fn info(&mut self, name: &str, help: &str, labels: &impl EncodeLabelSet) -> Result<(), Error> {
        self.family(name, help, MetricType::Info)?.encode_info(labels)
    }

    /// A histogram: how many are in each bucket alone, each with its upper bound, the last infinite.
    pub(super) fn histogram(
        &mut self,
        name: &str,
        help: &str,
        buckets: &[(f64, u64)],
        sum: f64,
    ) -> Result<(), Error> {
        let count = buckets.iter().map(|(_, count)| count).sum();
        let mut encoder = self.family(name, help, MetricType::Histogram)?;
        encoder.encode_histogram::<Labels<'_, 0>>(sum, count, buckets, None)
    }
}
