/** Which rows of a long list are drawn: those one sees, and some beyond the edges. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const SPARE = 6; // rows beyond the edges, so that a flick shows no gap

/** Watch a scrolled box whose rows are *row* pixels high and hold *wide* pixels' worth of items. */
export function useWindow(count: number, row: number, wide = 0) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [size, setSize] = useState({ width: 800, height: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const columns = wide > 0 ? Math.max(1, Math.floor(size.width / wide)) : 1;
  const rows = Math.ceil(count / columns);
  const first = Math.max(0, Math.min(rows, Math.floor(top / row)) - SPARE) * columns;
  const last = Math.min(count, (Math.ceil((top + size.height) / row) + SPARE) * columns);
  return {
    box,
    columns,
    first,
    last,
    height: rows * row,
    top: (at: number) => Math.floor(at / columns) * row,
    scrolled: (event: Event) => setTop((event.currentTarget as HTMLElement).scrollTop),
  };
}
