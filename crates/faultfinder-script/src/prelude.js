// What a script sees: `dd` with the response, the variables and assertions in the style of Chai, and `console`.
// Evaluates to a function of the input, the script and the limits, which runs the script and returns a function that tells
// what came of it.
(function () {
  "use strict";
  const { parse, stringify } = JSON;
  const texts = String;

  class AssertionError extends Error {
    get name() {
      return "AssertionError";
    }
  }

  // A value in a message, in one line of limited length.
  const SHOWN = 200;
  const show = (value) => {
    let text;
    if (typeof value === "string") text = `'${value}'`;
    else if (typeof value === "function") text = `[function ${value.name || "anonymous"}]`;
    else if (typeof value === "bigint") text = `${value}n`;
    else if (typeof value === "symbol") text = value.toString();
    else if (value instanceof RegExp || value instanceof Date) text = texts(value);
    else if (value instanceof Error) text = `[${value.name}: ${value.message}]`;
    else if (value instanceof Map || value instanceof Set) text = `${value.constructor.name}(${value.size})`;
    else if (value !== null && typeof value === "object") {
      try {
        text = stringify(value);
      } catch {
        text = texts(value);
      }
    } else text = Object.is(value, -0) ? "-0" : texts(value);
    return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  };

  const typeOf = (value) =>
    value === null ? "null" : Object.prototype.toString.call(value).slice(8, -1).toLowerCase();

  // Deep equality as Chai's `eql` has it: same types, NaN equals itself, -0 is not 0.
  const same = (a, b, pairs = []) => {
    if (Object.is(a, b)) return true;
    if (typeOf(a) !== typeOf(b) || a === null || typeof a !== "object") return false;
    if (a instanceof Date) return Object.is(a.getTime(), b.getTime());
    if (a instanceof RegExp) return texts(a) === texts(b);
    if (pairs.some(([left, right]) => left === a && right === b)) return true;
    const deeper = [...pairs, [a, b]];
    if (a instanceof Map || a instanceof Set) {
      return a.size === b.size && same([...a], [...b], deeper);
    }
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key], deeper));
  };

  const sizeOf = (value) => {
    if (value instanceof Map || value instanceof Set) return value.size;
    if (value !== null && value !== undefined && value.length !== undefined) return value.length;
    return undefined;
  };

  const fail = (message) => {
    throw new AssertionError(message);
  };

  // `a.b[0].c` of a nested property.
  const nested = (value, path) => {
    let found = value;
    for (const key of texts(path).replace(/\[(\w+)\]/g, ".$1").split(".")) {
      if (found === null || found === undefined || !(key in Object(found))) return { has: false };
      found = found[key];
    }
    return { has: true, value: found };
  };

  const WORDS = "to be been is that which and has have with at of same but does still also".split(" ");
  const FLAGS = "not deep nested own ordered any all".split(" ");

  // An assertion on a value; a chain keeps its flags.
  class Assertion {
    constructor(value, message, flags = {}) {
      this.value = value;
      this.message = message;
      this.flags = flags;
    }

    with(changes) {
      return new Assertion(this.value, this.message, { ...this.flags, ...changes });
    }

    // The value is to have what `words` say; `holds` tells whether it has.
    check(holds, words, message) {
      const wanted = this.flags.not ? `not ${words}` : words;
      if (Boolean(holds) === Boolean(this.flags.not)) {
        const why = message ?? this.message;
        fail(`${why === undefined ? "" : `${why}: `}expected ${this.flags.subject ?? show(this.value)} to ${wanted}`);
      }
      return this;
    }

    equals(a, b) {
      return this.flags.deep ? same(a, b) : a === b;
    }

    number(other, words, compare, message) {
      const value = this.flags.length ? sizeOf(this.value) : this.value;
      const isFit = ["number", "bigint"].includes(typeof value) || value instanceof Date;
      if (!isFit) fail(`expected ${show(this.value)} to be a number or a date`);
      return this.check(compare(value, other), `be ${words} ${show(other)}`, message);
    }

    includes(what, message) {
      const { value } = this;
      let holds;
      if (typeof value === "string") holds = value.includes(what);
      else if (Array.isArray(value) || value instanceof Set) holds = [...value].some((item) => this.equals(item, what));
      else if (value instanceof Map) holds = [...value.values()].some((item) => this.equals(item, what));
      else if (value !== null && typeof value === "object" && what !== null && typeof what === "object") {
        holds = Object.keys(what).every((key) => {
          const found = this.flags.nested ? nested(value, key) : { has: key in value, value: value[key] };
          return found.has && this.equals(found.value, what[key]);
        });
      } else fail(`expected ${show(value)} to be a text, a list or an object that can include ${show(what)}`);
      return this.check(holds, `include ${show(what)}`, message);
    }

    type(name, message) {
      const wanted = texts(name).toLowerCase();
      const article = /^[aeiou]/.test(wanted) ? "an" : "a";
      return this.check(typeOf(this.value) === wanted, `be ${article} ${wanted}`, message);
    }

    members(list, message) {
      if (!Array.isArray(this.value)) fail(`expected ${show(this.value)} to be a list`);
      const left = [...this.value];
      const found = list.every((item, index) => {
        if (this.flags.ordered) return this.equals(left[index], item);
        const at = left.findIndex((other) => this.equals(other, item));
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      });
      const all = this.flags.contains || list.length === this.value.length;
      const words = this.flags.contains ? "include the members" : "have the members";
      return this.check(found && all, `${words} ${show(list)}`, message);
    }

    keyNames(names) {
      const wanted = names.flatMap((name) =>
        Array.isArray(name) ? name : name !== null && typeof name === "object" ? Object.keys(name) : [name],
      );
      const own = this.value instanceof Map || this.value instanceof Set ? [...this.value.keys()] : Object.keys(this.value);
      const found = wanted.filter((name) => own.some((key) => key === name || texts(key) === texts(name)));
      const exact = this.flags.contains || own.length === wanted.length;
      const holds = this.flags.any ? found.length > 0 : found.length === wanted.length && exact;
      return this.check(holds, `have ${this.flags.any ? "any of the" : "the"} keys ${wanted.map(show).join(", ")}`);
    }

    // What a call of the value makes of a property, or of what another function returns: `compare` has it before and after.
    changed(verb, compare, subject, name, message) {
      const isProperty = name !== undefined && name !== null;
      if (typeof this.value !== "function") fail(`expected ${show(this.value)} to be a function`);
      if (!isProperty && typeof subject !== "function") fail(`expected ${show(subject)} to be a function, or a property to be named`);
      if (isProperty && (subject === null || subject === undefined || !(name in Object(subject)))) {
        fail(`expected ${show(subject)} to have the property ${show(name)}`);
      }
      const read = () => (isProperty ? subject[name] : subject());
      const before = read();
      if (verb !== "change" && typeof before !== "number") fail(`expected ${show(before)} to be a number`);
      this.value();
      const after = read();
      const what = isProperty ? `the property ${show(name)}` : `what ${show(subject)} returns`;
      const delta = { verb, before, after };
      const found = this.with({ delta, subject: what });
      return found.check(compare(before, after), `${verb}, found ${show(before)} before and ${show(after)} after`, message);
    }

    // By how much; after one of `change`, `increase` and `decrease`.
    by(amount, message) {
      const { delta } = this.flags;
      if (delta === undefined) throw new TypeError("`by` follows `change`, `increase` or `decrease`");
      const { verb, before, after } = delta;
      const moved = { change: Math.abs(after - before), increase: after - before, decrease: before - after }[verb];
      const words = `${verb} by ${show(amount)}, found ${show(before)} before and ${show(after)} after`;
      return this.check(moved === Math.abs(amount), words, message);
    }

    thrown(kind, pattern, message) {
      let error;
      let threw = false;
      try {
        this.value();
      } catch (caught) {
        threw = true;
        error = caught;
      }
      const isKind = typeof kind === "function";
      const text = isKind ? pattern : kind;
      const said = texts(error?.message ?? error);
      const fits = text === undefined || (text instanceof RegExp ? text.test(said) : said.includes(text));
      const holds = threw && (!isKind || error instanceof kind) && fits;
      return this.check(holds, `throw ${isKind ? kind.name : "an error"}${text === undefined ? "" : ` ${show(text)}`}`, message);
    }
  }

  const getters = {
    ok: (a) => a.check(a.value, "be truthy"),
    true: (a) => a.check(a.value === true, "be true"),
    false: (a) => a.check(a.value === false, "be false"),
    null: (a) => a.check(a.value === null, "be null"),
    undefined: (a) => a.check(a.value === undefined, "be undefined"),
    NaN: (a) => a.check(Number.isNaN(a.value), "be NaN"),
    finite: (a) => a.check(Number.isFinite(a.value), "be a finite number"),
    extensible: (a) => a.check(Object.isExtensible(a.value), "be extensible"),
    sealed: (a) => a.check(Object.isSealed(a.value), "be sealed"),
    frozen: (a) => a.check(Object.isFrozen(a.value), "be frozen"),
    exist: (a) => a.check(a.value !== null && a.value !== undefined, "exist"),
    exists: (a) => a.check(a.value !== null && a.value !== undefined, "exist"),
    empty: (a) => {
      const size = sizeOf(a.value) ?? (a.value !== null && typeof a.value === "object" ? Object.keys(a.value).length : undefined);
      if (size === undefined) fail(`expected ${show(a.value)} to be a text, a list or an object that can be empty`);
      return a.check(size === 0, "be empty");
    },
  };

  const equal = (a, other, message) =>
    a.check(a.equals(a.value, other), `${a.flags.deep ? "deeply equal" : "equal"} ${show(other)}`, message);
  const eql = (a, other, message) => a.check(same(a.value, other), `deeply equal ${show(other)}`, message);
  const above = (a, other, message) => a.number(other, "above", (x, y) => x > y, message);
  const least = (a, other, message) => a.number(other, "at least", (x, y) => x >= y, message);
  const below = (a, other, message) => a.number(other, "below", (x, y) => x < y, message);
  const most = (a, other, message) => a.number(other, "at most", (x, y) => x <= y, message);
  const within = (a, low, high, message) => {
    const value = a.flags.length ? sizeOf(a.value) : a.value;
    return a.check(value >= low && value <= high, `be within ${show(low)} and ${show(high)}`, message);
  };
  const close = (a, other, delta, message) =>
    a.check(Math.abs(a.value - other) <= delta, `be close to ${show(other)} +/- ${show(delta)}`, message);
  const match = (a, pattern, message) => a.check(pattern.test(a.value), `match ${show(pattern)}`, message);
  const keys = (a, ...names) => a.keyNames(names);
  const satisfy = (a, holds, message) => a.check(holds(a.value), `satisfy ${show(holds)}`, message);
  const instance = (a, kind, message) => a.check(a.value instanceof kind, `be an instance of ${kind?.name}`, message);
  const length = (a, size, message) => a.check(sizeOf(a.value) === size, `have a length of ${show(size)} but got ${show(sizeOf(a.value))}`, message);
  const property = (a, name, ...rest) => {
    const { value } = a;
    if (value === null || value === undefined) fail(`expected ${show(value)} to be an object with the property ${show(name)}`);
    const has = a.flags.own ? Object.hasOwn(Object(value), name) : name in Object(value);
    const found = a.flags.nested ? nested(value, name) : { has, value: value[name] };
    const isWanted = found.has && (rest.length === 0 || a.equals(found.value, rest[0]));
    a.check(isWanted, `have the property ${show(name)}${rest.length === 0 ? "" : ` of ${show(rest[0])}`}`, rest[1]);
    return a.flags.not ? a : new Assertion(found.value, a.message, a.flags);
  };
  const ownProperty = (a, ...rest) => property(a.with({ own: true }), ...rest);
  const oneOf = (a, list, message) => a.check(list.some((item) => a.equals(item, a.value)), `be one of ${show(list)}`, message);
  const string = (a, text, message) => a.check(texts(a.value).includes(text), `contain ${show(text)}`, message);
  const respond = (a, name, message) => a.check(typeof a.value?.[name] === "function", `respond to ${show(name)}`, message);
  const thrown = (a, ...rest) => a.thrown(...rest);
  const members = (a, ...rest) => a.members(...rest);
  const change = (a, ...rest) => a.changed("change", (before, after) => before !== after, ...rest);
  const increase = (a, ...rest) => a.changed("increase", (before, after) => after > before, ...rest);
  const decrease = (a, ...rest) => a.changed("decrease", (before, after) => after < before, ...rest);
  const by = (a, ...rest) => a.by(...rest);

  const methods = {
    equal, equals: equal, eq: equal, eql, eqls: eql,
    above, gt: above, greaterThan: above, least, gte: least, greaterThanOrEqual: least,
    below, lt: below, lessThan: below, most, lte: most, lessThanOrEqual: most,
    within, closeTo: close, approximately: close, match, matches: match, key: keys, keys, satisfy, satisfies: satisfy,
    instanceof: instance, instanceOf: instance, property, ownProperty, haveOwnProperty: ownProperty, oneOf, string,
    respondTo: respond, respondsTo: respond, throw: thrown, throws: thrown, Throw: thrown, members,
    change, changes: change, increase, increases: increase, decrease, decreases: decrease, by,
  };
  // Words that are calls and lead on.
  const both = {
    a: (a, ...rest) => a.type(...rest),
    an: (a, ...rest) => a.type(...rest),
    include: (a, ...rest) => a.includes(...rest),
    includes: (a, ...rest) => a.includes(...rest),
    contain: (a, ...rest) => a.includes(...rest),
    contains: (a, ...rest) => a.includes(...rest),
    length,
    lengthOf: length,
  };
  const leads = { a: {}, an: {}, include: { contains: true }, includes: { contains: true }, contain: { contains: true }, contains: { contains: true }, length: { length: true }, lengthOf: { length: true } };

  // An assertion as scripts see it: an unknown word is a mistake, as in Chai.
  const chain = (assertion) =>
    new Proxy(assertion, {
      get(target, name) {
        if (typeof name === "symbol") return undefined;
        if (WORDS.includes(name)) return chain(target);
        if (FLAGS.includes(name)) return chain(target.with({ [name]: true }));
        if (Object.hasOwn(getters, name)) return chain(getters[name](target));
        if (Object.hasOwn(methods, name)) return (...rest) => chain(methods[name](target, ...rest));
        if (Object.hasOwn(both, name)) {
          const lead = chain(target.with(leads[name]));
          const call = (...rest) => chain(both[name](target, ...rest));
          return new Proxy(call, { get: (_, next) => lead[next] });
        }
        throw new TypeError(`there is no assertion \`${name}\``);
      },
    });

  const expect = (value, message) => chain(new Assertion(value, message));
  expect.fail = (message) => fail(message ?? "expect.fail()");

  const assert = (holds, message) => {
    if (!holds) fail(message ?? `expected ${show(holds)} to be truthy`);
  };
  const to = (value, message) => expect(value, message).to;
  Object.assign(assert, {
    fail: (message) => fail(message ?? "assert.fail()"),
    ok: (value, message) => to(value, message).be.ok,
    isOk: (value, message) => to(value, message).be.ok,
    notOk: (value, message) => to(value, message).not.be.ok,
    isNotOk: (value, message) => to(value, message).not.be.ok,
    // eslint-style looseness is what these two are for.
    equal: (a, b, message) => new Assertion(a, message).check(a == b, `equal ${show(b)}`),
    notEqual: (a, b, message) => new Assertion(a, message).check(a != b, `not equal ${show(b)}`),
    strictEqual: (a, b, message) => to(a, message).equal(b),
    notStrictEqual: (a, b, message) => to(a, message).not.equal(b),
    deepEqual: (a, b, message) => to(a, message).eql(b),
    notDeepEqual: (a, b, message) => to(a, message).not.eql(b),
    isTrue: (value, message) => to(value, message).be.true,
    isFalse: (value, message) => to(value, message).be.false,
    isNotTrue: (value, message) => to(value, message).not.be.true,
    isNotFalse: (value, message) => to(value, message).not.be.false,
    isNull: (value, message) => to(value, message).be.null,
    isNotNull: (value, message) => to(value, message).not.be.null,
    isNaN: (value, message) => to(value, message).be.NaN,
    isNotNaN: (value, message) => to(value, message).not.be.NaN,
    exists: (value, message) => to(value, message).exist,
    notExists: (value, message) => to(value, message).not.exist,
    isUndefined: (value, message) => to(value, message).be.undefined,
    isDefined: (value, message) => to(value, message).not.be.undefined,
    isEmpty: (value, message) => to(value, message).be.empty,
    isNotEmpty: (value, message) => to(value, message).not.be.empty,
    isAbove: (a, b, message) => to(a, message).be.above(b),
    isAtLeast: (a, b, message) => to(a, message).be.least(b),
    isBelow: (a, b, message) => to(a, message).be.below(b),
    isAtMost: (a, b, message) => to(a, message).be.most(b),
    closeTo: (a, b, delta, message) => to(a, message).be.closeTo(b, delta),
    typeOf: (value, name, message) => to(value, message).be.a(name),
    instanceOf: (value, kind, message) => to(value, message).be.instanceof(kind),
    include: (value, what, message) => to(value, message).include(what),
    notInclude: (value, what, message) => to(value, message).not.include(what),
    deepInclude: (value, what, message) => to(value, message).deep.include(what),
    match: (value, pattern, message) => to(value, message).match(pattern),
    notMatch: (value, pattern, message) => to(value, message).not.match(pattern),
    property: (value, name, message) => to(value, message).have.property(name),
    notProperty: (value, name, message) => to(value, message).not.have.property(name),
    propertyVal: (value, name, wanted, message) => to(value, message).have.property(name, wanted),
    nestedProperty: (value, name, message) => to(value, message).have.nested.property(name),
    lengthOf: (value, size, message) => to(value, message).have.lengthOf(size),
    oneOf: (value, list, message) => to(value, message).be.oneOf(list),
    hasAllKeys: (value, names, message) => to(value, message).have.all.keys(names),
    hasAnyKeys: (value, names, message) => to(value, message).have.any.keys(names),
    containsAllKeys: (value, names, message) => to(value, message).contain.all.keys(names),
    sameMembers: (a, b, message) => to(a, message).have.members(b),
    sameDeepMembers: (a, b, message) => to(a, message).have.deep.members(b),
    includeMembers: (a, b, message) => to(a, message).include.members(b),
    throws: (call, ...rest) => to(call).throw(...rest),
    doesNotThrow: (call, ...rest) => to(call).not.throw(...rest),
  });
  // `changes(call, object, "name")` and `changes(call, read)`; with an amount before the message in those that end in `By`.
  const parted = (subject, rest, amounts) =>
    typeof subject === "function" ? [undefined, ...rest.slice(0, amounts + 1)] : rest.slice(0, amounts + 2);
  for (const [verb, words] of Object.entries({ change: "Change", increase: "Increase", decrease: "Decrease" })) {
    const amounts = (begin, end) => (call, subject, ...rest) => {
      const [name, amount, message] = parted(subject, rest, 1);
      return end(begin(to(call, message))[verb](subject, name), amount);
    };
    const alone = (begin) => (call, subject, ...rest) => {
      const [name, message] = parted(subject, rest, 0);
      return begin(to(call, message))[verb](subject, name);
    };
    assert[`${verb}s`] = alone((a) => a);
    assert[`doesNot${words}`] = alone((a) => a.not);
    assert[`${verb}sBy`] = amounts((a) => a, (a, amount) => a.by(amount));
    if (verb === "decrease") assert.doesNotDecreaseBy = amounts((a) => a.not, (a, amount) => a.by(amount));
    assert[`${verb}sButNotBy`] = amounts((a) => a, (a, amount) => a.not.by(amount));
  }
  for (const [name, type] of Object.entries({ Array: "array", Object: "object", String: "string", Number: "number", Boolean: "boolean", Function: "function" })) {
    assert[`is${name}`] = (value, message) => to(value, message).be.a(type);
    assert[`isNot${name}`] = (value, message) => to(value, message).not.be.a(type);
  }

  const should = () => {
    Object.defineProperty(Object.prototype, "should", {
      configurable: true,
      get() {
        return expect(this?.valueOf?.() ?? this).to;
      },
    });
    return {
      exist: (value, message) => expect(value, message).to.exist,
      equal: (a, b, message) => expect(a, message).to.equal(b),
      throw: (call, ...rest) => expect(call).to.throw(...rest),
      not: {
        exist: (value, message) => expect(value, message).to.not.exist,
        equal: (a, b, message) => expect(a, message).to.not.equal(b),
        throw: (call, ...rest) => expect(call).to.not.throw(...rest),
      },
      fail,
    };
  };

  return (inputText, code, checkOnly, outputMax, variablesMax) => {
    let failure = null;
    let isOpen = false;
    const note = (error) => {
      const isError = error !== null && typeof error === "object";
      failure ??= {
        name: texts(isError ? (error.name ?? "") : ""),
        message: texts(isError ? (error.message ?? show(error)) : show(error)),
        stack: texts(isError ? (error.stack ?? "") : ""),
      };
    };
    const set = [];
    let output = "";
    const print = (...parts) => {
      if (output.length < outputMax) {
        const line = parts.map((part) => (typeof part === "string" ? part : show(part))).join(" ");
        output = `${output}${line}\n`.slice(0, outputMax);
      }
    };
    globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };
    const input = checkOnly ? { variables: {} } : parse(inputText);
    const values = new Map(Object.entries(input.variables));
    const keep = (name, value, secret) => {
      if (set.length >= variablesMax) throw new RangeError(`a script sets at most ${variablesMax} variables`);
      const text = typeof value === "string" ? value : value === undefined ? "" : (stringify(value) ?? texts(value));
      values.set(texts(name), text);
      set.push({ name: texts(name), value: text, secret });
    };
    const dd = {
      response: input.response === null ? undefined : input.response,
      variable: {
        get: (name) => values.get(texts(name)),
        set: (name, value) => keep(name, value, false),
        setObfuscated: (name, value) => keep(name, value, true),
      },
      expect,
      assert,
      should,
    };
    try {
      const run = new Function("dd", code);
      if (!checkOnly) {
        const returned = run(dd);
        if (typeof returned?.then === "function") {
          isOpen = true;
          const close = () => {
            isOpen = false;
          };
          returned.then(close, (error) => {
            close();
            note(error);
          });
        }
      }
    } catch (error) {
      note(error);
    }
    // Called when nothing is left to do; a promise can have been rejected without anything that handles it.
    return (isRejected, reason) => {
      if (isRejected) note(reason);
      if (isOpen) note("the promise that it returns is never settled");
      return stringify({ variables: set, output, failure });
    };
  };
})();
