/** Everything that only a desk with queues needs; it is loaded when there is one. */
import "./queues.css";

export { Asked } from "./Asked";
export { commands } from "./commands";
export { Due, Marks } from "./Marks";
export { Over } from "./Over";
export { Availability, Trays } from "./RailParts";
export { Strip } from "./Strip";
export { told } from "./told";
