// What a browser draws in its own way, what nobody sees, and letters that are written right to left.
const NOT_READ = "script, style, option, .ps-hidden";
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/**
 * Texts in which a letter stands to the left of the one before it: "ms 40", or a full stop at the wrong end of its
 * sentence. Of what a panel shows in a left-to-right language there is none, whatever the direction of the page.
 */
export function outOfOrder(root: Element): string[] {
  return [...textsOf(root)].filter(([, nodes]) => isOutOfOrder(nodes)).map(([, nodes]) => textOf(nodes));
}

/** The texts that flow together, by the box that they flow in. */
function textsOf(root: Element): ReadonlyMap<Element, readonly Text[]> {
  const texts = new Map<Element, Text[]>();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || parent.closest(NOT_READ) !== null) continue;
    const box = boxOf(parent);
    texts.set(box, [...(texts.get(box) ?? []), node as Text]);
  }
  return texts;
}

function boxOf(element: Element): Element {
  const { parentElement } = element;
  return parentElement === null || getComputedStyle(element).display !== "inline"
    ? element
    : boxOf(parentElement);
}

function isOutOfOrder(nodes: readonly Text[]): boolean {
  const boxes = nodes.flatMap(letterBoxes);
  return boxes.some((box, index) => {
    const before = boxes[index - 1];
    return before !== undefined && isOneLine(before, box) && box.left < before.left - 0.5;
  });
}

function letterBoxes(node: Text): DOMRect[] {
  return [...node.data].flatMap((letter, index) => {
    if (/\s/.test(letter) || RIGHT_TO_LEFT.test(letter)) return [];
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + 1);
    const box = range.getBoundingClientRect();
    return box.width === 0 ? [] : [box];
  });
}

function isOneLine(a: DOMRect, b: DOMRect): boolean {
  return Math.abs(a.top + a.bottom - b.top - b.bottom) < Math.min(a.height, b.height);
}

function textOf(nodes: readonly Text[]): string {
  return nodes.map(({ data }) => data).join("");
}
