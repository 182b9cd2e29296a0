//! Validating an answer with the help of the server that gave it.

use crate::Request;
use crate::dnssec::{Anchors, Ask, Name, Subject, validate};
use crate::verdict::Validation;
use faultfinder_net::dns::{Answer, Channel, Failure, Query, Server};
use faultfinder_net::{Trace, Vantage};
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::{Dnssec, RecordType};

/// The trust anchors, if the test wants the answer validated.
///
/// # Errors
///
/// `INVALID_REQUEST` for an anchor that cannot be used.
pub(crate) fn anchors(request: &Request) -> Result<Option<Anchors>, Fault> {
    match request.dnssec {
        Dnssec::Validate => Anchors::new(&request.trust_anchor).map(Some),
        Dnssec::Off | Dnssec::Request => Ok(None),
    }
}

/// Validates an answer.
pub(crate) async fn validated(
    answer: &Answer,
    query: &Query,
    anchors: &Anchors,
    vantage: &Vantage,
    asker: &mut Asker<'_>,
) -> Option<Validation> {
    // The question follows the header of twelve bytes.
    let (name, _) = Name::from_wire(query.bytes().get(12..)?)?;
    let subject = Subject { name: &name, record_type: query.record_type(), answer };
    Some(validate(subject, anchors, vantage.clock().unix_seconds(), asker).await)
}

/// Asks the tested server for the links of the chain.
pub(crate) struct Asker<'a> {
    pub(crate) vantage: &'a Vantage,
    pub(crate) server: &'a Server,
    pub(crate) request: &'a Request,
    /// The existing connection, as long as it can be used.
    pub(crate) channel: Option<Channel>,
}

impl Ask for Asker<'_> {
    async fn ask(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Fault> {
        let query = Query::new(&name.to_question(), record_type, &self.request.options(), "dns.name")?;
        // A server may close the connection after each answer: the question is then sent on another connection, once.
        if let Some(mut channel) = self.channel.take() {
            match channel.ask(&query).await {
                Ok(exchange) => {
                    self.channel = Some(channel);
                    return Ok(exchange.answer);
                }
                Err(failed) if matches!(failed.failure(), Failure::Ended(_)) => {}
                Err(failed) => return Err(failed.into_fault(&query)),
            }
        }
        // Its phases and facts are those of the first connection.
        let mut trace = Trace::start();
        let mut channel = Channel::open(self.vantage, self.server, &self.request.client, &mut trace).await?;
        let exchange = channel.ask(&query).await.map_err(|failed| failed.into_fault(&query))?;
        self.channel = Some(channel);
        Ok(exchange.answer)
    }
}
