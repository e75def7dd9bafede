import type { StorybookConfig } from "@storybook/react-vite";
import { mergeConfig } from "vite";
import { prebundled, sourceAliases } from "../scripts/entries.mjs";
import { signaling } from "./signaling.js";

const config: StorybookConfig = {
  framework: "@storybook/react-vite",
  stories: ["../stories/**/*.mdx", "../stories/**/*.stories.tsx"],
  addons: ["@storybook/addon-docs", "@storybook/addon-a11y", "@storybook/addon-vitest"],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  features: { sidebarOnboardingChecklist: false },
  // The other one, react-docgen-typescript, needs TypeScript's JavaScript API, which TypeScript 7 lacks.
  typescript: { reactDocgen: "react-docgen" },
  viteFinal: (vite) =>
    mergeConfig(vite, {
      resolve: { alias: sourceAliases },
      optimizeDeps: { include: [...prebundled.include, "culori"] },
      plugins: [signaling()],
    }),
};

export default config;
