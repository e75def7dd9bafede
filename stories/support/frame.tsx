import type { Decorator } from "@storybook/react-vite";
import type { CSSProperties } from "react";
import { expect } from "storybook/test";

/** A page around the story, in the theme and width of the toolbar. */
export const withFrame: Decorator = (Story, { globals }) => {
  const { theme, width } = globals as { theme: string; width: string };
  const style = { "--story-width": width === "full" ? "none" : width } as CSSProperties;
  return (
    <div className="story-frame" data-theme={theme}>
      <div className="story-width" style={style}>
        <Story />
      </div>
    </div>
  );
};

/** Nothing of a panel sticks out at its side, in the width that the story chose. */
export function expectNoOverflow(panel: HTMLElement): void {
  expect(panel.scrollWidth).toBeLessThanOrEqual(panel.clientWidth);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(document.documentElement.clientWidth);
}
