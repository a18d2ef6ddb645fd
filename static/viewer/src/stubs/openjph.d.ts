/** What we use of OpenJPH's WebAssembly build, which ships no types. */
declare module "@cornerstonejs/codec-openjph/wasmjs" {
  interface Decoder {
    getEncodedBuffer(length: number): Uint8Array;
    getDecodedBuffer(): Uint8Array;
    decode(): void;
    decodeSubResolution(halvings: number): void;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned: boolean };
    calculateSizeAtDecompositionLevel(halvings: number): { width: number; height: number };
    /** Empty where all went well. */
    getLastErrorMessage(): string;
    delete(): void;
  }
  export interface OpenJph {
    HTJ2KDecoder: new () => Decoder;
  }
  export default function openJph(options?: { locateFile?: (file: string) => string }): Promise<OpenJph>;
}
