/** A PDF (ISO 32000-1) of JPEG pictures, one on each A4 page. Pure; no fonts, no scripts, no metadata. */

export interface Picture {
  jpeg: Uint8Array;
  width: number;
  height: number;
}

const PAGE = { width: 595, height: 842, margin: 28 }; // points

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

/** Each picture as large as its page lets it be, in the middle. */
export function pdfOf(pictures: Picture[]): Uint8Array {
  const objects: Uint8Array[][] = [];
  const kids = pictures.map((_, at) => `${3 + at * 3} 0 R`).join(" ");
  objects.push([bytes("<< /Type /Catalog /Pages 2 0 R >>")], [bytes(`<< /Type /Pages /Kids [${kids}] /Count ${pictures.length} >>`)]);
  pictures.forEach(({ jpeg, width, height }, at) => {
    const first = 3 + at * 3;
    const zoom = Math.min((PAGE.width - 2 * PAGE.margin) / width, (PAGE.height - 2 * PAGE.margin) / height);
    const [w, h] = [width * zoom, height * zoom];
    const drawing = `q ${w.toFixed(2)} 0 0 ${h.toFixed(2)} ${((PAGE.width - w) / 2).toFixed(2)} ${((PAGE.height - h) / 2).toFixed(2)} cm /I Do Q`;
    objects.push(
      [bytes(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${first + 1} 0 R /Resources << /XObject << /I ${first + 2} 0 R >> >> >>`)],
      [bytes(`<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`)],
      [bytes(`<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`), jpeg, bytes("\nendstream")],
    );
  });
  return assembled(objects);
}

function assembled(objects: Uint8Array[][]): Uint8Array {
  const parts: Uint8Array[] = [bytes("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n")];
  let length = (parts[0] as Uint8Array).length;
  const put = (part: Uint8Array): void => void (parts.push(part), (length += part.length));
  const starts = objects.map((object, at) => {
    const start = length;
    [bytes(`${at + 1} 0 obj\n`), ...object, bytes("\nendobj\n")].forEach(put);
    return start;
  });
  const table = starts.map((start) => `${String(start).padStart(10, "0")} 00000 n \n`).join("");
  const xref = length;
  put(bytes(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`));
  const all = new Uint8Array(length);
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
