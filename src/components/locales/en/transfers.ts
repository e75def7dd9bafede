import { plural } from "../../texts/plural.js";
import type { TransfersTexts } from "../../texts/transfersTexts.js";

export const englishTransfersTexts: TransfersTexts = {
  title: "Transfers",
  count: (active, formatted) => (active === 0 ? "" : `${formatted} under way`),
  list: "Transfers, newest first",
  measured:
    "Sizes are sums of parts, which are not kept one by one; rates are averages over the last seconds.",
  unnamed: "Unnamed file",
  state: {
    waiting: "Waiting",
    hashing: "Preparing",
    offered: "Offered",
    active: "Under way",
    paused: "Paused",
    done: "Done",
    refused: "Refused",
    failed: "Failed",
    cancelled: "Cancelled",
  },
  direction: { sent: "Sent", received: "Received" },
  peer: { sent: "to", received: "from" },
  progress: (done, total) => `${done} of ${total}`,
  progressOf: (name) => `Progress of ${name}`,
  rate: (bytes) => `${bytes}/s`,
  timeLeft: (duration) => `${duration} left`,
  offers: (count) => `${plural(count, "file is", "files are")} offered to you.`,
  accept: "Accept",
  acceptFile: (name) => `Accept ${name}`,
  refuse: "Refuse",
  refuseFile: (name) => `Refuse ${name}`,
  refusedByHand: "They do not want it.",
  cancel: "Cancel",
  cancelFile: (name) => `Cancel ${name}`,
  save: "Save",
  saveFile: (name) => `Save ${name}`,
  empty: {
    what: "No file has been sent or offered yet.",
    next: "Files go straight from browser to browser, and each part is checked.",
  },
};
