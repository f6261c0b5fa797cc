/** A body as customers read it; the desk has made it harmless. */
import { useEffect, useState } from "preact/hooks";
import { api } from "./store";
import { words } from "./words";

const SOON = 250; // milliseconds after the last key

export function Shown({ body, article }: { body: string; article: number | null }) {
  const [html, setHtml] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    const ask = async () => {
      try {
        const said = await api.preview(body, article);
        if (wanted) setHtml(said.html);
      } catch {
        if (wanted) setHtml((before) => before ?? "");
      }
    };
    const timer = setTimeout(() => void ask(), html === null ? 0 : SOON);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [body, article]);
  if (html === null) return <p class="faint">{words.loading}</p>;
  // the desk has made it harmless, with the same care as on the help page
  return <div class="article-text" dangerouslySetInnerHTML={{ __html: html }} />;
}
