import { useEffect, useState } from "react";
import { adoptStyles } from "../components/parts/shadowStyles.js";
import styles from "../components/styles.css?inline";
import devtoolsStyles from "./devtools.css?inline";

/**
 * An element in a shadow root at the end of the page, to render into: the app's styles do not reach it, nor its
 * own the app. `undefined` on the server and until mounted.
 */
export function useShadowFrame(): HTMLElement | undefined {
  const [frame, setFrame] = useState<HTMLElement>();
  useEffect(() => {
    const host = document.createElement("div");
    host.dataset.peerswarm = "devtools";
    const shadow = host.attachShadow({ mode: "open" });
    adoptStyles(shadow, styles, devtoolsStyles);
    const made = document.createElement("div");
    shadow.append(made);
    document.body.append(host);
    setFrame(made);
    return () => {
      host.remove();
      setFrame(undefined);
    };
  }, []);
  return frame;
}
