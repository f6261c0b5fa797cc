/** Small parts that several panes share. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon";

interface ButtonProps {
  icon?: IconName;
  label?: string; // for buttons without a word on them
  keys?: string; // shown in the tooltip
  kind?: "plain" | "act" | "quiet" | "danger";
  onClick: (event: MouseEvent) => void;
  disabled?: boolean;
  pressed?: boolean;
  expanded?: boolean;
  class?: string;
  children?: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const { icon, label, keys, kind = "plain", children } = props;
  const hint = label && keys ? `${label} (${keys})` : (label ?? keys);
  return (
    <button
      type="button"
      class={`button ${kind} ${children ? "" : "bare"} ${props.class ?? ""}`}
      aria-label={children ? undefined : label}
      aria-keyshortcuts={keys?.length === 1 ? keys : undefined}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      title={hint}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </button>
  );
}

/** A dialog of the browser: it keeps the focus, Escape closes it, the rest is inert. */
export function Dialog(props: {
  label: string;
  class?: string;
  close: () => void;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement as HTMLElement | null;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it; Escape does the same
    <dialog
      ref={ref}
      class={`dialog ${props.class ?? ""}`}
      aria-label={props.label}
      onClose={props.close}
      onCancel={(event) => {
        event.preventDefault();
        props.close();
      }}
      onClick={(event) => event.target === ref.current && props.close()}
    >
      {props.children}
    </dialog>
  );
}

/** Says what is not here, and what to do. */
export function Blank(props: {
  icon?: IconName;
  title: string;
  hint: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="blank">
      {props.icon && <Icon name={props.icon} size={20} />}
      <p class="blank-title">{props.title}</p>
      <p class="blank-hint">{props.hint}</p>
      {props.children}
    </div>
  );
}

export function Kbd({ keys }: { keys: string }) {
  return (
    <span class="kbds" aria-hidden="true">
      {keys.split(" ").map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

/** Two letters and a hue of one's own, for people without pictures. */
export function Face({ name, id }: { name: string; id: number }) {
  const parts = name.split(/\s+/).filter(Boolean);
  const letters = (parts[0]?.[0] ?? "?") + (parts.length > 1 ? (parts.at(-1)?.[0] ?? "") : "");
  return (
    <span class="face" style={{ "--hue": String((id * 47) % 360) }} aria-hidden="true">
      {letters.toUpperCase()}
    </span>
  );
}
