/**
 * What runs inside of the sandbox before the script does. It is given functions of the host, sets up `console` and
 * `progress`, and answers with what the host calls later. It holds on to the built-ins it needs, because the script
 * may replace them: that garbles the script's own result, and nothing else. So the host believes nothing it is told.
 */
export const GUEST_SOURCE = String.raw`((write, report) => {
  "use strict";
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { keys, getPrototypeOf, defineProperty, prototype } = Object;
  const { isFinite } = Number;
  const { apply } = Reflect;
  const { slice } = String.prototype;
  const cut = ArrayBuffer.prototype.slice;
  const Text = String;
  const Failure = TypeError;
  const MAX_DEPTH = 32;
  const kinds = {
    __proto__: null, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array,
  };
  const names = keys(kinds);

  const show = (value) => {
    if (typeof value === "string") return value;
    try {
      if (value instanceof Error) return value.stack ? value + "\n" + value.stack : Text(value);
      return (typeof value === "object" && stringify(value)) || Text(value);
    } catch {
      return "[unprintable]";
    }
  };
  const printTo = (stream) => (...values) => {
    let line = "";
    for (let i = 0; i < values.length; i++) line += (i === 0 ? "" : " ") + show(values[i]);
    write(stream, line + "\n");
  };
  const out = printTo("stdout");
  const err = printTo("stderr");
  globalThis.console = { log: out, info: out, debug: out, warn: err, error: err };
  globalThis.progress = (fraction, note) => report(+fraction, note === undefined ? "" : Text(note));

  const kindOf = (view) => {
    for (let i = 0; i < names.length; i++) if (getPrototypeOf(view) === kinds[names[i]].prototype) return names[i];
  };
  const decode = (text, ...buffers) => {
    const holder = parse(text);
    for (let i = 0; i < holder[1].length; i++) {
      const [path, kind] = holder[1][i];
      let at = holder;
      let key = 0;
      for (let j = 0; j < path.length; j++) {
        at = at[key];
        key = path[j];
      }
      at[key] = new kinds[kind](buffers[i]);
    }
    return holder[0];
  };
  const encode = (output) => {
    const slots = [];
    const result = [""];
    const refuse = (path, why) => {
      let place = "output";
      for (let i = 0; i < path.length; i++) place += typeof path[i] === "number" ? "[" + path[i] + "]" : "." + path[i];
      throw new Failure(place + " cannot leave the sandbox: " + why + ". Return JSON values or typed arrays.");
    };
    const put = (list, value) => defineProperty(list, list.length, { value, writable: true, enumerable: true, configurable: true });
    const strip = (value, path) => {
      switch (typeof value) {
        case "string": case "boolean": return value;
        case "number": return isFinite(value) ? value : refuse(path, value + " is not a JSON number");
        case "object": break;
        default: return refuse(path, "it is of type " + typeof value);
      }
      if (value === null) return null;
      if (path.length >= MAX_DEPTH) refuse(path, "it is nested deeper than " + MAX_DEPTH + " levels");
      if (isView(value)) {
        const kind = kindOf(value) ?? refuse(path, "it is not one of " + names);
        put(slots, [path, kind]);
        put(result, apply(cut, value.buffer, [value.byteOffset, value.byteOffset + value.byteLength]));
        return null;
      }
      if (isArray(value)) {
        const copy = [];
        for (let i = 0; i < value.length; i++) put(copy, strip(value[i], [...path, i]));
        return copy;
      }
      const parent = getPrototypeOf(value);
      if (parent !== null && parent !== prototype) refuse(path, "it is not a plain object");
      const copy = { __proto__: null };
      const own = keys(value);
      for (let i = 0; i < own.length; i++) {
        if (value[own[i]] !== undefined) copy[own[i]] = strip(value[own[i]], [...path, own[i]]);
      }
      return copy;
    };
    result[0] = stringify([strip(output === undefined ? null : output, []), slots]);
    return result;
  };
  const textOf = (thrown, key, length) => {
    try {
      const value = thrown instanceof Error ? thrown[key] : key === "message" ? thrown : "";
      return apply(slice, Text(value), [0, length]);
    } catch {
      return "";
    }
  };
  const describe = (thrown) =>
    stringify([textOf(thrown, "name", 100), textOf(thrown, "message", 2000), textOf(thrown, "stack", 4000)]);
  return { decode, encode, describe };
})`;
