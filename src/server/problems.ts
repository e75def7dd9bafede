import type { WireProblem } from "./wire.js";

/** What a client is told when its messages are dropped for their number. */
export function rateLimited(messagesPerSecond: number): WireProblem {
  return {
    code: "rate-limited",
    message:
      `Messages are dropped: you send more than ${messagesPerSecond} a second (long ones and those to a ` +
      "room count several times). Send fewer, and resend what was dropped.",
  };
}

/** What a client is told when a frame is no message of the protocol. */
export function badMessage(why: string): WireProblem {
  return {
    code: "bad-message",
    message: `The message was dropped: ${why}. See the protocol in the server's documentation.`,
  };
}

/** What a client is told when a frame is longer than the limit. */
export function messageTooLarge(sizeBytes: number, maxMessageBytes: number): WireProblem {
  return {
    code: "message-too-large",
    message:
      `The message was dropped: it has ${sizeBytes} bytes, the limit is ${maxMessageBytes}. ` +
      "Send data over the peer connection, signalling only over the server.",
  };
}
