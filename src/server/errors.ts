/** Every code that a {@link SignalingServerError} can carry. Codes are stable: match on them, never on text. */
export type SignalingServerErrorCode = "invalid-option" | "port-in-use" | "listen-failed";

/** Why a signalling server could not be made. The message says what, why and how to mend it. */
export class SignalingServerError extends Error {
  override readonly name = "SignalingServerError";
  readonly code: SignalingServerErrorCode;

  constructor(code: SignalingServerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
