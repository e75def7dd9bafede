import { SwarmError } from "peerswarm";
import { useSignaling, useSwarm, useSwarmSelector } from "peerswarm/react";
import { type FormEvent, type ReactNode, useState } from "react";
import { addressWith, readAddress } from "./address.js";

const MAX_ROOM_LENGTH = 128;
const MAX_NAME_LENGTH = 64;

export function Settings() {
  const room = useSignaling((signaling) => signaling.room);
  return (
    <div className="settings">
      <RoomField key={room} room={room} />
      <NameField />
      <IdentityChoice />
    </div>
  );
}

function RoomField({ room }: { readonly room: string }) {
  const swarm = useSwarm();
  const [error, setError] = useState<string>();

  const switchTo = async (wanted: string): Promise<void> => {
    if (wanted === "" || wanted === room) return;
    history.replaceState(null, "", addressWith("room", wanted));
    try {
      await swarm.configureSignaling({ room: wanted });
    } catch (thrown) {
      setError(thrown instanceof SwarmError ? thrown.message : String(thrown));
    }
  };

  return (
    <Field
      label="Room"
      name="room"
      value={room}
      maxLength={MAX_ROOM_LENGTH}
      action="Switch"
      onSubmit={switchTo}
    >
      {error !== undefined && <p role="alert">{error}</p>}
    </Field>
  );
}

function NameField() {
  const swarm = useSwarm();
  const name = useSwarmSelector(({ self }) => self.profile.name ?? "");
  return (
    <Field
      key={name}
      label="Your name"
      name="name"
      value={name}
      maxLength={MAX_NAME_LENGTH}
      action="Announce"
      onSubmit={(wanted) => void swarm.announce({ name: wanted })}
    />
  );
}

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly maxLength: number;
  readonly action: string;
  readonly onSubmit: (value: string) => void;
  readonly children?: ReactNode;
}

function Field({ label, name, value, maxLength, action, onSubmit, children }: FieldProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit(String(new FormData(event.currentTarget).get(name)).trim());
  };
  return (
    <form className="field" onSubmit={submit}>
      <label className="label" htmlFor={`field-${name}`}>
        {label}
      </label>
      <div className="field-row">
        <input
          id={`field-${name}`}
          className="input"
          name={name}
          defaultValue={value}
          maxLength={maxLength}
          autoComplete="off"
          spellCheck={false}
        />
        <button type="submit" className="button">
          {action}
        </button>
      </div>
      {children}
    </form>
  );
}

function IdentityChoice() {
  const isSession = readAddress().identity === "session";
  return (
    <p className="identity">
      {isSession
        ? "Every tab is an agent of its own here, so that two tabs can talk like two people."
        : "All tabs of this browser are one agent here, with the same key after every visit."}{" "}
      <a href={addressWith("identity", isSession ? "persistent" : "session")}>
        {isSession ? "Keep one identity for this browser" : "Give each tab its own identity"}
      </a>
    </p>
  );
}
