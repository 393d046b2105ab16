// The one file of named arrays that `toll/film/container.py` packs, read in a browser.

const TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

// Header and typed arrays of the packed bytes, a Uint8Array.
export function unpack(bytes) {
  // Typed arrays want addresses that are multiples of 4.
  const whole = bytes.byteOffset % 4 ? bytes.slice() : bytes;
  const start = 4 + new DataView(whole.buffer, whole.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(whole.subarray(4, start)));
  const arrays = {};
  for (const [name, { offset, length, type }] of Object.entries(header.arrays)) {
    const Type = TYPES[type];
    const place = whole.byteOffset + start + offset;
    arrays[name] = new Type(whole.buffer, place, length / Type.BYTES_PER_ELEMENT);
  }
  return { header, arrays };
}
