/** An address as an error may show it: what stands before an `@` can be a password. */
export function withoutLogin(address: string): string {
  return address.replace(/^([a-z]+:\/\/|(?:stun|turn)s?:)?.*@/is, "$1…@");
}
