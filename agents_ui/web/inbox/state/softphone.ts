/** The telephone in the browser: Twilio's, loaded when somebody speaks here. */
import { type Call, Device } from "@twilio/voice-sdk";
import { words } from "../words";

interface Told {
  speaking: (on: boolean) => void;
  lost: () => void;
}

let device: Device | null = null;
let line: Call | null = null; // spoken on
let ring: Call | null = null; // rings
let expected = false; // we asked to be rung: answer at once
let told: Told = { speaking: () => {}, lost: () => {} };

/** Have this browser rung. */
export async function register(token: string, listener: Told): Promise<void> {
  told = listener;
  device?.destroy();
  device = new Device(token, { logLevel: "silent", closeProtection: true });
  device.on("incoming", rung);
  device.on("unregistered", () => told.lost());
  device.on("error", () => {}); // whoever asked for something is told by its own failure
  await device.register();
}

export function renew(token: string): void {
  device?.updateToken(token);
}

/** Ask for the microphone first: what the browser refuses is told in our words. */
export async function microphone(): Promise<void> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
  } catch {
    throw new Error(words.phone.noMicrophone);
  }
}

export function expect(on: boolean): void {
  expected = on;
}

function rung(call: Call): void {
  ring = call;
  const gone = () => {
    if (ring === call) ring = null;
  };
  call.on("cancel", gone);
  call.on("reject", gone);
  if (expected) accept();
}

/** Answer what rings; false when nothing does. */
export function accept(): boolean {
  const call = ring;
  if (!call) return false;
  ring = null;
  expected = false;
  line = call;
  const ended = () => {
    if (line !== call) return;
    line = null;
    told.speaking(false);
  };
  call.on("disconnect", ended);
  call.on("error", ended);
  call.accept();
  told.speaking(true);
  return true;
}

/** Do not ring here any more; it goes on ringing elsewhere. */
export function ignore(): void {
  ring?.ignore();
  ring = null;
}

export function mute(on: boolean): void {
  line?.mute(on);
}

export function hangUp(): void {
  line?.disconnect();
}
