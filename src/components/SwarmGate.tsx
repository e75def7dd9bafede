import { type ReactNode, type Ref, useEffect, useMemo, useSyncExternalStore } from "react";
import type { SwarmError } from "../core/index.js";
import { useSwarm, useSwarmSelector } from "../hooks/index.js";
import { ErrorNote } from "./parts/ErrorNote.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { rememberedChoice } from "./parts/rememberedChoice.js";
import { StateWord } from "./parts/StateWord.js";
import { useFocusHandedOn } from "./parts/useFocusHandedOn.js";
import { useGateTexts } from "./texts/gateTexts.js";
import { useLocale } from "./texts/TextsProvider.js";

/** Props of {@link SwarmGate}. */
export interface SwarmGateProps extends PanelProps {
  /** Where the choice is kept in localStorage. Default `peerswarm-gate`. */
  readonly storageKey?: string;
  /** `false` asks again on every visit. Default `true`. */
  readonly remember?: boolean;
  /** Shown once the visitor has chosen to join. */
  readonly children?: ReactNode;
}

/**
 * Asks before anything is opened. Off by default: it says what joining exposes and joins when told to, then
 * shows its children. The choice is remembered until "Leave". A join that failed shows why, and Try again.
 *
 * After Disconnect (or the app's own `leave()`) the children stay, so that they can offer the way back.
 * Removing the gate from the page does not leave the swarm: the app owns it.
 */
export function SwarmGate({
  storageKey = "peerswarm-gate",
  remember = true,
  ...inside
}: SwarmGateProps): ReactNode {
  const choice = useMemo(() => rememberedChoice(remember ? storageKey : undefined), [remember, storageKey]);
  // On the server, and so in the first render that must equal it, nobody has chosen yet.
  const hasChosen = useSyncExternalStore(choice.subscribe, choice.get, () => false);
  return (
    <>
      {hasChosen && <Entry />}
      <Gate {...inside} isRemembered={remember} hasChosen={hasChosen} choose={choice.set} />
    </>
  );
}

interface GateProps extends PanelProps {
  readonly isRemembered: boolean;
  readonly hasChosen: boolean;
  readonly choose: (isIn: boolean) => void;
  readonly children?: ReactNode;
}

function Gate({ isRemembered, hasChosen, choose, children, ...panel }: GateProps): ReactNode {
  const swarm = useSwarm();
  const isOff = useSwarmSelector(({ status }) => status === "off");
  const reason = useSwarmSelector(({ signaling }) => signaling.reason);
  const takesFocus = useFocusHandedOn(".ps-panel, .ps-membership");

  // What goes wrong is in the store as the reason, and shown below.
  const join = (): void => void swarm.join().catch(() => undefined);

  const leave = (): void => {
    choose(false);
    void swarm.leave();
  };

  if (!hasChosen && isOff) {
    return (
      <Question
        {...panel}
        key="asked"
        introRef={takesFocus}
        isRemembered={isRemembered}
        onJoin={() => choose(true)}
      />
    );
  }
  if (isOff && reason !== undefined) {
    return (
      <Question
        {...panel}
        key="failed"
        introRef={takesFocus}
        isRemembered={isRemembered}
        failure={reason}
        onJoin={join}
        onLeave={leave}
      />
    );
  }
  return (
    <>
      <Membership barRef={takesFocus} onLeave={leave} />
      {children}
    </>
  );
}

/** Joins. It stands first: the effects of what follows come later, and may ask for what only a member can do. */
function Entry(): null {
  const swarm = useSwarm();
  useEffect(() => {
    // Aborting ends the waiting alone, never the stay: a second mount waits for the same one.
    const waiting = new AbortController();
    swarm.join({ signal: waiting.signal }).catch(() => undefined);
    return () => waiting.abort();
  }, [swarm]);
  return null;
}

interface QuestionProps extends PanelProps {
  /** Gets the focus where it would be lost: not a button, which a second Enter would press. */
  readonly introRef: Ref<HTMLParagraphElement>;
  readonly isRemembered: boolean;
  readonly onJoin: () => void;
  /** Why a join that was asked for did not work, and the way to take it back. */
  readonly failure?: SwarmError;
  readonly onLeave?: () => void;
}

function Question(props: QuestionProps): ReactNode {
  const { introRef, isRemembered, onJoin, failure, onLeave, ...panel } = props;
  const gate = useGateTexts();
  const room = useSwarmSelector((swarm) => swarm.signaling.room);
  return (
    <Panel title={gate.title} {...panel} name="gate" state={failure === undefined ? "closed" : "failed"}>
      <p tabIndex={-1} ref={introRef}>
        {gate.intro(room)}
      </p>
      <Exposure />
      <div className="ps-notes" role="alert">
        {failure !== undefined && (
          <>
            <p className="ps-subtitle">{gate.failed}</p>
            <ErrorNote error={failure} tone="error" />
          </>
        )}
      </div>
      <div className="ps-actions">
        <button type="button" className="ps-button" data-primary onClick={onJoin}>
          {failure === undefined ? gate.join : gate.retry}
        </button>
        {onLeave !== undefined && (
          <button type="button" className="ps-button" onClick={onLeave}>
            {gate.leave}
          </button>
        )}
        <p className="ps-feedback">{isRemembered ? gate.remembered : gate.notRemembered}</p>
      </div>
    </Panel>
  );
}

function Exposure(): ReactNode {
  const gate = useGateTexts();
  const locale = useLocale();
  const capabilities = useSwarmSelector((swarm) => swarm.self.profile.capabilities);
  const list = new Intl.ListFormat(locale).format(capabilities);
  return (
    <div className="ps-exposure">
      <p className="ps-subtitle">{gate.exposes}</p>
      <ul>
        <li>{gate.exposesAddress}</li>
        <li>{capabilities.length === 0 ? gate.exposesNoCapabilities : gate.exposesCapabilities(list)}</li>
      </ul>
    </div>
  );
}

interface MembershipProps {
  readonly barRef: Ref<HTMLDivElement>;
  readonly onLeave: () => void;
}

function Membership({ barRef, onLeave }: MembershipProps): ReactNode {
  const gate = useGateTexts();
  const status = useSwarmSelector((swarm) => swarm.status);
  const room = useSwarmSelector((swarm) => swarm.signaling.room);
  const word = {
    off: gate.disconnected,
    joining: gate.joining,
    joined: gate.joined,
    reconnecting: gate.reconnecting,
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div
      className="ps-membership"
      role="group"
      aria-label={gate.bar}
      data-state={status}
      tabIndex={-1}
      ref={barRef}
    >
      <span role="status">
        <StateWord state={status} word={word[status](room)} />
      </span>
      <button type="button" className="ps-button" onClick={onLeave}>
        {gate.leave}
      </button>
    </div>
  );
}
