import type { Preview } from "@storybook/react-vite";
import { configure } from "storybook/test";
import "peerswarm/styles.css";
import "./preview.css";
import { withFrame } from "../stories/support/frame.js";
import { mockGlobals, mockInitialGlobals, withMockSwarm } from "../stories/support/mockSwarm.js";

// Members find each other in milliseconds, on a machine that has nothing else to do.
configure({ asyncUtilTimeout: 5000 });

const preview: Preview = {
  tags: ["autodocs"],
  decorators: [withMockSwarm, withFrame],
  parameters: {
    layout: "fullscreen",
    a11y: { test: "error" },
    controls: { expanded: true },
    docs: { toc: true },
  },
  initialGlobals: { theme: "system", width: "full", ...mockInitialGlobals },
  globalTypes: {
    theme: {
      description: "Theme, as data-theme around the story",
      toolbar: {
        icon: "mirror",
        dynamicTitle: true,
        items: [
          { value: "system", title: "Theme: system" },
          { value: "light", title: "Theme: light" },
          { value: "dark", title: "Theme: dark" },
        ],
      },
    },
    width: {
      description: "Width of the panel",
      toolbar: {
        icon: "expand",
        dynamicTitle: true,
        items: [
          { value: "full", title: "Width: full" },
          { value: "640px", title: "Width: 640 px" },
          { value: "320px", title: "Width: 320 px" },
        ],
      },
    },
    ...mockGlobals,
  },
};

export default preview;
