/**
 * Gives the focus to the first of these that is still in the page and takes it; a panel always does, so that the keyboard goes
 * on where it was, and does not begin the page anew.
 * @param path an element that may have gone, and all around it, from the inside out
 */
export function focusNearest(path: readonly HTMLElement[]): void {
  path.find((element) => {
    if (!element.isConnected) return false;
    if (element.classList.contains("ps-panel")) lendTabIndex(element);
    element.focus();
    return (element.getRootNode() as Document | ShadowRoot).activeElement === element;
  });
}

/** Until the focus leaves it: what can always have the focus takes it from every click on its words. */
function lendTabIndex(element: HTMLElement): void {
  element.tabIndex = -1;
  element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
}
