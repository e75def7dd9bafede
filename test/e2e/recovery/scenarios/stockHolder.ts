import { type Lab, type LabPage, proveMessaging, untilFullMesh } from "../../support/lab.js";

/**
 * On a server without rooms the first page of a room keeps the list of its members. It goes, and the room
 * still finds everybody: those who were there, those who come, and itself coming back.
 */
export async function stockHolderGone(lab: Lab, ending: "leaves" | "is killed"): Promise<void> {
  const { url } = await lab.startStockServer();
  const room = lab.freshRoom();
  const holder = await lab.openPage({ ownProcess: ending === "is killed" });
  await holder.join({ url, room });
  const second = await lab.openPage();
  await second.join({ url, room });
  await untilFullMesh([holder, second]);

  if (ending === "leaves") await holder.leave();
  else holder.kill();
  const third = await lab.openPage();
  await third.join({ url, room });
  await untilFullMesh([second, third]);
  await proveMessaging([second, third]);

  const returning: LabPage = ending === "leaves" ? holder : await lab.openPage();
  const fourth = await lab.openPage();
  await Promise.all([returning.join({ url, room }), fourth.join({ url, room })]);
  const everybody = [second, third, returning, fourth];
  await untilFullMesh(everybody);
  await proveMessaging(everybody);
}
