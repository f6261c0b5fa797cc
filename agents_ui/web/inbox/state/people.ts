/** What an agent does with a person's addresses. */
import { api } from "../api";
import { words } from "../words";
import { say } from "./toasts";

/** Write down that an address is this customer's; true when the desk took it. */
export async function linkIdentity(
  customer: number,
  kind: string,
  value: string,
): Promise<boolean> {
  try {
    await api.link(customer, kind, value);
    say(words.customer.linked(value));
    return true;
  } catch (error) {
    say(words.done.notChanged((error as Error).message), { bad: true });
    return false;
  }
}
