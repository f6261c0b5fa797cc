/** How a long text leaves in parts, as the desk splits it (`inbox/degrade.py`); pure. */

const BREAKS = [/\n\n+/g, /\n/g, /[.!?\u2026\u3002\uff01\uff1f]+["'\u201d\u2019)\]]*\s+/g, /\s+/g];

/** Cut *text* into parts of at most *most* characters: at paragraphs, sentences, words. */
export function split(text: string, most: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (most > 0 && rest.length > most) {
    const at = border(rest, most);
    parts.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...parts, rest].filter((part) => part.trim());
}

/** Find where to cut *text*: the last good place, if that is not too early. */
function border(text: string, most: number): number {
  for (const pattern of BREAKS) {
    let best = 0;
    for (const found of text.matchAll(pattern)) {
      if (found.index > most) break;
      const end = found.index + found[0].length;
      const kept = text.slice(0, end).trimEnd().length;
      if (kept >= Math.floor(most / 2) && kept <= most) best = end;
    }
    if (best > 0) return best;
  }
  const high = text.charCodeAt(most - 1);
  return high >= 0xd800 && high < 0xdc00 && most > 1 ? most - 1 : most; // no emoji is torn apart
}
