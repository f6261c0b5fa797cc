/** Where in these pages a place in the document is found: ``queues.Billing.overflow[0]``. */
import { path } from "../state/router";
import type { Setup } from "./shapes";
import { words } from "./words";

const TABS: [RegExp, string][] = [
  [/^\.service_level/, "promises"],
  [/^\.(overflow|limit|full_reply|away_reply)/, "late"],
  [/^\.(wrap_up|codes|rating)/, "after"],
  [/^\./, "offers"],
];

const FORM_TABS: [RegExp, string][] = [
  [/^\.(title|intro|examples)/, "begins"],
  [/^\.look_ups/, "asks"],
  [/^\.(done|then|queue|tags|attributes|confirm)/, "ends"],
];

export function whither(where: string, setup: Setup): { called: string; to: string } | null {
  const queue = longest(where, "queues.", Object.keys(setup.queues));
  if (queue !== null) {
    const rest = where.slice("queues.".length + queue.length);
    const tab = TABS.find(([starts]) => starts.test(rest))?.[1] ?? "";
    return { called: `${words.queue} ${queue}`, to: at("queues", queue, tab) };
  }
  const hours = longest(where, "hours.", Object.keys(setup.hours));
  if (hours !== null) return { called: hours, to: at("hours", hours) };
  const bot = longest(where, "bots.", Object.keys(setup.bots));
  if (bot !== null) return { called: bot, to: at("bots", bot) };
  const form = longest(where, "flows.", Object.keys(setup.flows));
  if (form !== null) {
    const rest = where.slice("flows.".length + form.length);
    const tab = FORM_TABS.find(([starts]) => starts.test(rest))?.[1] ?? "";
    return { called: `${words.form} ${form}`, to: at("forms", form, tab) };
  }
  if (where.startsWith("rules")) {
    const number = /^rules\.rule\[(\d+)\]/.exec(where)?.[1];
    const rule = setup.rules.rule[Number(number)];
    return {
      called: rule ? `${words.parts.rules}, ${rule.name}` : words.parts.rules,
      to: at("rules"),
    };
  }
  if (/^(skills|weights|misses|grace|tier|value|order)/.test(where)) {
    return { called: words.parts.desk, to: at("desk") };
  }
  return where === "usual" ? { called: words.parts.rules, to: at("rules") } : null;
}

function at(...parts: string[]): string {
  return path("setup", parts.filter(Boolean).map(encodeURIComponent).join("/"));
}

/** Return which of *names* a place begins with; names may have dots in them. */
function longest(where: string, before: string, names: readonly string[]): string | null {
  if (!where.startsWith(before)) return null;
  const rest = where.slice(before.length);
  const fitting = names.filter((name) => rest === name || /^[.[]/.test(rest.slice(name.length)));
  const found = fitting.filter((name) => rest.startsWith(name));
  return found.sort((a, b) => b.length - a.length)[0] ?? null;
}
