/** The icons: Lucide, 16 px, one weight; always beside a word or a label. */
import {
  ArrowDown,
  ArrowLeft,
  ArrowUp,
  Ban,
  Check,
  CheckCheck,
  ChevronDown,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  CircleDot,
  Clock,
  Command,
  Copy,
  Ellipsis,
  ExternalLink,
  File,
  Hand,
  Hash,
  Inbox,
  Key,
  Keyboard,
  Layers,
  Lock,
  LogOut,
  Mail,
  MailX,
  Menu,
  MessageCircle,
  MessageSquareText,
  AlarmClock as Moon,
  PanelRight,
  Paperclip,
  Pencil,
  Phone,
  Plus,
  Reply,
  RotateCcw,
  Search,
  Send,
  ShieldAlert,
  Trash2,
  Undo2,
  UserPlus,
  UserRound,
  WifiOff,
  X,
} from "lucide";
import { h } from "preact";
import { channelName } from "../words";

const ICONS = {
  alert: CircleAlert,
  back: ArrowLeft,
  ban: Ban,
  check: Check,
  checks: CheckCheck,
  clock: Clock,
  close: X,
  command: Command,
  copy: Copy,
  down: ChevronDown,
  edit: Pencil,
  file: File,
  inbox: Inbox,
  key: Key,
  keyboard: Keyboard,
  layers: Layers,
  lock: Lock,
  mail: Mail,
  mailx: MailX,
  menu: Menu,
  more: Ellipsis,
  newest: ArrowDown,
  offline: WifiOff,
  open: CircleDot,
  out: ExternalLink,
  panel: PanelRight,
  paperclip: Paperclip,
  person: UserRound,
  assign: UserPlus,
  plus: Plus,
  quarantine: ShieldAlert,
  reply: Reply,
  retry: RotateCcw,
  right: ChevronRight,
  search: Search,
  send: Send,
  signout: LogOut,
  snooze: Moon,
  take: Hand,
  done: CircleCheck,
  trash: Trash2,
  undo: Undo2,
  up: ArrowUp,
  chat: MessageCircle,
  sms: MessageSquareText,
  hash: Hash,
  phone: Phone,
} as const;

export type IconName = keyof typeof ICONS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  const shape = ICONS[name] as readonly (readonly [string, Record<string, string | number>])[];
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={1.75}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {shape.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}

const GLYPHS: Record<string, IconName> = {
  email: "mail",
  webchat: "chat",
  sms: "sms",
  telegram: "send",
  slack: "hash",
  whatsapp: "phone",
  voice: "phone",
  phone: "phone",
};

/** The glyph of a channel, or of a kind of identity. */
export function Channel({ kind, size = 14 }: { kind: string; size?: number }) {
  return (
    <span class="glyph" title={channelName(kind)}>
      <Icon name={GLYPHS[kind] ?? (kind.includes("mail") ? "mail" : "chat")} size={size} />
      <span class="sr">{channelName(kind)}</span>
    </span>
  );
}
