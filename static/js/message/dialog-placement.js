const GAP = 4;

/** Place a dialog beside a message, inside the window. The style sheet places it in narrow windows and when centred. */
export function placeBeside(dialog, bubble) {
  const row = bubble.getBoundingClientRect();
  const { width, height } = dialog.getBoundingClientRect();
  const below = row.bottom + GAP;
  const top = below + height <= innerHeight ? below : Math.max(GAP, row.top - GAP - height);
  const isAtStart = row.left + row.right < innerWidth;
  const left = isAtStart ? row.left : row.right - width;
  dialog.style.setProperty("--top", `${Math.min(top, innerHeight - height - GAP)}px`);
  dialog.style.setProperty("--left", `${Math.min(Math.max(GAP, left), innerWidth - width - GAP)}px`);
}
