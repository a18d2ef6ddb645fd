/** A decoding worker: one OpenJPH of its own, one codestream at a time. WebAssembly is loaded when the worker starts, never by the page. */
import openJph from "@cornerstonejs/codec-openjph/wasmjs";
import { decode } from "./openjph";
import type { Answer, Order } from "./order";

const wasm = new URL("@cornerstonejs/codec-openjph/wasm", import.meta.url);
const codec = openJph({ locateFile: (file) => (file.endsWith(".wasm") ? wasm.href : file) });

interface Scope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(answer: Answer, transfer: Transferable[]): void;
}

const scope = self as unknown as Scope;

scope.onmessage = async ({ data: order }) => {
  try {
    const decoded = decode(await codec, new Uint8Array(order.bytes), order);
    scope.postMessage({ id: order.id, decoded }, [decoded.values.buffer as ArrayBuffer]);
  } catch (error) {
    scope.postMessage({ id: order.id, error: String(error) }, []);
  }
};
