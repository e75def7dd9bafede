import { adoptStyles } from "../components/parts/shadowStyles.js";
import styles from "../components/styles.css?inline";

// The bar above the panels has no surface of its own: a dark widget's would be light on a light page.
const STYLES = `
:host { display: block; }
:host([hidden]) { display: none; }
.ps-widget { display: grid; gap: 16px; min-width: 0; }
.ps-membership {
  margin-block-end: 0;
  padding: var(--ps-row) var(--ps-space);
  background: var(--ps-surface);
  border: 1px solid var(--ps-border);
  border-radius: var(--ps-radius);
}
${styles}`;

/** The element's shadow root, with a frame in it that the widget is drawn into. */
export function createFrame(host: HTMLElement): HTMLElement {
  const shadow = host.attachShadow({ mode: "open" });
  const frame = host.ownerDocument.createElement("div");
  frame.className = "ps-widget";
  frame.part.add("base");
  shadow.append(frame);
  dress(shadow);
  return frame;
}

/** Gives a shadow root the panels' styles. */
export function dress(shadow: ShadowRoot): void {
  adoptStyles(shadow, STYLES);
}

/** The language in which an element stands, as the nearest `lang` says, also from within shadow roots. */
export function languageAround(element: Element): string | undefined {
  const found = element.closest<HTMLElement>("[lang]");
  if (found !== null) return found.lang;
  const root = element.getRootNode();
  return "host" in root ? languageAround(root.host as Element) : undefined;
}
