import { createContext } from "react";
import type { Swarm } from "../core/index.js";

export const SwarmContext = createContext<Swarm | undefined>(undefined);
