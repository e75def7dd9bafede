import { useSharedState } from "peerswarm/react";
import type { FocusEvent, FormEvent } from "react";
import { MAX_TOPIC_LENGTH, topic } from "./chat.js";

/** What the room is about: the same for everyone in it, and there again after a reload. */
export function Topic() {
  const [text, setText] = useSharedState(topic, "");
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  };
  const commit = ({ target }: FocusEvent<HTMLInputElement>): void => {
    if (target.value !== text) setText(target.value);
  };
  return (
    <form className="topic" onSubmit={submit}>
      <label>
        <span className="label">Topic of the room</span>
        {/* The key brings in what others wrote; while one types, nothing but a new topic disturbs. */}
        <input
          key={text}
          className="input"
          defaultValue={text}
          maxLength={MAX_TOPIC_LENGTH}
          placeholder="No topic yet"
          autoComplete="off"
          onBlur={commit}
        />
      </label>
    </form>
  );
}
