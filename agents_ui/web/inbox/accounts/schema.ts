/** Settings as a JSON Schema tells them: what to ask, and what was answered; pure. */
import type { Schema } from "./shapes";

export type Values = Record<string, unknown>;

export interface Asked {
  name: string;
  path: string; // such as imap.password
  schema: Schema; // resolved
  kind: "text" | "secret" | "number" | "switch" | "choice" | "lines" | "group" | "list" | "json";
  optional: boolean; // may be null
  required: boolean;
  title: string;
  help: string;
}

/** Follow references; what stands beside a reference goes before what it leads to. */
export function resolve(schema: Schema, root: Schema): Schema {
  const told = schema.$ref && root.$defs?.[schema.$ref.split("/").pop() ?? ""];
  if (!told) return schema;
  const { $ref: _, ...beside } = schema;
  return resolve({ ...told, ...beside }, root);
}

/** Return a schema without its null, and whether it had one. */
function some(schema: Schema, root: Schema): [Schema, boolean] {
  const whole = resolve(schema, root);
  if (whole.anyOf) {
    const rest = whole.anyOf.filter((one) => one.type !== "null");
    const optional = rest.length < whole.anyOf.length;
    if (rest.length !== 1) return [whole, optional];
    const { anyOf: _, ...beside } = whole;
    return [resolve({ ...rest[0], ...beside }, root), optional];
  }
  if (Array.isArray(whole.type)) {
    const rest = whole.type.filter((one) => one !== "null");
    return [
      { ...whole, type: rest.length === 1 ? rest[0] : rest } as Schema,
      rest.length < whole.type.length,
    ];
  }
  return [whole, false];
}

/** Return the questions of a group, in their order. */
export function questions(told: Schema, root: Schema, above = ""): Asked[] {
  const group = resolve(told, root);
  const required = new Set(group.required);
  return Object.entries(group.properties ?? {}).map(([name, raw]) => {
    const [schema, optional] = some(raw, root);
    return {
      name,
      path: above ? `${above}.${name}` : name,
      schema,
      optional,
      kind: kindOf(schema, root),
      required: required.has(name),
      title: raw.title ?? schema.title ?? spaced(name),
      help: raw.description ?? schema.description ?? "",
    };
  });
}

function kindOf(schema: Schema, root: Schema): Asked["kind"] {
  if (schema.writeOnly) return "secret";
  if (schema.enum) return "choice";
  if (schema.properties) return "group";
  if (schema.type === "boolean") return "switch";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "string") return "text";
  if (schema.type === "array" && schema.items) {
    const [items] = some(schema.items, root);
    if (items.properties) return "list";
    if (items.type === "string" && !items.enum) return "lines";
  }
  return "json";
}

const SPELLED: Record<string, string> = { tls: "TLS", starttls: "STARTTLS", http: "HTTP" };

export function spaced(name: string): string {
  const words = SPELLED[name] ?? name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Return what a group holds before anybody answers. */
export function defaults(group: Schema, root: Schema): Values {
  const values: Values = {};
  for (const asked of questions(group, root)) {
    const told = asked.schema.default;
    if (told !== undefined) values[asked.name] = told;
    else if (asked.kind === "group" && !asked.optional)
      values[asked.name] = defaults(asked.schema, root);
    else if (asked.optional) values[asked.name] = null;
    else if (asked.kind === "switch") values[asked.name] = false;
    else if (asked.kind === "lines" || asked.kind === "list") values[asked.name] = [];
  }
  return values;
}

/** Return the answers without those that are not given, so that their defaults stand. */
export function given(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined && value !== "")
      .map(([name, value]) => [name, isGroup(value) ? given(value) : value]),
  );
}

export function isGroup(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
