import type { Decorator, Preview } from "@storybook/react-vite";
import { englishTexts, type Texts, TextsProvider } from "peerswarm/components";
import { germanTexts } from "peerswarm/locales/de";
import type { CSSProperties } from "react";
import { expect, userEvent, waitFor } from "storybook/test";
import { outOfOrder } from "./readingOrder.js";

/** How the page around a story looks. */
interface FrameGlobals {
  readonly theme: "system" | "light" | "dark";
  readonly density: "comfortable" | "compact";
  readonly width: string;
  readonly direction: "ltr" | "rtl";
  readonly locale: "en" | "de";
}

export const frameInitialGlobals: FrameGlobals = {
  theme: "system",
  density: "comfortable",
  width: "full",
  direction: "ltr",
  locale: "en",
};

export const frameGlobals: NonNullable<Preview["globalTypes"]> = {
  theme: choice("mirror", "Theme, as data-theme around the story", {
    system: "Theme: system",
    light: "Theme: light",
    dark: "Theme: dark",
  }),
  density: choice("component", "Density, as data-density around the story", {
    comfortable: "Density: comfortable",
    compact: "Density: compact",
  }),
  width: choice("expand", "Width of the panel", {
    full: "Width: full",
    "640px": "Width: 640 px",
    "320px": "Width: 320 px",
  }),
  direction: choice("transfer", "Direction of the script, as dir around the story", {
    ltr: "Left to right",
    rtl: "Right to left",
  }),
  locale: choice("globe", "Language of the panels", { en: "English", de: "Deutsch" }),
};

function choice(
  icon: "mirror" | "component" | "expand" | "transfer" | "globe",
  description: string,
  titles: Readonly<Record<string, string>>,
) {
  const items = Object.entries(titles).map(([value, title]) => ({ value, title }));
  return { description, toolbar: { icon, dynamicTitle: true, items } };
}

const DICTIONARIES: Readonly<Record<FrameGlobals["locale"], Texts>> = { en: englishTexts, de: germanTexts };

/** A page around the story, as the toolbar wants it. */
export const withFrame: Decorator = (Story, { globals }) => {
  const { theme, density, width, direction, locale } = globals as unknown as FrameGlobals;
  const style = { "--story-width": width === "full" ? "none" : width } as CSSProperties;
  return (
    <div className="story-frame" data-theme={theme} data-density={density} dir={direction}>
      <div className="story-width" style={style}>
        <TextsProvider texts={DICTIONARIES[locale]}>
          <Story />
        </TextsProvider>
      </div>
    </div>
  );
};

/** Nothing of a panel sticks out at its side, in the width that the story chose. */
export function expectNoOverflow(panel: HTMLElement): void {
  expect(panel.scrollWidth).toBeLessThanOrEqual(panel.clientWidth);
  // What scrolls downwards cuts off what sticks out at its side, and the panel would not know.
  for (const list of panel.querySelectorAll(".ps-scroll")) {
    expect(list.scrollWidth).toBeLessThanOrEqual(list.clientWidth);
  }
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(document.documentElement.clientWidth);
}

// More stops of Tab than any story has.
const MOST_STOPS = 100;

/** Presses Tab until this has the focus, as somebody without a pointer does. */
export async function tabTo(element: HTMLElement): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS && document.activeElement !== element; stop++) await userEvent.tab();
  expect(element).toHaveFocus();
}

/** The panel of a story that has one. */
function panelOf(canvasElement: HTMLElement): Promise<HTMLElement> {
  return waitFor(() => {
    const panel = canvasElement.querySelector<HTMLElement>("[data-panel]");
    if (panel === null) throw new Error("The panel is not there yet.");
    return panel;
  });
}

/** The play of a story that is there to be looked at: whatever it shows fits, and reads from its first letter to its last. */
export async function fits({ canvasElement }: { readonly canvasElement: HTMLElement }): Promise<void> {
  const panel = await panelOf(canvasElement);
  expectNoOverflow(panel);
  expect(outOfOrder(panel)).toEqual([]);
}

/** The same, of a story in German. */
export async function fitsInGerman(context: { readonly canvasElement: HTMLElement }): Promise<void> {
  await fits(context);
  expect(await panelOf(context.canvasElement)).toHaveAttribute("lang", "de");
}
