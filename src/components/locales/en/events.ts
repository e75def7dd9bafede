import type { EventsTexts } from "../../texts/eventsTexts.js";

export const englishEventsTexts: EventsTexts = {
  show: (what) => `${what}: show the events behind`,
  title: (what) => `Behind “${what}”`,
  close: "Close",
  loadFailed: "The events could not be loaded. Try again once the network is back.",
  list: "Events, newest first",
  keptOf({ kept, keptCount, counted, isComplete }) {
    if (keptCount === 0) {
      if (isComplete) return "Nothing of this has happened.";
      return counted === undefined
        ? "None is kept any more, if there were any."
        : `None of ${counted} is kept any more: they are only counted.`;
    }
    if (isComplete) return keptCount === 1 ? "The only one, and it is kept." : `All ${kept} are kept.`;
    return counted === undefined
      ? `${kept} are still kept. There may have been more.`
      : `${kept} of ${counted} are still kept. The others are only counted.`;
  },
  frozen: (time) => `As of ${time}; what comes later waits.`,
  showNewer: (count) => `Show ${count} newer`,
  linkBytes:
    "Bytes on links are a sum: besides these messages it holds signatures, handshakes and parts of files, which are not kept one by one.",
  average:
    "An average of 10 s over all bytes on the links: besides these messages it holds signatures, handshakes and parts of files, which are not kept one by one.",
  direction: { sent: "Sent", received: "Received", dropped: "Dropped" },
  peer: { sent: "to", received: "from", dropped: "peer" },
};
