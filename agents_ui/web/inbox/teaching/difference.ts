/** What is different between two texts: by paragraphs first, then by words. */

export type Side = "was" | "now";
export interface Block {
  was: string;
  now: string;
}
interface Part {
  text: string;
  only: boolean; // on this side
}
const MOST = 400; // pieces of each side that are compared; of more, all is different

/** Pair the paragraphs of two texts; one that is on one side only faces nothing. */
export function blocks(was: string, now: string): Block[] {
  const found: Block[] = [];
  const gone: string[] = [];
  const come: string[] = [];
  const settle = () => {
    for (let at = 0; at < Math.max(gone.length, come.length); at++) {
      found.push({ was: gone[at] ?? "", now: come[at] ?? "" });
    }
    gone.length = 0;
    come.length = 0;
  };
  for (const [one, other] of aligned(paragraphs(was), paragraphs(now))) {
    if (one !== null && other !== null) {
      settle();
      found.push({ was: one, now: other });
    } else if (one !== null) gone.push(one);
    else if (other !== null) come.push(other);
  }
  settle();
  return found;
}

export const joined = (all: readonly Block[], sides: readonly Side[]): string =>
  all
    .map((one, at) => one[sides[at] ?? "now"])
    .filter(Boolean)
    .join("\n\n");

/** Split both sides of a block into what they share and what only one of them says. */
export function marked(block: Block): [Part[], Part[]] {
  const gone: Part[] = [];
  const come: Part[] = [];
  for (const [one, other] of aligned(pieces(block.was), pieces(block.now))) {
    if (one !== null) add(gone, one, other === null);
    if (other !== null) add(come, other, one === null);
  }
  return [gone, come];
}

function add(parts: Part[], text: string, only: boolean): void {
  const last = parts.at(-1);
  if (last?.only === only) last.text += text;
  else parts.push({ text, only });
}

const paragraphs = (text: string) =>
  text
    .trim()
    .split(/\n\s*\n/)
    .filter(Boolean);
const pieces = (text: string) => text.match(/\s+|[^\s\p{L}\p{N}]|[\p{L}\p{N}]+/gu) ?? [];

/** Align two lists by their longest common subsequence (Wagner and Fischer, 1974). */
function aligned(some: string[], others: string[]): [string | null, string | null][] {
  if (some.length > MOST || others.length > MOST) {
    return [...some.map((one) => [one, null] as [string, null]), ...others.map(only)];
  }
  const common = table(some, others);
  const pairs: [string | null, string | null][] = [];
  let [at, to] = [0, 0];
  while (at < some.length && to < others.length) {
    const [one, other] = [some[at] ?? "", others[to] ?? ""];
    if (one === other) {
      pairs.push([one, other]);
      at++;
      to++;
    } else if ((common[at + 1]?.[to] ?? 0) >= (common[at]?.[to + 1] ?? 0)) {
      pairs.push([one, null]);
      at++;
    } else {
      pairs.push([null, other]);
      to++;
    }
  }
  return [
    ...pairs,
    ...some.slice(at).map((one) => [one, null] as [string, null]),
    ...others.slice(to).map(only),
  ];
}

const only = (one: string): [null, string] => [null, one];

function table(some: string[], others: string[]): number[][] {
  const common = Array.from({ length: some.length + 1 }, () =>
    new Array<number>(others.length + 1).fill(0),
  );
  for (let at = some.length - 1; at >= 0; at--) {
    for (let to = others.length - 1; to >= 0; to--) {
      const row = common[at] as number[];
      const below = common[at + 1] as number[];
      row[to] =
        some[at] === others[to]
          ? (below[to + 1] ?? 0) + 1
          : Math.max(below[to] ?? 0, row[to + 1] ?? 0);
    }
  }
  return common;
}
