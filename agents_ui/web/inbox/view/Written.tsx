/** What somebody wrote: as text, or as they sent it. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../shapes";
import { words } from "../words";
import { Icon } from "./Icon";

const LINKS = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** Text with its addresses as links; nothing else in it is believed. */
export function Text({ text }: { text: string }) {
  const parts: (string | { url: string })[] = [];
  let end = 0;
  for (const found of text.matchAll(LINKS)) {
    parts.push(text.slice(end, found.index), { url: found[0] });
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return (
    <p class="text" dir="auto">
      {parts.map((part) =>
        typeof part === "string" ? (
          part
        ) : (
          <a href={part.url} target="_blank" rel="noopener noreferrer nofollow">
            {part.url}
          </a>
        ),
      )}
    </p>
  );
}

export function Quoted({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="quoted">
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} size={12} />
        {words.thread.quoted}
      </button>
      {open && <pre dir="auto">{text}</pre>}
    </div>
  );
}

const TALLEST = 20_000; // pixels; a mail that claims more is cut and scrolls by itself

/** The sender's own formatting, in a frame that can do nothing but say how tall it is. */
export function AsSent({ message, by }: { message: Message; by: string }) {
  const [images, setImages] = useState(false);
  const [height, setHeight] = useState(24);
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (!frame.current || event.source !== frame.current.contentWindow) return;
      const told = Number((event.data as { height?: unknown } | null)?.height);
      if (told > 0) setHeight(Math.min(TALLEST, Math.ceil(told)));
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  return (
    <div class="as-sent">
      <div class="paper">
        <iframe
          ref={frame}
          title={words.thread.html(by)}
          sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer"
          loading="lazy"
          src={`/api/messages/${message.id}/html${images ? "?images=1" : ""}`}
          style={{ height: `${height}px` }}
        />
      </div>
      {!images && (
        <p class="images">
          <button type="button" class="link" onClick={() => setImages(true)}>
            {words.thread.images}
          </button>
          <span>{words.thread.imagesHint}</span>
        </p>
      )}
    </div>
  );
}
