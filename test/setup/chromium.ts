import type { LaunchOptions } from "playwright";
import { chromiumPath } from "../../scripts/chromium.mjs";

// Chromium obeys the last list alone: Playwright's own comes along, so that a new Playwright's is to be compared here.
const disabledFeatures = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
  // Two pages behind an address bar that nobody sees, which each tab loads: half a second of a processor.
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
];

export const chromium: LaunchOptions = {
  executablePath: chromiumPath,
  args: [
    // Chromium refuses to run its sandbox as root, which is what containers give us.
    "--no-sandbox",
    `--disable-features=${disabledFeatures.join()}`,
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
