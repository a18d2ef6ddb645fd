import { describe, expect, it } from "vitest";

import { outcomeInWords, size, sumsInWords } from "../src/intake/format";
import { isDebris } from "../src/intake/pick";
import { detailOf } from "../src/intake/server";

const none = { waiting: 0, sending: 0, paused: 0, filing: 0, filed: 0, duplicate: 0, unpacked: 0, refused: 0, failed: 0, cancelled: 0 };

describe("words of the intake page", () => {
  it("gives sizes three figures", () => {
    expect([0, 999, 1024, 14.2 * 1024 * 1024, 1024 ** 3].map(size)).toEqual(["0 B", "999 B", "1.0 KB", "14.2 MB", "1.0 GB"]);
  });

  it("counts what was filed, known and refused", () => {
    const phases = { ...none, filed: 3, duplicate: 1, refused: 1, failed: 1 };
    expect(sumsInWords({ files: 6, sent: 1024, total: 2048, phases })).toBe(
      "3 of 6 filed · 1 already here · 2 refused · 1.0 KB of 2.0 KB sent",
    );
  });

  it("never says that everything is filed when something was refused", () => {
    expect(outcomeInWords(1, 0)).toMatch(/^Everything is filed/);
    expect(outcomeInWords(1, 2)).toContain("2 refused");
    expect(outcomeInWords(0, 2)).toMatch(/^Nothing was filed/);
  });

  it("leaves debris of operating systems behind", () => {
    expect(["Thumbs.db", ".DS_Store", "IM0001"].map(isDebris)).toEqual([true, true, false]);
  });

  it("repeats a refusal in the server's words, and nothing of an error page", () => {
    expect(detailOf('{"detail":"The file is too large."}')).toBe("The file is too large.");
    expect(detailOf("<html>502</html>")).toBeNull();
    expect(detailOf('"text"')).toBeNull();
  });
});
