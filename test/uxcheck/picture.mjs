// What a page looks like, in few bytes: the mean colour of every square of 16 pixels, in the dark, where layout is as in the light, of 32. A
// letter drawn a little otherwise changes a square by less than it may differ; a thing that was moved, cut off or lost its colour changes
// squares by more.
import { PNG } from 'pngjs';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';

const squareOf = { light: 16, dark: 32 };
const step = 255 / 63; // from dark to bright there are 64 steps
const may = 1; // step, in each of red, green and blue

// {wide, high, red, green, blue}: squares in a row, rows, and the colours of the squares row by row, each from 0 to 63.
export async function lookOf(page, theme) {
  const png = PNG.sync.read(await page.screenshot({ fullPage: true, animations: 'disabled', caret: 'hide', scale: 'css' }));
  return { ...squares(png, squareOf[theme]), png };
}

function squares({ width, height, data }, square) {
  const [wide, high] = [Math.ceil(width / square), Math.ceil(height / square)];
  const sums = [0, 1, 2].map(() => new Uint32Array(wide * high));
  const counts = new Uint16Array(wide * high);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / square) * wide;
    for (let x = 0, i = y * width * 4; x < width; x++, i += 4) {
      const at = row + Math.floor(x / square);
      sums[0][at] += data[i];
      sums[1][at] += data[i + 1];
      sums[2][at] += data[i + 2];
      counts[at]++;
    }
  }
  const [red, green, blue] = sums.map((list) => Uint8Array.from(list, (sum, i) => Math.round(sum / counts[i] / step)));
  return { wide, high, red, green, blue };
}

// The squares that differ, as [column, row]; one that only one of the two has differs.
export function differing(a, b) {
  const list = [];
  for (let y = 0; y < Math.max(a.high, b.high); y++) {
    for (let x = 0; x < Math.max(a.wide, b.wide); x++) {
      const both = y < a.high && y < b.high && x < a.wide && x < b.wide;
      const [i, j] = [y * a.wide + x, y * b.wide + x];
      if (!both || ['red', 'green', 'blue'].some((c) => Math.abs(a[c][i] - b[c][j]) > may)) list.push([x, y]);
    }
  }
  return list;
}

// The share of a page that may look otherwise than approved: half of a thousandth.
export const changed = (a, b) => differing(a, b).length > Math.max(a.wide * a.high, b.wide * b.high) / 2000;

// One line of text. Most squares are like the one above and as red as they are green and blue.
export function written({ wide, high, red, green, blue }) {
  const planes = [red, green.map((v, i) => v - red[i]), blue.map((v, i) => v - green[i])];
  const bytes = planes.flatMap((list) => [...list].map((v, i) => (v - (list[i - wide] ?? 0)) & 255));
  return `${wide}x${high} ${brotliCompressSync(Buffer.from(bytes)).toString('base64')}`;
}

export function read(line) {
  const [size, text] = line.split(' ');
  const [wide, high] = size.split('x').map(Number);
  const bytes = brotliDecompressSync(Buffer.from(text, 'base64'));
  const n = wide * high;
  const plane = (k) => {
    const list = new Uint8Array(n);
    for (let i = 0; i < n; i++) list[i] = bytes[k * n + i] + (list[i - wide] ?? 0);
    return list;
  };
  const red = plane(0);
  const green = plane(1).map((v, i) => v + red[i]);
  const blue = plane(2).map((v, i) => v + green[i]);
  return { wide, high, red, green, blue };
}

// The squares as a picture, those that differ framed: a square is drawn as 8 pixels.
export function drawn({ wide, high, red, green, blue }, marked = []) {
  const png = new PNG({ width: wide * 8, height: high * 8 });
  const put = (x, y, colour) => { png.data.set([...colour, 255], (y * png.width + x) * 4); };
  for (let y = 0; y < png.height; y++) {
    for (let x = 0; x < png.width; x++) {
      const i = (y >> 3) * wide + (x >> 3);
      put(x, y, [red[i] * step, green[i] * step, blue[i] * step]);
    }
  }
  for (const [column, row] of marked) {
    if (column >= wide || row >= high) continue;
    for (let k = 0; k < 8; k++) for (const [x, y] of [[k, 0], [k, 7], [0, k], [7, k]]) put(column * 8 + x, row * 8 + y, [220, 0, 0]);
  }
  return PNG.sync.write(png);
}
