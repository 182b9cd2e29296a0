//! Keywords about objects.

use super::scalars::count;
use super::{Run, Stop, Verdict, segment, spend};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

impl<'s> Run<'s, '_> {
    /// Validates the members of an object.
    pub(super) fn members(
        &mut self,
        schema: &'s Map<String, Value>,
        value: &Value,
        members: &Map<String, Value>,
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        self.presence(schema, members, verdict)?;
        let mut known: BTreeSet<String> = BTreeSet::new();
        if let Some(Value::Object(properties)) = schema.get("properties") {
            for (name, schema) in properties {
                spend(self.work, 1)?;
                let Some(member) = members.get(name) else { continue };
                verdict.is_valid &= self.inside(schema, member, &segment(name))?;
                known.insert(name.clone());
            }
        }
        if let Some(Value::Object(by_pattern)) = schema.get("patternProperties") {
            for (pattern, schema) in by_pattern {
                for (name, member) in members {
                    if self.finds(pattern, name)? {
                        verdict.is_valid &= self.inside(schema, member, &segment(name))?;
                        known.insert(name.clone());
                    }
                }
            }
        }
        if let Some(names) = schema.get("propertyNames") {
            for name in members.keys() {
                let found = self.quietly(names, &Value::String(name.clone()))?;
                self.judge(verdict, found.is_valid, || format!("has a member of the wrong name: {name}"));
            }
        }
        if let Some(others) = schema.get("additionalProperties") {
            known = self.others(others, members, known, verdict)?;
        }
        verdict.members.append(&mut known);
        self.dependencies(schema, value, members, verdict)?;
        if let Some(others) = schema.get("unevaluatedProperties") {
            let known = std::mem::take(&mut verdict.members);
            verdict.members = self.others(others, members, known, verdict)?;
        }
        Ok(())
    }

    /// Validates the members that are not known by a schema; yields all that are known then.
    fn others(
        &mut self,
        schema: &'s Value,
        members: &Map<String, Value>,
        mut known: BTreeSet<String>,
        verdict: &mut Verdict,
    ) -> Result<BTreeSet<String>, Stop> {
        for (name, member) in members {
            spend(self.work, 1)?;
            if !known.contains(name) {
                verdict.is_valid &= self.inside(schema, member, &segment(name))?;
                known.insert(name.clone());
            }
        }
        Ok(known)
    }

    /// `required`, and how many there are.
    fn presence(
        &mut self,
        schema: &'s Map<String, Value>,
        members: &Map<String, Value>,
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        if let Some(Value::Array(names)) = schema.get("required") {
            self.required(names, members, verdict)?;
        }
        let length = members.len();
        if let Some(most) = schema.get("maxProperties").and_then(count) {
            self.judge(verdict, length <= most, || {
                format!("has {length} members, at most {most} are allowed")
            });
        }
        if let Some(least) = schema.get("minProperties").and_then(count) {
            self.judge(verdict, length >= least, || {
                format!("has {length} members, at least {least} are needed")
            });
        }
        Ok(())
    }

    fn required(
        &mut self,
        names: &'s [Value],
        members: &Map<String, Value>,
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        for name in names.iter().filter_map(Value::as_str) {
            spend(self.work, 1)?;
            if !members.contains_key(name) {
                let length = self.path.len();
                self.path.push_str(&segment(name));
                self.judge(verdict, false, || "is missing".to_owned());
                self.path.truncate(length);
            }
        }
        Ok(())
    }

    /// What must be there when something else is.
    fn dependencies(
        &mut self,
        schema: &'s Map<String, Value>,
        value: &Value,
        members: &Map<String, Value>,
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
            let Some(Value::Object(dependencies)) = schema.get(keyword) else { continue };
            for (name, needed) in dependencies {
                spend(self.work, 1)?;
                if !members.contains_key(name) {
                    continue;
                }
                match needed {
                    Value::Array(names) => self.required(names, members, verdict)?,
                    schema => {
                        let found = self.schema(schema, value)?;
                        verdict.is_valid &= found.is_valid;
                        verdict.take(found, self.work)?;
                    }
                }
            }
        }
        Ok(())
    }
}
