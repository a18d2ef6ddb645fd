import { afterEach, describe, expect, it, vi } from "vitest";
import { decimal, gettext, ngettext } from "../../src/text/text";

const german = {
  gettext: (message: string) => ({ "Sign out": "Abmelden", "%(count)s of %(all)s": "%(count)s von %(all)s" })[message] ?? message,
  ngettext: (one: string, many: string, count: number) => (one !== many && count === 1 ? "%(count)s Bild" : "%(count)s Bilder"),
};

afterEach(() => vi.unstubAllGlobals());

describe("a sentence", () => {
  it("is English where the page brings no catalogue", () => {
    expect(gettext("Sign out")).toBe("Sign out");
    expect(ngettext("%(count)s image", "%(count)s images", 1)).toBe("1 image");
    expect(ngettext("%(count)s image", "%(count)s images", 4)).toBe("4 images");
  });

  it("is the catalogue's where there is one, filled from values", () => {
    vi.stubGlobal("django", german);
    expect(gettext("Sign out")).toBe("Abmelden");
    expect(gettext("%(count)s of %(all)s", { count: 0, all: 3 })).toBe("0 von 3");
    expect(ngettext("%(count)s image", "%(count)s images", 2)).toBe("2 Bilder");
  });

  it("shows a hole that nobody filled, and takes a value as it is", () => {
    expect(gettext("%(a)s and %(b)s", { a: "$& %(b)s" })).toBe("$& %(b)s and %(b)s");
  });
});

describe("a number", () => {
  it("has a point in English and a comma in German and Spanish", () => {
    expect(decimal(1.25, 1)).toBe("1.3");
    vi.stubGlobal("document", { documentElement: { lang: "de" } });
    expect(decimal(0.35, 2)).toBe("0,35");
    expect(decimal(12, 0)).toBe("12");
  });
});
