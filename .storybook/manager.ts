import { addons } from "storybook/manager-api";
import { look, preferredScheme } from "./look.js";

addons.setConfig({ theme: look[preferredScheme()] });
