//! Scripts as people write them, and scripts that nobody means well with.

#![expect(clippy::panic, reason = "a test that panics has failed, its helpers included")]

use faultfinder_script::{
    CODE_BYTES_MAX, Failure, FailureKind, Finished, Input, OUTPUT_CHARS_MAX, Response, Script, VARIABLES_MAX,
};
use std::collections::BTreeMap;

const BODY: &str =
    r#"{"items":[{"id":1,"name":"a"},{"id":2,"name":"b"}],"total":2,"ok":true,"none":null,"text":"abc"}"#;

fn run(code: &str) -> Finished {
    let headers = [("content-type", "application/json"), ("x-id", "7")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let response = Response { status: 200, headers: BTreeMap::from(headers), body: Some(BODY) };
    let variables = BTreeMap::from([("TOKEN", "s3cret"), ("EMPTY", "")]);
    let script = Script::new(code).unwrap_or_else(|error| panic!("{code}: {error}"));
    script.run(&Input { response: Some(response), variables })
}

#[track_caller]
fn passes(code: &str) {
    let finished = run(code);
    assert_eq!(finished.failure, None, "{code}");
}

/// What went wrong, with its place.
#[track_caller]
fn failure(code: &str) -> Failure {
    run(code).failure.unwrap_or_else(|| panic!("{code} has passed"))
}

#[test]
fn what_is_usual_holds() {
    const DATA: &str = "const data = JSON.parse(dd.response.body); const { expect, assert } = dd;\n";
    for code in [
        "expect(dd.response.statusCode).to.equal(200)",
        "expect(dd.response.headers['content-type']).to.be.a('string').that.includes('json').and.matches(/^app/)",
        "expect(data.items).to.be.an('array').with.lengthOf(2)",
        "expect(data.items).to.have.length.above(1).and.below(3)",
        "expect(data.items.map((item) => item.id)).to.deep.equal([1, 2]); expect([1]).to.not.equal([1])",
        "expect(data.items).to.deep.include({ id: 2, name: 'b' })",
        "expect(data).to.include({ total: 2, ok: true })",
        "expect(data).to.have.property('total', 2)",
        "expect(data).to.have.property('items').that.is.an('array')",
        "expect(data).to.have.nested.property('items[1].name', 'b')",
        "expect(data).to.not.have.property('missing')",
        "expect(data).to.have.all.keys('items', 'total', 'ok', 'none', 'text')",
        "expect(data).to.contain.all.keys(['items', 'total'])",
        "expect(data).to.have.any.keys('items', 'nothing')",
        "expect(data.ok).to.be.true; expect(data.none).to.be.null; expect(data.nothing).to.be.undefined",
        "expect(data.text).to.have.string('b').and.to.be.oneOf(['abc', 'x'])",
        "expect('').to.be.empty; expect([]).to.be.empty; expect({}).to.be.empty; expect([0]).to.not.be.empty",
        "expect(data.total).to.be.within(1, 3).and.be.at.least(2).and.be.at.most(2).and.be.closeTo(2.1, 0.2)",
        "expect([3, 1, 2]).to.have.members([1, 2, 3]).and.include.members([1])",
        "expect([1, 2]).to.have.ordered.members([1, 2]).but.not.have.ordered.members([2, 1])",
        "expect(() => { throw new TypeError('bad') }).to.throw(TypeError, /bad/)",
        "expect(() => 1).to.not.throw()",
        "expect(NaN).to.be.NaN; expect(1).to.be.finite; expect(data).to.exist",
        "expect(data.total).to.satisfy((n) => n % 2 === 0)",
        "expect(new Map([['a', 1]])).to.deep.equal(new Map([['a', 1]]))",
        "assert.equal(data.total, '2'); assert.strictEqual(data.total, 2); assert.deepEqual(data.items[0], { id: 1, name: 'a' })",
        "assert(data.ok); assert.isArray(data.items); assert.lengthOf(data.items, 2); assert.isAbove(data.total, 1)",
        "assert.match(data.text, /b/); assert.notInclude(data.text, 'x'); assert.isNull(data.none); assert.exists(data.text)",
        "dd.should(); data.total.should.equal(2); data.text.should.be.a('string'); data.items.should.have.lengthOf(2)",
        "const o = { n: 1 }; expect(() => o.n += 2).to.change(o, 'n').by(2).but.not.by(3)",
        "const o = { n: 1 }; expect(() => o.n += 2).to.increase(o, 'n').by(2); expect(() => o.n--).to.decrease(() => o.n).by(1)",
        "const o = { n: 1 }; expect(() => {}).to.not.change(o, 'n').and.not.increase(o, 'n').and.not.decrease(o, 'n')",
        "let s = 'a'; expect(() => s = 'b').changes(() => s); expect(() => s = 'b').to.not.change(() => s)",
        "const o = { n: 1 }; expect(() => o.n++).to.change(o, 'n').by(-1)",
        "const o = { n: 1 }, f = () => o.n++; assert.changes(f, o, 'n'); assert.increases(f, () => o.n); assert.increasesBy(f, o, 'n', 1)",
        "const o = { n: 1 }, f = () => o.n--; assert.decreasesBy(f, () => o.n, 1, 'm'); assert.doesNotIncrease(f, o, 'n'); assert.decreasesButNotBy(f, o, 'n', 2)",
        "const o = { n: 1 }; assert.doesNotChange(() => 1, o, 'n'); assert.changesBy(() => o.n -= 4, o, 'n', 4)",
        "expect(Object.freeze({})).to.be.frozen.and.sealed.and.not.extensible",
        "const pattern = new RegExp('^A', 'i'); expect(pattern.test(data.text)).to.be.true",
        "if (dd.variable.get('TOKEN') !== 's3cret' || dd.variable.get('NONE') !== undefined) throw new Error('variables')",
        "expect(data.items.some((item) => item.name === `b`)).to.be.true; return",
    ] {
        passes(&format!("{DATA}{code}"));
    }
}

#[test]
fn what_does_not_hold_says_what_was_found() {
    for (code, message) in [
        ("dd.expect(dd.response.statusCode).to.equal(404)", "expected 200 to equal 404"),
        ("dd.expect('abc', 'the text').to.include('x')", "the text: expected 'abc' to include 'x'"),
        ("dd.expect([1]).to.be.empty", "expected [1] to be empty"),
        ("dd.expect({ a: 1 }).to.have.property('b')", "expected {\"a\":1} to have the property 'b'"),
        ("dd.expect({ a: 1 }).to.deep.equal({ a: 2 })", "expected {\"a\":1} to deeply equal {\"a\":2}"),
        ("dd.expect([1, 2]).to.have.lengthOf(3)", "expected [1,2] to have a length of 3 but got 2"),
        ("dd.expect(5).to.not.be.above(4)", "expected 5 to not be above 4"),
        ("dd.expect(5, 'size').to.be.below(4)", "size: expected 5 to be below 4"),
        ("dd.expect('5').to.be.a('number')", "expected '5' to be a number"),
        ("dd.assert.equal(1, 2)", "expected 1 to equal 2"),
        ("dd.assert.isTrue(1, 'flag')", "flag: expected 1 to be true"),
        ("dd.assert(false, 'no items')", "no items"),
        ("dd.should(); (1).should.equal(2)", "expected 1 to equal 2"),
        (
            "const o = { n: 1 }; dd.expect(() => 1, 'later').to.change(o, 'n')",
            "later: expected the property 'n' to change, found 1 before and 1 after",
        ),
        (
            "const o = { n: 1 }; dd.expect(() => o.n++).to.not.increase(o, 'n')",
            "expected the property 'n' to not increase, found 1 before and 2 after",
        ),
        (
            "let n = 3; const read = () => n; dd.expect(() => n++).to.decrease(read, null, 'less')",
            "less: expected what [function read] returns to decrease, found 3 before and 4 after",
        ),
        (
            "const o = { n: 1 }; dd.expect(() => o.n += 2).to.increase(o, 'n').by(3)",
            "expected the property 'n' to increase by 3, found 1 before and 3 after",
        ),
        ("dd.expect(() => 1).to.increase({ n: '1' }, 'n')", "expected '1' to be a number"),
        ("dd.expect(() => 1).to.change({}, 'n')", "expected {} to have the property 'n'"),
        ("dd.expect(1).to.change({}, 'n')", "expected 1 to be a function"),
        (
            "dd.assert.increases(() => 1, { n: 1 }, 'n', 'up')",
            "up: expected the property 'n' to increase, found 1 before and 1 after",
        ),
        ("dd.expect(() => 1).to.throw()", "expected [function anonymous] to throw an error"),
    ] {
        let failure = failure(code);
        assert_eq!(
            (failure.kind, failure.message.as_str(), failure.line),
            (FailureKind::Assertion, message, Some(1)),
            "{code}"
        );
    }
    // Long values are shown in part.
    let failure = failure("dd.expect('x'.repeat(1000)).to.equal('')");
    assert!(failure.message.len() < 300, "{failure}");
}

#[test]
fn mistakes_have_their_line_and_column() {
    for (code, message, line, column) in [
        ("throw new Error('no items')", "no items", 1, 16),
        ("const a = 1;\n\n  missing.x", "ReferenceError: missing is not defined", 3, 3),
        ("const a = 1;\nnull.x", "TypeError: cannot read property 'x' of null", 2, 6),
        ("\nJSON.parse('{')", "SyntaxError: ", 2, 6),
        ("dd.expect(1).by(1)", "TypeError: `by` follows `change`, `increase` or `decrease`", 1, 15),
        ("dd.expect(1).to.equl(1)", "TypeError: there is no assertion `equl`", 1, 8),
    ] {
        let failure = failure(code);
        assert_eq!(failure.kind, FailureKind::Error, "{code}");
        assert!(failure.message.starts_with(message), "{code}: {failure}");
        assert_eq!(failure.line, Some(line), "{code}: {failure:?}");
        assert!(failure.column.is_some_and(|found| found.abs_diff(column) <= 10), "{code}: {failure:?}");
    }
    assert_eq!(failure("throw 'text'").message, "'text'");
    assert_eq!(failure("return Promise.reject(new Error('late'))").message, "late");
}

#[test]
fn what_does_not_hold_later_fails_too() {
    for (code, message) in [
        ("(async () => { dd.expect(1).to.equal(2) })();", "expected 1 to equal 2"),
        ("(async () => { await null; dd.expect(1).to.equal(2) })();", "expected 1 to equal 2"),
        ("Promise.reject(new Error('x'))", "x"),
        ("Promise.reject('x')", "'x'"),
        ("Promise.reject()", "undefined"),
        ("Promise.resolve(1).then((n) => dd.expect(n).to.equal(2)).then(() => 3)", "expected 1 to equal 2"),
        ("new Promise((done) => done(missing))", "ReferenceError: missing is not defined"),
        ("const p = Promise.reject(new Error('a')); Promise.reject(new Error('b')); p.catch(() => 1)", "b"),
        ("return new Promise(() => {})", "'the promise that it returns is never settled'"),
    ] {
        assert_eq!(failure(code).message, message, "{code}");
    }
    for code in [
        "(async () => { dd.expect(1).to.equal(1) })();",
        "Promise.reject(new Error('x')).catch(() => 1)",
        "const p = Promise.reject(new Error('x')); Promise.resolve().then(() => p.catch(() => 1))",
        "(async () => { try { await Promise.reject(1) } catch { } })()",
        "return Promise.resolve(5)",
    ] {
        passes(code);
    }
}

#[test]
fn a_script_with_nothing_in_it_is_known() {
    for code in ["", " \n", "// nothing", "/* a\n */ // b\n;", "/**/"] {
        assert!(Script::new(code).unwrap().is_empty(), "{code}");
    }
    for code in ["1", "// a\n1", "/* a */ dd", "/a/.test('')", "''"] {
        assert!(!Script::new(code).unwrap().is_empty(), "{code}");
    }
}

#[test]
fn what_is_no_javascript_is_refused_at_once() {
    for (code, line) in
        [("const a = ;", 1), ("let x = 1;\nif (x {", 2), ("function f() {", 1), ("\n\n'abc", 3)]
    {
        let error = Script::new(code).unwrap_err();
        assert!(error.message.starts_with("SyntaxError: "), "{code}: {error}");
        assert!(error.line.is_some_and(|found| found.abs_diff(line) <= 1), "{code}: {error:?}");
    }
    assert!(Script::new(&" ".repeat(CODE_BYTES_MAX)).is_ok());
    assert!(Script::new(&" ".repeat(CODE_BYTES_MAX + 1)).is_err());
}

#[test]
fn variables_are_set() {
    let code = "dd.variable.set('A', 'x'); dd.variable . set(\"B\", dd.response.statusCode);\ndd.variable.set(`C`, { a: [1] }); dd.variable.setObfuscated('D' + 1, null); if (dd.variable.get('A') !== 'x') throw 1";
    let finished = run(code);
    assert_eq!(finished.failure, None);
    let set = finished.variables.iter().map(|set| (set.name.as_str(), set.value.as_str(), set.secret));
    let expected =
        [("A", "x", false), ("B", "200", false), ("C", "{\"a\":[1]}", false), ("D1", "null", true)];
    assert_eq!(set.collect::<Vec<_>>(), expected);
    let many = failure("for (let i = 0; i < 1000; i++) dd.variable.set('A' + i, i)");
    assert!(many.message.contains(&format!("at most {VARIABLES_MAX} variables")), "{many}");
}

#[test]
fn what_is_printed_is_kept_up_to_a_limit() {
    assert_eq!(run("console.log('a', 1, { b: [2] }); console.error(null)").output, "a 1 {\"b\":[2]}\nnull\n");
    let finished = run("for (let i = 0; i < 10000; i++) console.log('some text')");
    assert_eq!((finished.output.len(), finished.failure), (OUTPUT_CHARS_MAX, None));
}

#[test]
fn limits_end_what_would_not_end() {
    for code in [
        "for (;;) {}",
        "while (true) { try { for (;;) {} } catch {} }",
        "/(a*)*b/.test('a'.repeat(50))",
        "const f = () => Promise.resolve().then(f); f(); for (;;) {}",
        "const f = () => Promise.resolve().then(f); f()",
        "Promise.resolve().then(() => { for (;;) {} })",
        "for (let i = 0; i < 5000; i++) Promise.reject(i)",
        "Array.from({ length: 1e9 }, (_, i) => i & 1)",
    ] {
        let failure = failure(code);
        assert!(matches!(failure.kind, FailureKind::Time | FailureKind::Memory), "{code}: {failure:?}");
    }
    for code in [
        "const all = []; for (;;) all.push('x'.repeat(1e6) + all.length)",
        "'x'.repeat(2e8)",
        "const f = () => f() + 1; f()",
        "new Uint8Array(1e9)",
    ] {
        let failure = failure(code);
        assert!(
            failure.kind == FailureKind::Memory || failure.message.contains("length"),
            "{code}: {failure:?}"
        );
    }
}

// An instruction cannot be interrupted: nobody waits for it, and it does not keep others from ending.
#[test]
fn an_instruction_that_does_not_end_is_left_behind() {
    let failure = failure("'a'.repeat(8e6).indexOf('a'.repeat(4e6) + 'b')");
    assert_eq!(failure.kind, FailureKind::Time, "{failure:?}");
    assert!(failure.message.starts_with("a single instruction of it ran for more than 5 s"), "{failure}");
    passes("1");
}

#[test]
fn code_and_data_that_are_nested_without_end_are_refused() {
    for unit in ["(", "[", "{", "!", "a=>", "`${", "if(1)", "a?", "new ", "function f(){", "async()=>"] {
        let code = unit.repeat(CODE_BYTES_MAX / unit.len());
        assert!(Script::new(&code).is_err(), "{unit}");
    }
    for code in [
        "JSON.parse('['.repeat(1e6))",
        "new RegExp('('.repeat(1e5))",
        "eval('('.repeat(1e6))",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a.flat(Infinity)",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; dd.expect(a).to.deep.equal([])",
    ] {
        assert!(run(code).failure.is_some(), "{code}");
    }
}

#[test]
fn there_is_nothing_outside() {
    for name in
        ["require", "process", "fetch", "XMLHttpRequest", "std", "os", "Deno", "setTimeout", "print", "load"]
    {
        passes(&format!("if (typeof {name} !== 'undefined') throw new Error('{name}')"));
    }
    assert_eq!(failure("return import('fs')").kind, FailureKind::Error);
    // What one script does to its engine, the next one does not see.
    passes("globalThis.x = 1; Object.prototype.y = 2; JSON.parse = null");
    passes("if (typeof x !== 'undefined' || {}.y) throw new Error('shared')");
}
