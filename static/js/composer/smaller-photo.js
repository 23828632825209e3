const QUALITY = 0.9;
/** No screen shows more, and phones draw no larger canvas. */
const LONGEST_SIDE = 4096;
const LEAST_SIDE = 640;
const STEP = 0.75;

/** Whether a browser may be able to draw the file again. An animation would lose all pictures but its first. */
export function mayBecomeSmaller({ type }) {
  return /^image\/(?!gif|svg)/.test(type);
}

/** The photo, drawn again upright as a JPEG of at most `maxBytes`; null where this browser cannot open it. */
export async function smallerPhoto(file, maxBytes) {
  const photo = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!photo) return null;
  const drawn = await fitting(photo, LONGEST_SIDE, maxBytes);
  photo.close();
  return drawn && new File([drawn], jpegName(file.name), { type: drawn.type });
}

async function fitting(photo, side, maxBytes) {
  if (side < LEAST_SIDE) return null;
  const drawn = await draw(photo, Math.min(1, side / Math.max(photo.width, photo.height)));
  return drawn && drawn.size <= maxBytes ? drawn : fitting(photo, side * STEP, maxBytes);
}

function draw(photo, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(photo.width * scale));
  canvas.height = Math.max(1, Math.round(photo.height * scale));
  const brush = canvas.getContext("2d");
  // JPEG has no transparency: without paper it would be black.
  brush.fillStyle = "white";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(photo, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

function jpegName(name) {
  return `${name.replace(/\.[^.]*$/, "")}.jpg`;
}
