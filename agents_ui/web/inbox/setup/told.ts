/** Rules told as sentences. */
import type { Bounds, Then, Wanted, When } from "./shapes";
import { words } from "./words";

const LISTS = ["channel", "account", "words", "language", "segment"] as const;

export function whenSaid(when: When): string {
  const said: string[] = [];
  for (const name of LISTS) {
    if (when[name]) said.push(`${words.kinds[name]} ${when[name].join(" / ")}`);
  }
  for (const kind of ["customer", "history"] as const) {
    for (const [name, wish] of Object.entries(when[kind])) {
      const called = kind === "history" ? (words.histories[name] ?? name) : name;
      said.push(`${called} ${wishSaid(wish)}`);
    }
  }
  if (when.open) said.push(`${words.kinds.open} ${when.open}`);
  if (when.closed) said.push(`${words.kinds.closed} ${when.closed}`);
  return said.join(", ") || words.always;
}

export function thenSaid(then: Then): string {
  return (
    [
      then.queue ?? "",
      then.bot ?? "",
      then.priority ? (words.priorities[then.priority] ?? "") : "",
      ...then.needs.map((need) => `${need.skill} ${need.level}+`),
      ...then.tags.map((tag) => `#${tag}`),
      then.reply ? `“${then.reply.slice(0, 40)}”` : "",
    ]
      .filter(Boolean)
      .join(", ") || words.none
  );
}

function wishSaid(wish: Wanted): string {
  if (!isBounds(wish)) return Array.isArray(wish) ? wish.join(" / ") : String(wish);
  const least = wish.at_least ?? null;
  const most = wish.at_most ?? null;
  if (least !== null && most !== null) return `${least}–${most}`;
  return least !== null ? `≥ ${least}` : `≤ ${most ?? "…"}`;
}

export function isBounds(wish: Wanted): wish is Bounds {
  return typeof wish === "object" && !Array.isArray(wish);
}
