import { type KeyboardEvent, type PointerEvent, useRef } from "react";

/** Handlers for what is dragged with a pointer or moved with the arrow keys. */
export interface Drag {
  onPointerDown(event: PointerEvent<HTMLElement>): void;
  onPointerMove(event: PointerEvent<HTMLElement>): void;
  onPointerUp(event: PointerEvent<HTMLElement>): void;
  onPointerCancel(event: PointerEvent<HTMLElement>): void;
  onLostPointerCapture(event: PointerEvent<HTMLElement>): void;
  onKeyDown(event: KeyboardEvent<HTMLElement>): void;
}

const STEP = 16;
const LARGE_STEP = 80;
const DIRECTIONS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** @param onDrag called with how far, in CSS pixels, since the last call */
export function useDrag(onDrag: (right: number, down: number) => void): Drag {
  const last = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const letGo = (): void => {
    last.current = undefined;
  };
  return {
    onPointerDown(event) {
      // A press on a button inside is that button's.
      if (event.button !== 0 || isControl(event.target, event.currentTarget)) return;
      last.current = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove({ clientX: x, clientY: y }) {
      const from = last.current;
      if (from === undefined) return;
      last.current = { x, y };
      onDrag(x - from.x, y - from.y);
    },
    onPointerUp: letGo,
    // A context menu or a gesture of the browser takes the press away, and no "up" comes.
    onPointerCancel: letGo,
    onLostPointerCapture: letGo,
    onKeyDown(event) {
      const direction = DIRECTIONS[event.key];
      if (direction === undefined) return;
      event.preventDefault();
      const step = event.shiftKey ? LARGE_STEP : STEP;
      onDrag(direction[0] * step, direction[1] * step);
    },
  };
}

function isControl(target: EventTarget, dragged: HTMLElement): boolean {
  const control = target instanceof Element ? target.closest("button, a, input, select") : null;
  return control !== null && control !== dragged && dragged.contains(control);
}
