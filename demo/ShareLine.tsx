import { CopyButton } from "peerswarm/components";
import { useSignaling } from "peerswarm/react";
import { addressWith } from "./address.js";

export function ShareLine() {
  const room = useSignaling((signaling) => signaling.room);
  const address = addressWith("room", room);
  return (
    <p className="share">
      <span>Open this address in another tab</span>
      <span className="share-address">
        <a href={address} target="_blank" rel="noopener">
          {address}
        </a>
        <CopyButton text={address} label="Copy the address" />
      </span>
    </p>
  );
}
