import type { Connection } from "./connection.js";

/** The connected peers by id. */
export class Registry {
  readonly #connections = new Map<string, Connection>();

  get size(): number {
    return this.#connections.size;
  }

  get(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  all(): Connection[] {
    return [...this.#connections.values()];
  }

  ids(): string[] {
    return [...this.#connections.keys()];
  }

  /** Makes this connection the holder of its id, whoever held it before. */
  set(connection: Connection): void {
    this.#connections.set(connection.id, connection);
  }

  /** Frees the id, unless a newer connection holds it. */
  delete(connection: Connection): void {
    if (this.#connections.get(connection.id) === connection) this.#connections.delete(connection.id);
  }
}
