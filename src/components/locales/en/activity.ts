import type { ActivityTexts } from "../../texts/activityTexts.js";

export const englishActivityTexts: ActivityTexts = {
  title: "Activity",
  count: (count) => (count === 0 ? "" : `last ${count}`),
  waiting: (count) => `${count} newer`,
  list: "Last messages, newest first",
  direction: { sent: "Sent", received: "Received" },
  peer: { sent: "to", received: "from" },
  empty: {
    what: "No message has gone over the links yet.",
    next: "Each one that is sent or delivered appears here, newest first.",
  },
};
