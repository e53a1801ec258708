// SPDX-License-Identifier: Apache-2.0
// Runs models with other engines: .onnx with ONNX Runtime, every node as the file has it, .tflite with Google's TFLite.
//   node other_engines.mjs CASES.json
// CASES.json: [{model, inputs: [{name, type, dims, file}], outputs: [{name, type, made}]}]; `file` holds raw
// little-endian values, `made` is where those of the output are written. onnxruntime-node and @tensorflow/tfjs-tflite are
// looked for from the folder TINSMITH_NODE_MODULES, the current one when unset.
// Prints one JSON object per case: {model, engine, error}; engine is null where the one for the file is not there.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const need = createRequire(join(resolve(process.env.TINSMITH_NODE_MODULES ?? '.'), 'from.js'));

function found(load) {
  try {
    return load();
  } catch {
    return null;
  }
}

const ort = found(() => need('onnxruntime-node'));

async function loadTflite() {
  const folder = found(() => join(dirname(need.resolve('@tensorflow/tfjs-tflite/package.json')), 'wasm'));
  if (!folder) return null;
  const name = 'tflite_web_api_cc_simd';
  return need(join(folder, `${name}.js`))({
    wasmBinary: readFileSync(join(folder, `${name}.wasm`)), locateFile: (file) => join(folder, file), print() {},
    printErr: (line) => { if (!line.startsWith('INFO:')) lastLine = line; },
  });
}

let lastLine = '';
const tflite = await loadTflite();

const arrays = {
  float32: Float32Array, float64: Float64Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array,
  int32: Int32Array, int64: BigInt64Array, uint64: BigUint64Array, uint32: Uint32Array, uint16: Uint16Array,
  bool: Uint8Array, float16: Uint16Array,
};

const bytesOf = (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

async function runOnnx(each) {
  const session = await ort.InferenceSession.create(each.model, {
    graphOptimizationLevel: 'disabled', executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 4,
  });
  const feeds = {};
  for (const input of each.inputs) {
    const bytes = new Uint8Array(readFileSync(input.file));
    feeds[input.name] = new ort.Tensor(input.type, new arrays[input.type](bytes.buffer), input.dims);
  }
  const outputs = await session.run(feeds);
  for (const output of each.outputs) writeFileSync(output.made, bytesOf(outputs[output.name].data));
  await session.release();
}

function list(vector) {
  return Array.from({ length: vector.size() }, (_, index) => vector.get(index));
}

function runTflite(each) {
  const content = readFileSync(each.model);
  const at = tflite._malloc(content.length);
  lastLine = '';
  let runner;
  try {
    tflite.HEAPU8.set(content, at);
    const made = tflite.TFLiteWebModelRunner.CreateFromBufferAndOptions(
      at, content.length, { numThreads: 1, enableProfiling: false, maxProfilingBufferEntries: 1024 });
    if (!made.ok()) throw Error(`${made.errorMessage()} ${lastLine}`);
    runner = made.value();
    list(runner.GetInputs()).forEach((tensor, index) => {
      bytesOf(tensor.data()).set(readFileSync(each.inputs[index].file));
    });
    if (!runner.Infer()) throw Error(`does not run ${lastLine}`);
    list(runner.GetOutputs()).forEach((tensor, index) => {
      writeFileSync(each.outputs[index].made, bytesOf(tensor.data()));
    });
  } finally {
    runner?.delete();
    tflite._free(at);
  }
}

for (const each of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const onnx = each.model.endsWith('.onnx');
  const result = { model: each.model, engine: null, error: null };
  if (onnx ? ort : tflite) {
    result.engine = onnx ? 'ONNX Runtime' : 'TFLite';
    try {
      await (onnx ? runOnnx(each) : runTflite(each));
    } catch (error) {
      result.error = String(error?.message ?? error).split('\n')[0] || 'fails without a message';
    }
  }
  console.log(JSON.stringify(result));
}
