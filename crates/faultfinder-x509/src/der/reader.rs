//! Values, and the reader that goes from one to the next.

use std::borrow::Cow;
use std::ops::Range;

use super::fault::DerFault;
use super::tag::{
    BIT_STRING, BMP_STRING, BOOLEAN, Class, ENUMERATED, GENERALIZED_TIME, INTEGER, NULL, OBJECT, SEQUENCE,
    SET, UNIVERSAL_STRING, UTC_TIME,
};

/// How deep pieces of a string may nest; OpenSSL's limit (`ASN1_MAX_STRING_NEST`).
const STRING_DEPTH_MAX: usize = 5;

/// One value: its tag, and where it lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tlv<'a> {
    data: &'a [u8],
    pub(crate) class: Class,
    pub(crate) constructed: bool,
    pub(crate) tag: u32,
    start: usize,
    content_start: usize,
    content_end: usize,
    end: usize,
}

impl<'a> Tlv<'a> {
    /// The content without tag, length and end mark.
    pub(crate) fn content(&self) -> &'a [u8] {
        self.data.get(self.content_start..self.content_end).unwrap_or_default()
    }

    /// The value with tag and length.
    pub(crate) fn whole(&self) -> &'a [u8] {
        self.data.get(self.span()).unwrap_or_default()
    }

    /// Where the whole value lies in the reader's input.
    pub(crate) const fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Where the content lies in the reader's input.
    pub(crate) const fn content_span(&self) -> Range<usize> {
        self.content_start..self.content_end
    }

    /// A reader of what is inside.
    pub(crate) const fn inside(&self) -> Reader<'a> {
        Reader { data: self.data, pos: self.content_start, end: self.content_end }
    }

    pub(crate) fn is(&self, class: Class, tag: u32) -> bool {
        self.class == class && self.tag == tag
    }

    /// The content of a string, whose pieces are put together.
    pub(crate) fn string(&self) -> Result<Cow<'a, [u8]>, DerFault> {
        if !self.constructed {
            return Ok(Cow::Borrowed(self.content()));
        }
        let mut out = Vec::new();
        collect(self, &mut out, STRING_DEPTH_MAX)?;
        Ok(Cow::Owned(out))
    }

    /// The content of an integer: not empty and without needless leading bytes.
    pub(crate) fn integer(&self) -> Result<&'a [u8], DerFault> {
        match (self.constructed, self.content()) {
            (true, _) | (_, []) => Err(DerFault::BadInteger),
            (_, [0, second, ..]) if second & 0x80 == 0 => Err(DerFault::BadInteger),
            (_, [0xff, second, ..]) if second & 0x80 != 0 => Err(DerFault::BadInteger),
            (_, content) => Ok(content),
        }
    }

    /// The value of an integer of 32 bits (`INT32` of OpenSSL); nothing if it is none or does not fit.
    pub(crate) fn small(&self) -> Option<i32> {
        i32::try_from(super::small_integer(self.integer().ok()?)?).ok()
    }

    pub(crate) fn object(&self) -> Result<&'a [u8], DerFault> {
        let content = self.content();
        let ends = content.last().is_some_and(|last| last & 0x80 == 0);
        let mut first = true;
        for byte in content {
            if first && *byte == 0x80 {
                return Err(DerFault::BadObject);
            }
            first = byte & 0x80 == 0;
        }
        if self.constructed || !ends { Err(DerFault::BadObject) } else { Ok(content) }
    }

    pub(crate) fn boolean(&self) -> Result<bool, DerFault> {
        match (self.constructed, self.content()) {
            (false, [byte]) => Ok(*byte != 0),
            _ => Err(DerFault::BadBoolean),
        }
    }

    /// A value of any type (`ASN1_ANY`): what has a known one must be well-formed.
    pub(crate) fn well_formed(&self) -> Result<(), DerFault> {
        if self.class != Class::Universal {
            return Ok(());
        }
        let string_of = |wrong: fn(usize) -> bool, fault| {
            self.string().and_then(|content| if wrong(content.len()) { Err(fault) } else { Ok(()) })
        };
        match self.tag {
            SEQUENCE | SET if !self.constructed => Err(DerFault::WrongTag),
            SEQUENCE | SET => Ok(()),
            NULL if self.constructed || !self.content().is_empty() => Err(DerFault::WrongTag),
            NULL => Ok(()),
            BOOLEAN => self.boolean().map(|_| ()),
            INTEGER | ENUMERATED => self.integer().map(|_| ()),
            OBJECT => self.object().map(|_| ()),
            BIT_STRING => self.bit_string().map(|_| ()),
            BMP_STRING => string_of(|length| length % 2 != 0, DerFault::BadString),
            UNIVERSAL_STRING => string_of(|length| length % 4 != 0, DerFault::BadString),
            UTC_TIME => string_of(|length| length < 13, DerFault::TimeTooShort),
            GENERALIZED_TIME => string_of(|length| length < 15, DerFault::TimeTooShort),
            _ => self.string().map(|_| ()),
        }
    }

    /// The bytes of a bit string, unused bits cleared, and how many of them are unused.
    pub(crate) fn bit_string(&self) -> Result<(Cow<'a, [u8]>, u8), DerFault> {
        let string = self.string()?;
        let unused = *string.first().ok_or(DerFault::BadBitString)?;
        if unused > 7 {
            return Err(DerFault::BadBitString);
        }
        let mut bits = match string {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(1..).unwrap_or_default()),
            Cow::Owned(mut bytes) => {
                bytes.remove(0);
                Cow::Owned(bytes)
            }
        };
        let mask = 0xff_u8 << unused;
        if bits.last().is_some_and(|last| last & !mask != 0)
            && let Some(last) = bits.to_mut().last_mut()
        {
            *last &= mask;
        }
        Ok((bits, unused))
    }
}

