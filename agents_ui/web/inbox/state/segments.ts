/** How a text becomes SMS segments (3GPP TS 23.038); pure.
 *
 * A text whose every character is in the GSM alphabet has 7 bits a character, 160 in one
 * segment; one other character makes all of it UCS-2, 70 in one. Of several segments each
 * gives six bytes to the header that puts them together, and no character is torn apart.
 */

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€"); // an escape and a character: two places
const SIZES = { "GSM-7": [160, 153], "UCS-2": [70, 67] } as const;

export interface Segmented {
  encoding: "GSM-7" | "UCS-2";
  segments: number;
  left: number; // places until there is one more
  culprit: string | null; // the first character that is not in the GSM alphabet
}

/** Count the segments of *text*. */
export function segmented(text: string): Segmented {
  const characters = [...text];
  const culprit = characters.find((one) => !BASIC.has(one) && !EXTENDED.has(one)) ?? null;
  const encoding = culprit === null ? "GSM-7" : "UCS-2";
  const [single, joined] = SIZES[encoding];
  const widths = characters.map((one) =>
    culprit === null ? (EXTENDED.has(one) ? 2 : 1) : one.length,
  );
  const places = widths.reduce((sum, width) => sum + width, 0);
  if (places <= single) {
    return { encoding, segments: places > 0 ? 1 : 0, left: single - places, culprit };
  }
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > joined) {
      segments++;
      used = 0;
    }
    used += width;
  }
  return { encoding, segments, left: joined - used, culprit };
}

/** What *segments* cost, as people read it; nothing where no price is known. */
export function cost(segments: number, price: string | null, currency: string | null): string {
  const each = Number(price);
  if (!price || !currency || !Number.isFinite(each)) return "";
  const format = { style: "currency", currency, maximumFractionDigits: 4 } as const;
  try {
    return new Intl.NumberFormat(undefined, format).format(each * segments);
  } catch {
    return `${(each * segments).toFixed(4)} ${currency}`; // no currency that the browser knows
  }
}
