import { page } from "./page.js";

/** The sound of a message. Whether this device plays it is kept by the browser, for each person: off at first. */
const KEY = `sound:${page.userId}`;

export const soundChoice = {
  get isOn() {
    try {
      return localStorage.getItem(KEY) === "on";
    } catch {
      return false;
    }
  },

  set isOn(on) {
    try {
      if (on) localStorage.setItem(KEY, "on");
      else localStorage.removeItem(KEY);
    } catch {
      // Storage is disabled: it stays off.
    }
  },
};

/** Whether it was heard: a browser lets a page speak only after somebody has acted in it. */
export async function playSound() {
  try {
    await new Audio(page.soundUrl).play();
    return true;
  } catch {
    return false;
  }
}
