import { expect, it } from "vitest";
import { ACTIONS } from "../src/viewer/actions";

it("gives no key and no name to two commands", () => {
  const keys = ACTIONS.flatMap((action) => action.keys);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  const ids = ACTIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
