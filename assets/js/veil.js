// The veil over a photo: clear where the evidence for an answer lies, dark where there is none.

const VEIL = 0.82; // how much of the light a part without any evidence loses
const LONGEST = 256; // pixels; the browser scales the rest

// `why`: webapp/actions/why.py; `heat`: base64 of rows x columns bytes. The canvas gets the photo's
// proportions, so that object-fit lays it exactly over the image. False when nothing speaks for it.
export function drawVeil(canvas, image, why, heat) {
  const shares = Uint8Array.from(atob(heat), (letter) => letter.charCodeAt(0));
  if (!shares.some((share) => share > 0)) return false;
  const scale = LONGEST / Math.max(image.naturalWidth, image.naturalHeight);
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const [top, left, height, width] = why.region;
  const down = taps(canvas.height, top, height, why.rows);
  const across = taps(canvas.width, left, width, why.columns);
  const context = canvas.getContext("2d");
  const picture = context.createImageData(canvas.width, canvas.height);
  down.forEach((row, y) => {
    const line = Array.from({length: why.columns},
      (_, column) => mix(row, (at) => shares[at * why.columns + column]));
    across.forEach((column, x) => {
      const share = Math.min(255, Math.max(0, mix(column, (at) => line[at])));
      const light = Math.sqrt(share / 255); // half the evidence still shows 7/10 of the light
      picture.data[(y * canvas.width + x) * 4 + 3] = Math.round(255 * VEIL * (1 - light));
    });
  });
  context.putImageData(picture, 0, 0);
  return true;
}

const mix = (four, valueAt) => four.reduce((sum, [at, weight]) => sum + weight * valueAt(at), 0);

// For each of `pixels` over a stretch of the model's image (fractions), the four positions of the
// map around it and their weights: cubic convolution (Keys 1981, a = -1/2), edges repeated.
function taps(pixels, first, length, count) {
  return Array.from({length: pixels}, (_, pixel) => {
    const place = (first + ((pixel + 0.5) / pixels) * length) * count - 0.5;
    const before = Math.floor(place) - 1;
    return [0, 1, 2, 3].map((step) => [
      Math.min(count - 1, Math.max(0, before + step)), cubic(Math.abs(place - before - step)),
    ]);
  });
}

function cubic(distance) {
  if (distance < 1) return (1.5 * distance - 2.5) * distance ** 2 + 1;
  return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0;
}
