import styles from "../components/styles.css?inline";

const HOST_STYLES = `
:host { display: block; }
:host([hidden]) { display: none; }
.ps-widget { display: grid; gap: 16px; min-width: 0; }
`;

const sheets = new WeakMap<Document, CSSStyleSheet>();

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

/**
 * Gives a shadow root the panels' styles. They are a constructed sheet and no inline style: a strict
 * Content-Security-Policy lets it pass. A sheet serves the one document that it was made in.
 */
export function dress(shadow: ShadowRoot): void {
  const { ownerDocument } = shadow;
  let sheet = sheets.get(ownerDocument);
  if (sheet === undefined) {
    sheet = new (ownerDocument.defaultView ?? window).CSSStyleSheet();
    sheet.replaceSync(HOST_STYLES + styles);
    sheets.set(ownerDocument, sheet);
  }
  shadow.adoptedStyleSheets = [sheet];
}
