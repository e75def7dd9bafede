import { readFileSync } from "node:fs";
import canonicalize from "canonicalize";
import fc from "fast-check";
import {
  createIdentity,
  type IfMessage,
  type IfMessageDraft,
  type IfMessageRefusal,
  ifMetadataOf,
  importIdentity,
  isIfMessage,
  messageMetadataOf,
  publicKeyOf,
  readIfMessage,
  SwarmError,
  writeIfMessage,
} from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { gather, hear, idOf, leaveNothing, tabs } from "../support.js";
import {
  agentId,
  type PlainMessage,
  plainContent,
  plainFixtures,
  publicKey,
  seed,
  signPlain,
  verifyPlain,
} from "./plainIfMessage.js";

const folder = new URL("../../../fixtures/ifmessage/", import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(`${name}.json`, folder), "utf8");
const identity = await importIdentity(new Uint8Array(seed));

async function refusalOf(json: string): Promise<IfMessageRefusal | "accepted"> {
  const reading = await readIfMessage(json);
  return reading.ok ? "accepted" : reading.reason;
}

/** The message as text, with something done to it after it was signed. */
const signedText = (change: PlainMessage = {}, fields?: string[]): string =>
  JSON.stringify(signPlain({ ...plainContent, ...change }, fields));

/** What JSON can hold, with the texts and keys that canonical JSON is tried by. */
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "\u20ac",
    "\r",
    "\u{1f600}",
    "\u0080",
    "\ufb33",
    "constructor",
    '"\\/\u0000\u001f\u2028',
  ),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    fc.constantFrom(null, true, false, 0, -0, 1e21, 1e-7, 5e-324, 1.7976931348623157e308),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    texts,
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(
      texts.filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 6, noNullPrototype: true },
    ),
  ),
})).value;

describe("fixtures", () => {
  it.each(Object.entries(plainFixtures()))(
    "%s.json is what the plain implementation writes",
    (name, message) => {
      expect(JSON.parse(fixture(name))).toEqual(JSON.parse(JSON.stringify(message)));
    },
  );

  it("agree on the agent", () => {
    expect(publicKeyOf(agentId)).toEqual(new Uint8Array(Buffer.from(publicKey, "hex")));
    expect(identity.agentId).toBe(agentId);
  });

  it("valid.json is read, every field of it", async () => {
    const reading = await readIfMessage(fixture("valid"));
    expect(reading).toEqual({ ok: true, message: JSON.parse(fixture("valid")), unsignedFields: [] });
    expect(verifyPlain(JSON.parse(fixture("valid")))).toBe(true);
  });

  it.each<[string, IfMessageRefusal]>([
    ["nested-payload-changed", "bad-signature"],
    ["unsigned", "unsigned"],
    ["payload-not-signed", "few-signed-fields"],
    ["foreign-source", "foreign-source"],
  ])("%s.json is refused: %s", async (name, reason) => {
    expect(await refusalOf(fixture(name))).toBe(reason);
  });

  it("written-by-peerswarm.json is what peerswarm writes, and the plain implementation verifies it", async () => {
    const written = await writeIfMessage(plainContent as unknown as IfMessageDraft, identity);
    expect(written).toBe(canonicalize(JSON.parse(fixture("written-by-peerswarm"))));
    expect(verifyPlain(JSON.parse(written))).toBe(true);
  });
});

