/** Neither the defaults of npm start nor the ports of the e2e tests. */
export const previewPort = 5373;
export const signalingPort = 8373;
