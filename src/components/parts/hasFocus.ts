/** Whether the focus is in an element, also within a shadow root, where the document knows of its host only. */
export function hasFocus(element: Element): boolean {
  const root = element.getRootNode() as Document | ShadowRoot;
  // Of what is not in the page nothing has the focus, and its root knows of none.
  return element.contains(root.activeElement ?? null);
}
