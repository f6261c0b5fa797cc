/** Everything about the bot and what helps an agent; loaded once a conversation is open. */
import "./bot.css";

export { Over } from "./Asking";
export { Beside } from "./Beside";
export { commands } from "./commands";
export { Told } from "./HandedOver";
export { Report, Translated } from "./Messages";
