/** The accounts, their kinds, and what is asked about them. */
import { computed, signal } from "@preact/signals";
import { call, query } from "../api";
import type { Page } from "../shapes";
import { me, refresh } from "../state/desk";
import type { AccountDetail, ChannelKind, Check, Exchange, Ledger, Tested } from "./shapes";

export const accounts = signal<readonly AccountDetail[] | null>(null);
export const kinds = signal<readonly ChannelKind[] | null>(null);
export const failed = signal(false);
export const administers = computed(() => me.value?.agent.role === "admin");

type Many<T> = T[] | Page<T>;
const items = <T>(answer: Many<T>): T[] => (Array.isArray(answer) ? answer : answer.items);

export async function load(): Promise<void> {
  try {
    accounts.value = items(await call<Many<AccountDetail>>("GET", "/accounts"));
    failed.value = false;
  } catch {
    failed.value = true;
  }
}

export async function loadKinds(): Promise<void> {
  kinds.value ??= items(await call<Many<ChannelKind>>("GET", "/channels"));
}

/** Take in an account as the desk answered it. */
function learn(account: AccountDetail): AccountDetail {
  const all = accounts.peek() ?? [];
  const known = all.some((one) => one.id === account.id);
  accounts.value = known
    ? all.map((one) => (one.id === account.id ? account : one))
    : [...all, account];
  void refresh(); // who reaches whom by what may have changed
  return account;
}

const at = (id: number, what = "") => `/accounts/${id}${what}`;

export const api = {
  create: async (kind: string, name: string, settings: object) =>
    learn(await call<AccountDetail>("POST", "/accounts", { kind, name, settings })),
  change: async (id: number, settings: object) =>
    learn(await call<AccountDetail>("PATCH", at(id), { settings })),
  archive: async (id: number) => {
    await call("DELETE", at(id));
    await load();
    void refresh();
  },
  pause: async (id: number) => learn(await call<AccountDetail>("POST", at(id, "/pause"))),
  resume: async (id: number) => learn(await call<AccountDetail>("POST", at(id, "/resume"))),
  check: async (id: number) => items(await call<Many<Check>>("POST", at(id, "/check"))),
  test: (id: number, to: string) => call<Tested>("POST", at(id, "/test"), { to }),
  exchanges: (id: number, before: string | null, failed: boolean) =>
    call<Page<Exchange>>(
      "GET",
      at(id, `/exchanges${query({ before, failed: failed ? "true" : null })}`),
    ),
  ledger: (id: number) => call<Ledger>("GET", at(id, "/ledger")),
  reconcile: (id: number, hours: number) => call<Ledger>("POST", at(id, "/reconcile"), { hours }),
};
