import { describe, expect, it } from "vitest";
import { changes } from "../../src/read/worklist";

describe("what a refresh of the worklist brought", () => {
  it("counts cases that came and went, in words", () => {
    expect(changes(["a", "b"], ["b", "c", "d"])).toBe("2 cases more, 1 case gone");
    expect(changes([], ["a"])).toBe("1 case more");
    expect(changes(["a", "b"], [])).toBe("2 cases gone");
  });

  it("says nothing of another order", () => expect(changes(["a", "b"], ["b", "a"])).toBe(""));
});
