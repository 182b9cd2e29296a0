//! XMPP, from client to server (RFC 6120 section 5).

use super::dialog::Dialog;
use crate::Host;
use faultfinder_taxonomy::Fault;

const START: &[u8] = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

pub(super) async fn ask(dialog: &mut Dialog<'_>, host: &Host) -> Result<(), Fault> {
    let to = host.to_text().replace('&', "&amp;").replace('\'', "&apos;").replace('<', "&lt;");
    let open = format!(
        "<?xml version='1.0'?><stream:stream to='{to}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
    );
    dialog.send(open.as_bytes()).await?;
    let features = dialog.until(|text| ended(text, &["stream:features", "stream:error"])).await?;
    if !features.contains("<stream:features") {
        let is_stream = features.contains("<stream:stream") || features.contains("<stream:error");
        return Err(if is_stream {
            dialog.turned_away()
        } else {
            dialog.malformed("its response is not an XMPP stream")
        });
    }
    if !features.contains("<starttls") {
        return Err(dialog.not_offered());
    }
    dialog.send(START).await?;
    let answer = dialog.until(|text| ended(text, &["proceed", "failure", "stream:error"])).await?;
    if answer.contains("<proceed") {
        Ok(())
    } else if answer.contains("<stream:error") {
        Err(dialog.turned_away())
    } else {
        Err(dialog.refused())
    }
}

/// Where the first of these elements ends, or the stream; text that cannot become one ends where it is.
fn ended(text: &str, names: &[&str]) -> Option<usize> {
    let first = text.trim_start().as_bytes().first();
    if first.is_some_and(|first| *first != b'<') {
        return Some(text.len());
    }
    if let Some(at) = text.find("</stream:stream>") {
        return Some(at + "</stream:stream>".len());
    }
    names.iter().filter_map(|name| element_end(text, name)).min()
}

/// Where the element with this name ends: with its start tag when it is empty, with its end tag otherwise.
fn element_end(text: &str, name: &str) -> Option<usize> {
    let begin = text.find(&format!("<{name}"))?;
    let start_tag = begin + text.get(begin..)?.find('>')? + 1;
    if text.get(..start_tag)?.ends_with("/>") {
        return Some(start_tag);
    }
    let end_tag = format!("</{name}>");
    let at = text.get(start_tag..)?.find(&end_tag)?;
    Some(start_tag + at + end_tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_ends_with_its_own_tag_and_nothing_behind_it_belongs_to_it() {
        let names = ["proceed", "failure"];
        assert_eq!(ended("<proceed xmlns='a'/>more", &names), Some(20));
        assert_eq!(ended("<failure><why/></failure>", &names), Some(25));
        assert_eq!(ended("<failure><why/></fail", &names), None);
        assert_eq!(ended("<stream:stream id='1'>", &names), None);
        assert_eq!(ended("HTTP/1.1 400", &names), Some(12));
    }
}
