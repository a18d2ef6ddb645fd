/** Files from a drop: folders are walked through, whatever their depth. */

/** Every file of a drop, in the order the browser lists them. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  // The list of items dies with the event: take the entries before the first await.
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  const found = await Promise.all(entries.map(walk));
  return found.flat();
}

async function walk(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await file(entry as FileSystemFileEntry)];
  const children = await all((entry as FileSystemDirectoryEntry).createReader());
  const found = await Promise.all(children.map(walk));
  return found.flat();
}

function file(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader answers at most a hundred entries at a time. */
async function all(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...some);
  }
}

const DEBRIS = new Set([".ds_store", "thumbs.db", "desktop.ini"]);

/** What operating systems leave in folders is not sent. */
export function isDebris(name: string): boolean {
  return DEBRIS.has(name.toLowerCase());
}
