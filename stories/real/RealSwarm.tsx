import type { Swarm } from "peerswarm";
import { Panel, PeersPanel } from "peerswarm/components";
import { SwarmProvider, useMessage, useSwarm } from "peerswarm/react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { hello, useMembers } from "./members.js";
import { useServerUrl } from "./serverUrl.js";
import "./real.css";

export interface RealSwarmProps {
  /** Told of the swarms as soon as they are made. */
  readonly onMembers?: (members: readonly Swarm[]) => void;
}

/** Three members in one page, linked over real WebRTC once somebody wants it. */
export function RealSwarm({ onMembers }: RealSwarmProps): ReactNode {
  const [url, setUrl] = useState<string>();
  return url === undefined ? (
    <Question onStart={setUrl} />
  ) : (
    <>
      <p>
        <button type="button" className="ps-button" onClick={() => setUrl(undefined)}>
          Stop
        </button>
      </p>
      <Members url={url} onMembers={onMembers} />
    </>
  );
}

interface QuestionProps {
  readonly onStart: (url: string) => void;
}

function Question({ onStart }: QuestionProps): ReactNode {
  const server = useServerUrl();
  return (
    <Panel
      name="real-swarm"
      title="Three members, real WebRTC"
      state={server === "asking" ? "loading" : "off"}
    >
      {server === "asking" && <p>Asking whether a signalling server is here.</p>}
      {server === "none" && <AddressForm onStart={onStart} />}
      {typeof server === "object" && (
        <>
          <p>
            Members find each other through <code>{server.url}</code>, which runs for this Storybook, and link
            inside this page. Nothing has been opened yet.
          </p>
          <button
            type="button"
            className="ps-button"
            data-variant="primary"
            onClick={() => onStart(server.url)}
          >
            Start three members
          </button>
        </>
      )}
    </Panel>
  );
}

function AddressForm({ onStart }: QuestionProps): ReactNode {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const address = new FormData(event.currentTarget).get("address");
    if (typeof address === "string") onStart(address);
  };
  return (
    <form className="real-form" onSubmit={submit}>
      <p>
        Members need a server to find each other, and this page, built once and served as files, has none. Run{" "}
        <code>npx peerswarm-server --port 8000</code>, and say where it is.
      </p>
      <p className="ps-field">
        <label htmlFor={id}>Signalling server</label>
        <input
          id={id}
          name="address"
          type="url"
          required
          className="ps-input"
          defaultValue="http://localhost:8000"
        />
      </p>
      <button type="submit" className="ps-button" data-variant="primary">
        Start three members
      </button>
    </form>
  );
}

interface MembersProps extends RealSwarmProps {
  readonly url: string;
}

function Members({ url, onMembers }: MembersProps): ReactNode {
  const members = useMembers(url, onMembers);
  return (
    <div className="real-members">
      {members.map((swarm) => (
        <SwarmProvider key={nameOf(swarm)} swarm={swarm}>
          <Member />
        </SwarmProvider>
      ))}
    </div>
  );
}

const nameOf = (swarm: Swarm): string => swarm.store.getSnapshot().self.profile.name ?? "";

function Member(): ReactNode {
  const swarm = useSwarm();
  const name = nameOf(swarm);
  const [heard, setHeard] = useState<string>();
  useMessage(hello, ({ text }) => setHeard(text));
  return (
    <section className="real-member" aria-label={name}>
      <PeersPanel title={`${name} sees`} />
      <p>
        <button
          type="button"
          className="ps-button"
          onClick={() => swarm.broadcast(hello, { text: `Hello from ${name}` })}
        >
          {name}, say hello
        </button>
      </p>
      <p role="status">{heard === undefined ? "Heard nothing yet." : `Heard: ${heard}`}</p>
    </section>
  );
}
