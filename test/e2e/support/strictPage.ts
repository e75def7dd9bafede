import { createJavaScriptSandbox, type JavaScriptSandboxOptions } from "peerswarm/executors/javascript";

declare global {
  interface Window {
    /** Runs a script and tells its output, or the code of its error. */
    runSandboxed(code: string, input?: unknown, options?: JavaScriptSandboxOptions): Promise<unknown>;
    violations: string[];
  }
}

window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  window.violations.push(`${violatedDirective}: ${blockedURI}`),
);
window.runSandboxed = async (code, input, options) => {
  const sandbox = createJavaScriptSandbox(options);
  const outcome = await sandbox.run(code, input);
  sandbox.close();
  return outcome.ok ? outcome.output : outcome.error.code;
};
