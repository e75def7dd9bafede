const sheets = new WeakMap<Document, Map<string, CSSStyleSheet>>();

/**
 * Gives a shadow root style sheets. They are constructed ones and no inline style: a strict
 * Content-Security-Policy lets them pass. A sheet serves the one document that it was made in.
 */
export function adoptStyles(shadow: ShadowRoot, ...texts: readonly string[]): void {
  shadow.adoptedStyleSheets = texts.map((text) => sheetOf(shadow.ownerDocument, text));
}

function sheetOf(page: Document, text: string): CSSStyleSheet {
  const made = sheets.get(page) ?? new Map<string, CSSStyleSheet>();
  sheets.set(page, made);
  let sheet = made.get(text);
  if (sheet === undefined) {
    sheet = new (page.defaultView ?? window).CSSStyleSheet();
    sheet.replaceSync(text);
    made.set(text, sheet);
  }
  return sheet;
}
