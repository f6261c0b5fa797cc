/** What channels ask of a text: segments, parts, windows, files, and the forms of their settings. */
import { describe, expect, it } from "vitest";
import { defaults, given, questions } from "../accounts/schema";
import type { Capabilities, Envelope } from "../shapes";
import { cost, segmented } from "./segments";
import { split } from "./splitting";
import { blanks, filled } from "./templates";
import { barred, fitting, remaining, wayBy } from "./ways";

describe("segments", () => {
  it("hold 160 characters of the GSM alphabet", () => {
    expect(segmented("a".repeat(160))).toMatchObject({ segments: 1, left: 0, encoding: "GSM-7" });
    expect(segmented("a".repeat(161))).toMatchObject({ segments: 2, left: 145 });
    expect(segmented("a".repeat(306))).toMatchObject({ segments: 2, left: 0 });
  });
  it("hold 70 of any other, and say which one it was", () => {
    const text = `${"a".repeat(69)}–`;
    expect(segmented(text)).toMatchObject({ segments: 1, encoding: "UCS-2", culprit: "–" });
    expect(segmented(`${text}a`)).toMatchObject({ segments: 2 });
  });
  it("give two places to the euro, and never tear anything apart", () => {
    expect(segmented("€".repeat(80))).toMatchObject({ segments: 1, left: 0 });
    expect(segmented(`${"a".repeat(152)}€${"a".repeat(20)}`)).toMatchObject({ segments: 2 });
    expect(segmented("😀".repeat(36)).segments).toBe(2); // 72 places, 33 emoji in each
  });
  it("are none without a text, and cost what they cost", () => {
    expect(segmented("").segments).toBe(0);
    expect(cost(3, "0.0079", "USD")).toContain("0.0237");
    expect(cost(3, null, null)).toBe("");
  });
});

describe("a long text", () => {
  it("is cut at paragraphs, sentences and words, as the desk does it", () => {
    expect(split("It is here. Come and see it.", 20)).toEqual(["It is here.", "Come and see it."]);
    expect(split("One two six\n\nthree four", 16)).toEqual(["One two six", "three four"]);
    expect(split("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
    expect(split("short", 20)).toEqual(["short"]);
  });
  it("loses nothing and exceeds nothing", () => {
    const text = "Is it here? It is: come and see it, or do not. ".repeat(40).trim();
    const parts = split(text, 160);
    expect(parts.every((part) => part.length <= 160)).toBe(true);
    expect(parts.join(" ")).toBe(text);
  });
  it("keeps an emoji whole", () => {
    expect(split("😀😀😀", 3)).toEqual(["😀", "😀", "😀"]);
  });
});

const PLAIN: Capabilities = {
  max_text: 1600,
  max_attachment: 5_000_000,
  formats: ["plain"],
  subject: false,
  copies: false,
  receipts: true,
  typing: false,
  idempotent: false,
};
const NOW = Date.parse("2026-03-02T09:00:00Z");

function envelope(more: Partial<Envelope>): Envelope {
  return {
    account_id: 1,
    channel: "whatsapp",
    sender: null,
    to: ["+48600100200"],
    copied: [],
    subject: null,
    capabilities: { ...PLAIN, templates: true },
    possible: true,
    reason: null,
    choices: [],
    ...more,
  };
}

describe("a way to somebody", () => {
  it("closes when its window does", () => {
    const open = envelope({ closes_at: "2026-03-02T10:00:00Z" });
    expect(wayBy(null, open, new Map(), NOW).open).toBe(true);
    expect(wayBy(null, open, new Map(), NOW + 3_600_000).open).toBe(false);
    expect(wayBy(null, envelope({ window_open: false }), new Map(), NOW).open).toBe(false);
  });
  it("is barred to whom opted out", () => {
    const told = envelope({ possible: false, consent: false, reason: "wrote STOP" });
    const way = wayBy(null, told, new Map(), NOW);
    expect([barred(way, told), way.reason]).toEqual([true, "wrote STOP"]);
  });
  it("may be another account's", () => {
    const told = envelope({ choices: [{ account_id: 2, channel: "sms", to: ["+48600100300"] }] });
    expect(wayBy(2, told, new Map(), NOW)).toMatchObject({ channel: "sms", to: ["+48600100300"] });
    expect(wayBy(3, told, new Map(), NOW).channel).toBe("whatsapp");
  });
  it("says how long it is open", () => {
    expect(remaining("2026-03-02T14:12:00Z", NOW)).toBe("5 h 12 min");
    expect(remaining("2026-03-02T09:04:30Z", NOW)).toBe("5 min");
    expect(remaining("2026-03-02T08:00:00Z", NOW)).toBe("");
  });
  it("carries what fits", () => {
    const pictures = { ...PLAIN, attachments: { "image/*": 600_000, "audio/mpeg": 1000 } };
    expect(fitting(pictures, "image/png", 500_000)).toBe(true);
    expect(fitting(pictures, "image/png", 700_000)).toBe(false);
    expect(fitting(pictures, "audio/mpeg", 900)).toBe(true);
    expect(fitting(pictures, "application/pdf", 10)).toBe(false);
    expect(fitting({ ...PLAIN, max_attachment: 0 }, "image/png", 1)).toBe(false);
  });
});

describe("a template", () => {
  const template = { name: "HX1", title: "Ready", text: "Hello {{1}}, {{2}} is ready, {{1}}." };
  it("has blanks, which are filled in", () => {
    expect(blanks(template)).toEqual(["1", "2"]);
    expect(filled(template.text, { "1": "Ines", "2": "" })).toBe(
      "Hello Ines, {{2}} is ready, Ines.",
    );
  });
});

describe("a form", () => {
  const root = {
    $ref: "#/$defs/Settings",
    $defs: {
      Settings: {
        properties: {
          address: { type: "string" },
          imap: { $ref: "#/$defs/Server", title: "IMAP" },
          oauth: { anyOf: [{ $ref: "#/$defs/Server" }, { type: "null" }], default: null },
          names: { type: "array", items: { type: "string" }, default: [] },
          menu: { type: "object", additionalProperties: { type: "string" }, default: {} },
        },
        required: ["address", "imap"],
      },
      Server: {
        properties: {
          host: { type: "string" },
          port: { type: "integer", default: 0 },
          security: { $ref: "#/$defs/Security", default: "tls" },
          password: { type: "string", default: "", writeOnly: true },
        },
        required: ["host"],
      },
      Security: { enum: ["tls", "none"], "x-says": { tls: "From the first byte." } },
    },
  };
  it("asks in the order of the schema, group by group", () => {
    const asked = questions(root, root);
    expect(asked.map((one) => [one.name, one.kind, one.required, one.optional])).toEqual([
      ["address", "text", true, false],
      ["imap", "group", true, false],
      ["oauth", "group", false, true],
      ["names", "lines", false, false],
      ["menu", "json", false, false],
    ]);
    const inner = questions(asked[1]?.schema ?? {}, root, "imap");
    expect(inner.map((one) => [one.path, one.kind])).toEqual([
      ["imap.host", "text"],
      ["imap.port", "number"],
      ["imap.security", "choice"],
      ["imap.password", "secret"],
    ]);
  });
  it("begins with the defaults and sends what was answered", () => {
    const values = defaults(root, root);
    expect(values).toEqual({
      imap: { port: 0, security: "tls", password: "" },
      oauth: null,
      names: [],
      menu: {},
    });
    expect(given(values)).toMatchObject({ imap: { port: 0, security: "tls" }, oauth: null });
    expect(given({ a: "", b: { c: "" } })).toEqual({ b: {} });
  });
});
