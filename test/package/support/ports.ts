/** Neither the defaults of npm start nor the ports of the e2e tests. One spec runs at a time: they share the server's. */
export const signalingPort = 8373;
export const vitePort = 5373;
export const nextPort = 5374;
export const htmlPort = 5375;
export const viteDevPort = 5376;