describe("canonical JSON", () => {
  const canonicalOf = async (payload: unknown): Promise<string> => {
    const written = await writeIfMessage({ destination: "x", payload }, identity);
    // The text is canonical itself, and `payload` comes right before `signature`.
    return /"payload":(.*),"signature":\{/s.exec(written)?.[1] ?? "";
  };

  it("sorts keys as RFC 8785, section 3.2.3, does", async () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
    const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\u{1f600}", "\ufb33"];
    const payload = Object.fromEntries(keys.map((key) => [key, 0]));
    expect(await canonicalOf(payload)).toBe(`{${sorted.map((key) => `${JSON.stringify(key)}:0`).join(",")}}`);
  });

  it("writes values as RFC 8785, section 3.2.2, does", async () => {
    const payload = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(await canonicalOf(payload)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("is what the canonicalize package writes, for any JSON", async () => {
    await fc.assert(
      fc.asyncProperty(json, async (payload) => {
        expect(await canonicalOf(payload)).toBe(canonicalize(payload));
      }),
      { numRuns: 500 },
    );
  });
});

describe("reading", () => {
  it("reads what anyone signed, in any order of keys and any white space", async () => {
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.boolean(),
        fc.integer({ min: 0, max: 3 }),
        async (payload, isReversed, indent) => {
          const signed = signPlain({ ...plainContent, payload });
          const entries = Object.entries(signed);
          const ordered = Object.fromEntries(isReversed ? entries.reverse() : entries);
          const reading = await readIfMessage(JSON.stringify(ordered, null, indent));
          // -0 and 0 are one number to JSON.
          expect(reading).toMatchObject({
            ok: true,
            message: { payload: JSON.parse(JSON.stringify(payload)) },
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("reads what it wrote, and so does the plain implementation", async () => {
    const drafts = fc.record(
      {
        destination: fc.string({ minLength: 1, maxLength: 256 }),
        payload: json,
        id: fc.string({ minLength: 1, maxLength: 256 }),
        level: fc.constantFrom(1, 2),
        performative: fc.string({ minLength: 1 }),
        sequence_num: fc.nat(),
        citation_ids: fc.array(fc.string({ minLength: 1 }), { maxLength: 64 }),
      },
      { requiredKeys: ["destination", "payload"], noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(drafts, async (draft) => {
        const written = await writeIfMessage(draft, identity);
        const reading = await readIfMessage(written);
        expect(reading).toMatchObject({
          ok: true,
          message: JSON.parse(JSON.stringify(draft)),
          unsignedFields: [],
        });
        expect(verifyPlain(JSON.parse(written))).toBe(true);
        expect(isIfMessage(JSON.parse(written))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses whatever was changed after signing, and never throws", async () => {
    const text = fixture("valid").trim();
    const { message } = (await readIfMessage(text)) as { message: IfMessage };
    const withoutSignature = ({ signature: _, ...content }: IfMessage) => content;
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), async (at, put) => {
        const reading = await readIfMessage(text.slice(0, at) + put + text.slice(at + 1));
        // White space, hex in capitals and other spellings of one value leave the message what it was.
        if (reading.ok) expect(withoutSignature(reading.message)).toEqual(withoutSignature(message));
      }),
      { numRuns: 2000 },
    );
  });

  it("answers any text with an outcome", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.json()), async (text) => {
        expect(await readIfMessage(text)).toMatchObject({ ok: false });
      }),
    );
  });

  const deep = (levels: number, open: string, close: string): string =>
    open.repeat(levels) + close.repeat(levels);
  const withPayload = (payload: string): string => fixture("valid").replace('"rotor"', payload);

  it.each<[string, string, IfMessageRefusal]>([
    ["no JSON", "{", "not-json"],
    ["an array", "[]", "malformed"],
    ["null", "null", "malformed"],
    ["a field twice", fixture("valid").replace('"level"', '"level": 1, "level"'), "duplicate-key"],
    ["a nested key twice", withPayload('"rotor", "name": "rotor"'), "duplicate-key"],
    ["a key in two spellings", withPayload('"rotor", "n\\u0061me": "rotor"'), "duplicate-key"],
    ["__proto__", withPayload('"rotor", "__proto__": {}'), "forbidden-key"],
    ["__proto__ spelled otherwise", withPayload('"rotor", "\\u005f_proto__": {}'), "forbidden-key"],
    ["200,000 arrays in each other", withPayload(deep(200_000, "[", "]")), "too-deep"],
    ["100,000 open objects", '{"a":'.repeat(100_000), "too-deep"],
    ["half a surrogate", withPayload('"\\ud83d"'), "lone-surrogate"],
    ["half a surrogate in a key", withPayload('"rotor", "\\ude00": 1'), "lone-surrogate"],
    ["1e400", withPayload("1e400"), "number-out-of-range"],
    ["NaN", withPayload("NaN"), "not-json"],
    ["a second value", `${fixture("valid")} {}`, "not-json"],
    ["more than a mebibyte", " ".repeat(1024 * 1024 + 1), "too-large"],
    ["version 2.0", signedText({ version: "2.0" }), "unsupported-version"],
    ["no version", signedText({ version: undefined }), "malformed"],
    ["level 0", signedText({ level: 0 }), "malformed"],
    ["level 3", signedText({ level: 3 }), "malformed"],
    ["level 1.5", signedText({ level: 1.5 }), "malformed"],
    ["a level in words", signedText({ level: "1" }), "malformed"],
    ["no payload", signedText({ payload: undefined }), "malformed"],
    ["a timestamp that is none", signedText({ timestamp: "yesterday" }), "malformed"],
    ["the 45th of a month", signedText({ timestamp: "2025-11-45T00:00:00Z" }), "malformed"],
    ["65 citations", signedText({ citation_ids: new Array(65).fill("a") }), "malformed"],
    ["an empty id", signedText({ id: "" }), "malformed"],
    ["another algorithm", fixture("valid").replace("ed25519", "rsa"), "unsupported-algorithm"],
    ["a signature that is null", JSON.stringify({ ...plainContent, signature: null }), "unsigned"],
    ["a signature that is text", JSON.stringify({ ...plainContent, signature: "ab" }), "malformed"],
    [
      "a signed field that is missing",
      signedText({}, [...Object.keys(plainContent), "ttl"]),
      "absent-signed-field",
    ],
    [
      "a signed field that is inherited",
      signedText({}, [...Object.keys(plainContent), "toString"]),
      "absent-signed-field",
    ],
    ["a signed field twice", signedText({}, [...Object.keys(plainContent), "id"]), "absent-signed-field"],
    ["nothing signed", signedText({}, []), "few-signed-fields"],
  ])("refuses %s", async (_, text, reason) => {
    expect(await refusalOf(text)).toBe(reason);
  });

  it.each(["id", "timestamp", "level", "source", "destination", "version", "payload"])(
    "refuses a signature that leaves out %s",
    async (field) => {
      const fields = Object.keys(plainContent).filter((name) => name !== field);
      expect(await refusalOf(signedText({}, fields))).toBe("few-signed-fields");
    },
  );

  it("does not take a key of small order, which signs almost anything, for an agent", async () => {
    const message = signPlain({
      ...plainContent,
      source: "aeaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    });
    message.signature!.public_key = `01${"00".repeat(31)}`;
    message.signature!.signature_bytes = `01${"00".repeat(63)}`;
    expect(await refusalOf(JSON.stringify(message))).toBe("bad-signature");
  });

  it("gives back only what was signed", async () => {
    const fields = Object.keys(plainContent).filter((name) => name !== "traceId");
    const text = JSON.stringify({ ...signPlain(plainContent, fields), hops: 3 });
    const reading = await readIfMessage(text);
    expect(reading).toMatchObject({ ok: true, unsignedFields: ["traceId", "hops"] });
    expect((reading as { message: object }).message).not.toHaveProperty("traceId");
  });

  it("verifies signed fields that version 2.1 does not know", async () => {
    expect(await refusalOf(signedText({ priority: 7 }))).toBe("accepted");
    expect(await refusalOf(signedText({ priority: 7 }).replace('"priority":7', '"priority":8'))).toBe(
      "bad-signature",
    );
  });

  it("takes a timestamp in milliseconds and hex in capitals", async () => {
    const signed = signPlain({ ...plainContent, timestamp: 1_700_000_000_000.5 });
    signed.signature!.public_key = signed.signature!.public_key.toUpperCase();
    expect(await refusalOf(JSON.stringify(signed))).toBe("accepted");
  });
});

describe("writing", () => {
  it("fills in id, time and level", async () => {
    const network = memoryNetwork();
    const { runtime } = network.host("writer");
    const options = { runtime };
    const write = async () =>
      JSON.parse(await writeIfMessage({ destination: "x", payload: 1 }, identity, options));
    const first = await write();
    expect(first).toMatchObject({ level: 1, version: "2.1", source: agentId });
    expect(first.timestamp).toBe(new Date(network.clock.now()).toISOString());
    expect((await write()).id).not.toBe(first.id);
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  it.each<[string, object]>([
    ["level 3", { level: 3 }],
    ["no destination", { destination: "" }],
    ["no payload", { payload: undefined }],
    ["NaN", { payload: { deep: [Number.NaN] } }],
    ["a Date", { payload: new Date(0) }],
    ["a typed array", { payload: new Uint8Array(3) }],
    ["a Map", { payload: new Map() }],
    ["a function", { payload: { run() {} } }],
    ["a hole", { payload: new Array(2) }],
    ["a bigint", { payload: 1n }],
    ["a cycle", { payload: circular }],
    ["half a surrogate", { payload: "\ud800" }],
    ["half a surrogate in a key", { payload: { "\udc00": 1 } }],
    ["__proto__", { payload: JSON.parse('{"__proto__": 1}') }],
    ["40 levels", { payload: JSON.parse("[".repeat(40) + "]".repeat(40)) }],
  ])("refuses %s", async (_, change) => {
    const error = await writeIfMessage({ destination: "x", payload: 1, ...change }, identity).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(SwarmError);
    expect((error as SwarmError).code).toBe("invalid-payload");
  });

  it("names the path of what it refuses", async () => {
    const writing = writeIfMessage({ destination: "x", payload: { deep: [0, Number.NaN] } }, identity);
    await expect(writing).rejects.toThrow("message.payload.deep[1]");
  });

  it("refuses what no reader would take", async () => {
    const writing = writeIfMessage({ destination: "x", payload: "x".repeat(1024 * 1024) }, identity);
    await expect(writing).rejects.toMatchObject({ code: "payload-too-large" });
  });

  it("tells other objects from an IFMessage", () => {
    expect(isIfMessage(plainContent)).toBe(false);
    expect(isIfMessage({ ...signPlain(plainContent), level: 4 })).toBe(false);
    expect(isIfMessage(undefined)).toBe(false);
  });
});

describe("from and to the swarm", () => {
  it("carries level, conversation, performative, citations and trace both ways", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    await gather(network, swarms);
    const [ada, bob] = swarms as [(typeof swarms)[number], (typeof swarms)[number]];
    const heard = hear(bob, "report");

    const reading = await readIfMessage(fixture("valid"));
    if (!reading.ok) throw new Error(reading.reason);
    const { message } = reading;
    ada.send(idOf(bob), "report", message.payload, messageMetadataOf(message));
    await network.settle();

    const { payload, info } = heard[0]!;
    const outside = await createIdentity();
    const draft: IfMessageDraft = {
      destination: message.destination,
      payload,
      sequence_num: 3,
      ...ifMetadataOf(info.metadata),
    };
    const again = await readIfMessage(await writeIfMessage(draft, outside));
    const { id, timestamp, source, signature, ...same } = message;
    expect(again).toMatchObject({ ok: true, message: { ...same, source: outside.agentId } });
    await leaveNothing(network, swarms);
  });

  it("has level 1 where there was no metadata", async () => {
    const draft = { destination: "x", payload: 1, ...ifMetadataOf(undefined) };
    const reading = await readIfMessage(await writeIfMessage(draft, identity));
    expect(reading).toMatchObject({ ok: true, message: { level: 1 } });
    expect(messageMetadataOf((reading as { message: IfMessage }).message)).toEqual({ level: 1 });
  });
});
