declare module "simple-peer/simplepeer.min.js" {
  /** What the bench uses of simple-peer 9. */
  export default class SimplePeer {
    constructor(options: { initiator: boolean; config: RTCConfiguration });
    readonly _channel: RTCDataChannel;
    on(event: "signal", listener: (signal: unknown) => void): void;
    on(event: "connect", listener: () => void): void;
    on(event: "data", listener: (data: Uint8Array) => void): void;
    on(event: "error", listener: (error: Error) => void): void;
    signal(signal: unknown): void;
    send(data: string | Uint8Array): void;
    destroy(): void;
  }
}
