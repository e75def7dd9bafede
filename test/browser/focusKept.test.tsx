import { act, useReducer } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, onTestFinished } from "vitest";
import { useFocusKept } from "../../src/components/parts/useFocusKept.js";

let render = () => {};

function Buttons() {
  const [turn, next] = useReducer((before: number) => before + 1, 0);
  render = next;
  const focus = useFocusKept<HTMLDivElement>();
  return (
    <div tabIndex={-1} {...focus}>
      {turn < 2 && <button type="button">{turn}</button>}
    </div>
  );
}

it.each([false, true])(
  "stays where it is until its control goes, in a shadow root (%s), too",
  async (isShadow) => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    const host = document.createElement("div");
    document.body.append(host);
    const place = isShadow ? host.attachShadow({ mode: "open" }) : host;
    const root = createRoot(place);
    onTestFinished(() => {
      act(() => root.unmount());
      host.remove();
      Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
    });
    const focused = () => (isShadow ? host.shadowRoot : document)?.activeElement?.tagName;
    await act(() => root.render(<Buttons />));
    place.querySelector("button")?.focus();
    await act(() => render());
    expect(focused()).toBe("BUTTON");
    await act(() => render());
    expect(focused()).toBe("DIV");
  },
);
