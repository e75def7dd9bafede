import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // Without it Next.js takes the outermost folder with a lock file, here the repository's, for the root.
  turbopack: { root: import.meta.dirname },
};

export default config;
