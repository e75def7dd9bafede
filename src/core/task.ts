type Callback = () => void;

// One channel for all: making one costs more than everything else here. In Node it would keep the process alive.
let port: MessagePort | undefined;
const waiting: Callback[] = [];

function post(callback: Callback): void {
  if (port === undefined) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => waiting.shift()?.();
    port = port2;
  }
  waiting.push(callback);
  port.postMessage(undefined);
}

/**
 * Resolves in a task of its own, after everything that waits already: messages, timers, input. In a browser a
 * message is such a task, without the 4 ms that nested timeouts cost.
 */
export function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: Callback) => void };
  return new Promise((resolve) => (setImmediate ?? post)(resolve));
}
