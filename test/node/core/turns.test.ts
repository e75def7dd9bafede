import fc from "fast-check";
import { expect, test } from "vitest";
import { createTurns } from "../../../src/core/tasks/turns.js";

test("agents have their turns in the order in which they came, each with its oldest work first", () => {
  const turns = createTurns<string>();
  for (const work of ["a1", "a2", "a3", "b1", "c1", "b2"]) turns.add(work[0] as string, work);
  turns.remove("c", "c1");
  const order = [turns.next(), turns.next()];
  turns.add("d", "d1");
  order.push(...Array.from({ length: 5 }, turns.next));
  expect(order).toEqual(["a1", "b1", "a2", "b2", "d1", "a3", undefined]);
});

test("nobody waits longer than one turn of each other agent, and nothing is lost, doubled or kept", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom("add", "remove"), agent: fc.constantFrom("a", "b", "c") }),
    fc.record({ kind: fc.constant("next"), agent: fc.constant("") }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
      const turns = createTurns<string>();
      const waiting = new Map<string, string[]>();
      const passedOver = new Map<string, number>();
      for (const [index, { kind, agent }] of steps.entries()) {
        const works = waiting.get(agent) ?? [];
        if (kind === "add") {
          waiting.set(agent, [...works, `${agent}${index}`]);
          turns.add(agent, `${agent}${index}`);
        }
        if (kind === "remove" && works.length > 0) {
          const gone = works.splice(index % works.length, 1)[0] as string;
          turns.remove(agent, gone);
          if (works.length === 0) passedOver.delete(agent);
        }
        const order = turns.inOrder();
        expect([...order].sort()).toEqual([...waiting.values()].flat().sort());
        if (kind !== "next") continue;
        const work = turns.next();
        expect([work, turns.inOrder()]).toEqual([order[0], order.slice(1)]);
        const whose = work?.[0] ?? "";
        expect(work).toBe(
          [...waiting.values()].every((all) => all.length === 0) ? undefined : waiting.get(whose)?.shift(),
        );
        for (const [other, all] of waiting)
          passedOver.set(other, other === whose || all.length === 0 ? 0 : (passedOver.get(other) ?? 0) + 1);
        expect(Math.max(0, ...passedOver.values())).toBeLessThanOrEqual(2);
      }
      const left = [...waiting.values()].flat().length;
      expect(new Set(Array.from({ length: left }, turns.next)).size).toBe(left);
      expect(turns.next()).toBeUndefined();
    }),
  );
});
