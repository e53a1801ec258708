// SPDX-License-Identifier: Apache-2.0
// Runs models with ONNX Runtime, every node as the file has it, and says how far their outputs are from those given.
//   node onnxruntime_agrees.mjs CASES.json
// CASES.json: [{model, inputs: [{name, type, dims, file}], outputs: [{name, type, dims, file}]}]; files hold raw
// little-endian values. onnxruntime-node is looked for from the folder TINSMITH_NODE_MODULES, the current one when unset.
// Prints one JSON object per case: {model, loads, difference, error}; difference is in steps for integers, relative to
// the largest expected value for real numbers. Exit code 3: onnxruntime-node is not there.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

let ort;
try {
  ort = createRequire(join(resolve(process.env.TINSMITH_NODE_MODULES ?? '.'), 'from.js'))('onnxruntime-node');
} catch (error) {
  console.error(`onnxruntime-node is not there: ${error.message.split('\n')[0]}`);
  process.exit(3);
}

const arrays = {
  float32: Float32Array, float64: Float64Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array,
  int32: Int32Array, int64: BigInt64Array, bool: Uint8Array, float16: Uint16Array,
};

function values(entry) {
  const bytes = readFileSync(entry.file);
  return new arrays[entry.type](new Uint8Array(bytes).buffer);
}

function halfToNumber(bits) {
  const fraction = bits & 0x3ff;
  const exponent = (bits >> 10) & 0x1f;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function difference(entry, actual) {
  const expected = values(entry);
  const plain = (value) => (entry.type === 'float16' ? halfToNumber(Number(value)) : Number(value));
  let apart = expected.length === actual.length ? 0 : Infinity;
  let largest = 0;
  for (let index = 0; index < Math.min(expected.length, actual.length); ++index) {
    apart = Math.max(apart, Math.abs(plain(expected[index]) - plain(actual[index])));
    largest = Math.max(largest, Math.abs(plain(expected[index])));
  }
  return entry.type.startsWith('float') ? apart / Math.max(largest, 1e-30) : apart;
}

for (const each of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const result = { model: each.model, loads: false, difference: null, error: null };
  try {
    const session = await ort.InferenceSession.create(each.model, {
      graphOptimizationLevel: 'disabled', executionProviders: ['cpu'], intraOpNumThreads: 1,
    });
    result.loads = true;
    const feeds = {};
    for (const input of each.inputs) {
      feeds[input.name] = new ort.Tensor(input.type, values(input), input.dims);
    }
    const outputs = await session.run(feeds);
    result.difference = Math.max(0, ...each.outputs.map((entry) => {
      const made = outputs[entry.name].data;
      // Newer versions of node have Float16Array.
      const bits = entry.type === 'float16' && !(made instanceof Uint16Array)
        ? new Uint16Array(made.buffer, made.byteOffset, made.length) : made;
      return difference(entry, bits);
    }));
  } catch (error) {
    result.error = String(error.message ?? error).split('\n')[0];
  }
  console.log(JSON.stringify(result));
}
