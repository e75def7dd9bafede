import type { LaunchOptions } from "playwright";
import { chromiumPath } from "../../scripts/chromium.mjs";

export const chromium: LaunchOptions = {
  executablePath: chromiumPath,
  args: [
    // Chromium refuses to run its sandbox as root, which is what containers give us.
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    // A machine with only a loopback interface yields ICE candidates with this flag and the permissions below.
    "--allow-loopback-in-peer-connection",
  ],
};

export const permissions = ["camera", "microphone"];
