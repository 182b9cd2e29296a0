//! Keywords about lists.

use super::super::equal::equal;
use super::scalars::count;
use super::{Run, Stop, Verdict};
use serde_json::{Map, Value};

impl<'s> Run<'s, '_> {
    /// Validates the items of a list.
    pub(super) fn items(
        &mut self,
        schema: &'s Map<String, Value>,
        items: &[Value],
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        let length = items.len();
        if let Some(most) = schema.get("maxItems").and_then(count) {
            self.judge(verdict, length <= most, || format!("has {length} items, at most {most} are allowed"));
        }
        if let Some(least) = schema.get("minItems").and_then(count) {
            self.judge(verdict, length >= least, || {
                format!("has {length} items, at least {least} are needed")
            });
        }
        if schema.get("uniqueItems") == Some(&Value::Bool(true))
            && let Some((first, second)) = self.repeated(items)?
        {
            self.judge(verdict, false, || format!("has the same item at {first} and {second}"));
        }
        // Older drafts have the schemas of the first items in `items`.
        let (prefix, rest) = match (schema.get("prefixItems"), schema.get("items")) {
            (Some(Value::Array(prefix)), rest) => (prefix.as_slice(), rest),
            (_, Some(Value::Array(prefix))) => (prefix.as_slice(), schema.get("additionalItems")),
            (_, rest) => (&[][..], rest),
        };
        for (at, (schema, item)) in prefix.iter().zip(items).enumerate() {
            verdict.is_valid &= self.inside(schema, item, &format!("[{at}]"))?;
            verdict.items.insert(at);
        }
        if let Some(rest) = rest {
            for (at, item) in items.iter().enumerate().skip(prefix.len()) {
                verdict.is_valid &= self.inside(rest, item, &format!("[{at}]"))?;
                verdict.items.insert(at);
            }
        }
        self.contains(schema, items, verdict)?;
        if let Some(others) = schema.get("unevaluatedItems") {
            for (at, item) in items.iter().enumerate() {
                if !verdict.items.contains(&at) {
                    verdict.is_valid &= self.inside(others, item, &format!("[{at}]"))?;
                    verdict.items.insert(at);
                }
            }
        }
        Ok(())
    }

    /// `contains`, `minContains`, `maxContains`.
    fn contains(
        &mut self,
        schema: &'s Map<String, Value>,
        items: &[Value],
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        let Some(wanted) = schema.get("contains") else { return Ok(()) };
        let mut found = 0_usize;
        for (at, item) in items.iter().enumerate() {
            if self.quietly(wanted, item)?.is_valid {
                found += 1;
                verdict.items.insert(at);
            }
        }
        let least = schema.get("minContains").and_then(count).unwrap_or(1);
        self.judge(verdict, found >= least, || {
            format!("has {found} items that fit `contains`, at least {least} are needed")
        });
        if let Some(most) = schema.get("maxContains").and_then(count) {
            self.judge(verdict, found <= most, || {
                format!("has {found} items that fit `contains`, at most {most} are allowed")
            });
        }
        Ok(())
    }

    /// Two items that are the same.
    fn repeated(&mut self, items: &[Value]) -> Result<Option<(usize, usize)>, Stop> {
        for (second, item) in items.iter().enumerate() {
            for (first, before) in items.iter().enumerate().take(second) {
                if equal(before, item, (self.long, self.long), self.work)? {
                    return Ok(Some((first, second)));
                }
            }
        }
        Ok(None)
    }
}