/// Puts the pieces of a constructed string together.
fn collect(value: &Tlv<'_>, out: &mut Vec<u8>, depth: usize) -> Result<(), DerFault> {
    let depth = depth.checked_sub(1).ok_or(DerFault::TooDeep)?;
    let mut pieces = value.inside();
    while let Some(piece) = pieces.next()? {
        if piece.constructed {
            collect(&piece, out, depth)?;
        } else {
            out.extend_from_slice(piece.content());
        }
    }
    Ok(())
}

/// Reads values one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    data: &'a [u8],
    pos: usize,
    end: usize,
}

/// A tag and a length; no length means "until the end mark".
struct Header {
    class: Class,
    constructed: bool,
    tag: u32,
    length: Option<usize>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(data: &'a [u8]) -> Self {
        Self { data, pos: 0, end: data.len() }
    }

    /// Everything that it reads from, before and behind its own part too: what places are in.
    pub(crate) const fn input(&self) -> &'a [u8] {
        self.data
    }

    /// How far the reader has come in its input.
    pub(crate) const fn position(&self) -> usize {
        self.pos
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.pos >= self.end
    }

    fn byte(&mut self) -> Result<u8, DerFault> {
        if self.pos >= self.end {
            return Err(DerFault::Truncated);
        }
        let byte = *self.data.get(self.pos).ok_or(DerFault::Truncated)?;
        self.pos += 1;
        Ok(byte)
    }

    fn header(&mut self) -> Result<Header, DerFault> {
        let first = self.byte()?;
        let class = match first >> 6 {
            0 => Class::Universal,
            1 => Class::Application,
            2 => Class::Context,
            _ => Class::Private,
        };
        let constructed = first & 0x20 != 0;
        let mut tag = u32::from(first & 0x1f);
        if tag == 0x1f {
            tag = 0;
            loop {
                let byte = self.byte()?;
                tag = tag.checked_mul(128).ok_or(DerFault::BadHeader)? | u32::from(byte & 0x7f);
                if byte & 0x80 == 0 {
                    break;
                }
            }
        }
        let length = match self.byte()? {
            0x80 if constructed => None,
            0x80 => return Err(DerFault::BadHeader),
            short @ 0..0x80 => Some(usize::from(short)),
            long => {
                // OpenSSL wants at least one byte behind the length, even of an empty value.
                if self.end.saturating_sub(self.pos) <= usize::from(long & 0x7f) {
                    return Err(DerFault::Truncated);
                }
                let mut length = 0_usize;
                for _ in 0..(long & 0x7f) {
                    length = length.checked_mul(256).ok_or(DerFault::BadHeader)?;
                    length |= usize::from(self.byte()?);
                }
                Some(length)
            }
        };
        Ok(Header { class, constructed, tag, length })
    }

    /// The next value; nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Tlv<'a>>, DerFault> {
        if self.is_empty() {
            return Ok(None);
        }
        let start = self.pos;
        let Header { class, constructed, tag, length } = self.header()?;
        let content_start = self.pos;
        let content_end = match length {
            Some(length) => {
                let end = content_start.checked_add(length).ok_or(DerFault::BadHeader)?;
                if end > self.end {
                    return Err(DerFault::Truncated);
                }
                self.pos = end;
                end
            }
            None => self.skip_to_end_mark()?,
        };
        let data = self.data;
        Ok(Some(Tlv { data, class, constructed, tag, start, content_start, content_end, end: self.pos }))
    }

    /// Skips the content of a value of indefinite length and its end mark; returns where the content ends.
    fn skip_to_end_mark(&mut self) -> Result<usize, DerFault> {
        let mut open = 1_usize;
        loop {
            let at = self.pos;
            let header = self.header()?;
            match header.length {
                None => open += 1,
                Some(0) if header.class == Class::Universal && header.tag == 0 && !header.constructed => {
                    open -= 1;
                    if open == 0 {
                        return Ok(at);
                    }
                }
                Some(length) => {
                    self.pos = self.pos.checked_add(length).ok_or(DerFault::BadHeader)?;
                    if self.pos > self.end {
                        return Err(DerFault::Truncated);
                    }
                }
            }
        }
    }

    /// The next value, which must be there.
    pub(crate) fn any(&mut self) -> Result<Tlv<'a>, DerFault> {
        self.next()?.ok_or(DerFault::Truncated)
    }

    /// The next value, if it has that tag.
    pub(crate) fn optional(&mut self, class: Class, tag: u32) -> Result<Option<Tlv<'a>>, DerFault> {
        let mut ahead = self.clone();
        match ahead.next()? {
            Some(value) if value.is(class, tag) => {
                *self = ahead;
                Ok(Some(value))
            }
            _ => Ok(None),
        }
    }

    /// The next value, which must have that universal tag.
    pub(crate) fn expect(&mut self, tag: u32) -> Result<Tlv<'a>, DerFault> {
        let value = self.any()?;
        if value.is(Class::Universal, tag) { Ok(value) } else { Err(DerFault::WrongTag) }
    }

    /// The inside of the next value, which must be a sequence.
    pub(crate) fn sequence(&mut self) -> Result<Self, DerFault> {
        let value = self.expect(SEQUENCE)?;
        if value.constructed { Ok(value.inside()) } else { Err(DerFault::WrongTag) }
    }

    /// The inside of the next value, which must be a list. OpenSSL looks at the tag only: unlike a sequence of fields, it
    /// need not be marked as constructed.
    pub(crate) fn sequence_of(&mut self) -> Result<Self, DerFault> {
        Ok(self.expect(SEQUENCE)?.inside())
    }

    /// The value inside an explicit context tag, if that tag comes next.
    pub(crate) fn explicit(&mut self, tag: u32) -> Result<Option<Tlv<'a>>, DerFault> {
        let Some(outer) = self.optional(Class::Context, tag)? else { return Ok(None) };
        if !outer.constructed {
            return Err(DerFault::WrongTag);
        }
        let mut inside = outer.inside();
        let value = inside.any()?;
        inside.finish()?;
        Ok(Some(value))
    }

    /// The inside of a context-tagged list (implicitly tagged sequence or set), if it comes next. See [`Self::sequence_of`].
    pub(crate) fn implicit_list(&mut self, tag: u32) -> Result<Option<Self>, DerFault> {
        match self.optional(Class::Context, tag)? {
            Some(value) => Ok(Some(value.inside())),
            None => Ok(None),
        }
    }

    /// Nothing may be left.
    pub(crate) const fn finish(&self) -> Result<(), DerFault> {
        if self.is_empty() { Ok(()) } else { Err(DerFault::Trailing) }
    }
}

#[cfg(test)]
mod tests;
