/**
 * The network of CLEAR's demo as its score.js runs it: TensorFlow.js 3.18, MobileNetV2 (alpha 1.0) up to the 7 × 7 × 320 layer
 * `expanded_conv_16/project`. A worker, bundled by the benchmark; the weights are random, which does not change the speed.
 *
 * Batch normalisation is folded and activations are fused, as the converted graph of @tensorflow-models/mobilenet has it.
 *
 * in:  {backend: 'wasm' | 'cpu' | 'webgl'}     out: {ready: true, runsOn} or {error}; runsOn: what WebGL calls itself, else ''
 * in:  {id, jpeg: Blob}, {id, image: ImageData} or {id, input: Float32Array [1, 224, 224, 3]}     out: {id, size}
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWebGLContext } from '@tensorflow/tfjs-backend-webgl';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const SIDE = 224;
/** Rows of table 2 of the MobileNetV2 paper: expansion, channels, repeats, stride. */
const BLOCKS = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]];

const random = (shape, inputs) => tf.randomNormal(shape, 0, Math.sqrt(2 / inputs));

/** @returns {(x: tf.Tensor4D) => tf.Tensor4D} */
function convolution(side, from, to, stride, activation) {
  const filter = random([side, side, from, to], side * side * from);
  const bias = tf.zeros([to]);
  return (x) => tf.fused.conv2d({ x, filter, strides: stride, pad: 'same', bias, activation });
}

function depthwise(channels, stride) {
  const filter = random([3, 3, channels, 1], 9);
  const bias = tf.zeros([channels]);
  return (x) => tf.fused.depthwiseConv2d({ x, filter, strides: stride, pad: 'same', bias, activation: 'relu6' });
}

function mobileNetV2() {
  const steps = [convolution(3, 3, 32, 2, 'relu6')];
  let from = 32;
  for (const [expansion, to, repeats, firstStride] of BLOCKS) {
    for (let i = 0; i < repeats; i++) {
      const stride = i === 0 ? firstStride : 1;
      const layers = [
        ...(expansion > 1 ? [convolution(1, from, expansion * from, 1, 'relu6')] : []),
        depthwise(expansion * from, stride),
        convolution(1, expansion * from, to, 1, 'linear'),
      ];
      const residual = stride === 1 && from === to;
      steps.push((x) => {
        const y = layers.reduce((value, layer) => layer(value), x);
        return residual ? tf.add(x, y) : y;
      });
      from = to;
    }
  }
  return (x) => steps.reduce((value, step) => step(value), x);
}

/** As `MobileNet.infer` of @tensorflow-models/mobilenet 2.1.0 prepares a picture. */
function prepared(image) {
  const pixels = tf.cast(tf.browser.fromPixels(image), 'float32');
  const normalized = tf.add(tf.mul(pixels, 2 / 255), -1);
  return tf.reshape(tf.image.resizeBilinear(normalized, [SIDE, SIDE], true), [-1, SIDE, SIDE, 3]);
}

/** CLEAR lets an <img> element decode. @param {Blob} jpeg */
async function decoded(jpeg) {
  const bitmap = await createImageBitmap(jpeg);
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0);
  return pen.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** TensorFlow.js refuses WebGL in software. For a figure it gets what there is, like its own but for that. @returns {string} what it is called */
function anyWebGL() {
  const wanted = { alpha: false, antialias: false, premultipliedAlpha: false, preserveDrawingBuffer: false, depth: false, stencil: false };
  const gl = new OffscreenCanvas(300, 150).getContext('webgl2', wanted);
  if (!gl) throw new Error('no WebGL 2 here');
  for (const test of [gl.DEPTH_TEST, gl.STENCIL_TEST, gl.BLEND, gl.DITHER, gl.POLYGON_OFFSET_FILL, gl.SAMPLE_COVERAGE]) gl.disable(test);
  for (const test of [gl.SCISSOR_TEST, gl.CULL_FACE]) gl.enable(test);
  gl.cullFace(gl.BACK);
  setWebGLContext(2, gl);
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return names ? gl.getParameter(names.UNMASKED_RENDERER_WEBGL) : gl.getParameter(gl.RENDERER);
}

let network;

self.onmessage = async ({ data }) => {
  try {
    if (data.backend) {
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // a web page has no shared memory unless its server says so
      setWasmPaths(new URL('./', self.location.href).href);
      const runsOn = data.backend === 'webgl' ? anyWebGL() : '';
      if (!(await tf.setBackend(data.backend))) throw new Error(`no ${data.backend} here`);
      await tf.ready();
      network = mobileNetV2();
      self.postMessage({ ready: true, runsOn });
      return;
    }
    const image = data.jpeg ? await decoded(data.jpeg) : data.image;
    const features = tf.tidy(() => network(image ? prepared(image) : tf.tensor4d(data.input, [1, SIDE, SIDE, 3])).dataSync());
    self.postMessage({ id: data.id, size: features.length, finite: Number.isFinite(features[0]) });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error?.message ?? error) });
  }
};
