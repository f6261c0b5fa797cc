/** The icons: Lucide, 16 px, one weight; always beside a word or a label. */
import {
  ArrowDown,
  ArrowLeft,
  ArrowRightLeft,
  ArrowUp,
  Ban,
  BookOpen,
  Bot,
  Cable,
  ChartLine,
  Check,
  CheckCheck,
  ChevronDown,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  CircleDot,
  CircleQuestionMark,
  Clock,
  Command,
  ContactRound,
  Copy,
  Ellipsis,
  ExternalLink,
  Eye,
  EyeOff,
  FaceSlightlySmilingPlus,
  File,
  Flag,
  GitMerge,
  GraduationCap,
  Hand,
  Hash,
  Headphones,
  Inbox,
  Kanban,
  Key,
  Keyboard,
  Layers,
  LayoutTemplate,
  Link2,
  ListOrdered,
  Lock,
  LogOut,
  Mail,
  MailX,
  MapPin,
  Menu,
  MessageCircle,
  MessageCircleMore,
  MessageSquareText,
  Mic,
  MicOff,
  AlarmClock as Moon,
  PanelRight,
  Paperclip,
  Pause,
  Pencil,
  Phone,
  PhoneCall,
  PhoneForwarded,
  PhoneIncoming,
  PhoneMissed,
  PhoneOff,
  PhoneOutgoing,
  Play,
  Plus,
  Reply,
  RotateCcw,
  Search,
  Send,
  ShieldAlert,
  SlidersHorizontal,
  Tag,
  Terminal,
  Trash2,
  Undo2,
  Unlink2,
  UserPlus,
  UserRound,
  Voicemail,
  Webhook,
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
  flag: Flag,
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
  transfer: ArrowRightLeft,
  trash: Trash2,
  undo: Undo2,
  up: ArrowUp,
  chat: MessageCircle,
  sms: MessageSquareText,
  hash: Hash,
  phone: Phone,
  accounts: Cable,
  board: Kanban,
  reports: ChartLine,
  setup: SlidersHorizontal,
  answer: PhoneCall,
  buttons: ListOrdered,
  card: ContactRound,
  forward: PhoneForwarded,
  hangup: PhoneOff,
  incoming: PhoneIncoming,
  link: Link2,
  listen: Headphones,
  merge: GitMerge,
  mic: Mic,
  missed: PhoneMissed,
  muted: MicOff,
  outgoing: PhoneOutgoing,
  pause: Pause,
  pin: MapPin,
  seen: Eye,
  unseen: EyeOff,
  react: FaceSlightlySmilingPlus,
  play: Play,
  tag: Tag,
  template: LayoutTemplate,
  terminal: Terminal,
  unlink: Unlink2,
  voicemail: Voicemail,
  webhook: Webhook,
  whatsapp: MessageCircleMore,
  bot: Bot,
  book: BookOpen,
  teach: GraduationCap,
  why: CircleQuestionMark,
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
  whatsapp: "whatsapp",
  voice: "phone",
  phone: "phone",
  webhook: "webhook",
  console: "terminal",
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
