const QUALITY = 0.9;
/** No screen shows more, and phones draw no larger canvas. */
const LONGEST_SIDE = 4096;
const LEAST_SIDE = 640;
const STEP = 0.75;

/** Enough for the parts of a picture that come before its pixels. */
const BEGINNING = 64 * 1024;
const OPENED_EVERYWHERE = /^(\xff\xd8\xff|.PNG|RIFF.{4}WEBP)/s;

/**
 * Whether this browser can draw the file again. Its bytes tell, since some devices give no type, and most browsers
 * cannot open HEIC. An animation would lose all pictures but its first.
 */
export async function mayBecomeSmaller(file) {
  const bytes = new Uint8Array(await file.slice(0, BEGINNING).arrayBuffer().catch(() => new ArrayBuffer()));
  const beginning = new TextDecoder("latin1").decode(bytes);
  if (isMoving(beginning, bytes)) return false;
  return OPENED_EVERYWHERE.test(beginning) || opens(file);
}

/**
 * The photo, drawn again upright as a JPEG of at most `maxBytes`; null where this browser cannot open it. It keeps its
 * name, whose extension the server mends: what follows a dot may be part of the name ("scan 12.03").
 */
export async function smallerPhoto(file, maxBytes) {
  const photo = await opened(file);
  if (!photo) return null;
  const drawn = await fitting(photo, LONGEST_SIDE, maxBytes);
  photo.close();
  return drawn && new File([drawn], file.name, { type: drawn.type });
}

async function opens(file) {
  const photo = await opened(file);
  photo?.close();
  return Boolean(photo);
}

function opened(file) {
  return createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
}

function isMoving(beginning, bytes) {
  if (beginning.startsWith("PNG", 1)) return beginning.split("IDAT", 1)[0].includes("acTL");
  if (beginning.startsWith("WEBPVP8X", 8)) return (bytes[20] & 2) !== 0;
  return /^(GIF8|.{4}ftyp(avis|hevc|msf1))/s.test(beginning);
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
