import type { Connection } from "./connection.js";

/** The connected peers by id. */
export class Registry {
  readonly #connections = new Map<string, Connection>();

  get size(): number {
    return this.#connections.size;
  }

  /** Who holds this id. One whose closing handshake has begun holds it no longer. */
  get(id: string): Connection | undefined {
    const connection = this.#connections.get(id);
    if (connection === undefined || connection.isOpen) return connection;
    connection.ended();
    return undefined;
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
