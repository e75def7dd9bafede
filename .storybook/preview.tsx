import type { Preview } from "@storybook/react-vite";
import { configure } from "storybook/test";
import "peerswarm/styles.css";
import "./preview.css";
import { frameGlobals, frameInitialGlobals, withFrame } from "../stories/support/frame.js";
import { mockGlobals, mockInitialGlobals, withMockSwarm } from "../stories/support/mockSwarm.js";
import { BookContainer } from "./BookContainer.js";
import { BookPage } from "./BookPage.js";

// For what never comes, on a machine that is busy; most of what is waited for is there in milliseconds.
configure({ asyncUtilTimeout: 60_000 });

const preview: Preview = {
  tags: ["autodocs"],
  decorators: [withMockSwarm, withFrame],
  parameters: {
    layout: "fullscreen",
    a11y: { test: "error" },
    controls: { expanded: true },
    docs: { toc: true, container: BookContainer, page: BookPage },
    // Read without being run, so it cannot be a constant from elsewhere.
    options: {
      storySort: {
        order: [
          "Start",
          [
            "Welcome",
            "Ten-line start",
            "Composing a dashboard",
            "Theming",
            "Testing your app",
            "Real WebRTC",
            "Examples",
          ],
          "Frame",
          ["SwarmGate", "SwarmDashboard"],
          "Panels",
          "Parts",
          "Devtools",
          "Hooks",
        ],
      },
    },
  },
  initialGlobals: { ...frameInitialGlobals, ...mockInitialGlobals },
  globalTypes: { ...frameGlobals, ...mockGlobals },
};

export default preview;
